#include "tests/bench/client.h"

#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <stdlib.h>

#include "core/log.h"

/* The largest frame RabbitMQ offers. */
#define FRAME_MAX 131072

void
client_check_status(int status, const char *what)
{
	if (status == AMQP_STATUS_OK)
		return;
	log_error("%s: %s", what, amqp_error_string2(status));
	exit(EXIT_FAILURE);
}

static void
check_reply(amqp_rpc_reply_t reply, const char *what)
{
	if (reply.reply_type == AMQP_RESPONSE_NORMAL)
		return;
	if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION)
		client_check_status(reply.library_error, what);
	log_error("%s: refused by the broker", what);
	exit(EXIT_FAILURE);
}

void
client_check(amqp_connection_state_t amqp, const char *what)
{
	check_reply(amqp_get_rpc_reply(amqp), what);
}

amqp_connection_state_t
client_open(const char *port)
{
	amqp_connection_state_t amqp = amqp_new_connection();
	amqp_socket_t *socket = amqp_tcp_socket_new(amqp);
	client_check_status(
	    amqp_socket_open(socket, "127.0.0.1", atoi(port)), "connect");
	check_reply(amqp_login(amqp, "/", 0, FRAME_MAX, 0,
			AMQP_SASL_METHOD_PLAIN, "guest", "guest"),
	    "login");
	amqp_channel_open(amqp, CLIENT_CHANNEL);
	client_check(amqp, "channel.open");
	amqp_exchange_declare(amqp, CLIENT_CHANNEL,
	    amqp_cstring_bytes(CLIENT_EXCHANGE), amqp_cstring_bytes("topic"), 0,
	    1, 0, 0, amqp_empty_table);
	client_check(amqp, "exchange.declare");
	return amqp;
}

void
client_close(amqp_connection_state_t amqp)
{
	check_reply(amqp_connection_close(amqp, AMQP_REPLY_SUCCESS),
	    "connection.close");
	amqp_destroy_connection(amqp);
}
