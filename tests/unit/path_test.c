#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/path.h"
#include "core/clock.h"

/* 2003-10-11 22:14:15 UTC */
#define THEN (1065910455 * NS_PER_SECOND)

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define HUNDRED FIFTY FIFTY

static const struct {
	const char *text;
	const char *base;
	struct str host;
	const char *name;
} names[] = {
	{ "/srv/logs/all.log", "/srv/logs/", STR(""), "all.log" },
	{ "all.log", "", STR(""), "all.log" },
	{ "/all.log", "/", STR(""), "all.log" },
	{ "logs/${host}/x.log", "logs/", STR("web1"), "web1/x.log" },
	{ "/a/b-${host}/x", "/a/", STR("web1"), "b-web1/x" },
	{ "${host}", "", STR("web1"), "web1" },
	{ "/a/%Y/%m-%d.log", "/a/", STR(""), "2003/10-11.log" },
	{ "/a/%H%M%S%%", "/a/", STR(""), "221415%" },
	{ "/a$$/b$$${host}", "/a$/", STR("x"), "b$x" },
	/* hostile values */
	{ "/a/${host}/x", "/a/", STR(".."), "__/x" },
	{ "/a/${host}/x", "/a/", STR("."), "_/x" },
	{ "/a/${host}/x", "/a/", STR(""), "-/x" },
	{ "/a/${host}/x", "/a/", STR("../../etc"), ".._.._etc/x" },
	{ "/a/${host}/x", "/a/", STR("/etc/passwd"), "_etc_passwd/x" },
	{ "/a/.${host}/x", "/a/", STR("."), "._/x" },
	{ "/a/${host}${host}/x", "/a/", STR("."), "__/x" },
	{ "/a/${host}", "/a/", STR("a\0b\n\x1b\x7f"), "a_b___" },
	{ "/a/${host}", "/a/", STR("%d%%%Y"), "%d%%%Y" },
	{ "/a/%Y-${host}", "/a/", STR("%d%%%Y%"), "2003-%d%%%Y%" },
	{ "/a/%%${host}", "/a/", STR("Y%"), "%Y%" },
	{ "/a/%Y${host}%d", "/a/", STR("%"), "2003%11" },
	{ "/a/${host}", "/a/", STR("${program}"), "${program}" },
	/* bounds */
	{ "/a/${host}", "/a/", STR(HUNDRED "x"), HUNDRED },
	{ "/a/${host}", "/a/", STR(FIFTY TEN TEN TEN TEN "012345678\xc3\xa4"),
	    FIFTY TEN TEN TEN TEN "012345678" },
	{ "/a/${host}", "/a/", STR(FIFTY TEN TEN TEN TEN "01234567\xc3\xa4z"),
	    FIFTY TEN TEN TEN TEN "01234567\xc3\xa4" },
	{ "/a/${host}${host}${host}/${host}", "/a/", STR(HUNDRED),
	    HUNDRED HUNDRED TEN TEN TEN "/" HUNDRED },
};

TEST(a_name_stays_in_its_base_whatever_the_record_says)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *error;
		struct record r = { .host = names[i].host, .time = THEN };
		struct path *p = path_new(names[i].text, &error);
		assert_non_null(p);
		assert_string_equal(path_base(p), names[i].base);
		assert_true(path_update(p, &r));
		assert_string_equal(path_name(p), names[i].name);
		assert_false(path_update(p, &r));
		assert_string_equal(path_name(p), names[i].name);
		path_free(p);
	}
}

TEST(bytes_that_only_look_like_utf8_are_cut_all_the_same)
{
	const char *error;
	char host[300];
	memset(host, 0x80, sizeof(host));
	struct record r = { .host = { host, sizeof(host) } };
	struct path *p = path_new("${host}", &error);
	path_update(p, &r);
	assert_int_equal(strlen(path_name(p)), PATH_FIELD_MAX);
	path_free(p);
}

TEST(what_names_no_file_is_refused)
{
	static const char *const bad[] = { "", "/srv/logs/", "/srv/${host}/",
		"/srv/${host}/../x", "/srv/${host}/./x", "/srv/%Y/..",
		"/srv/..", "/srv/100%${host}/x", "/srv/x%", "/srv/%D",
		"/srv/%${host}", "/srv/%_d", "/srv/%10Y", "/srv/%E",
		"/srv/%$$Y", "/srv/${hots}" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *error = NULL;
		assert_null(path_new(bad[i], &error));
		assert_non_null(error);
	}
}

TEST(a_name_follows_the_second_of_the_record)
{
	const char *error;
	struct record r = { .time = THEN };
	struct path *p = path_new("/a/%M.%S", &error);
	assert_true(path_update(p, &r));
	assert_string_equal(path_name(p), "14.15");
	r.time += NS_PER_SECOND - 1;
	assert_false(path_update(p, &r));
	r.time += 1;
	assert_true(path_update(p, &r));
	assert_string_equal(path_name(p), "14.16");
	r.time = -1;
	assert_true(path_update(p, &r));
	assert_string_equal(path_name(p), "59.59");
	path_free(p);
}

TEST(a_name_follows_the_fields_it_uses_and_no_other)
{
	const char *error;
	struct record r = { .severity = SEVERITY_ERR };
	struct path *p = path_new("/a/${severity}.log", &error);
	assert_true(path_update(p, &r));
	r.host = str_from("other");
	r.time = THEN;
	assert_false(path_update(p, &r));
	r.severity = SEVERITY_INFO;
	assert_true(path_update(p, &r));
	assert_string_equal(path_name(p), "info.log");
	path_free(p);
}

static int
set_up(void **state)
{
	(void)state;
	return setenv("TZ", "UTC", 1);
}

int
main(void)
{
	const struct CMUnitTest specs[] = {
		SPEC(a_name_stays_in_its_base_whatever_the_record_says),
		SPEC(bytes_that_only_look_like_utf8_are_cut_all_the_same),
		SPEC(what_names_no_file_is_refused),
		SPEC(a_name_follows_the_second_of_the_record),
		SPEC(a_name_follows_the_fields_it_uses_and_no_other),
	};
	return cmocka_run_group_tests(specs, set_up, NULL);
}
