#include "agent/listing.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/hash.h"
#include "core/xalloc.h"

struct listing {
	UT_hash_handle hh;
	struct buffer names; /* each with its NUL */
	struct listed *entries; /* by inode; behind the last an empty one */
	size_t count;
	char directory[];
};

struct listings {
	struct listing *table;
};

struct listings *
listings_new(void)
{
	return xcalloc(1, sizeof(struct listings));
}

static void
listing_free(struct listing *l)
{
	buffer_clear(&l->names);
	free(l->entries);
	free(l);
}

void
listings_free(struct listings *all)
{
	struct listing *l, *next;
	if (all == NULL)
		return;
	HASH_ITER(hh, all->table, l, next) {
		HASH_DEL(all->table, l);
		listing_free(l);
	}
	free(all);
}

static int
by_inode(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	return (x->inode > y->inode) - (x->inode < y->inode);
}

static void
add(struct listing *l, size_t *room, const struct dirent *entry)
{
	if (l->count + 1 >= *room) {
		*room = 2 * *room + 64;
		l->entries = xrealloc(l->entries, *room * sizeof(*l->entries));
	}
	l->entries[l->count++].inode = entry->d_ino;
	buffer_append(&l->names, entry->d_name, strlen(entry->d_name) + 1);
}

/* 0, or -1: that of readdir(3) too, because half a list says nothing. */
static int
take_entries(struct listing *l, DIR *dir)
{
	const struct dirent *entry;
	size_t room = 0;
	while (errno = 0, (entry = readdir(dir)) != NULL)
		add(l, &room, entry);
	if (errno != 0)
		return -1;
	const char *name = l->names.data;
	for (size_t i = 0; i < l->count; i++) {
		l->entries[i].name = name;
		name += strlen(name) + 1;
	}
	if (l->count > 0) {
		qsort(l->entries, l->count, sizeof(*l->entries), by_inode);
		l->entries[l->count] = (struct listed){ 0 };
	}
	return 0;
}

static struct listing *
find(const struct listings *all, const char *directory)
{
	struct listing *l;
	HASH_FIND_STR(all->table, directory, l);
	return l;
}

int
listings_read(struct listings *all, const char *directory)
{
	if (find(all, directory) != NULL)
		return 0;
	DIR *dir = opendir(directory);
	if (dir == NULL)
		return -1;
	struct listing *l = xcalloc(1, sizeof(*l) + strlen(directory) + 1);
	memcpy(l->directory, directory, strlen(directory));
	int result = take_entries(l, dir), error = errno;
	closedir(dir);
	if (result == -1)
		listing_free(l);
	else
		HASH_ADD_STR(all->table, directory, l);
	errno = error;
	return result;
}

const struct listed *
listings_find(struct listings *all, const char *directory, uint64_t inode)
{
	const struct listing *l = find(all, directory);
	size_t low = 0, high = l != NULL ? l->count : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (l->entries[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	if (l == NULL || low == l->count || l->entries[low].inode != inode)
		return NULL;
	return &l->entries[low];
}

const struct listed *
listed_next(const struct listed *entry)
{
	return entry[1].name != NULL && entry[1].inode == entry->inode
	    ? entry + 1
	    : NULL;
}
