/*
 * SQLite on our terms: when memory runs out the process ends, as everywhere
 * else.  Of itself it fails one statement and may leave a transaction half
 * open, which nothing after it can end.
 */
#ifndef CORE_STORE_MEMORY_H
#define CORE_STORE_MEMORY_H

/* Before the first database is opened; after it this does nothing. */
void store_memory_init(void);

#endif
