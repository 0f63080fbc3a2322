#include "broker/message.h"

#include <assert.h>
#include <stdio.h>

#include "broker/bytes.h"
#include "broker/message_data.h"
#include "core/checksum.h"
#include "core/clock.h"
#include "core/utf8.h"
#include "record/timestamp.h"

#define HEADERS_MAX 23

/*
 * What data may take: what is left of a frame by everything else at its
 * longest.  That is 3,214 bytes with four texts of 255 bytes, and another
 * 3,076 with such of 1024.
 */
#define OTHERS_MAX ((size_t)3300)
#define LARGE_OTHERS_MAX ((size_t)6400)
/* More than any sender has; RFC 5424, section 6.1 asks for 2 KiB in all. */
#define DATA_MAX ((size_t)32 << 10)

static amqp_table_entry_t *
add(amqp_table_t *headers, const char *key)
{
	amqp_table_entry_t *e = &headers->entries[headers->num_entries++];
	e->key = amqp_cstring_bytes(key);
	return e;
}

static void
add_text(amqp_table_t *headers, const char *key, struct str text, size_t most)
{
	if (text.len == 0)
		return;
	text.len = utf8_cut(text, most);
	amqp_table_entry_t *e = add(headers, key);
	e->value.kind = AMQP_FIELD_KIND_UTF8;
	e->value.value.bytes = bytes_of(text);
}

static void
add_number(amqp_table_t *headers, const char *key, uint64_t number)
{
	amqp_table_entry_t *e = add(headers, key);
	e->value.kind = AMQP_FIELD_KIND_I64;
	e->value.value.i64 = (int64_t)number;
}

static void
add_flag(amqp_table_t *headers, const char *key)
{
	amqp_table_entry_t *e = add(headers, key);
	e->value.kind = AMQP_FIELD_KIND_BOOLEAN;
	e->value.value.boolean = 1;
}

struct stamps {
	char time[TIMESTAMP_LEN];
	char received[TIMESTAMP_LEN];
};

static void
add_data(amqp_table_t *headers, struct str data, size_t room)
{
	/* Its lists are too long for a stack; there is one thread. */
	static struct message_data parts;
	amqp_table_t table;
	if (data.len == 0)
		return;
	bool whole = message_data_make(&parts, data, room, &table);
	if (table.num_entries > 0) {
		amqp_table_entry_t *e = add(headers, "data");
		e->value.kind = AMQP_FIELD_KIND_TABLE;
		e->value.value.table = table;
	}
	if (!whole)
		add_flag(headers, "data_cut");
}

/* What there is room for in the header of a message. */
struct room {
	size_t text;
	size_t data;
};

static struct room
room_of(size_t frame_max)
{
	bool large = frame_max >= MESSAGE_LARGE_FRAME;
	size_t data = frame_max - (large ? LARGE_OTHERS_MAX : OTHERS_MAX);
	return (struct room){
		.text = large ? MESSAGE_LARGE_TEXT_MAX : MESSAGE_TEXT_MAX,
		.data = data < DATA_MAX ? data : DATA_MAX,
	};
}

static void
add_headers(amqp_table_t *headers, const struct record *r,
    const struct room *room, struct stamps *s)
{
	timestamp_format(r->time, s->time);
	timestamp_format(r->received, s->received);
	add_text(headers, "key", r->key, MESSAGE_TEXT_MAX);
	add_text(headers, "host", r->host, room->text);
	add_text(
	    headers, "severity", severity_word(r->severity), MESSAGE_TEXT_MAX);
	add_text(
	    headers, "facility", facility_word(r->facility), MESSAGE_TEXT_MAX);
	add_text(headers, "time", (struct str){ s->time, TIMESTAMP_LEN },
	    TIMESTAMP_LEN);
	add_text(headers, "received",
	    (struct str){ s->received, TIMESTAMP_LEN }, TIMESTAMP_LEN);
	add_text(headers, "pid", r->pid, room->text);
	add_text(headers, "msgid", r->msgid, room->text);
	add_data(headers, r->data, room->data);
	add_text(headers, "path", r->path, MESSAGE_PATH_MAX);
	add_text(headers, "peer", r->peer, room->text);
	if (r->source.len > 0) {
		add_text(headers, "source", r->source, MESSAGE_TEXT_MAX);
		add_number(headers, "pos", r->pos);
		if (r->flags & RECORD_UNCHAINED)
			add_flag(headers, "unchained");
		else
			add_number(headers, "prev", r->prev);
	}
	if (r->part > 0)
		add_number(headers, "part", r->part);
	if (r->flags & RECORD_MORE)
		add_flag(headers, "more");
	if (r->flags & RECORD_PARTIAL)
		add_flag(headers, "partial");
	if (r->flags & RECORD_MALFORMED)
		add_flag(headers, "malformed");
	if (r->flags & RECORD_TRUNCATED)
		add_flag(headers, "truncated");
}

/* Writes MESSAGE_TEXT_MAX bytes at most; none for a record without source. */
static amqp_bytes_t
make_id(const struct record *r, char id[MESSAGE_TEXT_MAX + 1])
{
	int n = 0;
	if (r->source.len > 0)
		n = snprintf(id, MESSAGE_TEXT_MAX + 1, STR_FMT "/%llu",
		    STR_ARG(r->source), (unsigned long long)r->pos);
	assert(n <= MESSAGE_TEXT_MAX); /* a source is our own, of 32 digits */
	return (amqp_bytes_t){ (size_t)n, id };
}

uint64_t
message_mark_of(const amqp_basic_properties_t *p)
{
	bool has_id = p->_flags & AMQP_BASIC_MESSAGE_ID_FLAG;
	return checksum(has_id ? bytes_view(p->message_id) : str_from(""));
}

uint64_t
message_put(
    struct output *o, const struct message_route *route, const struct record *r)
{
	struct stamps stamps;
	char id[MESSAGE_TEXT_MAX + 1];
	amqp_table_entry_t entries[HEADERS_MAX];
	struct str program = r->program;
	program.len = utf8_cut(program, MESSAGE_TEXT_MAX);
	amqp_basic_properties_t p = {
		._flags = AMQP_BASIC_CONTENT_TYPE_FLAG |
		    AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_TIMESTAMP_FLAG |
		    AMQP_BASIC_HEADERS_FLAG,
		.content_type = amqp_cstring_bytes("text/plain"),
		.delivery_mode = AMQP_DELIVERY_PERSISTENT,
		/* It has no sign: what was before 1970 is not said here. */
		.timestamp =
		    r->time > 0 ? (uint64_t)(r->time / NS_PER_SECOND) : 0,
		.app_id = bytes_of(program),
		.headers = { 0, entries },
	};
	if (program.len > 0)
		p._flags |= AMQP_BASIC_APP_ID_FLAG;
	p.message_id = make_id(r, id);
	if (p.message_id.len > 0)
		p._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
	if (route->user != NULL) {
		p._flags |= AMQP_BASIC_USER_ID_FLAG;
		p.user_id = amqp_cstring_bytes(route->user);
	}
	struct room room = room_of(o->frame_max);
	add_headers(&p.headers, r, &room, &stamps);
	amqp_basic_publish_t publish = {
		.exchange = amqp_cstring_bytes(route->exchange),
		.routing_key = route->queue != NULL
		    ? amqp_cstring_bytes(route->queue)
		    : bytes_of(r->key),
		.mandatory = route->mandatory,
	};
	output_method(o, route->channel, AMQP_BASIC_PUBLISH_METHOD, &publish);
	int fits = output_content(o, route->channel, &p, r->body);
	assert(fits == 0); /* see OTHERS_MAX */
	return message_mark_of(&p);
}

/* Severity and facility where a key of the default form has them. */
static void
read_key(struct record *r)
{
	struct str rest = r->key, word;
	if (str_next_word(&rest, ".", &word))
		severity_parse(word, &r->severity);
	if (str_next_word(&rest, ".", &word))
		facility_parse(word, &r->facility);
}

static void
read_text(struct record *r, struct str key, struct str text)
{
	if (str_equal(key, (struct str)STR("severity")))
		severity_parse(text, &r->severity);
	else if (str_equal(key, (struct str)STR("facility")))
		facility_parse(text, &r->facility);
	else if (str_equal(key, (struct str)STR("time")))
		timestamp_parse(text, &r->time);
	else if (str_equal(key, (struct str)STR("received")))
		timestamp_parse(text, &r->received);
	else if (str_equal(key, (struct str)STR("key")))
		r->key = text;
	else if (str_equal(key, (struct str)STR("host")))
		r->host = text;
	else if (str_equal(key, (struct str)STR("pid")))
		r->pid = text;
	else if (str_equal(key, (struct str)STR("msgid")))
		r->msgid = text;
	else if (str_equal(key, (struct str)STR("peer")))
		r->peer = text;
	else if (str_equal(key, (struct str)STR("path")))
		r->path = text;
	else if (str_equal(key, (struct str)STR("source")))
		r->source = text;
}

static void
read_number(struct record *r, struct str key, int64_t number)
{
	if (str_equal(key, (struct str)STR("pos")))
		r->pos = (uint64_t)number;
	else if (str_equal(key, (struct str)STR("part")))
		r->part = (uint32_t)number;
	else if (str_equal(key, (struct str)STR("prev"))) {
		r->prev = (uint64_t)number;
		r->flags &= ~RECORD_UNCHAINED;
	}
}

static void
read_flag(struct record *r, struct str key)
{
	if (str_equal(key, (struct str)STR("more")))
		r->flags |= RECORD_MORE;
	else if (str_equal(key, (struct str)STR("partial")))
		r->flags |= RECORD_PARTIAL;
	else if (str_equal(key, (struct str)STR("malformed")))
		r->flags |= RECORD_MALFORMED;
	else if (str_equal(key, (struct str)STR("truncated")))
		r->flags |= RECORD_TRUNCATED;
	else if (str_equal(key, (struct str)STR("data_cut")))
		r->flags |= RECORD_DATA_CUT;
}

/* The text grows only here: once. */
static void
read_data(struct record *r, const amqp_table_t *table, struct buffer *data)
{
	data->len = 0;
	message_data_read(table, data);
	r->data = buffer_str(data);
}

static void
read_header(struct record *r, const amqp_table_entry_t *e, struct buffer *data)
{
	struct str key = bytes_view(e->key);
	switch (e->value.kind) {
	case AMQP_FIELD_KIND_UTF8:
	case AMQP_FIELD_KIND_BYTES:
		read_text(r, key, bytes_view(e->value.value.bytes));
		break;
	case AMQP_FIELD_KIND_I64:
		read_number(r, key, e->value.value.i64);
		break;
	case AMQP_FIELD_KIND_I32:
		read_number(r, key, e->value.value.i32);
		break;
	case AMQP_FIELD_KIND_TABLE:
		if (str_equal(key, (struct str)STR("data")))
			read_data(r, &e->value.value.table, data);
		break;
	case AMQP_FIELD_KIND_BOOLEAN:
		if (e->value.value.boolean)
			read_flag(r, key);
		break;
	default:
		break;
	}
}

void
message_read(const amqp_basic_properties_t *properties, struct str key,
    int64_t received, struct buffer *data, struct record *r)
{
	*r = (struct record){ .key = key,
		.severity = SEVERITY_INFO,
		.facility = FACILITY_USER,
		.time = received,
		.received = received,
		.flags = RECORD_UNCHAINED };
	read_key(r);
	if (properties->_flags & AMQP_BASIC_TIMESTAMP_FLAG &&
	    properties->timestamp < INT64_MAX / NS_PER_SECOND)
		r->time = (int64_t)properties->timestamp * NS_PER_SECOND;
	if (properties->_flags & AMQP_BASIC_APP_ID_FLAG)
		r->program = bytes_view(properties->app_id);
	if (properties->_flags & AMQP_BASIC_USER_ID_FLAG)
		r->user = bytes_view(properties->user_id);
	if (properties->_flags & AMQP_BASIC_HEADERS_FLAG)
		for (int i = 0; i < properties->headers.num_entries; i++)
			read_header(r, &properties->headers.entries[i], data);
}
