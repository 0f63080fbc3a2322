/*
 * The verbs people type: `weir VERB [OPTION...]`.  Each is one file that
 * starts with its `struct verb`, which is also its --help.
 */
#ifndef CLI_VERB_H
#define CLI_VERB_H

/* Exit codes (sysexits.h). */
enum exit_code {
	EXIT_OK = 0,
	EXIT_NO = 1, /* match: would not be routed */
	EXIT_BAD_USAGE = 64,
	EXIT_UNAVAILABLE = 69,
	EXIT_TRY_AGAIN = 75,
	EXIT_BAD_CONFIG = 78,
};

struct verb {
	const char *name;
	const char *summary; /* one line of `weir --help` */
	const char *usage; /* all of `weir VERB --help` */
	/*
	 * argv[0] is the verb's name.  --help and --version are already
	 * dealt with.  Returns an exit code.
	 */
	int (*run)(int argc, char **argv);
};

extern const struct verb verb_agent, verb_check, verb_collector, verb_config,
    verb_match, verb_run, verb_tail;

/* Where the configuration is when -c is not given. */
#define DEFAULT_CONFIG "/etc/weir/weir.ini"

#endif
