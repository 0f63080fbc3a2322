#include "broker/local_tail.h"

#include <stdlib.h>
#include <unistd.h>

#include "broker/bindings.h"
#include "core/local_socket.h"
#include "core/log.h"
#include "core/pair.h"
#include "core/xalloc.h"
#include "record/encode.h"

#define NAME "tail" /* of the socket */
#define CLIENTS_MAX 64
#define PATTERNS_MAX 256

struct client {
	struct local_tail *tail;
	struct pair *pair;
	struct string_list patterns;
	uint64_t missed;
	struct client *next;
};

struct local_tail {
	uv_loop_t *loop;
	const struct config *config;
	struct local_server *server; /* NULL: nobody is served */
	struct client *clients;
	size_t client_count;
};

static void
drop_client(struct client *gone)
{
	struct local_tail *t = gone->tail;
	struct client **link = &t->clients;
	while (*link != gone)
		link = &(*link)->next;
	*link = gone->next;
	t->client_count--;
	for (size_t i = 0; i < gone->patterns.count; i++)
		free(gone->patterns.items[i]);
	free(gone->patterns.items);
	pair_free(gone->pair);
	free(gone);
}

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct client *c = owner;
	struct string_list *p = &c->patterns;
	if (type != TAIL_PATTERN || p->count == PATTERNS_MAX)
		return;
	p->items = xrealloc(p->items, (p->count + 1) * sizeof(*p->items));
	p->items[p->count++] = str_copy(payload);
}

static void
on_end(void *owner, const char *why)
{
	(void)why;
	drop_client(owner);
}

static const struct pair_events client_events = { on_packet, NULL, on_end };

static void
on_connected(void *owner, int fd)
{
	struct local_tail *t = owner;
	if (t->client_count == CLIENTS_MAX) {
		close(fd);
		return;
	}
	struct client *c = xcalloc(1, sizeof(*c));
	c->tail = t;
	c->pair = pair_new(t->loop, fd, &client_events, c);
	c->next = t->clients;
	t->clients = c;
	t->client_count++;
}

static void
show(struct client *c, const struct record *r)
{
	if (!pair_has_room(c->pair)) {
		c->missed++;
		return;
	}
	if (c->missed > 0)
		pair_send(c->pair, TAIL_MISSED, &c->missed, sizeof(c->missed));
	c->missed = 0;
	record_encode(
	    r, pair_reserve(c->pair, TAIL_LINE, record_encoded_size(r)));
}

void
local_tail_show(struct local_tail *t, const struct record *r)
{
	for (struct client *c = t->clients; c != NULL; c = c->next)
		if (bindings_match(&t->config->broker, &c->patterns, r->key))
			show(c, r);
}

struct local_tail *
local_tail_new(uv_loop_t *loop, const struct config *config)
{
	struct local_tail *t = xcalloc(1, sizeof(*t));
	*t = (struct local_tail){ .loop = loop, .config = config };
	t->server =
	    local_server_new(loop, config->weir.runtime, NAME, on_connected, t);
	if (t->server == NULL)
		log_warnx("weir tail will not work");
	return t;
}

void
local_tail_free(struct local_tail *t)
{
	if (t == NULL)
		return;
	while (t->clients != NULL)
		drop_client(t->clients);
	local_server_free(t->server);
	free(t);
}

int
local_tail_connect(const struct config *config)
{
	const char *runtime = config->weir.runtime;
	int fd = local_socket_connect(runtime, NAME);
	if (fd == -1)
		log_warn("%s/%s.sock: is weir run at work with this "
			 "configuration?",
		    runtime, NAME);
	return fd;
}
