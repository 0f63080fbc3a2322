#include "core/host.h"

#include <stdio.h>
#include <string.h>

static void
read_word(const char *path, char id[HOST_ID_SIZE])
{
	FILE *in = fopen(path, "re");
	id[0] = '\0';
	if (in == NULL)
		return;
	if (fgets(id, HOST_ID_SIZE, in) == NULL)
		id[0] = '\0';
	id[strcspn(id, "\n")] = '\0';
	fclose(in);
}

void
host_boot_id(char id[HOST_ID_SIZE])
{
	read_word("/proc/sys/kernel/random/boot_id", id);
}

void
host_machine_id(char id[HOST_ID_SIZE])
{
	read_word("/etc/machine-id", id);
}
