/*
 * One value: between the text in a file and the field of a struct, as its
 * option row says.
 */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include <stdbool.h>

#include "config/option.h"
#include "core/buffer.h"

/*
 * Expand and parse `raw` into the row's field of `options`, whose old value
 * is freed.  On failure returns -1, leaves the field as it was and appends
 * to `wrong` what is wrong and what would be right.
 */
int value_set(const struct option *row, void *options, struct str raw,
    struct buffer *wrong);

/* Append the text that value_set reads back as the same value. */
void value_print(const struct option *row, const void *options, bool secrets,
    struct buffer *out);

/* Free what the field holds and zero it. */
void value_clear(const struct option *row, void *options);

/* Append what may be written: "a duration from 1s to 1h"; of text nothing. */
void value_describe(const struct option *row, struct buffer *out);

#endif
