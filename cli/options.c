#include "cli/options.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/verb.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/units.h"
#include "filters/sieve.h"

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "once", no_argument, NULL, 'o' },
	{ "idle", required_argument, NULL, 'i' },
	{ "child", no_argument, NULL, 'C' },
	{ 0 },
};

static int
take(struct options *o, int option, const char *verb)
{
	switch (option) {
	case 'c':
		o->config = optarg;
		return 0;
	case 'o':
		o->once = true;
		return 0;
	case 'C':
		o->child = true;
		return 0;
	case 'i':
		if (units_parse_duration(str_from(optarg), &o->idle) == 0)
			return 0;
		fprintf(stderr,
		    "weir %s: --idle: \"%s\" is not a duration; write 200ms, "
		    "30s or 5m\n",
		    verb, optarg);
		return -1;
	default:
		return -1;
	}
}

int
options_parse(int argc, char **argv, const char *allowed, struct options *o)
{
	int option;
	*o = (struct options){ .config = DEFAULT_CONFIG,
		.idle = 2 * NS_PER_SECOND };
	while ((option = getopt_long(argc, argv, "c:", long_options, NULL)) !=
	    -1) {
		if (option != '?' && strchr(allowed, option) == NULL) {
			fprintf(stderr, "weir %s: %s is not for this verb\n",
			    argv[0], argv[optind - 1]);
			return -1;
		}
		if (take(o, option, argv[0]) == -1)
			return -1;
	}
	if (optind < argc) {
		fprintf(stderr, "weir %s: unexpected argument \"%s\"\n",
		    argv[0], argv[optind]);
		return -1;
	}
	return 0;
}

struct config *
options_load(const struct options *o, const char *role)
{
	struct config *config = o->child
	    ? config_load_fd(CHILD_CONFIG, "configuration", stderr)
	    : config_load(o->config, stderr);
	if (config == NULL)
		return NULL;
	log_init(role, (enum log_level)config->weir.log_level);
	if (sieve_check(config, stderr) > 0) {
		config_free(config);
		return NULL;
	}
	return config;
}

const char *
options_parse_file(int argc, char **argv)
{
	const char *path = NULL;
	int option;
	while ((option = getopt_long(argc, argv, "c:", long_options, NULL)) !=
	    -1) {
		if (option != 'c')
			return NULL;
		path = optarg;
	}
	if (argc - optind > (path == NULL ? 1 : 0)) {
		fprintf(stderr, "weir %s: one file, please\n", argv[0]);
		return NULL;
	}
	if (optind < argc)
		path = argv[optind];
	return path != NULL ? path : DEFAULT_CONFIG;
}

bool
options_may_start(
    const struct config *config, size_t sections, const char *lack, int link)
{
	if (sections == 0)
		fprintf(stderr, "%s: no %s\n", config->file, lack);
	else if (config_is_local(config) && link == -1)
		fprintf(stderr,
		    "%s: [broker] url = local: works within weir run only\n",
		    config->file);
	else
		return true;
	return false;
}

int
options_descriptor(const struct options *o, enum child_descriptor fd)
{
	/* Not for our own children; fails where there is no descriptor. */
	if (!o->child || fcntl((int)fd, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	return (int)fd;
}
