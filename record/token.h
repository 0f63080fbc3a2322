/*
 * The words at the start of a log line, each with what stands around it:
 * what detect_words looks at.  Words are separated by blanks and by
 * [ ] ( ) < > | , ; and terminal colours count for nothing.
 */
#ifndef RECORD_TOKEN_H
#define RECORD_TOKEN_H

#include <stdbool.h>

#include "core/str.h"

/* Kinds of bytes in a word. */
#define TOKEN_UPPER 1u
#define TOKEN_LOWER 2u /* and ' and bytes from 128 up */
#define TOKEN_DIGIT 4u
#define TOKEN_OTHER 8u

struct token {
	struct str text; /* without the colons at its end */
	unsigned bytes; /* which kinds `text` has */
	bool colon; /* colons stood at its end */
	bool column; /* two blanks or more, or a tab, follow */
	/*
	 * The last separator before and the first after it that is no blank,
	 * if blanks at most stand between; else ' '.  '\0' at the start of
	 * the line.  A quote or the end of `rest` counts as a separator after
	 * it: '"' or '\0'.
	 */
	char before;
	char after;
	char next; /* the byte that ended it, or '\0' */
};

/*
 * Cut the next word off the front of `rest`, which starts as `line`.  False
 * when none is left, or a quoted text comes next (rest->data is then at its
 * quote).
 */
bool token_next(struct str line, struct str *rest, struct token *out);

/* Past the terminal colours ("\x1b[1;31m") at `at`; `at` where none is. */
size_t token_skip_colours(struct str s, size_t at);

#endif
