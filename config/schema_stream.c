#include "config/schema.h"

#include <string.h>

static const struct str queue_type_words[] = {
	[QUEUE_QUORUM] = STR("quorum"),
	[QUEUE_CLASSIC] = STR("classic"),
};

static const struct str stream_type_words[] = {
	[STREAM_FILE] = STR("file"),
	[STREAM_STDOUT] = STR("stdout"),
};

static const struct str format_words[] = {
	[FORMAT_LINE] = STR("line"),
	[FORMAT_RAW] = STR("raw"),
	[FORMAT_JSON] = STR("json"),
};

static const struct str sync_words[] = {
	[SYNC_COMMIT] = STR("commit"),
	[SYNC_NONE] = STR("none"),
};

/* AMQP 0-9-1, 4.2.5.3: bindings and names are short strings. */
static int
check_binding(const char *value, const char **wrong)
{
	*wrong = "is longer than the 255 bytes of a binding";
	return strlen(value) <= 255 ? 0 : -1;
}

static int
check_queue(const char *value, const char **wrong)
{
	*wrong = "is longer than the 255 bytes of a queue's name";
	if (strlen(value) > 255)
		return -1;
	*wrong = "starts with amq., which only the broker may use";
	return strncmp(value, "amq.", 4) != 0 ? 0 : -1;
}

static const struct option rows[] = {
	{ OPTION_FIELD(LIST, stream_options, bind), .value = "",
	    .check = check_binding,
	    .text = "Which lines it takes, by routing key: * stands for one "
		    "word, # for any number; error, warn and other names "
		    "of severities mean the real ones." },
	{ OPTION_FIELD(TEXT, stream_options, queue), .value = "",
	    .check = check_queue,
	    .text = "The durable queue that keeps lines while nobody takes "
		    "them; when empty, one that goes with the connection, "
		    "and so do the lines in it." },
	{ OPTION_FIELD(WORD, stream_options, queue_type), .value = "quorum",
	    OPTION_WORDS(queue_type_words),
	    .text = "The type of a queue that has a name; only quorum "
		    "queues confirm after the line is on the disk." },
	{ OPTION_FIELD(BOOL, stream_options, single_active), .value = "no",
	    .text = "Whether a queue that has a name gives its lines to one "
		    "collector at a time, others waiting to take over; what "
		    "the first had written and not acknowledged is then "
		    "written by the second too." },
	{ OPTION_FIELD(INTEGER, stream_options, prefetch), .value = "1000",
	    .min = 1, .max = 65535,
	    .text = "How many messages the broker may send ahead of their "
		    "acknowledgement." },
	{ OPTION_FIELD(LIST, stream_options, filters), .value = "",
	    .text = "Names of the [filter NAME] sections that each line "
		    "passes, in this order." },
	{ OPTION_FIELD(WORD, stream_options, type), .value = "file",
	    OPTION_WORDS(stream_type_words), .text = "Where its lines go." },
	{ OPTION_FIELD(TEMPLATE, stream_options, path), .value = "",
	    .text = "The file to append to; ${host}, ${facility}, "
		    "${severity}, ${program} and strftime(3)'s % stand for "
		    "what each line says." },
	{ OPTION_FIELD(WORD, stream_options, format), .value = "line",
	    OPTION_WORDS(format_words),
	    .text = "How a line is written: as it was read, but one that is "
		    "several (a stack trace) as one, with \\n between them "
		    "(line); byte for byte (raw); with all that is known of "
		    "it (json)." },
	{ OPTION_FIELD(WORD, stream_options, sync), .value = "commit",
	    OPTION_WORDS(sync_words),
	    .text =
		"Whether lines, and the ledger of what was seen, are on the "
		"disk before they are acknowledged (commit), or that is "
		"left to the kernel (none): then each line is still "
		"written once if weir is killed, but not if the host "
		"loses power." },
};

const struct schema schema_stream = {
	.name = "stream",
	.named = true,
	.text = "A selection of lines, and where weir collector writes it.",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(*rows),
	.size = sizeof(struct stream_options),
	.offset = offsetof(struct config, streams),
	.count_offset = offsetof(struct config, stream_count),
};
