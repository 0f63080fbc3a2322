#include "core/checksum.h"

#include <xxhash.h>

uint64_t
checksum(struct str bytes)
{
	uint64_t sum = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < bytes.len; i++)
		sum = (sum ^ (unsigned char)bytes.data[i]) *
		    UINT64_C(1099511628211);
	return sum;
}

uint64_t
checksum_bulk(struct str bytes)
{
	return XXH3_64bits(bytes.data, bytes.len);
}
