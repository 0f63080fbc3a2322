#include "record/record.h"

#include "core/random.h"

static bool
is_source_id(struct str id)
{
	if (id.len != RANDOM_ID_LEN)
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.data[i];
		if (!(str_is_digit(c) || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

bool
record_is_chained(const struct record *r)
{
	return !(r->flags & RECORD_UNCHAINED) && r->key.len > 0 &&
	    r->prev < r->pos && r->pos <= INT64_MAX && is_source_id(r->source);
}
