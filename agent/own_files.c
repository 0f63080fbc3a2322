#include "agent/own_files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/glob.h"
#include "agent/output_glob.h"
#include "agent/output_ledger.h"
#include "core/buffer.h"
#include "core/identity.h"
#include "core/xalloc.h"

struct output {
	const struct stream_options *stream;
	char *base; /* the directories in front of the first field */
	char *pattern; /* of what follows */
	bool fixed;
	struct output_ledger *ledger;
};

struct own_files {
	const struct config *config;
	bool running;
	struct output *outputs;
	size_t count;
	struct buffer text; /* the last answer */
	const char *directory; /* and where that was, if all there is ours */
};

/* What becomes of an output whose lines come again (collector/sink.h). */
static const char *const suffixes[] = { ".cut", ".foreign", ".unsynced" };

static void
output_init(struct output *o, const struct config *config,
    const struct stream_options *stream)
{
	char *pattern = output_glob(stream->path);
	size_t base = strcspn(stream->path, "$%");
	while (base > 0 && stream->path[base - 1] != '/')
		base--;
	*o = (struct output){ .stream = stream,
		.base = str_copy((struct str){ stream->path, base }),
		.fixed = output_is_fixed(stream->path),
		.ledger = output_ledger_new(config->weir.state, stream->name) };
	/* The pattern's base may hold more bytes: its wildcards are quoted. */
	size_t slashes = 0, at = 0;
	for (size_t i = 0; i < base; i++)
		slashes += stream->path[i] == '/';
	for (; slashes > 0; at++)
		slashes -= pattern[at] == '/';
	o->pattern = xstrdup(pattern + at);
	free(pattern);
}

struct own_files *
own_files_new(const struct config *config, bool running)
{
	struct own_files *o = xcalloc(1, sizeof(*o));
	o->config = config;
	o->running = running;
	o->outputs = xcalloc(config->stream_count + 1, sizeof(*o->outputs));
	for (size_t i = 0; i < config->stream_count; i++)
		if (config->streams[i].type == STREAM_FILE &&
		    config->streams[i].path[0] != '\0')
			output_init(&o->outputs[o->count++], config,
			    &config->streams[i]);
	return o;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool
leads_to(const char *path, const struct stat *st)
{
	struct stat found;
	return stat(path, &found) == 0 && is_same(&found, st);
}

static bool
is_own_log(const struct stat *st)
{
	struct stat found;
	return (fstat(STDOUT_FILENO, &found) == 0 && is_same(&found, st)) ||
	    (fstat(STDERR_FILENO, &found) == 0 && is_same(&found, st));
}

/* Is the directory that `directory` leads to one that `path` is in?  `path`
 * has no symbolic links. */
static bool
is_beneath(const char *path, const char *directory)
{
	struct stat st;
	char *parent = xstrdup(path), *slash;
	bool is = false;
	if (stat(directory, &st) == 0)
		while (!is && (slash = strrchr(parent, '/')) != NULL &&
		    slash > parent) {
			*slash = '\0';
			is = leads_to(parent, &st);
		}
	free(parent);
	return is;
}

/* What of `path` is behind the output's base; NULL: it is elsewhere. */
static const char *
name_in(const struct output *o, const char *path)
{
	char *base = realpath(o->base[0] != '\0' ? o->base : ".", NULL);
	size_t len = base != NULL ? strlen(base) : 0;
	bool is = len > 0 && strncmp(path, base, len) == 0 &&
	    (path[len] == '/' || len == 1);
	free(base);
	return is ? path + len + (len > 1) : NULL;
}

/* Named as the stream names its files, or what it sets aside. */
static bool
is_named_by(const struct output *o, const char *path, bool *aside)
{
	const char *name = name_in(o, path);
	*aside = false;
	if (name == NULL)
		return false;
	if (glob_matches(o->pattern, name))
		return true;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		char *pattern = xasprintf("%s%s*", o->pattern, suffixes[i]);
		*aside |= glob_matches(pattern, name);
		free(pattern);
	}
	return *aside;
}

static enum own_file
judge_output(struct output *o, const char *path, const struct stat *st)
{
	struct identity identity;
	bool aside = false;
	bool named = is_named_by(o, path, &aside);
	if (aside || (o->fixed && leads_to(o->stream->path, st)))
		return OWN_YES;
	if (identity_look(path, &identity) == -1)
		return OWN_NO; /* it is gone */
	if (output_ledger_has(o->ledger, &identity, named))
		return OWN_YES;
	return named && !o->fixed && st->st_size == 0 ? OWN_PERHAPS : OWN_NO;
}

static enum own_file
say(struct own_files *o, const char **what, const char *verb, const char *name)
{
	o->text.len = 0;
	buffer_printf(&o->text, "%s%s", verb, name);
	buffer_append_byte(&o->text, '\0');
	*what = o->text.data;
	return OWN_YES;
}

enum own_file
own_files_judge(struct own_files *o, const char *path, const struct stat *st,
    const char **what)
{
	const char *state = o->config->weir.state;
	const char *runtime = o->config->weir.runtime;
	enum own_file found = OWN_NO;
	o->directory = NULL;
	char *real = realpath(path, NULL);
	if (real == NULL)
		return OWN_NO; /* it is gone */
	if (o->running && is_own_log(st))
		found = say(o, what, "our own log", "");
	else if (is_beneath(real, state)) {
		o->directory = state;
		found = say(o, what, "in our state directory", "");
	} else if (is_beneath(real, runtime)) {
		o->directory = runtime;
		found = say(o, what, "in our runtime directory", "");
	}
	for (size_t i = 0; i < o->count && found == OWN_NO; i++) {
		found = judge_output(&o->outputs[i], real, st);
		if (found == OWN_YES)
			say(o, what, "written by stream ",
			    o->outputs[i].stream->name);
	}
	free(real);
	return found;
}

const char *
own_files_directory(const struct own_files *o)
{
	return o->directory;
}

bool
own_files_suspect(struct own_files *o, const char *path)
{
	bool aside, is = false;
	char *real = realpath(path, NULL);
	for (size_t i = 0; real != NULL && i < o->count && !is; i++)
		is = is_named_by(&o->outputs[i], real, &aside);
	free(real);
	return is;
}

void
own_files_begin_sweep(struct own_files *o)
{
	for (size_t i = 0; i < o->count; i++)
		output_ledger_forget(o->outputs[i].ledger);
}

void
own_files_free(struct own_files *o)
{
	if (o == NULL)
		return;
	for (size_t i = 0; i < o->count; i++) {
		output_ledger_free(o->outputs[i].ledger);
		free(o->outputs[i].base);
		free(o->outputs[i].pattern);
	}
	free(o->outputs);
	buffer_clear(&o->text);
	free(o);
}
