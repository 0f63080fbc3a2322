#include "agent/router.h"

#include <stdlib.h>
#include <string.h>

#include "agent/decode.h"
#include "core/buffer.h"
#include "core/escape.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "filters/sieve.h"
#include "record/attributes.h"
#include "record/detect.h"
#include "record/routing_key.h"
#include "record/syslog.h"

/* A name that is longer is a stranger's, who has megabytes sent along. */
#define ATTRIBUTE_OF_PARTS ((size_t)255)

struct router {
	const struct input_options *input;
	struct window *window;
	struct sieve *sieve;
	struct grouping_rules *grouping;
	struct template *key_template;
	struct zone *zone; /* NULL: its lines are not parsed */
	struct str host;
	struct str program;
	struct buffer key;
	char *path; /* of the source that was read last, */
	struct buffer shown; /* and as it stands in a header */
	struct decoder *decoder;
	struct incidents incidents;
	uint64_t read;
	uint64_t unchained;
	uint64_t malformed;
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
	r->decoder = decoder_new(input, &r->incidents.unconverted);
	if (r->key_template == NULL)
		log_error("[agent] routing_key: %s", error);
	if (input->parse == PARSE_SYSLOG)
		r->zone = zone_new(input->zone, &error);
	if (input->parse == PARSE_SYSLOG && r->zone == NULL)
		log_error(
		    "input %s: zone: %s %s", input->name, input->zone, error);
	if (grouping_rules_new(input, &r->grouping) == -1 || r->sieve == NULL ||
	    r->key_template == NULL ||
	    (input->parse == PARSE_SYSLOG && r->zone == NULL)) {
		router_free(r);
		return NULL;
	}
	return r;
}

/*
 * A message on its own terms.  What a socket hears is without PRI of the
 * input's level; a line of a file may still say it in words.
 */
static void
parse_syslog(const struct router *r, struct record *record)
{
	struct syslog syslog;
	syslog_parse(r->zone, record, &syslog);
	if (record->program.len == 0)
		record->program = r->program;
	if (syslog.has_pri || r->input->type == INPUT_SYSLOG)
		return;
	struct record text = { .body = syslog.message,
		.severity = record->severity,
		.facility = record->facility };
	if (detect_severity(&text))
		record->severity = text.severity;
}

/* Who sent it, on which the reading of a syslog message depends; and the host
 * where that names none. */
static void
set_sender(const struct router *r, const struct cut *cut, struct record *record)
{
	struct str address = { 0 };
	if (r->zone != NULL &&
	    attributes_find(cut->origin, ATTRIBUTE_PEER, &record->peer))
		address = syslog_peer_address(record->peer);
	record->host = address.len > 0 ? address : r->host;
}

/* What the line says of itself. */
static void
read_line(const struct router *r, struct record *record)
{
	record->severity = (enum severity)r->input->severity;
	record->facility = (enum facility)r->input->facility;
	if (r->zone != NULL)
		parse_syslog(r, record);
	else
		detect_severity(record);
}

void
router_decode(struct router *r, struct cut *cut, bool first)
{
	decoder_cut(r->decoder, cut, first);
}

struct incidents *
router_incidents(struct router *r)
{
	return &r->incidents;
}

struct level
router_level(const struct router *r, struct str head)
{
	struct record record = { .body = head };
	if (head.len > ROUTER_HEAD)
		record.body.len = ROUTER_HEAD;
	read_line(r, &record);
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

/* Escaped once for many lines. */
static struct str
path_shown(struct router *r, const char *path)
{
	if (r->path == NULL || strcmp(r->path, path) != 0) {
		free(r->path);
		r->path = xstrdup(path);
		r->shown.len = 0;
		escape_name(&r->shown, str_from(path));
	}
	return buffer_str(&r->shown);
}

static void
put_short(struct buffer *out, enum attribute kind, struct str value)
{
	if (value.len <= ATTRIBUTE_OF_PARTS)
		attributes_put(out, kind, value);
}

struct level
router_head(const struct router *r, const struct cut *cut, int64_t received,
    struct buffer *out)
{
	struct record record = { .body = cut->text,
		.program = r->program,
		.time = received,
		.received = received };
	if (record.body.len > ROUTER_HEAD)
		record.body.len = ROUTER_HEAD;
	set_sender(r, cut, &record);
	read_line(r, &record);
	put_short(out, ATTRIBUTE_HOST, record.host);
	put_short(out, ATTRIBUTE_PROGRAM, record.program);
	put_short(out, ATTRIBUTE_PID, record.pid);
	put_short(out, ATTRIBUTE_MSGID, record.msgid);
	attributes_put_number(out, ATTRIBUTE_TIME, record.time);
	return (struct level){ record.severity, record.facility, true };
}

bool
router_make(struct router *r, const struct origin *origin,
    const struct cut *cut, uint64_t pos, struct record *record)
{
	*record = (struct record){
		.body = cut->text,
		.program = r->program,
		.path = path_shown(r, origin->source->path),
		.source = { origin->source->id, RANDOM_ID_LEN },
		.pos = pos,
		.time = origin->received,
		.received = origin->received,
		.part = cut->part,
		.flags = cut->flags,
	};
	set_sender(r, cut, record);
	r->read++;
	if (cut->part <= 1)
		read_line(r, record);
	if (cut->part == 0)
		*origin->level =
		    (struct level){ record->severity, record->facility, true };
	else if (cut->part == 1 || !origin->level->known)
		*origin->level = router_level(r, cut->text);
	record->severity = origin->level->severity;
	record->facility = origin->level->facility;
	if (attributes_read(cut->origin, record) == -1)
		record->flags |= RECORD_MALFORMED;
	if (record->flags & RECORD_MALFORMED)
		r->malformed++;
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

const struct grouping_rules *
router_grouping(const struct router *r)
{
	return r->grouping;
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
		sieve_limited(r->sieve), r->unchained, r->malformed,
		r->incidents };
}

void
router_free(struct router *r)
{
	if (r == NULL)
		return;
	sieve_free(r->sieve);
	grouping_rules_free(r->grouping);
	decoder_free(r->decoder);
	template_free(r->key_template);
	zone_free(r->zone);
	buffer_clear(&r->key);
	buffer_clear(&r->shown);
	free(r->path);
	free(r);
}
