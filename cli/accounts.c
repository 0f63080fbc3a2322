#include "cli/accounts.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "cli/terminal.h"
#include "core/clock.h"

#define AGAIN_AFTER 200 /* ms */

static const struct answer *
collectors_of(const struct accounts *a)
{
	return a->again != NULL ? a->again : a->first;
}

static void
compare(struct accounts *a, const struct inquiry *q)
{
	gaps_clear(&a->gaps);
	gaps_find(&a->gaps, &q->config->broker, a->first, collectors_of(a));
}

void
accounts_ask(struct accounts *a, struct inquiry *q)
{
	*a = (struct accounts){ .first = asking_all(q->asking, "all",
				    asking_question("account")) };
	compare(a, q);
}

static bool
has_process(const struct answer *answers, const char *process)
{
	for (; answers != NULL; answers = answers->next)
		if (answers->complete && strcmp(answers->process, process) == 0)
			return true;
	return false;
}

/* One that does not answer again has not become complete by that. */
static bool
all_came_again(const struct accounts *a, const struct answer *again)
{
	for (const struct answer *n = a->first; n != NULL; n = n->next)
		if (strcmp(n->role, "collector") == 0 &&
		    !has_process(again, n->process))
			return false;
	return true;
}

void
accounts_ask_again(struct accounts *a, struct inquiry *q)
{
	poll(NULL, 0, AGAIN_AFTER);
	struct answer *again =
	    asking_all(q->asking, "collector", asking_question("account"));
	if (!all_came_again(a, again)) {
		asking_free_answers(again);
		return;
	}
	struct answer *before = a->again;
	a->again = again;
	compare(a, q);
	asking_free_answers(before);
}

void
accounts_wait(struct accounts *a, struct inquiry *q, int64_t patience)
{
	int64_t end = clock_monotonic() + patience;
	while (a->gaps.count > 0 && clock_monotonic() < end)
		accounts_ask_again(a, q);
}

size_t
accounts_count(const struct accounts *a, const char *role)
{
	size_t count = 0;
	for (const struct answer *n = a->first; n != NULL; n = n->next)
		count += n->complete && n->error == NULL &&
		    strcmp(n->role, role) == 0;
	return count;
}

void
accounts_clear(struct accounts *a)
{
	gaps_clear(&a->gaps);
	asking_free_answers(a->first);
	asking_free_answers(a->again);
}

void
accounts_print_gap(const struct gap *gap, FILE *out)
{
	static const char *const meanings[] = {
		[GAP_HOLE] = "missing between lines that came",
		[GAP_HEAD] = "the beginning is missing",
		[GAP_TAIL] = "confirmed to the agent, and not come so far",
		[GAP_ALL] = "confirmed to the agent, and nothing of it came",
		[GAP_GIVEN_UP] = "gone: nobody has it, and the stream was told",
	};
	struct buffer b = { 0 };
	buffer_printf(&b,
	    "stream " STR_FMT " on %s: " STR_FMT ": " STR_FMT ": bytes %" PRId64
	    "-%" PRId64 ", key " STR_FMT ", source " STR_FMT ": %s%s",
	    STR_ARG(gap->stream), gap->collector->host, STR_ARG(gap->host),
	    STR_ARG(gap->path), gap->from, gap->to, STR_ARG(gap->key),
	    STR_ARG(gap->source), meanings[gap->kind],
	    gap->ended ? "; the source has ended" : "");
	terminal_print(buffer_str(&b), out);
	fputc('\n', out);
	buffer_clear(&b);
}
