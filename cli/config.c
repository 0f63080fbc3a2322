#include "config/config.h"

#include <stdio.h>
#include <string.h>

#include "cli/options.h"
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
	if (argc == 2 && strcmp(argv[1], "--reference") == 0) {
		config_reference(stdout);
		return EXIT_OK;
	}
	const char *path = options_parse_file(argc, argv);
	return path != NULL ? print_file(path) : EXIT_BAD_USAGE;
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
