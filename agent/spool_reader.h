/*
 * Reading a spool, record by record, from any place on: each record once, in
 * order, and never one whose checksums do not hold.  Where there is damage
 * the next sound record follows, and what was passed over is told.  The
 * memory in use is 64 KiB, or the longest record.
 */
#ifndef AGENT_SPOOL_READER_H
#define AGENT_SPOOL_READER_H

#include "agent/segment.h"
#include "agent/spool_directory.h"

/* What cannot be read: places `from` up to `to`. */
struct spool_damage {
	uint64_t segment; /* the base of the file it is in */
	uint64_t from, to;
	bool missing; /* a file that is not there, before `segment` */
	bool rest; /* nothing sound follows in the segment */
};

struct spool_reader {
	const struct spool_directory *directory;
	uint64_t at; /* the place of what comes next */
	struct spool_damage damage; /* after SPOOL_DAMAGE */
	uint64_t end; /* what is to be read */
	struct segment_head head; /* of the open segment */
	int fd; /* of it; -1: none is open */
	struct buffer bytes;
	size_t used; /* bytes of these that are behind us */
	bool failing; /* and said */
};

enum spool_found {
	SPOOL_ENTRY,
	SPOOL_END, /* that was all, or what follows is not whole */
	SPOOL_DAMAGE, /* `damage` says where; go on reading */
	SPOOL_FAILED, /* the system said no, and that was said: try again */
};

/* Begin at the place `at`, or at the first record behind it. */
void spool_reader_init(struct spool_reader *r,
    const struct spool_directory *directory, uint64_t at);

/*
 * The next record in front of the place `end`, which must be the end of a
 * record; UINT64_MAX: of all there is.  `e` is valid until the next call;
 * its record ends at `at`.
 */
enum spool_found
spool_reader_next(struct spool_reader *r, uint64_t end, struct entry *e);

/* After SPOOL_END: bytes that begin a record and are not whole. */
size_t spool_reader_unfinished(const struct spool_reader *r);

void spool_reader_clear(struct spool_reader *r);

#endif
