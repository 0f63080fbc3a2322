/*
 * All chains of one stream, in memory: what was seen of each, who feeds it,
 * and which have changed since the last cut.
 *
 * Sources, keys, hosts and paths may all be a stranger's inventions.  So
 * everything is bounded: chains in number and bytes, where the least recently
 * used one without an open hole makes room, and holes in number, for each
 * chain and for all together, where a chain forgets its lowest interval.
 * Whatever is forgotten counts as not seen: it could repeat, and is never lost.
 * A hole is open unless all of it was given up (collector/given_up.h).
 *
 * All of it belongs to the loop's thread.
 */
#ifndef COLLECTOR_KNOWN_H
#define COLLECTOR_KNOWN_H

#include "collector/given_up.h"
#include "collector/intervals.h"
#include "collector/origins.h"
#include "record/record.h"

#define CHAINS_MAX ((size_t)262144)
#define CHAINS_BYTES_MAX ((size_t)128 << 20)
#define CHAIN_HOLES_MAX ((uint32_t)4096)
#define CHAINS_HOLES_MAX ((uint64_t)65536)

#define CHAIN_KEY_MAX 255
/* The lines of a source take turns among a few keys: one for each severity. */
#define CHAINS_RECENT 16

struct chain {
	UT_hash_handle hh;
	struct chain *prev, *next; /* in order of use, the oldest first */
	struct origin *origin;
	struct intervals seen;
	struct given_up *given_up; /* NULL: nothing of it */
	uint32_t open; /* holes */
	uint32_t used; /* s of the ledger's activity */
	uint32_t change; /* its place among the changed, from 1; 0: none */
	bool is_stored;
	uint8_t key_len;
	char name[]; /* the source's id, then the key */
};

/* A chain (with what was given up of it) or a source that is to go from the
 * disk as well. */
struct forgotten {
	unsigned char id[SOURCE_ID_LEN];
	bool is_source;
	struct str key; /* owned */
};

struct known {
	const char *stream; /* for messages */
	struct chain *table;
	struct origins origins;
	struct chain *whole, *holed; /* each in order of use; holed: open */
	struct given_up_set given_up;
	/* Of the lines before: the source, as text and read, and its chains. */
	char last_source[2 * SOURCE_ID_LEN];
	unsigned char last_id[SOURCE_ID_LEN];
	struct chain *recent[CHAINS_RECENT]; /* some NULL */
	struct chain **changed; /* some NULL */
	uint32_t changed_count, changed_room;
	struct forgotten *forgotten;
	size_t forgotten_count, forgotten_room;
	size_t bytes; /* without the origins */
	uint64_t holes; /* given up or not */
	uint64_t open; /* of these */
	uint64_t forgotten_holes; /* for want of room */
	bool gave_way; /* chains were forgotten for want of room */
	int64_t now; /* monotonic; set by the owner */
	uint32_t activity; /* s; set by the owner */
};

enum line_kind {
	LINE_NEW,
	LINE_REPEAT,
	/* A claim that cannot be believed or kept: written, never merged. */
	LINE_UNIDENTIFIED,
};

/* `stream` is not copied. */
void known_init(struct known *c, const char *stream);

/* Note a line that claims to be of a chain (RECORD_UNCHAINED is not set). */
enum line_kind known_note(struct known *c, const struct record *r);

/* NULL: there is none. */
struct chain *
known_find(const struct known *c, const unsigned char *id, struct str key);

/* As they were stored; NULL if there is one already.  Not a change. */
struct origin *known_restore_origin(struct known *c, const unsigned char *id,
    struct str user, struct str host, struct str path);

/* Takes over `seen`.  NULL if there is one already, or no such source. */
struct chain *known_restore(struct known *c, const unsigned char *id,
    struct str key, struct intervals *seen, uint32_t used);

/*
 * Nobody has the lines of `range` any more.  1: it is given up; 0: there was
 * nothing to give up; -1: no room for it.
 */
int known_give_up(struct known *c, const unsigned char *id, struct str key,
    struct interval range);

/* As it was stored, before its chain is; takes over `ranges`.  0, or -1. */
int known_restore_given_up(struct known *c, const unsigned char *id,
    struct str key, struct intervals *ranges, uint32_t since);

/* Forget chains without an open hole not used since `before`, at most `most`,
 * and what was given up of them. */
void known_expire(struct known *c, uint32_t before, size_t most);

/* Nothing changed since known_changes_taken. */
bool known_are_unchanged(const struct known *c);

/* All changed chains and everything forgotten were handed out. */
void known_changes_taken(struct known *c);

struct str known_key(const struct chain *chain);

/* "/var/log/x.log (web1), key err.daemon", escaped; of static size. */
struct known_label {
	char text[400];
};
struct known_label known_label(const struct chain *chain);

void known_clear(struct known *c);

#endif
