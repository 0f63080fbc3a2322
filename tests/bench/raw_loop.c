/*
 * raw_loop PORT FILE: publish each line of FILE with amqp_basic_publish, as
 * a simple program on the library would, and wait for every confirm.
 *
 * What it carries is what weir carries (docs/wire.md): the same properties
 * and headers, persistent, mandatory, with a window of WINDOW unconfirmed
 * messages.  What it does not do is the rest of weir's work: it looks into
 * no line, keeps no checkpoint, and ends at the first trouble.
 */
#include <amqp.h>
#include <amqp_framing.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "core/clock.h"
#include "core/log.h"
#include "record/timestamp.h"
#include "tests/bench/client.h"

#define WINDOW 5000 /* as weir's confirm_window */
#define LOOK_EVERY 64 /* messages: two system calls of ours to 192 sends */
#define READ_SIZE 65536

#define SOURCE "0123456789abcdef0123456789abcdef"
#define KEY "info.user"

struct loop {
	amqp_connection_state_t amqp;
	uint64_t sent; /* the last delivery tag */
	uint64_t oldest; /* the first tag that is not confirmed */
	bool confirmed[WINDOW]; /* by tag; those below `oldest` are cleared */
	const char *path;
	uint64_t pos;
};

static void
confirm(struct loop *l, uint64_t tag, bool multiple)
{
	for (uint64_t t = multiple ? l->oldest : tag; t <= tag; t++)
		l->confirmed[t % WINDOW] = true;
	while (l->oldest <= l->sent && l->confirmed[l->oldest % WINDOW])
		l->confirmed[l->oldest++ % WINDOW] = false;
}

/* Take one frame; false if none came within `patience` (NULL: wait). */
static bool
take_frame(struct loop *l, const struct timeval *patience)
{
	amqp_frame_t frame;
	amqp_maybe_release_buffers(l->amqp);
	int status = amqp_simple_wait_frame_noblock(l->amqp, &frame, patience);
	if (status == AMQP_STATUS_TIMEOUT)
		return false;
	client_check_status(status, "wait for a confirm");
	if (frame.frame_type != AMQP_FRAME_METHOD ||
	    frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
		log_error("the broker sent something else than a confirm");
		exit(EXIT_FAILURE);
	}
	const amqp_basic_ack_t *ack = frame.payload.method.decoded;
	confirm(l, ack->delivery_tag, ack->multiple);
	return true;
}

static void
take_what_is_there(struct loop *l)
{
	static const struct timeval now = { 0, 0 };
	while (take_frame(l, &now))
		;
}

static uint64_t
unconfirmed(const struct loop *l)
{
	return l->sent + 1 - l->oldest;
}

static void
wait_for_room(struct loop *l)
{
	do
		take_frame(l, NULL);
	while (unconfirmed(l) == WINDOW);
	take_what_is_there(l);
}

static amqp_table_entry_t
text(const char *key, amqp_bytes_t value)
{
	amqp_table_entry_t e = { .key = amqp_cstring_bytes(key) };
	e.value.kind = AMQP_FIELD_KIND_UTF8;
	e.value.value.bytes = value;
	return e;
}

static amqp_table_entry_t
number(const char *key, uint64_t value)
{
	amqp_table_entry_t e = { .key = amqp_cstring_bytes(key) };
	e.value.kind = AMQP_FIELD_KIND_I64;
	e.value.value.i64 = (int64_t)value;
	return e;
}

static void
publish(struct loop *l, amqp_bytes_t line)
{
	char stamp[TIMESTAMP_LEN], id[64];
	int64_t now = clock_realtime();
	timestamp_format(now, stamp);
	amqp_bytes_t time = { TIMESTAMP_LEN, stamp };
	snprintf(id, sizeof(id), SOURCE "/%llu", (unsigned long long)l->pos);
	amqp_table_entry_t headers[] = {
		text("key", amqp_cstring_bytes(KEY)),
		text("host", amqp_cstring_bytes("bench")),
		text("severity", amqp_cstring_bytes("info")),
		text("facility", amqp_cstring_bytes("user")),
		text("time", time),
		text("received", time),
		text("path", amqp_cstring_bytes(l->path)),
		text("source", amqp_cstring_bytes(SOURCE)),
		number("pos", l->pos),
	};
	amqp_basic_properties_t properties = {
		._flags = AMQP_BASIC_CONTENT_TYPE_FLAG |
		    AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_TIMESTAMP_FLAG |
		    AMQP_BASIC_APP_ID_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
		    AMQP_BASIC_HEADERS_FLAG,
		.content_type = amqp_cstring_bytes("text/plain"),
		.delivery_mode = AMQP_DELIVERY_PERSISTENT,
		.timestamp = (uint64_t)(now / NS_PER_SECOND),
		.app_id = amqp_cstring_bytes("bench"),
		.message_id = amqp_cstring_bytes(id),
		.headers = { sizeof(headers) / sizeof(*headers), headers },
	};
	client_check_status(
	    amqp_basic_publish(l->amqp, CLIENT_CHANNEL,
		amqp_cstring_bytes(CLIENT_EXCHANGE), amqp_cstring_bytes(KEY), 1,
		0, &properties, line),
	    "publish");
	l->sent++;
}

static void
publish_all(struct loop *l, FILE *file)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	while ((len = getline(&line, &size, file)) > 0) {
		l->pos += (uint64_t)len;
		if (line[len - 1] == '\n')
			len--;
		publish(l, (amqp_bytes_t){ (size_t)len, line });
		if (unconfirmed(l) == WINDOW)
			wait_for_room(l);
		else if (l->sent % LOOK_EVERY == 0)
			take_what_is_there(l);
	}
	free(line);
	while (unconfirmed(l) > 0)
		take_frame(l, NULL);
}

int
main(int argc, char **argv)
{
	static struct loop l;
	log_init("raw_loop", LOG_LEVEL_INFO);
	if (argc != 3) {
		fputs("usage: raw_loop PORT FILE\n", stderr);
		return 64;
	}
	l.path = argv[2];
	FILE *file = fopen(l.path, "r");
	if (file == NULL) {
		log_warn("open %s", l.path);
		return EXIT_FAILURE;
	}
	setvbuf(file, NULL, _IOFBF, READ_SIZE);
	l.oldest = 1;
	l.amqp = client_open(argv[1]);
	amqp_confirm_select(l.amqp, CLIENT_CHANNEL);
	client_check(l.amqp, "confirm.select");
	publish_all(&l, file);
	fclose(file);
	client_close(l.amqp);
	return EXIT_SUCCESS;
}
