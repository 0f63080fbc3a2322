#include "collector/intervals.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"

static bool
is_empty(const struct intervals *u)
{
	return u->top.to == 0;
}

/* Number `count` is the top. */
static struct interval
get(const struct intervals *u, uint32_t i)
{
	return i < u->count ? u->lower[i].interval : u->top;
}

/* The first interval that reaches `pos` or goes beyond; count + 1: none. */
static uint32_t
first_reaching(const struct intervals *u, uint64_t pos)
{
	uint32_t low = 0, high = u->count;
	if (u->top.to < pos)
		return u->count + 1;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (u->lower[middle].interval.to < pos)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
intervals_has(const struct intervals *u, uint64_t pos)
{
	if (pos > u->top.from)
		return pos <= u->top.to;
	return pos > get(u, first_reaching(u, pos)).from;
}

static struct lower *
insert_lower(struct intervals *u, uint32_t at)
{
	if (u->count == u->room) {
		u->room = u->room > 0 ? 2 * u->room : 2;
		u->lower = xrealloc(u->lower, u->room * sizeof(*u->lower));
	}
	memmove(&u->lower[at + 1], &u->lower[at],
	    (u->count - at) * sizeof(*u->lower));
	u->count++;
	return &u->lower[at];
}

static void
remove_lower(struct intervals *u, uint32_t from, uint32_t to)
{
	memmove(&u->lower[from], &u->lower[to],
	    (u->count - to) * sizeof(*u->lower));
	u->count -= to - from;
	if (u->count == 0) {
		free(u->lower);
		u->lower = NULL;
		u->room = 0;
	}
}

/* It touches no other, and belongs before number `at`. */
static void
insert(struct intervals *u, uint32_t at, struct interval add, int64_t now)
{
	struct lower new = { .interval = add, .opened = now };
	if (at > u->count) {
		new.interval = u->top;
		*insert_lower(u, u->count) = new;
		u->top = add;
		return;
	}
	/* In a hole: both halves are as old and as known as it was. */
	if (at > 0) {
		new = u->lower[at - 1];
		new.interval = add;
	}
	*insert_lower(u, at) = new;
}

/* It touches the intervals `first` to `last`: all become one. */
static bool
join(struct intervals *u, uint32_t first, uint32_t last, struct interval add,
    intervals_closed *closed, void *owner)
{
	struct interval low = get(u, first), high = get(u, last);
	if (add.from > low.from)
		add.from = low.from;
	if (add.to < high.to)
		add.to = high.to;
	if (first == last && add.from == low.from && add.to == low.to)
		return false;
	for (uint32_t i = first; i < last; i++) {
		struct interval hole = intervals_hole(u, i);
		if (u->lower[i].is_said && closed != NULL)
			closed(owner, hole.from, hole.to);
	}
	/* The hole after the last one stays as it is. */
	if (last < u->count)
		u->lower[last].interval = add;
	else
		u->top = add;
	if (first < last)
		remove_lower(u, first, last);
	return true;
}

bool
intervals_add(struct intervals *u, struct interval add, int64_t now,
    intervals_closed *closed, void *owner)
{
	assert(add.from < add.to);
	/* Nearly always the next line of the chain. */
	if (add.from == u->top.to && add.from > 0) {
		u->top.to = add.to;
		return true;
	}
	if (is_empty(u)) {
		u->top = add;
		return true;
	}
	uint32_t first = first_reaching(u, add.from), last = first;
	if (first > u->count || get(u, first).from > add.to) {
		insert(u, first, add, now);
		return true;
	}
	while (last < u->count && get(u, last + 1).from <= add.to)
		last++;
	return join(u, first, last, add, closed, owner);
}

void
intervals_forget_lowest(struct intervals *u)
{
	assert(u->count > 0);
	remove_lower(u, 0, 1);
}

struct interval
intervals_hole(const struct intervals *u, uint32_t i)
{
	assert(i < u->count);
	return (struct interval){ get(u, i).to, get(u, i + 1).from };
}

bool
intervals_has_all(const struct intervals *u, struct interval range)
{
	/* They do not touch, so one of them has it, or none. */
	return intervals_has(u, range.to) &&
	    get(u, first_reaching(u, range.to)).from <= range.from;
}

void
intervals_each_missing(const struct intervals *u, struct interval range,
    intervals_piece *fn, void *owner)
{
	uint32_t i = first_reaching(u, range.from);
	for (; i <= u->count && range.from < range.to; i++) {
		struct interval have = get(u, i);
		if (have.from >= range.to)
			break;
		if (have.from > range.from)
			fn(owner, (struct interval){ range.from, have.from });
		if (have.to > range.from)
			range.from = have.to;
	}
	if (range.from < range.to)
		fn(owner, range);
}

uint64_t
intervals_start(const struct intervals *u)
{
	return get(u, 0).from;
}

void
intervals_print(const struct intervals *u, struct buffer *out)
{
	for (uint32_t i = 0; i <= u->count; i++)
		buffer_printf(out, "%s%" PRIu64 "-%" PRIu64, i > 0 ? " " : "",
		    get(u, i).from, get(u, i).to);
}

/* Decimal digits, all of them. */
static bool
read_number(struct str text, uint64_t *number)
{
	return str_take_number(&text, number) && text.len == 0 &&
	    *number <= INT64_MAX;
}

int
intervals_parse(struct str text, int64_t now, struct intervals *u)
{
	struct str word, from, to;
	struct interval one;
	while (str_next_word(&text, " ", &word)) {
		struct str rest = word;
		if (!str_next_word(&rest, "-", &from) ||
		    !str_next_word(&rest, "-", &to) || rest.len > 0 ||
		    !read_number(from, &one.from) ||
		    !read_number(to, &one.to) || one.from >= one.to ||
		    (!is_empty(u) && one.from <= u->top.to))
			goto malformed;
		intervals_add(u, one, now, NULL, NULL);
	}
	if (!is_empty(u))
		return 0;

malformed:
	intervals_clear(u);
	return -1;
}

void
intervals_clear(struct intervals *u)
{
	free(u->lower);
	*u = (struct intervals){ 0 };
}
