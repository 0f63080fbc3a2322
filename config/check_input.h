/* Which options an [input] needs and may have, as its type is. */
#ifndef CONFIG_CHECK_INPUT_H
#define CONFIG_CHECK_INPUT_H

#include "config/load.h"

/* Complain of what is missing, and of what makes no sense with the type. */
void check_input_type(struct load *load, const struct section *section);

#endif
