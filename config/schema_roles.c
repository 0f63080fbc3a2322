#include "config/schema.h"

#include <string.h>

#include "core/clock.h"
#include "record/routing_key.h"

static const struct str log_level_words[] = {
	[LOG_LEVEL_ERROR] = STR("error"),
	[LOG_LEVEL_WARN] = STR("warn"),
	[LOG_LEVEL_INFO] = STR("info"),
	[LOG_LEVEL_DEBUG] = STR("debug"),
};

static int
check_directory(const char *value, const char **wrong)
{
	*wrong = "names no directory";
	return value[0] != '\0' ? 0 : -1;
}

static const struct option weir_rows[] = {
	{ OPTION_FIELD(TEXT, weir_options, state), .value = "/var/lib/weir",
	    .check = check_directory,
	    .text = "Directory of what must survive a restart: the agent's "
		    "checkpoint and the collector's ledger." },
	{ OPTION_FIELD(TEXT, weir_options, runtime), .value = "/run/weir",
	    .check = check_directory,
	    .text = "Directory of the socket of weir tail, which need not "
		    "survive." },
	{ OPTION_FIELD(WORD, weir_options, log_level), .value = "info",
	    OPTION_WORDS(log_level_words),
	    .text = "From which level on weir says what happens to itself, on "
		    "standard error." },
};

const struct schema schema_weir = {
	.name = "weir",
	.text = "What every role needs.",
	.rows = weir_rows,
	.row_count = sizeof(weir_rows) / sizeof(*weir_rows),
	.size = sizeof(struct weir_options),
	.offset = offsetof(struct config, weir),
};

/* A key without fields is known now; others are cut when they are made. */
static int
check_routing_key(const char *value, const char **wrong)
{
	struct template *t = template_parse(value, wrong);
	struct record none = { 0 };
	struct buffer key = { 0 };
	if (t == NULL)
		return -1;
	if (template_is_constant(t))
		template_expand(t, &none, routing_key_clean, &key);
	bool fits = key.len <= ROUTING_KEY_MAX;
	*wrong = fits ? "has ${path}, which a rename changes: the key of a "
			"line must come from its bytes and this file alone"
		      : "is longer than the 255 bytes of a routing key";
	int rc = fits && !template_names(t, (struct str)STR("path")) ? 0 : -1;
	buffer_clear(&key);
	template_free(t);
	return rc;
}

static const struct option agent_rows[] = {
	{ OPTION_FIELD(TEMPLATE, agent_options, routing_key),
	    .value = "${severity}.${facility}", .check = check_routing_key,
	    .text = "The routing key of each line; ${host}, ${program} and "
		    "other fields of the record may stand in it." },
	{ OPTION_FIELD(TEXT, agent_options, host), .value = "",
	    .text = "The host that lines which name none are said to be from; "
		    "when empty, the name of this one." },
	{ OPTION_FIELD(SIZE, agent_options, window), .value = "16MiB",
	    .min = 64 << 10, .max = 1 << 30,
	    .text = "How much may be read that the broker has not confirmed; "
		    "past it nothing more is read." },
	{ OPTION_FIELD(SIZE, agent_options, hold), .value = "16MiB",
	    .min = 64 << 10, .max = 1 << 30,
	    .text = "With unroutable = hold: how much may be held; past it "
		    "what has lines held is not read on." },
	{ OPTION_FIELD(DURATION, agent_options, drain), .value = "10s",
	    .max = 3600 * NS_PER_SECOND,
	    .text = "How long to wait for confirms when told to stop; what is "
		    "not confirmed by then is sent again at the next start." },
};

const struct schema schema_agent = {
	.name = "agent",
	.text = "How weir agent reads and publishes.",
	.rows = agent_rows,
	.row_count = sizeof(agent_rows) / sizeof(*agent_rows),
	.size = sizeof(struct agent_options),
	.offset = offsetof(struct config, agent),
};

static const struct option collector_rows[] = {
	{ OPTION_FIELD(DURATION, collector_options, drain), .value = "10s",
	    .max = 3600 * NS_PER_SECOND,
	    .text = "How long to write out what is in hand when told to stop; "
		    "the rest stays with the broker." },
	{ OPTION_FIELD(SIZE, collector_options, in_hand), .value = "8MiB",
	    .min = 64 << 10, .max = 1 << 30,
	    .text = "How much may be taken from the broker and not yet be "
		    "written; past it nothing more is taken." },
};

const struct schema schema_collector = {
	.name = "collector",
	.text = "How weir collector takes lines from the broker.",
	.rows = collector_rows,
	.row_count = sizeof(collector_rows) / sizeof(*collector_rows),
	.size = sizeof(struct collector_options),
	.offset = offsetof(struct config, collector),
};
