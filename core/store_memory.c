#include "core/store_memory.h"

#include <malloc.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "core/xalloc.h"

static void *
take(int size)
{
	return xmalloc((size_t)size);
}

static void *
resize(void *p, int size)
{
	return xrealloc(p, (size_t)size);
}

static int
size_of(void *p)
{
	return p == NULL ? 0 : (int)malloc_usable_size(p);
}

static int
round_up(int size)
{
	return (size + 7) & ~7;
}

static int
begin(void *none)
{
	(void)none;
	return SQLITE_OK;
}

static void
end(void *none)
{
	(void)none;
}

void
store_memory_init(void)
{
	static const struct sqlite3_mem_methods ours = { .xMalloc = take,
		.xFree = free,
		.xRealloc = resize,
		.xSize = size_of,
		.xRoundup = round_up,
		.xInit = begin,
		.xShutdown = end };
	sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
}
