#include "collector/collector.h"

#include "cli/options.h"
#include "cli/verb.h"

static int
run(int argc, char **argv)
{
	struct options options;
	if (options_parse(argc, argv, "coiC", &options) == -1)
		return EXIT_BAD_USAGE;
	struct config *config = options_load(&options, "weir collector");
	if (config == NULL)
		return EXIT_BAD_CONFIG;
	struct collector_setup setup = {
		.config = config,
		.once = options.once,
		.idle = options.idle,
		.control = options_descriptor(&options, CHILD_CONTROL),
		.link = options_descriptor(&options, CHILD_LINK),
	};
	int status = EXIT_BAD_CONFIG;
	if (options_may_start(config, config->stream_count,
		"[stream NAME]: nothing to collect", setup.link))
		status = collector_run(&setup);
	config_free(config);
	return status;
}

const struct verb verb_collector = {
	.name = "collector",
	.summary = "take lines from the broker and write the streams",
	.usage = "usage: weir collector [-c FILE] [--once [--idle TIME]]\n"
		 "\n"
		 "Bind the [stream]s of FILE (default " DEFAULT_CONFIG ") and\n"
		 "write what arrives, until stopped.\n"
		 "\n"
		 "  -c, --config FILE  the configuration\n"
		 "      --once         exit when the queues have been empty\n"
		 "      --idle TIME    for this long (default 2s)\n"
		 "\n"
		 "TERM, INT: commit, acknowledge, exit; twice: at once.  HUP,\n"
		 "USR1: reopen the files.  USR2: state to the log.\n",
	.run = run,
};
