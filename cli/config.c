#include "config/config.h"

#include <getopt.h>
#include <stdio.h>

#include "cli/verb.h"

static int
print_file(const char *path)
{
	struct config *config = config_load(path, stderr);
	if (config == NULL)
		return EXIT_BAD_CONFIG;
	config_print(config, stdout, false);
	config_free(config);
	return EXIT_OK;
}

static int
run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "reference", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = NULL;
	int c;
	optind = 0;
	while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		if (c == 'r') {
			config_reference(stdout);
			return EXIT_OK;
		}
		if (c != 'c')
			return EXIT_BAD_USAGE;
		path = optarg;
	}
	if (argc - optind > (path == NULL ? 1 : 0)) {
		fputs("weir config: one file, please\n", stderr);
		return EXIT_BAD_USAGE;
	}
	if (optind < argc)
		path = argv[optind];
	return print_file(path != NULL ? path : DEFAULT_CONFIG);
}

const struct verb verb_config = {
	.name = "config",
	.summary = "print the effective configuration, or every option",
	.usage =
	    "usage: weir config [[-c] FILE]\n"
	    "       weir config --reference\n"
	    "\n"
	    "Print every value that is in effect, defaults included, as a "
	    "configuration\n"
	    "file; passwords read ***.\n"
	    "\n"
	    "  -c, --config FILE  the file (default " DEFAULT_CONFIG "; - is\n"
	    "                     standard input)\n"
	    "      --reference    print every option there is, with its "
	    "meaning, values\n"
	    "                     and default, as items of an mdoc(7) "
	    "page\n"
	    "\n"
	    "Exit status: 0, or 78 if the file has errors (see weir "
	    "check).\n",
	.run = run,
};
