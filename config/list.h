/*
 * Lists of words (struct string_list): separated by blanks or commas; a
 * backslash makes a blank, a comma or a backslash part of a word, and any
 * other byte after it is not touched.
 */
#ifndef CONFIG_LIST_H
#define CONFIG_LIST_H

#include "config/config.h"
#include "core/buffer.h"
#include "core/str.h"

/* Append the words of `text` to `list`. */
void list_parse(struct str text, struct string_list *list);

/* Append one word; takes over `word`. */
void list_add(struct string_list *list, char *word);

/* Append one word as list_parse reads it. */
void list_print_word(struct str word, struct buffer *out);

/* Free the words; the list is then empty and usable. */
void list_clear(struct string_list *list);

#endif
