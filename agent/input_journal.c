/*
 * type = journal: entries of the systemd journal, in order, each with its
 * cursor into the spool (agent/spool_cursor.h) and from there routed.  A
 * journal forgets: rotation and vacuuming take its oldest entries, however
 * long the broker is away; what is in the spool they do not reach.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/journal.h"
#include "agent/ourselves.h"
#include "agent/puller.h"
#include "agent/whole_line.h"
#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Instead of a cursor: from the first entry on, or from a time (ns) on. */
static const struct str beginning = STR("beginning");
#define SINCE '@'

struct intake {
	struct input_context context;
	struct spool *spool;
	struct puller *puller;
	const char *what; /* the journal's name */
	struct journal *journal; /* NULL: it could not be opened */
	struct journal_entry entry; /* the memory of one */
	struct buffer at; /* a cursor: so far it was read, */
	uint64_t from; /* but for what is behind these bytes; 0: all of it */
	bool resuming; /* the next entry may be that of `at` */
	uint64_t own; /* entries that this weir wrote, passed over */
	uint64_t textless; /* entries without MESSAGE */
	uint64_t damaged; /* entries of which not all could be read */
	uint64_t left_out; /* fields for which an entry had no room */
	uint64_t gone; /* times that the entry of `at` was no more */
};

static const char *
name_of(const struct intake *in)
{
	return in->context.options->name;
}

static void
complain(struct intake *in, const char *what, int rc)
{
	if (puller_is_failing(in->puller))
		;
	else if (rc == -ENODATA)
		log_warnx("input %s: %s: no file of it can be read; is there "
			  "one, and is this user in the group "
			  "systemd-journal?",
		    name_of(in), what);
	else
		log_warnx("input %s: %s: %s; trying again", name_of(in), what,
		    strerror(-rc));
	puller_fail(in->puller);
}

static void
note(struct intake *in, struct str cursor, uint64_t from)
{
	in->at.len = 0;
	buffer_append_str(&in->at, cursor);
	in->from = from;
}

/* Put the entry the journal stands at; how many bytes that took. */
static size_t
put(struct intake *in, struct str cursor, uint64_t from)
{
	struct journal_entry *e = &in->entry;
	struct str text = journal_entry_value(e, JOURNAL_MESSAGE);
	struct whole_line line = { .text = text,
		.attributes = buffer_str(&e->attributes),
		.cursor = cursor,
		.received = clock_realtime(),
		.flags = e->flags };
	in->textless += !e->has[JOURNAL_MESSAGE];
	in->left_out += e->left_out;
	whole_line_put(in->spool, &in->context, &line, from);
	return text.len + line.attributes.len;
}

/*
 * After a start the first entry may be the one that was the last: then it is
 * in the spool, or so many bytes of it are in `from`.  True: all of it.
 */
static bool
is_spooled(struct intake *in, uint64_t *from)
{
	*from = 0;
	if (!in->resuming)
		return false;
	in->resuming = false;
	char *cursor = str_copy(buffer_str(&in->at));
	bool same = journal_is_at(in->journal, cursor) == 1;
	free(cursor);
	if (same)
		*from = in->from;
	return same && *from == 0;
}

static size_t
take(struct intake *in)
{
	const struct input_options *o = in->context.options;
	const struct journal_wanted wanted = { o->fields.items,
		o->fields.count };
	struct journal_entry *e = &in->entry;
	struct buffer cursor = { 0 };
	size_t size = 0;
	uint64_t from;
	if (is_spooled(in, &from))
		return 0;
	int rc = journal_cursor(in->journal, &cursor);
	if (rc == 0 && journal_read(in->journal, &wanted, e) < 0) {
		in->damaged++;
		e->flags |= RECORD_MALFORMED;
	}
	if (rc < 0)
		in->damaged++; /* nothing of it can be had */
	else if (ourselves_wrote(journal_entry_value(e, JOURNAL_EXE),
		     journal_entry_value(e, JOURNAL_INVOCATION),
		     journal_entry_value(e, JOURNAL_PID)))
		in->own++;
	else
		size = put(in, buffer_str(&cursor), from);
	if (rc == 0)
		note(in, buffer_str(&cursor), 0);
	buffer_clear(&cursor);
	return size;
}

static enum pulled
journal_pull(struct intake *in, size_t *size)
{
	int rc = journal_next(in->journal);
	if (rc < 0)
		complain(in, "read the journal", rc);
	if (rc <= 0)
		return rc == 0 ? PULLED_ALL : PULLED_NONE;
	FAULT("journal-entry");
	*size += take(in);
	return PULLED_SOME;
}

static int
journal_event(struct intake *in)
{
	int rc = journal_process(in->journal);
	if (rc == 1)
		log_debug("input %s: journal files came or went", name_of(in));
	if (rc < 0)
		complain(in, "watch the journal", rc);
	return rc < 0 ? -1 : 0;
}

static int
go_to_cursor(struct intake *in)
{
	char *cursor = str_copy(buffer_str(&in->at));
	int rc = journal_to_cursor(in->journal, cursor);
	free(cursor);
	in->resuming = rc == 1;
	if (rc == -EINVAL) { /* the input was of another type once */
		in->gone++;
		log_warnx("input %s: its spool has a cursor that is none of a "
			  "journal: reading from the beginning",
		    name_of(in));
		return journal_to_beginning(in->journal);
	}
	if (rc == 0) {
		in->gone++;
		log_warnx("input %s: the entry that was read last is gone from "
			  "the journal: going on with the nearest behind it",
		    name_of(in));
	}
	return rc;
}

/* Stand in front of what comes after `at`. */
static int
position(struct intake *in)
{
	struct str at = buffer_str(&in->at);
	if (str_equal(at, beginning))
		return journal_to_beginning(in->journal);
	if (at.data[0] != SINCE)
		return go_to_cursor(in);
	char *since = str_copy(str_after(at, 1));
	int rc = journal_to_time(in->journal, strtoll(since, NULL, 10));
	free(since);
	return rc;
}

static void
journal_start(struct intake *in, struct buffer *cursor)
{
	if (in->context.options->start == START_BEGINNING)
		buffer_append_str(cursor, beginning);
	else if (journal_open(in->context.options, &in->journal) < 0 ||
	    journal_to_end(in->journal, cursor) < 0)
		buffer_printf(cursor, "%c%" PRId64, SINCE, clock_realtime());
}

static int
open_and_stand(struct intake *in)
{
	const struct input_options *o = in->context.options;
	int rc = 0;
	if (in->journal == NULL)
		rc = journal_open(o, &in->journal);
	if (rc >= 0)
		rc = position(in);
	return rc >= 0 ? journal_match(in->journal, &o->match) : rc;
}

static int
journal_begin(struct intake *in)
{
	int rc = open_and_stand(in);
	if (rc >= 0)
		return journal_fd(in->journal);
	complain(in, in->what, rc);
	return -1;
}

static void
journal_shut(struct intake *in)
{
	journal_close(in->journal);
	in->journal = NULL;
}

static const struct puller_kind pulling = { journal_start, note, journal_begin,
	journal_event, journal_pull, journal_shut };

static void
journal_intake_close(struct intake *in)
{
	puller_free(in->puller);
	journal_entry_clear(&in->entry);
	buffer_clear(&in->at);
	free(in);
}

static struct intake *
journal_intake_open(const struct input_context *context, struct spool *spool)
{
	const struct string_list *path = &context->options->journal_path;
	struct intake *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	in->spool = spool;
	in->what = path->count > 0 ? path->items[0] : "the journal";
	in->puller = puller_new(context, spool, in->what, &pulling, in);
	if (puller_begin(in->puller) == 0)
		return in;
	journal_intake_close(in);
	return NULL;
}

static void
journal_second(struct intake *in)
{
	if (in->journal != NULL && journal_is_gone(in->journal)) {
		log_info("input %s: the journal is another one: opening it",
		    name_of(in));
		puller_shut(in->puller);
	}
	puller_second(in->puller);
}

static bool
journal_ended(const struct intake *in)
{
	return puller_ended(in->puller);
}

static void
journal_status(const struct intake *in)
{
	log_info("input %s: journal: own entries passed over %" PRIu64
		 ", without a message %" PRIu64 ", damaged %" PRIu64
		 ", fields left out %" PRIu64 ", cursors gone %" PRIu64,
	    name_of(in), in->own, in->textless, in->damaged, in->left_out,
	    in->gone);
}

const struct intake_kind intake_journal = { "journal", journal_intake_open,
	journal_second, journal_ended, journal_status, journal_intake_close };
