/*
 * The output files, as the ledger knows them: by base, name, device, inode
 * and time of birth, with the length that is committed.  For work items, and
 * for the start.
 */
#ifndef COLLECTOR_LEDGER_FILES_H
#define COLLECTOR_LEDGER_FILES_H

#include "collector/ledger.h"

/*
 * What the ledger knows of the file of that name: 1, and `row` says it; 0:
 * nothing; -1: it cannot be asked, which was said.
 */
int ledger_file_find(
    struct ledger *l, struct str base, struct str name, struct file_row *row);

/* No commit adds more than this to a file. */
uint64_t ledger_most(const struct ledger *l);

/*
 * At the start: cut back every file that holds more than was committed, by
 * whatever name of its directory it goes now.  `keep`: why nothing may be
 * cut, which is said of each such file; NULL: the lines come again.  0, or
 * -1 if the ledger cannot be read.
 */
int ledger_files_recover(struct ledger *l, const char *keep);

#endif
