#include "config/list.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/xalloc.h"

static bool
is_separator(char c)
{
	return c == ' ' || c == '\t' || c == ',';
}

static bool
takes_backslash(char c)
{
	return is_separator(c) || c == '\\';
}

static char *
take_word(struct str *rest)
{
	struct buffer word = { 0 };
	size_t i = 0;
	for (; i < rest->len && !is_separator(rest->data[i]); i++) {
		if (rest->data[i] == '\\' && i + 1 < rest->len &&
		    takes_backslash(rest->data[i + 1]))
			i++;
		buffer_append_byte(&word, rest->data[i]);
	}
	*rest = str_after(*rest, i);
	char *copy = str_copy(buffer_str(&word));
	buffer_clear(&word);
	return copy;
}

void
list_parse(struct str text, struct string_list *list)
{
	for (;;) {
		while (text.len > 0 && is_separator(text.data[0]))
			text = str_after(text, 1);
		if (text.len == 0)
			return;
		list_add(list, take_word(&text));
	}
}

void
list_add(struct string_list *list, char *word)
{
	list->items =
	    xrealloc(list->items, (list->count + 1) * sizeof(*list->items));
	list->items[list->count++] = word;
}

void
list_print_word(struct str word, struct buffer *out)
{
	for (size_t i = 0; i < word.len; i++) {
		if (takes_backslash(word.data[i]))
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, word.data[i]);
	}
}

void
list_clear(struct string_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct string_list){ 0 };
}
