/*
 * `weir verify`: does everything that was read stand where it belongs?
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/accounts.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "core/clock.h"

static const char *const agent_heads[] = { "AGENT", "READ", "PUBLISHED",
	"FILTERED", "DROPPED", "WAITING", "" };
static const char *const stream_heads[] = { "COLLECTOR", "STREAM", "LINES",
	"REPEATS", "UNIDENTIFIED", "UNCHAINED", "CHAINS", "HOLES", "GONE" };
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static int64_t
dropped_of(const struct json *page)
{
	const struct json *dropped = json_get(page, "dropped");
	int64_t lines = 0;
	for (size_t i = 0; i < json_count(dropped); i++)
		lines += json_number(json_at(dropped, i), "lines");
	return lines;
}

/* read = published + filtered + dropped + waiting. */
static bool
adds_up(const struct json *page)
{
	return json_number(page, "lines") ==
	    json_number(page, "published") + json_number(page, "filtered") +
	    dropped_of(page) + json_number(page, "waiting");
}

static void
add_agent(struct table *t, const char *host, const struct json *page)
{
	table_text(t, str_from(host));
	table_number(t, json_number(page, "lines"));
	table_number(t, json_number(page, "published"));
	table_number(t, json_number(page, "filtered"));
	table_number(t, dropped_of(page));
	table_number(t, json_number(page, "waiting"));
	table_text(t, str_from(adds_up(page) ? "" : "does not add up"));
}

static void
add_stream(struct table *t, const char *host, const struct json *row)
{
	static const char *const counts[] = { "lines", "repeats",
		"unidentified", "unchained", "chains", "holes", "gone" };
	const struct json *ledger = json_get(row, "ledger");
	struct str name = STR("-");
	json_get_text(row, "stream", &name);
	table_text(t, str_from(host));
	table_text(t, name);
	for (size_t i = 0; i < COUNT(counts); i++)
		table_number(t, json_number(ledger, counts[i]));
}

static bool
is_good(const struct answer *answer)
{
	return answer->complete && answer->error == NULL;
}

static void
print_agents(const struct accounts *a)
{
	struct table table = { 0 };
	table_head(&table, agent_heads, COUNT(agent_heads));
	for (const struct answer *n = a->first; n != NULL; n = n->next)
		if (is_good(n) && strcmp(n->role, "agent") == 0)
			add_agent(&table, n->host, n->pages[0]);
	table_print(&table, stdout);
	table_clear(&table);
}

static void
print_collectors(const struct accounts *a)
{
	struct table table = { 0 };
	table_head(&table, stream_heads, COUNT(stream_heads));
	for (const struct answer *n = a->again ? a->again : a->first; n != NULL;
	     n = n->next) {
		const struct json *streams =
		    is_good(n) ? json_get(n->pages[0], "streams") : NULL;
		for (size_t i = 0; i < json_count(streams); i++)
			add_stream(&table, n->host, json_at(streams, i));
	}
	table_print(&table, stdout);
	table_clear(&table);
}

static void
print_gap_as_json(const struct gap *gap)
{
	struct json *j = json_new();
	struct buffer line = { 0 };
	json_set_text(j, gap->kind == GAP_GIVEN_UP ? "given_up" : "missing",
	    str_from(gap_word(gap->kind)));
	json_set_text(j, "collector", str_from(gap->collector->host));
	json_set_text(j, "stream", gap->stream);
	json_set_text(j, "source", gap->source);
	json_set_text(j, "key", gap->key);
	json_set_text(j, "host", gap->host);
	json_set_text(j, "path", gap->path);
	json_set_integer(j, "from", gap->from);
	json_set_integer(j, "to", gap->to);
	json_append(j, &line);
	fwrite(line.data, 1, line.len, stdout);
	fputc('\n', stdout);
	buffer_clear(&line);
	json_free(j);
}

static void
print_gaps(const struct gap *gaps, size_t count, bool json)
{
	for (size_t i = 0; i < count; i++)
		if (json)
			print_gap_as_json(&gaps[i]);
		else
			accounts_print_gap(&gaps[i], stdout);
}

static void
print(const struct accounts *a, bool json)
{
	if (json) {
		inquiry_print(a->first);
		inquiry_print(a->again);
	} else {
		if (accounts_count(a, "agent") > 0)
			print_agents(a);
		if (accounts_count(a, "collector") > 0)
			print_collectors(a);
	}
	print_gaps(a->gaps.items, a->gaps.count, json);
	print_gaps(a->gaps.given_up, a->gaps.given_up_count, json);
}

static int
judge(const struct accounts *a, size_t complaints)
{
	bool sound = a->gaps.count == 0;
	for (const struct answer *n = a->first; n != NULL; n = n->next)
		if (is_good(n) && strcmp(n->role, "agent") == 0)
			sound &= adds_up(n->pages[0]);
	if (!sound)
		return EXIT_NO;
	if (accounts_count(a, "collector") == 0) {
		fputs("weir verify: no collector answered\n", stderr);
		return EXIT_UNAVAILABLE;
	}
	if (accounts_count(a, "agent") == 0)
		fputs("weir verify: no agent answered: where chains end was "
		      "not compared\n",
		    stderr);
	return complaints > 0 ? EXIT_UNAVAILABLE : EXIT_OK;
}

static int
run(int argc, char **argv)
{
	struct inquiry q;
	struct accounts accounts;
	int status = inquiry_open(&q, argc, argv, 5 * NS_PER_SECOND, 0);
	if (status == EXIT_OK) {
		accounts_ask(&accounts, &q);
		size_t complaints = asking_complain(q.asking, accounts.first);
		accounts_wait(&accounts, &q, q.wait);
		print(&accounts, q.json);
		status = judge(&accounts, complaints);
		accounts_clear(&accounts);
	}
	inquiry_close(&q);
	return status;
}

const struct verb verb_verify = {
	.name = "verify",
	.summary = "is everything that was read where it belongs?",
	.usage = "usage: weir verify [-c FILE] [--wait TIME] [-o text|json]\n"
		 "\n"
		 "Print the accounts of all agents and collectors that weir\n"
		 "status shows, and every range of bytes of a file that a\n"
		 "stream should have and has not.  What is only under way is\n"
		 "given time to arrive.  What nobody has any more, and was\n"
		 "given up (weir resend), is shown as gone.\n"
		 "\n"
		 "  -c, --config FILE  the configuration (default\n"
		 "                     " DEFAULT_CONFIG ")\n"
		 "      --wait TIME    how long (default 5s)\n"
		 "  -o, --output FORM  text (default) or json\n"
		 "\n"
		 "Exit status 0: nothing is missing but what is gone.  1:\n"
		 "something is, or an account does not add up.  69: not\n"
		 "everybody could be asked, and nothing is missing by what is\n"
		 "known.\n",
	.run = run,
};
