#include "record/structured_data.h"

#include <string.h>

static bool
is_name_byte(char c)
{
	return c > ' ' && c < 0x7f && c != '=' && c != ']' && c != '"';
}

bool
structured_data_is_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_name_byte(name.data[i]))
			return false;
	return name.len > 0;
}

static bool
take_name(struct structured_data *d)
{
	size_t n = 0;
	while (n < d->rest.len && is_name_byte(d->rest.data[n]))
		n++;
	d->name = (struct str){ d->rest.data, n };
	d->rest = str_after(d->rest, n);
	d->lax = d->lax || n > STRUCTURED_DATA_NAME;
	return n > 0;
}

/* What stands between quotes, of which the first is behind us. */
static bool
take_value(struct structured_data *d)
{
	const char *p = d->rest.data;
	size_t n = 0;
	for (; n < d->rest.len && p[n] != '"'; n++) {
		if (p[n] == ']')
			d->lax = true;
		if (p[n] != '\\')
			continue;
		char next = n + 1 < d->rest.len ? p[n + 1] : '\0';
		if (next == '"' || next == '\\' || next == ']')
			n++;
		else
			d->lax = true;
	}
	if (n >= d->rest.len)
		return false;
	d->value = (struct str){ p, n };
	d->rest = str_after(d->rest, n + 1);
	return true;
}

static enum structured_data_item
take_param(struct structured_data *d, size_t blanks)
{
	d->lax = d->lax || blanks > 1;
	if (blanks == 0 || !take_name(d) || !str_take_byte(&d->rest, '=') ||
	    !str_take_byte(&d->rest, '"') || !take_value(d))
		return STRUCTURED_DATA_BAD;
	return STRUCTURED_DATA_PARAM;
}

enum structured_data_item
structured_data_next(struct structured_data *d)
{
	if (d->inside) {
		size_t blanks = 0;
		while (str_take_byte(&d->rest, ' '))
			blanks++;
		if (!str_take_byte(&d->rest, ']'))
			return take_param(d, blanks);
		d->lax = d->lax || blanks > 0;
		d->inside = false;
	}
	if (!str_take_byte(&d->rest, '['))
		return STRUCTURED_DATA_END;
	d->inside = true;
	return take_name(d) ? STRUCTURED_DATA_ELEMENT : STRUCTURED_DATA_BAD;
}

/* Note the SD-ID; false if it is there already, or there are too many. */
static bool
note(struct str ids[STRUCTURED_DATA_ELEMENTS], size_t *count, struct str id)
{
	if (*count == STRUCTURED_DATA_ELEMENTS)
		return false;
	for (size_t i = 0; i < *count; i++)
		if (str_equal(ids[i], id))
			return false;
	ids[(*count)++] = id;
	return true;
}

size_t
structured_data_length(struct str text, bool *lax)
{
	struct str ids[STRUCTURED_DATA_ELEMENTS];
	size_t count = 0, good = 0;
	struct structured_data d = { .rest = text };
	for (;;) {
		enum structured_data_item item = structured_data_next(&d);
		if (item == STRUCTURED_DATA_PARAM)
			continue;
		if (item == STRUCTURED_DATA_BAD) {
			*lax = true;
			return good;
		}
		/* The '[' and the name of the next one are behind us. */
		size_t ahead = 0;
		if (item == STRUCTURED_DATA_ELEMENT)
			ahead = d.name.len + 1;
		good = text.len - d.rest.len - ahead;
		if (item == STRUCTURED_DATA_END) {
			*lax = d.lax;
			return good;
		}
		if (!note(ids, &count, d.name)) {
			*lax = true;
			return good;
		}
	}
}

struct str
structured_data_value(struct str value, struct buffer *scratch)
{
	if (value.len == 0 || memchr(value.data, '\\', value.len) == NULL)
		return value;
	size_t start = scratch->len;
	buffer_room(scratch, value.len);
	for (size_t i = 0; i < value.len; i++) {
		char next = i + 1 < value.len ? value.data[i + 1] : '\0';
		if (value.data[i] == '\\' &&
		    (next == '"' || next == '\\' || next == ']'))
			i++;
		buffer_append_byte(scratch, value.data[i]);
	}
	return str_after(buffer_str(scratch), start);
}

void
structured_data_quote(struct buffer *out, struct str value)
{
	buffer_append_byte(out, '"');
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];
		if (c == '"' || c == '\\' || c == ']')
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, c);
	}
	buffer_append_byte(out, '"');
}
