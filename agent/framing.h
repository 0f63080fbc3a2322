/*
 * Syslog messages cut from a stream of bytes (RFC 6587).  Each frame says by
 * its beginning what it is:
 *
 *	octet-counted (section 3.4.1): MSG-LEN SP, then so many bytes
 *	otherwise (section 3.4.2): up to LF or NUL
 *
 * A trailer (LF, CR LF, NUL) is no part of the text, in neither form, and
 * frames of nothing but trailers are passed over.
 *
 * A line may begin with a number too.  "MSG-LEN SP" is taken for a count when
 * "<" follows, as in every syslog message; behind a line only when a whole
 * PRI does.  Without it, behind a counted frame it is a count, behind a line
 * it is text; and as the first of a stream it is a count if so many bytes
 * without an LF follow and then the next "MSG-LEN SP", or the end.  A number
 * with a zero in front, or of more than 64 MiB, is no MSG-LEN.
 *
 * A frame that is longer than `max_frame` goes on as parts; nothing is ever
 * left out.  Cuts depend on the bytes alone, however they arrive.
 */
#ifndef AGENT_FRAMING_H
#define AGENT_FRAMING_H

#include "agent/lines.h"

/* What the last frame was. */
enum framing_seen {
	FRAMING_NONE,
	FRAMING_LINE,
	FRAMING_COUNTED,
};

/* Zeroed but for max_frame at the beginning of a stream. */
struct framing {
	size_t max_frame; /* bytes of text, at least 1 */
	enum framing_seen seen;
	bool counting; /* a counted frame is under way, */
	uint64_t left; /* and so many bytes of it are still to come */
	uint32_t part; /* parts already cut from the present frame */
	size_t looked; /* so many bytes in front of it are no end of a line */
};

/*
 * Cut the next frame, or a part of one, off the front of `rest`: `text` is a
 * view of it.  False when more bytes must come first; headers and trailers in
 * front may have been taken from `rest` all the same; what it leaves must be
 * in front of what comes then.  What it leaves is never
 * more than max_frame and a few bytes.
 */
bool framing_next(struct framing *f, struct str *rest, struct cut *cut);

/*
 * The stream has ended.  As framing_next, but what is left is a frame too,
 * marked RECORD_PARTIAL if it lacks something.  False when nothing is left.
 */
bool framing_last(struct framing *f, struct str *rest, struct cut *cut);

/*
 * There is no room to wait for the rest of the frame: all of `rest`, of which
 * framing_next makes nothing, is a part of it.  False if that is not known to
 * be text yet, which is true of a few bytes only.
 */
bool framing_part(struct framing *f, struct str *rest, struct cut *cut);

#endif
