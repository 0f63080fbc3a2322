/* A queue's bindings, all of them: what the embedded router knows of it. */
#ifndef BROKER_BINDINGS_H
#define BROKER_BINDINGS_H

#include "config/config.h"

/* Does a message with this key pass any of the bindings? */
bool bindings_match(const struct broker_options *options,
    const struct string_list *bindings, struct str key);

#endif
