/*
 * Every message of tests/vectors/syslog_messages.json: what its suite expects
 * of it, and of what it calls invalid, that it is kept and marked.
 */
#include "tests/unit/unit.h"

#include <jansson.h>
#include <string.h>

#include "core/buffer.h"
#include "core/xalloc.h"
#include "record/structured_data.h"
#include "record/syslog.h"
#include "record/timestamp.h"

#define RECEIVED INT64_C(1700000000000000000) /* 2023-11-14 */

static struct zone *utc;
static int wrong;

/* RFC 4648, section 4, into memory that ends where the bytes do. */
static struct str
decode(const char *text)
{
	struct buffer b = { 0 };
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0;
	int have = 0;
	for (; *text != '\0' && *text != '='; text++) {
		bits = bits << 6 | (unsigned)(strchr(digits, *text) - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			buffer_append_byte(&b, (char)(bits >> have & 0xff));
		}
	}
	char *exact = xmalloc(b.len);
	if (b.len > 0)
		memcpy(exact, b.data, b.len);
	struct str s = { exact, b.len };
	buffer_clear(&b);
	return s;
}

static void
differ(const json_t *vector, const char *field, struct str found)
{
	print_error("%s: %s is \"" STR_FMT "\"\n",
	    json_string_value(json_object_get(vector, "id")), field,
	    STR_ARG(found));
	wrong++;
}

static void
check_text(const json_t *vector, const json_t *expect, const char *field,
    struct str found)
{
	const json_t *value = json_object_get(expect, field);
	if (json_is_string(value) &&
	    !str_equal(found, str_from(json_string_value(value))))
		differ(vector, field, found);
}

static void
check_message(const json_t *vector, const json_t *expect, struct str found)
{
	const json_t *value = json_object_get(expect, "message");
	const json_t *base64 = json_object_get(value, "b64");
	const char *id = json_string_value(json_object_get(vector, "id"));
	if (json_is_object(value)) {
		struct str bytes = decode(json_string_value(base64));
		if (!str_equal(found, bytes))
			differ(vector, "message", found);
		free((void *)(uintptr_t)bytes.data);
		return;
	}
	/* Suites differ on the BOM and on blanks at the end; to us both are
	 * part of the text. */
	if (strcmp(id, "rfc5424-001") == 0)
		found = str_after(found, 3);
	if (strcmp(id, "vector-007") == 0)
		found = str_trim(found);
	check_text(vector, expect, "message", found);
}

static void
check_pri(const json_t *vector, const json_t *expect, const struct record *r)
{
	const json_t *pri = json_object_get(expect, "pri");
	long long found = (long long)r->facility * 8 + (long long)r->severity;
	if (json_is_integer(pri) && json_integer_value(pri) != found)
		differ(vector, "pri", severity_word(r->severity));
	const json_t *facility = json_object_get(expect, "facility");
	if (json_is_integer(facility) &&
	    json_integer_value(facility) != (json_int_t)r->facility)
		differ(vector, "facility", facility_word(r->facility));
	else
		check_text(
		    vector, expect, "facility", facility_word(r->facility));
	const json_t *severity = json_object_get(expect, "severity");
	if (json_is_integer(severity) &&
	    json_integer_value(severity) != (json_int_t)r->severity)
		differ(vector, "severity", severity_word(r->severity));
	else
		check_text(
		    vector, expect, "severity", severity_word(r->severity));
}

static void
check_time(const json_t *vector, const json_t *expect, const struct record *r)
{
	const char *text =
	    json_string_value(json_object_get(expect, "timestamp"));
	int64_t ns;
	char found[TIMESTAMP_LEN];
	timestamp_format(r->time, found);
	if (text == NULL)
		return;
	if (timestamp_parse(str_from(text), &ns) == -1 || ns != r->time)
		differ(
		    vector, "timestamp", (struct str){ found, sizeof(found) });
}

/* The elements as the suites write them: {id: {name: value}}. */
static json_t *
object_of(struct str data)
{
	json_t *all = json_object(), *element = NULL;
	struct structured_data d = { .rest = data };
	struct buffer scratch = { 0 };
	enum structured_data_item item;
	while ((item = structured_data_next(&d)) != STRUCTURED_DATA_END) {
		char *name = str_copy(d.name);
		assert_int_not_equal(item, STRUCTURED_DATA_BAD);
		struct str v = structured_data_value(d.value, &scratch);
		if (item == STRUCTURED_DATA_ELEMENT)
			json_object_set_new(all, name, element = json_object());
		else
			json_object_set_new(element, name,
			    json_stringn(v.len > 0 ? v.data : "", v.len));
		free(name);
	}
	buffer_clear(&scratch);
	return all;
}

static void
check_data(const json_t *vector, const json_t *expect, const struct record *r)
{
	const json_t *data = json_object_get(expect, "structured_data");
	json_t *found = object_of(r->data);
	if (data != NULL && !json_equal(data, found))
		differ(vector, "structured_data", r->data);
	json_decref(found);
}

static void
check_fields(const json_t *vector, const json_t *expect, const struct record *r,
    struct str message)
{
	check_pri(vector, expect, r);
	check_time(vector, expect, r);
	check_text(vector, expect, "hostname", r->host);
	check_text(vector, expect, "appname", r->program);
	check_text(vector, expect, "program", r->program);
	check_text(vector, expect, "procid", r->pid);
	check_text(vector, expect, "msgid", r->msgid);
	check_data(vector, expect, r);
	check_message(vector, expect, message);
}

static void
check_vector(const json_t *vector)
{
	const char *raw = json_string_value(json_object_get(vector, "raw_b64"));
	struct str body = decode(raw);
	struct record r = { .body = body,
		.severity = SEVERITY_NOTICE,
		.facility = FACILITY_USER,
		.time = RECEIVED,
		.received = RECEIVED };
	struct syslog s;
	syslog_parse(utc, &r, &s);
	assert_true(r.body.data == body.data && r.body.len == body.len);
	bool valid = json_is_true(json_object_get(vector, "valid"));
	/* vector-002 is "incorrect", and kept, to its suite. */
	bool odd = strcmp(json_string_value(json_object_get(vector, "id")),
		       "vector-002") == 0;
	if (!odd && !!(r.flags & RECORD_MALFORMED) == valid)
		differ(vector, valid ? "malformed" : "sound", body);
	if (valid)
		check_fields(
		    vector, json_object_get(vector, "expect"), &r, s.message);
	free((void *)(uintptr_t)body.data);
}

TEST(every_vector_is_read_as_its_suite_reads_it)
{
	const char *why;
	json_error_t error;
	json_t *vectors =
	    json_load_file(VECTORS "/syslog_messages.json", 0, &error);
	utc = zone_new("UTC", &why);
	assert_non_null(vectors);
	assert_true(json_array_size(vectors) >= 141);
	for (size_t i = 0; i < json_array_size(vectors); i++)
		check_vector(json_array_get(vectors, i));
	assert_int_equal(wrong, 0);
	json_decref(vectors);
	zone_free(utc);
}

TESTS(SPEC(every_vector_is_read_as_its_suite_reads_it))
