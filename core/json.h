/*
 * JSON out: one flat object, its members in the order in which they were
 * set.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"
#include "core/str.h"

struct json;

struct json *json_new(void);

/*
 * Set `key` to `value` as text.  Every byte of it that is not part of a
 * UTF-8 character (RFC 3629) reads U+FFFD; returns false if there was one.
 */
bool json_set_text(struct json *j, const char *key, struct str value);

/* The bytes themselves, in base64 (RFC 4648, section 4). */
void json_set_base64(struct json *j, const char *key, struct str value);

void json_set_integer(struct json *j, const char *key, int64_t value);
void json_set_true(struct json *j, const char *key);

/* Append the object in one line, without blanks or a line feed. */
void json_append(const struct json *j, struct buffer *out);

void json_free(struct json *j);

#endif
