/*
 * A Unix socket in a directory (the runtime directory), for those who may
 * open it: its mode is 0600.
 */
#ifndef CORE_LOCAL_SOCKET_H
#define CORE_LOCAL_SOCKET_H

/*
 * Listen on DIRECTORY/NAME.sock, made anew, without blocking.  NAME.lock
 * beside it says that it is served: `*lock` is its descriptor, to be closed
 * after the socket.  Returns the socket, or -1 having said why, with `*lock`
 * -1 too.
 */
int local_socket_listen(const char *directory, const char *name, int *lock);

/* Remove the name of a socket that is no longer served. */
void local_socket_remove(const char *directory, const char *name);

/*
 * Connect to it; the result does not block.  Returns the socket, or -1 and
 * errno (ENOENT, ECONNREFUSED: nobody serves it), nothing said.
 */
int local_socket_connect(const char *directory, const char *name);

#endif
