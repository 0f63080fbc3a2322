/*
 * `weir explain PATH`: why a file is or is not shipped, where it stands, and
 * what is in its way.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/checkpoint_look.h"
#include "agent/explain.h"
#include "cli/explain_view.h"
#include "cli/inquiry.h"
#include "cli/verb.h"
#include "core/clock.h"
#include "core/escape.h"
#include "core/xalloc.h"

/* Symbolic links stay: patterns are about names. */
static char *
absolute(const char *word)
{
	if (word[0] == '/')
		return xstrdup(word);
	char *here = getcwd(NULL, 0);
	char *path = xasprintf("%s/%s", here != NULL ? here : "",
	    strncmp(word, "./", 2) == 0 ? word + 2 : word);
	free(here);
	return path;
}

/* People copy names from a log: if there is no such file, perhaps there is one
 * by the name that was escaped. */
static char *
path_of(const char *word)
{
	char *path = absolute(word);
	struct buffer name = { 0 };
	if (access(path, F_OK) == -1 &&
	    escape_undo(&name, str_from(path)) == 0) {
		buffer_append_byte(&name, '\0');
		if (access(name.data, F_OK) == 0) {
			free(path);
			return name.data;
		}
	}
	buffer_clear(&name);
	return path;
}

/* The agent's page, the caller's; NULL: there is none, or it cannot say. */
static struct json *
ask_agent(struct inquiry *q, const char *path)
{
	struct json *question = asking_question("explain"), *page = NULL;
	struct buffer name = { 0 };
	escape_name(&name, str_from(path));
	json_set_text(question, "path", buffer_str(&name));
	buffer_clear(&name);
	struct answer *answers = asking_all(q->asking, "agent", question);
	asking_complain(q->asking, answers);
	if (answers != NULL && answers->complete && answers->error == NULL) {
		page = answers->pages[0];
		answers->pages[0] = NULL;
	}
	asking_free_answers(answers);
	return page;
}

/* What can be said without an agent, by who asks. */
static struct json *
look(const struct config *config, const char *path)
{
	struct own_files *own = own_files_new(config, false);
	struct json *page = explain_path(config, own, path, NULL, NULL);
	struct identity identity;
	bool exists = identity_look(path, &identity) == 0;
	struct json *saved = checkpoint_look_file(
	    config->weir.state, path, exists ? &identity : NULL);
	if (saved != NULL)
		json_set(page, "saved", saved);
	own_files_free(own);
	return page;
}

static void
print(const struct json *page, bool running, bool json)
{
	struct buffer line = { 0 };
	if (!json) {
		explain_print(page, running, stdout);
		return;
	}
	json_append(page, &line);
	buffer_append_byte(&line, '\n');
	fwrite(line.data, 1, line.len, stdout);
	buffer_clear(&line);
}

static int
explain(struct inquiry *q)
{
	char *path = path_of(q->words[0]);
	struct json *page = ask_agent(q, path);
	bool running = page != NULL;
	if (!running)
		page = look(q->config, path);
	print(page, running, q->json);
	int status = explain_is_shipped(page) ? EXIT_OK : EXIT_NO;
	json_free(page);
	free(path);
	return status;
}

static int
run(int argc, char **argv)
{
	struct inquiry q;
	int status = inquiry_open_here(&q, argc, argv, 5 * NS_PER_SECOND, 1);
	if (status == EXIT_OK && q.count == 0) {
		fputs("weir explain: no PATH is given\n", stderr);
		status = EXIT_BAD_USAGE;
	}
	if (status == EXIT_OK)
		status = explain(&q);
	inquiry_close(&q);
	return status;
}

const struct verb verb_explain = {
	.name = "explain",
	.summary = "why a file is or is not shipped, and where it stands",
	.usage =
	    "usage: weir explain [-c FILE] [--wait TIME] [-o text|json] PATH\n"
	    "\n"
	    "Say which input follows the file PATH or why none does: no\n"
	    "pattern matches, it is excluded, cannot be read, is no file or\n"
	    "is weir's own.  A running agent of this host is asked, by its\n"
	    "socket, how far it has read and what is in its way.  Without\n"
	    "one the answer is by the configuration, as the one who asks\n"
	    "sees the file, and by the checkpoint.\n"
	    "\n"
	    "  -c, --config FILE  the configuration (default\n"
	    "                     " DEFAULT_CONFIG ")\n"
	    "      --wait TIME    how long to wait for the agent (default\n"
	    "                     5s)\n"
	    "  -o, --output FORM  text (default) or json\n"
	    "      --json         the same as -o json\n"
	    "\n"
	    "Exit status 0: some input follows it, or will.  1: none does.\n",
	.run = run,
};
