#include "collector/path.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/utf8.h"
#include "core/xalloc.h"
#include "record/template.h"

/* strftime's, without those that give '/', blanks or nothing. */
#define TIME_FORMATS "aAbBdFgGHIjmMpRsSTuUVwWyYzZ%"

struct path {
	char *base;
	struct template *template; /* of the name */
	bool is_timed;
	bool is_made;
	struct buffer text; /* the name before strftime, the last one */
	struct buffer next; /* the same of the record at hand */
	int64_t second;
	struct buffer name; /* with a NUL at its end */
};

/* Everything before the first field or time format. */
static size_t
fixed_length(const char *text)
{
	const char *p = text;
	while (*p != '\0' && *p != '%' && strncmp(p, "${", 2) != 0)
		p += strncmp(p, "$$", 2) == 0 ? 2 : 1;
	return (size_t)(p - text);
}

/* The base is not parsed as a template: its "$$" are undone here. */
static char *
copy_base(struct str base)
{
	char *copy = str_copy(base), *to = copy;
	for (const char *from = copy; *from != '\0'; from++) {
		*to++ = *from;
		from += strncmp(from, "$$", 2) == 0;
	}
	*to = '\0';
	return copy;
}

static const char *
name_error(const char *name, bool *is_timed)
{
	struct str rest = str_from(name), word;
	size_t len = rest.len;
	if (len == 0 || name[len - 1] == '/')
		return "names a directory, not a file";
	while (str_next_word(&rest, "/", &word))
		if (str_equal(word, (struct str)STR(".")) ||
		    str_equal(word, (struct str)STR("..")))
			return "has . or .. after its first field";
	for (const char *p = name; (p = strchr(p, '%')) != NULL; p += 2) {
		/* A field's first byte must not complete a format. */
		if (p[1] == '\0' || strchr(TIME_FORMATS, p[1]) == NULL)
			return "has a % that begins no time format such as "
			       "%Y%m%d; %% is a percent sign";
		*is_timed = true;
	}
	return NULL;
}

struct path *
path_new(const char *text, const char **error)
{
	size_t base = fixed_length(text);
	while (base > 0 && text[base - 1] != '/')
		base--;
	bool is_timed = false;
	if ((*error = name_error(text + base, &is_timed)) != NULL)
		return NULL;
	struct template *template = template_parse(text + base, error);
	if (template == NULL)
		return NULL;
	struct path *p = xcalloc(1, sizeof(*p));
	p->base = copy_base((struct str){ text, base });
	p->template = template;
	p->is_timed = is_timed;
	return p;
}

const char *
path_base(const struct path *p)
{
	return p->base;
}

static void
clean(struct buffer *out, struct str value)
{
	value.len = utf8_cut(value, PATH_FIELD_MAX);
	bool is_dots = str_equal(value, (struct str)STR(".")) ||
	    str_equal(value, (struct str)STR(".."));
	if (value.len == 0)
		value = (struct str)STR("-");
	char *to = buffer_room(out, value.len);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.data[i];
		bool bad = c < ' ' || c == 0x7f || c == '/' || is_dots;
		to[i] = bad ? '_' : value.data[i];
	}
	out->len += value.len;
}

/* As clean, but strftime makes of the result what clean would give. */
static void
clean_for_strftime(struct buffer *out, struct str value)
{
	size_t start = out->len;
	clean(out, value);
	for (size_t i = start; i < out->len; i++) {
		if (out->data[i] != '%')
			continue;
		buffer_append_byte(out, '%');
		memmove(out->data + i + 1, out->data + i, out->len - i - 1);
		i++;
	}
}

/* `p->text` is a format with a NUL at its end. */
static void
put_time(struct path *p)
{
	struct tm tm;
	time_t second = p->second;
	localtime_r(&second, &tm);
	/* Formats grow; strftime says 0 for "does not fit", never else, as a
	 * name is never empty. */
	size_t room = p->text.len + 64, n;
	do {
		room *= 2;
		n = strftime(
		    buffer_room(&p->name, room), room, p->text.data, &tm);
	} while (n == 0);
	p->name.len = n;
}

/* Shorten every component of the name to PATH_COMPONENT_MAX. */
static void
bound_components(struct buffer *name)
{
	struct str rest = buffer_str(name);
	size_t to = 0;
	while (rest.len > 0) {
		const char *slash = memchr(rest.data, '/', rest.len);
		size_t len = slash ? (size_t)(slash - rest.data) : rest.len;
		size_t keep = utf8_cut(
		    (struct str){ rest.data, len }, PATH_COMPONENT_MAX);
		memmove(name->data + to, rest.data, keep);
		to += keep;
		if (slash != NULL)
			name->data[to++] = '/';
		rest = str_after(rest, slash ? len + 1 : len);
	}
	name->len = to;
}

static int64_t
whole_seconds(int64_t ns)
{
	return ns / NS_PER_SECOND - (ns % NS_PER_SECOND < 0);
}

static bool
is_as_before(struct path *p, const struct record *r)
{
	if (p->is_made && !p->is_timed && template_is_constant(p->template))
		return true;
	p->next.len = 0;
	template_expand(
	    p->template, r, p->is_timed ? clean_for_strftime : clean, &p->next);
	return p->is_made &&
	    str_equal(buffer_str(&p->next), buffer_str(&p->text)) &&
	    (!p->is_timed || whole_seconds(r->time) == p->second);
}

bool
path_update(struct path *p, const struct record *r)
{
	if (is_as_before(p, r))
		return false;
	struct buffer swap = p->text;
	p->text = p->next;
	p->next = swap;
	p->second = whole_seconds(r->time);
	p->is_made = true;
	p->name.len = 0;
	if (p->is_timed) {
		*buffer_room(&p->text, 1) = '\0';
		put_time(p);
	} else {
		buffer_append_str(&p->name, buffer_str(&p->text));
	}
	bound_components(&p->name);
	*buffer_room(&p->name, 1) = '\0';
	return true;
}

const char *
path_name(const struct path *p)
{
	return p->name.data;
}

void
path_free(struct path *p)
{
	if (p == NULL)
		return;
	free(p->base);
	template_free(p->template);
	buffer_clear(&p->text);
	buffer_clear(&p->next);
	buffer_clear(&p->name);
	free(p);
}
