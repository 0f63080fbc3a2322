#include "record/severity.h"

#include <assert.h>

static const struct str words[SEVERITY_COUNT] = {
	[SEVERITY_EMERG] = STR("emerg"),
	[SEVERITY_ALERT] = STR("alert"),
	[SEVERITY_CRIT] = STR("crit"),
	[SEVERITY_ERR] = STR("err"),
	[SEVERITY_WARNING] = STR("warning"),
	[SEVERITY_NOTICE] = STR("notice"),
	[SEVERITY_INFO] = STR("info"),
	[SEVERITY_DEBUG] = STR("debug"),
};

/*
 * What programs write instead: syslog(3)'s old names, log4j and
 * java.util.logging, Python, PostgreSQL, Apache's trace1 to trace8, npm, the
 * three letters of Serilog and zerolog.
 */
static const struct name {
	struct str word;
	enum severity severity;
} aliases[] = {
	{ STR("emergency"), SEVERITY_EMERG },
	{ STR("panic"), SEVERITY_EMERG },
	{ STR("critical"), SEVERITY_CRIT },
	{ STR("fatal"), SEVERITY_CRIT },
	{ STR("ftl"), SEVERITY_CRIT },
	{ STR("dpanic"), SEVERITY_CRIT }, /* zap's */
	{ STR("error"), SEVERITY_ERR },
	{ STR("severe"), SEVERITY_ERR },
	{ STR("warn"), SEVERITY_WARNING },
	{ STR("wrn"), SEVERITY_WARNING },
	{ STR("note"), SEVERITY_NOTICE },
	{ STR("inf"), SEVERITY_INFO },
	{ STR("information"), SEVERITY_INFO },
	{ STR("informational"), SEVERITY_INFO },
	{ STR("dbg"), SEVERITY_DEBUG },
	{ STR("debug1"), SEVERITY_DEBUG },
	{ STR("debug2"), SEVERITY_DEBUG },
	{ STR("debug3"), SEVERITY_DEBUG },
	{ STR("debug4"), SEVERITY_DEBUG },
	{ STR("debug5"), SEVERITY_DEBUG },
	{ STR("trace"), SEVERITY_DEBUG },
	{ STR("trc"), SEVERITY_DEBUG },
	{ STR("trace1"), SEVERITY_DEBUG },
	{ STR("trace2"), SEVERITY_DEBUG },
	{ STR("trace3"), SEVERITY_DEBUG },
	{ STR("trace4"), SEVERITY_DEBUG },
	{ STR("trace5"), SEVERITY_DEBUG },
	{ STR("trace6"), SEVERITY_DEBUG },
	{ STR("trace7"), SEVERITY_DEBUG },
	{ STR("trace8"), SEVERITY_DEBUG },
	{ STR("silly"), SEVERITY_DEBUG },
	{ STR("verbose"), SEVERITY_DEBUG },
	{ STR("vrb"), SEVERITY_DEBUG },
	{ STR("fine"), SEVERITY_DEBUG },
	{ STR("finer"), SEVERITY_DEBUG },
	{ STR("finest"), SEVERITY_DEBUG },
};

/*
 * What only logs write: logrus, log15, Jetty, supervisord, zap, btclog, .NET;
 * java.util.logging's CONFIG.
 */
static const struct name cut[] = {
	{ STR("pani"), SEVERITY_EMERG },
	{ STR("pnc"), SEVERITY_EMERG },
	{ STR("fata"), SEVERITY_CRIT },
	{ STR("fatl"), SEVERITY_CRIT },
	{ STR("crt"), SEVERITY_CRIT },
	{ STR("erro"), SEVERITY_ERR },
	{ STR("eror"), SEVERITY_ERR },
	{ STR("debu"), SEVERITY_DEBUG },
	{ STR("debg"), SEVERITY_DEBUG },
	{ STR("dbug"), SEVERITY_DEBUG },
	{ STR("trac"), SEVERITY_DEBUG },
	{ STR("trce"), SEVERITY_DEBUG },
	{ STR("config"), SEVERITY_DEBUG },
};

#define COUNT(names) (sizeof(names) / sizeof(*(names)))

struct str
severity_word(enum severity severity)
{
	assert((unsigned)severity < SEVERITY_COUNT);
	return words[severity];
}

/*
 * Most words that the detector asks for are none: for each first letter, the
 * bits of the lengths that the words above have, and of their second letters.
 */
static unsigned lengths[32];
static unsigned seconds[32];

static void
note_length(struct str word)
{
	lengths[word.data[0] & 31] |= 1u << word.len;
	seconds[word.data[0] & 31] |= 1u << (word.data[1] & 31);
}

static void
note_lengths(void)
{
	for (int i = 0; i < SEVERITY_COUNT; i++)
		note_length(words[i]);
	for (size_t i = 0; i < COUNT(aliases); i++)
		note_length(aliases[i].word);
	for (size_t i = 0; i < COUNT(cut); i++)
		note_length(cut[i].word);
}

/* Could `word` be one of them? */
static bool
may_be(struct str word)
{
	if (lengths['e' & 31] == 0)
		note_lengths();
	return word.len >= 2 && word.len <= 31 &&
	    lengths[word.data[0] & 31] & 1u << word.len &&
	    seconds[word.data[0] & 31] & 1u << (word.data[1] & 31);
}

static bool
matches(struct str word, struct str candidate)
{
	return word.len == candidate.len &&
	    (word.data[0] | 0x20) == candidate.data[0] &&
	    str_equal_nocase(word, candidate);
}

static int
find(
    const struct name *names, size_t count, struct str word, enum severity *out)
{
	for (size_t i = 0; i < count; i++) {
		if (matches(word, names[i].word)) {
			*out = names[i].severity;
			return 0;
		}
	}
	return -1;
}

int
severity_parse(struct str word, enum severity *out)
{
	if (!may_be(word))
		return -1;
	for (int i = 0; i < SEVERITY_COUNT; i++) {
		if (matches(word, words[i])) {
			*out = (enum severity)i;
			return 0;
		}
	}
	return find(aliases, COUNT(aliases), word, out);
}

int
severity_stated(struct str word, enum severity *out)
{
	static const struct str loud[] = { STR("inf"), STR("fine"),
		STR("finer"), STR("finest"), STR("config"), STR("crt"),
		STR("pnc") };
	if (!may_be(word))
		return -1;
	bool quiet = word.data[0] >= 'a' || word.data[1] >= 'a';
	for (size_t i = 0; quiet && i < COUNT(loud); i++)
		if (matches(word, loud[i]))
			return -1;
	return severity_parse(word, out) == 0
	    ? 0
	    : find(cut, COUNT(cut), word, out);
}
