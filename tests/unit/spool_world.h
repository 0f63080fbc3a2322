/*
 * A spool's files with a writer, in a fresh directory, and what a reader finds
 * there.
 */
#ifndef TESTS_UNIT_SPOOL_WORLD_H
#define TESTS_UNIT_SPOOL_WORLD_H

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <string.h>

#include "agent/spool_reader.h"
#include "agent/spool_writer.h"
#include "core/xalloc.h"

struct world {
	char home[64];
	uv_loop_t loop;
	struct spool_directory directory;
	struct spool_writer writer;
	struct buffer lines; /* what was read: "text|" each */
	uint64_t damaged, lost;
	uint64_t last; /* place of the last line read */
};

static inline void
world_open(struct world *w)
{
	memset(w, 0, sizeof(*w));
	assert_int_equal(fresh_directory(w->home), 0);
	uv_loop_init(&w->loop);
	assert_int_equal(
	    spool_directory_open(&w->directory, w->home, "in", true), 1);
	spool_writer_init(&w->writer, &w->loop, &w->directory, 0, 0);
}

static inline void
world_close(struct world *w)
{
	char *command = xasprintf("rm -rf %s", w->home);
	spool_writer_close(&w->writer);
	spool_directory_close(&w->directory);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	buffer_clear(&w->lines);
	assert_int_equal(system(command), 0);
	free(command);
}

/* A line from the sender of `origin` (record/attributes.h). */
static inline void
world_put(struct world *w, const char *text, struct str origin)
{
	struct entry e = {
		.received = 7, .text = str_from(text), .origin = origin
	};
	spool_writer_put(&w->writer, &e);
	assert_int_equal(spool_writer_flush(&w->writer), 0);
}

static inline void
world_read(struct world *w, uint64_t at, uint64_t end)
{
	struct spool_reader reader;
	struct entry e;
	enum spool_found found;
	w->lines.len = 0;
	w->damaged = w->lost = 0;
	spool_reader_init(&reader, &w->directory, at);
	while ((found = spool_reader_next(&reader, end, &e)) != SPOOL_END) {
		assert_int_not_equal(found, SPOOL_FAILED);
		if (found == SPOOL_DAMAGE) {
			assert_true(reader.damage.to > reader.damage.from);
			w->damaged++;
			w->lost += reader.damage.to - reader.damage.from;
			continue;
		}
		assert_int_equal(e.received, 7);
		buffer_append_str(&w->lines, e.text);
		buffer_append_byte(&w->lines, '|');
		w->last = reader.at;
	}
	spool_reader_clear(&reader);
}

/* Of what was read last. */
static inline void
world_expect(struct world *w, const char *lines)
{
	struct str got = buffer_str(&w->lines);
	if (!str_equal(got, str_from(lines)))
		fail_msg("got " STR_FMT ", not %s", STR_ARG(got), lines);
}

static inline int
world_segment(const struct world *w, size_t index, int flags)
{
	char name[SPOOL_NAME_LEN + 1];
	spool_directory_segment(w->directory.bases[index], name);
	int fd = openat(w->directory.fd, name, flags | O_CLOEXEC);
	assert_true(fd != -1);
	return fd;
}

#endif
