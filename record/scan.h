/*
 * Small questions about the bytes of a line, for those who recognise what it
 * is by hand: anchored, without back-tracking, and in time that is linear in
 * the line.
 */
#ifndef RECORD_SCAN_H
#define RECORD_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

bool scan_starts(struct str s, const char *word);
bool scan_ends(struct str s, const char *word);

/* The place of the first `word` in `s`; false if there is none. */
bool scan_find(struct str s, const char *word, size_t *at);
bool scan_has(struct str s, const char *word);

/* As scan_has, where no letter, digit or _ stands in front of the word. */
bool scan_has_word(struct str s, const char *word);

/* How many blanks (space, tab) it begins with. */
size_t scan_blanks(struct str s);

/* It without these. */
struct str scan_unindented(struct str s);

/* How many digits stand at `at`, and how many bytes of a name from there on:
 * letters, digits, _ and those in `more`. */
size_t scan_digits(struct str s, size_t at);
size_t scan_name(struct str s, size_t at, const char *more);

/* Nothing but digits; so is no text at all. */
bool scan_is_number(struct str s);

/* Does it end with a colon and a number? */
bool scan_ends_with_number(struct str s);

/* Nothing but blanks. */
bool scan_is_blank(struct str s);

/*
 * Is this the beginning of something new, whatever stood before it: a line
 * with a time stamp in front, a JSON object, a syslog header, or what opens a
 * trace of its own?
 */
bool scan_begins_record(struct str s);

#endif
