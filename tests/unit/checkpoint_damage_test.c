/*
 * What the next agent makes of a checkpoint that a disk, a power cut or
 * somebody else has changed: never a line skipped, never one linked wrong.
 */
#include "tests/unit/checkpoint_world.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/store.h"

static struct buffer
read_file(const char *path)
{
	struct buffer b = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return b;
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	size_t len = (size_t)st.st_size;
	assert_int_equal(read(fd, buffer_room(&b, len), len), len);
	b.len = len;
	close(fd);
	return b;
}

static void
write_file(const char *path, const struct buffer *b)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd != -1);
	assert_int_equal(write(fd, b->data, b->len), b->len);
	close(fd);
}

/* Nothing that was not safe is skipped, nothing that was is linked wrong. */
static void
check_after_damage(const char *id)
{
	c = try_to_open("weir");
	if (c == NULL)
		return; /* it refused, and said why */
	struct source *s = checkpoint_find(c, &inputs[0], &file);
	if (s != NULL && s->safe.offset == 30 && strcmp(s->id, id) == 0) {
		assert_int_equal(next_prev(s, "a", 40), 30);
		assert_int_equal(next_prev(s, "b", 50), 20);
	} else if (s != NULL) {
		/* Under a new id; or as of before the last transaction, when
		 * a flip in the log made SQLite end it earlier. */
		assert_true(s->safe.offset == 30 || s->safe.offset == 0);
		assert_int_equal(next_prev(s, "a", 40), 0);
		assert_int_equal(next_prev(s, "b", 50), 0);
	} /* else the file is read from its beginning under a new id */
	close_it();
}

#define FLIPS 3000

static const char *const suffixes[] = { "", "-wal", "-shm" };

/* The database and its log, and nothing else, as they are in `files`. */
static void
put_files(const struct buffer files[2])
{
	for (int i = 0; i < 3; i++) {
		char *path = xasprintf("%s/checkpoint.db%s", home, suffixes[i]);
		unlink(path);
		if (i < 2 && files[i].data != NULL)
			write_file(path, &files[i]);
		free(path);
	}
}

static void
read_files(struct buffer files[2])
{
	for (int i = 0; i < 2; i++) {
		char *path = xasprintf("%s/checkpoint.db%s", home, suffixes[i]);
		files[i] = read_file(path);
		free(path);
	}
}

/* Three lines are safe; the files as a kill and as a stop leave them. */
static char *
leave_files(struct buffer killed[2], struct buffer stopped[2])
{
	struct source *s = add_file();
	char *id = xstrdup(s->id);
	span_settle(read_line(s, "a", 10));
	span_settle(read_line(s, "b", 20));
	span_settle(read_line(s, "a", 30));
	checkpoint_save(c, true);
	wait_recorded(s);
	read_files(killed);
	close_it();
	read_files(stopped);
	return id;
}

static void
clear_files(struct buffer files[2])
{
	buffer_clear(&files[0]);
	buffer_clear(&files[1]);
}

/* Open `files` with one bit of one of them flipped. */
static void
flip(struct buffer files[2], unsigned *seed, const char *id)
{
	struct buffer *b = &files[files[1].len > 0 ? rand_r(seed) % 2 : 0];
	size_t at = (size_t)rand_r(seed) % b->len;
	char bit = (char)(1 << rand_r(seed) % 8);
	b->data[at] = (char)(b->data[at] ^ bit);
	put_files(files);
	b->data[at] = (char)(b->data[at] ^ bit);
	check_after_damage(id);
}

TEST(AG_08_a_flipped_bit_never_skips_a_line)
{
	struct buffer killed[2], stopped[2];
	char *id = leave_files(killed, stopped);
	unsigned seed = (unsigned)getpid();
	print_message("seed %u\n", seed);
	for (int i = 0; i < FLIPS; i++)
		flip(i % 2 ? killed : stopped, &seed, id);
	clear_files(killed);
	clear_files(stopped);
	free(id);
}

/* Open `files` with one of them cut to every so many lengths. */
static void
cut(struct buffer files[2], int which, const char *id)
{
	struct buffer *b = &files[which];
	size_t whole = b->len;
	for (size_t len = 0; len < whole; len += len % 4096 < 2 ? 1 : 211) {
		b->len = len;
		put_files(files);
		check_after_damage(id);
	}
	b->len = whole;
}

TEST(AG_08_a_file_cut_anywhere_never_skips_a_line)
{
	struct buffer killed[2], stopped[2];
	char *id = leave_files(killed, stopped);
	cut(killed, 0, id);
	cut(killed, 1, id);
	cut(stopped, 0, id);
	clear_files(killed);
	clear_files(stopped);
	free(id);
}

TEST(AG_08_an_emptied_file_with_a_log_beside_it_counts_as_damaged)
{
	struct buffer killed[2], stopped[2];
	char *id = leave_files(killed, stopped);
	killed[0].len = 0;
	put_files(killed);
	c = try_to_open("weir");
	assert_non_null(c);
	/* So that its files are read whole, even with `start = end`. */
	assert_true(checkpoint_was_damaged(c));
	assert_null(checkpoint_find(c, &inputs[0], &file));
	clear_files(killed);
	clear_files(stopped);
	free(id);
}

TEST(AG_08_garbage_is_set_aside_and_counts_as_damaged)
{
	unsigned seed = (unsigned)getpid();
	close_it();
	for (size_t len = 100; len < 100000; len *= 10) {
		struct buffer garbage[2] = { { 0 }, { 0 } };
		char *data = buffer_room(&garbage[0], len);
		for (size_t i = 0; i < len; i++)
			data[i] = (char)rand_r(&seed);
		garbage[0].len = len;
		put_files(garbage);
		c = try_to_open("weir");
		assert_non_null(c);
		assert_true(checkpoint_was_damaged(c));
		assert_null(checkpoint_find(c, &inputs[0], &file));
		close_it();
		clear_files(garbage);
	}
}

/* The version of the checkpoint's format. */
static int
format_version(void)
{
	char *path = xasprintf("%s/checkpoint.db", home);
	struct store *s = store_look(path);
	struct query *q = query_new(s, "PRAGMA user_version");
	assert_int_equal(query_step(q), 1);
	int found = (int)query_integer(q, 0);
	query_free(q);
	store_close(s);
	free(path);
	return found;
}

/* Make another one of it. */
static void
change_version(int from, int to)
{
	char *path = xasprintf("%s/checkpoint.db", home);
	char *sql = xasprintf("PRAGMA user_version = %d", to);
	struct store *s = store_open(path, "", from, from);
	assert_non_null(s);
	assert_int_equal(store_run(s, sql), 0);
	store_close(s);
	free(path);
	free(sql);
}

TEST(AG_08_AG_22_another_version_is_refused_and_left_alone)
{
	close_it();
	int known = format_version();
	const int others[] = { known + 1, known - 3, 1000 };
	for (size_t i = 0; i < 3; i++) {
		struct buffer before[2], after[2];
		change_version(format_version(), others[i]);
		read_files(before);
		assert_null(try_to_open("weir"));
		read_files(after);
		assert_int_equal(before[0].len, after[0].len);
		assert_memory_equal(
		    before[0].data, after[0].data, after[0].len);
		clear_files(before);
		clear_files(after);
	}
}

/* -- a power cut: of what was not synced any sector may be missing -------- */

#define SECTOR ((size_t)512)
#define POWER_CUTS 400

/* Of each sector of `b` what it was in `old`, or what it is in `new`. */
static void
mix(struct buffer *b, const struct buffer *old, const struct buffer *new,
    unsigned *seed)
{
	buffer_clear(b);
	memset(buffer_room(b, new->len), 0, new->len);
	for (size_t at = 0; at < new->len; at += SECTOR) {
		bool is_new = rand_r(seed) % 2;
		const struct buffer *from = is_new ? new : old;
		if (!is_new && at >= old->len && rand_r(seed) % 8 == 0)
			break; /* nor did the file grow this far */
		if (from->len > at)
			memcpy(b->data + at, from->data + at,
			    from->len - at < SECTOR ? from->len - at : SECTOR);
		b->len = new->len - at < SECTOR ? new->len : at + SECTOR;
	}
}

/* Where the source is safe; it must be the one we know, linked right. */
static uint64_t
safe_after_power_cut(const char *id)
{
	c = try_to_open("weir");
	assert_non_null(c);
	assert_false(checkpoint_was_damaged(c));
	struct source *s = checkpoint_find(c, &inputs[0], &file);
	assert_non_null(s);
	assert_string_equal(s->id, id);
	uint64_t safe = s->safe.offset;
	assert_int_equal(next_prev(s, "a", 40), safe == 30 ? 30 : 0);
	assert_int_equal(next_prev(s, "b", 50), safe == 30 ? 20 : 0);
	close_it();
	return safe;
}

TEST(AG_10_a_power_cut_in_a_save_leaves_the_old_or_the_new)
{
	struct buffer old[2], new[2], cut_off[2] = { { 0 }, { 0 } };
	unsigned seed = (unsigned)getpid();
	struct source *s = add_file();
	char *id = xstrdup(s->id);
	read_files(old);
	span_settle(read_line(s, "a", 10));
	span_settle(read_line(s, "b", 20));
	span_settle(read_line(s, "a", 30));
	checkpoint_save(c, true);
	wait_recorded(s);
	read_files(new);
	close_it();
	/* A save writes to the log alone. */
	assert_int_equal(old[0].len, new[0].len);
	assert_memory_equal(old[0].data, new[0].data, new[0].len);
	cut_off[0] = new[0];
	for (int i = 0; i < POWER_CUTS; i++) {
		mix(&cut_off[1], &old[1], &new[1], &seed);
		put_files(cut_off);
		uint64_t safe = safe_after_power_cut(id);
		assert_true(safe == 0 || safe == 30);
	}
	put_files(new);
	assert_int_equal(safe_after_power_cut(id), 30);
	put_files(old);
	assert_int_equal(safe_after_power_cut(id), 0);
	buffer_clear(&cut_off[1]);
	clear_files(old);
	clear_files(new);
	free(id);
}

TEST(AG_10_a_power_cut_while_the_log_is_written_back_leaves_the_new)
{
	struct buffer killed[2], stopped[2], old[2], new[2];
	struct buffer cut_off[2] = { { 0 }, { 0 } };
	unsigned seed = (unsigned)getpid();
	char *id = leave_files(killed, stopped);
	char *path = xasprintf("%s/checkpoint.db", home);
	put_files(killed);
	struct store *s = store_open(path, "", 0, format_version());
	read_files(old);
	assert_int_equal(store_run(s, "PRAGMA wal_checkpoint(PASSIVE)"), 0);
	read_files(new);
	store_close(s);
	cut_off[1] = old[1];
	for (int i = 0; i < POWER_CUTS; i++) {
		mix(&cut_off[0], &old[0], &new[0], &seed);
		put_files(cut_off);
		assert_int_equal(safe_after_power_cut(id), 30);
	}
	buffer_clear(&cut_off[0]);
	clear_files(old);
	clear_files(new);
	clear_files(killed);
	clear_files(stopped);
	free(path);
	free(id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_ITS_WORLD(AG_08_a_flipped_bit_never_skips_a_line),
		IN_ITS_WORLD(AG_08_a_file_cut_anywhere_never_skips_a_line),
		IN_ITS_WORLD(
		    AG_08_an_emptied_file_with_a_log_beside_it_counts_as_damaged),
		IN_ITS_WORLD(AG_08_garbage_is_set_aside_and_counts_as_damaged),
		IN_ITS_WORLD(
		    AG_08_AG_22_another_version_is_refused_and_left_alone),
		IN_ITS_WORLD(
		    AG_10_a_power_cut_in_a_save_leaves_the_old_or_the_new),
		IN_ITS_WORLD(
		    AG_10_a_power_cut_while_the_log_is_written_back_leaves_the_new),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
