#include "record/binding.h"

#include <assert.h>
#include <string.h>

#include "record/severity.h"

static const struct str type_words[] = {
	[EXCHANGE_TOPIC] = STR("topic"),
	[EXCHANGE_DIRECT] = STR("direct"),
	[EXCHANGE_FANOUT] = STR("fanout"),
};

int
exchange_type_parse(struct str word, enum exchange_type *out)
{
	for (int i = EXCHANGE_TOPIC; i <= EXCHANGE_FANOUT; i++) {
		if (str_equal(word, type_words[i])) {
			*out = (enum exchange_type)i;
			return 0;
		}
	}
	return -1;
}

struct str
exchange_type_word(enum exchange_type type)
{
	assert((unsigned)type <= EXCHANGE_FANOUT);
	return type_words[type];
}

/* The words of a key from one of them on; past the last one: at > len. */
struct words {
	const char *data;
	size_t len;
	size_t at; /* where the current word starts */
	size_t end; /* where its dot or the end of the key is */
};

static void
seek(struct words *w, size_t at)
{
	w->at = w->end = at;
	while (w->end < w->len && w->data[w->end] != '.')
		w->end++;
}

/* The empty key has no words; every other has one more than dots. */
static struct words
words_of(struct str key)
{
	struct words w = { .data = key.data, .len = key.len };
	seek(&w, key.len == 0 ? 1 : 0);
	return w;
}

static bool
at_end(const struct words *w)
{
	return w->at > w->len;
}

static void
next(struct words *w)
{
	seek(w, w->end + 1);
}

static bool
is_byte(const struct words *w, char c)
{
	return w->end - w->at == 1 && w->data[w->at] == c;
}

static bool
same(const struct words *a, const struct words *b)
{
	size_t len = a->end - a->at;
	return len == b->end - b->at &&
	    memcmp(a->data + a->at, b->data + b->at, len) == 0;
}

/*
 * When the words after a '#' do not fit, that '#' takes one word of the key
 * more and they are tried again.  Only the last '#' seen need ever be
 * widened: where the words before it fit earliest, nothing is lost, as all
 * that a later place could offer is still ahead.
 */
static bool
topic_matches(struct str binding, struct str key)
{
	struct words b = words_of(binding), k = words_of(key);
	struct words after_hash, widened;
	bool hash = false;
	while (!at_end(&k)) {
		if (!at_end(&b) && is_byte(&b, '#')) {
			next(&b);
			if (at_end(&b))
				return true;
			after_hash = b;
			widened = k;
			hash = true;
		} else if (!at_end(&b) && (is_byte(&b, '*') || same(&b, &k))) {
			next(&b);
			next(&k);
		} else if (hash) {
			next(&widened);
			k = widened;
			b = after_hash;
		} else {
			return false;
		}
	}
	while (!at_end(&b) && is_byte(&b, '#'))
		next(&b);
	return at_end(&b);
}

bool
binding_matches(enum exchange_type type, struct str binding, struct str key)
{
	switch (type) {
	case EXCHANGE_TOPIC:
		return topic_matches(binding, key);
	case EXCHANGE_DIRECT:
		return str_equal(binding, key);
	case EXCHANGE_FANOUT:
		return true;
	}
	assert(false && "an exchange has a type");
	return false;
}

void
binding_normalise(struct str typed, struct buffer *out)
{
	struct words first = words_of(typed);
	struct str word = { typed.data, first.end > typed.len ? 0 : first.end };
	enum severity severity;
	if (severity_parse(word, &severity) == 0)
		word = severity_word(severity);
	buffer_append_str(out, word);
	if (first.end < typed.len)
		buffer_append_str(out, str_after(typed, first.end));
}
