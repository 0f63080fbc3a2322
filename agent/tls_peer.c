#include "agent/tls_peer.h"

#include <openssl/x509v3.h>

bool
tls_peer_matches(struct str pattern, struct str name)
{
	static const struct str any = STR("*.");
	if (!str_starts(pattern, any))
		return str_equal_nocase(pattern, name);
	struct str end = str_after(pattern, 1);
	return name.len > end.len &&
	    str_equal_nocase(end, str_after(name, name.len - end.len));
}

static bool
any_matches(const struct string_list *patterns, const ASN1_STRING *name)
{
	/* Its length counts: a name with a NUL in it is not the one before. */
	struct str text = { (const char *)ASN1_STRING_get0_data(name),
		(size_t)ASN1_STRING_length(name) };
	for (size_t i = 0; i < patterns->count; i++)
		if (tls_peer_matches(str_from(patterns->items[i]), text))
			return true;
	return false;
}

static bool
names_a_host(X509 *certificate, const struct string_list *patterns)
{
	bool found = false;
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		found = name->type == GEN_DNS &&
		    any_matches(patterns, name->d.dNSName);
	}
	GENERAL_NAMES_free(names);
	return found;
}

static bool
names_a_subject(X509 *certificate, const struct string_list *patterns)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	int at = -1;
	while (
	    (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0)
		if (any_matches(patterns,
			X509_NAME_ENTRY_get_data(
			    X509_NAME_get_entry(subject, at))))
			return true;
	return false;
}

bool
tls_peer_is_named(X509 *certificate, const struct string_list *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (X509_check_ip_asc(certificate, patterns->items[i], 0) == 1)
			return true;
	return names_a_host(certificate, patterns) ||
	    names_a_subject(certificate, patterns);
}
