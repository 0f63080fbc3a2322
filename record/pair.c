#include "record/pair.h"

#include <string.h>

#include "record/prose.h"

/* Its value, unquoted.  False: the quote is not closed. */
static bool
take_value(struct place *p, const struct token *t, struct str *value)
{
	if (value->len == 0 && t->after == '"' && p->rest.data[0] == '"') {
		*value = str_after(p->rest, 1);
		const char *end = memchr(value->data, '"', value->len);
		if (end == NULL)
			return false;
		value->len = (size_t)(end - value->data);
		p->rest = str_after(p->rest, value->len + 2);
		return true;
	}
	if (value->len < 2 || value->data[0] != '\'')
		return true;
	*value = str_after(*value, 1); /* structlog */
	if (value->data[value->len - 1] == '\'') {
		value->len--;
		return true;
	}
	const char *end = memchr(p->rest.data, '\'', p->rest.len);
	if (end == NULL)
		return false;
	p->rest = str_after(p->rest, (size_t)(end + 1 - p->rest.data));
	return true;
}

/* Is it one of several pairs, or all there is? */
static bool
is_among_pairs(const struct place *p)
{
	struct str rest = p->rest;
	struct token next;
	if (p->last == PLACE_PAIR || str_trim(rest).len == 0)
		return true;
	return token_next(p->line, &rest, &next) &&
	    memchr(next.text.data, '=', next.text.len) != NULL;
}

int
pair_take(struct place *p, const struct token *t, const char *equals,
    enum severity *out)
{
	static const struct str keys[] = { STR("level"), STR("lvl"),
		STR("severity"), STR("prio"), STR("levelname"),
		STR("log.level") };
	struct str key = { t->text.data, (size_t)(equals - t->text.data) };
	struct str value = str_after(t->text, key.len + 1);
	if (!take_value(p, t, &value))
		return -1;
	if (t->before == '(' ||
	    !prose_has_word(key, keys, sizeof(keys) / sizeof(*keys)) ||
	    severity_stated(value, out) == -1) {
		p->last = PLACE_PAIR;
		return 0;
	}
	return p->prose == 0 && is_among_pairs(p) ? 1 : -1;
}
