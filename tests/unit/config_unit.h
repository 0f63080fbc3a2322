/*
 * Configurations from text, for the tests of config/.
 */
#ifndef TESTS_UNIT_CONFIG_UNIT_H
#define TESTS_UNIT_CONFIG_UNIT_H

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"

/* Load `len` bytes as "weir.ini"; the caller frees `*errors`. */
static inline struct config *
load_bytes(const char *text, size_t len, char **errors)
{
	size_t size;
	FILE *out = open_memstream(errors, &size);
	int fd = memfd_create("weir.ini", MFD_CLOEXEC);
	assert_int_equal(write(fd, text, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	struct config *config = config_load_fd(fd, "weir.ini", out);
	fclose(out);
	return config;
}

/* What it says of a configuration: "" if it is right. */
static inline char *
errors_of(const char *text)
{
	char *errors;
	struct config *config = load_bytes(text, strlen(text), &errors);
	assert_int_equal(config == NULL, errors[0] != '\0');
	config_free(config);
	return errors;
}

/* A configuration that must be right. */
static inline struct config *
load_text(const char *text)
{
	char *errors;
	struct config *config = load_bytes(text, strlen(text), &errors);
	assert_string_equal(errors, "");
	assert_non_null(config);
	free(errors);
	return config;
}

/* What config_print says; the caller frees it. */
static inline char *
print_config(const struct config *config, bool secrets)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	config_print(config, out, secrets);
	fclose(out);
	return text;
}

/* A file of that content and mode; the caller unlinks and frees its name. */
static inline char *
write_file(const char *content, mode_t mode)
{
	char *path = strdup("/tmp/weir-unit-XXXXXX");
	int fd = mkstemp(path);
	assert_int_not_equal(fd, -1);
	size_t len = strlen(content);
	assert_int_equal(write(fd, content, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

#endif
