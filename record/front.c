#include "record/front.h"

#include <string.h>

#include "record/facility.h"
#include "record/severity.h"

static size_t
skip_blanks(struct str s, size_t at)
{
	while (at < s.len && (s.data[at] == ' ' || s.data[at] == '\t'))
		at++;
	return at;
}

static size_t
skip_word(struct str s, size_t at)
{
	while (at < s.len && s.data[at] != ' ' && s.data[at] != '\t')
		at++;
	return at;
}

/* Could it be a host's or a program's name?  A level's word is none. */
static bool
is_name(struct str word)
{
	enum severity ignored;
	char c = word.len > 0 ? word.data[0] : '\0';
	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   str_is_digit(c) || c == '-' || c == '_' || c == '/' ||
		   c == '(') &&
	    severity_stated(word, &ignored) == -1;
}

/*
 * Just past "prog[123]: " or "prog: " at `at`, or 0.  Names are looked at
 * last: few lines that start with a time have the colon.
 */
static size_t
skip_program(struct str s, size_t at)
{
	size_t end = at, name;
	while (end < s.len && s.data[end] != '[' && s.data[end] != ':' &&
	    s.data[end] != ' ' && s.data[end] != '\t')
		end++;
	name = end;
	if (end < s.len && s.data[end] == '[') {
		enum severity ignored;
		while (end < s.len && s.data[end] != ']' && s.data[end] != ' ')
			end++;
		/* "util.py[ERROR]: " has no pid. */
		if (end == s.len || s.data[end] != ']' ||
		    severity_parse(
			(struct str){ s.data + name + 1, end - name - 1 },
			&ignored) == 0)
			return 0;
		end++;
		/* "krb5kdc[12](info): text" is "(info): text" of a program. */
		if (end < s.len && s.data[end] == '(' &&
		    memmem(s.data + end, s.len - end, "): ", 3) != NULL)
			return end;
		/* "launchd[1] (com.apple.x): " */
		if (s.len - end > 2 && s.data[end] == ' ' &&
		    s.data[end + 1] == '(') {
			const char *close =
			    memchr(s.data + end, ')', s.len - end);
			if (close == NULL)
				return 0;
			end = (size_t)(close + 1 - s.data);
		}
	}
	if (end == s.len || s.data[end] != ':')
		return 0;
	end++;
	/* "(sd-pam)[12]: " is a program; "(err): " and "W/Tag: " are not. */
	if ((end < s.len && s.data[end] != ' ') ||
	    (s.data[at] == '(' && s.data[name] != '[') ||
	    (name - at > 1 && s.data[at + 1] == '/') ||
	    !is_name((struct str){ s.data + at, name - at }))
		return 0;
	return skip_blanks(s, end);
}

/* "stdout F ", behind a time: the kubelet's (CRI).  0: it is not. */
static size_t
skip_cri(struct str s, size_t at)
{
	static const struct str forms[] = { STR("stdout F "), STR("stderr F "),
		STR("stdout P "), STR("stderr P ") };
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (str_starts(str_after(s, at), forms[i]))
			return at + forms[i].len;
	return 0;
}

/* "daemon.info", which stands where a host does. */
static bool
is_selector(struct str word)
{
	enum facility facility;
	enum severity severity;
	const char *dot = memrchr(word.data, '.', word.len);
	if (dot == NULL)
		return false;
	struct str first = { word.data, (size_t)(dot - word.data) };
	return severity_parse(str_after(word, first.len + 1), &severity) == 0 &&
	    facility_parse(first, &facility) == 0;
}

/* "host prog[123]: ", behind a time, as syslogd writes.  0: it is not. */
static size_t
skip_header(struct str s, size_t at)
{
	if (at == s.len)
		return 0;
	if (s.data[at] == 's' && skip_cri(s, at) > 0)
		return skip_cri(s, at);
	size_t end = skip_word(s, at);
	struct str host = { s.data + at, end - at };
	/* "10:00:00 prog: text" has no host: nothing is to be passed over. */
	if (host.data[host.len - 1] == ':' || is_selector(host) ||
	    memchr(host.data, '(', host.len) != NULL)
		return 0;
	at = skip_blanks(s, end);
	at = at < s.len ? skip_program(s, at) : 0;
	return at > 0 && is_name(host) ? at : 0;
}

/*
 * "- 1131566461 2005.11.09 dn228 ", as the archives of supercomputers' logs
 * have it before each line: alert, epoch, date, node.
 */
static size_t
skip_archive(struct str s)
{
	size_t at = skip_word(s, 0), start = skip_blanks(s, at);
	at = start;
	while (at < s.len && str_is_digit(s.data[at]))
		at++;
	if (at - start != 10 || s.len - at < 13 || s.data[at + 5] != '.' ||
	    s.data[at + 8] != '.' || s.data[at + 11] != ' ')
		return 0;
	return skip_blanks(s, skip_word(s, at + 12));
}

/* "web-1  | ", as docker compose writes.  0: it is not. */
static size_t
skip_compose(struct str s)
{
	size_t end = skip_word(s, 0), at = skip_blanks(s, end);
	char c = s.data[0];
	if (at == end || at + 1 >= s.len || s.data[at] != '|' ||
	    s.data[at + 1] != ' ' || c < 'a' || c > 'z' ||
	    !is_name((struct str){ s.data, end }))
		return 0;
	return at + 2;
}

/* The text of Docker's {"log":"text\n","stream":"stdout",...}. */
static bool
cut_docker(struct str body, struct str *text)
{
	static const struct str head = STR("{\"log\":\""),
				tail = STR("\",\"stream\":\"std");
	if (!str_starts(body, head))
		return false;
	struct str s = str_after(body, head.len);
	const char *end = memmem(s.data, s.len, tail.data, tail.len);
	if (end == NULL)
		return false;
	*text = (struct str){ s.data, (size_t)(end - s.data) };
	return true;
}

/* Past "\x1b[1;31m" at the start: coloured lines state levels, too. */
static struct str
skip_colours(struct str s)
{
	while (s.len > 2 && s.data[0] == '\x1b' && s.data[1] == '[') {
		size_t at = 2;
		while (at < s.len &&
		    (str_is_digit(s.data[at]) || s.data[at] == ';'))
			at++;
		if (at == s.len || s.data[at] != 'm')
			break;
		s = str_after(s, at + 1);
	}
	return s;
}

/* "[2024-01-02 15:04:05]", brackets and all.  0: it is not. */
static size_t
boxed_time(struct str s)
{
	size_t time = front_time(str_after(s, 1));
	size_t at = time == 0 ? 0 : skip_blanks(s, 1 + time);
	return at > 0 && at < s.len && s.data[at] == ']' ? at + 1 : 0;
}

static void
note_time(struct front *f)
{
	if (f->line.len > 0 && f->line.data[0] == '[')
		f->time = boxed_time(f->line);
	else
		f->time = front_time(f->line);
	f->after = f->time == 0 ? 0 : skip_blanks(f->line, f->time);
}

void
front_cut(struct str body, struct front *out)
{
	size_t behind = 0;
	body = skip_colours(body);
	*out = (struct front){ .line = body };
	if (body.len == 0)
		return;
	if (body.data[0] == '{') {
		out->carried = cut_docker(body, &out->line);
		note_time(out);
		return;
	}
	note_time(out);
	if (out->time == 0 && (behind = skip_archive(body)) > 0) {
		out->line = str_after(body, behind);
		note_time(out);
	}
	behind = 0;
	if (out->line.len == 0)
		return;
	if (out->time == 0)
		behind = skip_compose(out->line);
	else if (out->line.data[0] != '[')
		behind = skip_header(out->line, out->after);
	if (behind > 0) {
		out->line = str_after(out->line, behind);
		out->carried = true;
		note_time(out);
	}
}
