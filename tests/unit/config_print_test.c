#include "tests/unit/config_unit.h"

#include "config/schema.h"

#define PASSWORD "p$#;\"'\\"

/* Printed with secrets, read back and printed again: the same. */
static void
expect_round_trip(const char *text)
{
	struct config *config = load_text(text);
	char *first = print_config(config, true);
	config_free(config);
	config = load_text(first);
	char *second = print_config(config, true);
	assert_string_equal(first, second);
	config_free(config);
	free(first);
	free(second);
}

TEST(what_is_printed_is_read_back)
{
	setenv("UNIT_BLANKS", "  $x, ${y} ", 1);
	expect_round_trip("");
	expect_round_trip("[broker]\nurl = local:\npassword = ${UNIT_BLANKS}\n"
			  "exchange =\nheartbeat = 90s\nmandatory = off\n");
	expect_round_trip("[agent]\nwindow = 70000\nhost = ${UNIT_BLANKS}\n"
			  "routing_key = $${UNIT_BLANKS}$a.${UNIT_BLANKS}\n");
	expect_round_trip("[input a]\npath = /a\\ b, /c\\,d /e\\\\ /f\\ \n"
			  "[input b]\ntype = stdin\nprogram = $${A}\n");
	expect_round_trip("[filter f]\ntype = drop\npattern = ^a$$$\n"
			  "[stream s]\nbind = error.* #\nfilters = f, f\n"
			  "path = /${host}/$${X}-%Y${:- }\nformat = json\n");
}

TEST(a_value_comes_back_byte_for_byte)
{
	setenv("UNIT_BLANKS", "  $x, ${y} ", 1);
	struct config *config =
	    load_text("[filter f]\ntype = keep\npattern = ${UNIT_BLANKS}\n");
	char *text = print_config(config, true);
	config_free(config);
	unsetenv("UNIT_BLANKS");
	config = load_text(text);
	assert_string_equal(config->filters[0].pattern, "  $x, ${y} ");
	config_free(config);
	free(text);
}

static struct config *
load_with_password_file(const char *path)
{
	char *text;
	assert_true(asprintf(&text,
			"[broker]\nurl = amqp://weir@mq1/\n"
			"password_file = %s\n",
			path) > 0);
	struct config *config = load_text(text);
	free(text);
	return config;
}

TEST(a_password_is_taken_byte_for_byte_and_needs_its_file_once)
{
	static const char *const passwords[] = { PASSWORD, " blanks ",
		"${HOME}", "$$", "a,b\\ c", "#", ";x", "=" };
	for (size_t i = 0; i < sizeof(passwords) / sizeof(*passwords); i++) {
		char *content;
		assert_true(asprintf(&content, "%s\nrest\n", passwords[i]) > 0);
		char *path = write_file(content, 0640);
		struct config *config = load_with_password_file(path);
		assert_string_equal(config->broker.password, passwords[i]);
		unlink(path);
		char *text = print_config(config, true);
		config_free(config);

		config = load_text(text);
		assert_string_equal(config->broker.password, passwords[i]);
		config_free(config);
		free(text);
		free(path);
		free(content);
	}
}

TEST(a_password_file_is_kept_from_strangers)
{
	static const struct {
		const char *content;
		mode_t mode;
		const char *error;
	} cases[] = {
		{ "secret\n", 0644, "is open to every user of this host" },
		{ "", 0600, "has no first line" },
		{ "\nsecret\n", 0600, "has no first line" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *path = write_file(cases[i].content, cases[i].mode);
		char *text;
		assert_true(asprintf(&text, "[broker]\npassword_file = %s\n",
				path) > 0);
		char *errors = errors_of(text);
		assert_ptr_equal(
		    strstr(errors, "weir.ini:2: [broker] password_file: "),
		    errors);
		assert_non_null(strstr(errors, cases[i].error));
		assert_null(strstr(errors, "secret"));
		unlink(path);
		free(path);
		free(text);
		free(errors);
	}
}

TEST(a_local_broker_needs_no_password)
{
	config_free(load_text(
	    "[broker]\nurl = local:\npassword_file = /tmp/does/not/exist\n"));
}

TEST(secrets_are_printed_as_stars)
{
	struct config *config =
	    load_text("[broker]\npassword = hunter2\n"
		      "url = amqp://weir:p%24%23%3B%22%27%5C@mq1:5672/logs\n");
	assert_string_equal(config->broker.url.items[0],
	    "amqp://weir:p%24%23%3B%22%27%5C@mq1:5672/logs");
	char *text = print_config(config, false);
	assert_non_null(strstr(text, "\npassword = ***\n"));
	assert_non_null(
	    strstr(text, "\nurl = amqp://weir:***@mq1:5672/logs\n"));
	assert_null(strstr(text, "hunter2"));
	assert_null(strstr(text, "p%24"));
	config_free(config);
	free(text);
}

TEST(errors_do_not_quote_secrets)
{
	char *errors = errors_of("[broker]\nurl = amqp://weir:hun/ter2@mq1/\n"
				 "password = ${HUNTER\n");
	assert_null(strstr(errors, "hun/"));
	assert_non_null(strstr(errors, "weir.ini:2: [broker] url: the value "));
	free(errors);
}

TEST(the_host_is_printed_with_its_name)
{
	struct config *config = load_text("");
	assert_true(config->agent.host[0] != '\0');
	char *text = print_config(config, false), *line;
	assert_true(asprintf(&line, "\nhost = %s\n", config->agent.host) > 0);
	assert_non_null(strstr(text, line));
	config_free(config);
	free(text);
	free(line);
}

TEST(every_option_has_a_sentence_and_stands_in_the_reference)
{
	char *text, *item;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	config_reference(out);
	fclose(out);
	for (size_t k = 0; schema_all[k] != NULL; k++)
		for (size_t i = 0; i < schema_all[k]->row_count; i++) {
			const struct option *row = &schema_all[k]->rows[i];
			size_t len = strlen(row->text);
			assert_true(len > 15 && row->text[len - 1] == '.');
			assert_true(
			    asprintf(&item, "\n.It Ic %s\n", row->key) > 0);
			assert_non_null(strstr(text, item));
			free(item);
		}
	free(text);
}

TESTS(SPEC(what_is_printed_is_read_back),
    SPEC(a_value_comes_back_byte_for_byte),
    SPEC(a_password_is_taken_byte_for_byte_and_needs_its_file_once),
    SPEC(a_password_file_is_kept_from_strangers),
    SPEC(a_local_broker_needs_no_password), SPEC(secrets_are_printed_as_stars),
    SPEC(errors_do_not_quote_secrets), SPEC(the_host_is_printed_with_its_name),
    SPEC(every_option_has_a_sentence_and_stands_in_the_reference))
