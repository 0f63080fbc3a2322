/*
 * Any bytes as a syslog message that came at some time: the first byte says
 * when, in steps of 97 days from 1970 on, the second in which zone, and
 * whether from a program of this host.  The body
 * stays, every field lies inside of it, levels are levels, and a second look
 * finds the same.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/xalloc.h"
#include "record/rfc3164.h"
#include "record/syslog.h"

static struct zone *zones[4];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
set_up(void)
{
	static const char *const names[4] = { "UTC", "+05:30", "Europe/Berlin",
		"America/Sao_Paulo" };
	const char *wrong;
	for (int i = 0; i < 4 && zones[i] == NULL; i++) {
		zones[i] = zone_new(names[i], &wrong);
		assert(zones[i] != NULL);
	}
}

static void
check_inside(struct str field, struct str body)
{
	assert(field.len == 0 ||
	    (field.data >= body.data &&
		field.data + field.len <= body.data + body.len));
}

static void
check_record(const struct record *r, struct str body)
{
	assert(r->body.data == body.data && r->body.len == body.len);
	check_inside(r->host, body);
	check_inside(r->program, body);
	check_inside(r->pid, body);
	check_inside(r->msgid, body);
	check_inside(r->data, body);
	assert((unsigned)r->severity < SEVERITY_COUNT);
	assert((unsigned)r->facility < FACILITY_COUNT);
	assert((r->flags & ~RECORD_MALFORMED) == 0);
}

static void
check_message(
    struct str body, int64_t received, const struct zone *zone, bool local)
{
	static const struct str us = STR("uid 1000");
	const struct record blank = { .body = body,
		.peer = local ? us : (struct str){ 0 },
		.time = received,
		.received = received,
		.severity = SEVERITY_NOTICE,
		.facility = FACILITY_USER };
	struct record r = blank, again = blank, header = blank;
	struct syslog s, same;
	struct str message;
	syslog_parse(zone, &r, &s);
	check_record(&r, body);
	check_inside(s.message, body);
	syslog_parse(zone, &again, &same);
	assert(memcmp(&r, &again, sizeof(r)) == 0);
	assert(str_equal(s.message, same.message));
	rfc3164_parse(body, body.len % 2 == 0, zone, &header, &message);
	check_record(&header, body);
	check_inside(message, body);
	syslog_peer_address(body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	set_up();
	char *exact = xmalloc(size - 2);
	memcpy(exact, data + 2, size - 2);
	check_message((struct str){ exact, size - 2 },
	    data[0] * INT64_C(97) * 86400 * NS_PER_SECOND, zones[data[1] % 4],
	    (data[1] & 4) != 0);
	free(exact);
	return 0;
}
