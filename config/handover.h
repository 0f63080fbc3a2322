/*
 * How a child receives the very configuration that its parent checked: as
 * text in a memory file, secrets included, never on a disk or in an argument
 * list, and never read twice from a file that may have changed meanwhile.
 */
#ifndef CONFIG_HANDOVER_H
#define CONFIG_HANDOVER_H

#include "config/config.h"

/*
 * A descriptor at its beginning that config_load_fd reads back, or -1 having
 * said why.
 */
int config_handover(const struct config *config);

#endif
