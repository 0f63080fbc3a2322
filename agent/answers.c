#include "agent/answers.h"

#include <stdlib.h>

#include "agent/account.h"
#include "agent/resend.h"
#include "broker/rpc_pages.h"
#include "broker/rpc_service.h"
#include "core/clock.h"
#include "core/escape.h"
#include "core/xalloc.h"

struct answers {
	struct answers_view view;
	struct rpc_service *service;
	struct resend *resend;
};

/* What did not get to a queue, by reason; those that never happen are left
 * out. */
static void
add_dropped(struct json *list, const char *reason, uint64_t lines)
{
	if (lines == 0)
		return;
	struct json *row = json_new();
	json_set_text(row, "reason", str_from(reason));
	json_set_count(row, "lines", lines);
	json_push(list, row);
}

/* What is not zero of a listening input's own counts. */
static void
set_heard(struct json *row, const struct listen_counts *heard)
{
	const struct {
		const char *key;
		uint64_t value;
	} counts[] = {
		{ "overflowed", heard->dropped },
		{ "kernel_dropped", heard->kernel_dropped },
		{ "truncated", heard->truncated },
		{ "empty", heard->empty },
		{ "connections", heard->connections },
		{ "accepted", heard->accepted },
		{ "refused", heard->refused },
		{ "rejected", heard->rejected },
		{ "idle", heard->idle },
	};
	json_set_count(row, "received", heard->received);
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (counts[i].value > 0)
			json_set_count(row, counts[i].key, counts[i].value);
}

static struct json *
input_row(const struct input_options *input, const struct router_stats *r,
    const struct listen_counts *heard)
{
	struct json *row = json_new();
	json_set_text(row, "input", str_from(input->name));
	json_set_count(row, "read", r->read);
	json_set_count(row, "filtered", r->filtered);
	json_set_count(row, "unchained", r->unchained);
	json_set_count(row, "malformed", r->malformed);
	if (input->type == INPUT_SYSLOG)
		set_heard(row, heard);
	incidents_set(&r->incidents, row);
	return row;
}

/* What became of what was read, and what stands in the way. */
static struct json *
count(const struct answers_view *v)
{
	struct json *j = json_new(), *inputs = json_new_list(),
		    *dropped = json_new_list();
	struct account all = { .read = 0 };
	int64_t oldest = window_oldest(v->window);
	for (size_t i = 0; i < v->config->input_count; i++) {
		struct router_stats r = router_stats(v->router(v->owner, i));
		const struct listen_counts *heard = v->heard(v->owner, i);
		account_add(&all, &r, heard);
		json_push(inputs, input_row(&v->config->inputs[i], &r, heard));
	}
	account_close(&all, v->window, *v->rejected);
	add_dropped(dropped, "unroutable", all.unroutable);
	add_dropped(dropped, "rejected", all.rejected);
	add_dropped(dropped, "overflowed", all.overflowed);
	json_set_text(j, "state", str_from(shipper_state(v->shipper)));
	json_set_count(j, "lines", all.read);
	json_set_count(j, "published", all.published);
	json_set_count(j, "filtered", all.filtered);
	json_set(j, "dropped", dropped);
	if (all.kernel_dropped > 0)
		json_set_count(j, "kernel_dropped", all.kernel_dropped);
	json_set_count(j, "waiting", all.waiting + all.held);
	json_set_count(j, "held", all.held);
	json_set_count(j, "waiting_bytes", all.waiting_bytes);
	json_set_integer(j, "oldest_ms",
	    oldest == 0 ? 0 : (clock_realtime() - oldest) / NS_PER_MS);
	json_set(j, "inputs", inputs);
	return j;
}

static struct json *
chain_row(const struct source *s, const struct chain *chain)
{
	struct json *row = json_new();
	struct buffer path = { 0 };
	escape_name(&path, str_from(s->path));
	json_set_text(row, "source", str_from(s->id));
	json_set_text(row, "path", buffer_str(&path));
	buffer_clear(&path);
	json_set_text(row, "key", chain_key(chain));
	json_set_count(row, "end", chain->end);
	json_set_integer(row, "began", chain->began);
	if (s->gone && source_is_settled(s))
		json_set_true(row, "ended"); /* no line will follow */
	return row;
}

/* Chains of which nothing is confirmed yet are nobody's to know; and those
 * whose source is to be forgotten nobody's any more. */
static void
account(const struct answers_view *v, struct rpc_call *call)
{
	struct rpc_pages pages;
	struct chain *chain, *next;
	rpc_pages_begin(&pages, call, count(v));
	rpc_pages_list(&pages, "chains");
	for (struct source *s = checkpoint_first(v->checkpoint); s != NULL;
	     s = s->next)
		HASH_ITER(hh, s->chains.table, chain, next) {
			if (chain->end > 0 && !s->expired)
				rpc_pages_row(&pages, chain_row(s, chain));
		}
	rpc_pages_end(&pages);
}

static void
explain(const struct answers_view *v, struct rpc_call *call,
    const struct json *question)
{
	struct buffer path = { 0 };
	struct str name = json_text(question, "path");
	if (name.len == 0 || name.data[0] != '/' ||
	    escape_undo(&path, name) == -1) {
		rpc_call_fail(call, "path: not an absolute path");
		buffer_clear(&path);
		return;
	}
	buffer_append_byte(&path, '\0');
	struct own_files *own = own_files_new(v->config, true);
	struct json *j =
	    explain_path(v->config, own, path.data, v->explain, v->owner);
	json_set_text(j, "broker", str_from(shipper_state(v->shipper)));
	if (window_is_full(v->window))
		json_set_true(j, "window_full");
	rpc_call_answer(call, j, true);
	own_files_free(own);
	buffer_clear(&path);
}

static void
on_asked(void *owner, struct rpc_call *call, const struct json *question)
{
	struct answers *a = owner;
	struct str what = json_text(question, "ask");
	if (str_equal(what, (struct str)STR("status")))
		rpc_call_answer(call, count(&a->view), true);
	else if (str_equal(what, (struct str)STR("account")))
		account(&a->view, call);
	else if (str_equal(what, (struct str)STR("explain")))
		explain(&a->view, call, question);
	else if (str_equal(what, (struct str)STR("resend")))
		resend_take(a->resend, a->service, call, question);
	else
		rpc_call_fail(call,
		    "an agent answers status, account, explain and resend");
}

static void
on_room(void *owner)
{
	struct answers *a = owner;
	resend_room(a->resend);
}

static void
on_flushed(void *owner, const struct rpc_flushed *flushed)
{
	struct answers *a = owner;
	resend_flushed(a->resend, flushed);
}

static const struct rpc_service_events service_events = { on_asked, on_room,
	on_flushed };

struct answers *
answers_new(uv_loop_t *loop, const struct answers_view *view)
{
	struct answers *a = xcalloc(1, sizeof(*a));
	a->view = *view;
	a->resend = resend_new(loop, view->config, view->checkpoint);
	a->service =
	    rpc_service_new(loop, view->config, "agent", &service_events, a);
	return a;
}

void
answers_free(struct answers *a)
{
	if (a == NULL)
		return;
	resend_free(a->resend);
	rpc_service_free(a->service);
	free(a);
}
