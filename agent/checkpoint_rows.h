/*
 * The checkpoint's file: sources and their chains as rows of SQLite, a
 * checksum in each.  Everything here may block; while a work item uses it,
 * nobody else does.
 */
#ifndef AGENT_CHECKPOINT_ROWS_H
#define AGENT_CHECKPOINT_ROWS_H

#include "agent/source_row.h"
#include "core/store.h"

struct checkpoint_rows;

/* Open or create `path`.  NULL, having said why. */
struct checkpoint_rows *checkpoint_rows_open(const char *path);
void checkpoint_rows_close(struct checkpoint_rows *r);

/* There was no file, or one that had to be set aside. */
bool checkpoint_rows_are_new(const struct checkpoint_rows *r);

/* The file was damaged, or (after loading) some source's row. */
bool checkpoint_rows_were_damaged(const struct checkpoint_rows *r);

/* Somebody removed or replaced the file since it was opened. */
bool checkpoint_rows_are_gone(const struct checkpoint_rows *r);

/*
 * Every source that is saved, linked by `next`.  One whose row is damaged is
 * left out, one whose chains are is SOURCE_STALE; both are said.  Of one that
 * is gone no end is known then, and it is left out, too.  0, or -1.
 */
int checkpoint_rows_load(struct checkpoint_rows *r, struct source **sources);

/* The agent's activity, ever, in s: 0, or -1.  Nothing known: `*activity` 0. */
int checkpoint_rows_activity(struct checkpoint_rows *r, uint32_t *activity);

/* What is known of the process that wrote last. */
struct writer {
	char boot[64];
	char machine[64];
	char user[64];
	bool running; /* it has not said goodbye */
};

/* 0, or -1 having said why; one that was never written is all empty. */
int checkpoint_rows_writer(struct checkpoint_rows *r, struct writer *w);

/* All of it in one transaction; `writer` may be NULL: as it was.  0, or -1. */
int checkpoint_rows_write(struct checkpoint_rows *r,
    const struct source_rows *rows, const struct writer *writer);

#endif
