/*
 * Forms: what the front of a line looks like in the programs that mark its
 * level in a way of their own.  In a form every character is itself, except
 *
 *	0	a digit
 *	' '	blanks, one or more;  ~  blanks or nothing
 *	%i	digits		%a	a letter
 *	%n	a name: letters, digits and any of _ . - $ @ / :
 *	%w	bytes which are no blanks;  %u  the same, an upper case one
 *first
 *	%*	up to 64 bytes before a '('
 *	%T	a time; at the start of a form also one in brackets
 *	%l	a level's letter, any byte
 *	%L	a level's word: letters, of "Gtk-WARNING" what is behind '-'
 *		(but a line that starts with a level starts with its letter)
 *	%e	the end of the line
 *	%%	a per cent sign
 *
 * Terminal colours within a line are passed over.
 */
#ifndef RECORD_FORM_H
#define RECORD_FORM_H

#include <stdint.h>

#include "record/front.h"
#include "record/severity.h"

struct form {
	const char *shape;
	/*
	 * For %l: the letters there are, and each one's severity as a digit.
	 * For %L: the word and its severity, or NULL, NULL: all the words of
	 * severity_parse.
	 */
	const char *letters;
	const char *levels;
};

#define FORMS_MAX 64

/*
 * Which forms a line may have, a bit each: by its first byte and its second,
 * and by the byte behind its first digits or letters.
 */
struct form_index {
	uint64_t first[256];
	uint64_t second[256];
	uint64_t behind[256];
	uint64_t worded; /* those which start with any level's word */
};

/* Some forms; a line that starts with a time has only those behind %T. */
struct form_set {
	const struct form *forms;
	size_t count; /* at most FORMS_MAX */
	bool ready; /* the rest is made when first asked */
	struct form_index at_start;
	struct form_index behind_time; /* and behind its blanks */
};

/* 1: `*out` is what the first form that fits says; 0: none fits. */
int form_find(struct form_set *set, const struct front *f, enum severity *out);

#endif
