#include "agent/decode.h"

#include <assert.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/xalloc.h"
#include "record/record.h"

struct decoder {
	enum encoding encoding;
	bool strip_cr;
	iconv_t converter;
	struct buffer text;
	uint64_t *unconverted;
};

struct decoder *
decoder_new(const struct input_options *input, uint64_t *unconverted)
{
	struct decoder *d = xcalloc(1, sizeof(*d));
	d->encoding = (enum encoding)input->encoding;
	d->strip_cr = input->strip_cr;
	d->unconverted = unconverted;
	if (d->encoding == ENCODING_UTF8)
		return d;
	d->converter = iconv_open(
	    "UTF-8", d->encoding == ENCODING_UTF16LE ? "UTF-16LE" : "UTF-16BE");
	/* Built into every libc: it needs no file. */
	assert(
	    d->converter != (iconv_t)-1); // NOLINT(performance-no-int-to-ptr)
	return d;
}

void
decoder_free(struct decoder *d)
{
	if (d == NULL)
		return;
	if (d->encoding != ENCODING_UTF8)
		iconv_close(d->converter);
	buffer_clear(&d->text);
	free(d);
}

/* U+FEFF as the encoding has it. */
static struct str
without_mark(const struct decoder *d, struct str raw)
{
	const char *mark =
	    d->encoding == ENCODING_UTF16LE ? "\xff\xfe" : "\xfe\xff";
	if (raw.len >= 2 && memcmp(raw.data, mark, 2) == 0)
		return str_after(raw, 2);
	return raw;
}

/* A code unit that is nothing, or half of one. */
static void
put_visibly(struct decoder *d, struct str *raw)
{
	for (int i = 0; i < 2 && raw->len > 0; i++) {
		buffer_printf(&d->text, "\\x%02X", (unsigned char)raw->data[0]);
		*raw = str_after(*raw, 1);
		++*d->unconverted;
	}
}

static struct str
convert(struct decoder *d, struct str raw)
{
	d->text.len = 0;
	while (raw.len > 0) {
		/* A code unit of two bytes makes three at most. */
		size_t room = raw.len / 2 * 3 + 1, left = room;
		char *to = buffer_room(&d->text, room);
		char *from = (char *)(uintptr_t)raw.data; /* iconv(3p) */
		size_t rest = raw.len;
		size_t result = iconv(d->converter, &from, &rest, &to, &left);
		d->text.len += room - left;
		raw = str_after(raw, raw.len - rest);
		if (result == (size_t)-1)
			put_visibly(d, &raw);
	}
	return buffer_str(&d->text);
}

void
decoder_cut(struct decoder *d, struct cut *cut, bool first)
{
	struct str text = cut->text;
	if (d->encoding != ENCODING_UTF8)
		text = convert(d, first ? without_mark(d, text) : text);
	bool ended = (cut->flags & (RECORD_MORE | RECORD_PARTIAL)) == 0;
	if (d->strip_cr && ended && text.len > 0 &&
	    text.data[text.len - 1] == '\r')
		text.len--;
	cut->text = text;
}

bool
decode_is_utf16(struct str head)
{
	return head.len >= 2 &&
	    (memcmp(head.data, "\xff\xfe", 2) == 0 ||
		memcmp(head.data, "\xfe\xff", 2) == 0);
}
