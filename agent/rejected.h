/*
 * What the broker refuses for good (a line too large for it, say) is set
 * aside in STATE/rejected/, 0700, so that it does not stop the rest: one file
 * a line, 0600, SOURCE-POS by name, the pos in 16 hex digits.  Its first line
 * is a JSON object (reason, time, received, key, host, program, path, source,
 * pos, part, length); behind that stand the bytes of the line, `length` of
 * them.
 *
 * At most REJECTED_FILES of them and REJECTED_BYTES: a mistake in a limit of
 * the broker must not fill the disk.
 */
#ifndef AGENT_REJECTED_H
#define AGENT_REJECTED_H

#include <stdint.h>

#include "record/record.h"

#define REJECTED_FILES 1000
#define REJECTED_BYTES ((uint64_t)256 << 20)

struct rejected;

/*
 * For the rejected lines of STATE.  The directory is created when it is first
 * needed.  NULL, having said why, if STATE cannot be opened.
 */
struct rejected *rejected_open(const char *state);

/*
 * Set the line aside.  1: it is on the disk, and may be settled; the same
 * line once more is the same file.  0: there is no room; the line is to be
 * settled all the same, and counted as dropped; that there is none was said
 * once.  -1: the disk failed, which was said: the line is to wait.
 *
 * Waits for the disk: this is rare.
 */
int
rejected_put(struct rejected *r, const struct record *line, struct str reason);

void rejected_close(struct rejected *r);

#endif
