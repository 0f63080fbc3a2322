/*
 * Text with record fields in it: "${severity}.${facility}" for routing keys,
 * "/srv/logs/${host}/${facility}-%Y%m%d.log" for files.  `$$` is a dollar.
 *
 * Fields: severity facility host program pid msgid peer path source key.
 */
#ifndef RECORD_TEMPLATE_H
#define RECORD_TEMPLATE_H

#include <stdbool.h>

#include "core/buffer.h"
#include "record/record.h"

struct template;

/* Appends one field's value, cleaned for where it goes, to `out`. */
typedef void template_clean(struct buffer *out, struct str value);

/*
 * Parse `text`.  On failure returns NULL and points `*error` at a static
 * part of a sentence: "has a field that is not closed with }" or "has a
 * field that is none of severity, facility, ...".  The result is freed with
 * template_free and does not refer to `text`.
 */
struct template *template_parse(const char *text, const char **error);

/* The same text whatever the record: it holds no field. */
bool template_is_constant(const struct template *t);

/* Does it hold that field? */
bool template_names(const struct template *t, struct str field);

/*
 * Append the text with each field of `r` put in by `clean`; literal parts go
 * out as they are.
 */
void template_expand(const struct template *t, const struct record *r,
    template_clean *clean, struct buffer *out);

void template_free(struct template *t);

#endif
