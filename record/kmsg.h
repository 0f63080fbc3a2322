/*
 * A message of the kernel as /dev/kmsg gives it (Documentation/ABI/testing/
 * dev-kmsg in Linux):
 *
 *	6,339,5140900,-,caller=T1;NET: Registered protocol family 10
 *	 SUBSYSTEM=net
 *	 DEVICE=n1
 *
 * prio * 8 + level, a sequence number, microseconds since boot, flags, and
 * perhaps more; then the text, and lines of NAME=value behind it.  Bytes that
 * are not printed are \xNN.
 */
#ifndef RECORD_KMSG_H
#define RECORD_KMSG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"

/* Owned by the caller; zeroed, it is ready to use. */
struct kmsg {
	uint64_t seq; /* rises by one with each message since boot */
	uint64_t usec; /* since boot */
	uint64_t level; /* facility * 8 + severity */
	struct buffer text; /* with its own bytes again */
	struct buffer data; /* [kmsg seq="339" DEVICE="n1"]: RFC 5424, 6.3 */
	struct buffer attributes; /* record/attributes.h */
};

/*
 * Cut the next message off the front of `rest`, in which many stand one
 * behind the other.  It goes up to the line that begins the next one: false
 * when that is not there yet, unless `rest` is `all` there is.  A line without
 * LF at the end is never taken: more of it is to come.
 */
bool kmsg_next(struct str *rest, bool all, struct str *message);

/*
 * Take a message apart.  0, or -1: it has not this form; `text` is then the
 * message as it is, and nothing else is known.
 */
int kmsg_parse(struct str message, struct kmsg *k);

/*
 * Make `attributes` of what kmsg_parse found.  `booted`: when the kernel's
 * clock was 0, ns since the epoch.
 */
void kmsg_attributes(struct kmsg *k, int64_t booted);

void kmsg_clear(struct kmsg *k);

#endif
