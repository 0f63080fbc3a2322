/*
 * A record as bytes, for the way between our own processes (never between
 * hosts or versions: the processes of one start are one binary).  Layout: a
 * fixed header of native integers, then each text field's bytes in the order
 * of struct record, the body last.
 */
#ifndef RECORD_ENCODE_H
#define RECORD_ENCODE_H

#include "core/buffer.h"
#include "record/record.h"

/* Bytes that record_encode writes for `r`. */
size_t record_encoded_size(const struct record *r);

/* Write exactly record_encoded_size(r) bytes at `out`. */
void record_encode(const struct record *r, char *out);

/*
 * Read one back.  On 0 the fields of `r` point into `bytes`, which must
 * outlive it.  Returns -1 if `bytes` is not exactly one encoded record.
 */
int record_decode(struct str bytes, struct record *r);

#endif
