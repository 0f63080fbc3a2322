/*
 * Which messages of the kernel were read: those of one boot up to a sequence
 * number.  As text, "BOOT SEQ", that is their cursor.
 */
#ifndef AGENT_KMSG_PLACE_H
#define AGENT_KMSG_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"
#include "core/host.h"

struct kmsg_place {
	char boot[HOST_ID_SIZE]; /* this one, always */
	bool known; /* something of this boot was read, or is passed over */
	uint64_t seq; /* that, and all in front of it */
	uint64_t missed; /* messages the kernel overwrote before */
};

/* Nothing was read yet, and what was overwritten is not missed. */
void kmsg_place_init(struct kmsg_place *p, const char *boot);

/*
 * Go on behind `cursor`, or (`again`) with its message once more.  False: it
 * is of an earlier boot, or of another kind, and all of this boot is read.
 */
bool kmsg_place_resume(struct kmsg_place *p, struct str cursor, bool again);

/* Append the cursor of the message `seq`. */
void
kmsg_place_cursor(const struct kmsg_place *p, uint64_t seq, struct buffer *out);

/*
 * The message `seq` comes next.  False: it was read before.  Those between
 * the last one and it are counted as missed.
 */
bool kmsg_place_pass(struct kmsg_place *p, uint64_t seq);

#endif
