#include "core/random.h"

#include <assert.h>
#include <sys/random.h>

static void
fill(void *p, size_t n)
{
	ssize_t got = getrandom(p, n, 0);
	/* Up to 256 bytes getrandom(2) is never short, nor interrupted. */
	assert(n <= 256 && got == (ssize_t)n);
}

void
random_id(char id[RANDOM_ID_LEN + 1])
{
	unsigned char bytes[RANDOM_ID_LEN / 2];
	fill(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		id[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		id[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	id[RANDOM_ID_LEN] = '\0';
}

uint64_t
random_below(uint64_t bound)
{
	uint64_t value;
	assert(bound > 0);
	/* Reject the uneven rest, so that every result is as likely. */
	do
		fill(&value, sizeof(value));
	while (value >= UINT64_MAX - UINT64_MAX % bound);
	return value % bound;
}
