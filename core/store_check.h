/*
 * Is what stands in a store's file what was written there?  For core/store.c
 * alone.
 */
#ifndef CORE_STORE_CHECK_H
#define CORE_STORE_CHECK_H

#include <sqlite3.h>

/*
 * 1: it is sound, or new; 0: damaged; -1: not to be had, or written by a
 * version older than `oldest` or newer than `version`, which was said.
 * `path` is that of `db`.
 */
int store_check(
    sqlite3 *db, const char *path, const char *schema, int oldest, int version);

#endif
