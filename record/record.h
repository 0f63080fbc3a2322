/*
 * What a log line is, while somebody looks at it: a set of views into a
 * buffer that owns the bytes.  A record owns nothing and is copied freely;
 * it is valid as long as that buffer stays as it is.
 *
 * An absent text field is the empty view.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"
#include "record/facility.h"
#include "record/severity.h"

/* A line longer than max_line goes out in parts: `part` counts from 1. */
#define RECORD_MORE 1u /* another part follows */
/* The source ended without a line feed after this line. */
#define RECORD_PARTIAL 2u
/* Its source has too many chains: `prev` says nothing. */
#define RECORD_UNCHAINED 4u
/* It should have a form (syslog's, say) and has not: kept as it came. */
#define RECORD_MALFORMED 8u
/* It was longer when it was sent, and the rest is gone: a datagram's end. */
#define RECORD_TRUNCATED 16u
/* `data` is not all of it: no header had room for the rest; the body has it. */
#define RECORD_DATA_CUT 64u

struct record {
	struct str body; /* the text, byte for byte, without its line feed */
	struct str key; /* the routing key the agent made, at most 255 bytes */
	struct str host;
	struct str program;
	struct str path; /* the file it was read from (core/escape.h) */
	struct str pid;
	struct str msgid;
	struct str data; /* SD-ELEMENTs, as RFC 5424 section 6.3 writes them */
	struct str peer; /* who sent it: "192.0.2.7:514", "uid 1000" */
	struct str source; /* 32 hex digits: one incarnation of one source */
	struct str user; /* who published it, as the broker vouches for */
	uint64_t pos; /* offset in the source just past the line's last byte */
	/*
	 * A chain is what one source publishes under one key: `prev` is the pos
	 * of the line before this one in its chain, 0 for the first.  Between
	 * the two the chain has nothing.
	 */
	uint64_t prev;
	int64_t time; /* ns since the epoch; what the line says, or received */
	int64_t received; /* ns since the epoch */
	enum severity severity;
	enum facility facility;
	uint32_t part; /* 0: the line is whole */
	uint32_t flags; /* RECORD_* */
};

/*
 * Do source, key, pos and prev make sense together, so that the line has a
 * place in a chain?  Whoever published it may have made them up.
 */
bool record_is_chained(const struct record *r);

#endif
