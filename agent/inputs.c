#include "agent/inputs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sysexits.h>

#include "agent/input_file.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Turns of an input before the next, and before the loop looks at its
 * sockets again. */
#define TURNS 4

struct working_input {
	const struct input_options *options;
	const struct input_kind *kind;
	struct input *input;
	struct router *router;
	struct listen_counts counts;
	bool wants_turn;
};

static int
open_one(struct working_input *in, struct input_context *context,
    struct window *window)
{
	in->options = context->options;
	context->counts = &in->counts;
	in->kind =
	    in->options->type == INPUT_FILE ? &input_file : &input_spooled;
	in->router = context->router =
	    router_new(context->config, context->options, window);
	if (in->router == NULL)
		return EX_CONFIG;
	in->input = in->kind->open(context);
	if (in->input == NULL) {
		router_free(in->router);
		return EX_TEMPFAIL;
	}
	in->wants_turn = true;
	return EX_OK;
}

int
inputs_open(struct inputs *in, const struct input_context *context,
    struct window *window)
{
	const struct config *config = context->config;
	struct input_context own = *context;
	in->list = xcalloc(config->input_count, sizeof(*in->list));
	descriptors_init(&in->descriptors, config->input_count);
	own.descriptors = &in->descriptors;
	for (; in->count < config->input_count; in->count++) {
		own.options = &config->inputs[in->count];
		int status = open_one(&in->list[in->count], &own, window);
		if (status != EX_OK)
			return status;
	}
	return EX_OK;
}

void
inputs_wake(struct inputs *in)
{
	for (size_t i = 0; i < in->count; i++)
		in->list[i].wants_turn = true;
}

bool
inputs_want_turn(const struct inputs *in)
{
	for (size_t i = 0; i < in->count; i++)
		if (in->list[i].wants_turn)
			return true;
	return false;
}

void
inputs_turn(struct inputs *in, const struct window *window)
{
	for (size_t i = 0; i < in->count; i++) {
		struct working_input *one = &in->list[i];
		for (int n = 0; n < TURNS; n++)
			if (one->wants_turn && !window_is_full(window))
				one->wants_turn = one->kind->turn(one->input);
	}
}

void
inputs_recorded(struct inputs *in)
{
	for (size_t i = 0; i < in->count; i++)
		in->list[i].kind->recorded(in->list[i].input);
}

bool
inputs_finished(const struct inputs *in)
{
	for (size_t i = 0; i < in->count; i++)
		if (!in->list[i].kind->finished(in->list[i].input))
			return false;
	return true;
}

void
inputs_report(const struct inputs *in, struct account *account)
{
	for (size_t i = 0; i < in->count; i++) {
		const struct working_input *one = &in->list[i];
		struct router_stats r = router_stats(one->router);
		account_add(account, &r, &one->counts);
		log_info("input %s: read %" PRIu64 ", filtered %" PRIu64
			 ", at a match limit %" PRIu64,
		    one->options->name, r.read, r.filtered, r.limited);
		incidents_log(&r.incidents, one->options->name);
		if (one->kind->status != NULL)
			one->kind->status(one->input);
	}
}

const struct router *
inputs_router(const struct inputs *in, size_t i)
{
	return in->list[i].router;
}

const struct listen_counts *
inputs_heard(const struct inputs *in, size_t i)
{
	return &in->list[i].counts;
}

void
inputs_explain(
    const struct inputs *in, size_t i, const char *path, struct json *row)
{
	if (in->list[i].kind == &input_file)
		input_file_explain(in->list[i].input, path, row);
}

void
inputs_close(struct inputs *in)
{
	/* One may run the loop meanwhile: it finds only those still open. */
	while (in->count > 0) {
		struct working_input *one = &in->list[--in->count];
		one->kind->close(one->input);
		router_free(one->router);
	}
	free(in->list);
	*in = (struct inputs){ 0 };
}
