#include "record/facility.h"

#include <assert.h>

static const struct str words[FACILITY_COUNT] = {
	STR("kern"),
	STR("user"),
	STR("mail"),
	STR("daemon"),
	STR("auth"),
	STR("syslog"),
	STR("lpr"),
	STR("news"),
	STR("uucp"),
	STR("cron"),
	STR("authpriv"),
	STR("ftp"),
	STR("ntp"),
	STR("audit"),
	STR("alert"),
	STR("clock"),
	STR("local0"),
	STR("local1"),
	STR("local2"),
	STR("local3"),
	STR("local4"),
	STR("local5"),
	STR("local6"),
	STR("local7"),
};

/* "security" is auth in syslog.h; the rest is how people say it. */
static const struct {
	struct str word;
	enum facility facility;
} aliases[] = {
	{ STR("kernel"), FACILITY_KERN },
	{ STR("security"), FACILITY_AUTH },
	{ STR("printer"), FACILITY_LPR },
};

struct str
facility_word(enum facility facility)
{
	assert((unsigned)facility < FACILITY_COUNT);
	return words[facility];
}

int
facility_parse(struct str word, enum facility *out)
{
	for (int i = 0; i < FACILITY_COUNT; i++) {
		if (str_equal_nocase(word, words[i])) {
			*out = (enum facility)i;
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++) {
		if (str_equal_nocase(word, aliases[i].word)) {
			*out = aliases[i].facility;
			return 0;
		}
	}
	return -1;
}
