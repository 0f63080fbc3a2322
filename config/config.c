#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/load.h"
#include "config/schema.h"
#include "config/url.h"
#include "core/xalloc.h"

/* A file, not a directory, and one that not everybody may change. */
static int
open_checked(const char *path, FILE *errors)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1) {
		fprintf(
		    errors, "%s: cannot be read: %s\n", path, strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		fprintf(
		    errors, "%s: is a directory; name the file in it\n", path);
	} else if (S_ISREG(st.st_mode) && (st.st_mode & S_IWOTH) != 0) {
		fprintf(errors,
		    "%s: every user of this host may change it; "
		    "chmod o-w %s\n",
		    path, path);
	} else {
		return fd;
	}
	if (fd != -1)
		close(fd);
	return -1;
}

static struct config *
read_fd(int fd, const char *name, FILE *errors, size_t *wrong)
{
	FILE *in = fdopen(fd, "r");
	if (in == NULL) {
		fprintf(
		    errors, "%s: cannot be read: %s\n", name, strerror(errno));
		close(fd);
		return NULL;
	}
	struct config *config = load_file(in, name, errors, wrong);
	fclose(in);
	return config;
}

struct config *
config_read(const char *path, FILE *errors, size_t *wrong)
{
	if (strcmp(path, "-") == 0)
		return read_fd(
		    dup(STDIN_FILENO), "standard input", errors, wrong);
	int fd = open_checked(path, errors);
	return fd != -1 ? read_fd(fd, path, errors, wrong) : NULL;
}

static struct config *
only_if_right(struct config *config, size_t wrong)
{
	if (config == NULL || wrong == 0)
		return config;
	config_free(config);
	return NULL;
}

struct config *
config_load(const char *path, FILE *errors)
{
	size_t wrong = 0;
	struct config *config = config_read(path, errors, &wrong);
	return only_if_right(config, wrong);
}

struct config *
config_load_fd(int fd, const char *name, FILE *errors)
{
	size_t wrong = 0;
	struct config *config = read_fd(fd, name, errors, &wrong);
	return only_if_right(config, wrong);
}

bool
config_is_local(const struct config *config)
{
	const struct string_list *url = &config->broker.url;
	return url->count == 1 && url_is_local(url->items[0]);
}

const struct filter_options *
config_filter_find(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->filter_count; i++)
		if (strcmp(config->filters[i].name, name) == 0)
			return &config->filters[i];
	return NULL;
}

void
config_free(struct config *config)
{
	if (config != NULL)
		schema_free_config(config);
}
