#include "record/kmsg.h"

#include <string.h>

#include "core/clock.h"
#include "record/attributes.h"
#include "record/sd_element.h"

#define USEC_MAX ((uint64_t)INT64_MAX / 1000 / 2)

bool
kmsg_next(struct str *rest, bool all, struct str *message)
{
	const char *lf;
	size_t end = 0;
	do {
		struct str left = str_after(*rest, end);
		lf = left.len > 0 ? memchr(left.data, '\n', left.len) : NULL;
		if (lf == NULL) /* a line that is not there to its end */
			return false;
		end = (size_t)(lf - rest->data) + 1;
	} while (end < rest->len && rest->data[end] == ' ');
	if (end == rest->len && !all)
		return false;
	*message = (struct str){ rest->data, end };
	*rest = str_after(*rest, end);
	return true;
}

/* A decimal number in front of one of `ends`, which is taken too. */
static int
take_number(struct str *rest, const char *ends, uint64_t *number, char *end)
{
	if (!str_take_number(rest, number) || rest->len == 0 ||
	    rest->data[0] == '\0' || strchr(ends, rest->data[0]) == NULL)
		return -1;
	*end = rest->data[0];
	*rest = str_after(*rest, 1);
	return 0;
}

static int
digit(char c)
{
	if (str_is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
unescape(struct str s, struct buffer *out)
{
	while (s.len > 0) {
		if (s.len >= 4 && s.data[0] == '\\' && s.data[1] == 'x' &&
		    digit(s.data[2]) >= 0 && digit(s.data[3]) >= 0) {
			buffer_append_byte(out,
			    (char)(digit(s.data[2]) << 4 | digit(s.data[3])));
			s = str_after(s, 4);
			continue;
		}
		buffer_append_byte(out, *s.data);
		s = str_after(s, 1);
	}
}

/* Up to the next LF, which is taken too. */
static struct str
take_line(struct str *rest)
{
	const char *lf =
	    rest->len > 0 ? memchr(rest->data, '\n', rest->len) : NULL;
	size_t len = lf != NULL ? (size_t)(lf - rest->data) : rest->len;
	struct str line = { rest->data, len };
	*rest = str_after(*rest, lf != NULL ? len + 1 : len);
	return line;
}

static void
add_pair(struct kmsg *k, struct str pair)
{
	struct buffer value = { 0 };
	const char *equals =
	    pair.len > 0 ? memchr(pair.data, '=', pair.len) : NULL;
	if (equals == NULL)
		return;
	struct str name = { pair.data, (size_t)(equals - pair.data) };
	unescape(str_after(pair, name.len + 1), &value);
	sd_element_add(&k->data, "kmsg", name, buffer_str(&value));
	buffer_clear(&value);
}

/* What stands between the numbers and the text: flags, and NAME=value. */
static void
add_more(struct kmsg *k, struct str more)
{
	struct str word;
	while (str_next_word(&more, ",", &word))
		add_pair(k, word);
}

static int
take_head(struct str *rest, struct kmsg *k)
{
	char end;
	if (take_number(rest, ",", &k->level, &end) == -1 ||
	    take_number(rest, ",", &k->seq, &end) == -1 ||
	    take_number(rest, ",;", &k->usec, &end) == -1 || k->usec > USEC_MAX)
		return -1;
	const char *semicolon = end == ';' ? rest->data - 1
	    : rest->len > 0		   ? memchr(rest->data, ';', rest->len)
					   : NULL;
	if (semicolon == NULL)
		return -1;
	buffer_printf(
	    &k->data, "[kmsg seq=\"%llu\"", (unsigned long long)k->seq);
	if (end == ';')
		return 0;
	size_t len = (size_t)(semicolon - rest->data);
	add_more(k, (struct str){ rest->data, len });
	*rest = str_after(*rest, len + 1);
	return 0;
}

int
kmsg_parse(struct str message, struct kmsg *k)
{
	struct str rest = message;
	k->text.len = k->data.len = k->attributes.len = 0;
	if (take_head(&rest, k) == -1) {
		k->data.len = 0;
		buffer_append_str(&k->text, message);
		if (message.len > 0 && message.data[message.len - 1] == '\n')
			k->text.len--;
		return -1;
	}
	unescape(take_line(&rest), &k->text);
	while (rest.len > 0) {
		struct str line = take_line(&rest);
		if (line.len > 0 && *line.data == ' ')
			add_pair(k, str_after(line, 1));
	}
	sd_element_end(&k->data);
	return 0;
}

void
kmsg_attributes(struct kmsg *k, int64_t booted)
{
	uint64_t facility = k->level >> 3;
	static const struct str kernel = STR("kernel");
	attributes_put_number(
	    &k->attributes, ATTRIBUTE_SEVERITY, (int64_t)(k->level & 7));
	/* The kernel has more bits for it than there are names. */
	if (facility >= FACILITY_COUNT)
		facility = FACILITY_KERN;
	attributes_put_number(
	    &k->attributes, ATTRIBUTE_FACILITY, (int64_t)facility);
	if (facility == FACILITY_KERN)
		attributes_put(&k->attributes, ATTRIBUTE_PROGRAM, kernel);
	attributes_put_number(&k->attributes, ATTRIBUTE_TIME,
	    booted + (int64_t)k->usec * (NS_PER_MS / 1000));
	attributes_put(&k->attributes, ATTRIBUTE_DATA, buffer_str(&k->data));
}

void
kmsg_clear(struct kmsg *k)
{
	buffer_clear(&k->text);
	buffer_clear(&k->data);
	buffer_clear(&k->attributes);
}
