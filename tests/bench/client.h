/*
 * What the bench's two AMQP programs share: a plain connection of the
 * library, as its own examples make it.  They measure weir, so they use
 * nothing of broker/.  Whatever fails ends the process, having said what.
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <amqp.h>

#define CLIENT_CHANNEL 1
#define CLIENT_EXCHANGE "logs"

/* Log in as guest to the broker on that port of loopback, open the channel
 * and declare the exchange as weir does. */
amqp_connection_state_t client_open(const char *port);

/* The last synchronous call was `what`: end the process if it failed. */
void client_check(amqp_connection_state_t amqp, const char *what);

/* The same for calls that return an amqp_status_enum. */
void client_check_status(int status, const char *what);

/* Say goodbye and free it. */
void client_close(amqp_connection_state_t amqp);

#endif
