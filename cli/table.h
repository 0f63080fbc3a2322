/*
 * A table for people: columns as wide as what is in them, and nothing in it
 * that could steer the terminal.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "core/buffer.h"

#define TABLE_COLUMNS 12

/* A zeroed struct is empty. */
struct table {
	struct buffer text; /* cells, each with a NUL behind it */
	size_t widths[TABLE_COLUMNS];
	size_t columns; /* of the first row, and so of all */
	size_t cells;
};

/* The next cell, of the next row when this one is full. */
void table_text(struct table *t, struct str text);
void table_number(struct table *t, int64_t number);

/* The first row, which says how many columns there are. */
void table_head(struct table *t, const char *const *names, size_t count);

void table_print(const struct table *t, FILE *out);
void table_clear(struct table *t);

#endif
