/*
 * A stream and its ledger under test: lines with a place in a chain, a
 * killed collector, and a look at what is on the disk.
 */
#ifndef TESTS_UNIT_LEDGER_WORLD_H
#define TESTS_UNIT_LEDGER_WORLD_H

#include "tests/unit/stream_world.h"

#include "collector/ledger.h"

#define SOURCE "0123456789abcdef0123456789abcdef"

static char local_url[] = "local:";
static struct record line;

/* The next line taken has this place; `line` says the rest. */
static inline void
take_at(const char *key, uint64_t prev, uint64_t pos, const char *body)
{
	line.key = str_from(key);
	line.prev = prev;
	line.pos = pos;
	line.body = str_from(body);
	line.severity = SEVERITY_INFO;
	stream_take(s, &line, ++tag);
}

/* One chain, each line ten bytes further. */
static inline void
take_number(unsigned number)
{
	char body[32];
	snprintf(body, sizeof(body), "line %u", number);
	take_at("k", number * 10, number * 10 + 10, body);
}

static inline void
end(void)
{
	stream_free(s);
	s = NULL;
	uv_run(&loop, UV_RUN_NOWAIT);
	tag = committed;
}

static inline void
start_again(void)
{
	end();
	start();
}

static inline int
run_command(const char *command)
{
	return system(command);
}

/*
 * As kill -9 after the files were written and before the ledger was: files
 * as they are now, with a ledger of an earlier time.
 */
static inline void
keep_ledger(void)
{
	assert_int_equal(run_command("rm -rf kept && cp -a ledger kept"), 0);
}

static inline void
start_with_kept_ledger(void)
{
	end();
	assert_int_equal(run_command("rm -rf ledger && cp -a kept ledger"), 0);
	start();
}

static inline void
write_text(const char *path, const char *text, const char *mode)
{
	FILE *f = fopen(path, mode);
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static inline int
ledger_set_up(void **state)
{
	line = (struct record){
		.source = STR(SOURCE),
		.host = STR("h"),
		.path = STR("/var/log/in.log"),
	};
	config.collector.in_hand = 8 << 20;
	urls[0] = local_url;
	return set_up(state);
}

#define LEDGER(name) \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, tear_down)

#endif
