/*
 * The systemd journal, as libsystemd reads it: entries in order, one after
 * the other, from any cursor on.  The only user of <systemd/sd-journal.h>.
 *
 * Errors are negative errnos; nothing is logged here.
 */
#ifndef AGENT_JOURNAL_H
#define AGENT_JOURNAL_H

#include "config/config.h"
#include "record/journal_entry.h"

struct journal;

/*
 * Open what `journal_path` says, or this host's journal.  0 and `j`, which
 * stands nowhere yet; -ENODATA when not one file of it can be read.
 */
int journal_open(const struct input_options *options, struct journal **j);

/*
 * Stand in front of the first entry, the first since that time (ns since the
 * epoch), or behind the last, whose cursor is appended to `cursor`; -ENODATA:
 * there is no entry yet.
 */
int journal_to_beginning(struct journal *j);
int journal_to_time(struct journal *j, int64_t since);
int journal_to_end(struct journal *j, struct buffer *cursor);

/*
 * Stand in front of the entry of `cursor`: 1.  0: there is none any more; the
 * next one is the nearest behind it, by the journal's own numbers or by time.
 */
int journal_to_cursor(struct journal *j, const char *cursor);

/* From here on only entries that match. */
int journal_match(struct journal *j, const struct string_list *match);

/* Go to the next entry: 1; 0: that was the last for now. */
int journal_next(struct journal *j);

/*
 * Is this the entry of that cursor, be it that journald has copied it into
 * another file since?  1 or 0.
 */
int journal_is_at(struct journal *j, const char *cursor);

/* Append the entry's cursor. */
int journal_cursor(struct journal *j, struct buffer *cursor);

/*
 * Give all fields of the entry to `e` and end it.  0, or a negative errno
 * when not all of it could be read: what could be is there.
 */
int journal_read(struct journal *j, const struct journal_wanted *wanted,
    struct journal_entry *e);

/* Readable when something happens to the journal: then journal_process. */
int journal_fd(struct journal *j);

/* 1: files came or went; 0: entries may have come. */
int journal_process(struct journal *j);

/* Its places are others than those that were opened: open it again. */
bool journal_is_gone(const struct journal *j);

void journal_close(struct journal *j);

#endif
