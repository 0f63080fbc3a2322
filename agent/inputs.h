/*
 * All [input]s at work, and whose turn it is to read.
 */
#ifndef AGENT_INPUTS_H
#define AGENT_INPUTS_H

#include "agent/account.h"
#include "agent/input.h"
#include "agent/window.h"
#include "core/json.h"

struct working_input;

/* A zeroed struct has none. */
struct inputs {
	struct working_input *list;
	size_t count;
	struct descriptors descriptors; /* stays where it is while they work */
};

/*
 * Open every [input] of the configuration; of `context`, `options`,
 * `router` and `descriptors` are filled in for each.  An exit status
 * (sysexits): not 0 when one could not be opened, which was said; inputs_close
 * is due all the same.
 */
int inputs_open(struct inputs *in, const struct input_context *context,
    struct window *window);

/* Somebody has something to read: who does not matter, as a turn in vain
 * costs nothing. */
void inputs_wake(struct inputs *in);

bool inputs_want_turn(const struct inputs *in);

/*
 * Give each that wants one some turns, while the window has room: it takes
 * at most one read more than its limit.
 */
void inputs_turn(struct inputs *in, const struct window *window);

/* As in struct input_kind. */
void inputs_recorded(struct inputs *in);
bool inputs_finished(const struct inputs *in);

/* What each read, to the log and into the account. */
void inputs_report(const struct inputs *in, struct account *account);

/* The router of input number `i` of the configuration. */
const struct router *inputs_router(const struct inputs *in, size_t i);

/* What it counted as a listener; zero if it is none. */
const struct listen_counts *inputs_heard(const struct inputs *in, size_t i);
/* What input number `i` of the configuration knows of `path`, if it follows
 * files (agent/input_file.h). */
void inputs_explain(
    const struct inputs *in, size_t i, const char *path, struct json *row);

void inputs_close(struct inputs *in);

#endif
