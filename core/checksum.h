/*
 * FNV-1a, 64 bits: notices flipped bits and other bytes; no defence against
 * somebody who chooses them.
 */
#ifndef CORE_CHECKSUM_H
#define CORE_CHECKSUM_H

#include <stdint.h>

#include "core/str.h"

uint64_t checksum(struct str bytes);

#endif
