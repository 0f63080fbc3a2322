#include "config/nearest.h"

#include <string.h>

/* Longer words are not typing mistakes of ours. */
#define WORD_MAX 63

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Optimal string alignment: Levenshtein's three edits and the swap of two
 * neighbours, row by row.
 */
static size_t
distance(struct str a, struct str b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *last = rows[0], *now = rows[1], *before = rows[2];
	for (size_t j = 0; j <= b.len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t other = a.data[i - 1] != b.data[j - 1];
			now[j] = smaller(last[j - 1] + other,
			    smaller(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
			    a.data[i - 2] == b.data[j - 1])
				now[j] = smaller(now[j], before[j - 2] + 1);
		}
		size_t *unused = before;
		before = last;
		last = now;
		now = unused;
	}
	return last[b.len];
}

struct nearest
nearest_to(struct str typed)
{
	/* One mistake in a short word, one more for every four letters. */
	return (
	    struct nearest){ .typed = typed, .distance = 2 + typed.len / 4 };
}

void
nearest_offer(struct nearest *n, struct str word)
{
	if (n->typed.len > WORD_MAX || word.len > WORD_MAX)
		return;
	size_t d = distance(n->typed, word);
	if (d >= n->distance || d >= word.len)
		return;
	n->distance = d;
	n->best = word;
}

void
nearest_print(const struct nearest *n, struct buffer *out)
{
	if (n->best.len > 0)
		buffer_printf(
		    out, "; did you mean \"" STR_FMT "\"?", STR_ARG(n->best));
}
