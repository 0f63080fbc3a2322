/*
 * JSON (RFC 8259), in and out: objects, whose members stay in the order in
 * which they were set, and lists of them.
 *
 * Invariant: text that leaves is UTF-8, whatever went in.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"
#include "core/str.h"

/* An object or a list; also any other value inside of one. */
struct json;

struct json *json_new(void);
struct json *json_new_list(void);

/*
 * Set `key` to `value` as text.  Every byte of it that is not part of a
 * UTF-8 character (RFC 3629) reads U+FFFD; returns false if there was one.
 */
bool json_set_text(struct json *j, const char *key, struct str value);

/* The bytes themselves, in base64 (RFC 4648, section 4). */
void json_set_base64(struct json *j, const char *key, struct str value);

void json_set_integer(struct json *j, const char *key, int64_t value);
void json_set_count(struct json *j, const char *key, uint64_t value);
void json_set_true(struct json *j, const char *key);

/* Both take over `value`. */
void json_set(struct json *j, const char *key, struct json *value);
void json_push(struct json *list, struct json *value);

/* As json_set_text, behind the last of a list. */
void json_push_text(struct json *list, struct str value);

/* Append the value in one line, without blanks or a line feed. */
void json_append(const struct json *j, struct buffer *out);

/*
 * Read one object, and nothing but blanks around it.  NULL when `text` is
 * anything else, has a member twice, is nested deeper than JSON_DEPTH, or has
 * a text that is not UTF-8.  The caller bounds its length.
 */
#define JSON_DEPTH 16
struct json *json_parse(struct str text);

/*
 * The member `key`, if `j` is an object that has it and it is of that type.
 * Text is a view, which lives as long as the object.  On false `out` is
 * unchanged.
 */
bool json_get_text(const struct json *j, const char *key, struct str *out);
bool json_get_integer(const struct json *j, const char *key, int64_t *out);
bool json_get_true(const struct json *j, const char *key);

/* The same; empty, or 0, if there is none. */
struct str json_text(const struct json *j, const char *key);
int64_t json_number(const struct json *j, const char *key);

/* The member as it is, part of `j`; NULL if there is none. */
const struct json *json_get(const struct json *j, const char *key);

/* How many values a list has; 0 for what is none, and for NULL. */
size_t json_count(const struct json *list);
const struct json *json_at(const struct json *list, size_t index);

/* The text at `index`; the empty view if there is none. */
struct str json_text_at(const struct json *list, size_t index);

void json_free(struct json *j);

#endif
