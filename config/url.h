/*
 * Where the broker is: amqp://USER:PASSWORD@HOST:PORT/VHOST with %XX for
 * bytes that have a meaning there, or "local:".
 */
#ifndef CONFIG_URL_H
#define CONFIG_URL_H

#include <stdbool.h>

#include "core/buffer.h"
#include "core/str.h"

/* Views into the URL, still with their %XX; what is absent has no data. */
struct url {
	struct str user, password, host, port, vhost;
};

/*
 * Split `text`.  On failure returns -1 and points `*wrong` at the end of a
 * sentence that does not quote `text`: it may hold a password.
 */
int url_split(const char *text, struct url *out, const char **wrong);

/* The same as the check of an option row; "local:" is right. */
int url_check(const char *text, const char **wrong);

bool url_is_local(const char *text);

/* Append `text` with *** for its password. */
void url_print_masked(const char *text, struct buffer *out);

#endif
