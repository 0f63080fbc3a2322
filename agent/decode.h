/*
 * The text of a line, of its bytes in the encoding of its file.  It comes
 * from the bytes alone, so that it is the same whenever they are read.
 */
#ifndef AGENT_DECODE_H
#define AGENT_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/lines.h"
#include "config/config.h"

struct decoder;

/* Bytes that are nothing in their encoding are counted in `*unconverted`. */
struct decoder *
decoder_new(const struct input_options *input, uint64_t *unconverted);
void decoder_free(struct decoder *d);

/*
 * Make the text of `cut` what it stands for, without the byte order mark if
 * it is the `first` of its file, and without the CR of its end if that is to
 * be left out: a view of what it was, or valid until the next call.  Bytes
 * that are nothing become \xHH each.
 */
void decoder_cut(struct decoder *d, struct cut *cut, bool first);

/* Does a file that begins so look like UTF-16: has it its byte order mark? */
bool decode_is_utf16(struct str head);

#endif
