#include "agent/spool_others.h"

#include <string.h>

#include "agent/spool_directory.h"
#include "core/log.h"

static bool
has_input(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->input_count; i++)
		if (config->inputs[i].type != INPUT_FILE &&
		    strcmp(config->inputs[i].name, name) == 0)
			return true;
	return false;
}

static void
on_spool(void *owner, const char *input)
{
	const struct config *config = *(const struct config **)owner;
	struct spool_directory d;
	if (has_input(config, input) ||
	    spool_directory_open(&d, config->weir.state, input, false) != 1)
		return;
	if (d.count > 0)
		log_warnx(
		    "%s: no input has this name: what is in it waits", d.path);
	spool_directory_close(&d);
}

void
spool_others_mention(const struct config *config)
{
	spool_directory_each(config->weir.state, on_spool, &config);
}
