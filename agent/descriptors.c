#include "agent/descriptors.h"

#include <sys/resource.h>

#include "core/log.h"

/*
 * For databases, sockets, the spool, children; and for each input: inotify,
 * the file that is looked into for the rest of another, the one that may be a
 * copy and the one it is compared with, or one that is just found.
 */
#define OTHERS 40
#define OTHERS_PER_INPUT 4
#define LEAST 4

/* So many are asked to give way for one file: of 20,000 busy ones none would,
 * and each of 100,000 that wait would ask them all. */
#define TRIES 64

void
descriptors_init(struct descriptors *all, size_t inputs)
{
	struct rlimit most;
	size_t others = OTHERS + OTHERS_PER_INPUT * inputs;
	*all = (struct descriptors){ .limit = LEAST };
	if (getrlimit(RLIMIT_NOFILE, &most) == 0 &&
	    most.rlim_cur > others + LEAST)
		all->limit = (size_t)most.rlim_cur - others;
}

static void
append(struct descriptors *all, struct descriptor *d)
{
	d->prev = all->last;
	d->next = NULL;
	if (all->last != NULL)
		all->last->next = d;
	else
		all->first = d;
	all->last = d;
}

static void
detach(struct descriptors *all, struct descriptor *d)
{
	if (d->prev != NULL)
		d->prev->next = d->next;
	else
		all->first = d->next;
	if (d->next != NULL)
		d->next->prev = d->prev;
	else
		all->last = d->prev;
}

static bool
reclaim(struct descriptors *all, bool press)
{
	struct descriptor *d = all->first;
	for (int i = 0; i < TRIES && d != NULL; i++, d = d->next)
		if (d->yield(d, press)) {
			descriptors_return(all, d);
			return true;
		}
	return false;
}

/* Those who were asked in vain are asked again when all others were. */
static void
pass_over(struct descriptors *all)
{
	for (int i = 0; i < TRIES && (size_t)i < all->count; i++)
		descriptors_touch(all, all->first);
}

bool
descriptors_take(struct descriptors *all, struct descriptor *d, bool press)
{
	if (all->count >= all->limit) {
		if (!all->short_of)
			log_warnx("more files than the %zu descriptors there "
				  "are for them: they take turns; raise the "
				  "limit of open files (ulimit -n, "
				  "LimitNOFILE)",
			    all->limit);
		all->short_of = true;
		if (!reclaim(all, false) && !(press && reclaim(all, true))) {
			pass_over(all);
			return false;
		}
	}
	append(all, d);
	d->taken = true;
	all->count++;
	return true;
}

void
descriptors_lower(struct descriptors *all)
{
	all->limit = all->count > LEAST ? all->count : LEAST;
}

void
descriptors_touch(struct descriptors *all, struct descriptor *d)
{
	if (!d->taken)
		return;
	detach(all, d);
	append(all, d);
}

void
descriptors_return(struct descriptors *all, struct descriptor *d)
{
	if (!d->taken)
		return;
	detach(all, d);
	d->taken = false;
	all->count--;
}
