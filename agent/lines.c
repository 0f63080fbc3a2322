#include "agent/lines.h"

#include <string.h>

#include "record/record.h"

/* The line ends here: the next one begins with a clean slate. */
static void
end_line(struct cutter *c, struct cut *cut)
{
	cut->part = c->part > 0 ? c->part + 1 : 0;
	c->part = 0;
}

bool
cutter_next(struct cutter *c, struct str *rest, struct cut *cut)
{
	size_t within = rest->len > c->max_line ? c->max_line + 1 : rest->len;
	const char *lf = within > 0 ? memchr(rest->data, '\n', within) : NULL;
	if (lf != NULL) {
		cut->text =
		    (struct str){ rest->data, (size_t)(lf - rest->data) };
		cut->taken = cut->text.len + 1;
		cut->flags = 0;
		end_line(c, cut);
	} else if (rest->len > c->max_line) {
		cut->text = (struct str){ rest->data, c->max_line };
		cut->taken = c->max_line;
		cut->flags = RECORD_MORE;
		cut->part = ++c->part;
	} else
		return false;
	cut->origin = (struct str){ 0 };
	*rest = str_after(*rest, cut->taken);
	return true;
}

bool
cutter_last(struct cutter *c, struct str *rest, struct cut *cut)
{
	if (rest->len == 0)
		return false;
	*cut = (struct cut){
		.text = *rest, .taken = rest->len, .flags = RECORD_PARTIAL
	};
	end_line(c, cut);
	*rest = str_after(*rest, rest->len);
	return true;
}
