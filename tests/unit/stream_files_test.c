#include "tests/unit/stream_world.h"

#include <sys/resource.h>

#include "collector/outputs.h"

TEST(hostile_hosts_get_files_beneath_the_base)
{
	options.path = "logs/${host}/x.log";
	start();
	take_from("../../escaped", "one");
	take_from("..", "two");
	take_from("/etc", "three");
	settle();
	assert_file("logs/.._.._escaped/x.log", "one\n");
	assert_file("logs/__/x.log", "two\n");
	assert_file("logs/_etc/x.log", "three\n");
}

TEST(reopening_leaves_a_renamed_file_alone)
{
	start();
	take("one");
	settle();
	rename("logs/x.log", "logs/x.log.1");
	stream_reopen(s);
	while (!stream_is_idle(s))
		uv_run(&loop, UV_RUN_ONCE);
	take("two");
	settle();
	assert_file("logs/x.log.1", "one\n");
	assert_file("logs/x.log", "two\n");
}

static int
count_descriptors(void)
{
	int count = 0;
	for (int fd = 0; fd < 4096; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

TEST(ten_thousand_files_do_not_need_ten_thousand_descriptors)
{
	enum {
		FILES = 10000
	};
	char host[32], path[64];
	options.path = "logs/${host}";
	options.sync = SYNC_NONE;
	start();
	int most = count_descriptors() + OUTPUTS_OPEN_MAX + 1;
	struct rlimit old, limit;
	getrlimit(RLIMIT_NOFILE, &old);
	/* A few more for the directories on the way. */
	limit = (struct rlimit){ (rlim_t)most + 8, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < FILES; i++) {
			snprintf(host, sizeof(host), "host%d", i);
			take_from(host, round == 0 ? "one" : "two");
			if (i % 100 == 0)
				uv_run(&loop, UV_RUN_NOWAIT);
		}
		settle();
		assert_true(count_descriptors() <= most);
	}
	setrlimit(RLIMIT_NOFILE, &old);
	assert_int_equal(stream_stats(s).write_errors, 0);
	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "logs/host%d", i);
		assert_file(path, "one\ntwo\n");
	}
}

TEST(a_path_that_names_no_file_is_refused)
{
	options.path = "logs/${host}/../x";
	assert_null(
	    stream_new(&loop, &config, &options, on_committed, &config));
}

WORLDS(WORLD(hostile_hosts_get_files_beneath_the_base),
    WORLD(reopening_leaves_a_renamed_file_alone),
    WORLD(ten_thousand_files_do_not_need_ten_thousand_descriptors),
    WORLD(a_path_that_names_no_file_is_refused))
