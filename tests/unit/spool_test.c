/*
 * A spool on a real disk: writer, reader, what a crash leaves, and damage at
 * every place.
 */
#include "tests/unit/spool_world.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "agent/spool_recover.h"
#include "agent/spool_repair.h"
#include "core/clock.h"
#include "record/record.h"

static const struct str nobody;

static void
put(struct world *w, const char *text)
{
	world_put(w, text, nobody);
}

/* As after the process ended: another one takes it up. */
static struct spool_end
restart(struct world *w)
{
	struct spool_end end;
	spool_writer_close(&w->writer);
	spool_directory_close(&w->directory);
	assert_int_equal(
	    spool_directory_open(&w->directory, w->home, "in", true), 1);
	assert_int_equal(spool_recover(&w->directory, &end), 0);
	spool_writer_init(
	    &w->writer, &w->loop, &w->directory, end.after, end.next);
	return end;
}

static off_t
segment_size(const struct world *w, size_t index)
{
	struct stat st;
	int fd = world_segment(w, index, O_RDONLY);
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	return st.st_size;
}

static void
truncate_segment(const struct world *w, size_t index, off_t size)
{
	int fd = world_segment(w, index, O_WRONLY);
	assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
}

static void
flip(const struct world *w, size_t index, off_t bit)
{
	unsigned char byte;
	int fd = world_segment(w, index, O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, bit / 8), 1);
	byte = (unsigned char)(byte ^ 1 << bit % 8);
	assert_int_equal(pwrite(fd, &byte, 1, bit / 8), 1);
	close(fd);
}

TEST(lines_come_out_as_they_went_in_over_many_segments)
{
	struct world w;
	char line[32];
	struct buffer all = { 0 };
	world_open(&w);
	w.writer.segment_size = 300;
	for (int i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		put(&w, line);
		if (w.writer.sealed_count == SPOOL_SEALED)
			restart(&w);
		w.writer.segment_size = 300;
		buffer_printf(&all, "%s|", line);
	}
	buffer_append_byte(&all, '\0');
	assert_true(w.directory.count > 20);
	world_read(&w, 0, UINT64_MAX);
	world_expect(&w, all.data);
	assert_int_equal(w.damaged, 0);
	assert_int_equal(w.last, w.writer.end);
	buffer_clear(&all);
	world_close(&w);
}

TEST(reading_goes_on_at_the_place_behind_any_line)
{
	struct world w;
	world_open(&w);
	put(&w, "one");
	uint64_t behind = w.writer.end;
	put(&w, "two");
	restart(&w);
	put(&w, "three");
	world_read(&w, 0, UINT64_MAX);
	world_expect(&w, "one|two|three|");
	world_read(&w, behind, UINT64_MAX);
	world_expect(&w, "two|three|");
	world_read(&w, 0, behind);
	world_expect(&w, "one|");
	world_read(&w, w.writer.end, UINT64_MAX);
	world_expect(&w, "");
	world_close(&w);
}

TEST(what_is_known_of_a_line_comes_back_with_it)
{
	struct world w;
	char text[3] = { 'a', '\0', '\n' };
	struct spool_reader reader;
	struct entry got,
	    e = { .received = INT64_C(-5),
		    .part = 3,
		    .flags = RECORD_MORE,
		    .severity = SEVERITY_CRIT,
		    .facility = FACILITY_LOCAL7,
		    .origin = STR("10.0.0.7"),
		    .text = { text, sizeof(text) } };
	world_open(&w);
	spool_writer_put(&w.writer, &e);
	assert_int_equal(spool_writer_flush(&w.writer), 0);
	spool_reader_init(&reader, &w.directory, 0);
	assert_int_equal(
	    spool_reader_next(&reader, w.writer.end, &got), SPOOL_ENTRY);
	assert_int_equal(got.received, e.received);
	assert_int_equal(got.part, e.part);
	assert_int_equal(got.flags, e.flags);
	assert_int_equal(got.severity, e.severity);
	assert_int_equal(got.facility, e.facility);
	assert_true(str_equal(got.origin, e.origin));
	assert_true(str_equal(got.text, e.text));
	spool_reader_clear(&reader);
	world_close(&w);
}

TEST(a_last_line_torn_at_any_length_is_cut_off_and_its_place_not_used_again)
{
	struct world w;
	for (off_t keep = 0;; keep++) {
		world_open(&w);
		put(&w, "one");
		off_t whole = segment_size(&w, 0);
		put(&w, "two, which is torn");
		spool_writer_close(&w.writer);
		if (whole + keep == segment_size(&w, 0)) {
			world_close(&w);
			return;
		}
		truncate_segment(&w, 0, whole + keep);
		struct spool_end end = restart(&w);
		assert_int_equal(segment_size(&w, 0), whole);
		assert_int_equal(end.next - end.after, keep);
		put(&w, "three");
		world_read(&w, 0, UINT64_MAX);
		world_expect(&w, "one|three|");
		assert_int_equal(w.damaged, 0);
		world_close(&w);
	}
}

TEST(a_segment_killed_in_its_head_is_as_if_it_were_not)
{
	struct world w;
	for (off_t size = 0; size <= (off_t)SEGMENT_HEAD; size++) {
		world_open(&w);
		put(&w, "one");
		restart(&w);
		uint64_t place = w.writer.next;
		put(&w, "lost before anybody saw it");
		spool_writer_close(&w.writer);
		truncate_segment(&w, 1, size);
		restart(&w);
		assert_int_equal(w.directory.count, 1);
		assert_int_equal(w.writer.next, place);
		put(&w, "two");
		world_read(&w, 0, UINT64_MAX);
		world_expect(&w, "one|two|");
		assert_int_equal(w.damaged, 0);
		world_close(&w);
	}
}

TEST(of_a_record_with_any_bit_flipped_only_that_line_is_lost_and_counted)
{
	struct world w;
	world_open(&w);
	put(&w, "one");
	off_t from = segment_size(&w, 0);
	put(&w, "two");
	off_t to = segment_size(&w, 0);
	put(&w, "three");
	for (off_t bit = from * 8; bit < to * 8; bit++) {
		flip(&w, 0, bit);
		world_read(&w, 0, UINT64_MAX);
		world_expect(&w, "one|three|");
		assert_int_equal(w.damaged, 1);
		assert_int_equal(w.lost, to - from);
		flip(&w, 0, bit);
	}
	world_read(&w, 0, UINT64_MAX);
	world_expect(&w, "one|two|three|");
	world_close(&w);
}

TEST(the_last_record_with_any_bit_flipped_is_damage_and_not_a_torn_line)
{
	struct world w;
	world_open(&w);
	put(&w, "one");
	off_t from = segment_size(&w, 0);
	put(&w, "two");
	off_t to = segment_size(&w, 0);
	for (off_t bit = from * 8; bit < to * 8; bit++) {
		flip(&w, 0, bit);
		restart(&w);
		assert_int_equal(segment_size(&w, 0), to);
		assert_int_equal(w.writer.next, (uint64_t)to - SEGMENT_HEAD);
		world_read(&w, 0, UINT64_MAX);
		world_expect(&w, "one|");
		assert_int_equal(w.damaged, 1);
		flip(&w, 0, bit);
	}
	world_close(&w);
}

TEST(a_bit_flipped_in_the_head_of_a_segment_costs_nothing)
{
	struct world w;
	world_open(&w);
	put(&w, "one");
	restart(&w);
	put(&w, "two");
	for (off_t bit = 0; bit < (off_t)SEGMENT_HEAD * 8; bit++) {
		flip(&w, 0, bit);
		world_read(&w, 0, UINT64_MAX);
		world_expect(&w, "one|two|");
		assert_int_equal(w.damaged, 0);
		flip(&w, 0, bit);
	}
	flip(&w, 0, 3);
	flip(&w, 0, (off_t)SEGMENT_HEAD * 4 + 3);
	world_read(&w, 0, UINT64_MAX);
	world_expect(&w, "two|");
	assert_int_equal(w.damaged, 1);
	world_close(&w);
}

TEST(where_damage_takes_the_end_the_next_segment_follows)
{
	struct world w;
	world_open(&w);
	put(&w, "one");
	off_t whole = segment_size(&w, 0);
	put(&w, "two");
	restart(&w);
	put(&w, "three");
	truncate_segment(&w, 0, whole + 5);
	world_read(&w, 0, UINT64_MAX);
	world_expect(&w, "one|three|");
	assert_true(w.damaged > 0);
	world_close(&w);
}

TEST(a_segment_that_somebody_removed_is_missed)
{
	struct world w;
	world_open(&w);
	put(&w, "one");
	restart(&w);
	put(&w, "two");
	uint64_t lost = w.writer.end - w.writer.head.base;
	restart(&w);
	put(&w, "three");
	assert_int_equal(spool_directory_remove(&w.directory, 1), 0);
	world_read(&w, 0, UINT64_MAX);
	world_expect(&w, "one|three|");
	assert_int_equal(w.damaged, 1);
	assert_int_equal(w.lost, lost);
	world_close(&w);
}

TEST(text_in_a_line_is_never_taken_for_a_record)
{
	struct world w;
	struct buffer forged = { 0 };
	struct entry e = { .received = 7, .text = STR("forged") };
	world_open(&w);
	put(&w, "one");
	/* All but the salt can be known to who writes the line. */
	uint64_t place = w.writer.next + SEGMENT_RECORD;
	struct segment_head head = { .base = 0, .salt = 0 };
	segment_record_put(&head, place, &e, &forged);
	e.text = buffer_str(&forged);
	off_t at = segment_size(&w, 0);
	spool_writer_put(&w.writer, &e);
	assert_int_equal(spool_writer_flush(&w.writer), 0);
	put(&w, "two");
	flip(&w, 0, at * 8); /* so that the next record is looked for in it */
	world_read(&w, 0, UINT64_MAX);
	world_expect(&w, "one|two|");
	assert_int_equal(w.damaged, 1);
	buffer_clear(&forged);
	world_close(&w);
}

TEST(a_draft_is_written_over_by_its_line_and_found_only_without_one)
{
	struct world w;
	struct entry e = { .received = 7, .text = STR("two, in prog") };
	world_open(&w);
	put(&w, "one");
	spool_writer_draft(&w.writer, &e);
	world_read(&w, 0, w.writer.end);
	world_expect(&w, "one|");
	restart(&w);
	world_read(&w, 0, w.writer.end);
	world_expect(&w, "one|two, in prog|");
	spool_writer_draft(&w.writer, &e);
	put(&w, "two, in progress");
	world_read(&w, 0, UINT64_MAX);
	world_expect(&w, "one|two, in prog|two, in progress|");
	assert_int_equal(w.damaged, 0);
	world_close(&w);
}

TEST(a_symbolic_link_is_refused_at_any_step)
{
	struct world w;
	struct spool_directory d;
	char *spool, *in, *other;
	world_open(&w);
	spool = xasprintf("%s/spool", w.home);
	in = xasprintf("%s/spool/in", w.home);
	other = xasprintf("%s/other", w.home);
	assert_int_equal(rename(in, other), 0);
	assert_int_equal(symlink(other, in), 0);
	assert_int_equal(spool_directory_open(&d, w.home, "in", true), -1);
	assert_int_equal(unlink(in), 0);
	assert_int_equal(rmdir(spool), 0);
	assert_int_equal(symlink(other, spool), 0);
	assert_int_equal(spool_directory_open(&d, w.home, "in", true), -1);
	free(spool);
	free(in);
	free(other);
	world_close(&w);
}

TEST(no_name_of_an_input_leaves_the_directory)
{
	static const struct {
		const char *input, *name;
	} cases[] = { { "nginx-1.log", "nginx-1.log" }, { "..", "%2E." },
		{ "../x", "%2E.%2Fx" }, { "a/b", "a%2Fb" } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buffer name = { 0 };
		spool_directory_name(cases[i].input, &name);
		assert_true(
		    str_equal(buffer_str(&name), str_from(cases[i].name)));
		buffer_clear(&name);
	}
}

static void
repair(struct world *w, uint64_t places, const char *lines)
{
	struct spool_repaired done;
	uint64_t end = w->writer.end;
	spool_writer_close(&w->writer);
	assert_int_equal(spool_repair(&w->directory, &done), 0);
	assert_int_equal(done.places, places);
	restart(w);
	assert_int_equal(w->writer.end, end);
	world_read(w, 0, UINT64_MAX);
	world_expect(w, lines);
	assert_int_equal(w->damaged, 0);
	assert_int_equal(w->last, end);
}

TEST(after_repair_all_that_was_sound_is_where_it_was_without_damage)
{
	struct world w;
	world_open(&w);
	put(&w, "one");
	off_t second = segment_size(&w, 0);
	put(&w, "two");
	put(&w, "three");
	off_t last = segment_size(&w, 0);
	put(&w, "four");
	restart(&w);
	put(&w, "five");
	restart(&w);
	put(&w, "six");
	flip(&w, 0, second * 8);
	flip(&w, 0, (last + 30) * 8);
	repair(&w, 2, "one|three|five|six|");
	repair(&w, 0, "one|three|five|six|");
	/* The first one's end, with the one behind it. */
	truncate_segment(&w, 0, last + 4);
	assert_int_equal(spool_directory_remove(&w.directory, 1), 0);
	repair(&w, 1, "one|three|six|");
	flip(&w, 0, 3);
	flip(&w, 0, (off_t)SEGMENT_HEAD * 4 + 3);
	repair(&w, 1, "six|");
	world_close(&w);
}

TEST(a_large_spool_is_taken_up_by_its_last_segment_alone)
{
	enum {
		SEGMENTS = 20000
	};
	struct world w;
	char name[SPOOL_NAME_LEN + 1];
	world_open(&w);
	/* Holes of 8 MiB each, that is 160 GB: whoever reads them is slow. */
	for (uint64_t i = 0; i < SEGMENTS; i++) {
		spool_directory_segment(i << 23, name);
		int fd = openat(
		    w.directory.fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_true(fd != -1);
		assert_int_equal(ftruncate(fd, 8 << 20), 0);
		close(fd);
	}
	spool_directory_close(&w.directory);
	assert_int_equal(
	    spool_directory_open(&w.directory, w.home, "in", true), 1);
	assert_int_equal(w.directory.count, SEGMENTS);
	spool_writer_init(
	    &w.writer, &w.loop, &w.directory, 0, (uint64_t)SEGMENTS << 23);
	put(&w, "last");
	int64_t before = clock_computed();
	struct spool_end end = restart(&w);
	assert_true(clock_computed() - before < NS_PER_SECOND);
	world_read(&w, end.next - 1, UINT64_MAX);
	assert_int_equal(end.next, w.writer.next);
	world_close(&w);
}

TESTS(SPEC(lines_come_out_as_they_went_in_over_many_segments),
    SPEC(reading_goes_on_at_the_place_behind_any_line),
    SPEC(what_is_known_of_a_line_comes_back_with_it),
    SPEC(
	a_last_line_torn_at_any_length_is_cut_off_and_its_place_not_used_again),
    SPEC(a_segment_killed_in_its_head_is_as_if_it_were_not),
    SPEC(of_a_record_with_any_bit_flipped_only_that_line_is_lost_and_counted),
    SPEC(the_last_record_with_any_bit_flipped_is_damage_and_not_a_torn_line),
    SPEC(a_bit_flipped_in_the_head_of_a_segment_costs_nothing),
    SPEC(where_damage_takes_the_end_the_next_segment_follows),
    SPEC(a_segment_that_somebody_removed_is_missed),
    SPEC(text_in_a_line_is_never_taken_for_a_record),
    SPEC(a_draft_is_written_over_by_its_line_and_found_only_without_one),
    SPEC(a_symbolic_link_is_refused_at_any_step),
    SPEC(no_name_of_an_input_leaves_the_directory),
    SPEC(after_repair_all_that_was_sound_is_where_it_was_without_damage),
    SPEC(a_large_spool_is_taken_up_by_its_last_segment_alone))
