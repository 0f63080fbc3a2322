/* config/weir.ini, and what a slip of the finger makes of it. */
#include "tests/unit/config_unit.h"

#include "config/schema.h"

static char sample[64 << 10];

static int
read_sample(void **state)
{
	(void)state;
	FILE *in = fopen(SAMPLE, "r");
	assert_non_null(in);
	size_t n = fread(sample, 1, sizeof(sample) - 1, in);
	assert_true(n > 0 && n < sizeof(sample) - 1);
	fclose(in);
	return 0;
}

/* The next line that is a key and a value; NULL when there is none left. */
static const char *
next_pair(const char *at, int *line, size_t *key_len)
{
	while (*at != '\0') {
		size_t len = strcspn(at, "\n");
		size_t key = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
		++*line;
		if (key > 0 && strncmp(at + key, " =", 2) == 0) {
			*key_len = key;
			return at;
		}
		at += len + (at[len] == '\n');
	}
	return NULL;
}

enum slip {
	SLIP_LESS,
	SLIP_MORE,
	SLIP_OTHER,
	SLIP_SWAPPED,
	SLIP_COUNT,
};

/* A key with a slip at letter `i`; false if that leaves it as it was. */
static bool
mistype(enum slip slip, size_t i, const char *key, size_t len, char *out)
{
	memcpy(out, key, len);
	out[len] = '\0';
	if (slip == SLIP_LESS) {
		memmove(out + i, out + i + 1, len - i);
	} else if (slip == SLIP_MORE) {
		memmove(out + i + 1, out + i, len - i + 1);
	} else if (slip == SLIP_OTHER) {
		out[i] = 'q';
	} else if (i + 1 < len) {
		out[i] = key[i + 1];
		out[i + 1] = key[i];
	}
	return strlen(out) != len || memcmp(out, key, len) != 0;
}

/* The whole sample with one key written otherwise. */
static void
expect_suggestion(const char *key, size_t len, const char *mistyped, int line)
{
	char *text, *errors, *start, *end;
	int before = (int)(key - sample);
	assert_true(asprintf(&text, "%.*s%s%s", before, sample, mistyped,
			key + len) > 0);
	assert_null(load_bytes(text, strlen(text), &errors));
	assert_true(asprintf(&start, "weir.ini:%d: [", line) > 0);
	assert_true(
	    asprintf(&end, "; did you mean \"%.*s\"?\n", (int)len, key) > 0);
	const char *said = strstr(errors, start);
	assert_non_null(said);
	assert_non_null(strstr(said, mistyped));
	assert_non_null(strstr(said, end));
	free(text);
	free(errors);
	free(start);
	free(end);
}

TEST(the_sample_is_right)
{
	char *errors = errors_of(sample);
	assert_string_equal(errors, "");
	free(errors);
}

TEST(every_misspelt_key_is_caught_with_its_line_and_a_suggestion)
{
	const char *key = sample;
	int line = 0, pairs = 0;
	size_t len;
	while ((key = next_pair(key, &line, &len)) != NULL) {
		char mistyped[64];
		for (int slip = 0; slip < SLIP_COUNT; slip++)
			for (size_t i = 0; i < len; i++)
				if (mistype(
					(enum slip)slip, i, key, len, mistyped))
					expect_suggestion(
					    key, len, mistyped, line);
		key += strcspn(key, "\n");
		key += *key == '\n';
		pairs++;
	}
	assert_true(pairs > 30);
}

/* A word of the sample as a key, commented out or not. */
static bool
is_shown(const char *key)
{
	char *plain, *comment;
	assert_true(asprintf(&plain, "\n%s =", key) > 0);
	assert_true(asprintf(&comment, "\n#%s =", key) > 0);
	bool shown = strstr(sample, plain) || strstr(sample, comment);
	free(plain);
	free(comment);
	return shown;
}

TEST(every_option_but_the_discouraged_one_is_shown)
{
	for (size_t k = 0; schema_all[k] != NULL; k++)
		for (size_t i = 0; i < schema_all[k]->row_count; i++) {
			const char *key = schema_all[k]->rows[i].key;
			if (strcmp(key, "password") != 0 && !is_shown(key))
				fail_msg("%s is not shown", key);
		}
}

int
main(void)
{
	const struct CMUnitTest specs[] = { SPEC(the_sample_is_right),
		SPEC(
		    every_misspelt_key_is_caught_with_its_line_and_a_suggestion),
		SPEC(every_option_but_the_discouraged_one_is_shown) };
	return cmocka_run_group_tests(specs, read_sample, NULL);
}
