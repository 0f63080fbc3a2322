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

/* Without quotes: up to a blank or the end of the element. */
static bool
take_bare_value(struct structured_data *d)
{
	size_t n = 0;
	while (n < d->rest.len && d->rest.data[n] > ' ' &&
	    d->rest.data[n] != ']' && d->rest.data[n] != '"')
		n++;
	d->value = (struct str){ d->rest.data, n };
	d->rest = str_after(d->rest, n);
	d->lax = true;
	return n > 0;
}

static enum structured_data_item
take_param(struct structured_data *d, size_t blanks)
{
	d->lax = d->lax || blanks > 1;
	if (blanks == 0 || !take_name(d) || !str_take_byte(&d->rest, '='))
		return STRUCTURED_DATA_BAD;
	if (str_take_byte(&d->rest, '"') ? take_value(d)
					 : d->bare && take_bare_value(d))
		return STRUCTURED_DATA_PARAM;
	return STRUCTURED_DATA_BAD;
}

/* name:"value", whose colon is a byte of names too. */
static enum structured_data_item
take_nameless_param(struct structured_data *d)
{
	if (!take_name(d) || d->name.data[d->name.len - 1] != ':' ||
	    !str_take_byte(&d->rest, '"') || !take_value(d))
		return STRUCTURED_DATA_BAD;
	d->name.len--;
	return d->name.len > 0 ? STRUCTURED_DATA_PARAM : STRUCTURED_DATA_BAD;
}

static enum structured_data_item
take_element(struct structured_data *d)
{
	struct structured_data first = *d;
	struct str begin = d->rest;
	d->inside = true;
	d->bare = d->nameless = false;
	if (!take_name(d))
		return STRUCTURED_DATA_BAD;
	if (d->name.data[d->name.len - 1] == ':' &&
	    take_nameless_param(&first) == STRUCTURED_DATA_PARAM) {
		d->rest = begin;
		d->name = (struct str)STR(STRUCTURED_DATA_NAMELESS);
		d->nameless = d->lax = true;
	}
	d->bare = memchr(d->name.data, '@', d->name.len) != NULL;
	return STRUCTURED_DATA_ELEMENT;
}

/* Blanks, and Check Point's ';'; how many there were. */
static size_t
skip_separators(struct structured_data *d)
{
	size_t n = 0;
	while (str_take_byte(&d->rest, ' ') ||
	    (d->nameless && str_take_byte(&d->rest, ';')))
		n++;
	return n;
}

enum structured_data_item
structured_data_next(struct structured_data *d)
{
	if (d->inside) {
		size_t blanks = skip_separators(d);
		if (!str_take_byte(&d->rest, ']'))
			return d->nameless ? take_nameless_param(d)
					   : take_param(d, blanks);
		d->lax = d->lax || blanks > 0;
		d->inside = false;
	}
	d->left = d->rest.len;
	if (!str_take_byte(&d->rest, '['))
		return STRUCTURED_DATA_END;
	return take_element(d);
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
		good = text.len - d.left;
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
