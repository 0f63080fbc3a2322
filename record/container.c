#include "record/container.h"

#include <string.h>

#include "core/json.h"
#include "record/attributes.h"
#include "record/timestamp.h"

static enum container_stream
stream_of(struct str name)
{
	if (str_equal(name, (struct str)STR("stdout")))
		return CONTAINER_STDOUT;
	if (str_equal(name, (struct str)STR("stderr")))
		return CONTAINER_STDERR;
	return CONTAINER_OTHER;
}

int
container_docker(struct str line, struct container_line *out)
{
	struct str log;
	struct json *json = json_parse(line);
	if (json == NULL || !json_get_text(json, "log", &log)) {
		json_free(json);
		return -1;
	}
	*out = (struct container_line){ .json = json,
		.stream = stream_of(json_text(json, "stream")),
		.text = log,
		.more = log.len == 0 || log.data[log.len - 1] != '\n' };
	if (!out->more)
		out->text.len--;
	if (timestamp_parse(json_text(json, "time"), &out->time) == -1)
		out->time = 0;
	return 0;
}

/* Cut the word in front of the next space off. */
static struct str
next_word(struct str *rest)
{
	struct str word = *rest;
	const char *space =
	    rest->len > 0 ? memchr(rest->data, ' ', rest->len) : NULL;
	if (space != NULL)
		word.len = (size_t)(space - rest->data);
	*rest = str_after(*rest, word.len + (space != NULL));
	return word;
}

int
container_cri(struct str line, struct container_line *out)
{
	struct str rest = line;
	struct container_line read = { .json = NULL };
	if (timestamp_parse(next_word(&rest), &read.time) == -1)
		return -1;
	read.stream = stream_of(next_word(&rest));
	struct str tags = next_word(&rest); /* more may follow behind colons */
	if (read.stream == CONTAINER_OTHER || tags.len == 0 ||
	    (tags.data[0] != 'P' && tags.data[0] != 'F') ||
	    (tags.len > 1 && tags.data[1] != ':'))
		return -1;
	read.more = tags.data[0] == 'P';
	read.text = rest;
	*out = read;
	return 0;
}

void
container_clear(struct container_line *line)
{
	json_free(line->json);
	line->json = NULL;
}

bool
container_begins(struct str line)
{
	return str_starts(line, (struct str)STR("{\"log\""));
}

bool
container_is_broken(struct str line)
{
	return container_begins(line) && line.data[line.len - 1] != '}';
}

void
container_describe(
    enum container_stream stream, int64_t time, struct buffer *out)
{
	static const struct str known[] = {
		[CONTAINER_STDOUT] = STR("[container stream=\"stdout\"]"),
		[CONTAINER_STDERR] = STR("[container stream=\"stderr\"]"),
		[CONTAINER_OTHER] = STR(""),
	};
	if (time != 0)
		attributes_put_number(out, ATTRIBUTE_TIME, time);
	attributes_put(out, ATTRIBUTE_DATA, known[stream]);
}
