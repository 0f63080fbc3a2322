/* Time, always int64_t nanoseconds. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* Since the epoch; steps when an administrator steps it.  For stamps. */
int64_t clock_realtime(void);

/* Since some moment before this process; never steps.  For waiting. */
int64_t clock_monotonic(void);

/* What this thread has computed so far.  For limits on work: others that
 * keep the machine busy do not use it up. */
int64_t clock_computed(void);

#endif
