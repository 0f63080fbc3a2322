/*
 * Durations and sizes as people write them: "200ms", "30s", "5m", "12h",
 * "7d"; "512", "64K", "16MiB", "1G" (powers of 1024).
 */
#ifndef CORE_UNITS_H
#define CORE_UNITS_H

#include <stdint.h>

#include "core/buffer.h"
#include "core/str.h"

/* 0 and nanoseconds in `out`, or -1: not a duration, or too large. */
int units_parse_duration(struct str text, int64_t *out);

/* 0 and bytes in `out`, or -1: not a size, or too large. */
int units_parse_size(struct str text, int64_t *out);

/* 0 and the decimal number in `out` (a leading '-' allowed), or -1. */
int units_parse_integer(struct str text, int64_t *out);

/* 0 and the bits of a file's mode, octal, in `out`, or -1. */
int units_parse_mode(struct str text, int64_t *out);

/* Append the shortest exact form that the parsers above read back. */
void units_print_duration(struct buffer *b, int64_t ns);
void units_print_size(struct buffer *b, int64_t bytes);

#endif
