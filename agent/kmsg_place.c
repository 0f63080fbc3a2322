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

bool
kmsg_place_resume(struct kmsg_place *p, struct str cursor, bool again)
{
	struct str boot;
	uint64_t seq;
	p->known = true;
	p->seq = NONE;
	if (!str_next_word(&cursor, " ", &boot) ||
	    !str_equal(boot, str_from(p->boot)) ||
	    !str_take_byte(&cursor, ' ') || !str_take_number(&cursor, &seq) ||
	    cursor.len > 0)
		return false;
	p->seq = again ? seq - 1 : seq; /* in front of 0 is NONE */
	return true;
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
