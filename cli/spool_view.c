#include "cli/spool_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/checkpoint_look.h"
#include "agent/spool_reader.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "record/timestamp.h"

static const char *
segment_name(uint64_t base)
{
	static char name[SPOOL_NAME_LEN + 1];
	spool_directory_segment(base, name);
	return name;
}

/* EXIT_OK; EXIT_NO: the input has no spool; or another code: said. */
static int
open_spool(
    const struct spool_view *v, const char *input, struct spool_directory *d)
{
	switch (spool_directory_open(d, v->state, input, false)) {
	case 1:
		return EXIT_OK;
	case 0:
		fprintf(stderr, "weir spool: input %s has no spool in %s\n",
		    input, v->state);
		return EXIT_NO;
	default:
		return EXIT_TRY_AGAIN;
	}
}

struct total {
	uint64_t records, bytes, damaged, lost;
	uint64_t left; /* behind what is confirmed: to be sent */
	int64_t oldest, newest;
};

static void
count(struct total *t, const struct entry *e)
{
	if (t->records == 0 || e->received < t->oldest)
		t->oldest = e->received;
	if (t->records == 0 || e->received > t->newest)
		t->newest = e->received;
	t->records++;
	t->bytes += e->text.len;
}

static void
print_damage(const struct spool_damage *d)
{
	printf("  %s: %s at %" PRIu64 ", %" PRIu64 " bytes\n",
	    segment_name(d->segment),
	    d->missing ? "segment before it missing" : "damaged", d->from,
	    d->to - d->from);
}

/* Read all there is; what is unfinished at its end is in `unfinished`. */
static int
read_all(const struct spool_directory *d, uint64_t safe, bool print,
    struct total *t, size_t *unfinished)
{
	struct spool_reader r;
	struct entry e;
	enum spool_found found;
	*t = (struct total){ 0 };
	spool_reader_init(&r, d, d->count > 0 ? d->bases[0] : 0);
	while ((found = spool_reader_next(&r, UINT64_MAX, &e)) == SPOOL_ENTRY ||
	    found == SPOOL_DAMAGE) {
		if (found == SPOOL_ENTRY) {
			count(t, &e);
			t->left += r.at > safe;
			continue;
		}
		t->damaged++;
		t->lost += r.damage.to - r.damage.from;
		if (print)
			print_damage(&r.damage);
	}
	*unfinished = spool_reader_unfinished(&r);
	spool_reader_clear(&r);
	return found == SPOOL_FAILED ? EXIT_TRY_AGAIN : EXIT_OK;
}

static void
print_times(const struct total *t)
{
	char oldest[TIMESTAMP_LEN], newest[TIMESTAMP_LEN];
	if (t->records == 0)
		return;
	timestamp_format(t->oldest, oldest);
	timestamp_format(t->newest, newest);
	printf("  received %.*s to %.*s\n", TIMESTAMP_LEN, oldest,
	    TIMESTAMP_LEN, newest);
}

int
spool_view_list(const struct spool_view *v, const char *input)
{
	struct spool_directory d;
	struct total t;
	uint64_t safe = 0;
	size_t unfinished;
	int status = open_spool(v, input, &d);
	if (status != EXIT_OK)
		return status;
	bool known = checkpoint_look(v->state, input, &safe) == 0;
	status = read_all(&d, safe, false, &t, &unfinished);
	printf("%s: %zu segments, %" PRIu64 " lines, %" PRIu64 " bytes\n",
	    input, d.count, t.records, t.bytes);
	print_times(&t);
	if (known)
		printf("  not confirmed: %" PRIu64 " lines\n", t.left);
	else
		puts("  not confirmed: unknown");
	if (t.damaged > 0)
		printf("  damaged: %" PRIu64 " places, %" PRIu64 " bytes\n",
		    t.damaged, t.lost);
	spool_directory_close(&d);
	return status;
}

int
spool_view_check(const struct spool_view *v, const char *input)
{
	struct spool_directory d;
	struct total t;
	size_t unfinished;
	int status = open_spool(v, input, &d);
	if (status != EXIT_OK)
		return status;
	printf("%s:\n", input);
	status = read_all(&d, 0, true, &t, &unfinished);
	if (unfinished > 0)
		printf("  %zu bytes of an unfinished line at the end\n",
		    unfinished);
	printf("  %" PRIu64 " lines are sound, %" PRIu64
	       " places are damaged\n",
	    t.records, t.damaged);
	spool_directory_close(&d);
	if (status == EXIT_OK && t.damaged > 0)
		status = EXIT_NO;
	return status;
}

static int
print_line(const struct spool_view *v, const struct entry *e)
{
	struct record r = { .body = e->text, .severity = SEVERITY_INFO };
	struct buffer b = { 0 };
	if (v->terminal)
		terminal_append(&b, &r);
	else {
		buffer_append_str(&b, e->text);
		if ((e->flags & RECORD_MORE) == 0) /* of one line */
			buffer_append_byte(&b, '\n');
	}
	size_t n = fwrite(b.data, 1, b.len, stdout);
	int result = n == b.len ? 0 : -1;
	buffer_clear(&b);
	return result;
}

int
spool_view_cat(const struct spool_view *v, const char *input)
{
	struct spool_directory d;
	struct spool_reader r;
	struct entry e;
	enum spool_found found;
	bool damaged = false;
	int status = open_spool(v, input, &d);
	if (status != EXIT_OK)
		return status;
	spool_reader_init(&r, &d, d.count > 0 ? d.bases[0] : 0);
	while ((found = spool_reader_next(&r, UINT64_MAX, &e)) == SPOOL_ENTRY ||
	    found == SPOOL_DAMAGE) {
		damaged |= found == SPOOL_DAMAGE;
		if (found == SPOOL_ENTRY && print_line(v, &e) == -1)
			break;
	}
	if (damaged)
		fprintf(stderr,
		    "weir spool: %s is damaged; weir spool check "
		    "says where\n",
		    d.path);
	spool_reader_clear(&r);
	spool_directory_close(&d);
	if (found == SPOOL_FAILED)
		return EXIT_TRY_AGAIN;
	return damaged ? EXIT_NO : EXIT_OK;
}
