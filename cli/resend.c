/*
 * `weir resend`: have what is missing in a stream sent once more.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/accounts.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "core/clock.h"
#include "core/units.h"

/* What is missing may still be under way when all is asked for. */
#define UNDER_WAY (5 * NS_PER_SECOND)

/* What the command line asks for. */
struct wanted {
	bool all;
	struct str source;
	int64_t from, to;
};

static bool
is_wanted(const struct gap *gap, const struct wanted *w)
{
	return w->all ||
	    (str_equal(gap->source, w->source) && gap->from < w->to &&
		gap->to > w->from);
}

static struct json *
question_for(const struct gap *gap, const char *what)
{
	struct json *q = asking_question(what);
	json_set_text(q, "stream", gap->stream);
	json_set_text(q, "queue", gap->queue);
	json_set_text(q, "source", gap->source);
	json_set_text(q, "key", gap->key);
	json_set_integer(q, "from", gap->from);
	json_set_integer(q, "to", gap->to);
	return q;
}

static void
say(const char *what, struct str why)
{
	printf("  %s", what);
	terminal_print(why, stdout);
	putchar('\n');
}

/* Nobody has the lines any more: the stream is told, and asks no longer. */
static bool
give_up(struct inquiry *q, const struct gap *gap, struct str why)
{
	struct answer *answer =
	    asking_one(q->asking, gap->collector, question_for(gap, "settle"));
	bool settled = answer != NULL && answer->complete &&
	    json_get_true(answer->pages[0], "settled");
	say(settled ? "gone: " : "gone, and the stream was not told: ", why);
	asking_free_answers(answer);
	return settled;
}

enum outcome {
	OUTCOME_DONE,
	OUTCOME_FAILED, /* and said */
	OUTCOME_UNKNOWN, /* he does not have it */
};

static enum outcome
take_answer(struct inquiry *q, const struct gap *gap, const struct json *page)
{
	struct str why = STR("no answer that is understood");
	int64_t lines;
	if (json_get_integer(page, "sent", &lines)) {
		printf("  sent again: %" PRId64 " lines\n", lines);
		return OUTCOME_DONE;
	}
	if (json_get_true(page, "unknown"))
		return OUTCOME_UNKNOWN;
	if (json_get_text(page, "gone", &why))
		return give_up(q, gap, why) ? OUTCOME_DONE : OUTCOME_FAILED;
	json_get_text(page, "error", &why);
	say("not now: ", why);
	return OUTCOME_FAILED;
}

static enum outcome
ask_agent(struct inquiry *q, const struct gap *gap, const struct answer *agent)
{
	struct answer *answer =
	    asking_one(q->asking, agent, question_for(gap, "resend"));
	enum outcome outcome = OUTCOME_FAILED;
	if (answer != NULL && answer->complete)
		outcome = take_answer(q, gap, answer->pages[0]);
	else
		say("its agent did not answer in time", (struct str)STR(""));
	asking_free_answers(answer);
	return outcome;
}

/* No account has the source.  An agent of its host may, all the same. */
static enum outcome
ask_host(struct inquiry *q, const struct accounts *a, const struct gap *gap)
{
	enum outcome outcome = OUTCOME_UNKNOWN;
	for (const struct answer *n = a->first;
	     n != NULL && outcome == OUTCOME_UNKNOWN; n = n->next)
		if (n->complete && n->error == NULL &&
		    strcmp(n->role, "agent") == 0 &&
		    str_equal(str_from(n->host), gap->host))
			outcome = ask_agent(q, gap, n);
	return outcome;
}

/*
 * That those who answer do not have a source does not say that nobody has:
 * there may be an agent that is down, of the same host's name even.
 */
static bool
resend_gap(struct inquiry *q, const struct accounts *a, const struct gap *gap)
{
	accounts_print_gap(gap, stdout);
	enum outcome outcome = gap->agent != NULL
	    ? ask_agent(q, gap, gap->agent)
	    : ask_host(q, a, gap);
	if (outcome != OUTCOME_UNKNOWN)
		return outcome == OUTCOME_DONE;
	if (q->give_up)
		return give_up(q, gap,
		    (struct str)STR("no agent that answers has the source"));
	say("no agent that answers has the source; if none is missing, "
	    "--give-up settles it",
	    (struct str)STR(""));
	return false;
}

static size_t
count_wanted(const struct accounts *a, const struct wanted *w)
{
	size_t count = 0;
	for (size_t i = 0; i < a->gaps.count; i++)
		count += is_wanted(&a->gaps.items[i], w);
	return count;
}

/* Until what was sent has arrived. */
static bool
wait_until_closed(struct accounts *a, struct inquiry *q, const struct wanted *w)
{
	int64_t end = clock_monotonic() + q->wait;
	while (count_wanted(a, w) > 0 && clock_monotonic() < end)
		accounts_ask_again(a, q);
	for (size_t i = 0; i < a->gaps.count; i++)
		if (is_wanted(&a->gaps.items[i], w)) {
			fputs("still missing: ", stdout);
			accounts_print_gap(&a->gaps.items[i], stdout);
		}
	return count_wanted(a, w) == 0;
}

static int
resend(struct inquiry *q, const struct wanted *w)
{
	struct accounts a;
	size_t failed = 0;
	accounts_ask(&a, q);
	size_t complaints = asking_complain(q->asking, a.first);
	if (w->all)
		accounts_wait(&a, q, q->wait < UNDER_WAY ? q->wait : UNDER_WAY);
	if (count_wanted(&a, w) == 0)
		puts("nothing is missing there");
	for (size_t i = 0; i < a.gaps.count; i++)
		if (is_wanted(&a.gaps.items[i], w))
			failed += !resend_gap(q, &a, &a.gaps.items[i]);
	int status = EXIT_NO;
	if (a.first == NULL || accounts_count(&a, "collector") == 0)
		status = EXIT_UNAVAILABLE;
	else if (failed == 0 && complaints == 0 && wait_until_closed(&a, q, w))
		status = EXIT_OK;
	accounts_clear(&a);
	return status;
}

/* "120-240" */
static int
parse_range(const char *text, struct wanted *w)
{
	const char *dash = strchr(text, '-');
	if (dash == NULL)
		return -1;
	struct str from = { text, (size_t)(dash - text) };
	if (units_parse_integer(from, &w->from) == -1 ||
	    units_parse_integer(str_from(dash + 1), &w->to) == -1)
		return -1;
	return w->from >= 0 && w->to > w->from ? 0 : -1;
}

static int
parse(const struct inquiry *q, struct wanted *w)
{
	*w = (struct wanted){ .all = q->all };
	if (q->all && q->count == 0)
		return 0;
	if (!q->all && q->count == 2) {
		w->source = str_from(q->words[0]);
		if (parse_range(q->words[1], w) == 0)
			return 0;
	}
	fputs("weir resend: which? SOURCE FROM-TO as weir verify has them, or "
	      "--all\n",
	    stderr);
	return -1;
}

static int
run(int argc, char **argv)
{
	struct inquiry q;
	struct wanted wanted;
	int status = inquiry_open(&q, argc, argv, 30 * NS_PER_SECOND, 2);
	if (status == EXIT_OK)
		status = parse(&q, &wanted) == 0 ? resend(&q, &wanted)
						 : EXIT_BAD_USAGE;
	inquiry_close(&q);
	return status;
}

const struct verb verb_resend = {
	.name = "resend",
	.summary = "have what weir verify misses sent once more",
	.usage =
	    "usage: weir resend [-c FILE] [--wait TIME] [--give-up] SOURCE "
	    "FROM-TO\n"
	    "       weir resend [-c FILE] [--wait TIME] [--give-up] --all\n"
	    "\n"
	    "Where a stream misses bytes FROM to TO of SOURCE, or some of\n"
	    "them, have the agent that has the file publish them again,\n"
	    "into that stream's queue alone.  What it has already it does\n"
	    "not write twice.  What its agent says is gone is given up:\n"
	    "weir verify shows it as gone, and fails for it no longer.  A\n"
	    "line of it that comes after all is written all the same.\n"
	    "\n"
	    "  -c, --config FILE  the configuration (default\n"
	    "                     " DEFAULT_CONFIG ")\n"
	    "      --wait TIME    how long each answer may take (default\n"
	    "                     30s)\n"
	    "      --all          all that weir verify shows\n"
	    "      --give-up      also give up what no agent that answers\n"
	    "                     knows of: none is down or out of reach\n"
	    "\n"
	    "Exit status 0: nothing of it is missing any more, or it is\n"
	    "known to be gone.\n",
	.run = run,
};
