#include "agent/tls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "agent/tls_peer.h"
#include "core/log.h"
#include "core/xalloc.h"

struct tls {
	SSL_CTX *context;
	const struct input_options *input;
};

struct tls_session {
	SSL *ssl;
	const struct input_options *input;
};

/* What OpenSSL says of its last failure; the first word of several is the
 * cause. */
static const char *
reason(void)
{
	unsigned long code = ERR_peek_error();
	const char *text = code != 0 ? ERR_reason_error_string(code) : NULL;
	if (code != 0 && ERR_SYSTEM_ERROR(code))
		text = strerror(ERR_GET_REASON(code));
	return text != NULL ? text : "no reason given";
}

static int
complain(
    const struct input_options *input, const char *option, const char *file)
{
	log_error("input %s: %s %s: %s", input->name, option, file, reason());
	return -1;
}

/* Nobody is there to type one: a key with a passphrase is refused. */
static int
no_passphrase(char *out, int size, int writing, void *owner)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)owner;
	return 0;
}

static int
load_files(SSL_CTX *context, const struct input_options *input)
{
	const char *cert = input->tls_cert, *ca = input->tls_ca;
	const char *key = input->tls_key[0] != '\0' ? input->tls_key : cert;
	ERR_clear_error();
	if (SSL_CTX_use_certificate_chain_file(context, cert) != 1)
		return complain(input, "tls_cert", cert);
	if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
		return complain(input, "tls_key", key);
	if (ca[0] == '\0')
		return 0;
	STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(ca);
	if (names == NULL ||
	    SSL_CTX_load_verify_locations(context, ca, NULL) != 1) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return complain(input, "tls_ca", ca);
	}
	SSL_CTX_set_client_CA_list(context, names);
	SSL_CTX_set_verify(
	    context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return 0;
}

struct tls *
tls_new(const struct input_options *input)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	if (context == NULL) {
		log_error("input %s: TLS: %s", input->name, reason());
		return NULL;
	}
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_options(
	    context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	/*
	 * A client that sends, closes and never reads would find a ticket in
	 * its buffer; its kernel then resets the connection, and what it sent
	 * last is lost.
	 */
	SSL_CTX_set_num_tickets(context, 0);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_default_passwd_cb(context, no_passphrase);
	if (load_files(context, input) == -1) {
		SSL_CTX_free(context);
		return NULL;
	}
	struct tls *t = xcalloc(1, sizeof(*t));
	*t = (struct tls){ context, input };
	return t;
}

void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	SSL_CTX_free(t->context);
	free(t);
}

struct tls_session *
tls_session_new(const struct tls *t, int fd)
{
	struct tls_session *s = xcalloc(1, sizeof(*s));
	*s = (struct tls_session){ SSL_new(t->context), t->input };
	if (s->ssl == NULL || SSL_set_fd(s->ssl, fd) != 1) {
		tls_session_free(s);
		return NULL;
	}
	SSL_set_accept_state(s->ssl);
	return s;
}

void
tls_session_free(struct tls_session *s)
{
	if (s == NULL)
		return;
	/* RFC 5425 section 4.4 wants a goodbye; whether it is read is all the
	 * same to us. */
	if (s->ssl != NULL && SSL_is_init_finished(s->ssl))
		SSL_shutdown(s->ssl);
	SSL_free(s->ssl);
	free(s);
}

static enum tls_progress
progress_of(const struct tls_session *s, int result)
{
	switch (SSL_get_error(s->ssl, result)) {
	case SSL_ERROR_NONE:
		return TLS_DONE;
	case SSL_ERROR_WANT_READ:
		return TLS_WANTS_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANTS_WRITE;
	case SSL_ERROR_ZERO_RETURN:
	case SSL_ERROR_SYSCALL:
		return TLS_ENDED;
	default:
		return TLS_FAILED;
	}
}

/* Of a verified client, does its certificate name one who may send? */
static bool
is_allowed(const struct tls_session *s)
{
	if (s->input->tls_peers.count == 0)
		return true;
	X509 *certificate = SSL_get0_peer_certificate(s->ssl);
	return certificate != NULL &&
	    tls_peer_is_named(certificate, &s->input->tls_peers);
}

enum tls_progress
tls_handshake(struct tls_session *s, struct buffer *why)
{
	ERR_clear_error();
	errno = 0;
	enum tls_progress p = progress_of(s, SSL_do_handshake(s->ssl));
	long verified = SSL_get_verify_result(s->ssl);
	if (p == TLS_DONE && !is_allowed(s)) {
		buffer_printf(why, "its certificate names none of tls_peers");
		return TLS_FAILED;
	}
	if (p == TLS_ENDED)
		buffer_printf(why, "it closed the connection");
	else if (p == TLS_FAILED && verified != X509_V_OK)
		buffer_printf(
		    why, "%s", X509_verify_cert_error_string(verified));
	else if (p == TLS_FAILED)
		buffer_printf(why, "%s", reason());
	return p == TLS_ENDED ? TLS_FAILED : p;
}

enum tls_progress
tls_read(struct tls_session *s, char *bytes, size_t size, size_t *got)
{
	ERR_clear_error();
	return progress_of(s, SSL_read_ex(s->ssl, bytes, size, got));
}

bool
tls_has_more(const struct tls_session *s)
{
	return SSL_pending(s->ssl) > 0;
}
