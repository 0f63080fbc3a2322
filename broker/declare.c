#include "broker/declare.h"

#include <stdio.h>
#include <stdlib.h>

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
	    amqp_cstring_bytes(options->exchange),
	    (amqp_bytes_t){ type.len, (void *)(uintptr_t)type.data },
	    options->declare == DECLARE_PASSIVE, options->exchange_durable, 0,
	    0, amqp_empty_table);
	return is_good(amqp, t, object);
}

bool
declare_needs_delivery_limit(const char *version)
{
	return strtol(version, NULL, 10) >= 4;
}

static amqp_table_t
queue_arguments(amqp_connection_state_t amqp,
    const struct stream_options *options, amqp_table_entry_t entries[2])
{
	char version[32];
	if (options->queue_type != QUEUE_QUORUM)
		return amqp_empty_table;
	entries[0] = (amqp_table_entry_t){
		.key = amqp_cstring_bytes("x-queue-type"),
		.value.kind = AMQP_FIELD_KIND_UTF8,
		.value.value.bytes = amqp_cstring_bytes("quorum"),
	};
	entries[1] = (amqp_table_entry_t){
		.key = amqp_cstring_bytes("x-delivery-limit"),
		.value.kind = AMQP_FIELD_KIND_I64,
		.value.value.i64 = -1,
	};
	login_server_version(amqp, version, sizeof(version));
	return (amqp_table_t){
		declare_needs_delivery_limit(version) ? 2 : 1,
		entries,
	};
}

static bool
declare_named(amqp_connection_state_t amqp, const struct broker_options *broker,
    const struct stream_options *stream, struct trouble *t)
{
	amqp_table_entry_t entries[2];
	char object[320];
	snprintf(object, sizeof(object), "queue %s (durable, %s)",
	    stream->queue,
	    stream->queue_type == QUEUE_QUORUM ? "quorum" : "classic");
	amqp_queue_declare(amqp, LOGIN_CHANNEL,
	    amqp_cstring_bytes(stream->queue),
	    broker->declare == DECLARE_PASSIVE, 1, 0, 0,
	    queue_arguments(amqp, stream, entries));
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
