#include "record/template.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"

enum field {
	FIELD_SEVERITY,
	FIELD_FACILITY,
	FIELD_HOST,
	FIELD_PROGRAM,
	FIELD_PID,
	FIELD_MSGID,
	FIELD_PEER,
	FIELD_PATH,
	FIELD_SOURCE,
	FIELD_KEY,
	FIELD_COUNT,
	LITERAL = FIELD_COUNT,
};

static const struct str names[FIELD_COUNT] = {
	[FIELD_SEVERITY] = STR("severity"),
	[FIELD_FACILITY] = STR("facility"),
	[FIELD_HOST] = STR("host"),
	[FIELD_PROGRAM] = STR("program"),
	[FIELD_PID] = STR("pid"),
	[FIELD_MSGID] = STR("msgid"),
	[FIELD_PEER] = STR("peer"),
	[FIELD_PATH] = STR("path"),
	[FIELD_SOURCE] = STR("source"),
	[FIELD_KEY] = STR("key"),
};

struct part {
	enum field field;
	size_t start, len; /* LITERAL: where in `text` */
};

struct template
{
	struct part *parts;
	size_t count;
	struct buffer text; /* the literal parts, joined */
};

static struct part *
add_part(struct template *t, enum field field)
{
	t->parts = xrealloc(t->parts, (t->count + 1) * sizeof(*t->parts));
	struct part *part = &t->parts[t->count++];
	*part = (struct part){ .field = field, .start = t->text.len };
	return part;
}

static void
add_byte(struct template *t, char c)
{
	struct part *last = t->count > 0 ? &t->parts[t->count - 1] : NULL;
	if (last == NULL || last->field != LITERAL)
		last = add_part(t, LITERAL);
	buffer_append_byte(&t->text, c);
	last->len++;
}

/* `text` is just past "${"; returns what follows the "}", or NULL. */
static const char *
add_field(struct template *t, const char *text, const char **error)
{
	const char *end = strchr(text, '}');
	if (end == NULL) {
		*error = "has a field that is not closed with }";
		return NULL;
	}
	struct str name = { text, (size_t)(end - text) };
	for (enum field f = 0; f < FIELD_COUNT; f++) {
		if (str_equal(name, names[f])) {
			add_part(t, f);
			return end + 1;
		}
	}
	*error = "has a field that is none of severity, facility, host, "
		 "program, pid, msgid, peer, path, source, key";
	return NULL;
}

struct template *
template_parse(const char *text, const char **error)
{
	struct template *t = xcalloc(1, sizeof(*t));
	while (*text != '\0') {
		if (text[0] == '$' && text[1] == '{') {
			text = add_field(t, text + 2, error);
			if (text == NULL) {
				template_free(t);
				return NULL;
			}
			continue;
		}
		if (text[0] == '$' && text[1] == '$')
			text++;
		add_byte(t, *text++);
	}
	return t;
}

bool
template_is_constant(const struct template *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->parts[i].field != LITERAL)
			return false;
	return true;
}

static struct str
field_value(const struct record *r, enum field field)
{
	switch (field) {
	case FIELD_SEVERITY:
		return severity_word(r->severity);
	case FIELD_FACILITY:
		return facility_word(r->facility);
	case FIELD_HOST:
		return r->host;
	case FIELD_PROGRAM:
		return r->program;
	case FIELD_PID:
		return r->pid;
	case FIELD_MSGID:
		return r->msgid;
	case FIELD_PEER:
		return r->peer;
	case FIELD_PATH:
		return r->path;
	case FIELD_SOURCE:
		return r->source;
	case FIELD_KEY:
		return r->key;
	case LITERAL:
		break;
	}
	assert(false && "a literal has no value");
	return (struct str){ 0 };
}

bool
template_names(const struct template *t, struct str field)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->parts[i].field != LITERAL &&
		    str_equal(names[t->parts[i].field], field))
			return true;
	return false;
}

void
template_expand(const struct template *t, const struct record *r,
    template_clean *clean, struct buffer *out)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct part *part = &t->parts[i];
		if (part->field == LITERAL)
			buffer_append(
			    out, t->text.data + part->start, part->len);
		else
			clean(out, field_value(r, part->field));
	}
}

void
template_free(struct template *t)
{
	if (t == NULL)
		return;
	buffer_clear(&t->text);
	free(t->parts);
	free(t);
}
