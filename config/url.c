#include "config/url.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "core/units.h"

#define WRITE "; write amqp://USER@HOST/VHOST or local:"

static int
is_wrong(const char **wrong, const char *sentence)
{
	*wrong = sentence;
	return -1;
}

/*
 * The part of `s` before the first `c`; `s` then starts behind it.  Without
 * `c` returns false.
 */
static bool
cut(struct str *s, char c, struct str *before)
{
	const char *at = s->len > 0 ? memchr(s->data, c, s->len) : NULL;
	if (at == NULL)
		return false;
	*before = (struct str){ s->data, (size_t)(at - s->data) };
	*s = str_after(*s, before->len + 1);
	return true;
}

static bool
is_port(struct str s)
{
	int64_t port;
	return units_parse_integer(s, &port) == 0 && port > 0 && port < 65536;
}

static bool
has_bad_percent(const char *s)
{
	for (; (s = strchr(s, '%')) != NULL; s++)
		if (!isxdigit((unsigned char)s[1]) ||
		    !isxdigit((unsigned char)s[2]))
			return true;
	return false;
}

/* The bytes at which librabbitmq too would split what is one piece. */
static bool
has_bare_mark(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr(":@/?#[]", s.data[i]) != NULL)
			return true;
	return false;
}

/* HOST, HOST:PORT, [ADDRESS]:PORT */
static int
split_host(struct str s, struct url *out, const char **wrong)
{
	if (s.len > 0 && s.data[0] == '[') {
		s = str_after(s, 1);
		if (!cut(&s, ']', &out->host))
			return is_wrong(wrong, "has a [ without its ]" WRITE);
		if (s.len > 0 && s.data[0] != ':')
			return is_wrong(wrong,
			    "has something other than :PORT behind ]" WRITE);
		if (s.len > 0)
			out->port = str_after(s, 1);
	} else if (cut(&s, ':', &out->host)) {
		out->port = s;
	} else {
		out->host = s;
	}
	if (out->host.len == 0)
		return is_wrong(wrong, "names no host" WRITE);
	if (out->port.data != NULL && !is_port(out->port))
		return is_wrong(wrong,
		    "has a port that is not a number from 1 to 65535" WRITE);
	return 0;
}

int
url_split(const char *text, struct url *out, const char **wrong)
{
	static const struct str plain = STR("amqp://"), tls = STR("amqps:");
	struct str s = str_from(text), authority, user;
	*out = (struct url){ 0 };
	if (str_starts(s, tls))
		return is_wrong(wrong,
		    "asks for TLS, which comes with a later version" WRITE);
	if (!str_starts(s, plain))
		return is_wrong(
		    wrong, "does not start with amqp:// or local:" WRITE);
	if (has_bad_percent(text))
		return is_wrong(wrong,
		    "has a % without two hexadecimal digits; write %25 for "
		    "a plain %");
	s = str_after(s, plain.len);
	if (cut(&s, '/', &authority))
		out->vhost = s;
	else
		authority = s;
	if (cut(&authority, '@', &user)) {
		if (!cut(&user, ':', &out->user))
			out->user = user;
		else
			out->password = user;
	}
	if (has_bare_mark(out->user) || has_bare_mark(out->password) ||
	    has_bare_mark(out->vhost) ||
	    memchr(authority.data, '@', authority.len) != NULL)
		return is_wrong(wrong,
		    "has a byte with a meaning where it has none; in user, "
		    "password and vhost write : / ? # [ ] @ as %3A %2F %3F "
		    "%23 %5B %5D %40");
	return split_host(authority, out, wrong);
}

int
url_check(const char *text, const char **wrong)
{
	struct url parts;
	return url_is_local(text) ? 0 : url_split(text, &parts, wrong);
}

bool
url_is_local(const char *text)
{
	return strcmp(text, "local:") == 0;
}

void
url_print_masked(const char *text, struct buffer *out)
{
	struct url parts;
	const char *wrong;
	if (url_is_local(text) || url_split(text, &parts, &wrong) == -1 ||
	    parts.password.data == NULL) {
		buffer_append_str(out, str_from(text));
		return;
	}
	buffer_append(out, text, (size_t)(parts.password.data - text));
	buffer_append(out, "***", 3);
	buffer_append_str(
	    out, str_from(parts.password.data + parts.password.len));
}
