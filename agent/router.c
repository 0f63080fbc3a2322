#include "agent/router.h"

#include <stdlib.h>

#include "core/buffer.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "filters/sieve.h"
#include "record/attributes.h"
#include "record/detect.h"
#include "record/routing_key.h"

struct router {
	const struct input_options *input;
	struct window *window;
	struct sieve *sieve;
	struct template *key_template;
	struct str host;
	struct str program;
	struct buffer key;
	uint64_t read;
	uint64_t unchained;
};

struct router *
router_new(const struct config *config, const struct input_options *input,
    struct window *window)
{
	const char *error;
	struct router *r = xcalloc(1, sizeof(*r));
	*r = (struct router){ .input = input,
		.window = window,
		.host = str_from(config->agent.host),
		.program = str_from(input->program),
		.sieve = sieve_new(config, &input->filters),
		.key_template =
		    template_parse(config->agent.routing_key, &error) };
	if (r->key_template == NULL)
		log_error("[agent] routing_key: %s", error);
	if (r->sieve == NULL || r->key_template == NULL) {
		router_free(r);
		return NULL;
	}
	return r;
}

struct level
router_level(const struct router *r, struct str head)
{
	struct record record = { .body = head,
		.severity = (enum severity)r->input->severity,
		.facility = (enum facility)r->input->facility };
	detect_severity(&record);
	return (struct level){ record.severity, record.facility, true };
}

/* Give the line its place in its chain. */
static void
link_line(struct router *r, const struct origin *origin, struct record *line)
{
	struct source *source = origin->source;
	struct chain *chain = chains_link(&source->chains, line->key, line->pos,
	    origin->received, &line->prev);
	if (chain != NULL) {
		span_mark(origin->span, chain, line->pos);
		return;
	}
	line->flags |= RECORD_UNCHAINED;
	r->unchained++;
	if (source->chains.unchained == 1)
		log_warnx("input %s: %s: more than %d routing keys: lines of "
			  "others go out without a place in a chain",
		    source->input, source->path, CHAINS_MAX);
}

bool
router_make(struct router *r, const struct origin *origin,
    const struct cut *cut, uint64_t pos, struct record *record)
{
	*record = (struct record){
		.body = cut->text,
		.host = r->host,
		.program = r->program,
		.path = str_from(origin->source->path),
		.source = { origin->source->id, RANDOM_ID_LEN },
		.pos = pos,
		.time = origin->received,
		.received = origin->received,
		.part = cut->part,
		.flags = cut->flags,
	};
	r->read++;
	if (cut->part <= 1 || !origin->level->known)
		*origin->level = router_level(r, cut->text);
	record->severity = origin->level->severity;
	record->facility = origin->level->facility;
	if (attributes_read(cut->origin, record) == -1)
		record->flags |= RECORD_MALFORMED;
	if (!sieve_pass(r->sieve, record))
		return false;
	r->key.len = 0;
	routing_key_make(r->key_template, record, &r->key);
	record->key = buffer_str(&r->key);
	return true;
}

void
router_take(struct router *r, const struct origin *origin,
    const struct cut *cut, uint64_t pos)
{
	struct record record;
	if (!router_make(r, origin, cut, pos, &record))
		return;
	link_line(r, origin, &record);
	window_add(r->window, &record, origin->span);
}

bool
router_is_held_up(const struct router *r, const struct source *s)
{
	return window_holds_up(r->window, s);
}

struct router_stats
router_stats(const struct router *r)
{
	return (struct router_stats){ r->read, sieve_dropped(r->sieve),
		sieve_limited(r->sieve), r->unchained };
}

void
router_free(struct router *r)
{
	if (r == NULL)
		return;
	sieve_free(r->sieve);
	template_free(r->key_template);
	buffer_clear(&r->key);
	free(r);
}
