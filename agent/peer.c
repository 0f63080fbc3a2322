#include "agent/peer.h"

#include <arpa/inet.h>
#include <string.h>

#include "record/attributes.h"

struct in6_addr
peer_host(const struct sockaddr *address)
{
	struct in6_addr host = { 0 };
	if (address->sa_family == AF_INET6) {
		host = ((const struct sockaddr_in6 *)(const void *)address)
			   ->sin6_addr;
	} else if (address->sa_family == AF_INET) {
		host.s6_addr[10] = host.s6_addr[11] = 0xff;
		memcpy(&host.s6_addr[12],
		    &((const struct sockaddr_in *)(const void *)address)
			 ->sin_addr,
		    4);
	}
	return host;
}

static unsigned
port_of(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET6)
		return ntohs(
		    ((const struct sockaddr_in6 *)(const void *)address)
			->sin6_port);
	return ntohs(
	    ((const struct sockaddr_in *)(const void *)address)->sin_port);
}

void
peer_put_address(const struct sockaddr *address, struct buffer *out)
{
	char text[INET6_ADDRSTRLEN];
	struct buffer peer = { 0 };
	if (address->sa_family != AF_INET && address->sa_family != AF_INET6)
		return;
	struct in6_addr host = peer_host(address);
	if (IN6_IS_ADDR_V4MAPPED(&host)) {
		inet_ntop(AF_INET, &host.s6_addr[12], text, sizeof(text));
		buffer_printf(&peer, "%s:%u", text, port_of(address));
	} else {
		inet_ntop(AF_INET6, &host, text, sizeof(text));
		buffer_printf(&peer, "[%s]:%u", text, port_of(address));
	}
	attributes_put(out, ATTRIBUTE_PEER, buffer_str(&peer));
	buffer_clear(&peer);
}

void
peer_put_credentials(const struct ucred *who, struct buffer *out)
{
	struct buffer text = { 0 };
	buffer_printf(&text, "uid %u", who->uid);
	attributes_put(out, ATTRIBUTE_PEER, buffer_str(&text));
	text.len = 0;
	buffer_printf(&text, "%d", who->pid);
	if (who->pid > 0)
		attributes_put(out, ATTRIBUTE_PID, buffer_str(&text));
	buffer_clear(&text);
}

void
peer_put_connected(int fd, struct buffer *out)
{
	struct ucred who;
	socklen_t size = sizeof(who);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0)
		peer_put_credentials(&who, out);
}
