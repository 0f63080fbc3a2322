/*
 * An [input] whose lines go through a spool first, whether there is room in
 * the window or not; from there they are routed.  What brings them there is
 * its intake.
 */
#ifndef AGENT_INPUT_SPOOLED_H
#define AGENT_INPUT_SPOOLED_H

#include "agent/intake.h"

/* As in struct input_kind, with this intake in place of its type's own. */
struct input *input_spooled_open(
    const struct input_context *context, const struct intake_kind *kind);

#endif
