/*
 * `weir match`: would a message with this routing key pass this binding?
 */
#include <getopt.h>
#include <stdio.h>

#include "cli/verb.h"
#include "core/buffer.h"
#include "record/binding.h"

static int
parse_type(const char *word, enum exchange_type *type)
{
	if (exchange_type_parse(str_from(word), type) == 0)
		return 0;
	fprintf(stderr,
	    "weir match: -t: \"%s\" is none of topic, direct, fanout\n", word);
	return -1;
}

static int
run(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "type", required_argument, NULL, 't' },
		{ 0 },
	};
	enum exchange_type type = EXCHANGE_TOPIC;
	struct buffer binding = { 0 };
	int option;
	while (
	    (option = getopt_long(argc, argv, "t:", long_options, NULL)) != -1)
		if (option != 't' || parse_type(optarg, &type) == -1)
			return EXIT_BAD_USAGE;
	if (argc - optind != 2) {
		fputs("weir match: wants a PATTERN and a KEY\n", stderr);
		return EXIT_BAD_USAGE;
	}
	binding_normalise(str_from(argv[optind]), &binding);
	bool matches = binding_matches(
	    type, buffer_str(&binding), str_from(argv[optind + 1]));
	buffer_clear(&binding);
	return matches ? EXIT_OK : EXIT_NO;
}

const struct verb verb_match = {
	.name = "match",
	.summary = "would this routing key pass this binding?",
	.usage = "usage: weir match [-t topic|direct|fanout] PATTERN KEY\n"
		 "\n"
		 "Exit status 0 if a message with routing key KEY passes the\n"
		 "binding PATTERN, 1 if not, by the rules of RabbitMQ's\n"
		 "exchanges.  Severities may be written as people say them:\n"
		 "error.* is err.*\n"
		 "\n"
		 "  -t, --type TYPE  of the exchange (default topic)\n",
	.run = run,
};
