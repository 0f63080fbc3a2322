/*
 * Bits flipped in the ledger's files: it starts, or refuses with a sentence,
 * and never takes a line for seen that it did not see.
 */
#include "tests/unit/ledger_world.h"

#include "core/log.h"

enum {
	FLIPS = 3000,
	CHAINS = 12,
	LINES = 40 /* of each chain, every third of them lost */
};

static bool
was_seen(unsigned number)
{
	return number % 3 != 1;
}

/* Make `line` that one of that chain. */
static void
set_line(unsigned chain, unsigned number)
{
	static char source[] = SOURCE, key[16], body[32];
	source[0] = "0123456789abcdef"[chain % 4];
	line.source = str_from(source);
	snprintf(key, sizeof(key), "key%u", chain);
	line.key = str_from(key);
	snprintf(body, sizeof(body), "%u-%u", chain, number);
	line.body = str_from(body);
	line.prev = number * 10;
	line.pos = number * 10 + 10;
}

static const char *const names[] = { "ledger/t.db", "ledger/t.db-wal",
	"ledger/t.mark" };
static struct buffer contents[3];

static void
read_ledger(void)
{
	for (size_t i = 0; i < 3; i++) {
		struct stat st;
		int fd = open(names[i], O_RDONLY);
		assert_true(fd != -1 && fstat(fd, &st) == 0 && st.st_size > 0);
		size_t size = (size_t)st.st_size;
		assert_int_equal(
		    read(fd, buffer_room(&contents[i], size), size), size);
		contents[i].len = size;
		close(fd);
	}
}

/* As it was, but for one bit in one of its files. */
static void
write_flipped(void)
{
	/* The mark is small: less often. */
	size_t which = random() % 10 == 0 ? 2 : (size_t)random() % 2;
	char *byte =
	    &contents[which].data[(size_t)random() % contents[which].len];
	char bit = (char)(1 << random() % 8);
	*byte = (char)(*byte ^ bit);
	unlink("ledger/t.db-shm");
	for (size_t i = 0; i < 3; i++) {
		int fd = open(names[i], O_WRONLY | O_CREAT | O_TRUNC, 0600);
		assert_int_equal(write(fd, contents[i].data, contents[i].len),
		    contents[i].len);
		close(fd);
	}
	*byte = (char)(*byte ^ bit);
}

/* Some in the database itself, the later ones in its log. */
static void
make_ledger(void)
{
	options.path = "logs/${host}";
	start();
	for (unsigned number = 0; number < LINES; number++) {
		if (number == LINES / 2)
			start_again();
		for (unsigned chain = 0; chain < CHAINS; chain++)
			if (was_seen(number)) {
				set_line(chain, number);
				stream_take(s, &line, ++tag);
			}
		settle();
	}
	read_ledger();
}

/* Whatever was lost of what was seen, nothing else may be known. */
static void
assert_nothing_is_skipped(struct ledger *l)
{
	for (unsigned chain = 0; chain < CHAINS; chain++)
		for (unsigned number = 0; number < LINES + 2; number++) {
			if (number < LINES && was_seen(number))
				continue;
			set_line(chain, number);
			assert_int_equal(ledger_note(l, &line), LINE_NEW);
		}
}

TEST(three_thousand_flipped_bits_skip_no_line)
{
	unsigned seed = (unsigned)getpid(), refused = 0;
	printf("seed %u\n", seed);
	srandom(seed);
	log_init("test", LOG_LEVEL_ERROR);
	make_ledger();
	char *whole = read_file("logs/h");
	end();
	/* As after kill -9: the log is not folded into the database. */
	for (int i = 0; i < FLIPS; i++) {
		deadline = uv_now(&loop) + 60000;
		write_flipped();
		struct ledger *l = ledger_open(&loop, &config, &options);
		refused += l == NULL;
		if (l != NULL)
			assert_nothing_is_skipped(l);
		ledger_close(l);
		uv_run(&loop, UV_RUN_NOWAIT);
		/* Nor has a file lost what was acknowledged. */
		assert_file("logs/h", whole);
	}
	printf("%d flips, %u refused\n", FLIPS, refused);
	free(whole);
	for (size_t i = 0; i < 3; i++)
		buffer_clear(&contents[i]);
	log_init("test", LOG_LEVEL_INFO);
}

int
main(void)
{
	const struct CMUnitTest specs[] = {
		LEDGER(three_thousand_flipped_bits_skip_no_line),
	};
	return cmocka_run_group_tests(specs, NULL, NULL);
}
