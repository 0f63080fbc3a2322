/*
 * The files that one input follows: found by what they are, by the name they
 * have, and in the order in which they want to be read.
 */
#ifndef AGENT_FOLLOWED_H
#define AGENT_FOLLOWED_H

#include <stdbool.h>

#include "agent/descriptors.h"
#include "agent/tail.h"
#include "core/hash.h"

struct followed_key {
	uint64_t device;
	uint64_t inode;
};

struct followed {
	UT_hash_handle hh; /* by key */
	UT_hash_handle by_path;
	struct followed_key key;
	struct tail tail;
	char *path; /* NULL: another file has taken the name */
	char *base; /* the name of its family (agent/rotation.h) */
	UT_hash_handle by_base;
	bool queued;
	bool waiting; /* for what was read of its file before */
	bool rotated; /* its first name is another's now */
	bool caught_up; /* it was read to its end once */
	bool unfinished; /* its end waits to be durable */
	struct descriptor descriptor; /* of `tail`, unless it is parked */
	bool was_read; /* since it was opened */
	bool suspect; /* it is named like an output of ours */
	int64_t unnamed_since; /* a sweep did not see it (monotonic); 0 */
	uint64_t sweep; /* the last one that saw its name */
	/* The file that took our name: to be read after us. */
	struct followed *successor;
	bool held; /* we are somebody's successor */
	struct followed *next; /* in the queue */
};

/* A zeroed struct is an empty set. */
struct followed_set {
	struct followed *files; /* by key */
	struct followed *paths; /* by path */
	struct followed *youngest; /* of each family, by base */
	struct followed *first, *last; /* the queue */
	uint64_t sweep;
};

#define FOLLOWED_EACH(set, f, next) HASH_ITER(hh, (set)->files, f, next)

/*
 * A new file (followed_find does not find it) that has the name `path`.  A file
 * that had the name until now loses it, and must be drained before the new one
 * is read; and so must the one of its family that was added last.
 */
struct followed *followed_add(struct followed_set *set,
    const struct identity *identity, const char *path);

/*
 * A new file that `heir` is to be read after, and which has no name that a
 * sweep would find.
 */
struct followed *followed_add_before(struct followed_set *set,
    const struct identity *identity, struct followed *heir);

/* What stood in the way of a file that was `waiting` is over. */
void followed_go_on(struct followed_set *set, struct followed *f);

/* NULL if it is not followed. */
struct followed *
followed_find(struct followed_set *set, uint64_t device, uint64_t inode);

/* By the name it was last seen with. */
struct followed *
followed_find_path(const struct followed_set *set, const char *path);

/* Each sweep marks what it sees; what it does not see has no name. */
void followed_begin_sweep(struct followed_set *set);

/*
 * The sweep sees `f` under `path`.  True if that is its new name: it had
 * none, or its old one leads elsewhere.
 */
bool
followed_seen(struct followed_set *set, struct followed *f, const char *path);
bool
followed_is_unnamed(const struct followed_set *set, const struct followed *f);

/* Put it behind those that want to be read, unless it is there. */
void followed_queue(struct followed_set *set, struct followed *f);

/* Take the first one that may be read; NULL if there is none. */
struct followed *followed_next(struct followed_set *set);
bool followed_has_next(const struct followed_set *set);

/* It was read to its end: whoever took its name may be read now. */
void followed_drained(struct followed_set *set, struct followed *f);

/* It must be closed already. */
void followed_remove(struct followed_set *set, struct followed *f);

#endif
