#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "cli/role.h"
#include "cli/verb.h"
#include "core/xalloc.h"

static const struct verb *const verbs[] = { &verb_run, &verb_agent,
	&verb_collector, &verb_tail, &verb_status, &verb_explain, &verb_verify,
	&verb_resend, &verb_spool, &verb_check, &verb_config, &verb_match };
#define VERBS (sizeof(verbs) / sizeof(*verbs))

static void
print_usage(FILE *out)
{
	fputs("usage: weir VERB [OPTION...]\n"
	      "\n"
	      "Ships, routes and collects log lines over RabbitMQ.\n"
	      "\n",
	    out);
	for (size_t i = 0; i < VERBS; i++)
		fprintf(out, "  %-10s %s\n", verbs[i]->name, verbs[i]->summary);
	fputs("\n"
	      "weir VERB --help says more.  --version prints the version.\n",
	    out);
}

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < VERBS; i++)
		if (strcmp(verbs[i]->name, name) == 0)
			return verbs[i];
	return NULL;
}

/* Among the arguments before "--". */
static int
has_argument(int argc, char **argv, const char *wanted)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], wanted) == 0)
			return 1;
	return 0;
}

/*
 * Large lines come and go: keep them in mappings of their own, so that their
 * memory goes back, instead of letting glibc raise the threshold.
 */
static void
tame_malloc(void)
{
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	mallopt(M_TRIM_THRESHOLD, 256 << 10);
	/* Of itself libuv goes on with half a loop when memory runs out. */
	uv_replace_allocator(xmalloc, xrealloc, xcalloc, free);
}

/* One of the first three that is closed would become a file or a socket, and
 * what is printed would go there. */
static void
fill_standard_descriptors(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int
main(int argc, char **argv)
{
	tzset();
	tame_malloc();
	fill_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit: EFBIG says so */
	if (argc == 2 && strcmp(argv[1], "shipper") == 0)
		return role_shipper();
	if (argc == 3 && strcmp(argv[1], "rpc") == 0)
		return role_rpc(argv[2]);
	if (has_argument(argc, argv, "--version")) {
		puts("weir " WEIR_VERSION);
		return EXIT_OK;
	}
	const struct verb *verb = argc > 1 ? find_verb(argv[1]) : NULL;
	if (verb == NULL && has_argument(argc, argv, "--help")) {
		print_usage(stdout);
		return EXIT_OK;
	}
	if (verb == NULL) {
		if (argc > 1)
			fprintf(stderr, "weir: no verb \"%s\"\n", argv[1]);
		print_usage(stderr);
		return EXIT_BAD_USAGE;
	}
	if (has_argument(argc, argv, "--help")) {
		fputs(verb->usage, stdout);
		return EXIT_OK;
	}
	int status = verb->run(argc - 1, argv + 1);
	if (status == EXIT_BAD_USAGE)
		fprintf(stderr, "weir %s --help says more\n", verb->name);
	return status;
}
