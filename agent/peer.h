/*
 * Who sent a message: what the kernel knows, as attributes of a line
 * (record/attributes.h).
 */
#ifndef AGENT_PEER_H
#define AGENT_PEER_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "core/buffer.h"

/*
 * Append ATTRIBUTE_PEER: "192.0.2.7:514", "[2001:db8::1]:514"; also an IPv4
 * address that came in as an IPv6 one is written as such.  Of any other family
 * nothing is known.
 */
void peer_put_address(const struct sockaddr *address, struct buffer *out);

/*
 * Append ATTRIBUTE_PEER "uid 1000" and ATTRIBUTE_PID, as the kernel vouches
 * for them (unix(7), SCM_CREDENTIALS).  A process that has no pid here, being
 * in another namespace, is left without one.
 */
void peer_put_credentials(const struct ucred *who, struct buffer *out);

/* The credentials of who connected to a Unix socket. */
void peer_put_connected(int fd, struct buffer *out);

/* The address without the port; IPv4 as mapped into IPv6, others as zero. */
struct in6_addr peer_host(const struct sockaddr *address);

#endif
