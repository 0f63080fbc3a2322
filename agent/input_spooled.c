#include "agent/input_spooled.h"

#include <stdlib.h>

#include "core/xalloc.h"

struct input {
	const struct intake_kind *kind;
	struct intake *intake;
	struct spool *spool;
};

static const char *
source_of(const struct input_options *options, const struct intake_kind *kind)
{
	if (options->command.count > 0)
		return options->command.items[0];
	return options->path.count > 0 ? options->path.items[0] : kind->source;
}

static void
on_second(void *owner)
{
	struct input *in = owner;
	in->kind->second(in->intake);
}

struct input *
input_spooled_open(
    const struct input_context *context, const struct intake_kind *kind)
{
	struct input *in = xcalloc(1, sizeof(*in));
	in->kind = kind;
	in->spool = spool_open(
	    context, source_of(context->options, kind), on_second, in);
	if (in->spool == NULL)
		goto free_input;
	in->intake = kind->open(context, in->spool);
	if (in->intake == NULL)
		goto close_spool;
	return in;

close_spool:
	spool_close(in->spool);
free_input:
	free(in);
	return NULL;
}

static struct input *
open_by_type(const struct input_context *context)
{
	static const struct intake_kind *const kinds[] = {
		[INPUT_STDIN] = &intake_stdin,
		[INPUT_SYSLOG] = &intake_syslog,
#ifdef WEIR_JOURNAL
		[INPUT_JOURNAL] = &intake_journal,
#endif
		[INPUT_KMSG] = &intake_kmsg,
		[INPUT_EXEC] = &intake_exec,
	};
	return input_spooled_open(context, kinds[context->options->type]);
}

static bool
turn(struct input *in)
{
	return spool_turn(in->spool);
}

static void
recorded(struct input *in)
{
	spool_recorded(in->spool);
}

static bool
finished(const struct input *in)
{
	return in->kind->ended(in->intake) && spool_is_drained(in->spool);
}

static void
status(const struct input *in)
{
	spool_status(in->spool);
	if (in->kind->status != NULL)
		in->kind->status(in->intake);
}

static void
shut(struct input *in)
{
	in->kind->close(in->intake);
	spool_close(in->spool);
	free(in);
}

const struct input_kind input_spooled = { open_by_type, turn, recorded,
	finished, status, shut };
