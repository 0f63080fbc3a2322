/*
 * Where and as whom: what an amqp:// URL says (the RabbitMQ URI
 * specification; parts are percent-decoded; no path is the vhost "/").
 */
#ifndef BROKER_ADDRESS_H
#define BROKER_ADDRESS_H

#include "config/config.h"

struct address {
	char *copy; /* what the pieces below point into */
	const char *host;
	const char *user;
	const char *password;
	const char *vhost;
	int port;
	char *shown; /* "amqp://user@host:port/vhost", for messages */
};

/*
 * Read the first URL of `options`; its password_file's password wins over
 * the URL's.  0, or -1 having said why.  `options` must outlive the address.
 */
int address_read(const struct broker_options *options, struct address *a);

void address_clear(struct address *a);

#endif
