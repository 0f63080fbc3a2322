#include <stdio.h>

#include "collector/known.h"

/* A stranger's words, without what a terminal would obey. */
static void
clean(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f)
			*text = '?';
}

/* Its first `most` bytes, for "%.*s". */
static struct str
head(struct str s, size_t most)
{
	return (
	    struct str){ s.len > 0 ? s.data : "", s.len < most ? s.len : most };
}

struct known_label
known_label(const struct chain *chain)
{
	struct known_label label;
	const struct origin *o = chain->origin;
	struct str path = head(o->path, 200), host = head(o->host, 60),
		   key = head(known_key(chain), 100);
	snprintf(label.text, sizeof(label.text),
	    STR_FMT " (" STR_FMT "), key " STR_FMT, STR_ARG(path),
	    STR_ARG(host), STR_ARG(key));
	clean(label.text);
	return label;
}
