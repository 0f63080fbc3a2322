/*
 * Time zones: from what a clock on a wall shows to what time it is.  What a
 * zone does is read once, for the years to 2120; asking it costs a search in
 * a table, and neither TZ nor the C library's state is touched.
 */
#ifndef RECORD_ZONE_H
#define RECORD_ZONE_H

#include <stdint.h>

#include "core/str.h"

struct zone;

/*
 * A zone by its name: "local" (TZ, else /etc/localtime, else UTC), "UTC",
 * "+05:30" east of it, or a name of the IANA data base as "Europe/Berlin".
 * NULL, with `*wrong` a static end of a sentence that starts with the name,
 * if there is no such zone on this host.
 */
struct zone *zone_new(const char *name, const char **wrong);

/*
 * Seconds since the epoch when its clocks show `local`, which is seconds
 * since 1970-01-01 00:00:00 on such a clock.  Where clocks are put back they
 * show it twice: the one nearer to `near` (seconds since the epoch).  Where
 * they are put forward they never show it: as if they had not been.
 */
int64_t zone_instant(const struct zone *z, int64_t local, int64_t near);

/* Seconds that its clocks are ahead of UTC at that time. */
int zone_offset(const struct zone *z, int64_t seconds);

void zone_free(struct zone *z);

#endif
