/*
 * ${NAME} and ${NAME:-default} in values.
 *
 * A reference to the environment has a name of upper case letters, digits
 * and _; ${:-text} is plain text, which keeps blanks at the end of a value.
 * What is put in is never looked at again.  `$$` is a dollar, and so is one
 * with neither $ nor { after it.  Every other ${...} stays as it is.
 *
 * Templates (record/template.h) have ${fields} and `$$` of their own.  For
 * them plain dollars come out doubled, so that the user doubles once.
 */
#ifndef CONFIG_EXPAND_H
#define CONFIG_EXPAND_H

#include <stdbool.h>

#include "core/buffer.h"
#include "core/str.h"

/*
 * Append the expansion of `raw` to `out`.  On failure returns -1 and appends
 * what is wrong to `wrong`.
 */
int expand_text(
    struct str raw, bool is_template, struct buffer *out, struct buffer *wrong);

/*
 * The way back: append text that, with blanks trimmed from its ends, expands
 * to `value` whatever the environment.
 */
void expand_protect(struct str value, bool is_template, struct buffer *out);

#endif
