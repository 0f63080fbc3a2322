/*
 * Files that came, were written to and went again before anybody opened them,
 * as inotify tells: nothing of them was read, and that is counted.  What it
 * does not tell of is not known, and one that goes in the instant in which a
 * sweep begins may be taken for the next of its name: there were no less.
 */
#ifndef AGENT_UNOPENED_H
#define AGENT_UNOPENED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unopened_name;

/* A zeroed struct has none. */
struct unopened {
	struct unopened_name *names; /* that a file has which nobody opened */
	uint64_t sweep;
};

/*
 * A new file has the name `path`; `written`: it came with something in it, as
 * one that is renamed to it does.  True if the one that had it before is one
 * to be counted.
 */
bool unopened_came(struct unopened *u, const char *path, bool written);

/* It was written to. */
void unopened_grew(struct unopened *u, const char *path);

/* It has the name no longer.  True if it is one to be counted: that is so if
 * it was `deleted`, and not if it has another name now. */
bool unopened_went(struct unopened *u, const char *path, bool deleted);

/* Somebody opened it. */
void unopened_opened(struct unopened *u, const char *path);

/*
 * A sweep begins, and ends: files that were there before it and that it did
 * not open are no longer waited for, because it knows why.
 */
void unopened_begin_sweep(struct unopened *u);
void unopened_end_sweep(struct unopened *u);

void unopened_clear(struct unopened *u);

#endif
