/* What only type = file can say; the rest is struct input_kind. */
#ifndef AGENT_INPUT_FILE_H
#define AGENT_INPUT_FILE_H

#include "agent/input.h"
#include "core/json.h"

/*
 * Add to `row` (agent/explain.h) what this input knows of `path`, or of the
 * file that has the name now:
 *
 *	source, offset, size, behind	as the next read finds it
 *	confirmed	the offset that is `safe`
 *	read_ms		since something was read last
 *	noticed		"inotify", or why it is only looked at, how often
 *	descriptor	"open" or "closed"
 *	encoding	what is made of its bytes, unless they are lines of
 *			UTF-8; or that they hardly are
 *	rotation	what became of its name, or who waits for it
 */
void input_file_explain(struct input *in, const char *path, struct json *row);

#endif
