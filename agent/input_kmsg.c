/*
 * type = kmsg: the kernel's messages, each with its sequence number into the
 * spool (agent/spool_cursor.h) and from there routed.  The kernel keeps the
 * last of them only, in a ring; how many it overwrote before they were read
 * is known by their numbers, and counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/kmsg_place.h"
#include "agent/ourselves.h"
#include "agent/puller.h"
#include "agent/whole_line.h"
#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "record/kmsg.h"

/* The kernel wants room for the longest message, which is 8 KiB.  What is no
 * device may have longer ones: of these we keep no more than this. */
#define CHUNK ((size_t)64 << 10)

static const struct str beginning = STR("beginning");

struct intake {
	struct input_context context;
	struct spool *spool;
	struct puller *puller;
	const char *path;
	int fd; /* -1: it could not be opened */
	bool is_device; /* gives one message for each read */
	struct buffer bytes; /* read; of what is no device also a beginning */
	struct kmsg message; /* the memory of one */
	struct kmsg_place place;
	uint64_t begun; /* the message of which a part is in the spool, */
	uint64_t from; /* so many bytes; 0: there is none */
	bool passing; /* start = end: only noting how far it goes */
	uint64_t told; /* of those missed */
	uint64_t own; /* this weir's own, passed over */
};

static const char *
name_of(const struct intake *in)
{
	return in->context.options->name;
}

static void
complain(struct intake *in, const char *what)
{
	if (!puller_is_failing(in->puller))
		log_warn("input %s: %s %s", name_of(in), what, in->path);
	puller_fail(in->puller);
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

/* So far it was read. */
static void
append_cursor(const struct intake *in, struct buffer *cursor)
{
	if (in->place.known)
		kmsg_place_cursor(&in->place, in->place.seq, cursor);
	else
		buffer_append_str(cursor, beginning);
}

static void
put(struct intake *in, const struct kmsg *k, uint32_t flags)
{
	struct buffer cursor = { 0 };
	append_cursor(in, &cursor);
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
take(struct intake *in, struct str message)
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
take_all(struct intake *in, bool all)
{
	struct str rest = buffer_str(&in->bytes), message;
	while (kmsg_next(&rest, all, &message))
		take(in, message);
	if (rest.len >= CHUNK) {
		take(in, rest);
		rest.len = 0;
	}
	buffer_consume(&in->bytes, in->bytes.len - rest.len);
}

static enum pulled
kmsg_pull(struct intake *in, size_t *size)
{
	ssize_t n = read(in->fd, buffer_room(&in->bytes, CHUNK), CHUNK);
	/* EPIPE: it was overwritten; the next one's number says how many. */
	if (n == -1 && (errno == EPIPE || errno == EINTR))
		return PULLED_SOME;
	if (n == -1 && errno != EAGAIN) {
		complain(in, "read");
		return PULLED_NONE;
	}
	in->bytes.len += n > 0 ? (size_t)n : 0;
	take_all(in, in->is_device || n <= 0);
	if (n == 0) /* a pipe that nobody has open is readable for ever */
		return PULLED_END;
	*size += n > 0 ? (size_t)n : 0;
	return n > 0 ? PULLED_SOME : PULLED_ALL;
}

static void
kmsg_shut(struct intake *in)
{
	if (in->fd != -1)
		close(in->fd);
	in->fd = -1;
}

static int
open_path(struct intake *in)
{
	struct stat st;
	if (in->fd != -1) /* since kmsg_start */
		return in->fd;
	int fd = open(in->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1) {
		complain(in, "open");
		if (fd != -1)
			close(fd);
		return -1;
	}
	in->fd = fd;
	in->is_device = S_ISCHR(st.st_mode);
	in->bytes.len = 0;
	return fd;
}

/* Pass over what is there: how far that goes is durable before the rest is
 * read. */
static void
kmsg_start(struct intake *in, struct buffer *cursor)
{
	size_t size = 0;
	in->passing = in->context.options->start == START_END;
	if (in->passing && open_path(in) != -1)
		while (kmsg_pull(in, &size) == PULLED_SOME)
			;
	in->passing = false;
	in->place.missed = 0;
	append_cursor(in, cursor);
}

static void
kmsg_resume(struct intake *in, struct str cursor, uint64_t from)
{
	if (str_equal(cursor, beginning))
		return;
	/* Of a part the message comes once more, for its rest. */
	if (kmsg_place_resume(&in->place, cursor, from > 0) && from > 0) {
		in->begun = in->place.seq + 1;
		in->from = from;
	}
}

static const struct puller_kind pulling = { kmsg_start, kmsg_resume, open_path,
	NULL, kmsg_pull, kmsg_shut };

static void
kmsg_close(struct intake *in)
{
	puller_free(in->puller);
	kmsg_clear(&in->message);
	buffer_clear(&in->bytes);
	free(in);
}

static struct intake *
kmsg_open(const struct input_context *context, struct spool *spool)
{
	const struct string_list *path = &context->options->path;
	struct intake *in = xcalloc(1, sizeof(*in));
	char boot[HOST_ID_SIZE];
	in->context = *context;
	in->spool = spool;
	in->path = path->count > 0 ? path->items[0] : intake_kmsg.source;
	in->fd = -1;
	host_boot_id(boot);
	kmsg_place_init(&in->place, boot[0] != '\0' ? boot : "-");
	in->puller = puller_new(context, spool, in->path, &pulling, in);
	if (puller_begin(in->puller) == 0)
		return in;
	kmsg_close(in);
	return NULL;
}

static void
kmsg_second(struct intake *in)
{
	if (in->place.missed > in->told)
		log_warnx("input %s: the kernel overwrote %" PRIu64
			  " messages before they could be read",
		    name_of(in), in->place.missed - in->told);
	in->told = in->place.missed;
	in->context.counts->kernel_dropped = in->place.missed;
	puller_second(in->puller);
}

static bool
kmsg_ended(const struct intake *in)
{
	return puller_ended(in->puller);
}

static void
kmsg_status(const struct intake *in)
{
	log_info("input %s: kernel messages: overwritten before they were "
		 "read %" PRIu64 ", own passed over %" PRIu64,
	    name_of(in), in->place.missed, in->own);
}

const struct intake_kind intake_kmsg = { "/dev/kmsg", kmsg_open, kmsg_second,
	kmsg_ended, kmsg_status, kmsg_close };
