/*
 * The sources that lines come from, each as its first line told it.  The
 * user is the one that the broker vouches for: claims of others on the
 * source are not believed.
 */
#ifndef COLLECTOR_ORIGINS_H
#define COLLECTOR_ORIGINS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/hash.h"
#include "core/str.h"

#define SOURCE_ID_LEN 16 /* bytes of the 32 hex digits */
#define ORIGIN_USER_MAX 255

struct origin {
	UT_hash_handle hh;
	unsigned char id[SOURCE_ID_LEN];
	uint32_t chains;
	bool is_stored; /* its row was handed out by a cut */
	struct str user, host, path; /* point behind the struct */
};

struct origins {
	struct origin *table;
	size_t bytes; /* that all of it takes, roughly */
};

struct origin *origins_find(const struct origins *o, const unsigned char *id);

/* There must be none of that id.  Texts are copied, bounded. */
struct origin *origins_add(struct origins *o, const unsigned char *id,
    struct str user, struct str host, struct str path);

void origins_remove(struct origins *o, struct origin *origin);
void origins_clear(struct origins *o);

/* 32 hex digits to 16 bytes, and back (no NUL); the digits must be such. */
void source_id_read(struct str hex, unsigned char id[SOURCE_ID_LEN]);
void source_id_print(
    const unsigned char id[SOURCE_ID_LEN], char hex[2 * SOURCE_ID_LEN]);

#endif
