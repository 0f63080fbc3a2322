/*
 * Where an input goes on that can be read again (a journal, the kernel's
 * messages).  Each line of it stands in the spool with its cursor
 * (ATTRIBUTE_CURSOR): what is written with one write is never one without the
 * other.  So behind the last whole record reading goes on, and nothing is
 * lost or spooled twice, whenever the process is killed.
 *
 * Before there is a line, the bookmark says it: STATE/spool/INPUT/bookmark.
 */
#ifndef AGENT_SPOOL_CURSOR_H
#define AGENT_SPOOL_CURSOR_H

#include "agent/spool_directory.h"

/*
 * Append to `cursor` that of the last line in the spool that has one; if
 * there is none, what the bookmark says.  1; 0: neither says anything; -1:
 * the spool could not be read, which was said.
 */
int spool_cursor_find(const struct spool_directory *d, struct buffer *cursor);

/* Make `cursor` the bookmark; it is on the disk on 0.  -1: said. */
int spool_cursor_mark(const struct spool_directory *d, struct str cursor);

#endif
