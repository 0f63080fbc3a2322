#include "cli/explain_view.h"

#include <string.h>

#include "cli/table.h"
#include "cli/terminal.h"
#include "core/clock.h"
#include "core/units.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool
is_state(const struct json *row, const char *state)
{
	return str_equal(json_text(row, "state"), str_from(state));
}

static bool
is_wanted(const struct json *row)
{
	return is_state(row, "followed") || is_state(row, "waiting") ||
	    is_state(row, "wanted");
}

bool
explain_is_shipped(const struct json *page)
{
	const struct json *inputs = json_get(page, "inputs");
	for (size_t i = 0; i < json_count(inputs); i++)
		if (is_wanted(json_at(inputs, i)))
			return true;
	return false;
}

/* The verdict, when an input decides it: the words in front of its name. */
static const struct {
	const char *state, *running, *alone;
} verdicts[] = {
	{ "followed", "followed by", "followed by" },
	{ "waiting", "not followed yet by", "would be followed later by" },
	{ "wanted", "not followed yet by", "would be followed by" },
	{ "unreadable", "not followed: it cannot be read by",
	    "would not be followed: it cannot be read for" },
	{ "refused", "not followed, although it matches",
	    "would not be followed, although it matches" },
	{ "absent", "it would be followed, and is not there, for",
	    "it would be followed, and is not there, for" },
	{ "excluded", "not followed: excluded from",
	    "would not be followed: excluded from" },
};

static void
print_verdict(const struct json *page, bool running, FILE *out)
{
	const struct json *inputs = json_get(page, "inputs");
	terminal_print(json_text(page, "path"), out);
	fputs(": ", out);
	for (size_t v = 0; v < COUNT(verdicts); v++)
		for (size_t i = 0; i < json_count(inputs); i++) {
			const struct json *row = json_at(inputs, i);
			if (!is_state(row, verdicts[v].state))
				continue;
			fprintf(out, "%s input ",
			    running ? verdicts[v].running : verdicts[v].alone);
			terminal_print(json_text(row, "input"), out);
			fputc('\n', out);
			return;
		}
	fputs("not followed: no pattern of an input matches\n", out);
}

static void
add(struct table *t, const char *name, struct str value)
{
	table_text(t, str_from(name));
	table_text(t, value);
}

static void
add_text(
    struct table *t, const char *name, const struct json *j, const char *key)
{
	struct str text;
	if (json_get_text(j, key, &text))
		add(t, name, text);
}

static void
add_offset(struct table *t, const struct json *row)
{
	struct buffer b = { 0 };
	int64_t offset, ms;
	if (json_get_integer(row, "offset", &offset)) {
		buffer_printf(&b, "%lld of %lld, %lld behind",
		    (long long)offset, (long long)json_number(row, "size"),
		    (long long)json_number(row, "behind"));
		add(t, "read", buffer_str(&b));
	}
	b.len = 0;
	if (json_get_integer(row, "confirmed", &offset)) {
		buffer_printf(&b, "%lld", (long long)offset);
		add(t, "confirmed", buffer_str(&b));
	}
	b.len = 0;
	if (json_get_integer(row, "read_ms", &ms)) {
		units_print_duration(
		    &b, (ms < 10000 ? ms : ms / 1000 * 1000) * NS_PER_MS);
		buffer_append_str(&b, (struct str)STR(" ago"));
		add(t, "last read", buffer_str(&b));
	}
	buffer_clear(&b);
}

static void
print_row(const struct json *page, const struct json *row, FILE *out)
{
	static const char *const head[] = { "INPUT", "" };
	struct table t = { 0 };
	table_head(&t, head, COUNT(head));
	add_text(&t, "name", row, "input");
	add_text(&t, is_state(row, "excluded") ? "exclude" : "pattern", row,
	    "pattern");
	add_text(&t, "state", row, "state");
	add_text(&t, "because", row, "why");
	add_offset(&t, row);
	add_text(&t, "source", row, "source");
	add_text(&t, "noticed by", row, "noticed");
	add_text(&t, "descriptor", row, "descriptor");
	add_text(&t, "encoding", row, "encoding");
	add_text(&t, "rotation", row, "rotation");
	if (is_wanted(row))
		add_text(&t, "broker", page, "broker");
	if (is_wanted(row) && json_get_true(page, "window_full"))
		add(&t, "window",
		    (struct str)STR("full: nothing is read until the broker "
				    "confirms"));
	fputc('\n', out);
	table_print(&t, out);
	table_clear(&t);
}

/* Where the way to it ends. */
static void
print_trouble(const struct json *page, FILE *out)
{
	struct str at;
	if (!json_get_text(page, "at", &at))
		return;
	terminal_print(at, out);
	fputs(": ", out);
	terminal_print(json_text(page, "trouble"), out);
	fputc('\n', out);
}

static void
print_saved(const struct json *page, FILE *out)
{
	const struct json *saved = json_get(page, "saved");
	for (size_t i = 0; i < json_count(saved); i++) {
		const struct json *row = json_at(saved, i);
		bool same = json_get_true(row, "same");
		fprintf(out, "\nin the checkpoint: %s, confirmed to %lld, ",
		    same ? "this file" : "another file of that name",
		    (long long)json_number(row, "confirmed"));
		fputs("input ", out);
		terminal_print(json_text(row, "input"), out);
		fputs(", source ", out);
		terminal_print(json_text(row, "source"), out);
		fputs(", last seen as ", out);
		terminal_print(json_text(row, "path"), out);
	}
	if (json_count(saved) > 0)
		fputc('\n', out);
}

void
explain_print(const struct json *page, bool running, FILE *out)
{
	const struct json *inputs = json_get(page, "inputs");
	print_verdict(page, running, out);
	print_trouble(page, out);
	if (!running)
		fputs("no agent of this configuration answers\n", out);
	for (size_t i = 0; i < json_count(inputs); i++)
		if (!is_state(json_at(inputs, i), "unmatched"))
			print_row(page, json_at(inputs, i), out);
	print_saved(page, out);
}
