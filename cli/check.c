#include <stdio.h>

#include "agent/output_glob.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "collector/path.h"
#include "config/config.h"
#include "filters/sieve.h"

/* What collector/path.h knows of paths and config/ may not.  Returns how many
 * are no good. */
static size_t
check_paths(const struct config *config)
{
	size_t wrong = 0;
	for (size_t i = 0; i < config->stream_count; i++) {
		const struct stream_options *s = &config->streams[i];
		const char *error;
		if (s->type != STREAM_FILE || s->path[0] == '\0')
			continue;
		struct path *path = path_new(s->path, &error);
		if (path == NULL) {
			fprintf(stderr, "%s:%d: [stream %s] path: \"%s\" %s\n",
			    config->file, s->line, s->name, s->path, error);
			wrong++;
		}
		path_free(path);
	}
	return wrong;
}

/* No error: weir leaves out what it writes itself.  But that may surprise. */
static void
mention_loops(const struct config *config)
{
	for (size_t i = 0; i < config->stream_count; i++)
		for (size_t k = 0; k < config->input_count; k++) {
			const struct stream_options *s = &config->streams[i];
			const struct input_options *in = &config->inputs[k];
			if (output_may_be_input(s, in))
				fprintf(stderr,
				    "%s:%d: [stream %s] path: \"%s\" may be "
				    "a file that [input %s] looks for; what "
				    "the stream writes is not followed\n",
				    config->file, s->line, s->name, s->path,
				    in->name);
		}
}

/* Every error there is, of patterns and paths too, before anything else. */
static int
check_file(const char *path)
{
	size_t wrong = 0;
	struct config *config = config_read(path, stderr, &wrong);
	if (config == NULL)
		return EXIT_BAD_CONFIG;
	wrong += (size_t)sieve_check(config, stderr);
	wrong += check_paths(config);
	mention_loops(config);
	config_free(config);
	if (wrong > 0)
		return EXIT_BAD_CONFIG;
	printf("%s: ok\n", path);
	return EXIT_OK;
}

static int
run(int argc, char **argv)
{
	const char *path = options_parse_file(argc, argv);
	return path != NULL ? check_file(path) : EXIT_BAD_USAGE;
}

const struct verb verb_check = {
	.name = "check",
	.summary = "say everything that is wrong with a configuration file",
	.usage =
	    "usage: weir check [[-c] FILE]\n"
	    "\n"
	    "Read the configuration and print all errors, one per line, "
	    "as\n"
	    "FILE:LINE: [section] key: what is wrong; what would be "
	    "right.\n"
	    "\n"
	    "  -c, --config FILE  the file (default " DEFAULT_CONFIG "; - is\n"
	    "                     standard input)\n"
	    "\n"
	    "Exit status: 0 all is well, 78 it is not.\n",
	.run = run,
};
