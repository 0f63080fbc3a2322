#include "record/routing_key.h"

#include "core/utf8.h"

/* Bytes that would add a word, act as a wildcard or not show in a tool. */
static bool
is_unclean(char c)
{
	unsigned char byte = (unsigned char)c;
	return byte <= ' ' || byte == 0x7f || c == '.' || c == '*' || c == '#';
}

void
routing_key_clean(struct buffer *out, struct str word)
{
	if (word.len == 0) {
		buffer_append_byte(out, '-');
		return;
	}
	/* No more of it than one byte past a full key can come to matter. */
	if (word.len > ROUTING_KEY_MAX + 1)
		word.len = ROUTING_KEY_MAX + 1;
	char *to = buffer_room(out, word.len);
	for (size_t i = 0; i < word.len; i++)
		to[i] = is_unclean(word.data[i]) ? '_' : word.data[i];
	out->len += word.len;
}

void
routing_key_make(
    const struct template *t, const struct record *r, struct buffer *out)
{
	size_t start = out->len;
	template_expand(t, r, routing_key_clean, out);
	struct str key = str_after(buffer_str(out), start);
	out->len = start + utf8_cut(key, ROUTING_KEY_MAX);
}
