#include "broker/declare.h"

#include <stdio.h>
#include <stdlib.h>

#include "broker/bytes.h"
#include "broker/login.h"

/* The sentence begins with the object; what the broker says comes behind. */
static bool
is_good(amqp_connection_state_t amqp, struct trouble *t, const char *object)
{
	struct trouble said = { .hopeless = false };
	if (reply_is_good(amqp_get_rpc_reply(amqp), &said))
		return true;
	t->hopeless = said.hopeless;
	snprintf(t->text, sizeof(t->text), "%.200s: %.300s", object, said.text);
	return false;
}

bool
declare_exchange(amqp_connection_state_t amqp,
    const struct broker_options *options, struct trouble *t)
{
	char object[320];
	struct str type =
	    exchange_type_word((enum exchange_type)options->exchange_type);
	if (options->declare == DECLARE_NO)
		return true;
	snprintf(object, sizeof(object), "exchange %s (" STR_FMT ", %s)",
	    options->exchange, STR_ARG(type),
	    options->exchange_durable ? "durable" : "not durable");
	amqp_exchange_declare(amqp, LOGIN_CHANNEL,
	    amqp_cstring_bytes(options->exchange), bytes_of(type),
	    options->declare == DECLARE_PASSIVE, options->exchange_durable, 0,
	    0, amqp_empty_table);
	return is_good(amqp, t, object);
}

bool
declare_needs_delivery_limit(const char *version)
{
	return strtol(version, NULL, 10) >= 4;
}

#define ARGUMENTS_MAX 3

static amqp_table_entry_t *
add_argument(amqp_table_t *arguments, const char *key)
{
	amqp_table_entry_t *e = &arguments->entries[arguments->num_entries++];
	*e = (amqp_table_entry_t){ .key = amqp_cstring_bytes(key) };
	return e;
}

static void
add_quorum(amqp_connection_state_t amqp, amqp_table_t *arguments)
{
	char version[32];
	amqp_table_entry_t *e = add_argument(arguments, "x-queue-type");
	e->value.kind = AMQP_FIELD_KIND_UTF8;
	e->value.value.bytes = amqp_cstring_bytes("quorum");
	login_server_version(amqp, version, sizeof(version));
	if (!declare_needs_delivery_limit(version))
		return;
	e = add_argument(arguments, "x-delivery-limit");
	e->value.kind = AMQP_FIELD_KIND_I64;
	e->value.value.i64 = -1;
}

static void
add_single_active(amqp_table_t *arguments)
{
	amqp_table_entry_t *e =
	    add_argument(arguments, "x-single-active-consumer");
	e->value.kind = AMQP_FIELD_KIND_BOOLEAN;
	e->value.value.boolean = 1;
}

static bool
declare_named(amqp_connection_state_t amqp, const struct broker_options *broker,
    const struct stream_options *stream, struct trouble *t)
{
	amqp_table_entry_t entries[ARGUMENTS_MAX];
	amqp_table_t arguments = { 0, entries };
	bool is_quorum = stream->queue_type == QUEUE_QUORUM;
	char object[320];
	snprintf(object, sizeof(object), "queue %s (durable, %s%s)",
	    stream->queue, is_quorum ? "quorum" : "classic",
	    stream->single_active ? ", single active consumer" : "");
	if (is_quorum)
		add_quorum(amqp, &arguments);
	if (stream->single_active)
		add_single_active(&arguments);
	amqp_queue_declare(amqp, LOGIN_CHANNEL,
	    amqp_cstring_bytes(stream->queue),
	    broker->declare == DECLARE_PASSIVE, 1, 0, 0, arguments);
	return is_good(amqp, t, object);
}

static bool
declare_exclusive(amqp_connection_state_t amqp, struct declared_queue *queue,
    struct trouble *t)
{
	amqp_queue_declare_ok_t *ok = amqp_queue_declare(amqp, LOGIN_CHANNEL,
	    amqp_empty_bytes, 0, 0, 1, 1, amqp_empty_table);
	if (!is_good(amqp, t, "an exclusive queue"))
		return false;
	snprintf(queue->name, sizeof(queue->name), "%.*s", (int)ok->queue.len,
	    (const char *)ok->queue.bytes);
	return true;
}

static bool
bind(amqp_connection_state_t amqp, const char *queue, const char *exchange,
    const char *key, struct trouble *t)
{
	char object[600];
	snprintf(object, sizeof(object),
	    "binding %s of queue %s to exchange %s", key, queue, exchange);
	amqp_queue_bind(amqp, LOGIN_CHANNEL, amqp_cstring_bytes(queue),
	    amqp_cstring_bytes(exchange), amqp_cstring_bytes(key),
	    amqp_empty_table);
	return is_good(amqp, t, object);
}

bool
declare_queue(amqp_connection_state_t amqp, const struct broker_options *broker,
    const struct stream_options *stream, struct declared_queue *queue,
    struct trouble *t)
{
	bool named = stream->queue[0] != '\0';
	snprintf(queue->name, sizeof(queue->name), "%s", stream->queue);
	if (named && broker->declare == DECLARE_NO)
		return true;
	if (named ? !declare_named(amqp, broker, stream, t)
		  : !declare_exclusive(amqp, queue, t))
		return false;
	for (size_t i = 0; i < stream->bind.count; i++)
		if (!bind(amqp, queue->name, broker->exchange,
			stream->bind.items[i], t))
			return false;
	return true;
}

bool
declare_consumer(amqp_connection_state_t amqp,
    const struct declared_queue *queue, uint16_t prefetch, struct trouble *t)
{
	amqp_basic_qos(amqp, LOGIN_CHANNEL, 0, prefetch, 0);
	if (!reply_is_good(amqp_get_rpc_reply(amqp), t))
		return false;
	amqp_basic_consume(amqp, LOGIN_CHANNEL, amqp_cstring_bytes(queue->name),
	    amqp_empty_bytes, 0, prefetch == 0, 0, amqp_empty_table);
	return reply_is_good(amqp_get_rpc_reply(amqp), t);
}
