/*
 * What no single value can tell: checks across options and sections, and
 * the values that are made from others (the password from its file, the
 * host's name, bindings with their real words).
 */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/load.h"

void check_all(struct load *load);

#endif
