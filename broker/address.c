#include "broker/address.h"

#include <amqp.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/xalloc.h"

int
address_read(const struct broker_options *options, struct address *a)
{
	struct amqp_connection_info info;
	*a = (struct address){ .copy = xstrdup(options->url.items[0]) };
	if (amqp_parse_url(a->copy, &info) != AMQP_STATUS_OK || info.ssl) {
		log_error("[broker] url: not an amqp:// URL");
		address_clear(a);
		return -1;
	}
	a->host = info.host;
	a->port = info.port;
	a->user = info.user;
	a->password = options->password != NULL && options->password[0] != '\0'
	    ? options->password
	    : info.password;
	a->vhost = info.vhost[0] == '\0' ? "/" : info.vhost;
	a->shown = xasprintf("amqp://%s@%s:%d%s%s", a->user, a->host, a->port,
	    a->vhost[0] == '/' ? "" : "/", a->vhost);
	return 0;
}

void
address_clear(struct address *a)
{
	free(a->copy);
	free(a->shown);
	*a = (struct address){ 0 };
}
