/*
 * What a file is recognised by, whatever its name: device, inode and time of
 * birth, because an inode's number is given again.
 */
#ifndef CORE_IDENTITY_H
#define CORE_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

/* All zero for what is no file. */
struct identity {
	uint64_t device;
	uint64_t inode;
	int64_t birth; /* ns since the epoch; 0: the file system has none */
};

/* Of an open file: 0, or -1 with errno set. */
int identity_read(int fd, struct identity *identity);

/* Of what a path leads to, symbolic links followed; nothing is opened. */
int identity_look(const char *path, struct identity *identity);

bool identity_is_same(const struct identity *a, const struct identity *b);

#endif
