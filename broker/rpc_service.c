#include "broker/rpc_service.h"

#include <stdlib.h>
#include <unistd.h>

#include "broker/rpc.h"
#include "core/clock.h"
#include "core/local_socket.h"
#include "core/log.h"
#include "core/random.h"
#include "core/xalloc.h"
#include "record/timestamp.h"

#define ASKERS_MAX 64

/* Who asks: somebody at the socket, or `weir rpc` for all at the broker. */
struct asker {
	struct rpc_service *service;
	struct pair *pair; /* of the former; NULL: the latter */
	size_t under_way;
	struct asker *next;
};

struct rpc_call {
	struct asker *asker; /* NULL: gone */
	struct rpc_service *service;
	uint64_t ticket;
	struct rpc_call *next;
};

struct rpc_service {
	uv_loop_t *loop;
	const struct config *config;
	const char *role;
	struct local_server *server; /* NULL: no way in by a socket */
	struct asker *askers; /* at the socket */
	size_t asker_count;
	struct asker broker;
	struct rpc_parent *parent; /* NULL: no way in from the broker */
	struct rpc_call *calls;
	char process[RANDOM_ID_LEN + 1]; /* of all that ever ran, us */
	char since[TIMESTAMP_LEN];
	const struct rpc_service_events *events;
	void *owner;
};

static struct pair *
pair_of(struct asker *a)
{
	return a->pair != NULL ? a->pair : rpc_parent_pair(a->service->parent);
}

/* He is listened to while he listens. */
static void
pace(struct asker *a)
{
	struct pair *pair = pair_of(a);
	if (pair != NULL)
		pair_pause(pair, !pair_has_room(pair));
}

/* Nobody waits for the answers any more. */
static void
void_calls(struct asker *a)
{
	for (struct rpc_call *c = a->service->calls; c != NULL; c = c->next)
		if (c->asker == a)
			c->asker = NULL;
	a->under_way = 0;
}

static void
end_call(struct rpc_call *call)
{
	struct rpc_call **link = &call->service->calls;
	while (*link != call)
		link = &(*link)->next;
	*link = call->next;
	if (call->asker != NULL)
		call->asker->under_way--;
	free(call);
}

static void
send_page(struct rpc_call *call, const struct json *page, bool last)
{
	struct buffer text = { 0 };
	json_append(page, &text);
	rpc_send(pair_of(call->asker), last ? RPC_LAST : RPC_ANSWER,
	    call->ticket, buffer_str(&text));
	buffer_clear(&text);
	pace(call->asker);
}

void
rpc_call_answer(struct rpc_call *call, struct json *page, bool last)
{
	struct rpc_service *s = call->service;
	json_set_text(page, "role", str_from(s->role));
	json_set_text(page, "host", str_from(s->config->agent.host));
	json_set_integer(page, "pid", getpid());
	json_set_text(page, "since", (struct str){ s->since, TIMESTAMP_LEN });
	json_set_text(page, "process", str_from(s->process));
	if (last)
		json_set_true(page, "last");
	if (call->asker != NULL)
		send_page(call, page, last);
	json_free(page);
	if (last)
		end_call(call);
}

void
rpc_call_fail(struct rpc_call *call, const char *why)
{
	struct json *page = json_new();
	json_set_text(page, "error", str_from(why));
	rpc_call_answer(call, page, true);
}

static void
hand_over(struct rpc_call *call, struct str text)
{
	struct rpc_service *s = call->service;
	struct json *question =
	    text.len <= RPC_QUESTION_MAX ? json_parse(text) : NULL;
	struct str word;
	if (question == NULL || !json_get_text(question, "ask", &word))
		rpc_call_fail(call, "not a question");
	else if (json_get_text(question, "process", &word) &&
	    !str_equal(word, str_from(s->process))) {
		rpc_send(pair_of(call->asker), RPC_SILENCE, call->ticket,
		    (struct str)STR(""));
		end_call(call);
	} else
		s->events->asked(s->owner, call, question);
	json_free(question);
}

static void
take_question(struct asker *a, struct str payload)
{
	struct rpc_service *s = a->service;
	uint64_t ticket;
	if (rpc_read(&payload, &ticket) == -1)
		return;
	struct rpc_call *call = xcalloc(1, sizeof(*call));
	*call = (struct rpc_call){
		.asker = a, .service = s, .ticket = ticket, .next = s->calls
	};
	s->calls = call;
	if (++a->under_way > RPC_UNDER_WAY)
		rpc_call_fail(call, "busy");
	else
		hand_over(call, payload);
}

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	if (type == RPC_ASK)
		take_question(owner, payload);
}

static void
on_room(void *owner)
{
	pace(owner);
}

static void
drop_asker(struct asker *gone)
{
	struct rpc_service *s = gone->service;
	struct asker **link = &s->askers;
	while (*link != gone)
		link = &(*link)->next;
	*link = gone->next;
	s->asker_count--;
	void_calls(gone);
	pair_free(gone->pair);
	free(gone);
}

static void
on_end(void *owner, const char *why)
{
	(void)why;
	drop_asker(owner);
}

static const struct pair_events asker_events = { on_packet, on_room, on_end };

static void
on_connected(void *owner, int fd)
{
	struct rpc_service *s = owner;
	if (s->asker_count == ASKERS_MAX) {
		close(fd);
		return;
	}
	struct asker *a = xcalloc(1, sizeof(*a));
	a->service = s;
	a->pair = pair_new(s->loop, fd, &asker_events, a);
	a->next = s->askers;
	s->askers = a;
	s->asker_count++;
}

static void
on_parent_packet(void *owner, unsigned type, struct str payload)
{
	struct rpc_service *s = owner;
	if (type == RPC_ASK)
		take_question(&s->broker, payload);
}

static void
on_parent_room(void *owner)
{
	struct rpc_service *s = owner;
	pace(&s->broker);
	if (s->events->room != NULL)
		s->events->room(s->owner);
}

static void
on_parent_flushed(void *owner, const struct rpc_flushed *flushed)
{
	struct rpc_service *s = owner;
	if (s->events->flushed != NULL)
		s->events->flushed(s->owner, flushed);
}

static void
on_parent_gone(void *owner)
{
	struct rpc_service *s = owner;
	void_calls(&s->broker);
	/* Who waits for room learns by his next try. */
	if (s->events->room != NULL)
		s->events->room(s->owner);
}

static const struct rpc_parent_events parent_events = { on_parent_packet,
	on_parent_room, on_parent_flushed, on_parent_gone };

struct rpc_service *
rpc_service_new(uv_loop_t *loop, const struct config *config, const char *role,
    const struct rpc_service_events *events, void *owner)
{
	struct rpc_service *s = xcalloc(1, sizeof(*s));
	*s = (struct rpc_service){ .loop = loop,
		.config = config,
		.role = role,
		.broker.service = s,
		.events = events,
		.owner = owner };
	random_id(s->process);
	timestamp_format(clock_realtime(), s->since);
	s->server =
	    local_server_new(loop, config->weir.runtime, role, on_connected, s);
	if (s->server == NULL)
		log_warnx("weir status will not see this %s", role);
	if (config->broker.rpc && !config_is_local(config))
		s->parent =
		    rpc_parent_new(loop, config, role, &parent_events, s);
	return s;
}

struct rpc_parent *
rpc_service_parent(struct rpc_service *s)
{
	return s->parent;
}

void
rpc_service_free(struct rpc_service *s)
{
	if (s == NULL)
		return;
	while (s->askers != NULL)
		drop_asker(s->askers);
	void_calls(&s->broker);
	while (s->calls != NULL)
		end_call(s->calls);
	rpc_parent_free(s->parent);
	local_server_free(s->server);
	free(s);
}
