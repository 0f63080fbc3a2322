#include "broker/message_data.h"

#include "broker/bytes.h"

/*
 * AMQP 0-9-1, 4.2.5: a short string has its length in front; a long one, a
 * table and a list have that and the kind of field.
 */
#define SHORT_MAX ((size_t)255)
#define SHORT_EXTRA ((size_t)1)
#define LONG_EXTRA ((size_t)(1 + 4))

/* How much of a message_data is in use. */
struct use {
	int params;
	int values;
	size_t left; /* bytes that entries may still take */
};

static bool
reserve(struct use *use, size_t size)
{
	if (size > use->left)
		return false;
	use->left -= size;
	return true;
}

static amqp_field_value_t
text_value(struct str text)
{
	return (amqp_field_value_t){ .kind = AMQP_FIELD_KIND_UTF8,
		.value.bytes = bytes_of(text) };
}

/*
 * Take the parameters of the element whose SD-ID `d` has just read: how many,
 * or -1 if they are too many.  `*item` is what comes behind them.
 */
static int
take_pairs(struct message_data *m, struct structured_data *d,
    enum structured_data_item *item)
{
	int count = 0;
	while ((*item = structured_data_next(d)) == STRUCTURED_DATA_PARAM) {
		if (count == MESSAGE_DATA_PARAMS)
			return -1;
		m->pairs[count++] = (struct message_data_pair){ d->name,
			structured_data_value(d->value, &m->unescaped), false };
	}
	return count;
}

/* Lay the values of all pairs from `first` on that have its name. */
static bool
lay_values(struct message_data *m, struct use *use, int first, int count,
    amqp_field_value_t *to)
{
	struct str name = m->pairs[first].name;
	amqp_field_value_t *list = &m->values[use->values];
	int found = 0;
	for (int i = first; i < count; i++) {
		if (m->pairs[i].laid || !str_equal(m->pairs[i].name, name))
			continue;
		struct str value = m->pairs[i].value;
		if (use->values + found == MESSAGE_DATA_PARAMS ||
		    !reserve(use, LONG_EXTRA + value.len))
			return false;
		list[found++] = text_value(value);
		m->pairs[i].laid = true;
	}
	*to = list[0];
	if (found == 1)
		return true;
	to->kind = AMQP_FIELD_KIND_ARRAY;
	to->value.array = (amqp_array_t){ found, list };
	use->values += found;
	return reserve(use, LONG_EXTRA);
}

static bool
lay_element(struct message_data *m, struct use *use, struct str id, int count,
    amqp_table_entry_t *to)
{
	amqp_table_t table = { 0, &m->params[use->params] };
	if (id.len > SHORT_MAX ||
	    !reserve(use, SHORT_EXTRA + id.len + LONG_EXTRA))
		return false;
	for (int i = 0; i < count; i++) {
		struct str name = m->pairs[i].name;
		if (m->pairs[i].laid)
			continue;
		if (use->params == MESSAGE_DATA_PARAMS ||
		    name.len > SHORT_MAX ||
		    !reserve(use, SHORT_EXTRA + name.len))
			return false;
		amqp_table_entry_t *param = &m->params[use->params++];
		table.num_entries++;
		param->key = bytes_of(name);
		if (!lay_values(m, use, i, count, &param->value))
			return false;
	}
	to->key = bytes_of(id);
	to->value.kind = AMQP_FIELD_KIND_TABLE;
	to->value.value.table = table;
	return true;
}

bool
message_data_make(
    struct message_data *m, struct str data, size_t room, amqp_table_t *table)
{
	struct use use = { .left = room };
	bool lax;
	/* A second element of one SD-ID ends it: whoever wrote that text. */
	size_t good = structured_data_length(data, &lax);
	struct structured_data d = { .rest = { data.data, good } };
	enum structured_data_item item = structured_data_next(&d);
	*table = (amqp_table_t){ 0, m->elements };
	m->unescaped.len = 0;
	buffer_room(&m->unescaped, good); /* so that it does not move */
	while (item == STRUCTURED_DATA_ELEMENT) {
		struct str id = d.name;
		int count = take_pairs(m, &d, &item);
		amqp_table_entry_t *to = &m->elements[table->num_entries];
		if (count == -1 || !lay_element(m, &use, id, count, to))
			return false;
		table->num_entries++;
	}
	return good == data.len;
}

/* What may still be read of a table that may be anybody's. */
struct bounds {
	int elements;
	int values;
};

static void
read_value(struct str name, const amqp_field_value_t *value,
    struct bounds *left, struct buffer *out)
{
	if ((value->kind != AMQP_FIELD_KIND_UTF8 &&
		value->kind != AMQP_FIELD_KIND_BYTES) ||
	    left->values == 0)
		return;
	left->values--;
	buffer_append_byte(out, ' ');
	buffer_append_str(out, name);
	buffer_append_byte(out, '=');
	structured_data_quote(out, bytes_view(value->value.bytes));
}

static void
read_param(
    const amqp_table_entry_t *param, struct bounds *left, struct buffer *out)
{
	struct str name = bytes_view(param->key);
	if (!structured_data_is_name(name))
		return;
	if (param->value.kind != AMQP_FIELD_KIND_ARRAY) {
		read_value(name, &param->value, left, out);
		return;
	}
	const amqp_array_t *list = &param->value.value.array;
	for (int i = 0; i < list->num_entries && left->values > 0; i++)
		read_value(name, &list->entries[i], left, out);
}

/* Is there such an element among the first ones? */
static bool
is_there(const amqp_table_t *table, int before, struct str name)
{
	for (int i = 0; i < before; i++)
		if (table->entries[i].value.kind == AMQP_FIELD_KIND_TABLE &&
		    str_equal(bytes_view(table->entries[i].key), name))
			return true;
	return false;
}

void
message_data_read(const amqp_table_t *table, struct buffer *out)
{
	struct bounds left = { STRUCTURED_DATA_ELEMENTS, MESSAGE_DATA_PARAMS };
	/* So many are looked at, of whatever kind. */
	int count = table->num_entries < 2 * STRUCTURED_DATA_ELEMENTS
	    ? table->num_entries
	    : 2 * STRUCTURED_DATA_ELEMENTS;
	for (int i = 0; i < count && left.elements > 0; i++) {
		const amqp_table_entry_t *element = &table->entries[i];
		struct str name = bytes_view(element->key);
		if (element->value.kind != AMQP_FIELD_KIND_TABLE ||
		    !structured_data_is_name(name) || is_there(table, i, name))
			continue;
		left.elements--;
		buffer_append_byte(out, '[');
		buffer_append_str(out, name);
		const amqp_table_t *params = &element->value.value.table;
		for (int k = 0; k < params->num_entries && left.values > 0; k++)
			read_param(&params->entries[k], &left, out);
		buffer_append_byte(out, ']');
	}
}
