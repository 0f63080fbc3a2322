#include "collector/ledger.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ledger_files.h"
#include "collector/ledger_private.h"
#include "config/url.h"
#include "core/clock.h"
#include "core/log.h"

#define LOOK_EVERY 1000 /* ms */
/* Longer pauses between commits do not age what is known. */
#define PAUSE_MAX (60 * NS_PER_SECOND)
/* So that no cut takes long. */
#define EXPIRE_AT_ONCE 1000
/* Beyond [collector] in_hand one more line may be in a commit. */
#define LINE_SPARE ((uint64_t)1 << 20)

/* What the stream's lines come from, without the password. */
static char *
feed_of(const struct config *config, const struct stream_options *stream)
{
	struct buffer b = { 0 };
	for (size_t i = 0; i < config->broker.url.count; i++) {
		url_print_masked(config->broker.url.items[i], &b);
		buffer_append_byte(&b, ' ');
	}
	if (!config_is_local(config))
		buffer_append_str(&b, str_from(stream->queue));
	char *feed = str_copy(buffer_str(&b));
	buffer_clear(&b);
	return feed;
}

/* Why what was not committed might not come again; NULL: it does. */
static const char *
reason_to_keep(const struct ledger *l, uint64_t mark,
    const struct config *config, const struct stream_options *stream,
    const char *fed_before, const char *feed)
{
	if (ledger_store_was_damaged(l->store) || mark > l->committed.commits)
		return "the ledger lost what it knew of them";
	if (fed_before == NULL || strcmp(fed_before, feed) != 0)
		return "they came from another queue than the one of now";
	if (!config_is_local(config) && str_from(stream->queue).len == 0)
		return "their queue was not a durable one";
	return NULL;
}

/* What the store has, in memory. */
static int
load(struct ledger *l)
{
	if (ledger_store_load_state(l->store, &l->committed) == -1 ||
	    ledger_store_load(l->store, &l->chains) == -1)
		return -1;
	if (ledger_store_was_damaged(l->store))
		log_warnx("stream %s: ledger: lost: outputs keep their "
			  "length, chains begin anew, lines could repeat",
		    l->stream);
	l->account = l->committed.account;
	l->since = l->committed.since;
	l->bound = l->committed.bound;
	l->activity = l->committed.activity;
	/* A damaged entry must not make everything look old. */
	const struct chain *newest[] = { l->chains.whole, l->chains.holed };
	for (size_t i = 0; i < 2; i++) {
		int64_t used = newest[i] == NULL
		    ? 0
		    : newest[i]->prev->used * NS_PER_SECOND;
		l->activity = used > l->activity ? used : l->activity;
	}
	l->chains.activity = (uint32_t)(l->activity / NS_PER_SECOND);
	l->committed.activity = l->activity;
	return 0;
}

/* From here on the ledger counts. */
static int
put_beginning(struct ledger *l, const char *feed)
{
	if (ledger_store_begin(l->store) == -1)
		return -1;
	bool good = ledger_store_put_state(l->store, &l->committed) == 0 &&
	    ledger_store_put_feed(l->store, feed) == 0;
	if (ledger_store_end(l->store, good) == -1)
		return -1;
	return ledger_store_set_mark(l->store, l->committed.commits);
}

/* Take the files back to what was committed. */
static int
begin(struct ledger *l, const struct config *config,
    const struct stream_options *stream)
{
	char *before = NULL, *feed = feed_of(config, stream);
	uint64_t mark = ledger_store_mark(l->store);
	uint64_t bound = (uint64_t)config->collector.in_hand + LINE_SPARE;
	int result = ledger_store_load_feed(l->store, &before);
	if (result != -1)
		result = ledger_files_recover(
		    l, reason_to_keep(l, mark, config, stream, before, feed));
	if (result != -1) {
		if (mark > l->committed.commits)
			l->since = 0; /* chains may be unknown that came */
		if (mark != UINT64_MAX && mark > l->committed.commits)
			l->committed.commits = mark;
		if (l->committed.most < bound)
			l->committed.most = bound;
		l->commits = l->committed.commits;
		result = put_beginning(l, feed);
	}
	free(before);
	free(feed);
	return result;
}

static void
on_look(uv_timer_t *timer)
{
	struct ledger *l = timer->data;
	holes_look(&l->holes, &l->chains, (int64_t)uv_now(l->loop) * NS_PER_MS);
}

struct ledger *
ledger_open(uv_loop_t *loop, const struct config *config,
    const struct stream_options *stream)
{
	struct ledger *l = xcalloc(1, sizeof(*l));
	l->stream = stream->name;
	l->loop = loop;
	l->sync = stream->sync == SYNC_COMMIT;
	known_init(&l->chains, stream->name);
	l->chains.now = (int64_t)uv_now(loop) * NS_PER_MS;
	l->last_cut = clock_monotonic();
	uv_timer_init(loop, &l->look);
	l->look.data = l;
	uv_timer_start(&l->look, on_look, LOOK_EVERY, LOOK_EVERY);
	l->store = ledger_store_open(config->weir.state, stream->name, l->sync);
	if (l->store != NULL && load(l) == 0 && begin(l, config, stream) == 0)
		return l;
	log_error("stream %s: cannot do without its ledger", stream->name);
	ledger_close(l);
	return NULL;
}

static bool
is_claim(const struct record *r)
{
	return r->source.len > 0 && !(r->flags & RECORD_UNCHAINED);
}

enum line_kind
ledger_note(struct ledger *l, const struct record *r)
{
	enum line_kind kind = LINE_NEW;
	l->chains.now = (int64_t)uv_now(l->loop) * NS_PER_MS;
	l->account.lines++;
	if (!is_claim(r))
		l->account.unchained++;
	else
		kind = known_note(&l->chains, r);
	if (l->chains.gave_way && l->since != 0)
		l->since = clock_realtime();
	l->chains.gave_way = false;
	l->account.repeats += kind == LINE_REPEAT;
	l->account.unidentified += kind == LINE_UNIDENTIFIED;
	return kind;
}

bool
ledger_is_changed(const struct ledger *l)
{
	return l->is_bound_anew || !known_are_unchanged(&l->chains);
}

/* The clock stands still while nothing is committed. */
static void
advance(struct ledger *l)
{
	int64_t now = clock_monotonic(), pause = now - l->last_cut;
	l->last_cut = now;
	l->activity += pause < PAUSE_MAX ? pause : PAUSE_MAX;
	l->chains.activity = (uint32_t)(l->activity / NS_PER_SECOND);
	if (l->chains.activity > LEDGER_KEEPS)
		known_expire(&l->chains, l->chains.activity - LEDGER_KEEPS,
		    EXPIRE_AT_ONCE);
}

void
ledger_cut(struct ledger *l)
{
	assert(!l->is_cut);
	l->is_cut = true;
	advance(l);
	cut_take(&l->cut, &l->chains);
	l->cut.state.commits = ++l->commits;
	l->cut.state.activity = l->activity;
	l->cut.state.since = l->since;
	l->is_bound_anew = false;
	l->cut.state.bound = l->bound;
	l->cut.state.account = ledger_account(l);
}

void
ledger_settle(struct ledger *l)
{
	assert(l->is_cut && l->committed.commits == l->commits);
	l->is_cut = false;
	cut_clear(&l->cut);
}

struct ledger_account
ledger_account(const struct ledger *l)
{
	struct ledger_account a = l->account;
	a.chains = HASH_COUNT(l->chains.table);
	a.holes = l->chains.open;
	a.forgotten += l->chains.forgotten_holes;
	return a;
}

static void
on_closed(uv_handle_t *timer)
{
	free(timer->data);
}

void
ledger_close(struct ledger *l)
{
	if (l == NULL)
		return;
	ledger_store_close(l->store);
	known_clear(&l->chains);
	cut_clear(&l->cut);
	uv_close((uv_handle_t *)&l->look, on_closed);
}
