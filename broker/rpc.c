#include "broker/rpc.h"

#include <stdio.h>
#include <string.h>

void
rpc_exchange_init(
    struct rpc_exchange *exchange, const struct broker_options *broker)
{
	/* config/schema_broker.c bounds the name so that this fits. */
	snprintf(
	    exchange->name, sizeof(exchange->name), "%s.rpc", broker->exchange);
	exchange->options = *broker;
	exchange->options.exchange = exchange->name;
	exchange->options.exchange_type = EXCHANGE_TOPIC;
}

void
rpc_send(struct pair *p, enum rpc_packet type, uint64_t ticket, struct str text)
{
	char *room = pair_reserve(p, type, sizeof(ticket) + text.len);
	memcpy(room, &ticket, sizeof(ticket));
	if (text.len > 0)
		memcpy(room + sizeof(ticket), text.data, text.len);
}

int
rpc_read(struct str *payload, uint64_t *ticket)
{
	if (payload->len < sizeof(*ticket))
		return -1;
	memcpy(ticket, payload->data, sizeof(*ticket));
	*payload = str_after(*payload, sizeof(*ticket));
	return 0;
}

void
rpc_host_key(const char *role, const char *host, char out[256])
{
	snprintf(out, 256, "%s.%s", role, host);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '*' || *p == '#')
			*p = '_';
}
