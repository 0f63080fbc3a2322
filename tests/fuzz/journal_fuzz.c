/*
 * Any names and values as fields of a journal's entry, any bytes as messages
 * of the kernel: what becomes of them is attributes that can be read, one
 * valid SD-ELEMENT of bounded length, and a text with every byte of MESSAGE.
 *
 * The first byte says which.  Fields stand as NAME=value, each up to a byte
 * 0x1e; so does what is read of the kernel's messages at once.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "core/xalloc.h"
#include "record/attributes.h"
#include "record/journal_entry.h"
#include "record/kmsg.h"
#include "record/sd_element.h"

#define END '\x1e'

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Up to the next END, which is taken too. */
static struct str
take_field(struct str *rest)
{
	const char *end =
	    rest->len > 0 ? memchr(rest->data, END, rest->len) : NULL;
	size_t len = end != NULL ? (size_t)(end - rest->data) : rest->len;
	struct str field = { rest->data, len };
	*rest = str_after(*rest, end != NULL ? len + 1 : len);
	return field;
}

static void
take(struct str *s, const char *wanted)
{
	assert(str_starts(*s, str_from(wanted)));
	*s = str_after(*s, strlen(wanted));
}

/* PARAM-VALUE of RFC 5424, section 6.3.3, up to its closing quote. */
static void
check_value(struct str *s)
{
	uint32_t code;
	while (s->len > 0 && *s->data != '"') {
		assert(*s->data != ']');
		if (*s->data == '\\') {
			*s = str_after(*s, 1);
			assert(s->len > 0 && strchr("\"\\]", *s->data) != NULL);
		}
		size_t n = utf8_take(*s, &code);
		assert(n > 0);
		*s = str_after(*s, n);
	}
}

static void
check_element(struct str s, const char *id)
{
	if (s.len == 0)
		return;
	assert(s.len <= SD_ELEMENT_MAX);
	take(&s, "[");
	take(&s, id);
	while (s.len > 0 && *s.data == ' ') {
		size_t name = 0;
		take(&s, " ");
		while (name < s.len && s.data[name] != '=')
			name++;
		assert(name > 0 && name <= SD_NAME_MAX);
		s = str_after(s, name);
		take(&s, "=\"");
		check_value(&s);
		take(&s, "\"");
	}
	take(&s, "]");
	assert(s.len == 0);
}

static void
check_attributes(struct str bytes, const char *id)
{
	struct record r = { .severity = SEVERITY_INFO };
	assert(attributes_read(bytes, &r) == 0);
	check_element(r.data, id);
	assert(r.program.len <= JOURNAL_VALUE_MAX);
	assert(r.host.len <= JOURNAL_VALUE_MAX);
}

static void
check_journal(struct str rest)
{
	static char *patterns[] = { "_UID", "[A-Z]*" };
	static const struct journal_wanted wanted = { patterns, 2 };
	static struct journal_entry e;
	struct str message = { 0 };
	bool has_message = false;
	journal_entry_begin(&e);
	while (rest.len > 0) {
		struct str field = take_field(&rest), name = field;
		const char *equals =
		    field.len > 0 ? memchr(field.data, '=', field.len) : NULL;
		if (equals == NULL)
			continue;
		name.len = (size_t)(equals - field.data);
		struct str value = str_after(field, name.len + 1);
		if (!has_message &&
		    str_equal(name, (struct str)STR("MESSAGE"))) {
			message = value;
			has_message = true;
		}
		journal_entry_field(&e, &wanted, name, value);
	}
	journal_entry_end(&e, 1);
	assert(e.has[JOURNAL_MESSAGE] == has_message);
	assert(str_equal(journal_entry_value(&e, JOURNAL_MESSAGE), message));
	check_attributes(buffer_str(&e.attributes), "journal");
}

/* However the bytes arrive, the same messages come of them. */
static void
check_kmsg(struct str rest)
{
	static struct kmsg k;
	struct buffer bytes = { 0 };
	struct str message;
	while (rest.len > 0) {
		buffer_append_str(&bytes, take_field(&rest));
		struct str left = buffer_str(&bytes);
		while (kmsg_next(&left, rest.len == 0, &message)) {
			assert(message.len > 0);
			assert(message.data[message.len - 1] == '\n');
			if (kmsg_parse(message, &k) == 0) {
				kmsg_attributes(&k, 0);
				check_attributes(
				    buffer_str(&k.attributes), "kmsg");
			}
			assert(k.text.len < message.len);
		}
		buffer_consume(&bytes, bytes.len - left.len);
	}
	buffer_clear(&bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	/* Memory that ends where the bytes do, so that a read outside is seen.
	 */
	char *copy = xmalloc(size);
	memcpy(copy, data, size);
	struct str rest = { copy + 1, size - 1 };
	if (copy[0] % 2 == 0)
		check_journal(rest);
	else
		check_kmsg(rest);
	free(copy);
	return 0;
}
