/*
 * Directories, each read once, for who looks for many files in them: which
 * names an inode has there.
 */
#ifndef AGENT_LISTING_H
#define AGENT_LISTING_H

#include <stdint.h>

struct listings;

struct listings *listings_new(void);
void listings_free(struct listings *all);

/* Read `directory` ("logs/", "./") unless it was: 0, or -1 with errno set. */
int listings_read(struct listings *all, const char *directory);

/* A name with that inode, as long as the listings live. */
struct listed {
	uint64_t inode;
	const char *name;
};

/*
 * The first name of `inode` in a directory that was read; NULL: it has none.
 * An inode's number may be another file's by now.
 */
const struct listed *
listings_find(struct listings *all, const char *directory, uint64_t inode);

/* One more name of the same inode; NULL: there is none. */
const struct listed *listed_next(const struct listed *entry);

#endif
