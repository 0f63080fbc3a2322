/*
 * Ask what runs, here and behind the broker, and wait for the answers.
 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "broker/ask.h"
#include "config/config.h"
#include "core/json.h"

/* What one process answered to one question. */
struct answer {
	enum ask_way way; /* the one it is to be asked by again */
	char *process; /* its id, for its life; "" if it did not say */
	char *role;
	char *host;
	char *error; /* it could not answer, and why; or NULL */
	struct json **pages;
	size_t count;
	bool complete;
	struct answer *next;
};

struct asking;

/*
 * For `weir VERB`.  Each question waits `wait` (ns) at most.  Never NULL.
 */
struct asking *
asking_new(const struct config *config, const char *verb, int64_t wait);

/*
 * Ask `what` of all processes of `role` ("agent", "collector"; "all": both),
 * by all ways.  Each process is in the result once, whichever ways it
 * answered by.  Returns when all can be thought to have answered: those at
 * the sockets did, and of the others none has for a quarter of `wait`, or 2 s.
 * Takes over `question`; the answers are the caller's.
 */
struct answer *
asking_all(struct asking *a, const char *role, struct json *question);

/* The same of the one that gave that answer.  NULL if it does not. */
struct answer *
asking_one(struct asking *a, const struct answer *whom, struct json *question);

/*
 * Say on standard error what kept the last question from somebody: the
 * broker is away or blocked, a process did not answer to its end.  Returns
 * how much that is.
 */
size_t asking_complain(const struct asking *a, const struct answer *answers);

void asking_free_answers(struct answer *answers);
void asking_free(struct asking *a);

/* A question: { "ask": what }. */
struct json *asking_question(const char *what);

#endif
