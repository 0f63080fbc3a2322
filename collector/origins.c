#include "collector/origins.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

#define HOST_MAX 255
#define ORIGIN_PATH_MAX 1024
/* What malloc and the table take for each, roughly. */
#define OVERHEAD 32

static size_t
size_of(const struct origin *o)
{
	return sizeof(*o) + OVERHEAD + o->user.len + o->host.len + o->path.len;
}

struct origin *
origins_find(const struct origins *o, const unsigned char *id)
{
	struct origin *origin;
	HASH_FIND(hh, o->table, id, SOURCE_ID_LEN, origin);
	return origin;
}

static struct str
place_text(char **to, struct str text)
{
	struct str placed = { *to, text.len };
	if (text.len > 0)
		memcpy(*to, text.data, text.len);
	*to += text.len;
	return placed;
}

struct origin *
origins_add(struct origins *o, const unsigned char *id, struct str user,
    struct str host, struct str path)
{
	host.len = utf8_cut(host, HOST_MAX);
	path.len = utf8_cut(path, ORIGIN_PATH_MAX);
	struct origin *origin =
	    xcalloc(1, sizeof(*origin) + user.len + host.len + path.len);
	char *text = (char *)(origin + 1);
	memcpy(origin->id, id, SOURCE_ID_LEN);
	origin->user = place_text(&text, user);
	origin->host = place_text(&text, host);
	origin->path = place_text(&text, path);
	HASH_ADD(hh, o->table, id[0], SOURCE_ID_LEN, origin);
	o->bytes += size_of(origin);
	return origin;
}

void
origins_remove(struct origins *o, struct origin *origin)
{
	HASH_DEL(o->table, origin);
	o->bytes -= size_of(origin);
	free(origin);
}

void
origins_clear(struct origins *o)
{
	struct origin *origin, *after;
	HASH_ITER(hh, o->table, origin, after)
		origins_remove(o, origin);
}

static unsigned
digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void
source_id_read(struct str hex, unsigned char id[SOURCE_ID_LEN])
{
	for (size_t i = 0; i < SOURCE_ID_LEN; i++)
		id[i] = (unsigned char)(digit(hex.data[2 * i]) << 4 |
		    digit(hex.data[2 * i + 1]));
}

void
source_id_print(
    const unsigned char id[SOURCE_ID_LEN], char hex[2 * SOURCE_ID_LEN])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < SOURCE_ID_LEN; i++) {
		hex[2 * i] = digits[id[i] >> 4];
		hex[2 * i + 1] = digits[id[i] & 15];
	}
}
