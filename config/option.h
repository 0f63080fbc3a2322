/*
 * Every option is one row of a table: from it come parsing, limits, errors,
 * `weir check`, `weir config` and the option part of the man page.
 */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

enum option_type {
	OPTION_TEXT, /* char * */
	OPTION_SECRET, /* char *, printed as *** */
	OPTION_LIST, /* struct string_list */
	OPTION_BOOL, /* bool: yes or no */
	OPTION_INTEGER, /* int64_t */
	OPTION_DURATION, /* int64_t, ns */
	OPTION_SIZE, /* int64_t, bytes */
	OPTION_WORD, /* int64_t, index into `words` */
};

struct option {
	const char *section; /* "broker", "input" ... */
	const char *key;
	enum option_type type;
	size_t offset; /* into that section's struct */
	const char *value; /* default, as a user would write it */
	int64_t min, max; /* of INTEGER, DURATION, SIZE */
	const char *const *words; /* of WORD, NULL-terminated */
	int (*parse_word)(struct str word, int64_t *out); /* with aliases */
	int (*check)(const char *value, const char **wrong); /* or NULL */
	const char *text; /* one sentence: what it is for */
};

#endif
