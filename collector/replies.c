#include "collector/replies.h"

#include <stdlib.h>
#include <string.h>

#include "broker/rpc_pages.h"
#include "broker/rpc_service.h"
#include "core/log.h"
#include "core/xalloc.h"

struct replies {
	const struct config *config;
	struct intake *intake;
	struct rpc_service *service;
};

/* Since its ledger began, which may be long before this process did. */
static void
add_account(struct json *row, const struct ledger *ledger)
{
	struct ledger_account a = ledger_account(ledger);
	struct json *ever = json_new();
	json_set_count(ever, "lines", a.lines);
	json_set_count(ever, "repeats", a.repeats);
	json_set_count(ever, "unidentified", a.unidentified);
	json_set_count(ever, "unchained", a.unchained);
	json_set_count(ever, "chains", a.chains);
	json_set_count(ever, "holes", a.holes);
	json_set_count(ever, "gone", a.gone);
	json_set_count(ever, "forgotten", a.forgotten);
	json_set(row, "ledger", ever);
	int64_t since = ledger_since(ledger);
	if (since != INT64_MAX)
		json_set_integer(row, "complete_since", since);
}

static struct json *
stream_row(const struct intake_lane *lane)
{
	const struct stream_options *options = stream_options(lane->stream);
	struct stream_stats s = stream_stats(lane->stream);
	struct json *row = json_new(), *bindings = json_new_list();
	for (size_t i = 0; i < options->bind.count; i++)
		json_push_text(bindings, str_from(options->bind.items[i]));
	json_set_text(row, "stream", str_from(options->name));
	json_set_text(row, "state", str_from(lane->state));
	json_set_text(row, "queue", str_from(lane->queue));
	json_set(row, "bind", bindings);
	json_set_count(row, "lines", s.taken);
	json_set_count(row, "written", s.written);
	json_set_count(row, "filtered", s.dropped);
	json_set_count(row, "repeats", s.repeats);
	json_set_count(row, "refused", lane->refused);
	json_set_count(row, "write_errors", s.write_errors);
	json_set_count(row, "waiting_bytes", stream_in_hand(lane->stream));
	add_account(row, stream_ledger(lane->stream));
	return row;
}

/* The state of the process is that of the stream that is worst off. */
static struct json *
count(const struct replies *r)
{
	struct json *j = json_new(), *streams = json_new_list();
	const char *state = "up";
	uint64_t lines = 0, filtered = 0, waiting = 0;
	for (size_t i = 0; i < r->config->stream_count; i++) {
		struct intake_lane lane = intake_lane(r->intake, i);
		struct stream_stats s = stream_stats(lane.stream);
		if (strcmp(lane.state, "up") != 0)
			state = lane.state;
		lines += s.taken;
		filtered += s.dropped;
		waiting += s.taken - s.written - s.dropped - s.repeats;
		json_push(streams, stream_row(&lane));
	}
	json_set_text(j, "state", str_from(state));
	json_set_count(j, "lines", lines);
	json_set_count(j, "filtered", filtered);
	json_set_count(j, "waiting", waiting);
	json_set(j, "streams", streams);
	return j;
}

/* Rows of one stream on their way into pages. */
struct listing {
	struct rpc_pages *pages;
	const char *stream;
};

static void
add_range(void *owner, const struct ledger_range *range)
{
	struct listing *l = owner;
	struct json *row = json_new();
	json_set_text(row, "stream", str_from(l->stream));
	json_set_text(row, "source", range->source);
	json_set_text(row, "key", range->key);
	json_set_text(row, "host", range->host);
	json_set_text(row, "path", range->path);
	json_set_count(row, "from", range->from);
	json_set_count(row, "to", range->to);
	rpc_pages_row(l->pages, row);
}

static void
add_chain(void *owner, const struct ledger_chain *chain)
{
	struct listing *l = owner;
	struct json *row = json_new();
	json_set_text(row, "stream", str_from(l->stream));
	json_set_text(row, "source", chain->source);
	json_set_text(row, "key", chain->key);
	json_set_count(row, "start", chain->start);
	json_set_count(row, "end", chain->end);
	rpc_pages_row(l->pages, row);
}

static struct listing
list_stream(const struct replies *r, struct rpc_pages *pages, size_t i,
    const struct ledger **ledger)
{
	*ledger = stream_ledger(intake_lane(r->intake, i).stream);
	return (struct listing){ pages, r->config->streams[i].name };
}

static void
account(const struct replies *r, struct rpc_call *call)
{
	struct rpc_pages pages;
	const struct ledger *ledger;
	rpc_pages_begin(&pages, call, count(r));
	rpc_pages_list(&pages, "holes");
	for (size_t i = 0; i < r->config->stream_count; i++) {
		struct listing l = list_stream(r, &pages, i, &ledger);
		ledger_each_hole(ledger, add_range, &l);
	}
	rpc_pages_list(&pages, "given_up");
	for (size_t i = 0; i < r->config->stream_count; i++) {
		struct listing l = list_stream(r, &pages, i, &ledger);
		ledger_each_given_up(ledger, add_range, &l);
	}
	rpc_pages_list(&pages, "chains");
	for (size_t i = 0; i < r->config->stream_count; i++) {
		struct listing l = list_stream(r, &pages, i, &ledger);
		ledger_each_chain(ledger, add_chain, &l);
	}
	rpc_pages_end(&pages);
}

/* NULL: there is none of that name. */
static struct stream *
find_stream(const struct replies *r, struct str name)
{
	for (size_t i = 0; i < r->config->stream_count; i++)
		if (str_equal(name, str_from(r->config->streams[i].name)))
			return intake_lane(r->intake, i).stream;
	return NULL;
}

/* { stream, source, key, from, to }: { settled: true }, or it cannot be. */
static void
settle(
    const struct replies *r, struct rpc_call *call, const struct json *question)
{
	struct str name, source, key;
	int64_t from, to;
	struct stream *stream = NULL;
	if (json_get_text(question, "stream", &name))
		stream = find_stream(r, name);
	if (stream == NULL || !json_get_text(question, "source", &source) ||
	    !json_get_text(question, "key", &key) ||
	    !json_get_integer(question, "from", &from) ||
	    !json_get_integer(question, "to", &to) || from < 0 || to <= from) {
		rpc_call_fail(call,
		    "settle wants a stream of ours, source, key, from and to");
		return;
	}
	struct json *answer = json_new();
	if (ledger_give_up(stream_ledger(stream), source, key, (uint64_t)from,
		(uint64_t)to)) {
		log_info("stream %s: given up: bytes of source " STR_FMT
			 ", %lld-%lld",
		    stream_options(stream)->name, STR_ARG(source),
		    (long long)from, (long long)to);
		json_set_true(answer, "settled");
		stream_flush(stream);
	}
	rpc_call_answer(call, answer, true);
}

static void
on_asked(void *owner, struct rpc_call *call, const struct json *question)
{
	struct replies *r = owner;
	struct str what = json_text(question, "ask");
	if (str_equal(what, (struct str)STR("status")))
		rpc_call_answer(call, count(r), true);
	else if (str_equal(what, (struct str)STR("account")))
		account(r, call);
	else if (str_equal(what, (struct str)STR("settle")))
		settle(r, call, question);
	else
		rpc_call_fail(call,
		    "a collector answers status, account and "
		    "settle");
}

static const struct rpc_service_events service_events = { on_asked, NULL,
	NULL };

struct replies *
replies_new(uv_loop_t *loop, const struct config *config, struct intake *intake)
{
	struct replies *r = xcalloc(1, sizeof(*r));
	r->config = config;
	r->intake = intake;
	r->service =
	    rpc_service_new(loop, config, "collector", &service_events, r);
	return r;
}

void
replies_free(struct replies *r)
{
	if (r == NULL)
		return;
	rpc_service_free(r->service);
	free(r);
}
