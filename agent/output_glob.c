#include "agent/output_glob.h"

#include <stdlib.h>
#include <string.h>

#include "agent/patterns.h"
#include "core/buffer.h"
#include "core/xalloc.h"

/* Two fields in a row are not `**`. */
static void
put_field(struct buffer *out, const char *field)
{
	if (field[0] != '*' || out->len == 0 || out->data[out->len - 1] != '*')
		buffer_append_str(out, str_from(field));
}

/*
 * Translate, with `field` for what is not fixed; with `quote` what means
 * something in a pattern is quoted.
 */
static char *
translate(const char *template, const char *field, bool quote)
{
	struct buffer out = { 0 };
	for (const char *p = template; *p != '\0'; p++) {
		if (strncmp(p, "${", 2) == 0 && strchr(p, '}') != NULL) {
			put_field(&out, field);
			p = strchr(p, '}');
		} else if (*p == '%' && p[1] != '%' && p[1] != '\0') {
			put_field(&out, field);
			p++;
		} else {
			if (quote && strchr("*?[\\", *p) != NULL)
				buffer_append_byte(&out, '\\');
			buffer_append_byte(&out, *p);
			if ((*p == '$' || *p == '%') && p[1] == *p)
				p++;
		}
	}
	buffer_append_byte(&out, '\0');
	return out.data;
}

char *
output_glob(const char *template)
{
	return translate(template, "*", true);
}

bool
output_is_fixed(const char *template)
{
	char *one = translate(template, "1", false);
	char *other = translate(template, "2", false);
	bool is = strcmp(one, other) == 0;
	free(one);
	free(other);
	return is;
}

/* Past the character, range or quoted character at `p`. */
static const char *
past_one(const char *p)
{
	if (*p == '\\' && p[1] != '\0')
		return p + 2;
	const char *end = *p == '[' ? strchr(p + 1, ']') : NULL;
	/* A bracket that stands first is one of the range. */
	if (end == p + 1 || (end == p + 2 && (p[1] == '!' || p[1] == '^')))
		end = strchr(end + 1, ']');
	return end != NULL ? end + 1 : p + 1;
}

static char
literal(const char *p)
{
	return *p == '\\' && p[1] != '\0' ? p[1] : *p;
}

static bool
is_range(const char *p)
{
	return *p == '?' || past_one(p) > p + 2;
}

static bool
one_meets(const char *a, const char *b)
{
	if (is_range(a))
		return literal(b) != '/';
	if (is_range(b))
		return literal(a) != '/';
	return literal(a) == literal(b);
}

bool
output_glob_meets(const char *a, const char *b)
{
	if (*a == '\0' && *b == '\0')
		return true;
	if (*b == '*') {
		const char *swap = a;
		a = b;
		b = swap;
	}
	if (*a != '*')
		return *a != '\0' && *b != '\0' && one_meets(a, b) &&
		    output_glob_meets(past_one(a), past_one(b));
	/* It stands for nothing, or for one more of the other's. */
	bool any_depth = a[1] == '*';
	const char *rest = a + (any_depth ? 2 : 1);
	if (any_depth && *rest == '/' && output_glob_meets(rest + 1, b))
		return true;
	if (output_glob_meets(rest, b))
		return true;
	if (*b == '*')
		return output_glob_meets(a, b + 1 + (b[1] == '*'));
	return *b != '\0' && (any_depth || literal(b) != '/') &&
	    output_glob_meets(a, past_one(b));
}

bool
output_may_be_input(
    const struct stream_options *stream, const struct input_options *input)
{
	if (stream->type != STREAM_FILE || stream->path[0] == '\0' ||
	    input->type != INPUT_FILE)
		return false;
	char *pattern = output_glob(stream->path);
	char *example = translate(stream->path, "1", false);
	bool meets = false;
	/* What is excluded whatever the field: most such are `*.out.log`. */
	if (!patterns_exclude(input, example))
		for (size_t i = 0; i < input->path.count && !meets; i++)
			meets =
			    output_glob_meets(input->path.items[i], pattern);
	free(pattern);
	free(example);
	return meets;
}
