/*
 * type = journal: entries of the systemd journal, in order, each with its
 * cursor into the spool (agent/spool_cursor.h) and from there routed.  A
 * journal forgets: rotation and vacuuming take its oldest entries, however
 * long the broker is away; what is in the spool they do not reach.
 */
#include "agent/input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/journal.h"
#include "agent/ourselves.h"
#include "agent/readiness.h"
#include "agent/spool.h"
#include "agent/whole_line.h"
#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"

/* At most so much for each turn of the loop. */
#define TURN_ENTRIES 256
#define TURN_BYTES ((size_t)64 << 10)

/* Instead of a cursor: from the first entry on, or from a time (ns) on. */
static const struct str beginning = STR("beginning");
#define SINCE '@'

struct input {
	struct input_context context;
	struct spool *spool;
	struct journal *journal; /* NULL: it could not be opened */
	struct readiness *readiness;
	uv_idle_t reading; /* runs while there are entries and room */
	struct journal_entry entry; /* the memory of one */
	struct buffer at; /* a cursor: so far it was read */
	bool resuming; /* the next entry may be that of `at` */
	bool ended; /* there was a moment without more entries */
	bool failing; /* it cannot be opened or read, and that was said */
	uint64_t own; /* entries that this weir wrote, passed over */
	uint64_t textless; /* entries without MESSAGE */
	uint64_t damaged; /* entries of which not all could be read */
	uint64_t left_out; /* fields for which an entry had no room */
	uint64_t gone; /* times that the entry of `at` was no more */
};

static const char *
name_of(const struct input *in)
{
	return in->context.options->name;
}

static void
complain(struct input *in, const char *what, int rc)
{
	if (!in->failing && rc == -ENODATA)
		log_warnx("input %s: %s: no file of it can be read; is there "
			  "one, and is this user in the group "
			  "systemd-journal?",
		    name_of(in), what);
	else if (!in->failing)
		log_warnx("input %s: %s: %s; trying again", name_of(in), what,
		    strerror(-rc));
	in->failing = true;
	in->context.failed(in->context.owner);
}

static void
shut(struct input *in)
{
	readiness_stop(in->readiness);
	journal_close(in->journal);
	in->readiness = NULL;
	in->journal = NULL;
	uv_idle_stop(&in->reading);
}

static void
note(struct input *in, struct str cursor)
{
	in->at.len = 0;
	buffer_append_str(&in->at, cursor);
}

/* Put the entry the journal stands at; how many bytes that took. */
static size_t
put(struct input *in, struct str cursor, uint64_t from)
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
is_spooled(struct input *in, uint64_t *from)
{
	*from = 0;
	if (!in->resuming)
		return false;
	in->resuming = false;
	char *cursor = str_copy(whole_line_cursor(buffer_str(&in->at), from));
	int same = journal_is_at(in->journal, cursor);
	free(cursor);
	if (same != 1)
		*from = 0;
	return same == 1 && *from == 0;
}

static size_t
take(struct input *in)
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
		note(in, buffer_str(&cursor));
	buffer_clear(&cursor);
	return size;
}

static void
on_reading(uv_idle_t *idle)
{
	struct input *in = idle->data;
	size_t size = 0;
	int rc = 1;
	if (!spool_has_room(in->spool)) {
		uv_idle_stop(idle); /* until the next second */
		return;
	}
	for (int n = 0; n < TURN_ENTRIES && size < TURN_BYTES; n++) {
		rc = journal_next(in->journal);
		if (rc <= 0)
			break;
		FAULT("journal-entry");
		size += take(in);
	}
	spool_flush(in->spool);
	if (rc > 0)
		return;
	uv_idle_stop(idle);
	if (rc < 0) {
		complain(in, "read the journal", rc);
		shut(in);
	}
	in->ended = true;
	if (in->context.once)
		spool_end(in->spool);
}

static void
on_event(void *owner)
{
	struct input *in = owner;
	int rc = journal_process(in->journal);
	if (rc == 1)
		log_debug("input %s: journal files came or went", name_of(in));
	uv_idle_start(&in->reading, on_reading);
}

static int
go_to_cursor(struct input *in)
{
	uint64_t from;
	char *cursor = str_copy(whole_line_cursor(buffer_str(&in->at), &from));
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
position(struct input *in)
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

/* Where an input begins that never was: durable before anything is read. */
static int
choose_start(struct input *in)
{
	if (in->context.options->start == START_BEGINNING)
		buffer_append_str(&in->at, beginning);
	else if (in->journal == NULL ||
	    journal_to_end(in->journal, &in->at) < 0)
		buffer_printf(&in->at, "%c%" PRId64, SINCE, clock_realtime());
	return spool_mark(in->spool, buffer_str(&in->at));
}

static void
begin(struct input *in)
{
	const struct input_options *o = in->context.options;
	const char *what = o->journal_path.count > 0 ? o->journal_path.items[0]
						     : "the journal";
	if (in->journal == NULL) {
		int rc = journal_open(o, &in->journal);
		if (rc < 0) {
			in->journal = NULL;
			complain(in, what, rc);
			return;
		}
	}
	int rc = position(in);
	if (rc >= 0)
		rc = journal_match(in->journal, &o->match);
	if (rc < 0) {
		complain(in, what, rc);
		shut(in);
		return;
	}
	if (in->failing)
		log_info("input %s: %s can be read", name_of(in), what);
	in->failing = false;
	in->readiness = readiness_new(
	    in->context.loop, journal_fd(in->journal), on_event, in);
	uv_idle_start(&in->reading, on_reading);
}

static void
on_second(void *owner)
{
	struct input *in = owner;
	if (in->journal != NULL && journal_is_gone(in->journal)) {
		log_info("input %s: the journal is another one: opening it",
		    name_of(in));
		shut(in);
	}
	if (in->journal == NULL)
		begin(in);
	else if (spool_has_room(in->spool))
		on_event(in);
}

static void
on_closed(uv_handle_t *handle)
{
	struct input *in = handle->data;
	journal_entry_clear(&in->entry);
	buffer_clear(&in->at);
	free(in);
}

static struct input *
journal_input_open(const struct input_context *context)
{
	struct input *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	in->reading.data = in;
	in->spool = spool_open(context, "journal", on_second, in);
	if (in->spool == NULL) {
		free(in);
		return NULL;
	}
	uv_idle_init(context->loop, &in->reading);
	if (journal_open(context->options, &in->journal) < 0)
		in->journal = NULL; /* begin() says why */
	int found = spool_cursor(in->spool, &in->at);
	if (found == 0)
		found = choose_start(in) == 0 ? 1 : -1;
	if (found == -1) {
		journal_close(in->journal);
		spool_close(in->spool);
		uv_close((uv_handle_t *)&in->reading, on_closed);
		return NULL;
	}
	begin(in);
	return in;
}

static bool
journal_input_turn(struct input *in)
{
	return spool_turn(in->spool);
}

static void
journal_input_recorded(struct input *in)
{
	spool_recorded(in->spool);
}

static bool
journal_input_finished(const struct input *in)
{
	return (in->ended || in->failing) && spool_is_drained(in->spool);
}

static void
journal_input_status(const struct input *in)
{
	spool_status(in->spool);
	log_info("input %s: journal: own entries passed over %" PRIu64
		 ", without a message %" PRIu64 ", damaged %" PRIu64
		 ", fields left out %" PRIu64 ", cursors gone %" PRIu64,
	    name_of(in), in->own, in->textless, in->damaged, in->left_out,
	    in->gone);
}

static void
journal_input_close(struct input *in)
{
	shut(in);
	spool_close(in->spool);
	uv_close((uv_handle_t *)&in->reading, on_closed);
}

const struct input_kind input_journal = { journal_input_open,
	journal_input_turn, journal_input_recorded, journal_input_finished,
	journal_input_status, journal_input_close };
