#include "broker/local.h"

#include <stdlib.h>
#include <string.h>

#include "broker/bindings.h"
#include "broker/link.h"
#include "core/fault.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Keys whose streams are remembered; a stranger may make many. */
#define KEYS_MAX 4096

/* The streams that want lines of one key. */
struct key_route {
	UT_hash_handle hh;
	size_t count;
	size_t *streams;
	char key[];
};

/* What one stream was given and what of it is safe. */
struct progress {
	uint64_t given;
	uint64_t committed;
};

struct local_router {
	const struct config *config;
	struct pair *reader;
	uv_timer_t alive;
	uv_idle_t turn;
	int handles;
	struct key_route *routes; /* by key */
	struct progress *streams;
	uint64_t last; /* tag of the last line, which is the reader's id */
	uint64_t confirmed;
	const struct local_events *events;
	void *owner;
};

static void
forget_routes(struct local_router *l)
{
	struct key_route *route, *next;
	HASH_ITER(hh, l->routes, route, next) {
		HASH_DEL(l->routes, route);
		free(route->streams);
		free(route);
	}
}

static struct key_route *
work_out_route(struct local_router *l, struct str key)
{
	const struct config *config = l->config;
	if (HASH_COUNT(l->routes) >= KEYS_MAX)
		forget_routes(l);
	struct key_route *route = xcalloc(1, sizeof(*route) + key.len);
	route->streams = xcalloc(config->stream_count, sizeof(size_t));
	for (size_t i = 0; i < config->stream_count; i++)
		if (bindings_match(
			&config->broker, &config->streams[i].bind, key))
			route->streams[route->count++] = i;
	memcpy(route->key, key.data, key.len);
	HASH_ADD(hh, l->routes, key, key.len, route);
	return route;
}

static const struct key_route *
find_route(struct local_router *l, struct str key)
{
	struct key_route *route;
	HASH_FIND(hh, l->routes, key.data, key.len, route);
	return route != NULL ? route : work_out_route(l, key);
}

/* Below the first line that some stream still has in hand, all are safe. */
static void
confirm(struct local_router *l)
{
	uint64_t safe = l->last;
	for (size_t i = 0; i < l->config->stream_count; i++) {
		const struct progress *p = &l->streams[i];
		if (p->committed < p->given && p->committed < safe)
			safe = p->committed;
	}
	if (safe <= l->confirmed)
		return;
	struct link_range range = { l->confirmed + 1, safe };
	FAULT("local-confirm");
	pair_send(l->reader, LINK_CONFIRMED, &range, sizeof(range));
	l->confirmed = safe;
	FAULT("local-confirmed");
}

static void
route_line(struct local_router *l, struct str payload)
{
	uint64_t id;
	struct record r;
	if (link_read_publish(payload, &id, &r) == -1 || id <= l->last) {
		log_warnx("local: packet that is no line");
		return;
	}
	const struct key_route *route = find_route(l, r.key);
	l->last = id;
	FAULT("local-line");
	for (size_t i = 0; i < route->count; i++) {
		size_t stream = route->streams[i];
		l->streams[stream].given = id;
		l->events->line(l->owner, stream, &r, id);
	}
	if (route->count == 0)
		link_send_number(l->reader, LINK_UNROUTABLE, id);
	if (l->events->seen != NULL)
		l->events->seen(l->owner, &r);
}

/* Lines that no stream wants need no commit. */
static void
on_turn(uv_idle_t *turn)
{
	struct local_router *l = turn->data;
	uv_idle_stop(turn);
	if (l->reader != NULL)
		confirm(l);
}

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct local_router *l = owner;
	if (type != LINK_PUBLISH)
		return;
	route_line(l, payload);
	uv_idle_start(&l->turn, on_turn);
}

static void
on_end(void *owner, const char *why)
{
	struct local_router *l = owner;
	(void)why;
	uv_timer_stop(&l->alive);
	pair_free(l->reader);
	l->reader = NULL;
	l->events->ended(l->owner);
}

static const struct pair_events reader_events = { on_packet, NULL, on_end };

static void
on_alive(uv_timer_t *timer)
{
	struct local_router *l = timer->data;
	pair_send(l->reader, LINK_ALIVE, NULL, 0);
}

struct local_router *
local_new(uv_loop_t *loop, int fd, const struct config *config,
    const struct local_events *events, void *owner)
{
	struct local_router *l = xcalloc(1, sizeof(*l));
	*l = (struct local_router){ .config = config,
		.streams = xcalloc(config->stream_count, sizeof(*l->streams)),
		.events = events,
		.owner = owner };
	l->reader = pair_new(loop, fd, &reader_events, l);
	l->alive.data = l->turn.data = l;
	l->handles = 2;
	uv_idle_init(loop, &l->turn);
	uv_timer_init(loop, &l->alive);
	uv_timer_start(&l->alive, on_alive, 1000, 1000);
	link_send_number(l->reader, LINK_UP, 1);
	return l;
}

void
local_commit(struct local_router *l, size_t stream, uint64_t tag)
{
	l->streams[stream].committed = tag;
	if (l->reader != NULL)
		confirm(l);
}

void
local_pause(struct local_router *l, bool paused)
{
	if (l->reader != NULL)
		pair_pause(l->reader, paused);
}

static void
on_closed(uv_handle_t *handle)
{
	struct local_router *l = handle->data;
	if (--l->handles > 0)
		return;
	forget_routes(l);
	free(l->streams);
	free(l);
}

void
local_free(struct local_router *l)
{
	if (l == NULL)
		return;
	pair_free(l->reader);
	l->reader = NULL;
	uv_close((uv_handle_t *)&l->alive, on_closed);
	uv_close((uv_handle_t *)&l->turn, on_closed);
}
