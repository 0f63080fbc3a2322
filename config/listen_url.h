/*
 * Where a syslog input listens, one word of its `listen`:
 *
 *	udp://ADDRESS:PORT	tcp://ADDRESS:PORT	tls://ADDRESS:PORT
 *	unix-dgram:/PATH	unix-stream:/PATH
 *	systemd:		systemd:NAME
 *
 * Without ADDRESS: on all of the host's.  Without PORT: 514, for tls 6514
 * (RFC 5426 section 3.3, RFC 5425 section 4.1).  systemd: are the sockets that
 * systemd hands over (sd_listen_fds(3)), those of that FileDescriptorName or
 * all.
 */
#ifndef CONFIG_LISTEN_URL_H
#define CONFIG_LISTEN_URL_H

#include <stdint.h>

#include "core/str.h"

enum listen_kind {
	LISTEN_UDP,
	LISTEN_TCP,
	LISTEN_TLS,
	LISTEN_UNIX_DGRAM,
	LISTEN_UNIX_STREAM,
	LISTEN_SYSTEMD,
};

/* Views into the text. */
struct listen_url {
	enum listen_kind kind;
	struct str place; /* address, path or name; or empty */
	uint16_t port;
};

/*
 * Read `text`.  On failure returns -1 and points `*wrong` at the end of a
 * sentence that starts with the text.
 */
int
listen_url_read(const char *text, struct listen_url *out, const char **wrong);

/* The same as the check of an option row. */
int listen_url_check(const char *text, const char **wrong);

#endif
