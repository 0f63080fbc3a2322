/* UTF-8 (RFC 3629), in text that may or may not be it. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stdint.h>

#include "core/str.h"

/*
 * The length of the character at the front of `s`, which is not empty, and
 * its code point; 0 if no valid one stands there (section 4: overlong forms
 * and surrogates are none).
 */
size_t utf8_take(struct str s, uint32_t *code);

/*
 * The length of the longest start of `s` that has at most `max` bytes and
 * does not end inside a character.  In text that is not UTF-8, just `max`.
 */
size_t utf8_cut(struct str s, size_t max);

#endif
