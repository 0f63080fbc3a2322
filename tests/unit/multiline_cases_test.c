/*
 * Traces that real programs print (tests/vectors/multiline/cases.json): each
 * is one message, whatever stands around it, under its own language's rules
 * and under all of them; and whoever begins again at any clean place finds the
 * same messages.
 */
#include "tests/unit/multiline_world.h"

#include <stdio.h>

#include "core/buffer.h"
#include "core/json.h"
#include "record/scan.h"

/* The vectors of others, and those of programs that were run for this. */
static struct json *cases, *printed;

/* As JSON's own list it is no object, which json_parse wants. */
static struct json *
load_file(const char *path, const char *before, const char *behind)
{
	struct buffer text = { 0 };
	FILE *f = fopen(path, "r");
	size_t n;
	assert_non_null(f);
	buffer_append_str(&text, str_from(before));
	do {
		n = fread(buffer_room(&text, 65536), 1, 65536, f);
		text.len += n;
	} while (n > 0);
	fclose(f);
	buffer_append_str(&text, str_from(behind));
	struct json *json = json_parse(buffer_str(&text));
	buffer_clear(&text);
	assert_non_null(json);
	return json;
}

static int
load(void **state)
{
	(void)state;
	cases = load_file(VECTORS "/multiline/cases.json", "{\"cases\":", "}");
	printed = load_file(VECTORS "/multiline/printed.json", "", "");
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	json_free(cases);
	json_free(printed);
	return 0;
}

/* A vector's language as the option has it; how its lines are written. */
static const char *
set_up(struct world *w, struct str language, bool all)
{
	static char name[32];
	*w = (struct world){ .at = 0 };
	if (str_equal(language, (struct str)STR("container/docker")))
		w->input.format = INPUT_DOCKER;
	else if (str_equal(language, (struct str)STR("container/cri")))
		w->input.format = INPUT_CRI;
	else if (str_equal(language, (struct str)STR("container/endswith")))
		w->input.multiline_next = (char *)(uintptr_t) "\\\\$";
	else if (all || str_equal(language, (struct str)STR("text")))
		return "auto";
	else {
		snprintf(name, sizeof(name), STR_FMT, STR_ARG(language));
		return name;
	}
	return "";
}

/* Lines as the file has them: one of the vectors has a line feed in it. */
static void
put_lines(struct world *w, const struct json *lines)
{
	for (size_t i = 0; i < json_count(lines); i++) {
		char *text = str_copy(json_text_at(lines, i)), *rest = text;
		for (char *line; (line = strsep(&rest, "\n")) != NULL;)
			world_put(w, line);
		free(text);
	}
	grouping_flush(w->grouping);
	assert_true(grouping_is_clean(w->grouping, w->at));
}

static size_t
lines_of(const char *text)
{
	size_t n = 1;
	while ((text = strchr(text, '\n')) != NULL) {
		text++;
		n++;
	}
	return n;
}

/* How many lines each message has: "[1,6,1,6]". */
static void
print_groups(const struct world *w, struct buffer *out)
{
	buffer_append_byte(out, '[');
	for (size_t i = 0; i < w->count; i++)
		buffer_printf(
		    out, "%s%zu", i > 0 ? "," : "", lines_of(w->out[i].text));
	buffer_append_byte(out, ']');
}

/* Each message is its lines, and ends where they do. */
static void
check_bytes(const struct world *w, const struct json *lines)
{
	struct buffer whole = { 0 };
	size_t line = 0;
	for (size_t i = 0; i < w->count; i++) {
		size_t n = lines_of(w->out[i].text), before = whole.len;
		for (size_t k = 0; k < n; k++) {
			buffer_append_str(&whole, json_text_at(lines, line++));
			buffer_append_byte(&whole, '\n');
		}
		struct str text = { whole.data + before,
			whole.len - before - 1 };
		assert_true(str_equal(text, str_from(w->out[i].text)));
		assert_int_equal(w->out[i].pos, whole.len);
		assert_int_equal(w->out[i].flags, 0);
	}
	assert_int_equal(line, json_count(lines));
	buffer_clear(&whole);
}

static bool
groups_are_right(const struct json *c, bool all)
{
	struct world w;
	struct buffer expected = { 0 }, got = { 0 };
	const char *name = set_up(&w, json_text(c, "language"), all);
	world_open(&w, name);
	put_lines(&w, json_get(c, "input_lines"));
	json_append(json_get(c, "expected_groups"), &expected);
	print_groups(&w, &got);
	bool right = str_equal(buffer_str(&expected), buffer_str(&got));
	if (right)
		check_bytes(&w, json_get(c, "input_lines"));
	else
		print_error(STR_FMT " (multiline = %s): " STR_FMT
				    " and not " STR_FMT "\n",
		    STR_ARG(json_text(c, "id")), name,
		    STR_ARG(buffer_str(&got)), STR_ARG(buffer_str(&expected)));
	buffer_clear(&expected);
	buffer_clear(&got);
	world_close(&w);
	return right;
}

/* The vectors' messages keep the line feed of their last line, or do not. */
static bool
messages_are_right(const struct json *c)
{
	struct world w;
	const struct json *expected = json_get(c, "expected_messages");
	world_open(&w, set_up(&w, json_text(c, "language"), false));
	put_lines(&w, json_get(c, "input_lines"));
	bool right = w.count == json_count(expected);
	for (size_t i = 0; right && i < w.count; i++) {
		struct str text = json_text_at(expected, i);
		if (scan_ends(text, "\n"))
			text.len--;
		right = str_equal(text, str_from(w.out[i].text));
	}
	if (!right) {
		print_error(STR_FMT ":\n", STR_ARG(json_text(c, "id")));
		for (size_t i = 0; i < w.count; i++)
			print_error("\t%s\n", w.out[i].text);
	}
	world_close(&w);
	return right;
}

static size_t
count_wrong(const struct json *list)
{
	size_t wrong = 0;
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *c = json_at(list, i);
		if (json_get(c, "expected_messages") != NULL)
			wrong += (size_t)!messages_are_right(c);
		else
			wrong += (size_t)!groups_are_right(c, false) +
			    (size_t)!groups_are_right(c, true);
	}
	return wrong;
}

TEST(every_trace_is_one_message)
{
	assert_int_equal(json_count(json_get(cases, "cases")), 37);
	assert_int_equal(count_wrong(json_get(cases, "cases")), 0);
	assert_int_equal(count_wrong(json_get(printed, "cases")), 0);
}

/* Give the lines from `first` on, which begins at `at`. */
static void
begin_again(struct world *w, const struct json *lines, size_t first)
{
	grouping_start(w->grouping, w->at);
	world_forget(w);
	for (size_t i = first; i < json_count(lines); i++) {
		char *text = str_copy(json_text_at(lines, i));
		world_put(w, text);
		free(text);
	}
	grouping_flush(w->grouping);
}

/* From each clean place the rest of `whole` comes out. */
static void
check_clean_places(const struct json *c)
{
	struct world whole, part, again;
	const struct json *lines = json_get(c, "input_lines");
	struct str language = json_text(c, "language");
	world_open(&whole, set_up(&whole, language, false));
	world_open(&part, set_up(&part, language, false));
	begin_again(&whole, lines, 0);
	for (size_t i = 0; i < json_count(lines); i++) {
		char *text = str_copy(json_text_at(lines, i));
		world_put(&part, text);
		free(text);
		if (!grouping_is_clean(part.grouping, part.at))
			continue;
		world_open(&again, set_up(&again, language, false));
		again.at = part.at;
		begin_again(&again, lines, i + 1);
		assert_int_equal(part.count + again.count, whole.count);
		for (size_t k = 0; k < again.count; k++) {
			const struct given *g = &whole.out[part.count + k];
			assert_string_equal(g->text, again.out[k].text);
			assert_int_equal(g->pos, again.out[k].pos);
			assert_int_equal(g->flags, again.out[k].flags);
		}
		world_close(&again);
	}
	world_close(&whole);
	world_close(&part);
}

TEST(from_every_clean_place_the_same_messages_come)
{
	const struct json *lists[] = { json_get(cases, "cases"),
		json_get(printed, "cases") };
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < json_count(lists[k]); i++)
			check_clean_places(json_at(lists[k], i));
}

int
main(void)
{
	const struct CMUnitTest specs[] = { SPEC(every_trace_is_one_message),
		SPEC(from_every_clean_place_the_same_messages_come) };
	return cmocka_run_group_tests(specs, load, unload);
}
