#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/ledger_store_private.h"
#include "core/checksum.h"
#include "core/log.h"

/* In version 1 nothing could be given up. */
#define OLDEST 1
#define VERSION 2
#define NAME_LONGEST ((size_t)180)

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS source ("
    " id TEXT PRIMARY KEY, user TEXT, host TEXT, path TEXT,"
    " sum INTEGER) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS chain ("
    " source TEXT, key TEXT, seen TEXT, used INTEGER, sum INTEGER,"
    " PRIMARY KEY (source, key)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS given_up ("
    " source TEXT, key TEXT, ranges TEXT, since INTEGER, sum INTEGER,"
    " PRIMARY KEY (source, key)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS file ("
    " base TEXT, name TEXT, device INTEGER, inode INTEGER, birth INTEGER,"
    " length INTEGER, used INTEGER, sum INTEGER,"
    " PRIMARY KEY (base, name)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS state ("
    " name TEXT PRIMARY KEY, value TEXT, sum INTEGER) WITHOUT ROWID";

static const char *const sql[STATEMENT_COUNT] = {
	[PUT_SOURCE] = "INSERT OR REPLACE INTO source VALUES (?,?,?,?,?)",
	[PUT_CHAIN] = "INSERT OR REPLACE INTO chain VALUES (?,?,?,?,?)",
	[PUT_GIVEN_UP] = "INSERT OR REPLACE INTO given_up VALUES (?,?,?,?,?)",
	[PUT_STATE] = "INSERT OR REPLACE INTO state VALUES (?,?,?)",
	[PUT_FILE] = "INSERT OR REPLACE INTO file VALUES (?,?,?,?,?,?,?,?)",
	[DROP_SOURCE] = "DELETE FROM source WHERE id = ?",
	[DROP_CHAIN] = "DELETE FROM chain WHERE source = ? AND key = ?",
	[DROP_GIVEN_UP] = "DELETE FROM given_up WHERE source = ? AND key = ?",
	[DROP_FILE] = "DELETE FROM file WHERE base = ? AND name = ?",
	[EXPIRE_FILES] = "DELETE FROM file WHERE used < ?",
	[FIND_FILE] = ("SELECT device, inode, birth, length, used, sum"
		       " FROM file WHERE base = ? AND name = ?"),
};

void
row_sum_begin(struct ledger_store *s, const char *kind)
{
	s->scratch.len = 0;
	buffer_append_str(&s->scratch, str_from(kind));
}

/* The length first, so that no byte can change columns. */
void
row_sum_text(struct ledger_store *s, struct str text)
{
	buffer_printf(&s->scratch, " %zu:", text.len);
	buffer_append_str(&s->scratch, text);
}

void
row_sum_integer(struct ledger_store *s, int64_t number)
{
	buffer_printf(&s->scratch, " %" PRId64, number);
}

int64_t
row_sum_end(const struct ledger_store *s)
{
	return (int64_t)checksum(buffer_str(&s->scratch));
}

/* The stream's name as a file's: other streams get other names. */
static char *
file_name(const char *stream)
{
	struct buffer b = { 0 };
	for (const char *p = stream; *p != '\0'; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') ||
		    (*p >= 'A' && *p <= 'Z') || str_is_digit(*p) || *p == '_' ||
		    *p == '-' || (*p == '.' && b.len > 0);
		buffer_printf(&b, plain ? "%c" : "%%%02X", (unsigned char)*p);
	}
	if (b.len > NAME_LONGEST) {
		uint64_t sum = checksum(str_from(stream));
		b.len = NAME_LONGEST;
		buffer_printf(&b, "%%%016" PRIx64, sum);
	}
	char *name = str_copy(buffer_str(&b));
	buffer_clear(&b);
	return name;
}

/* The real path of DIRECTORY/ledger, 0700; NULL, having said why. */
static char *
make_directory(const char *directory)
{
	char *real = realpath(directory, NULL);
	if (real == NULL) {
		log_warn("%s", directory);
		return NULL;
	}
	char *path = xasprintf("%s/ledger", real);
	free(real);
	int fd = -1;
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		fd =
		    open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 || fchmod(fd, 0700) == -1) {
		log_warn("%s", path);
		free(path);
		path = NULL;
	}
	if (fd != -1)
		close(fd);
	return path;
}

static int
open_mark(struct ledger_store *s, const char *directory, const char *name)
{
	s->mark_path = xasprintf("%s/%s.mark", directory, name);
	s->mark =
	    open(s->mark_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s->mark == -1)
		log_warn("open %s", s->mark_path);
	return s->mark == -1 ? -1 : 0;
}

static int
open_database(
    struct ledger_store *s, const char *directory, const char *name, bool sync)
{
	char *path = xasprintf("%s/%s.db", directory, name);
	s->store = store_open(path, schema, OLDEST, VERSION);
	free(path);
	if (s->store == NULL)
		return -1;
	if (!sync && store_run(s->store, "PRAGMA synchronous = OFF") == -1)
		return -1;
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		s->statements[i] = query_new(s->store, sql[i]);
	return 0;
}

struct ledger_store *
ledger_store_open(const char *directory, const char *stream, bool sync)
{
	char *path = make_directory(directory);
	if (path == NULL)
		return NULL;
	char *name = file_name(stream);
	struct ledger_store *s = xcalloc(1, sizeof(*s));
	s->stream = xstrdup(stream);
	s->mark = -1;
	if (open_mark(s, path, name) == -1 ||
	    open_database(s, path, name, sync) == -1) {
		ledger_store_close(s);
		s = NULL;
	}
	free(name);
	free(path);
	return s;
}

bool
ledger_store_was_damaged(const struct ledger_store *s)
{
	return store_was_damaged(s->store);
}

/* "00000000000000000042 0123456789abcdef\n" */
enum {
	MARK_DIGITS = 20,
	MARK_LEN = MARK_DIGITS + 1 + 16 + 1
};

static void
format_mark(uint64_t commits, char text[MARK_LEN + 1])
{
	int n = snprintf(
	    text, MARK_LEN + 1, "%0*" PRIu64 " ", MARK_DIGITS, commits);
	snprintf(text + n, (size_t)(MARK_LEN + 1 - n), "%016" PRIx64 "\n",
	    checksum((struct str){ text, (size_t)n }));
}

uint64_t
ledger_store_mark(const struct ledger_store *s)
{
	char text[MARK_LEN + 1] = "", expected[MARK_LEN + 1];
	ssize_t n = pread(s->mark, text, MARK_LEN, 0);
	if (n == 0)
		return 0;
	if (n == MARK_LEN) {
		uint64_t commits = strtoull(text, NULL, 10);
		format_mark(commits, expected);
		if (memcmp(text, expected, MARK_LEN) == 0)
			return commits;
	}
	log_warnx("stream %s: %s: damaged", s->stream, s->mark_path);
	return UINT64_MAX;
}

int
ledger_store_set_mark(struct ledger_store *s, uint64_t commits)
{
	char text[MARK_LEN + 1];
	format_mark(commits, text);
	ssize_t n = pwrite(s->mark, text, MARK_LEN, 0);
	if (n == MARK_LEN)
		return 0;
	errno = n == -1 ? errno : ENOSPC;
	log_warn("write %s", s->mark_path);
	return -1;
}

int
ledger_store_begin(struct ledger_store *s)
{
	return store_begin(s->store);
}

int
ledger_store_end(struct ledger_store *s, bool good)
{
	return store_end(s->store, good);
}

void
ledger_store_close(struct ledger_store *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		query_free(s->statements[i]);
	store_close(s->store);
	if (s->mark != -1)
		close(s->mark);
	buffer_clear(&s->scratch);
	free(s->mark_path);
	free(s->stream);
	free(s);
}
