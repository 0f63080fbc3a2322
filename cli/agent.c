#include "agent/agent.h"

#include <sys/resource.h>

#include "cli/options.h"
#include "cli/verb.h"
#include "core/given.h"
#include "core/log.h"

/* Each followed file has one: what we may have is more than we get at first. */
static void
raise_descriptors(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		log_warn("raise the limit of open files");
}

static int
run(int argc, char **argv)
{
	struct options options;
	if (options_parse(argc, argv, "coC", &options) == -1)
		return EXIT_BAD_USAGE;
	if (options.child)
		given_inherit(CHILD_GIVEN);
	else
		given_find();
	struct config *config = options_load(&options, "weir agent");
	if (config == NULL)
		return EXIT_BAD_CONFIG;
	struct agent_setup setup = {
		.config = config,
		.once = options.once,
		.control = options_descriptor(&options, CHILD_CONTROL),
		.link = options_descriptor(&options, CHILD_LINK),
	};
	int status = EXIT_BAD_CONFIG;
	raise_descriptors();
	if (options_may_start(config, config->input_count,
		"[input NAME]: nothing to ship", setup.link))
		status = agent_run(&setup);
	config_free(config);
	return status;
}

const struct verb verb_agent = {
	.name = "agent",
	.summary = "ship lines from the inputs to the broker",
	.usage =
	    "usage: weir agent [-c FILE] [--once]\n"
	    "\n"
	    "Follow the [input]s of FILE (default " DEFAULT_CONFIG ") and\n"
	    "publish each line, until stopped.\n"
	    "\n"
	    "  -c, --config FILE  the configuration\n"
	    "      --once         read what there is, wait for every\n"
	    "                     confirm, exit\n"
	    "\n"
	    "TERM, INT: stop reading, wait for confirms, exit; twice: at\n"
	    "once.  USR2: state to the log.\n",
	.run = run,
};
