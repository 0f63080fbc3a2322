/*
 * Whom a certificate names, against a list of those who may send.
 */
#ifndef AGENT_TLS_PEER_H
#define AGENT_TLS_PEER_H

#include <stdbool.h>

#include <openssl/x509.h>

#include "config/config.h"
#include "core/str.h"

/*
 * Does one of the patterns match a DNS name or an address of its subject's
 * alternative names (RFC 5280 section 4.2.1.6), or its common name?
 */
bool tls_peer_is_named(X509 *certificate, const struct string_list *patterns);

/* Letters match in either case; "*.example.org" is any name that ends so. */
bool tls_peer_matches(struct str pattern, struct str name);

#endif
