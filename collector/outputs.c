#include "collector/outputs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/xalloc.h"

/* Larger buffers go back to the system: bursts are rare, outputs many. */
#define SPARE_MAX ((size_t)4 << 20)

static size_t
measure_room(size_t streams)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return OUTPUTS_OPEN_MAX;
	rlim_t room = limit.rlim_cur / (streams + 1);
	if (room > OUTPUTS_OPEN_MAX)
		return OUTPUTS_OPEN_MAX;
	return room > 0 ? (size_t)room : 1;
}

void
outputs_init(struct outputs *o, enum stream_type type,
    const struct sink_place *place, size_t streams)
{
	*o = (struct outputs){
		.type = type, .place = place, .open_max = measure_room(streams)
	};
	o->last = &o->first;
}

struct output *
outputs_find(struct outputs *o, const char *name)
{
	struct output *output;
	size_t len = strlen(name);
	HASH_FIND(hh, o->table, name, len, output);
	if (output != NULL)
		return output;
	output = xcalloc(1, sizeof(*output) + len + 1);
	memcpy(output->name, name, len + 1);
	output->sink = o->type == STREAM_STDOUT ? sink_stdout_new()
						: sink_file_new(o->place, name);
	HASH_ADD(hh, o->table, name[0], len, output);
	return output;
}

size_t
outputs_count(const struct outputs *o)
{
	return HASH_COUNT(o->table);
}

struct buffer *
outputs_pending(struct outputs *o, struct output *output)
{
	if (output->pending.len > 0)
		return &output->pending;
	if (output->pending.cap == 0) {
		output->pending = o->spare;
		o->spare = (struct buffer){ 0 };
	}
	output->next_pending = NULL;
	*o->last = output;
	o->last = &output->next_pending;
	return &output->pending;
}

static void
move_to_end(struct outputs *o, struct output *output)
{
	HASH_DEL(o->table, output);
	HASH_ADD(hh, o->table, name[0], strlen(output->name), output);
}

struct output *
outputs_take(struct outputs *o, uint64_t now)
{
	struct output *taken = o->first;
	for (struct output *it = taken; it != NULL; it = it->next) {
		assert(it->pending.len > 0 && it->writing.cap == 0);
		it->writing = it->pending;
		it->pending = (struct buffer){ 0 };
		it->used = now;
		it->next = it->next_pending;
		move_to_end(o, it);
	}
	o->first = NULL;
	o->last = &o->first;
	return taken;
}

struct output *
outputs_retire(struct outputs *o, bool all, uint64_t now)
{
	struct output *retired = NULL, *it, *after;
	HASH_ITER(hh, o->table, it, after) {
		/* From here on they are in the commit, and so used just now. */
		if (it->writing.len > 0)
			break;
		if (!all && HASH_COUNT(o->table) <= o->open_max &&
		    now - it->used < OUTPUTS_IDLE_MS)
			break;
		assert(it->pending.len == 0);
		HASH_DEL(o->table, it);
		it->next = retired;
		retired = it;
	}
	return retired;
}

static void
output_free(struct output *output)
{
	buffer_clear(&output->pending);
	buffer_clear(&output->writing);
	sink_free(output->sink);
	free(output);
}

static void
keep_memory(struct outputs *o, struct buffer *used)
{
	assert(used->len == 0);
	if (used->cap > o->spare.cap && used->cap <= SPARE_MAX) {
		struct buffer smaller = o->spare;
		o->spare = *used;
		*used = smaller;
	}
	buffer_clear(used);
}

void
outputs_return(struct outputs *o, struct output *written, bool are_closed)
{
	struct output *next;
	for (struct output *it = written; it != NULL; it = next) {
		next = it->next;
		keep_memory(o, &it->writing);
		if (are_closed && it->pending.len == 0) {
			assert(o->table != NULL);
			HASH_DEL(o->table, it);
			output_free(it);
		}
	}
}

void
outputs_discard(struct output *retired)
{
	struct output *next;
	for (; retired != NULL; retired = next) {
		next = retired->next;
		output_free(retired);
	}
}

void
outputs_clear(struct outputs *o)
{
	struct output *all = NULL;
	for (struct output *it = o->table; it != NULL; it = it->hh.next) {
		it->next = all;
		all = it;
	}
	HASH_CLEAR(hh, o->table);
	outputs_discard(all);
	buffer_clear(&o->spare);
}
