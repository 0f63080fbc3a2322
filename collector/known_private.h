/* What known.c, known_changes.c and known_given_up.c share, and nobody else. */
#ifndef COLLECTOR_KNOWN_PRIVATE_H
#define COLLECTOR_KNOWN_PRIVATE_H

#include "collector/known.h"

/* The list that a chain belongs into, by whether it has open holes. */
struct chain **known_list_of(struct known *c, const struct chain *chain);

/* It was used, and is in the list `was`: to the end of its own. */
void known_renew(struct known *c, struct chain *chain, struct chain **was);

/* Count its open holes again; it may belong into another list then. */
void known_count_open(struct known *c, struct chain *chain);

/* It is to be in the next cut. */
void known_note_change(struct known *c, struct chain *chain);

/* The row of the source, or of that chain of it, is to go from the disk. */
void known_note_forgotten(
    struct known *c, const unsigned char *id, const struct str *key);

/* Forget what was given up before `before` of chains that are not known. */
void known_expire_given_up(struct known *c, uint32_t before, size_t most);

#endif
