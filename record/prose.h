/*
 * What the words behind a level's word say: whether that word is a level or
 * only a part of the message.
 */
#ifndef RECORD_PROSE_H
#define RECORD_PROSE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

/* Is `word`, in either case, in the set? */
bool prose_has_word(struct str word, const struct str *set, size_t count);

/* Behind "error:": "nil", "0", "true" and their like say that there is none. */
bool prose_is_nothing(struct str rest);

/* Behind "ERROR": "count", "mode": a message about levels, not at one. */
bool prose_is_about_levels(struct str rest);

#endif
