#include "core/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/escape.h"

static const char *log_role = "weir";
static enum log_level log_threshold = LOG_LEVEL_INFO;

static const struct {
	const char *word;
	int priority;
} levels[] = {
	[LOG_LEVEL_ERROR] = { "error: ", 3 },
	[LOG_LEVEL_WARN] = { "warning: ", 4 },
	[LOG_LEVEL_INFO] = { "", 6 },
	[LOG_LEVEL_DEBUG] = { "debug: ", 7 },
};

void
log_init(const char *role, enum log_level level)
{
	log_role = role;
	log_threshold = level;
}

static int
put_prefix(char *line, size_t size, enum log_level level)
{
	if (getenv("JOURNAL_STREAM") != NULL)
		return snprintf(line, size, "<%d>%s: %s",
		    levels[level].priority, log_role, levels[level].word);
	struct timespec now;
	struct tm tm;
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	return snprintf(line, size, "%02d:%02d:%02d.%03d %s[%d]: %s",
	    tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(now.tv_nsec / 1000000),
	    log_role, (int)getpid(), levels[level].word);
}

/* The message in `text`: how long it is. */
static size_t
compose(char *text, size_t size, int error, const char *format, va_list args)
{
	int n = vsnprintf(text, size, format, args);
	size_t len = n < 0 ? 0 : (size_t)n;
	if (error != 0 && len < size) {
		n = snprintf(text + len, size - len, ": %s", strerror(error));
		len = n < 0 ? len : len + (size_t)n;
	}
	return len < size ? len : size - 1;
}

/* One write per line, so that lines of several processes do not mix. */
static void
put(enum log_level level, int error, const char *format, va_list args)
{
	char text[2048], line[4096];
	size_t room = sizeof(line) - 1;
	if (level > log_threshold)
		return;
	int saved = errno;
	int n = put_prefix(line, room, level);
	size_t len = n < 0 ? 0 : (size_t)n;
	struct str message = { text,
		compose(text, sizeof(text), error, format, args) };
	len += escape_text(line + len, room - len, message);
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, len) == -1) {
		/* There is nowhere left to say so. */
	}
	errno = saved;
}

#define PUT(level, error)                        \
	do {                                     \
		va_list args;                    \
		va_start(args, format);          \
		put(level, error, format, args); \
		va_end(args);                    \
	} while (0)

void
log_warn(const char *format, ...)
{
	PUT(LOG_LEVEL_WARN, errno);
}

void
log_error(const char *format, ...)
{
	PUT(LOG_LEVEL_ERROR, 0);
}

void
log_warnx(const char *format, ...)
{
	PUT(LOG_LEVEL_WARN, 0);
}

void
log_info(const char *format, ...)
{
	PUT(LOG_LEVEL_INFO, 0);
}

void
log_debug(const char *format, ...)
{
	PUT(LOG_LEVEL_DEBUG, 0);
}
