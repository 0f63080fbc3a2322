/*
 * "Did you mean": the nearest of the words that could have stood there, by
 * edits (a letter more, less, other, or two swapped).
 */
#ifndef CONFIG_NEAREST_H
#define CONFIG_NEAREST_H

#include <stddef.h>

#include "core/buffer.h"
#include "core/str.h"

struct nearest {
	struct str typed;
	struct str best; /* so far; empty: none was near enough */
	size_t distance;
};

struct nearest nearest_to(struct str typed);

/* Words must outlive `n`; of equally near ones the first wins. */
void nearest_offer(struct nearest *n, struct str word);

/* Append `; did you mean "WORD"?` if there is one. */
void nearest_print(const struct nearest *n, struct buffer *out);

#endif
