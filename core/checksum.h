/*
 * Checksums of what stands on a disk: they notice flipped bits and other
 * bytes, and are no defence against somebody who chooses them.  Neither ever
 * changes, since files outlive versions.
 */
#ifndef CORE_CHECKSUM_H
#define CORE_CHECKSUM_H

#include <stdint.h>

#include "core/str.h"

/* FNV-1a, 64 bits: a byte at a time. */
uint64_t checksum(struct str bytes);

/* XXH3, 64 bits: for much. */
uint64_t checksum_bulk(struct str bytes);

#endif
