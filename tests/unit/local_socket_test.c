#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <uv.h>

#include "core/local_socket.h"

struct world {
	uv_loop_t loop;
	uv_timer_t end;
	char home[64];
	int came[4]; /* connections */
	size_t count;
	uint64_t turns; /* of the loop */
};

static void
on_came(void *owner, int fd)
{
	struct world *w = owner;
	w->came[w->count++] = fd;
}

static void
on_end(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

static void
count_turn(uv_prepare_t *prepare)
{
	struct world *w = prepare->data;
	w->turns++;
}

static void
run_for(struct world *w, uint64_t ms)
{
	uv_timer_start(&w->end, on_end, ms, 0);
	uv_run(&w->loop, UV_RUN_DEFAULT);
}

/* All that are left; how many are in `taken`. */
static size_t
take_all_descriptors(int taken[64])
{
	size_t n = 0;
	while (n < 64 && (taken[n] = open("/dev/null", O_RDONLY)) != -1)
		n++;
	return n;
}

TEST(without_descriptors_one_more_is_let_in_and_then_nobody_spins)
{
	struct world w = { .count = 0 };
	uv_prepare_t prepare = { .data = &w };
	struct rlimit old, few;
	int taken[64], asker[3];
	assert_int_equal(fresh_directory(w.home), 0);
	uv_loop_init(&w.loop);
	uv_timer_init(&w.loop, &w.end);
	uv_prepare_init(&w.loop, &prepare);
	struct local_server *s =
	    local_server_new(&w.loop, w.home, "x", on_came, &w);
	assert_non_null(s);
	run_for(&w, 1); /* the loop opens what it needs */
	for (size_t i = 0; i < 3; i++) {
		asker[i] = local_socket_connect(w.home, "x");
		assert_int_not_equal(asker[i], -1);
	}
	getrlimit(RLIMIT_NOFILE, &old);
	few = old;
	few.rlim_cur = 40;
	setrlimit(RLIMIT_NOFILE, &few);
	size_t n = take_all_descriptors(taken);

	uv_prepare_start(&prepare, count_turn);
	run_for(&w, 200);
	assert_int_equal(w.count, 1);
	assert_true(w.turns < 20);
	while (n > 0)
		close(taken[--n]);
	run_for(&w, 1200);
	assert_int_equal(w.count, 3);

	setrlimit(RLIMIT_NOFILE, &old);
	for (size_t i = 0; i < 3; i++) {
		close(asker[i]);
		close(w.came[i]);
	}
	local_server_free(s);
	uv_close((uv_handle_t *)&prepare, NULL);
	uv_close((uv_handle_t *)&w.end, NULL);
	uv_run(&w.loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&w.loop), 0);
	assert_int_equal(chdir(w.home), 0);
	unlink("x.lock");
	assert_int_equal(rmdir(w.home), 0);
}

TESTS(SPEC(without_descriptors_one_more_is_let_in_and_then_nobody_spins))
