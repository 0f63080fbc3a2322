/*
 * Any bytes as a configuration file: either there is an error, or there are
 * values that read back as they were printed.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/config.h"

static struct config *
load(const void *data, size_t size)
{
	FILE *errors = fopen("/dev/null", "w");
	int fd = memfd_create("config", MFD_CLOEXEC);
	assert(fd != -1 && errors != NULL);
	assert(write(fd, data, size) == (ssize_t)size);
	assert(lseek(fd, 0, SEEK_SET) == 0);
	struct config *config = config_load_fd(fd, "fuzz.ini", errors);
	fclose(errors);
	return config;
}

static char *
print(const struct config *config, size_t *size)
{
	char *text;
	FILE *out = open_memstream(&text, size);
	assert(out != NULL);
	config_print(config, out, true);
	fclose(out);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *config = load(data, size);
	if (config == NULL)
		return 0;
	size_t first_size, second_size;
	char *first = print(config, &first_size);
	config_free(config);

	config = load(first, first_size);
	assert(config != NULL);
	char *second = print(config, &second_size);
	config_free(config);
	assert(first_size == second_size);
	assert(memcmp(first, second, first_size) == 0);
	free(first);
	free(second);
	return 0;
}
