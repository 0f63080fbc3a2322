#include "cli/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/rpc.h"
#include "cli/terminal.h"
#include "core/clock.h"
#include "core/xalloc.h"

/* How long nobody else must have answered to be thought to be there. */
#define QUIET_MAX (2 * NS_PER_SECOND)

struct asking {
	const struct config *config;
	const char *verb;
	char *name; /* of our connection */
	int64_t wait;
	uv_loop_t loop;
	uv_timer_t deadline;
	uv_timer_t quiet; /* nobody else seems to be there */
	struct ask *ask;
	uint64_t tickets[ASK_WAYS]; /* of the question asked; 0: not asked */
	bool done[ASK_WAYS]; /* nothing more is to come */
	bool directed; /* to one process, which answers once */
	struct answer *answers;
};

/* The stop is for the loop that waits in wait_for_answers. */
static void
consider_end(struct asking *a)
{
	for (size_t way = 0; way < ASK_WAYS; way++)
		if (a->tickets[way] != 0 && !a->done[way])
			return;
	uv_stop(&a->loop);
}

static struct answer *
find_answer(struct asking *a, enum ask_way way, const char *process)
{
	for (struct answer *n = a->answers; n != NULL; n = n->next)
		if (n->way == way && process[0] != '\0' &&
		    strcmp(n->process, process) == 0)
			return n;
	return NULL;
}

static struct answer *
add_answer(struct asking *a, enum ask_way way, const struct json *page)
{
	struct answer *n = xcalloc(1, sizeof(*n));
	*n = (struct answer){ .way = way,
		.process = str_copy(json_text(page, "process")),
		.role = str_copy(json_text(page, "role")),
		.host = str_copy(json_text(page, "host")),
		.next = a->answers };
	return a->answers = n;
}

static void
add_page(struct asking *a, enum ask_way way, struct json *page, bool last)
{
	char *process = str_copy(json_text(page, "process"));
	struct answer *n = find_answer(a, way, process);
	free(process);
	if (n == NULL)
		n = add_answer(a, way, page);
	n->pages = xrealloc(n->pages, (n->count + 1) * sizeof(*n->pages));
	n->pages[n->count++] = page;
	if (json_get(page, "error") != NULL && n->error == NULL)
		n->error = str_copy(json_text(page, "error"));
	n->complete |= last;
}

static bool
all_complete(const struct asking *a)
{
	for (const struct answer *n = a->answers; n != NULL; n = n->next)
		if (!n->complete)
			return false;
	return true;
}

static void
on_quiet(uv_timer_t *timer)
{
	struct asking *a = timer->data;
	a->done[ASK_BROKER] = all_complete(a);
	consider_end(a);
}

static void
on_page(void *owner, enum ask_way way, uint64_t ticket, struct json *page,
    bool last)
{
	struct asking *a = owner;
	int64_t quiet = a->wait / 4 < QUIET_MAX ? a->wait / 4 : QUIET_MAX;
	if (ticket != a->tickets[way]) {
		json_free(page); /* late, to an earlier question */
		return;
	}
	if (page != NULL)
		add_page(a, way, page, last);
	if (way != ASK_BROKER || page == NULL || a->directed)
		a->done[way] = last;
	else
		uv_timer_start(
		    &a->quiet, on_quiet, (uint64_t)(quiet / NS_PER_MS), 0);
	consider_end(a);
}

static void
on_changed(void *owner)
{
	struct asking *a = owner;
	for (enum ask_way way = 0; way < ASK_WAYS; way++) {
		enum ask_state state = ask_state(a->ask, way);
		if (state != ASK_OPEN && state != ASK_CONNECTING)
			a->done[way] = true;
	}
	consider_end(a);
}

static const struct ask_events ask_events = { on_page, on_changed };

static void
on_deadline(uv_timer_t *timer)
{
	struct asking *a = timer->data;
	uv_stop(&a->loop);
}

struct asking *
asking_new(const struct config *config, const char *verb, int64_t wait)
{
	struct asking *a = xcalloc(1, sizeof(*a));
	*a = (struct asking){ .config = config,
		.verb = verb,
		.name = xasprintf("weir %s", verb),
		.wait = wait };
	uv_loop_init(&a->loop);
	a->deadline.data = a->quiet.data = a;
	uv_timer_init(&a->loop, &a->deadline);
	uv_timer_init(&a->loop, &a->quiet);
	a->ask = ask_new(&a->loop, config, a->name, wait, &ask_events, a);
	return a;
}

static void
begin(struct asking *a, bool directed)
{
	memset(a->tickets, 0, sizeof(a->tickets));
	memset(a->done, 0, sizeof(a->done));
	a->directed = directed;
}

static void
put_question(struct asking *a, enum ask_way way, const char *whom,
    const struct json *question)
{
	if (ask_state(a->ask, way) != ASK_CLOSED)
		a->tickets[way] = ask_send(a->ask, way, whom, question);
}

static struct answer *
wait_for_answers(struct asking *a)
{
	uv_timer_start(
	    &a->deadline, on_deadline, (uint64_t)(a->wait / NS_PER_MS), 0);
	on_changed(a); /* a way may have failed before */
	uv_run(&a->loop, UV_RUN_DEFAULT);
	uv_timer_stop(&a->deadline);
	uv_timer_stop(&a->quiet);
	struct answer *answers = a->answers;
	a->answers = NULL;
	return answers;
}

static bool
is_in(const struct answer *answers, const char *process)
{
	for (; answers != NULL; answers = answers->next)
		if (answers->way != ASK_BROKER && answers->complete &&
		    strcmp(answers->process, process) == 0)
			return true;
	return false;
}

/* What answered at its socket is known already. */
static struct answer *
without_doubles(struct answer *answers)
{
	struct answer **link = &answers;
	while (*link != NULL) {
		struct answer *n = *link;
		if (n->way != ASK_BROKER || !is_in(answers, n->process)) {
			link = &n->next;
			continue;
		}
		*link = n->next;
		n->next = NULL;
		asking_free_answers(n);
	}
	return answers;
}

struct answer *
asking_all(struct asking *a, const char *role, struct json *question)
{
	begin(a, false);
	if (strcmp(role, "collector") != 0)
		put_question(a, ASK_AGENT, role, question);
	if (strcmp(role, "agent") != 0)
		put_question(a, ASK_COLLECTOR, role, question);
	put_question(a, ASK_BROKER, role, question);
	json_free(question);
	return without_doubles(wait_for_answers(a));
}

struct answer *
asking_one(struct asking *a, const struct answer *whom, struct json *question)
{
	char key[256];
	rpc_host_key(whom->role, whom->host, key);
	json_set_text(question, "process", str_from(whom->process));
	begin(a, true);
	put_question(a, whom->way, key, question);
	json_free(question);
	return wait_for_answers(a);
}

static size_t
complain_of(const struct asking *a, const struct answer *answer)
{
	struct buffer text = { 0 };
	if (answer->error == NULL && answer->complete)
		return 0;
	buffer_printf(&text, "%s on %s: %s", answer->role, answer->host,
	    answer->error ? answer->error : "its answer is not complete");
	fprintf(stderr, "weir %s: ", a->verb);
	terminal_print(buffer_str(&text), stderr);
	fputc('\n', stderr);
	buffer_clear(&text);
	return 1;
}

size_t
asking_complain(const struct asking *a, const struct answer *answers)
{
	static const char *const names[] = { "agent", "collector" };
	enum ask_state broker = ask_state(a->ask, ASK_BROKER);
	size_t complaints = 0;
	for (size_t way = 0; way < ASK_BROKER; way++)
		if (a->tickets[way] != 0 && !a->done[way]) {
			fprintf(stderr,
			    "weir %s: the %s of this host did not "
			    "answer in time\n",
			    a->verb, names[way]);
			complaints++;
		}
	if (broker == ASK_BLOCKED || broker == ASK_FAILED ||
	    broker == ASK_CONNECTING) {
		fprintf(stderr, "weir %s: nothing asked over the broker: %s\n",
		    a->verb,
		    broker == ASK_BLOCKED ? "it takes no messages for now"
					  : "it cannot be reached");
		complaints++;
	}
	for (; answers != NULL; answers = answers->next)
		complaints += complain_of(a, answers);
	return complaints;
}

void
asking_free_answers(struct answer *answers)
{
	while (answers != NULL) {
		struct answer *n = answers;
		answers = n->next;
		for (size_t i = 0; i < n->count; i++)
			json_free(n->pages[i]);
		free(n->pages);
		free(n->process);
		free(n->role);
		free(n->host);
		free(n->error);
		free(n);
	}
}

void
asking_free(struct asking *a)
{
	if (a == NULL)
		return;
	ask_free(a->ask);
	uv_close((uv_handle_t *)&a->deadline, NULL);
	uv_close((uv_handle_t *)&a->quiet, NULL);
	uv_run(&a->loop, UV_RUN_DEFAULT);
	uv_loop_close(&a->loop);
	free(a->name);
	free(a);
}

struct json *
asking_question(const char *what)
{
	struct json *j = json_new();
	json_set_text(j, "ask", str_from(what));
	return j;
}
