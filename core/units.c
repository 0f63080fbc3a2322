#include "core/units.h"

#include <assert.h>
#include <inttypes.h>

#include "core/clock.h"

struct unit {
	struct str name;
	int64_t scale;
};

/* Largest first, as printing wants them. */
static const struct unit durations[] = {
	{ STR("d"), 86400 * NS_PER_SECOND },
	{ STR("h"), 3600 * NS_PER_SECOND },
	{ STR("m"), 60 * NS_PER_SECOND },
	{ STR("s"), NS_PER_SECOND },
	{ STR("ms"), NS_PER_MS },
	{ STR("us"), 1000 },
	{ STR("ns"), 1 },
	{ { 0 }, 0 },
};

/* The last of equal scale is the one printed. */
static const struct unit sizes[] = {
	{ STR("G"), INT64_C(1) << 30 },
	{ STR("GB"), INT64_C(1) << 30 },
	{ STR("GiB"), INT64_C(1) << 30 },
	{ STR("M"), INT64_C(1) << 20 },
	{ STR("MB"), INT64_C(1) << 20 },
	{ STR("MiB"), INT64_C(1) << 20 },
	{ STR("K"), INT64_C(1) << 10 },
	{ STR("KB"), INT64_C(1) << 10 },
	{ STR("KiB"), INT64_C(1) << 10 },
	{ STR("B"), 1 },
	{ STR(""), 1 },
	{ { 0 }, 0 },
};

/* The digits at the front of `text`; -1 when none, or more than fit. */
static int
take_digits(struct str *text, int64_t *out)
{
	int64_t value = 0;
	size_t n = 0;
	for (; n < text->len; n++) {
		int digit = text->data[n] - '0';
		if (digit < 0 || digit > 9)
			break;
		if (value > (INT64_MAX - digit) / 10)
			return -1;
		value = value * 10 + digit;
	}
	*text = str_after(*text, n);
	*out = value;
	return n > 0 ? 0 : -1;
}

static int
parse(struct str text, const struct unit *units, int64_t *out)
{
	int64_t value;
	if (take_digits(&text, &value) == -1)
		return -1;
	text = str_trim(text);
	for (const struct unit *u = units; u->scale != 0; u++) {
		if (!str_equal_nocase(text, u->name))
			continue;
		if (value > INT64_MAX / u->scale)
			return -1;
		*out = value * u->scale;
		return 0;
	}
	return -1;
}

int
units_parse_duration(struct str text, int64_t *out)
{
	if (str_equal(text, (struct str)STR("0"))) {
		*out = 0;
		return 0;
	}
	return parse(text, durations, out);
}

int
units_parse_size(struct str text, int64_t *out)
{
	return parse(text, sizes, out);
}

int
units_parse_integer(struct str text, int64_t *out)
{
	bool negative = text.len > 0 && text.data[0] == '-';
	int64_t value;
	if (negative)
		text = str_after(text, 1);
	if (take_digits(&text, &value) == -1 || text.len > 0)
		return -1;
	*out = negative ? -value : value;
	return 0;
}

static void
print(struct buffer *b, const struct unit *units, int64_t value)
{
	const struct unit *best = NULL;
	for (const struct unit *u = units; u->scale != 0; u++)
		if ((best == NULL || u->scale == best->scale) &&
		    value % u->scale == 0)
			best = u;
	assert(best != NULL); /* the smallest unit is 1 */
	buffer_printf(
	    b, "%" PRId64 STR_FMT, value / best->scale, STR_ARG(best->name));
}

int
units_parse_mode(struct str text, int64_t *out)
{
	int64_t mode = 0;
	if (text.len == 0 || text.len > 4)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '7')
			return -1;
		mode = mode * 8 + (text.data[i] - '0');
	}
	*out = mode;
	return 0;
}

void
units_print_duration(struct buffer *b, int64_t ns)
{
	if (ns == 0)
		buffer_append_byte(b, '0');
	else
		print(b, durations, ns);
}

void
units_print_size(struct buffer *b, int64_t bytes)
{
	if (bytes == 0)
		buffer_append_byte(b, '0');
	else
		print(b, sizes, bytes);
}
