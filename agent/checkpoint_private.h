/* What checkpoint.c and checkpoint_find.c share, and nobody else. */
#ifndef AGENT_CHECKPOINT_PRIVATE_H
#define AGENT_CHECKPOINT_PRIVATE_H

#include "agent/checkpoint.h"
#include "agent/checkpoint_rows.h"
#include "agent/source_index.h"

struct checkpoint {
	uv_loop_t *loop;
	uv_work_t work;
	uv_timer_t every_second;
	const struct config *config;
	char *path;
	struct checkpoint_rows *file;
	struct writer writer; /* we */
	struct source *sources;
	struct source_index index; /* of them */
	struct source_rows rows; /* on their way: the work item's */
	int lock;
	int result; /* of the save under way */
	int64_t activity; /* ns: a clock that runs only while an agent does */
	int64_t counted; /* monotonic: up to when it is in `activity` */
	int64_t looked; /* `activity` when sources were looked at last */
	bool damaged;
	bool moved; /* what was loaded is another host's */
	bool saving;
	bool again; /* save once more behind it */
	bool failing; /* and said */
	checkpoint_recorded *recorded;
	void *owner;
};

#endif
