#include "agent/input_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agent/decode.h"
#include "agent/input_file_private.h"
#include "agent/parked.h"
#include "core/clock.h"
#include "core/escape.h"

/* By what it leads to, or else by the name it had last. */
static struct followed *
find(struct input *in, const char *path)
{
	struct stat st;
	struct followed *f = NULL, *next;
	if (stat(path, &st) == 0)
		f = followed_find(&in->files, st.st_dev, st.st_ino);
	if (f == NULL)
		f = followed_find_path(&in->files, path);
	if (f != NULL)
		return f;
	FOLLOWED_EACH(&in->files, f, next)
		if (strcmp(f->tail.source->path, path) == 0)
			return f;
	return NULL;
}

static void
set_sentence(
    struct json *row, const char *key, const char *text, const char *path)
{
	struct buffer b = { 0 };
	buffer_append_str(&b, str_from(text));
	escape_name(&b, str_from(path));
	json_set_text(row, key, buffer_str(&b));
	buffer_clear(&b);
}

/* The one that had its name before and is not read to its end. */
static const struct followed *
before(struct input *in, const struct followed *f)
{
	struct followed *i, *next;
	FOLLOWED_EACH(&in->files, i, next)
		if (i->successor == f)
			return i;
	return NULL;
}

/* Why nothing is read of it at present; NULL: it is. */
static const char *
obstacle(struct input *in, struct followed *f, uint64_t behind)
{
	const struct tail *t = &f->tail;
	if (f->waiting)
		return "it was written anew; the rest of what was read of it "
		       "is looked for in other files";
	if (!t->source->recorded)
		return "its id is not in the checkpoint yet";
	if (!t->source->cut_recorded)
		return "where its last line was cut is not in the checkpoint "
		       "yet";
	if (router_is_held_up(in->context.router, t->source))
		return "enough of its lines wait for a queue";
	if (t->failing)
		return "reading it failed, and is tried each second";
	if (parked_is(t) && behind > t->scanned && in->starved)
		return "it waits for a descriptor; raise the limit of open "
		       "files";
	return NULL;
}

static void
add_state(
    struct input *in, struct followed *f, uint64_t behind, struct json *row)
{
	const struct followed *first = f->held ? before(in, f) : NULL;
	const char *why = obstacle(in, f, behind);
	bool waits = first != NULL || why != NULL;
	json_set_text(row, "state", str_from(waits ? "waiting" : "followed"));
	if (first != NULL)
		set_sentence(row, "why",
		    "the file that had its name is read first: ",
		    first->tail.source->path);
	else if (why != NULL)
		json_set_text(row, "why", str_from(why));
	else if (f->tail.scanned > 0 && behind == f->tail.scanned)
		json_set_text(row, "why",
		    (struct str)STR("its last line has no line feed yet"));
	else
		json_set_text(row, "why",
		    behind > 0 ? (struct str)STR("it is being read")
			       : (struct str)STR("it is read to its end"));
}

static void
add_rotation(struct followed *f, struct json *row)
{
	int64_t since = f->unnamed_since;
	if (f->successor != NULL)
		set_sentence(row, "rotation",
		    "a new file has its name, and waits: ",
		    f->successor->tail.source->path);
	else if (f->path == NULL)
		json_set_text(row, "rotation",
		    (struct str)STR("a new file has its name"));
	else if (since != 0)
		json_set_text(row, "rotation",
		    (struct str)STR("its name is gone; it is held for who may "
				    "still write to it"));
}

/* How it is noticed that it grew. */
static void
add_noticed(struct input *in, const struct followed *f, struct json *row)
{
	const char *path = f->tail.source->path;
	const char *why = watch_why_not(in->watch, path);
	struct stat st;
	if (why == NULL && lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		why = "it is reached by a symbolic link";
	if (why == NULL && f->suspect)
		why = "it is named as a stream names its files";
	if (why == NULL)
		json_set_text(row, "noticed", (struct str)STR("inotify"));
	else
		set_sentence(row, "noticed", "looked at each second: ", why);
}

/* Of what is in it, if it is compressed: as far as it is inflated. */
static uint64_t
bytes_behind(const struct tail *t)
{
	struct stat st;
	if (!parked_is(t))
		return tail_backlog(t);
	bool grew = stat(t->source->path, &st) == 0 &&
	    (uint64_t)st.st_size > t->at.offset;
	return grew ? (uint64_t)st.st_size - t->at.offset : 0;
}

/* What is in it, if that is not just lines. */
static void
add_encoding(struct input *in, const struct followed *f, struct json *row)
{
	static const struct str said[] = {
		[ENCODING_UTF16LE] = STR("utf-16le, sent as UTF-8"),
		[ENCODING_UTF16BE] = STR("utf-16be, sent as UTF-8"),
	};
	const struct content *content = &f->tail.content;
	int64_t encoding = in->context.options->encoding;
	char head[2];
	if (encoding != ENCODING_UTF8)
		json_set_text(row, "encoding", said[encoding]);
	else if (content->unzip != NULL)
		json_set_text(row, "encoding",
		    (struct str)STR("gzip: its offsets are in what it "
				    "holds"));
	else if (pread(f->tail.fd, head, sizeof(head), 0) == sizeof(head) &&
	    decode_is_utf16((struct str){ head, sizeof(head) }))
		json_set_text(row, "encoding",
		    (struct str)STR("looks like UTF-16, and is sent as it is: "
				    "write encoding = utf-16le or utf-16be"));
}

static void
explain_followed(struct input *in, struct followed *f, struct json *row)
{
	const struct source *s = f->tail.source;
	uint64_t behind = bytes_behind(&f->tail);
	add_state(in, f, behind, row);
	json_set_text(row, "source", str_from(s->id));
	json_set_count(row, "offset", f->tail.at.offset);
	json_set_count(row, "size", f->tail.at.offset + behind);
	json_set_count(row, "behind", behind);
	json_set_count(row, "confirmed", s->safe.offset);
	json_set_integer(
	    row, "read_ms", (clock_monotonic() - f->tail.grew) / NS_PER_MS);
	add_noticed(in, f, row);
	json_set_text(row, "descriptor",
	    str_from(parked_is(&f->tail) ? "closed" : "open"));
	add_encoding(in, f, row);
	add_rotation(f, row);
}

void
input_file_explain(struct input *in, const char *path, struct json *row)
{
	static const struct str wanted = STR("wanted");
	struct followed *f = find(in, path);
	const char *what = complaints_find(&in->complaints, path);
	if (f != NULL) {
		explain_followed(in, f, row);
		return;
	}
	if (!str_equal(json_text(row, "state"), wanted))
		return;
	/* It was just found; or something is in the way of it. */
	json_set_text(row, "state", (struct str)STR("waiting"));
	if (what != NULL)
		json_set_text(row, "why", str_from(what));
	else if (in->starved)
		json_set_text(row, "why",
		    (struct str)STR("it waits for a descriptor; raise the "
				    "limit of open files"));
	else
		json_set_text(
		    row, "why", (struct str)STR("the next sweep finds it"));
}
