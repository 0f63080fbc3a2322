/* TZif files, as RFC 8536, section 3 describes them. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"
#include "record/zone_rules.h"

#define HEADER ((size_t)44)
#define TYPE ((size_t)6) /* offset, is it summer, its name */
#define LEAP ((size_t)12)

/* The six numbers of a header, in their order. */
struct counts {
	uint32_t isut, isstd, leap, time, type, names;
};

static uint32_t
number(const char *p)
{
	uint32_t n;
	memcpy(&n, p, sizeof(n));
	return be32toh(n);
}

static int64_t
long_number(const char *p)
{
	uint64_t n;
	memcpy(&n, p, sizeof(n));
	return (int64_t)be64toh(n);
}

/* Take a header off the front.  Returns its version, or -1. */
static int
take_header(struct str *bytes, struct counts *c)
{
	const char *p = bytes->data;
	if (bytes->len < HEADER || memcmp(p, "TZif", 4) != 0)
		return -1;
	*c = (struct counts){ number(p + 20), number(p + 24), number(p + 28),
		number(p + 32), number(p + 36), number(p + 40) };
	int version = p[4] == '\0' ? 1 : p[4] - '0';
	*bytes = str_after(*bytes, HEADER);
	return version;
}

/* How long the block behind a header is; times have `width` bytes. */
static size_t
block_size(const struct counts *c, size_t width)
{
	return (width + 1) * c->time + TYPE * c->type + c->names +
	    (LEAP - 8 + width) * c->leap + c->isstd + c->isut;
}

static int
take_changes(struct zone_rules *z, const struct counts *c, const char *block)
{
	const char *which = block + (size_t)c->time * 8;
	const char *types = which + c->time;
	if (c->type == 0)
		return -1;
	z->first = (int)number(types);
	for (uint32_t i = 0; i < c->time; i++) {
		unsigned type = (unsigned char)which[i];
		int64_t at = long_number(block + (size_t)i * 8);
		if (type >= c->type)
			return -1;
		zone_rules_add(z, at, (int)number(types + type * TYPE));
	}
	return 0;
}

int
zone_rules_read_file(struct zone_rules *z, struct str bytes)
{
	struct counts c;
	/* The first block has 32-bit times: it is there for old readers. */
	if (take_header(&bytes, &c) < 2 || block_size(&c, 4) > bytes.len)
		return -1;
	bytes = str_after(bytes, block_size(&c, 4));
	if (take_header(&bytes, &c) < 2 || block_size(&c, 8) > bytes.len ||
	    take_changes(z, &c, bytes.data) == -1)
		return -1;
	bytes = str_after(bytes, block_size(&c, 8));
	if (bytes.len < 2 || bytes.data[0] != '\n' ||
	    bytes.data[bytes.len - 1] != '\n')
		return -1;
	struct str footer = { bytes.data + 1, bytes.len - 2 };
	return footer.len == 0 ? 0 : zone_rules_read_string(z, footer);
}

void
zone_rules_add(struct zone_rules *z, int64_t at, int offset)
{
	/* Room doubles at powers of two. */
	if ((z->count & (z->count - 1)) == 0)
		z->changes = xrealloc(z->changes,
		    (z->count > 0 ? z->count * 2 : 1) * sizeof(*z->changes));
	z->changes[z->count++] = (struct zone_change){ at, offset };
}

void
zone_rules_clear(struct zone_rules *z)
{
	free(z->changes);
	*z = (struct zone_rules){ 0 };
}
