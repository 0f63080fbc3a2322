/*
 * Any bytes as a segment of the spool, and a spool of any lines with a few
 * bits flipped: what is read is what was written at that place, or it is told
 * as damage; every record that no flip touched is found.
 *
 * First byte: how many lines; then a length for each; then flips, three bytes
 * each: where and which bit.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/spool_reader.h"
#include "core/xalloc.h"

#define LINES 16
#define FLIPS 4 /* with many, even a checksum can be made to fit */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct made {
	struct segment_head head;
	struct buffer bytes;
	size_t count;
	struct {
		uint64_t from, to;
		size_t length;
		bool touched;
	} lines[LINES];
	bool head_touched[2];
};

static char home[] = "/tmp/weir-spool-fuzz-XXXXXX";
static struct spool_directory directory;

static void
clean_up(void)
{
	char *command = xasprintf("rm -r %s", home);
	spool_directory_close(&directory);
	if (system(command) != 0)
		abort();
	free(command);
}

/* One segment, empty, in a spool of its own. */
static int
open_file(void)
{
	static int fd = -1;
	if (fd != -1)
		return fd;
	if (mkdtemp(home) == NULL ||
	    spool_directory_open(&directory, home, "in", true) != 1)
		abort();
	atexit(clean_up);
	fd = spool_directory_create(&directory, 0);
	assert(fd != -1);
	return fd;
}

static void
store(struct str bytes)
{
	int fd = open_file();
	if (ftruncate(fd, 0) == -1 ||
	    pwrite(fd, bytes.data, bytes.len, 0) != (ssize_t)bytes.len)
		abort();
}

static void
make(struct made *m, const uint8_t **data, size_t *size)
{
	char text[256];
	m->head = (struct segment_head){ .salt = UINT64_C(0x1f83d9abfb41bd6b) };
	segment_head_put(&m->head, &m->bytes);
	size_t count = **data % LINES + 1;
	++*data, --*size;
	for (; m->count<count && * size> 0; m->count++, ++*data, --*size) {
		size_t length = **data;
		memset(text, 'a' + (int)m->count, length);
		struct entry e = { .received = (int64_t)m->count,
			.text = { text, length } };
		uint64_t from = m->bytes.len - SEGMENT_HEAD;
		segment_record_put(&m->head, from, &e, &m->bytes);
		m->lines[m->count].from = from;
		m->lines[m->count].to = m->bytes.len - SEGMENT_HEAD;
		m->lines[m->count].length = length;
	}
}

static void
flip(struct made *m, const uint8_t *data, size_t size)
{
	for (int n = 0; n < FLIPS && size >= 3; n++, data += 3, size -= 3) {
		size_t at = (data[0] | (size_t)data[1] << 8) % m->bytes.len;
		m->bytes.data[at] =
		    (char)(m->bytes.data[at] ^ 1 << data[2] % 8);
		if (at < SEGMENT_HEAD)
			m->head_touched[at >= SEGMENT_HEAD / 2] = true;
		for (size_t i = 0; i < m->count; i++)
			if (at >= m->lines[i].from + SEGMENT_HEAD &&
			    at < m->lines[i].to + SEGMENT_HEAD)
				m->lines[i].touched = true;
	}
}

static void
check_line(const struct made *m, size_t i, const struct entry *e)
{
	assert(i < m->count);
	assert(e->received == (int64_t)i);
	assert(e->text.len == m->lines[i].length);
	for (size_t k = 0; k < e->text.len; k++)
		assert(e->text.data[k] == 'a' + (int)i);
}

static void
check_made(const struct made *m)
{
	struct spool_reader r;
	struct entry e;
	enum spool_found found;
	uint64_t at = 0;
	size_t i = 0;
	bool readable = !m->head_touched[0] || !m->head_touched[1];
	spool_reader_init(&r, &directory, 0);
	while ((found = spool_reader_next(&r, UINT64_MAX, &e)) != SPOOL_END) {
		assert(found == SPOOL_ENTRY || found == SPOOL_DAMAGE);
		assert(r.at > at);
		at = r.at;
		if (found != SPOOL_ENTRY)
			continue;
		for (; i < m->count && m->lines[i].to < r.at; i++)
			assert(m->lines[i].touched);
		assert(m->lines[i].to == r.at);
		check_line(m, i++, &e);
	}
	for (; readable && i < m->count; i++)
		assert(m->lines[i].touched);
	spool_reader_clear(&r);
}

/* Any bytes: read to the end, without a step back. */
static void
check_any(void)
{
	struct spool_reader r;
	struct entry e;
	uint64_t at = 0;
	spool_reader_init(&r, &directory, 0);
	while (spool_reader_next(&r, UINT64_MAX, &e) != SPOOL_END) {
		assert(r.at > at);
		at = r.at;
	}
	spool_reader_clear(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct made m = { .count = 0 };
	store((struct str){ (const char *)data, size });
	check_any();
	if (size == 0)
		return 0;
	make(&m, &data, &size);
	flip(&m, data, size);
	store(buffer_str(&m.bytes));
	check_made(&m);
	buffer_clear(&m.bytes);
	return 0;
}
