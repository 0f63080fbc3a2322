#include "core/checksum.h"

#include <endian.h>
#include <string.h>

uint64_t
checksum(struct str bytes)
{
	uint64_t sum = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < bytes.len; i++)
		sum = (sum ^ (unsigned char)bytes.data[i]) *
		    UINT64_C(1099511628211);
	return sum;
}

/* Odd, so that a multiplication by them can be undone and nothing is lost. */
#define SPREAD UINT64_C(0x9e3779b97f4a7c15)
#define CHAIN UINT64_C(0xd6e8feb86659fd93)

static uint64_t
chain(uint64_t sum, const char *bytes, size_t len)
{
	uint64_t word = 0;
	memcpy(&word, bytes, len);
	word = le64toh(word) * SPREAD;
	sum ^= word ^ word >> 32;
	return (sum << 27 | sum >> 37) * CHAIN;
}

uint64_t
checksum_bulk(struct str bytes)
{
	uint64_t sum = SPREAD ^ bytes.len;
	size_t at = 0;
	for (; bytes.len - at >= sizeof(sum); at += sizeof(sum))
		sum = chain(sum, bytes.data + at, sizeof(sum));
	if (at < bytes.len)
		sum = chain(sum, bytes.data + at, bytes.len - at);
	sum = (sum ^ sum >> 32) * SPREAD;
	return sum ^ sum >> 29;
}
