#include "core/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
check(void *p)
{
	if (p == NULL) {
		fputs("weir: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *
xmalloc(size_t size)
{
	return check(malloc(size ? size : 1));
}

void *
xcalloc(size_t count, size_t size)
{
	return check(calloc(count ? count : 1, size ? size : 1));
}

void *
xrealloc(void *p, size_t size)
{
	return check(realloc(p, size ? size : 1));
}

char *
xstrdup(const char *s)
{
	return check(strdup(s));
}

char *
xasprintf(const char *format, ...)
{
	va_list args;
	char *s = NULL;
	va_start(args, format);
	int n = vasprintf(&s, format, args);
	va_end(args);
	return check(n == -1 ? NULL : s);
}
