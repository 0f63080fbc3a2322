#include "config/schema.h"

#include <string.h>

#include "config/listen_url.h"
#include "core/clock.h"
#include "record/trace.h"
#include "record/zone.h"

static const struct str type_words[] = {
	[INPUT_FILE] = STR("file"),
	[INPUT_STDIN] = STR("stdin"),
	[INPUT_SYSLOG] = STR("syslog"),
	[INPUT_JOURNAL] = STR("journal"),
	[INPUT_KMSG] = STR("kmsg"),
	[INPUT_EXEC] = STR("exec"),
};

static const struct str start_words[] = {
	[START_BEGINNING] = STR("beginning"),
	[START_END] = STR("end"),
};

static const struct str parse_words[] = {
	[PARSE_NONE] = STR("none"),
	[PARSE_SYSLOG] = STR("syslog"),
};

static const struct str restart_words[] = {
	[RESTART_ALWAYS] = STR("always"),
	[RESTART_ON_FAILURE] = STR("on-failure"),
	[RESTART_NO] = STR("no"),
};

static const struct str stderr_words[] = {
	[STDERR_LOG] = STR("log"),
	[STDERR_LINES] = STR("lines"),
};

static int
check_zone(const char *value, const char **wrong)
{
	struct zone *zone = zone_new(value, wrong);
	if (zone == NULL)
		return -1;
	zone_free(zone);
	return 0;
}

static const struct str encoding_words[] = {
	[ENCODING_UTF8] = STR("utf-8"),
	[ENCODING_UTF16LE] = STR("utf-16le"),
	[ENCODING_UTF16BE] = STR("utf-16be"),
};

static struct str
severity_of(int64_t severity)
{
	return severity_word((enum severity)severity);
}

static int
parse_severity(struct str word, int64_t *out)
{
	enum severity severity;
	if (severity_parse(word, &severity) == -1)
		return -1;
	*out = severity;
	return 0;
}

static struct str
facility_of(int64_t facility)
{
	return facility_word((enum facility)facility);
}

static int
parse_facility(struct str word, int64_t *out)
{
	enum facility facility;
	if (facility_parse(word, &facility) == -1)
		return -1;
	*out = facility;
	return 0;
}

static const struct str format_words[] = {
	[INPUT_LINE] = STR("line"),
	[INPUT_DOCKER] = STR("docker"),
	[INPUT_CRI] = STR("cri"),
};

static int
check_multiline(const char *word, const char **wrong)
{
	*wrong = "is not a kind of trace; write auto, or some of java dotnet "
		 "node python go ruby php rust dart";
	struct str name = str_from(word);
	return str_equal_nocase(name, (struct str)STR("none")) ||
		trace_language(name) != 0
	    ? 0
	    : -1;
}

/* sd_journal_add_match(3) takes these; anything else it refuses later. */
static int
check_match(const char *value, const char **wrong)
{
	size_t name = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	if (strcmp(value, "+") == 0 || (name > 0 && value[name] == '='))
		return 0;
	*wrong =
	    "is no match; write FIELD=value, as _SYSTEMD_UNIT=cron.service";
	return -1;
}

static const struct option rows[] = {
	{ OPTION_FIELD(WORD, input_options, type), .value = "file",
	    OPTION_WORDS(type_words), .text = "Where its lines come from." },
	{ OPTION_FIELD(LIST, input_options, path), .value = "",
	    .text = "Files to follow; * ? and [a-z] match within a name, ** "
		    "any number of directories.  With type = kmsg, the one "
		    "to read instead of /dev/kmsg." },
	{ OPTION_FIELD(LIST, input_options, exclude), .value = "",
	    .text = "Files to leave out, in the same patterns." },
	{ OPTION_FIELD(WORD, input_options, start), .value = "beginning",
	    OPTION_WORDS(start_words),
	    .text = "Where to start in files that are there when the input "
		    "first runs; later ones are read from their beginning.  "
		    "The same for a journal and the kernel's messages." },
	{ OPTION_FIELD(WORD, input_options, parse), .value = "none",
	    OPTION_WORDS(parse_words),
	    .text = "What its lines are: text (none), or syslog messages of "
		    "any kind, as those of type = syslog are unless this says "
		    "none." },
	{ OPTION_FIELD(TEXT, input_options, zone), .value = "local",
	    .check = check_zone,
	    .text = "The time zone of stamps that name none, with parse = "
		    "syslog: local, UTC, +02:00 or a name as Europe/Berlin." },
	{ OPTION_FIELD(WORD, input_options, severity), .value = "info",
	    .max = SEVERITY_COUNT - 1, .word = severity_of,
	    .parse_word = parse_severity,
	    .text = "The severity of lines that state none; with type = "
		    "syslog notice, unless it is given." },
	{ OPTION_FIELD(WORD, input_options, facility), .value = "user",
	    .max = FACILITY_COUNT - 1, .word = facility_of,
	    .parse_word = parse_facility,
	    .text = "The facility of lines that state none." },
	{ OPTION_FIELD(TEXT, input_options, program), .value = "",
	    .text = "The program of lines that name none." },
	{ OPTION_FIELD(LIST, input_options, filters), .value = "",
	    .text = "Names of the [filter NAME] sections that each line "
		    "passes, in this order." },
	{ OPTION_FIELD(SIZE, input_options, max_line), .value = "1MiB",
	    .min = 64, .max = 64 << 20,
	    .text = "Longer lines are cut to pieces of this size, each of "
		    "which is marked and sent." },
	{ OPTION_FIELD(SIZE, input_options, spool_max), .aside = true,
	    .value = "1GiB", .min = 1 << 20, .max = INT64_C(1) << 50,
	    .text = "How much may wait on disk of an input that cannot be "
		    "read again (stdin, exec, syslog) or not for long "
		    "(journal, kmsg); at that size it is not read, and of "
		    "datagrams the least severe are dropped first." },
	{ OPTION_FIELD(LIST, input_options, listen), .aside = true, .value = "",
	    .check = listen_url_check,
	    .text = "Where syslog comes in: udp://ADDRESS:PORT, tcp://, "
		    "tls://, unix-dgram:/PATH, unix-stream:/PATH, systemd: "
		    "or systemd:NAME." },
	{ OPTION_FIELD(SIZE, input_options, receive_buffer), .aside = true,
	    .value = "8MiB", .min = 4 << 10, .max = 1 << 30,
	    .text = "How much of UDP the kernel keeps for us; what does not "
		    "fit is lost, and counted." },
	{ OPTION_FIELD(MODE, input_options, socket_mode), .aside = true,
	    .value = "0666", .min = 0, .max = 0777,
	    .text = "The permissions of Unix sockets that are made: who may "
		    "write to them may log." },
	{ OPTION_FIELD(INTEGER, input_options, max_connections), .aside = true,
	    .value = "4096", .min = 1, .max = 1 << 20,
	    .text = "How many connections may be open; one address may have "
		    "three quarters of them." },
	{ OPTION_FIELD(DURATION, input_options, idle), .aside = true,
	    .value = "1h", .min = NS_PER_SECOND,
	    .max = 365 * 24 * 3600 * NS_PER_SECOND,
	    .text = "A connection that is silent for so long is closed." },
	{ OPTION_FIELD(TEXT, input_options, tls_cert), .aside = true,
	    .value = "",
	    .text = "PEM file of the certificate for tls://, and of those "
		    "between it and its authority." },
	{ OPTION_FIELD(TEXT, input_options, tls_key), .aside = true,
	    .value = "",
	    .text = "PEM file of its private key; empty: it is in tls_cert." },
	{ OPTION_FIELD(TEXT, input_options, tls_ca), .aside = true, .value = "",
	    .text = "PEM file of authorities: clients must have a certificate "
		    "of one of them.  Empty: anybody may send." },
	{ OPTION_FIELD(LIST, input_options, tls_peers), .aside = true,
	    .value = "",
	    .text =
		"Names or addresses, one of which the certificate of a "
		"client must have (*.example.org: any there).  Empty: any." },
	{ OPTION_FIELD(WORD, input_options, format), .value = "line",
	    OPTION_WORDS(format_words),
	    .text = "What a line is: the program's own; an object of docker's "
		    "json-file driver; or the form of the CRI (containerd, "
		    "CRI-O).  Of the latter two the text, the time and the "
		    "stream are taken, and pieces of long lines are joined." },
	{ OPTION_FIELD(LIST, input_options, multiline), .value = "",
	    .check = check_multiline,
	    .text = "Stack traces that go out as one line each: auto, or some "
		    "of java dotnet node python go ruby php rust dart." },
	{ OPTION_FIELD(TEXT, input_options, multiline_start), .value = "",
	    .text = "A pattern of lines with which a message of several lines "
		    "begins; without multiline_continue it goes on to the "
		    "next such line." },
	{ OPTION_FIELD(TEXT, input_options, multiline_continue), .value = "",
	    .text = "A pattern of lines that go on with the message of the "
		    "line before." },
	{ OPTION_FIELD(TEXT, input_options, multiline_next), .value = "",
	    .text = "A pattern of lines with which the next line goes on, as "
		    "\\\\$ for those that end with a backslash." },
	{ OPTION_FIELD(DURATION, input_options, multiline_timeout),
	    .value = "10s", .min = 100 * NS_PER_MS, .max = 3600 * NS_PER_SECOND,
	    .text = "How long a message waits for its next line; then it goes "
		    "out as it is." },
	{ OPTION_FIELD(INTEGER, input_options, multiline_lines),
	    .value = "10000", .min = 2, .max = 1000000,
	    .text = "A message of more lines is cut there and marked; the rest "
		    "goes out behind it." },
	{ OPTION_FIELD(SIZE, input_options, multiline_bytes), .value = "1MiB",
	    .min = 64, .max = 64 << 20, .text = "The same for its size." },
	{ OPTION_FIELD(LIST, input_options, journal_path), .value = "",
	    .text = "A directory with journal files, or such files; empty: "
		    "this host's journal." },
	{ OPTION_FIELD(LIST, input_options, match), .value = "",
	    .check = check_match,
	    .text = "Which entries of a journal to read, as FIELD=value: of "
		    "one field any of its values, of several fields all; + "
		    "between them begins another choice." },
	{ OPTION_FIELD(LIST, input_options, fields),
	    .value = "_SYSTEMD_UNIT _SYSTEMD_USER_UNIT _UID _TRANSPORT [A-Z]*",
	    .text = "Which fields of a journal's entry go along as structured "
		    "data, as patterns with * ? and [A-Z]; names that begin "
		    "with _ are the journal's own." },
	{ OPTION_FIELD(LIST, input_options, command), .value = "",
	    .text = "The command whose output is read, and its arguments; no "
		    "shell takes part, unless it is /bin/sh -c." },
	{ OPTION_FIELD(WORD, input_options, restart), .value = "always",
	    OPTION_WORDS(restart_words),
	    .text = "When a command that ended is started again, after a "
		    "wait that grows from half a second to a minute." },
	{ OPTION_FIELD(WORD, input_options, command_stderr), .value = "log",
	    OPTION_WORDS(stderr_words),
	    .text = "What becomes of what a command writes to its standard "
		    "error: a few lines at a time go to weir's log, or all "
		    "are lines like the others." },
	{ OPTION_FIELD(WORD, input_options, encoding), .value = "utf-8",
	    OPTION_WORDS(encoding_words),
	    .text = "What its files are written in; with utf-8 bytes pass as "
		    "they are, from the others they become UTF-8." },
	{ OPTION_FIELD(BOOL, input_options, strip_cr), .value = "no",
	    .text = "Whether a CR in front of the LF is left out." },
	{ OPTION_FIELD(DURATION, input_options, rotate_wait), .value = "8s",
	    .min = 100 * NS_PER_MS, .max = 3600 * NS_PER_SECOND,
	    .text = "How long a file that has no name any more, or is no "
		    "longer written to under the one it has, may still get "
		    "lines from who has it open." },
	{ OPTION_FIELD(SIZE, input_options, deleted_max), .value = "4GiB",
	    .min = 0, .max = INT64_C(1) << 50,
	    .text = "How much disk may be taken by deleted files that are "
		    "not read to their end yet; beyond it the oldest of them "
		    "is given up, which is said and counted." },
};

const struct schema schema_input = {
	.name = "input",
	.named = true,
	.text = "A source of lines for weir agent.",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(*rows),
	.size = sizeof(struct input_options),
	.offset = offsetof(struct config, inputs),
	.count_offset = offsetof(struct config, input_count),
};
