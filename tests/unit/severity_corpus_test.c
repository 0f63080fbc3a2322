/*
 * The detector on lines of real programs, labelled by hand: tests/corpus/
 * severity/PROVENANCE.md, which says what of it was seen when.  With
 * WEIR_CONFUSION in the environment it prints the tables of docs/severity.md
 * (scripts/confusion) and, with its value "lines", every line it gets wrong.
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/detect.h"

#define NONE SEVERITY_COUNT /* the line states no severity */
#define PATH_SIZE 512

struct confusion {
	size_t files;
	size_t lines;
	size_t is[SEVERITY_COUNT + 1][SEVERITY_COUNT + 1]; /* [label][found] */
};

static int
severity_of(struct str label)
{
	enum severity severity;
	if (str_equal(label, (struct str)STR("-")))
		return NONE;
	assert_int_equal(severity_parse(label, &severity), 0);
	return (int)severity;
}

static bool
says_wrong_lines(void)
{
	const char *value = getenv("WEIR_CONFUSION");
	return value != NULL && strcmp(value, "lines") == 0;
}

static void
take_line(struct confusion *c, const char *name, char *line, size_t len)
{
	char *tab = memchr(line, '\t', len);
	assert_non_null(tab);
	size_t at = (size_t)(tab - line);
	struct record r = { .body = { tab + 1, len - at - 1 },
		.severity = NONE };
	int label = severity_of((struct str){ line, at });
	detect_severity(&r);
	c->is[label][r.severity]++;
	c->lines++;
	if ((int)r.severity != label && says_wrong_lines())
		print_message("%s: found %d: " STR_FMT "\n", name,
		    (int)r.severity, (int)len, line);
}

static void
take_file(struct confusion *c, const char *folder, const char *name)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "%s/%s/%s", CORPUS, folder, name);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	while ((len = getline(&line, &size, file)) > 0)
		take_line(c, name, line, (size_t)len - 1);
	free(line);
	fclose(file);
	c->files++;
}

static void
take_folder(struct confusion *c, const char *folder)
{
	char path[PATH_SIZE];
	struct dirent *entry;
	snprintf(path, sizeof(path), "%s/%s", CORPUS, folder);
	DIR *dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			take_file(c, folder, entry->d_name);
	closedir(dir);
}

static const char *
column(int severity)
{
	if (severity == NONE)
		return "none";
	return severity_word((enum severity)severity).data;
}

static void
print_table(const struct confusion *c)
{
	print_message("| stated |");
	for (int found = 0; found <= NONE; found++)
		print_message(" %s |", column(found));
	print_message("\n|---|---|---|---|---|---|---|---|---|---|\n");
	for (int label = 0; label <= NONE; label++) {
		print_message("| %s |", column(label));
		for (int found = 0; found <= NONE; found++)
			print_message(" %zu |", c->is[label][found]);
		print_message("\n");
	}
}

/* At least 99 % of what it finds is right, and it finds 97 % of what is. */
static void
check_folder(const char *folder)
{
	struct confusion c = { .lines = 0 };
	size_t right = 0, found = 0, stated = 0;
	take_folder(&c, folder);
	for (int label = 0; label <= NONE; label++) {
		for (int f = 0; f <= NONE; f++) {
			found += f != NONE ? c.is[label][f] : 0;
			stated += label != NONE ? c.is[label][f] : 0;
		}
		right += label != NONE ? c.is[label][label] : 0;
	}
	assert_true(found > 0 && stated > 0);
	double precision = (double)right / (double)found;
	double recall = (double)right / (double)stated;
	if (getenv("WEIR_CONFUSION") != NULL) {
		print_message("\n%s: %zu lines of %zu programs, %zu state a "
			      "severity; precision %.2f %%, recall %.2f %%\n\n",
		    folder, c.lines, c.files, stated, precision * 100,
		    recall * 100);
		print_table(&c);
	}
	assert_true(precision >= 0.99);
	assert_true(recall >= 0.97);
}

TEST(lines_it_was_tuned_on)
{
	check_folder("tuned");
}

TEST(lines_it_was_not_tuned_on)
{
	check_folder("held");
}

TEST(lines_of_programs_added_then)
{
	check_folder("fresh");
}

TEST(lines_written_as_their_formats_are_documented)
{
	check_folder("written");
}

TEST(lines_of_a_second_set_of_programs)
{
	check_folder("second");
}

TEST(lines_of_a_third_set_of_programs)
{
	check_folder("third");
}

TEST(lines_of_a_fourth_set_of_programs)
{
	check_folder("fourth");
}

TESTS(SPEC(lines_it_was_tuned_on), SPEC(lines_it_was_not_tuned_on),
    SPEC(lines_of_programs_added_then),
    SPEC(lines_written_as_their_formats_are_documented),
    SPEC(lines_of_a_second_set_of_programs),
    SPEC(lines_of_a_third_set_of_programs),
    SPEC(lines_of_a_fourth_set_of_programs))
