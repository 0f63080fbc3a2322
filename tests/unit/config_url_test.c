#include "tests/unit/unit.h"

#include <string.h>

#include "config/url.h"

TEST(a_url_is_split_at_its_marks)
{
	struct url url;
	const char *wrong;
	assert_int_equal(
	    url_split("amqp://u:p%40@[::1]:5672/v%2Fh", &url, &wrong), 0);
	assert_true(str_equal(url.user, str_from("u")));
	assert_true(str_equal(url.password, str_from("p%40")));
	assert_true(str_equal(url.host, str_from("::1")));
	assert_true(str_equal(url.port, str_from("5672")));
	assert_true(str_equal(url.vhost, str_from("v%2Fh")));

	assert_int_equal(url_split("amqp://mq1", &url, &wrong), 0);
	assert_null(url.user.data);
	assert_null(url.password.data);
	assert_null(url.port.data);
	assert_null(url.vhost.data);
	assert_true(str_equal(url.host, str_from("mq1")));
}

TEST(what_is_no_url_is_refused_with_a_reason)
{
	static const struct {
		const char *url, *wrong;
	} cases[] = {
		{ "", "does not start with" },
		{ "mq1", "does not start with" },
		{ "amqp:mq1", "does not start with" },
		{ "amqps://mq1/", "asks for TLS" },
		{ "amqp://", "names no host" },
		{ "amqp://u:p@/v", "names no host" },
		{ "amqp://u:p@:5672/", "names no host" },
		{ "amqp://mq1:0/", "has a port" },
		{ "amqp://mq1:65536/", "has a port" },
		{ "amqp://mq1:/", "has a port" },
		{ "amqp://mq1:x/", "has a port" },
		{ "amqp://u:p/q@mq1/", "has a byte with a meaning" },
		{ "amqp://u:p@q@mq1/", "has a byte with a meaning" },
		{ "amqp://u:p:q@mq1/", "has a byte with a meaning" },
		{ "amqp://u:p#@mq1/", "has a byte with a meaning" },
		{ "amqp://mq1/a/b", "has a byte with a meaning" },
		{ "amqp://u:100%@mq1/", "has a % without" },
		{ "amqp://u:%4@mq1/", "has a % without" },
		{ "amqp://[::1/", "has a [ without" },
		{ "amqp://[::1]x/", "has something other than :PORT" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *wrong = NULL;
		assert_int_equal(url_check(cases[i].url, &wrong), -1);
		assert_ptr_equal(strstr(wrong, cases[i].wrong), wrong);
	}
}

TEST(a_password_is_masked)
{
	static const struct {
		const char *url, *masked;
	} cases[] = {
		{ "local:", "local:" },
		{ "amqp://mq1/", "amqp://mq1/" },
		{ "amqp://u@mq1/", "amqp://u@mq1/" },
		{ "amqp://u:p@mq1/v", "amqp://u:***@mq1/v" },
		{ "amqp://u:@mq1", "amqp://u:***@mq1" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buffer out = { 0 };
		url_print_masked(cases[i].url, &out);
		buffer_append_byte(&out, '\0');
		assert_string_equal(out.data, cases[i].masked);
		buffer_clear(&out);
	}
}

TESTS(SPEC(a_url_is_split_at_its_marks),
    SPEC(what_is_no_url_is_refused_with_a_reason), SPEC(a_password_is_masked))
