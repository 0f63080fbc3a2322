/*
 * Log lines on a person's terminal: a colour by severity, and nothing in a
 * line may steer the terminal.  Control bytes, bytes that are not UTF-8, C1
 * controls and bidirectional overrides are shown as \xHH.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdio.h>

#include "core/buffer.h"
#include "record/record.h"

void terminal_append(struct buffer *out, const struct record *r);

/* A text of somebody else's, without colour or line feed. */
void terminal_append_text(struct buffer *out, struct str text);
void terminal_print(struct str text, FILE *out);

#endif
