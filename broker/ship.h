/*
 * The shipper: the process that owns the only connection on which lines are
 * published.  It holds no lines, only which delivery tag carries which id,
 * so that it may be killed at any moment (section 3 of the design: the
 * library can hang where nothing interrupts it).
 */
#ifndef BROKER_SHIP_H
#define BROKER_SHIP_H

#include "config/config.h"

/*
 * Serve the reader at the other end of `fd` (broker/link.h), which is taken
 * over, until it closes.  Returns an exit status.
 */
int ship(const struct config *config, int fd);

#endif
