/*
 * Every option is one row of a table: from it come parsing, limits, errors,
 * `weir check`, `weir config` and the option part of the man page.
 *
 * A row starts with OPTION_FIELD, which does not compile when the member's C
 * type cannot hold values of that kind.
 */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "core/str.h"

enum option_type {
	OPTION_TEXT, /* char * */
	OPTION_TEMPLATE, /* char *, as record/template.h reads it */
	OPTION_SECRET, /* char *, printed as ***; NULL when empty */
	OPTION_LIST, /* struct string_list */
	OPTION_URLS, /* struct string_list; passwords printed as *** */
	OPTION_BOOL, /* bool: yes or no */
	OPTION_INTEGER, /* int64_t */
	OPTION_DURATION, /* int64_t, ns */
	OPTION_SIZE, /* int64_t, bytes */
	OPTION_MODE, /* int64_t, a file's permissions */
	OPTION_WORD, /* int64_t, one of a few words */
};

struct option {
	const char *key;
	enum option_type type;
	/* It says neither how lines are cut nor what their keys are, so that
	 * another value makes no other configuration (config/fingerprint.h). */
	bool aside;
	size_t offset; /* into its section's struct */
	const char *value; /* default, as a user would write it */
	int64_t min, max; /* of INTEGER, DURATION, SIZE, MODE; max of WORD */
	const struct str *words; /* of WORD, 0 to max; or NULL: */
	struct str (*word)(int64_t value); /* a room of its own has them */
	/* With aliases; NULL: as they are, in either case. */
	int (*parse_word)(struct str word, int64_t *out);
	/*
	 * Further checks of a TEXT, a TEMPLATE or each item of a list: 0, or
	 * -1 and the end of a sentence that starts with the value.
	 */
	int (*check)(const char *value, const char **wrong);
	const char *text; /* one sentence: what it is for */
};

#define OPTION_FIELD(kind, section, member)                         \
	.key = #member, .type = OPTION_FIT_##kind(section, member), \
	.offset = offsetof(struct section, member)

/* The words of a WORD; the first one's value is 0. */
#define OPTION_WORDS(list) \
	.words = (list), .max = sizeof(list) / sizeof(*(list)) - 1

/* No association for the member's type: the row does not compile. */
#define OPTION_FIT(section, member, ctype, type) \
	_Generic(((struct section *)0)->member, ctype : type)
#define OPTION_FIT_TEXT(s, m) OPTION_FIT(s, m, char *, OPTION_TEXT)
#define OPTION_FIT_TEMPLATE(s, m) OPTION_FIT(s, m, char *, OPTION_TEMPLATE)
#define OPTION_FIT_SECRET(s, m) OPTION_FIT(s, m, char *, OPTION_SECRET)
#define OPTION_FIT_LIST(s, m) OPTION_FIT(s, m, struct string_list, OPTION_LIST)
#define OPTION_FIT_URLS(s, m) OPTION_FIT(s, m, struct string_list, OPTION_URLS)
#define OPTION_FIT_BOOL(s, m) OPTION_FIT(s, m, bool, OPTION_BOOL)
#define OPTION_FIT_INTEGER(s, m) OPTION_FIT(s, m, int64_t, OPTION_INTEGER)
#define OPTION_FIT_DURATION(s, m) OPTION_FIT(s, m, int64_t, OPTION_DURATION)
#define OPTION_FIT_SIZE(s, m) OPTION_FIT(s, m, int64_t, OPTION_SIZE)
#define OPTION_FIT_MODE(s, m) OPTION_FIT(s, m, int64_t, OPTION_MODE)
#define OPTION_FIT_WORD(s, m) OPTION_FIT(s, m, int64_t, OPTION_WORD)

#endif
