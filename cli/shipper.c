/*
 * The role in which the agent starts the binary again (broker/ship.h); not a
 * verb for people.
 */
#include <signal.h>

#include "broker/ship.h"
#include "cli/role.h"
#include "cli/verb.h"
#include "core/log.h"

enum {
	SHIPPER_LINK = 3,
	SHIPPER_CONFIG = 4,
};

void
role_ignore_signals(void)
{
	static const int not_for_us[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1,
		SIGUSR2 };
	for (size_t i = 0; i < sizeof(not_for_us) / sizeof(*not_for_us); i++)
		signal(not_for_us[i], SIG_IGN);
}

int
role_shipper(void)
{
	role_ignore_signals();
	struct config *config =
	    config_load_fd(SHIPPER_CONFIG, "configuration", stderr);
	if (config == NULL)
		return EXIT_BAD_CONFIG;
	log_init("weir shipper", (enum log_level)config->weir.log_level);
	int status = ship(config, SHIPPER_LINK);
	config_free(config);
	return status;
}
