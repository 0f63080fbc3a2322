#include "config/diagnostic.h"

#include <stdarg.h>
#include <stdlib.h>

#include "core/xalloc.h"

/* More of the user's words than this helps nobody find them. */
#define QUOTE_MAX 60

struct diagnostic {
	int line;
	size_t order; /* in which it was found; qsort does not keep it */
	char *sentence;
};

void
diagnostic_add(struct diagnostics *d, int line, const char *format, ...)
{
	struct diagnostic item = { .line = line, .order = d->count };
	va_list args;
	va_start(args, format);
	if (vasprintf(&item.sentence, format, args) == -1)
		abort();
	va_end(args);
	d->items = xrealloc(d->items, (d->count + 1) * sizeof(*d->items));
	d->items[d->count++] = item;
}

static int
by_line(const void *left, const void *right)
{
	const struct diagnostic *a = left, *b = right;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

void
diagnostic_print(struct diagnostics *d, const char *file, FILE *out)
{
	if (d->count > 0)
		qsort(d->items, d->count, sizeof(*d->items), by_line);
	for (size_t i = 0; i < d->count; i++) {
		fprintf(out, "%s:", file);
		if (d->items[i].line > 0)
			fprintf(out, "%d:", d->items[i].line);
		fprintf(out, " %s\n", d->items[i].sentence);
	}
}

void
diagnostic_quote(struct buffer *out, struct str words)
{
	buffer_append_byte(out, '"');
	for (size_t i = 0; i < words.len && i < QUOTE_MAX; i++) {
		unsigned char c = (unsigned char)words.data[i];
		buffer_append_byte(
		    out, c < ' ' || c == 0x7f ? '?' : words.data[i]);
	}
	if (words.len > QUOTE_MAX)
		buffer_append(out, "...", 3);
	buffer_append_byte(out, '"');
}

void
diagnostic_clear(struct diagnostics *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->items[i].sentence);
	free(d->items);
	*d = (struct diagnostics){ 0 };
}
