/*
 * What a log line is, while somebody looks at it: a set of views into a
 * buffer that owns the bytes.  A record owns nothing and is copied freely;
 * it is valid as long as that buffer stays as it is.
 *
 * An absent text field is the empty view.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdint.h>

#include "core/str.h"
#include "record/facility.h"
#include "record/severity.h"

/* A line longer than max_line goes out in parts: `part` counts from 1. */
#define RECORD_MORE 1u /* another part follows */
/* The source ended without a line feed after this line. */
#define RECORD_PARTIAL 2u

struct record {
	struct str body; /* the text, byte for byte, without its line feed */
	struct str key; /* the routing key the agent made, at most 255 bytes */
	struct str host;
	struct str program;
	struct str path; /* the file it was read from */
	struct str pid;
	struct str msgid;
	struct str source; /* 32 hex digits: one incarnation of one source */
	uint64_t pos; /* offset in the source just past the line's last byte */
	int64_t time; /* ns since the epoch; what the line says, or received */
	int64_t received; /* ns since the epoch */
	enum severity severity;
	enum facility facility;
	uint32_t part; /* 0: the line is whole */
	uint32_t flags; /* RECORD_* */
};

#endif
