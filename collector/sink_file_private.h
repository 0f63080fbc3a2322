/* What sink_file.c and sink_file_open.c share, and nobody else. */
#ifndef COLLECTOR_SINK_FILE_PRIVATE_H
#define COLLECTOR_SINK_FILE_PRIVATE_H

#include <sys/types.h>

#include "collector/ledger_rows.h"
#include "collector/sink.h"

struct file {
	struct sink sink;
	const struct sink_place *place;
	char *path; /* for calls and messages */
	const char *name; /* the end of `path`, beneath the base */
	int fd; /* -1: closed */
	struct file_row row; /* all of its length is safe, as configured */
	bool is_torn; /* there may be more, of a write that failed */
	bool is_suspect; /* a sync failed: never write to it again */
};

/* Open the file by its name, as the ledger knows it. */
enum sink_result file_open(struct file *file, struct sink_failure *f);

void file_close(struct file *file);

/* Is what is open still what the name means? */
bool file_has_its_name(const struct file *file);

/* Rename it to NAME.WORD (.1 ...), and close it. */
enum sink_result
file_set_aside(struct file *file, const char *word, struct sink_failure *f);

/* What is written next begins a line. */
enum sink_result file_end_torn_line(struct file *file, struct sink_failure *f);

#endif
