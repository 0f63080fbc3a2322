#include "collector/sink.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum sink_result
sink_prepare(struct sink *s, struct sink_failure *f)
{
	return s->type->prepare(s, f);
}

enum sink_result
sink_write(struct sink *s, struct buffer *bytes, struct sink_failure *f)
{
	return s->type->write(s, bytes, f);
}

void
sink_close(struct sink *s)
{
	s->type->close(s);
}

void
sink_free(struct sink *s)
{
	if (s == NULL)
		return;
	s->type->close(s);
	s->type->free(s);
}

enum sink_result
sink_fail(struct sink_failure *f, const char *format, ...)
{
	int error = errno;
	va_list args;
	va_start(args, format);
	vsnprintf(f->why, sizeof(f->why), format, args);
	va_end(args);
	size_t len = strlen(f->why);
	snprintf(f->why + len, sizeof(f->why) - len, ": %s", strerror(error));
	return SINK_FAILED;
}

enum sink_result
sink_failx(struct sink_failure *f, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(f->why, sizeof(f->why), format, args);
	va_end(args);
	return SINK_FAILED;
}
