#include "config/schema.h"

#include <string.h>

#include "config/url.h"
#include "core/clock.h"

static struct str
exchange_word(int64_t type)
{
	return exchange_type_word((enum exchange_type)type);
}

static int
parse_exchange(struct str word, int64_t *out)
{
	enum exchange_type type;
	if (exchange_type_parse(word, &type) == -1)
		return -1;
	*out = type;
	return 0;
}

static const struct str declare_words[] = {
	[DECLARE_YES] = STR("yes"),
	[DECLARE_PASSIVE] = STR("passive"),
	[DECLARE_NO] = STR("no"),
};

/* AMQP 0-9-1, 4.2.5.3: names are short strings; there is EXCHANGE.rpc too. */
static int
check_name(const char *value, const char **wrong)
{
	*wrong = "is longer than 251 bytes, which with \".rpc\" behind it is "
		 "the longest name on a broker";
	return strlen(value) <= 251 ? 0 : -1;
}

static const struct str unroutable_words[] = {
	[UNROUTABLE_COUNT] = STR("count"),
	[UNROUTABLE_HOLD] = STR("hold"),
};

static const struct option rows[] = {
	{ OPTION_FIELD(URLS, broker_options, url),
	    .value = "amqp://guest@127.0.0.1/", .check = url_check,
	    .text = "Where the broker is, as "
		    "amqp://USER:PASSWORD@HOST:PORT/VHOST; local: needs no "
		    "broker and carries lines inside weir run." },
	{ OPTION_FIELD(TEXT, broker_options, password_file), .value = "",
	    .text = "File whose first line is the password; used instead of "
		    "the URL's, and taken byte for byte." },
	{ OPTION_FIELD(SECRET, broker_options, password), .value = "",
	    .text = "The password itself, used instead of password_file; "
		    "better put it there, where fewer can read it." },
	{ OPTION_FIELD(TEXT, broker_options, exchange), .value = "logs",
	    .check = check_name,
	    .text = "The exchange that lines are published to and that "
		    "queues are bound to." },
	{ OPTION_FIELD(WORD, broker_options, exchange_type), .value = "topic",
	    .max = EXCHANGE_FANOUT, .word = exchange_word,
	    .parse_word = parse_exchange,
	    .text = "Its type, which says how bindings select lines." },
	{ OPTION_FIELD(BOOL, broker_options, exchange_durable), .value = "yes",
	    .text = "Whether the exchange survives a restart of the broker." },
	{ OPTION_FIELD(WORD, broker_options, declare), .value = "yes",
	    OPTION_WORDS(declare_words),
	    .text = "Whether to create exchange and queues (yes), only check "
		    "that they exist (passive), or leave them alone (no)." },
	{ OPTION_FIELD(DURATION, broker_options, heartbeat), .value = "30s",
	    .min = NS_PER_SECOND, .max = 3600 * NS_PER_SECOND,
	    .text = "A broker that is silent for twice this long is taken "
		    "for dead." },
	{ OPTION_FIELD(DURATION, broker_options, reconnect_max), .value = "60s",
	    .min = NS_PER_SECOND, .max = 3600 * NS_PER_SECOND,
	    .text = "The longest wait between two attempts to reach a broker "
		    "that is away." },
	{ OPTION_FIELD(INTEGER, broker_options, confirm_window),
	    .value = "5000", .min = 1, .max = 100000,
	    .text = "How many messages may wait for the broker's "
		    "confirmation at once." },
	{ OPTION_FIELD(BOOL, broker_options, mandatory), .value = "yes",
	    .text = "Whether the broker returns lines that reach no queue, "
		    "to be counted and warned of." },
	{ OPTION_FIELD(WORD, broker_options, unroutable), .value = "count",
	    OPTION_WORDS(unroutable_words),
	    .text = "What becomes of lines that the broker returns: they are "
		    "counted and gone, or held with all that follow under "
		    "their routing key until a queue is bound for it." },
	{ OPTION_FIELD(BOOL, broker_options, rpc), .value = "yes",
	    .text =
		"Whether agent and collector answer weir status, verify "
		"and resend over the broker, to whoever may publish to "
		"the exchange EXCHANGE.rpc; each has a connection for it." },
};

const struct schema schema_broker = {
	.name = "broker",
	.text = "Where the broker is, and the exchange that lines travel "
		"through.",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(*rows),
	.size = sizeof(struct broker_options),
	.offset = offsetof(struct config, broker),
};
