#include "cli/table.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "cli/terminal.h"
#include "core/utf8.h"

/* Characters, so that columns stand below each other. */
static size_t
width_of(struct str text)
{
	size_t width = 0;
	uint32_t code;
	while (text.len > 0) {
		size_t n = utf8_take(text, &code);
		text = str_after(text, n > 0 ? n : 1);
		width++;
	}
	return width;
}

void
table_text(struct table *t, struct str text)
{
	size_t *widest = &t->widths[t->cells++ % t->columns];
	size_t from = t->text.len;
	terminal_append_text(&t->text, text);
	size_t width = width_of(str_after(buffer_str(&t->text), from));
	if (width > *widest)
		*widest = width;
	buffer_append_byte(&t->text, '\0');
}

void
table_number(struct table *t, int64_t number)
{
	char text[32];
	snprintf(text, sizeof(text), "%" PRId64, number);
	table_text(t, str_from(text));
}

void
table_head(struct table *t, const char *const *names, size_t count)
{
	assert(count <= TABLE_COLUMNS && t->cells == 0);
	t->columns = count;
	for (size_t i = 0; i < count; i++)
		table_text(t, str_from(names[i]));
}

/* The last column is not filled up: it may be long, and nothing follows. */
void
table_print(const struct table *t, FILE *out)
{
	const char *cell = t->text.data;
	for (size_t i = 0; i < t->cells; i++) {
		bool last = (i + 1) % t->columns == 0;
		size_t width = width_of(str_from(cell));
		fputs(cell, out);
		if (last)
			fputc('\n', out);
		else
			fprintf(out, "%*s",
			    (int)(t->widths[i % t->columns] - width + 2), "");
		cell += strlen(cell) + 1;
	}
}

void
table_clear(struct table *t)
{
	buffer_clear(&t->text);
	*t = (struct table){ 0 };
}
