/*
 * `weir spool`: what waits on this host's disk, and whether it is sound.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/spool_repair.h"
#include "cli/options.h"
#include "cli/spool_view.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "core/lock.h"
#include "core/xalloc.h"

/* One of the words behind `weir spool`, for one input: an exit code. */
typedef int spool_act(const struct spool_view *v, const char *input);

/* An agent that runs would go on writing into what is replaced here. */
static int
repair(const struct spool_view *v, const char *input)
{
	struct spool_directory d;
	struct spool_repaired done;
	int result = spool_directory_open(&d, v->state, input, false);
	if (result == 0)
		return EXIT_NO;
	if (result == -1)
		return EXIT_TRY_AGAIN;
	result = spool_repair(&d, &done);
	printf("%s: %" PRIu64 " places repaired, %" PRIu64
	       " bytes of lines lost%s\n",
	    input, done.places, done.bytes,
	    done.places > 0 ? "; what was there is kept as *.damaged" : "");
	spool_directory_close(&d);
	return result == 0 ? EXIT_OK : EXIT_TRY_AGAIN;
}

struct round {
	const struct spool_view *view;
	spool_act *act;
	int status; /* the worst so far */
};

static void
on_input(void *owner, const char *input)
{
	struct round *r = owner;
	int status = r->act(r->view, input);
	if (status > r->status)
		r->status = status;
}

static int
for_each(const struct spool_view *v, spool_act *act)
{
	struct round r = { v, act, EXIT_OK };
	if (spool_directory_each(v->state, on_input, &r) == -1)
		return EXIT_TRY_AGAIN;
	return r.status;
}

/* The first line of a rejected one says what it is and why. */
static void
print_rejected(const struct spool_view *v, const char *path, const char *name)
{
	struct buffer b = { 0 };
	char *head = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");
	ssize_t n = f != NULL ? getline(&head, &size, f) : -1;
	struct str text = n > 0 ? str_trim((struct str){ head, (size_t)n })
				: (struct str)STR("cannot be read");
	struct record r = { .body = text, .severity = SEVERITY_INFO };
	printf("  %s ", name);
	if (v->terminal)
		terminal_append(&b, &r);
	else
		buffer_printf(&b, STR_FMT "\n", STR_ARG(text));
	fwrite(b.data, 1, b.len, stdout);
	buffer_clear(&b);
	free(head);
	if (f != NULL)
		fclose(f);
}

static void
list_rejected(const struct spool_view *v)
{
	struct dirent **names;
	char *directory = xasprintf("%s/rejected", v->state);
	int count = scandir(directory, &names, NULL, alphasort);
	bool any = false;
	for (int i = 0; i < count; i++) {
		char *path = xasprintf("%s/%s", directory, names[i]->d_name);
		struct stat st;
		if (lstat(path, &st) == 0 && S_ISREG(st.st_mode)) {
			if (!any)
				puts("refused by the broker, in rejected/:");
			any = true;
			print_rejected(v, path, names[i]->d_name);
		}
		free(path);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	free(directory);
}

static spool_act *
find_act(const char *word)
{
	static const struct {
		const char *word;
		spool_act *act;
	} acts[] = { { "ls", spool_view_list }, { "check", spool_view_check },
		{ "repair", repair }, { "cat", spool_view_cat } };
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++)
		if (strcmp(acts[i].word, word) == 0)
			return acts[i].act;
	fprintf(stderr,
	    "weir spool: \"%s\" is none of ls, check, repair, cat\n", word);
	return NULL;
}

static int
act_on(const struct spool_view *v, spool_act *act, const char *input)
{
	int lock = -1;
	if (access(v->state, F_OK) == -1) {
		fprintf(
		    stderr, "weir spool: %s: %s\n", v->state, strerror(errno));
		return EXIT_TRY_AGAIN;
	}
	if (act == repair) {
		lock = lock_directory(v->state, "agent.lock");
		if (lock == -1)
			return EXIT_TRY_AGAIN;
	}
	int status = input != NULL ? act(v, input) : for_each(v, act);
	if (act == spool_view_list && input == NULL)
		list_rejected(v);
	if (lock != -1)
		close(lock);
	return fflush(stdout) == 0 ? status : EXIT_UNAVAILABLE;
}

static int
run(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ 0 },
	};
	struct options o = { .config = DEFAULT_CONFIG };
	int option;
	while ((option = getopt_long(argc, argv, "c:", long_options, NULL)) !=
	    -1) {
		if (option != 'c')
			return EXIT_BAD_USAGE;
		o.config = optarg;
	}
	if (argc - optind < 1 || argc - optind > 2) {
		fputs("weir spool: wants ls, check, repair or cat, and an "
		      "input or none\n",
		    stderr);
		return EXIT_BAD_USAGE;
	}
	spool_act *act = find_act(argv[optind]);
	if (act == NULL)
		return EXIT_BAD_USAGE;
	struct config *config = options_load(&o, "weir spool");
	if (config == NULL)
		return EXIT_BAD_CONFIG;
	const struct spool_view view = { config->weir.state,
		isatty(STDOUT_FILENO) };
	int status = act_on(&view, act, argv[optind + 1]);
	config_free(config);
	return status;
}

const struct verb verb_spool = {
	.name = "spool",
	.summary = "look at what waits on disk, check and repair it",
	.usage =
	    "usage: weir spool ls|check|repair|cat [-c FILE] [INPUT]\n"
	    "\n"
	    "What was read and cannot be read again waits in the spool until\n"
	    "it is confirmed.  Of the input INPUT, or of all that have one:\n"
	    "\n"
	    "  ls      how much there is, since when, how much of it is not\n"
	    "          confirmed; and the lines that the broker refused\n"
	    "  check   read every record; print what is damaged\n"
	    "  repair  take damage out, while no agent runs; what was there\n"
	    "          stays beside as *.damaged\n"
	    "  cat     print the lines\n"
	    "\n"
	    "  -c, --config FILE  where [weir] state is said (default\n"
	    "                     " DEFAULT_CONFIG ")\n"
	    "\n"
	    "Exit status: 0; 1 there is damage, or no such spool; 75 it\n"
	    "cannot be read now, or an agent runs and repair may not.\n",
	.run = run,
};
