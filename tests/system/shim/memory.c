/*
 * Memory that runs out, for LD_PRELOAD: every WEIR_SHIM-th request fails,
 * in the process with the verb `agent`.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static atomic_ulong every, requests;

/* Not earlier: the loader's own requests cannot fail in any way of ours. */
__attribute__((constructor)) static void
begin(int argc, char **argv)
{
	const char *text = getenv("WEIR_SHIM");
	if (argc > 1 && strcmp(argv[1], "agent") == 0 && text != NULL)
		every = strtoul(text, NULL, 10);
}

static int
fails(void)
{
	if (every == 0 || ++requests % every != 0)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t number, size_t size)
{
	return fails() ? NULL : __libc_calloc(number, size);
}

void *
realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}
