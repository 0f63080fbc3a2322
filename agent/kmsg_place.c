#include "agent/kmsg_place.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* In front of message 0. */
#define NONE UINT64_MAX

void
kmsg_place_init(struct kmsg_place *p, const char *boot)
{
	*p = (struct kmsg_place){ .known = false };
	snprintf(p->boot, sizeof(p->boot), "%s", boot);
}

void
kmsg_place_resume(struct kmsg_place *p, struct str cursor)
{
	struct str boot, number;
	uint64_t seq = 0;
	p->known = true;
	p->seq = NONE;
	if (!str_next_word(&cursor, " ", &boot) ||
	    !str_equal(boot, str_from(p->boot)) ||
	    !str_next_word(&cursor, " ", &number))
		return;
	for (size_t i = 0; i < number.len; i++) {
		if (number.data[i] < '0' || number.data[i] > '9')
			return;
		seq = seq * 10 + (uint64_t)(number.data[i] - '0');
	}
	p->seq = seq;
}

void
kmsg_place_cursor(const struct kmsg_place *p, uint64_t seq, struct buffer *out)
{
	buffer_printf(out, "%s %" PRIu64, p->boot, seq);
}

bool
kmsg_place_pass(struct kmsg_place *p, uint64_t seq)
{
	uint64_t next = p->seq + 1; /* behind NONE: 0 */
	if (p->known && seq < next)
		return false;
	if (p->known)
		p->missed += seq - next;
	p->known = true;
	p->seq = seq;
	return true;
}
