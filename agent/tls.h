/*
 * TLS for syslog (RFC 5425), the side that listens: TLS 1.2 or later, and,
 * where the input has a tls_ca, only for clients with a certificate of one of
 * its authorities that names one of tls_peers.
 *
 * Nothing here waits: what cannot go on says what it waits for.
 */
#ifndef AGENT_TLS_H
#define AGENT_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "core/buffer.h"

struct tls;

/* With the files of the input.  NULL, having said why. */
struct tls *tls_new(const struct input_options *input);
void tls_free(struct tls *t);

enum tls_progress {
	TLS_DONE,
	TLS_WANTS_READ, /* when the socket can be read, again */
	TLS_WANTS_WRITE,
	TLS_ENDED, /* the other side has closed, in order or not */
	TLS_FAILED,
};

struct tls_session;

/* On a connected socket that does not block, and stays the caller's. */
struct tls_session *tls_session_new(const struct tls *t, int fd);
void tls_session_free(struct tls_session *s);

/* One more step of the handshake.  TLS_FAILED: append why to `why`. */
enum tls_progress tls_handshake(struct tls_session *s, struct buffer *why);

/* TLS_DONE: `got` bytes, at least one and at most `size`, are at `bytes`. */
enum tls_progress
tls_read(struct tls_session *s, char *bytes, size_t size, size_t *got);

/* There is more to read without any coming from the socket. */
bool tls_has_more(const struct tls_session *s);

#endif
