/*
 * What detect_severity costs: detect_bench FILE... times it on every line of
 * each file, from memory, and prints nanoseconds a line: the best of a few
 * rounds of CPU time, because the rest is the machine's other work.  A file of
 * tests/corpus/severity has its labels cut off.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/xalloc.h"
#include "record/detect.h"

#define ROUNDS 15
#define LINES_A_ROUND 400000

struct lines {
	struct str *line;
	size_t count;
	size_t stated;
};

static int64_t
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* 0, or -1: `path` cannot be read. */
static int
read_lines(struct lines *out, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	if (file == NULL) {
		perror(path);
		return -1;
	}
	while ((len = getline(&line, &size, file)) > 0) {
		struct str s = { line, (size_t)len - 1 };
		char *tab = memchr(line, '\t', s.len);
		if (tab != NULL && tab - line <= 7)
			s = str_after(s, (size_t)(tab + 1 - line));
		out->line =
		    xrealloc(out->line, (out->count + 1) * sizeof(*out->line));
		out->line[out->count++] = (struct str){ str_copy(s), s.len };
	}
	free(line);
	fclose(file);
	return 0;
}

static double
time_round(struct lines *l)
{
	size_t passes = LINES_A_ROUND / l->count + 1;
	int64_t start = now();
	l->stated = 0;
	for (size_t pass = 0; pass < passes; pass++) {
		for (size_t i = 0; i < l->count; i++) {
			struct record r = { .body = l->line[i] };
			l->stated += (size_t)detect_severity(&r);
		}
	}
	return (double)(now() - start) / (double)(passes * l->count);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct lines l = { .line = NULL };
		double best = 1e9;
		if (read_lines(&l, argv[i]) == -1 || l.count == 0)
			return EXIT_FAILURE;
		for (int round = 0; round < ROUNDS; round++) {
			double ns = time_round(&l);
			best = ns < best ? ns : best;
		}
		printf("%.1f\t%s\n", best, argv[i]);
		for (size_t k = 0; k < l.count; k++)
			free((char *)l.line[k].data);
		free(l.line);
	}
	return EXIT_SUCCESS;
}
