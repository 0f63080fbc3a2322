#include "agent/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/candidate.h"
#include "agent/glob.h"
#include "core/escape.h"
#include "core/xalloc.h"

/* What is known of the path, whoever wants it. */
struct look {
	const char *path;
	struct stat st;
	bool exists;
	const char *unfit; /* no input can follow it, and why; or NULL */
	int error; /* of opening it */
};

static void
set_name(struct json *j, const char *key, const char *name)
{
	struct buffer text = { 0 };
	escape_name(&text, str_from(name));
	json_set_text(j, key, buffer_str(&text));
	buffer_clear(&text);
}

/* Where on the way to it something is in the way. */
static void
add_trouble(struct json *j, const char *path)
{
	char *part = xstrdup(path);
	for (char *slash = strchr(part + 1, '/');;
	     slash = strchr(slash + 1, '/')) {
		struct stat st;
		if (slash != NULL)
			*slash = '\0';
		bool fails = stat(part, &st) == -1 ||
		    (slash != NULL && access(part, X_OK) == -1);
		if (fails) {
			json_set_text(j, "trouble", str_from(strerror(errno)));
			set_name(j, "at", part);
		}
		if (fails || slash == NULL)
			break;
		*slash = '/';
	}
	free(part);
}

static void
look(struct look *l, const char *path)
{
	*l = (struct look){ .path = path };
	l->exists = stat(path, &l->st) == 0;
	if (!l->exists)
		return;
	l->unfit = candidate_unfit(path, &l->st);
	if (l->unfit != NULL)
		return;
	int fd = candidate_open(path);
	if (fd == -1)
		l->error = errno;
	else
		close(fd);
}

static const char *
first_match(const struct string_list *patterns, const char *path)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (glob_matches(patterns->items[i], path))
			return patterns->items[i];
	return NULL;
}

static void
judge(struct json *row, struct own_files *own, const struct look *l)
{
	const char *state = "wanted", *why = l->unfit;
	enum own_file is = OWN_NO;
	struct stat link;
	if (!l->exists) {
		bool dangles = lstat(l->path, &link) == 0;
		state = dangles ? "refused" : "absent";
		why = dangles ? "a link that leads nowhere" : NULL;
	} else if (why != NULL)
		state = "refused";
	else if (l->error != 0) {
		state = "unreadable";
		why = strerror(l->error);
	} else {
		is = own_files_judge(own, l->path, &l->st, &why);
		if (is == OWN_YES)
			state = "refused";
		else if (is == OWN_PERHAPS)
			why = "it is empty, and named as a stream names its "
			      "files: followed when it grows and is none";
		else if (l->st.st_size == 0)
			why = "it is empty";
	}
	if (is == OWN_PERHAPS)
		state = "waiting";
	json_set_text(row, "state", str_from(state));
	if (why != NULL)
		json_set_text(row, "why", str_from(why));
}

static struct json *
input_row(const struct input_options *input, struct own_files *own,
    const struct look *l)
{
	struct json *row = json_new();
	const char *excluded = first_match(&input->exclude, l->path);
	const char *matched = first_match(&input->path, l->path);
	json_set_text(row, "input", str_from(input->name));
	if (matched == NULL)
		json_set_text(row, "state", (struct str)STR("unmatched"));
	else
		set_name(row, "pattern", excluded ? excluded : matched);
	if (matched != NULL && excluded != NULL)
		json_set_text(row, "state", (struct str)STR("excluded"));
	else if (matched != NULL)
		judge(row, own, l);
	return row;
}

struct json *
explain_path(const struct config *config, struct own_files *own,
    const char *path, explain_more *more, void *owner)
{
	struct json *j = json_new(), *inputs = json_new_list();
	struct look l;
	look(&l, path);
	set_name(j, "path", path);
	if (l.exists) {
		json_set_text(
		    j, "kind", str_from(l.unfit ? l.unfit : "a file"));
		json_set_integer(j, "size", l.st.st_size);
	} else
		add_trouble(j, path);
	own_files_begin_sweep(own);
	for (size_t i = 0; i < config->input_count; i++) {
		if (config->inputs[i].type != INPUT_FILE)
			continue;
		struct json *row = input_row(&config->inputs[i], own, &l);
		if (more != NULL)
			more(owner, i, path, row);
		json_push(inputs, row);
	}
	json_set(j, "inputs", inputs);
	return j;
}
