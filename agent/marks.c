#include "agent/marks.h"

#include <string.h>

/* The one whose neighbours are closest, for how long ago it was, goes. */
static size_t
least_wanted(const struct marks *m, uint64_t now)
{
	size_t least = 1;
	double smallest = 0;
	for (size_t i = 1; i + 1 < m->count; i++) {
		double gap =
		    (double)(m->at[i + 1].offset - m->at[i - 1].offset);
		double age = (double)(now - m->at[i].offset) + 1;
		if (i == 1 || gap / age < smallest) {
			least = i;
			smallest = gap / age;
		}
	}
	return least;
}

void
marks_add(struct marks *m, const struct position *p)
{
	if (m->count > 0 && p->offset <= m->at[m->count - 1].offset)
		return;
	if (m->count == MARKS_MAX) {
		size_t gone = least_wanted(m, p->offset);
		memmove(&m->at[gone], &m->at[gone + 1],
		    (--m->count - gone) * sizeof(m->at[0]));
	}
	m->at[m->count++] = *p;
}

const struct position *
marks_before(const struct marks *m, uint64_t offset)
{
	size_t i = m->count;
	while (i > 0 && m->at[i - 1].offset > offset)
		i--;
	return i > 0 ? &m->at[i - 1] : NULL;
}
