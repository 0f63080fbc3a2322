#include "tests/unit/unit.h"

#include <string.h>

#include "core/checksum.h"

TEST(what_was_written_once_is_recognised_for_ever)
{
	struct str text = STR("<13>Nov 21 13:37:00 host app: hello");
	assert_int_equal(checksum(text), UINT64_C(0x8ef0a4c41c6c573e));
	assert_int_equal(checksum_bulk(text), UINT64_C(0x56581db7bd16365c));
	assert_int_equal(checksum_bulk((struct str){ NULL, 0 }),
	    UINT64_C(0x2d06800538d394c2));
}

TEST(each_flipped_bit_is_noticed_and_each_pair_of_them)
{
	char bytes[29] = "seven words and a bit of one";
	struct str all = { bytes, sizeof(bytes) };
	uint64_t sum = checksum_bulk(all);
	for (size_t i = 0; i < 8 * sizeof(bytes); i++) {
		bytes[i / 8] ^= (char)(1 << i % 8);
		assert_int_not_equal(checksum_bulk(all), sum);
		for (size_t k = 0; k < i; k++) {
			bytes[k / 8] ^= (char)(1 << k % 8);
			assert_int_not_equal(checksum_bulk(all), sum);
			bytes[k / 8] ^= (char)(1 << k % 8);
		}
		bytes[i / 8] ^= (char)(1 << i % 8);
	}
}

TEST(the_length_counts_and_the_place_in_memory_does_not)
{
	static const char zeros[64];
	char copy[64 + 8];
	for (size_t len = 0; len < sizeof(zeros); len++) {
		struct str some = { zeros, len }, more = { zeros, len + 1 };
		assert_int_not_equal(checksum_bulk(some), checksum_bulk(more));
	}
	for (size_t at = 0; at < 8; at++) {
		memcpy(copy + at, "the same text anywhere", 22);
		assert_int_equal(checksum_bulk((struct str){ copy + at, 22 }),
		    checksum_bulk(str_from("the same text anywhere")));
	}
}

TESTS(SPEC(what_was_written_once_is_recognised_for_ever),
    SPEC(each_flipped_bit_is_noticed_and_each_pair_of_them),
    SPEC(the_length_counts_and_the_place_in_memory_does_not))
