/*
 * Unix sockets in a directory (the runtime directory), for those who may open
 * them: their mode is 0600.
 */
#ifndef CORE_LOCAL_SOCKET_H
#define CORE_LOCAL_SOCKET_H

#include <uv.h>

struct local_server;

/* Somebody connected: `fd`, which does not block, is the owner's. */
typedef void local_server_connected(void *owner, int fd);

/*
 * Serve DIRECTORY/NAME.sock, made anew.  NAME.lock beside it says
 * that it is served.  NULL, having said why.
 */
struct local_server *local_server_new(uv_loop_t *loop, const char *directory,
    const char *name, local_server_connected *connected, void *owner);

/* Serve no more, and remove the name. */
void local_server_free(struct local_server *s);

/*
 * Connect to it; the result does not block.  Returns the socket, or -1 and
 * errno (ENOENT, ECONNREFUSED: nobody serves it), nothing said.
 */
int local_socket_connect(const char *directory, const char *name);

#endif
