#include "config/value.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/diagnostic.h"
#include "config/expand.h"
#include "config/list.h"
#include "config/nearest.h"
#include "config/url.h"
#include "core/units.h"
#include "record/template.h"

static void *
field(const struct option *row, const void *options)
{
	return (char *)options + row->offset;
}

static bool
is_list(const struct option *row)
{
	return row->type == OPTION_LIST || row->type == OPTION_URLS;
}

static bool
is_text(const struct option *row)
{
	return row->type == OPTION_TEXT || row->type == OPTION_TEMPLATE ||
	    row->type == OPTION_SECRET;
}

/* The words that were refused, unless they may hold a secret. */
static void
quote(const struct option *row, struct str text, struct buffer *wrong)
{
	if (row->type == OPTION_SECRET || row->type == OPTION_URLS)
		buffer_printf(wrong, "the value");
	else
		diagnostic_quote(wrong, text);
	buffer_append_byte(wrong, ' ');
}

static int
check_text(const struct option *row, const char *text, struct buffer *wrong)
{
	const char *error = NULL;
	if (row->type == OPTION_TEMPLATE) {
		struct template *t = template_parse(text, &error);
		template_free(t);
		if (t == NULL)
			goto refuse;
	}
	if (row->check == NULL || row->check(text, &error) == 0)
		return 0;
refuse:
	quote(row, str_from(text), wrong);
	buffer_append_str(wrong, str_from(error));
	return -1;
}

static int
set_text(
    const struct option *row, char **out, struct str text, struct buffer *wrong)
{
	char *copy = str_copy(text);
	if (check_text(row, copy, wrong) == -1) {
		free(copy);
		return -1;
	}
	free(*out);
	*out = copy;
	if (row->type == OPTION_SECRET && text.len == 0) {
		free(copy);
		*out = NULL;
	}
	return 0;
}

static int
set_list(const struct option *row, struct string_list *out, struct str text,
    struct buffer *wrong)
{
	struct string_list list = { 0 };
	list_parse(text, &list);
	for (size_t i = 0; i < list.count; i++)
		if (check_text(row, list.items[i], wrong) == -1) {
			list_clear(&list);
			return -1;
		}
	list_clear(out);
	*out = list;
	return 0;
}

static int
set_bool(
    const struct option *row, bool *out, struct str text, struct buffer *wrong)
{
	static const struct {
		struct str word;
		bool value;
	} words[] = { { STR("yes"), true }, { STR("no"), false },
		{ STR("on"), true }, { STR("off"), false },
		{ STR("true"), true }, { STR("false"), false } };
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_equal_nocase(text, words[i].word)) {
			*out = words[i].value;
			return 0;
		}
	quote(row, text, wrong);
	buffer_printf(wrong, "is neither yes nor no");
	return -1;
}

/* INTEGER, DURATION, SIZE and MODE differ in their words only. */
static const struct {
	int (*parse)(struct str text, int64_t *out);
	const char *noun, *example;
} numbers[] = {
	[OPTION_INTEGER] = { units_parse_integer, "a number", "100 or 5000" },
	[OPTION_DURATION] = { units_parse_duration, "a duration",
	    "200ms, 30s or 5m" },
	[OPTION_SIZE] = { units_parse_size, "a size", "4096, 64KiB or 16MiB" },
	[OPTION_MODE] = { units_parse_mode, "a mode", "0666 or 0600" },
};

static void
print_number(const struct option *row, int64_t value, struct buffer *out)
{
	if (row->type == OPTION_DURATION)
		units_print_duration(out, value);
	else if (row->type == OPTION_SIZE)
		units_print_size(out, value);
	else if (row->type == OPTION_MODE)
		buffer_printf(out, "%04" PRIo64, (uint64_t)value);
	else
		buffer_printf(out, "%" PRId64, value);
}

static int
set_number(const struct option *row, int64_t *out, struct str text,
    struct buffer *wrong)
{
	int64_t value;
	if (numbers[row->type].parse(text, &value) == -1) {
		quote(row, text, wrong);
		buffer_printf(wrong, "is not %s; write %s",
		    numbers[row->type].noun, numbers[row->type].example);
		return -1;
	}
	if (value < row->min || value > row->max) {
		quote(row, text, wrong);
		buffer_printf(wrong, "is out of bounds; write ");
		value_describe(row, wrong);
		return -1;
	}
	*out = value;
	return 0;
}

static struct str
word_of(const struct option *row, int64_t value)
{
	return row->words != NULL ? row->words[value] : row->word(value);
}

static int
parse_word(const struct option *row, struct str text, int64_t *out)
{
	if (row->parse_word != NULL)
		return row->parse_word(text, out);
	for (int64_t i = 0; i <= row->max; i++)
		if (str_equal_nocase(text, word_of(row, i))) {
			*out = i;
			return 0;
		}
	return -1;
}

static int
set_word(const struct option *row, int64_t *out, struct str text,
    struct buffer *wrong)
{
	if (parse_word(row, text, out) == 0)
		return 0;
	struct nearest nearest = nearest_to(text);
	for (int64_t i = 0; i <= row->max; i++)
		nearest_offer(&nearest, word_of(row, i));
	quote(row, text, wrong);
	buffer_printf(wrong, "is none of ");
	value_describe(row, wrong);
	nearest_print(&nearest, wrong);
	return -1;
}

static int
set(const struct option *row, void *out, struct str text, struct buffer *wrong)
{
	if (is_text(row))
		return set_text(row, out, text, wrong);
	if (is_list(row))
		return set_list(row, out, text, wrong);
	if (row->type == OPTION_BOOL)
		return set_bool(row, out, text, wrong);
	if (row->type == OPTION_WORD)
		return set_word(row, out, text, wrong);
	return set_number(row, out, text, wrong);
}

int
value_set(const struct option *row, void *options, struct str raw,
    struct buffer *wrong)
{
	struct buffer text = { 0 };
	int rc = expand_text(raw, row->type == OPTION_TEMPLATE, &text, wrong);
	if (rc == 0)
		rc = set(row, field(row, options), buffer_str(&text), wrong);
	buffer_clear(&text);
	return rc;
}

static void
print_list(const struct option *row, const struct string_list *list,
    bool secrets, struct buffer *out)
{
	for (size_t i = 0; i < list->count; i++) {
		struct buffer word = { 0 };
		if (row->type == OPTION_URLS && !secrets)
			url_print_masked(list->items[i], &word);
		else
			buffer_append_str(&word, str_from(list->items[i]));
		if (i > 0)
			buffer_append(out, ", ", 2);
		list_print_word(buffer_str(&word), out);
		buffer_clear(&word);
	}
}

static void
print_text(const struct option *row, const char *text, bool secrets,
    struct buffer *out)
{
	bool masked = row->type == OPTION_SECRET && text != NULL && !secrets;
	buffer_append_str(out, str_from(masked ? "***" : text));
}

void
value_print(const struct option *row, const void *options, bool secrets,
    struct buffer *out)
{
	const void *in = field(row, options);
	struct buffer text = { 0 };
	if (is_text(row))
		print_text(row, *(char *const *)in, secrets, &text);
	else if (is_list(row))
		print_list(row, in, secrets, &text);
	else if (row->type == OPTION_BOOL)
		buffer_printf(&text, *(const bool *)in ? "yes" : "no");
	else if (row->type == OPTION_WORD)
		buffer_append_str(&text, word_of(row, *(const int64_t *)in));
	else
		print_number(row, *(const int64_t *)in, &text);
	expand_protect(buffer_str(&text), row->type == OPTION_TEMPLATE, out);
	buffer_clear(&text);
}

void
value_clear(const struct option *row, void *options)
{
	void *out = field(row, options);
	if (is_text(row)) {
		free(*(char **)out);
		*(char **)out = NULL;
	} else if (is_list(row)) {
		list_clear(out);
	}
}

void
value_describe(const struct option *row, struct buffer *out)
{
	static const char *const nouns[] = { [OPTION_TEXT] = "",
		[OPTION_TEMPLATE] = "",
		[OPTION_SECRET] = "",
		[OPTION_LIST] = "words separated by blanks or commas",
		[OPTION_URLS] = "a URL",
		[OPTION_BOOL] = "yes or no" };
	if (row->type == OPTION_WORD) {
		for (int64_t i = 0; i <= row->max; i++)
			buffer_printf(out, "%s" STR_FMT, i > 0 ? ", " : "",
			    STR_ARG(word_of(row, i)));
	} else if (is_text(row) || is_list(row) || row->type == OPTION_BOOL) {
		buffer_append_str(out, str_from(nouns[row->type]));
	} else {
		buffer_printf(out, "%s from ", numbers[row->type].noun);
		print_number(row, row->min, out);
		buffer_append(out, " to ", 4);
		print_number(row, row->max, out);
	}
}
