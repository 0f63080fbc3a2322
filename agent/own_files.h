/*
 * Files that are our own: following one would feed us what we write.  They
 * are told by what they are, not by what they are called.
 *
 *	our own log	what our standard output and error lead to
 *	our state	all beneath the state and the runtime directory
 *	our output	what a stream of the same configuration writes: a path
 *			without fields, and what the stream's ledger lists,
 *			by whatever name it goes now.  A file is in the ledger
 *			before its first byte is written.
 */
#ifndef AGENT_OWN_FILES_H
#define AGENT_OWN_FILES_H

#include <sys/stat.h>

#include "config/config.h"

struct own_files;

enum own_file {
	OWN_NO,
	OWN_YES, /* and it is said what */
	OWN_PERHAPS, /* empty, and named as a stream names its files */
};

/*
 * `config` must outlive it.  `running`: our standard output and error are
 * those of who follows files.
 */
struct own_files *own_files_new(const struct config *config, bool running);

/*
 * Is the file at `path`, of which stat(2) says `st`, our own?  `what`, valid
 * until the next call, is "our own log", "written by stream x".  Asks no
 * ledger twice within a sweep, but for a file that is named like an output.
 */
enum own_file own_files_judge(struct own_files *o, const char *path,
    const struct stat *st, const char **what);

/* The directory in which the last one judged is, if all in it is ours; NULL:
 * none.  Valid as long as the configuration. */
const char *own_files_directory(const struct own_files *o);

/* May the path be an output's, whatever it leads to now? */
bool own_files_suspect(struct own_files *o, const char *path);

/* What was learned of the ledgers may be old. */
void own_files_begin_sweep(struct own_files *o);

void own_files_free(struct own_files *o);

#endif
