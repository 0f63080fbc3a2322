#include "broker/local_tail.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "broker/bindings.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/pair.h"
#include "core/xalloc.h"
#include "record/encode.h"

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
	uv_poll_t poll;
	const struct config *config;
	char *path;
	int fd; /* -1: nobody is served */
	int lock; /* -1: another weir serves here */
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
on_connection(uv_poll_t *poll, int status, int events)
{
	struct local_tail *t = poll->data;
	(void)status;
	(void)events;
	int fd = accept4(t->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1)
		return;
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

/* Fill in the address of the socket; -1, said, when the path is too long. */
static int
address_of(const struct config *config, struct sockaddr_un *address)
{
	char *path = xasprintf("%s/tail.sock", config->weir.runtime);
	size_t len = strlen(path);
	int result = -1;
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (len < sizeof(address->sun_path)) {
		memcpy(address->sun_path, path, len);
		result = 0;
	} else
		log_warnx("%s: longer than the %zu bytes a socket's path may "
			  "have; choose another [weir] runtime",
		    path, sizeof(address->sun_path) - 1);
	free(path);
	return result;
}

static int
listen_at(const struct sockaddr_un *address)
{
	const int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = socket(AF_UNIX, type, 0);
	/* A socket left behind by one that was killed is in the way. */
	unlink(address->sun_path);
	mode_t mask = umask(0177);
	if (fd == -1 ||
	    bind(fd, (const struct sockaddr *)address, sizeof(*address)) ==
		-1 ||
	    listen(fd, 16) == -1) {
		log_warn(
		    "listen on %s: weir tail will not work", address->sun_path);
		if (fd != -1)
			close(fd);
		fd = -1;
	}
	umask(mask);
	return fd;
}

struct local_tail *
local_tail_new(uv_loop_t *loop, const struct config *config)
{
	struct sockaddr_un address;
	struct local_tail *t = xcalloc(1, sizeof(*t));
	*t = (struct local_tail){ .loop = loop, .config = config, .fd = -1 };
	t->lock = lock_directory(config->weir.runtime, "tail.lock");
	if (t->lock == -1)
		log_warnx("weir tail will not work");
	else if (address_of(config, &address) == 0)
		t->fd = listen_at(&address);
	if (t->fd == -1)
		return t;
	t->path = xstrdup(address.sun_path);
	t->poll.data = t;
	uv_poll_init(loop, &t->poll, t->fd);
	uv_poll_start(&t->poll, UV_READABLE, on_connection);
	return t;
}

static void
on_closed(uv_handle_t *handle)
{
	struct local_tail *t = handle->data;
	close(t->fd);
	close(t->lock);
	free(t->path);
	free(t);
}

void
local_tail_free(struct local_tail *t)
{
	if (t == NULL)
		return;
	while (t->clients != NULL)
		drop_client(t->clients);
	if (t->fd == -1) {
		if (t->lock != -1)
			close(t->lock);
		free(t);
		return;
	}
	unlink(t->path);
	uv_close((uv_handle_t *)&t->poll, on_closed);
}

int
local_tail_connect(const struct config *config)
{
	struct sockaddr_un address;
	if (address_of(config, &address) == -1)
		return -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) ==
		-1) {
		log_warn("%s: is weir run at work with this configuration?",
		    address.sun_path);
		if (fd != -1)
			close(fd);
		return -1;
	}
	return fd;
}
