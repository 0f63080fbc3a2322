#include "broker/login.h"

#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "broker/bytes.h"
#include "core/clock.h"
#include "core/str.h"

/* What RabbitMQ offers too. */
#define FRAME_MAX 131072

static amqp_table_entry_t
entry_flag(const char *key)
{
	amqp_table_entry_t e = { .key = amqp_cstring_bytes(key) };
	e.value.kind = AMQP_FIELD_KIND_BOOLEAN;
	e.value.value.boolean = 1;
	return e;
}

static amqp_table_entry_t
entry_text(const char *key, const char *value)
{
	amqp_table_entry_t e = { .key = amqp_cstring_bytes(key) };
	e.value.kind = AMQP_FIELD_KIND_UTF8;
	e.value.value.bytes = amqp_cstring_bytes(value);
	return e;
}

static amqp_rpc_reply_t
shake_hands(amqp_connection_state_t amqp, const struct login_options *options)
{
	/* Without connection.blocked asked for, an alarm looks like a hang. */
	amqp_table_entry_t capabilities[] = {
		entry_flag("connection.blocked"),
		entry_flag("consumer_cancel_notify"),
		entry_flag("publisher_confirms"),
		entry_flag("basic.nack"),
		entry_flag("authentication_failure_close"),
	};
	amqp_table_entry_t entries[] = {
		entry_text("product", "weir"),
		entry_text("version", WEIR_VERSION),
		entry_text("connection_name", options->connection_name),
		{ .key = amqp_cstring_bytes("capabilities"),
		    .value.kind = AMQP_FIELD_KIND_TABLE,
		    .value.value.table = { 5, capabilities } },
	};
	amqp_table_t properties = { 4, entries };
	return amqp_login_with_properties(amqp, options->vhost, 0, FRAME_MAX,
	    (int)(options->heartbeat / NS_PER_SECOND), &properties,
	    AMQP_SASL_METHOD_PLAIN, options->user, options->password);
}

amqp_connection_state_t
login(int fd, const struct login_options *options, int64_t *heartbeat,
    struct trouble *t)
{
	struct timeval patience = {
		.tv_sec = (time_t)(options->patience / NS_PER_SECOND),
		.tv_usec =
		    (suseconds_t)(options->patience % NS_PER_SECOND / 1000),
	};
	amqp_connection_state_t amqp = amqp_new_connection();
	/* TLS will choose another kind of socket here. */
	amqp_socket_t *socket = amqp ? amqp_tcp_socket_new(amqp) : NULL;
	if (socket == NULL) {
		*t = (struct trouble){ .text = "out of memory" };
		close(fd);
		goto fail;
	}
	amqp_tcp_socket_set_sockfd(socket, fd);
	amqp_set_handshake_timeout(amqp, &patience);
	amqp_set_rpc_timeout(amqp, &patience);
	if (!reply_is_good(shake_hands(amqp, options), t))
		goto fail;
	*heartbeat = (int64_t)amqp_get_heartbeat(amqp) * NS_PER_SECOND;
	amqp_tune_connection(
	    amqp, amqp_get_channel_max(amqp), amqp_get_frame_max(amqp), 0);
	amqp_channel_open(amqp, LOGIN_CHANNEL);
	if (!reply_is_good(amqp_get_rpc_reply(amqp), t))
		goto fail;
	return amqp;

fail:
	if (amqp != NULL)
		amqp_destroy_connection(amqp);
	return NULL;
}

const char *
login_server_version(amqp_connection_state_t amqp, char *buffer, size_t size)
{
	const amqp_table_t *properties = amqp_get_server_properties(amqp);
	buffer[0] = '\0';
	for (int i = 0; i < properties->num_entries; i++) {
		const amqp_table_entry_t *e = &properties->entries[i];
		struct str key = bytes_view(e->key);
		if (str_equal(key, (struct str)STR("version")) &&
		    e->value.kind == AMQP_FIELD_KIND_UTF8)
			snprintf(buffer, size, "%.*s",
			    (int)e->value.value.bytes.len,
			    (const char *)e->value.value.bytes.bytes);
	}
	return buffer;
}
