/*
 * The place of a word at the start of a line: what was seen before it.  Any
 * number of times, numbers, names, labels ("prog:") and bracketed groups may
 * precede a line's message; two words of prose are the message.  Words within
 * a group count for nothing once it is closed.
 */
#ifndef RECORD_PLACE_H
#define RECORD_PLACE_H

#include <stdbool.h>

#include "record/front.h"
#include "record/token.h"

/* How much of a line may precede its message: BlueGene's levels stand at
 * byte 120; most within 40. */
#define PLACE_WINDOW 256

/* What the word before was. */
enum place_kind {
	PLACE_START, /* there is none */
	PLACE_TIME, /* "10:00:00", "2024-01-01T10:00:00Z", "Jan" */
	PLACE_NUMBER,
	PLACE_LABEL, /* "prog:", "-", ":" */
	PLACE_UPPER, /* "UTC" */
	PLACE_PROSE, /* "the" */
	PLACE_PAIR, /* "key=value" */
	PLACE_OTHER, /* "web-1", "org.example.Main" */
};

struct place {
	struct str line; /* at most PLACE_WINDOW of it */
	struct str rest; /* behind the word that is looked at */
	struct str before; /* the word before */
	enum place_kind last;
	bool timed; /* a PLACE_TIME was seen */
	bool clock; /* the last was one with more than digits in it */
	bool indented; /* the line starts with two blanks or a tab */
	bool named; /* the last was "prog:" */
	char open; /* the bracket that is open; '\0': none */
	unsigned words;
	unsigned numbers; /* words that start with a digit */
	unsigned upper; /* PLACE_UPPER in a row */
	unsigned prose; /* PLACE_PROSE since the last label */
	unsigned outside; /* `prose` before the open bracket */
};

/* At the first word of `f`, behind its time. */
void place_start(struct place *p, const struct front *f);

/* Go past `t`. */
void place_step(struct place *p, const struct token *t);

/* Is the word before "no", "HTTP" or the like: behind it no level stands. */
bool place_is_denied(const struct place *p);

/*
 * Does what precedes `t` look like the front of a line of log?  `colon`: `t`
 * is a label itself, which tells it from prose.
 */
bool place_fits(const struct place *p, const struct token *t, bool colon);

/* Is `t` a level's own cell: "[info]", "|INFO|", "\tinfo\t", "(info):"? */
bool place_is_cell(const struct place *p, const struct token *t);

#endif
