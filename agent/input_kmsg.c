/*
 * type = kmsg: the kernel's messages, each with its sequence number into the
 * spool (agent/spool_cursor.h) and from there routed.  The kernel keeps the
 * last of them only, in a ring; how many it overwrote before they were read
 * is known by their numbers, and counted.
 */
#include "agent/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/kmsg_place.h"
#include "agent/ourselves.h"
#include "agent/readiness.h"
#include "agent/spool.h"
#include "agent/whole_line.h"
#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "record/kmsg.h"

/* The kernel wants room for the longest message, which is 8 KiB. */
#define CHUNK ((size_t)64 << 10)
#define TURN_READS 256 /* of one message each */

static const struct str beginning = STR("beginning");

struct input {
	struct input_context context;
	struct spool *spool;
	const char *path;
	int fd; /* -1: it could not be opened */
	bool is_device; /* gives one message for each read */
	struct readiness *readiness;
	uv_idle_t reading; /* runs while there is something to read and room */
	struct buffer bytes; /* read; of what is no device also a beginning */
	struct kmsg message; /* the memory of one */
	struct kmsg_place place;
	uint64_t begun; /* the message of which a part is in the spool, */
	uint64_t from; /* so many bytes; 0: there is none */
	bool passing; /* start = end: only noting how far it goes */
	bool ended; /* there was a moment without more messages */
	bool failing; /* and that was said */
	uint64_t told; /* of those missed */
	uint64_t own; /* this weir's own, passed over */
};

static const char *
name_of(const struct input *in)
{
	return in->context.options->name;
}

static void
complain(struct input *in, const char *what)
{
	if (!in->failing)
		log_warn("input %s: %s %s", name_of(in), what, in->path);
	in->failing = true;
	in->context.failed(in->context.owner);
}

static void
shut(struct input *in)
{
	readiness_stop(in->readiness);
	in->readiness = NULL;
	if (in->fd != -1)
		close(in->fd);
	in->fd = -1;
	uv_idle_stop(&in->reading);
}

/* "weir[123]: ...": what systemd writes there for a service of ours. */
static bool
is_own(const struct kmsg *k)
{
	static const struct str none;
	struct str rest = buffer_str(&k->text), program, pid;
	if (k->level >> 3 == FACILITY_KERN ||
	    !str_next_word(&rest, "[", &program) ||
	    memchr(program.data, ' ', program.len) != NULL ||
	    !str_next_word(&rest, "[]", &pid))
		return false;
	return ourselves_wrote(none, none, pid);
}

static void
put(struct input *in, const struct kmsg *k, uint32_t flags)
{
	struct buffer cursor = { 0 };
	if (in->place.known)
		kmsg_place_cursor(&in->place, in->place.seq, &cursor);
	else
		buffer_append_str(&cursor, beginning);
	struct whole_line line = { .text = buffer_str(&k->text),
		.attributes = buffer_str(&k->attributes),
		.cursor = buffer_str(&cursor),
		.received = clock_realtime(),
		.flags = flags };
	whole_line_put(in->spool, &in->context, &line, in->from);
	in->from = 0;
	buffer_clear(&cursor);
}

static void
take(struct input *in, struct str message)
{
	struct kmsg *k = &in->message;
	bool formed = kmsg_parse(message, k) == 0;
	FAULT("kmsg-message");
	if (formed && !kmsg_place_pass(&in->place, k->seq))
		return;
	if (in->passing)
		return;
	if (!formed || k->seq != in->begun) /* the kernel has it no more */
		in->from = 0;
	if (formed && is_own(k)) {
		in->own++;
		return;
	}
	/* The kernel's clock stands still while the machine sleeps. */
	if (formed)
		kmsg_attributes(k, clock_realtime() - clock_monotonic());
	put(in, k, formed ? 0 : RECORD_MALFORMED);
}

/* All of `bytes` that is whole. */
static void
take_all(struct input *in, bool all)
{
	struct str rest = buffer_str(&in->bytes), message;
	while (kmsg_next(&rest, all, &message))
		take(in, message);
	buffer_consume(&in->bytes, in->bytes.len - rest.len);
}

/* 1; 0: there is no more for now; -1: said. */
static int
read_once(struct input *in)
{
	ssize_t n = read(in->fd, buffer_room(&in->bytes, CHUNK), CHUNK);
	/* EPIPE: it was overwritten; the next one's number says how many. */
	if (n == -1 && (errno == EPIPE || errno == EINTR))
		return 1;
	if (n == -1 && errno != EAGAIN) {
		complain(in, "read");
		return -1;
	}
	in->bytes.len += n > 0 ? (size_t)n : 0;
	take_all(in, in->is_device || n <= 0);
	if (n == 0) /* a pipe that nobody has open is readable for ever */
		readiness_pause(in->readiness);
	return n > 0;
}

static void
on_reading(uv_idle_t *idle)
{
	struct input *in = idle->data;
	size_t before = in->bytes.len;
	int rc = 1;
	if (!spool_has_room(in->spool)) {
		uv_idle_stop(idle); /* until the next second */
		readiness_pause(in->readiness);
		return;
	}
	for (int n = 0; n < TURN_READS && rc == 1; n++) {
		rc = read_once(in);
		if (!in->is_device && in->bytes.len >= before + CHUNK)
			break;
	}
	spool_flush(in->spool);
	if (rc == 1)
		return;
	uv_idle_stop(idle);
	if (rc == -1)
		shut(in);
	in->ended = true;
	if (in->context.once)
		spool_end(in->spool);
}

static void
on_event(void *owner)
{
	struct input *in = owner;
	uv_idle_start(&in->reading, on_reading);
}

static int
open_path(struct input *in)
{
	struct stat st;
	in->fd = open(in->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (in->fd == -1 || fstat(in->fd, &st) == -1)
		return -1;
	in->is_device = S_ISCHR(st.st_mode);
	in->bytes.len = 0;
	return 0;
}

static void
begin(struct input *in)
{
	if (in->fd == -1 && open_path(in) == -1) {
		complain(in, "open");
		shut(in);
		return;
	}
	if (in->failing)
		log_info("input %s: %s can be read", name_of(in), in->path);
	in->failing = false;
	in->readiness = readiness_new(in->context.loop, in->fd, on_event, in);
	on_event(in);
}

static void
on_second(void *owner)
{
	struct input *in = owner;
	if (in->place.missed > in->told)
		log_warnx("input %s: the kernel overwrote %" PRIu64
			  " messages before they could be read",
		    name_of(in), in->place.missed - in->told);
	in->told = in->place.missed;
	in->context.counts->kernel_dropped = in->place.missed;
	if (in->readiness == NULL && in->fd == -1)
		begin(in);
	else if (spool_has_room(in->spool)) {
		readiness_resume(in->readiness);
		on_event(in);
	}
}

/* Pass over what is there: how far that goes is durable before the rest is
 * read. */
static int
choose_start(struct input *in)
{
	struct buffer cursor = { 0 };
	if (in->context.options->start == START_END && in->fd != -1) {
		in->passing = true;
		while (read_once(in) == 1)
			;
		in->passing = false;
	}
	if (in->place.known)
		kmsg_place_cursor(&in->place, in->place.seq, &cursor);
	else
		buffer_append_str(&cursor, beginning);
	in->place.missed = 0;
	int result = spool_mark(in->spool, buffer_str(&cursor));
	buffer_clear(&cursor);
	return result;
}

static int
resume(struct input *in)
{
	struct buffer said = { 0 };
	char boot[HOST_ID_SIZE];
	host_boot_id(boot);
	kmsg_place_init(&in->place, boot[0] != '\0' ? boot : "-");
	int found = spool_cursor(in->spool, &said);
	if (found == 0)
		found = choose_start(in) == 0 ? 1 : -1;
	else if (found == 1 && !str_equal(buffer_str(&said), beginning)) {
		struct str cursor =
		    whole_line_cursor(buffer_str(&said), &in->from);
		kmsg_place_resume(&in->place, cursor);
		in->begun = in->place.seq;
		if (in->from > 0) /* once more, for the rest of it */
			in->place.seq--;
	}
	buffer_clear(&said);
	return found == -1 ? -1 : 0;
}

static void
on_closed(uv_handle_t *handle)
{
	struct input *in = handle->data;
	kmsg_clear(&in->message);
	buffer_clear(&in->bytes);
	free(in);
}

static struct input *
kmsg_open(const struct input_context *context)
{
	const struct string_list *path = &context->options->path;
	struct input *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	in->path = path->count > 0 ? path->items[0] : "/dev/kmsg";
	in->fd = -1;
	in->reading.data = in;
	in->spool = spool_open(context, in->path, on_second, in);
	if (in->spool == NULL) {
		free(in);
		return NULL;
	}
	uv_idle_init(context->loop, &in->reading);
	if (open_path(in) == -1 && in->fd != -1)
		shut(in);
	if (resume(in) == -1) {
		shut(in);
		spool_close(in->spool);
		uv_close((uv_handle_t *)&in->reading, on_closed);
		return NULL;
	}
	begin(in);
	return in;
}

static bool
kmsg_turn(struct input *in)
{
	return spool_turn(in->spool);
}

static void
kmsg_recorded(struct input *in)
{
	spool_recorded(in->spool);
}

static bool
kmsg_finished(const struct input *in)
{
	return (in->ended || in->failing) && spool_is_drained(in->spool);
}

static void
kmsg_status(const struct input *in)
{
	spool_status(in->spool);
	log_info("input %s: kernel messages: overwritten before they were "
		 "read %" PRIu64 ", own passed over %" PRIu64,
	    name_of(in), in->place.missed, in->own);
}

static void
kmsg_close(struct input *in)
{
	shut(in);
	spool_close(in->spool);
	uv_close((uv_handle_t *)&in->reading, on_closed);
}

const struct input_kind input_kmsg = { kmsg_open, kmsg_turn, kmsg_recorded,
	kmsg_finished, kmsg_status, kmsg_close };
