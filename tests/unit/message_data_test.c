/* Structured data as a table of AMQP, and back. */
#include "tests/unit/unit.h"

#include <string.h>

#include "broker/message_data.h"

static struct message_data m;
static struct buffer text;

static struct str
back(const amqp_table_t *table)
{
	text.len = 0;
	message_data_read(table, &text);
	return buffer_str(&text);
}

static void
assert_back(const amqp_table_t *table, const char *expected)
{
	struct str found = back(table);
	if (!str_equal(found, str_from(expected)))
		fail_msg(STR_FMT ", not %s", STR_ARG(found), expected);
}

static const struct {
	const char *data;
	const char *back; /* NULL: the same */
	bool whole;
} rows[] = {
	{ "", NULL, true },
	{ "[a]", NULL, true },
	{ "[a b=\"c\"][d e=\"\" f=\"g h\"]", NULL, true },
	{ "[a b=\"\\\"\\\\\\]\"]", NULL, true },
	{ "[a b=\"1\" b=\"2\" c=\"3\"]", NULL, true },
	/* Values of one name are together on the wire. */
	{ "[a b=\"1\" c=\"2\" b=\"3\" c=\"4\"]",
	    "[a b=\"1\" b=\"3\" c=\"2\" c=\"4\"]", true },
	/* What was written laxly is written well. */
	{ "[a b=\"]\\n\"  c=\"d\" ]", "[a b=\"\\]\\\\n\" c=\"d\"]", true },
	/* The first of one SD-ID counts. */
	{ "[a b=\"1\"][c][a b=\"2\"][d]", "[a b=\"1\"][c]", false },
	{ "[a][b", "[a]", false },
	{ "a", "", false },
};

TEST(data_are_the_same_behind_the_wire)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		amqp_table_t table;
		bool whole =
		    message_data_make(&m, str_from(rows[i].data), 1000, &table);
		assert_int_equal(whole, rows[i].whole);
		assert_back(
		    &table, rows[i].back != NULL ? rows[i].back : rows[i].data);
	}
}

TEST(SY_12_a_parameter_that_repeats_is_a_list_of_its_values)
{
	amqp_table_t table;
	message_data_make(
	    &m, (struct str)STR("[a b=\"1\" c=\"2\" b=\"3\"]"), 1000, &table);
	assert_int_equal(table.num_entries, 1);
	amqp_table_t *a = &table.entries[0].value.value.table;
	assert_int_equal(a->num_entries, 2);
	assert_int_equal(a->entries[0].value.kind, AMQP_FIELD_KIND_ARRAY);
	assert_int_equal(a->entries[0].value.value.array.num_entries, 2);
	assert_int_equal(a->entries[1].value.kind, AMQP_FIELD_KIND_UTF8);
}

static size_t
encoded(const amqp_table_t *table)
{
	char bytes[4096];
	size_t offset = 0;
	amqp_bytes_t b = { sizeof(bytes), bytes };
	assert_int_equal(
	    amqp_encode_table(b, (amqp_table_t *)(uintptr_t)table, &offset), 0);
	return offset - 4; /* without its own length */
}

TEST(what_does_not_fit_is_left_out_whole_from_the_first_on)
{
	struct str data = STR("[a b=\"cdef\" b=\"ghi\"][j][k l=\"mnop\"]");
	amqp_table_t table;
	for (size_t room = 0; room < 100; room++) {
		bool whole = message_data_make(&m, data, room, &table);
		struct str found = back(&table);
		size_t size = encoded(&table);
		assert_true(size <= room);
		assert_true(str_starts(data, found));
		assert_int_equal(whole, found.len == data.len);
		/* No room is kept that nothing needs. */
		if (whole) {
			assert_int_equal(size, room);
			break;
		}
	}
	assert_int_equal(table.num_entries, 3);
}

TEST(hundreds_of_parameters_and_long_names_are_left_out)
{
	struct buffer data = { 0 };
	amqp_table_t table;
	buffer_append_str(&data, str_from("[first]"));
	buffer_append_str(&data, str_from("[many"));
	for (int i = 0; i <= MESSAGE_DATA_PARAMS; i++)
		buffer_printf(&data, " p%d=\"v\"", i % 200);
	buffer_append_str(&data, str_from("]"));
	assert_false(message_data_make(&m, buffer_str(&data), 1 << 20, &table));
	assert_back(&table, "[first]");
	data.len = 0;
	buffer_printf(&data, "[a][b %0300d=\"x\"]", 1);
	assert_false(message_data_make(&m, buffer_str(&data), 1 << 20, &table));
	assert_back(&table, "[a]");
	buffer_clear(&data);
}

/* Somebody else's entries. */
static amqp_table_entry_t
entry(const char *key, amqp_field_value_kind_t kind)
{
	amqp_table_entry_t e = { .key = amqp_cstring_bytes(key) };
	e.value.kind = (uint8_t)kind;
	return e;
}

static amqp_table_entry_t
text_entry(const char *key, const char *value)
{
	amqp_table_entry_t e = entry(key, AMQP_FIELD_KIND_UTF8);
	e.value.value.bytes = amqp_cstring_bytes(value);
	return e;
}

TEST(a_foreign_table_says_what_can_be_said)
{
	amqp_field_value_t list[2] = { text_entry("", "1").value,
		entry("", AMQP_FIELD_KIND_TABLE).value };
	amqp_table_entry_t params[] = { text_entry("good", "a\"b]c\\d\n"),
		text_entry("bad name", "x"), text_entry("", "x"),
		text_entry("a=b", "x"), text_entry("\xc3\xa4", "x"),
		entry("number", AMQP_FIELD_KIND_I64),
		entry("table", AMQP_FIELD_KIND_TABLE),
		entry("list", AMQP_FIELD_KIND_ARRAY) };
	params[7].value.value.array = (amqp_array_t){ 2, list };
	amqp_table_entry_t elements[] = { text_entry("text", "x"),
		entry("a]b", AMQP_FIELD_KIND_TABLE),
		entry("id", AMQP_FIELD_KIND_TABLE),
		entry("id", AMQP_FIELD_KIND_TABLE) };
	elements[2].value.value.table = (amqp_table_t){ 8, params };
	amqp_table_t table = { 4, elements };
	assert_back(&table, "[id good=\"a\\\"b\\]c\\\\d\n\" list=\"1\"]");
}

TEST(a_foreign_table_is_read_no_further_than_data_go)
{
	static amqp_table_entry_t elements[1000], params[1000];
	static char names[1000][8];
	for (int i = 0; i < 1000; i++) {
		snprintf(names[i], sizeof(names[i]), "%d", i);
		params[i] = text_entry(names[i], "v");
		elements[i] = entry(names[i], AMQP_FIELD_KIND_TABLE);
		elements[i].value.value.table = (amqp_table_t){ 1000, params };
	}
	amqp_table_t table = { 1000, elements };
	bool lax;
	struct str found = back(&table);
	assert_int_equal(structured_data_length(found, &lax), found.len);
	assert_false(lax);
	size_t count[2] = { 0, 0 };
	for (size_t i = 0; i < found.len; i++) {
		count[0] += found.data[i] == '[';
		count[1] += found.data[i] == '=';
	}
	assert_int_equal(count[0], STRUCTURED_DATA_ELEMENTS);
	assert_int_equal(count[1], MESSAGE_DATA_PARAMS);
}

TESTS(SPEC(data_are_the_same_behind_the_wire),
    SPEC(SY_12_a_parameter_that_repeats_is_a_list_of_its_values),
    SPEC(what_does_not_fit_is_left_out_whole_from_the_first_on),
    SPEC(hundreds_of_parameters_and_long_names_are_left_out),
    SPEC(a_foreign_table_says_what_can_be_said),
    SPEC(a_foreign_table_is_read_no_further_than_data_go))
