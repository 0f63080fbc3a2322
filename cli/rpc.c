/*
 * The role in which agent and collector start the binary again to be asked
 * over RabbitMQ (broker/rpc_child.h); not a verb for people.
 */
#include <string.h>

#include "broker/rpc_child.h"
#include "cli/role.h"
#include "cli/verb.h"
#include "core/log.h"

enum {
	RPC_PAIR = 3,
	RPC_CONFIG = 4,
};

int
role_rpc(const char *role)
{
	if (strcmp(role, "agent") != 0 && strcmp(role, "collector") != 0)
		return EXIT_BAD_USAGE;
	role_ignore_signals();
	struct config *config =
	    config_load_fd(RPC_CONFIG, "configuration", stderr);
	if (config == NULL)
		return EXIT_BAD_CONFIG;
	log_init("weir rpc", (enum log_level)config->weir.log_level);
	int status = rpc_child_run(config, role, RPC_PAIR);
	config_free(config);
	return status;
}
