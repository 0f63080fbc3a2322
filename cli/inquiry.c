#include "cli/inquiry.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/options.h"
#include "cli/verb.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/units.h"

enum {
	OPTION_WAIT = 256,
	OPTION_ALL,
	OPTION_GIVE_UP,
	OPTION_JSON,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "output", required_argument, NULL, 'o' },
	{ "wait", required_argument, NULL, OPTION_WAIT },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "all", no_argument, NULL, OPTION_ALL },
	{ "give-up", no_argument, NULL, OPTION_GIVE_UP },
	{ 0 },
};

static int
take_wait(struct inquiry *q, const char *verb)
{
	if (units_parse_duration(str_from(optarg), &q->wait) == 0 &&
	    q->wait >= 100 * NS_PER_MS)
		return 0;
	fprintf(stderr,
	    "weir %s: --wait: \"%s\" is not a duration of 100ms or more; "
	    "write 500ms, 30s or 5m\n",
	    verb, optarg);
	return -1;
}

static int
take_output(struct inquiry *q, const char *verb)
{
	q->json = strcmp(optarg, "json") == 0;
	if (q->json || strcmp(optarg, "text") == 0)
		return 0;
	fprintf(stderr, "weir %s: -o: \"%s\" is none of text, json\n", verb,
	    optarg);
	return -1;
}

static int
parse(
    struct inquiry *q, int argc, char **argv, int words, struct options *common)
{
	int option, bad = 0;
	while (bad == 0 &&
	    (option = getopt_long(argc, argv, "c:o:", long_options, NULL)) !=
		-1) {
		if (option == 'c')
			common->config = optarg;
		else if (option == 'o')
			bad = take_output(q, argv[0]);
		else if (option == OPTION_JSON)
			q->json = true;
		else if (option == OPTION_WAIT)
			bad = take_wait(q, argv[0]);
		else if (option == OPTION_ALL && words > 0)
			q->all = true;
		else if (option == OPTION_GIVE_UP && words > 0)
			q->give_up = true;
		else
			bad = -1;
	}
	q->words = argv + optind;
	q->count = argc - optind;
	if (bad == 0 && q->count > words) {
		fprintf(stderr, "weir %s: unexpected argument \"%s\"\n",
		    argv[0], q->words[words]);
		bad = -1;
	}
	return bad;
}

static int
open_all(struct inquiry *q, int argc, char **argv, int words, bool here)
{
	struct options common = { .config = DEFAULT_CONFIG };
	if (parse(q, argc, argv, words, &common) == -1)
		return EXIT_BAD_USAGE;
	q->config = options_load(&common, "weir");
	if (q->config == NULL)
		return EXIT_BAD_CONFIG;
	/* That the connection came up is no news to who asks. */
	log_init("weir", LOG_LEVEL_WARN);
	q->config->broker.rpc &= !here;
	q->asking = asking_new(q->config, argv[0], q->wait);
	return EXIT_OK;
}

int
inquiry_open(struct inquiry *q, int argc, char **argv, int64_t wait, int words)
{
	*q = (struct inquiry){ .wait = wait };
	return open_all(q, argc, argv, words, false);
}

int
inquiry_open_here(
    struct inquiry *q, int argc, char **argv, int64_t wait, int words)
{
	*q = (struct inquiry){ .wait = wait };
	return open_all(q, argc, argv, words, true);
}

void
inquiry_print(const struct answer *answers)
{
	struct buffer line = { 0 };
	for (; answers != NULL; answers = answers->next)
		for (size_t i = 0; i < answers->count; i++) {
			line.len = 0;
			json_append(answers->pages[i], &line);
			buffer_append_byte(&line, '\n');
			fwrite(line.data, 1, line.len, stdout);
		}
	buffer_clear(&line);
}

void
inquiry_close(struct inquiry *q)
{
	asking_free(q->asking);
	config_free(q->config);
}
