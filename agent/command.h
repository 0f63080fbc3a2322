/*
 * One run of a command: in a session and process group of its own, without
 * any descriptor of ours but /dev/null and two pipes, and with the signals as
 * a shell would have them.
 */
#ifndef AGENT_COMMAND_H
#define AGENT_COMMAND_H

#include <uv.h>

struct command;

/* By exit(`status`) when `signal` is 0.  Called once. */
typedef void command_ended(void *owner, int status, int signal);

/*
 * Start `argv`, which NULL ends; argv[0] is looked for in PATH.  On success
 * `out` and `err` are what its standard output and error are read from, the
 * caller's to close.  NULL, and why in `error` (an errno).
 */
struct command *command_start(uv_loop_t *loop, char *const argv[], int *out,
    int *err, command_ended *ended, void *owner, int *error);

/* To all of its group that are left, be the command itself ended or not. */
void command_signal(const struct command *c, int signal);

int command_pid(const struct command *c);

/* No event comes from here on.  One that runs is left alone. */
void command_free(struct command *c);

#endif
