#include "agent/shipper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/shipper_child.h"
#include "agent/unroutable.h"
#include "broker/link.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "record/encode.h"

/* While it sets a connection up it waits for the broker, a few seconds for each
 * of a handful of calls, and says nothing, however short the heartbeat. */
#define SETUP (30 * NS_PER_SECOND)

struct shipper {
	uv_loop_t *loop;
	uv_timer_t every_second;
	uv_timer_t turn; /* in which an embedded one says that it stopped */
	int handles;
	const struct config *config;
	struct window *window;
	struct shipper_child *child; /* NULL: embedded */
	struct pair *link;
	struct unroutable unroutable;
	int64_t heard; /* when it last said anything (monotonic) */
	bool up;
	bool blocked;
	char state[256];
	const struct shipper_events *events;
	void *owner;
};

void
shipper_wake(struct shipper *s)
{
	const struct sealed *line;
	while (s->up && !s->blocked && pair_has_room(s->link) &&
	    (line = window_next(s->window)) != NULL) {
		char *room = pair_reserve(
		    s->link, LINK_PUBLISH, sizeof(line->id) + line->len);
		memcpy(room, &line->id, sizeof(line->id));
		memcpy(room + sizeof(line->id), line->bytes, line->len);
	}
}

static void
set_state(struct shipper *s, const char *word, struct str why)
{
	snprintf(s->state, sizeof(s->state), "%s%s" STR_FMT, word,
	    why.len > 0 ? ": " : "", STR_ARG(why));
}

static void
take_up(struct shipper *s, struct str payload)
{
	uint64_t session;
	if (link_read_number(payload, &session) == -1)
		return;
	s->up = true;
	s->blocked = false;
	set_state(s, "up", (struct str)STR(""));
	link_send_number(s->link, LINK_RESUME, session);
	window_rewind(s->window);
	shipper_wake(s);
}

static void
take_ranges(struct shipper *s, struct str payload,
    void (*take)(struct window *w, uint64_t first, uint64_t last))
{
	struct link_range range;
	for (; payload.len >= sizeof(range);
	     payload = str_after(payload, sizeof(range))) {
		memcpy(&range, payload.data, sizeof(range));
		take(s->window, range.first, range.last);
	}
}

static void
take_poison(struct shipper *s, struct str payload)
{
	uint64_t id;
	struct str why;
	struct record r;
	if (link_read_poison(payload, &id, &why) == -1)
		return;
	const struct sealed *line = window_find(s->window, id);
	if (line == NULL ||
	    record_decode((struct str){ line->bytes, line->len }, &r) == -1 ||
	    s->events->refused(s->owner, &r, why) == -1)
		return;
	window_settle(s->window, id, id);
	s->events->settled(s->owner);
}

static void
take_unroutable(struct shipper *s, struct str payload)
{
	uint64_t id;
	const struct sealed *line;
	if (link_read_number(payload, &id) == -1 ||
	    (line = window_find(s->window, id)) == NULL)
		return;
	if (s->config->broker.unroutable == UNROUTABLE_HOLD) {
		window_hold(s->window, id);
		s->events->settled(s->owner); /* there is room */
	} else if (window_mark_unroutable(s->window, id))
		unroutable_count(&s->unroutable, sealed_key(line));
}

static void
take_blocked(struct shipper *s, struct str why)
{
	s->blocked = why.len > 0;
	set_state(s, s->blocked ? "blocked" : "up", why);
	shipper_wake(s);
}

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct shipper *s = owner;
	s->heard = clock_monotonic();
	switch ((enum link_packet)type) {
	case LINK_UP:
		take_up(s, payload);
		break;
	case LINK_CONFIRMED:
		take_ranges(s, payload, window_settle);
		s->events->settled(s->owner);
		break;
	case LINK_REFUSED:
		take_ranges(s, payload, window_refuse);
		break;
	case LINK_UNROUTABLE:
		take_unroutable(s, payload);
		break;
	case LINK_POISON:
		take_poison(s, payload);
		break;
	case LINK_BLOCKED:
		take_blocked(s, payload);
		break;
	case LINK_DOWN:
		s->up = s->blocked = false;
		set_state(s, "connecting", payload);
		break;
	case LINK_RESUME:
	case LINK_PUBLISH:
	case LINK_ALIVE:
		break;
	}
}

static void
on_room(void *owner)
{
	shipper_wake(owner);
}

static void
drop_link(struct shipper *s)
{
	s->up = s->blocked = false;
	pair_free(s->link);
	s->link = NULL;
}

static void
on_link_end(void *owner, const char *why)
{
	struct shipper *s = owner;
	drop_link(s);
	if (s->child == NULL)
		s->events->gone(s->owner);
	else
		log_debug("shipper: link %s", why);
}

static const struct pair_events link_events = { on_packet, on_room,
	on_link_end };

static void
on_started(void *owner, int link)
{
	struct shipper *s = owner;
	set_state(s, "starting", (struct str)STR(""));
	s->link = pair_new(s->loop, link, &link_events, s);
	s->heard = clock_monotonic();
}

static void
on_ended(void *owner, int status, int signal)
{
	struct shipper *s = owner;
	drop_link(s);
	set_state(s, "starting", (struct str)STR(""));
	if (signal != 0)
		log_warnx("shipper: killed by signal %d, starting another; "
			  "what is unconfirmed is sent again",
		    signal);
	else
		log_warnx("shipper: exit status %d, starting another", status);
}

static void
on_stopped(void *owner)
{
	struct shipper *s = owner;
	s->events->stopped(s->owner);
}

static const struct shipper_child_events child_events = { on_started, on_ended,
	on_stopped };

/*
 * No sign of life while lines wait and the broker has not said that it is
 * blocked: the library hangs somewhere.  Killing it loses nothing.
 */
static void
watch_over(struct shipper *s)
{
	int64_t silent = clock_monotonic() - s->heard;
	int64_t patience = 3 * s->config->broker.heartbeat;
	if (!s->up)
		patience += SETUP;
	if (s->child == NULL || !shipper_child_runs(s->child) || s->blocked ||
	    silent < patience || window_is_empty(s->window))
		return;
	log_warnx("shipper: no sign of life for %d s, killing it",
	    (int)(silent / NS_PER_SECOND));
	shipper_child_kill(s->child);
	s->heard = clock_monotonic();
}

static void
on_second(uv_timer_t *timer)
{
	struct shipper *s = timer->data;
	watch_over(s);
	if (s->up) {
		window_retry(s->window);
		window_try_held(s->window);
		shipper_wake(s);
	}
}

struct shipper *
shipper_new(uv_loop_t *loop, const struct config *config, struct window *window,
    int link, const struct shipper_events *events, void *owner)
{
	struct shipper *s = xcalloc(1, sizeof(*s));
	*s = (struct shipper){ .loop = loop,
		.handles = 2,
		.config = config,
		.window = window,
		.events = events,
		.owner = owner };
	s->every_second.data = s->turn.data = s;
	uv_timer_init(loop, &s->every_second);
	uv_timer_init(loop, &s->turn);
	uv_timer_start(&s->every_second, on_second, 1000, 1000);
	set_state(s, "starting", (struct str)STR(""));
	if (link != -1)
		s->link = pair_new(loop, link, &link_events, s);
	else
		s->child = shipper_child_new(loop, config, &child_events, s);
	return s;
}

bool
shipper_is_up(const struct shipper *s)
{
	return s->up && !s->blocked;
}

const char *
shipper_state(const struct shipper *s)
{
	return s->state;
}

void
shipper_report_unroutable(const struct shipper *s)
{
	unroutable_report(&s->unroutable);
}

static void
on_turn(uv_timer_t *timer)
{
	on_stopped(timer->data);
}

void
shipper_stop(struct shipper *s)
{
	uv_timer_stop(&s->every_second);
	drop_link(s);
	if (s->child != NULL)
		shipper_child_stop(s->child);
	else
		uv_timer_start(&s->turn, on_turn, 0, 0);
}

static void
on_closed(uv_handle_t *handle)
{
	struct shipper *s = handle->data;
	if (--s->handles > 0)
		return;
	unroutable_clear(&s->unroutable);
	free(s);
}

void
shipper_free(struct shipper *s)
{
	if (s == NULL)
		return;
	shipper_child_free(s->child);
	pair_free(s->link);
	uv_close((uv_handle_t *)&s->every_second, on_closed);
	uv_close((uv_handle_t *)&s->turn, on_closed);
}
