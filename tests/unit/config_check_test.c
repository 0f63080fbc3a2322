#include "tests/unit/config_unit.h"

#define STREAM "[stream s]\nbind = #\npath = /s\n"
#define FILTER "[filter mask]\ntype = keep\npattern = x\n"
#define REFUSED "weir.ini:"

/* Each is the whole of what is said, REFUSED left out. */
static const struct {
	const char *text, *error;
} cases[] = {
	{ "[agent]\ndrain = 5x\n",
	    "2: [agent] drain: \"5x\" is not a duration; write 200ms, 30s or "
	    "5m" },
	{ "[agent]\nwindow = 16 parsecs\n",
	    "2: [agent] window: \"16 parsecs\" is not a size; write 4096, "
	    "64KiB or 16MiB" },
	{ "[agent]\nwindow = 1K\n",
	    "2: [agent] window: \"1K\" is out of bounds; write a size from "
	    "64KiB to 1GiB" },
	{ "[input s]\ntype = syslog\n",
	    "1: [input s] listen: is missing; write where to listen, as "
	    "udp://127.0.0.1:514" },
	{ "[input s]\ntype = syslog\nlisten = tls://:1\n",
	    "1: [input s] tls_cert: is missing; tls:// needs a certificate" },
	{ "[input s]\ntype = stdin\nlisten = udp://:1\n",
	    "3: [input s] listen: goes with type = syslog only" },
	{ "[input s]\ntype = syslog\nlisten = udp://:1, tcp//:2\n",
	    "3: [input s] listen: \"tcp//:2\" is no place to listen at; write "
	    "udp://ADDRESS:PORT, tcp://, tls://, unix-dgram:/PATH, "
	    "unix-stream:/PATH or systemd:" },
	{ "[input s]\ntype = syslog\nlisten = udp://:1\ntls_peers = a\n",
	    "4: [input s] tls_peers: says nothing without tls_ca, by which "
	    "peers are known" },
	{ "[input s]\ntype = syslog\nlisten = udp://:1\nsocket_mode = 8\n",
	    "4: [input s] socket_mode: \"8\" is not a mode; write 0666 or "
	    "0600" },
	{ "[input s]\ntype = stdin\nzone = Europe/Berl\n",
	    "3: [input s] zone: \"Europe/Berl\" is no time zone; write "
	    "local, UTC, +02:00 or a name as Europe/Berlin" },
	{ "[input s]\ntype = stdin\nparse = syslogd\n",
	    "3: [input s] parse: \"syslogd\" is none of none, syslog; did "
	    "you mean \"syslog\"?" },
	{ "[broker]\nheartbeat = 0\n",
	    "2: [broker] heartbeat: \"0\" is out of bounds; write a duration "
	    "from 1s to 1h" },
	{ "[broker]\nconfirm_window = many\n",
	    "2: [broker] confirm_window: \"many\" is not a number; write 100 "
	    "or 5000" },
	{ "[broker]\nconfirm_window =\n",
	    "2: [broker] confirm_window: \"\" is not a number; write 100 or "
	    "5000" },
	{ "[broker]\nmandatory = maybe\n",
	    "2: [broker] mandatory: \"maybe\" is neither yes nor no" },
	{ "[broker]\nexchange_type = topik\n",
	    "2: [broker] exchange_type: \"topik\" is none of topic, direct, "
	    "fanout; did you mean \"topic\"?" },
	{ "[weir]\nstate =\n", "2: [weir] state: \"\" names no directory" },
	{ "[broker]\nurl = http://mq1/\n",
	    "2: [broker] url: the value does not start with amqp:// or "
	    "local:; write amqp://USER@HOST/VHOST or local:" },
	{ "[broker]\nurl = amqps://guest@mq1/\n",
	    "2: [broker] url: the value asks for TLS, which comes with a "
	    "later version; write amqp://USER@HOST/VHOST or local:" },
	{ "[broker]\nurl = amqp://a/ amqp://b/\n",
	    "2: [broker] url: names 2 brokers; this version takes one" },
	{ "[broker]\nurl = local: amqp://b/\n",
	    "2: [broker] url: local: stands alone; there is no broker beside "
	    "it" },
	{ "[broker]\nurl =\n",
	    "2: [broker] url: names no broker; write amqp://USER@HOST/VHOST "
	    "or local:" },
	{ "[broker]\nurl = amqp://weir@mq1/\n",
	    "2: [broker] url: names a user but no password; write "
	    "password_file = FILE" },
	{ "key = 1\n[weir]\n", "1: \"key\" stands before any [section]" },
	{ "[brokr]\nkey = 1\n",
	    "1: [brokr] is not a section; did you mean \"broker\"?" },
	{ "[input]\nkey = 1\n", "1: [input] has no name; write [input NAME]" },
	{ "[weir x]\n", "1: [weir x] takes no name; write [weir]" },
	{ "[input a b]\n",
	    "1: [input a b] has a name of several words; write them with - "
	    "between" },
	{ "[input a/b]\ntype = stdin\n",
	    "1: \"[input a/b]\" is not a section; write [broker] or [input "
	    "NAME], the name of up to 40 letters, digits, - _ and . only" },
	{ "[weir]\nstate = /a\n[agent]\n[weir]\nstate = /b\n",
	    "4: [weir] is there already, at line 1; one of them must hold all "
	    "its keys\n"
	    "weir.ini:5: [weir] state: is there already, at line 2; remove "
	    "one of them" },
	{ "[weir]\nbind = #\n",
	    "2: [weir] \"bind\" is not a key of [weir] but of [stream NAME]" },
	{ "[weir]\nqwertz = 1\n",
	    "2: [weir] \"qwertz\" is not a key of [weir]; weir config "
	    "--reference lists them" },
	{ "\n[input a]\n",
	    "2: [input a] path: is missing; write the files to follow, as "
	    "/var/log/*.log" },
	{ "[input a]\ntype = stdin\n[input b]\ntype = stdin\n",
	    "4: [input b] type: standard input is [input a]'s already" },
	{ "[input a]\ntype = exec\n",
	    "1: [input a] command: is missing; write what to run, as "
	    "/usr/bin/vmstat -n 60" },
	{ "[input a]\ntype = exec\ncommand = ls\nstart = end\npath = x\n",
	    "4: [input a] start: is for type = file, journal or kmsg; others "
	    "have no earlier lines\n"
	    "weir.ini:5: [input a] path: is for type = file or kmsg" },
	{ "[input a]\ntype = kmsg\npath = a b\ncommand = ls\n",
	    "3: [input a] path: names 2 files; type = kmsg reads one\n"
	    "weir.ini:4: [input a] command: is for type = exec" },
	{ "[input a]\npath = x\nmatch = nonsense\n",
	    "3: [input a] match: \"nonsense\" is no match; write "
	    "FIELD=value, as _SYSTEMD_UNIT=cron.service" },
	{ "[input a]\npath = x\nfields = *\njournal_path = y\n",
	    "3: [input a] fields: is for type = journal\n"
	    "weir.ini:4: [input a] journal_path: is for type = journal" },
	{ "[input a]\npath = x\nrestart = no\n",
	    "3: [input a] restart: is for type = exec" },
	{ "[filter f]\n",
	    "1: [filter f] type: is missing; write keep or drop\n"
	    "weir.ini:1: [filter f] pattern: is missing; write a regular "
	    "expression" },
	{ FILTER STREAM "filters = mask, maks\n",
	    "7: [stream s] filters: \"maks\" is not the name of a [filter "
	    "NAME]; "
	    "did you mean \"mask\"?" },
	{ "[stream s]\npath = /s\n",
	    "1: [stream s] bind: is missing; write which routing keys it "
	    "takes, as err.* or #" },
	{ "[stream s]\nbind = #\n",
	    "1: [stream s] path: is missing; write the file to append to, or "
	    "type = stdout" },
	{ STREAM "[stream t]\nbind = a\npath = /s\n",
	    "6: [stream t] path: is [stream s]'s already; each stream needs "
	    "its own" },
	{ STREAM "queue = q\n[stream t]\nbind = a\npath = /t\nqueue = q\n",
	    "8: [stream t] queue: is [stream s]'s already; on one queue each "
	    "would get only a part of the lines" },
	{ STREAM "queue = amq.x\n",
	    "4: [stream s] queue: \"amq.x\" starts with amq., which only the "
	    "broker may use" },
	{ STREAM "prefetch = 0\n",
	    "4: [stream s] prefetch: \"0\" is out of bounds; write a number "
	    "from 1 to 65535" },
};

TEST(every_error_names_its_line_and_what_would_be_right)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *errors = errors_of(cases[i].text), *expected;
		assert_true(
		    asprintf(&expected, REFUSED "%s\n", cases[i].error) > 0);
		assert_string_equal(errors, expected);
		free(expected);
		free(errors);
	}
}

TEST(all_errors_are_reported_in_the_order_of_lines)
{
	char *errors = errors_of("[input a]\n"
				 "filters = f\n"
				 "max_line = 1\n"
				 "nonsense\n"
				 "[agent]\n"
				 "drain = soon\n");
	static const char *const starts[] = { REFUSED "1: [input a] path: ",
		REFUSED "2: [input a] filters: ",
		REFUSED "3: [input a] max_line: ", REFUSED "4: \"nonsense\"",
		REFUSED "6: [agent] drain: " };
	char *line = strtok(errors, "\n");
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		assert_non_null(line);
		assert_ptr_equal(strstr(line, starts[i]), line);
		line = strtok(NULL, "\n");
	}
	assert_null(line);
	free(errors);
}

TEST(a_refused_value_is_said_once)
{
	char *errors = errors_of("[stream s]\nbind = #\npath = /${hots}\n");
	assert_ptr_equal(
	    strstr(errors, REFUSED "3: [stream s] path: \"/${hots}\" has a "),
	    errors);
	assert_ptr_equal(strchr(errors, '\n'), errors + strlen(errors) - 1);
	free(errors);
}

TEST(names_and_keys_longer_than_amqp_carries_are_refused)
{
	static char word[257], text[400];
	/* The exchange's has to leave room for that of EXCHANGE.rpc. */
	static const struct {
		const char *format;
		size_t most;
	} names[] = { { "[agent]\nrouting_key = %s\n", 255 },
		{ "[broker]\nexchange = %s\n", 251 },
		{ "[stream s]\nbind = %s\ntype = stdout\n", 255 },
		{ STREAM "queue = %s\n", 255 } };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		memset(word, 'k', names[i].most + 1);
		word[names[i].most + 1] = '\0';
		snprintf(text, sizeof(text), names[i].format, word);
		char *errors = errors_of(text);
		assert_non_null(strstr(errors, "\" is longer than "));
		free(errors);
		word[names[i].most] = '\0';
		snprintf(text, sizeof(text), names[i].format, word);
		config_free(load_text(text));
	}
}

TEST(words_have_aliases_and_bindings_get_the_real_ones)
{
	struct config *config = load_text(
	    "[input a]\ntype = STDIN\nseverity = error\n"
	    "[stream s]\nbind = error.*, warn.# x.error\ntype = stdout\n");
	assert_int_equal(config->inputs[0].severity, SEVERITY_ERR);
	const struct string_list *bind = &config->streams[0].bind;
	assert_int_equal(bind->count, 3);
	assert_string_equal(bind->items[0], "err.*");
	assert_string_equal(bind->items[1], "warning.#");
	assert_string_equal(bind->items[2], "x.error");
	config_free(config);
}

TEST(a_filter_knows_the_line_of_its_pattern)
{
	struct config *config = load_text("\n" FILTER);
	assert_int_equal(config->filters[0].line, 4);
	assert_ptr_equal(
	    config_filter_find(config, "mask"), &config->filters[0]);
	assert_null(config_filter_find(config, "g"));
	config_free(config);
}

TEST(a_file_that_everybody_may_change_is_refused)
{
	char *path = write_file("[weir]\n", 0666), *errors;
	size_t size;
	FILE *out = open_memstream(&errors, &size);
	assert_null(config_load(path, out));
	assert_int_equal(chmod(path, 0644), 0);
	struct config *config = config_load(path, out);
	assert_non_null(config);
	config_free(config);
	assert_null(config_load("/tmp", out));
	assert_null(config_load("/tmp/does/not/exist", out));
	fclose(out);

	char *expected;
	assert_true(asprintf(&expected,
			"%s: every user of this host may change it; chmod o-w "
			"%s\n"
			"/tmp: is a directory; name the file in it\n"
			"/tmp/does/not/exist: cannot be read: No such file or "
			"directory\n",
			path, path) > 0);
	assert_string_equal(errors, expected);
	unlink(path);
	free(path);
	free(errors);
	free(expected);
}

TESTS(SPEC(every_error_names_its_line_and_what_would_be_right),
    SPEC(all_errors_are_reported_in_the_order_of_lines),
    SPEC(a_refused_value_is_said_once),
    SPEC(names_and_keys_longer_than_amqp_carries_are_refused),
    SPEC(words_have_aliases_and_bindings_get_the_real_ones),
    SPEC(a_filter_knows_the_line_of_its_pattern),
    SPEC(a_file_that_everybody_may_change_is_refused))
