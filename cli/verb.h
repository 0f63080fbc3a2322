/*
 * The verbs people type: `weir VERB [OPTION...]`.  Each is one file that
 * starts with its `struct verb`, which is also its --help.
 */
#ifndef CLI_VERB_H
#define CLI_VERB_H

#include <sysexits.h>

enum exit_code {
	EXIT_OK = EX_OK,
	EXIT_NO = 1, /* explain, match: not followed, not routed; spool:
			damaged; verify: missing */
	EXIT_BAD_USAGE = EX_USAGE,
	EXIT_NO_INPUT = EX_NOINPUT, /* --once: not all could be read */
	EXIT_UNAVAILABLE = EX_UNAVAILABLE,
	EXIT_TRY_AGAIN = EX_TEMPFAIL,
	EXIT_BAD_CONFIG = EX_CONFIG,
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
    verb_explain, verb_match, verb_resend, verb_run, verb_spool, verb_status,
    verb_tail, verb_verify;

/* Where the configuration is when -c is not given. */
#define DEFAULT_CONFIG "/etc/weir/weir.ini"

#endif
