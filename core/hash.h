/*
 * Hash tables: uthash, on our terms.  Of itself it would exit(3) when memory
 * runs out; with xmalloc it never sees that.
 */
#ifndef CORE_HASH_H
#define CORE_HASH_H

#include "core/xalloc.h"

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

#endif
