#include "broker/rpc_desk.h"

#include <string.h>

#include "core/fault.h"
#include "core/json.h"
#include "core/log.h"

static void
post(struct rpc_desk *d, const struct rpc_errand *errand, struct str page)
{
	struct envelope envelope = { .exchange = "",
		.key = errand->reply_to,
		.correlation = errand->correlation };
	FAULT("rpc-answer");
	letter_put(session_output(d->session), &envelope, page);
	confirms_add(d->confirms, d->answers, 0);
}

static void
finish(struct rpc_desk *d, struct rpc_errand *errand)
{
	letter_ack(session_output(d->session), errand->tag);
	errand->ticket = 0;
}

static struct rpc_errand *
find(struct rpc_desk *d, uint64_t ticket)
{
	for (size_t i = 0; i < RPC_UNDER_WAY; i++)
		if (d->errands[i].ticket == ticket)
			return &d->errands[i];
	return NULL;
}

void
rpc_desk_answer(struct rpc_desk *d, enum rpc_packet type, struct str payload)
{
	uint64_t ticket;
	if (rpc_read(&payload, &ticket) == -1 || ticket == 0)
		return;
	struct rpc_errand *errand = find(d, ticket);
	if (errand == NULL || d->session == NULL)
		return;
	if (type != RPC_SILENCE)
		post(d, errand, payload);
	if (type != RPC_ANSWER)
		finish(d, errand);
}

/* Only a queue that the broker named can have been made for answers; any
 * other may be a stream's. */
static bool
may_reply_to(const char *queue)
{
	return strncmp(queue, "amq.", 4) == 0;
}

static void
turn_down(struct rpc_desk *d, struct rpc_errand *errand, const char *why)
{
	struct json *j = json_new();
	struct buffer text = { 0 };
	json_set_text(j, "error", str_from(why));
	json_set_true(j, "last");
	json_append(j, &text);
	post(d, errand, buffer_str(&text));
	finish(d, errand);
	buffer_clear(&text);
	json_free(j);
}

void
rpc_desk_take(struct rpc_desk *d, const struct letter *l)
{
	struct rpc_errand errand = { .ticket = ++d->last_ticket,
		.tag = l->tag };
	struct rpc_errand *free_one = find(d, 0);
	memcpy(errand.reply_to, l->reply_to, sizeof(errand.reply_to));
	memcpy(errand.correlation, l->correlation, sizeof(errand.correlation));
	if (!may_reply_to(l->reply_to)) {
		log_debug("rpc: question without a queue to answer to");
		finish(d, &errand);
	} else if (l->too_long)
		turn_down(d, &errand, "question too long");
	else if (free_one == NULL) /* despite the prefetch */
		turn_down(d, &errand, "busy");
	else {
		*free_one = errand;
		rpc_send(
		    d->parent, RPC_ASK, errand.ticket, buffer_str(&l->body));
	}
}

void
rpc_desk_reset(struct rpc_desk *d)
{
	memset(d->errands, 0, sizeof(d->errands));
}
