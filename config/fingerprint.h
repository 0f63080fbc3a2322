/*
 * One number for everything that makes lines and routing keys of an input's
 * bytes: its section but for what stands aside of that (config/option.h), its
 * filters, the agent's name and template, and the version of weir.  Two starts
 * with the same one cut and key alike.
 */
#ifndef CONFIG_FINGERPRINT_H
#define CONFIG_FINGERPRINT_H

#include "config/config.h"

uint64_t config_fingerprint(
    const struct config *config, const struct input_options *input);

#endif
