/*
 * `weir status`: one row for each process of weir, of this host and behind
 * the broker.
 */
#include "cli/inquiry.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "core/clock.h"
#include "core/units.h"

static const char *const heads[] = { "HOST", "ROLE", "PID", "SINCE", "LINES",
	"FILTERED", "WAITING", "OLDEST", "DROPPED", "STATE" };

static struct str
text_of(const struct json *page, const char *key)
{
	struct str text = STR("-");
	json_get_text(page, key, &text);
	return text;
}

/* "2026-11-21T02:09:31.000000001Z" up to the second. */
static struct str
moment_of(const struct json *page)
{
	struct str text = text_of(page, "since");
	if (text.len > 19)
		text.len = 19;
	return text;
}

static void
add_age(struct table *t, const struct json *page)
{
	struct buffer text = { 0 };
	int64_t ms = json_number(page, "oldest_ms");
	if (ms <= 0)
		buffer_append_byte(&text, '-');
	else
		/* Seconds are enough of what waits for minutes. */
		units_print_duration(
		    &text, (ms < 10000 ? ms : ms / 1000 * 1000) * NS_PER_MS);
	table_text(t, buffer_str(&text));
	buffer_clear(&text);
}

static void
add_dropped(struct table *t, const struct json *page)
{
	struct buffer text = { 0 };
	const struct json *dropped = json_get(page, "dropped");
	for (size_t i = 0; i < json_count(dropped); i++) {
		const struct json *row = json_at(dropped, i);
		struct str reason = text_of(row, "reason");
		buffer_printf(&text, "%s%lld " STR_FMT, i > 0 ? ", " : "",
		    (long long)json_number(row, "lines"), STR_ARG(reason));
	}
	/* Before anybody had read them: they are not among the lines. */
	int64_t unheard = json_number(page, "kernel_dropped");
	if (unheard > 0)
		buffer_printf(&text, "%s%lld by the kernel",
		    text.len > 0 ? ", " : "", (long long)unheard);
	if (text.len == 0)
		buffer_append_byte(&text, '-');
	table_text(t, buffer_str(&text));
	buffer_clear(&text);
}

static void
add_row(struct table *t, const struct json *page)
{
	table_text(t, text_of(page, "host"));
	table_text(t, text_of(page, "role"));
	table_number(t, json_number(page, "pid"));
	table_text(t, moment_of(page));
	table_number(t, json_number(page, "lines"));
	table_number(t, json_number(page, "filtered"));
	table_number(t, json_number(page, "waiting"));
	add_age(t, page);
	add_dropped(t, page);
	table_text(t, text_of(page, "state"));
}

static int
print(const struct answer *answers)
{
	struct table table = { 0 };
	size_t rows = 0;
	table_head(&table, heads, sizeof(heads) / sizeof(*heads));
	for (; answers != NULL; answers = answers->next)
		if (answers->complete && answers->error == NULL) {
			add_row(&table, answers->pages[0]);
			rows++;
		}
	if (rows > 0)
		table_print(&table, stdout);
	table_clear(&table);
	return rows > 0 ? EXIT_OK : EXIT_UNAVAILABLE;
}

static int
run(int argc, char **argv)
{
	struct inquiry q;
	int status = inquiry_open(&q, argc, argv, 2 * NS_PER_SECOND, 0);
	if (status == EXIT_OK) {
		struct answer *answers =
		    asking_all(q.asking, "all", asking_question("status"));
		asking_complain(q.asking, answers);
		if (q.json) {
			inquiry_print(answers);
			status = answers != NULL ? EXIT_OK : EXIT_UNAVAILABLE;
		} else
			status = print(answers);
		if (answers == NULL)
			fputs("weir status: nobody answered\n", stderr);
		asking_free_answers(answers);
	}
	inquiry_close(&q);
	return status;
}

const struct verb verb_status = {
	.name = "status",
	.summary = "what runs, here and behind the broker, and how it is",
	.usage = "usage: weir status [-c FILE] [--wait TIME] [-o text|json]\n"
		 "\n"
		 "One row for each agent and collector: those whose sockets\n"
		 "are in the runtime directory of FILE, also while the broker\n"
		 "is away or blocked, and those behind its broker.\n"
		 "\n"
		 "  -c, --config FILE  the configuration (default\n"
		 "                     " DEFAULT_CONFIG ")\n"
		 "      --wait TIME    how long to wait for answers (default\n"
		 "                     2s)\n"
		 "  -o, --output FORM  text (default) or json\n"
		 "\n"
		 "Exit status 69: nobody answered.\n",
	.run = run,
};
