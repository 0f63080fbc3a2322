/* Spools that nobody reads: their input was renamed, or taken out. */
#ifndef AGENT_SPOOL_OTHERS_H
#define AGENT_SPOOL_OTHERS_H

#include "config/config.h"

/* Say each that has something in it. */
void spool_others_mention(const struct config *config);

#endif
