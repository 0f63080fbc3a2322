#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/fault.h"

/*
 * How often `point` is passed, of ten times, by a process with that
 * WEIR_FAULT: it tells the number in its exit status, or by a pipe if it is
 * killed.
 */
static int
passes(const char *fault, const char *point)
{
	int ends[2], status, n = 0;
	char byte;
	assert_int_equal(pipe(ends), 0);
	setenv("WEIR_FAULT", fault, 1);
	pid_t pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 10; i++) {
			fault_point(point);
			if (write(ends[1], "", 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	close(ends[1]);
	while (read(ends[0], &byte, 1) == 1)
		n++;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (n < 10)
		assert_int_equal(WTERMSIG(status), SIGKILL);
	unsetenv("WEIR_FAULT");
	return n;
}

TEST(a_process_dies_the_nth_time_it_passes_the_point)
{
	assert_int_equal(passes("here:1", "here"), 0);
	assert_int_equal(passes("here:7", "here"), 6);
	assert_int_equal(passes("here:11", "here"), 10);
}

TEST(other_points_kill_nobody)
{
	assert_int_equal(passes("here:1", "there"), 10);
	assert_int_equal(passes("here:1", "her"), 10);
	assert_int_equal(passes("", "here"), 10);
}

TEST(with_a_file_only_the_first_dies)
{
	char folder[] = "/tmp/weir-fault-XXXXXX", fault[128], file[64];
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/died", folder);
	snprintf(fault, sizeof(fault), "here:3:%s", file);
	assert_int_equal(passes(fault, "here"), 2);
	assert_int_equal(access(file, F_OK), 0);
	assert_int_equal(passes(fault, "here"), 10);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(passes(fault, "here"), 2);
	unlink(file);
	rmdir(folder);
}

TESTS(SPEC(a_process_dies_the_nth_time_it_passes_the_point),
    SPEC(other_points_kill_nobody), SPEC(with_a_file_only_the_first_dies))
