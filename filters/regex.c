#include "filters/regex.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/clock.h"
#include "core/xalloc.h"

/*
 * PCRE2 counts steps anew at each place where a match may start and does not
 * count runs of one class at all, so its own limits alone do not bound the
 * time: \w+: takes 20 s for a MiB of one letter.  Hence long subjects are
 * tried a few starts at a time, with a look at the clock in between.  The
 * products below are bytes that JIT code or the interpreter passes over in
 * less than 20 ms; a plain line of log takes one call.
 */
#define MATCH_LIMIT 20000
#define DEPTH_LIMIT 1000
#define HEAP_LIMIT_KIB 1024
#define JIT_STACK_MIN (32 << 10)
#define JIT_STACK_MAX (512 << 10)
#define STARTS_MAX 1024
#define STARTS_TIMES_LEN_JIT (64 << 20)
#define STARTS_TIMES_LEN (8 << 20)
#define TIME_LIMIT (20 * NS_PER_MS)

#define OPTIONS                                                          \
	(PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | \
	    PCRE2_USE_OFFSET_LIMIT)

struct regex {
	pcre2_code *code;
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack; /* NULL: without JIT */
};

static void *
must(void *p)
{
	if (p == NULL)
		abort(); /* out of memory, as in core/xalloc */
	return p;
}

struct regex *
regex_new(const char *pattern, bool ignore_case, char *error, size_t error_size)
{
	int code;
	PCRE2_SIZE offset;
	uint32_t options = OPTIONS | (ignore_case ? PCRE2_CASELESS : 0);
	pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)pattern,
	    PCRE2_ZERO_TERMINATED, options, &code, &offset, NULL);
	if (compiled == NULL) {
		PCRE2_UCHAR why[256];
		pcre2_get_error_message(code, why, sizeof(why));
		snprintf(error, error_size, "at byte %zu: %s", offset,
		    (const char *)why);
		return NULL;
	}
	struct regex *r = xcalloc(1, sizeof(*r));
	r->code = compiled;
	r->context = must(pcre2_match_context_create(NULL));
	r->data = must(pcre2_match_data_create(1, NULL));
	pcre2_set_match_limit(r->context, MATCH_LIMIT);
	pcre2_set_depth_limit(r->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(r->context, HEAP_LIMIT_KIB);
	if (pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE) == 0) {
		r->stack = must(
		    pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL));
		pcre2_jit_stack_assign(r->context, NULL, r->stack);
	}
	return r;
}

/* Look for a match that starts in [start, start + starts). */
static int
match_slice(struct regex *r, struct str subject, size_t start, size_t starts)
{
	pcre2_set_offset_limit(r->context, start + starts - 1);
	int result = pcre2_match(r->code, (PCRE2_SPTR)subject.data, subject.len,
	    start, 0, r->data, r->context);
	assert(result != PCRE2_ERROR_BADOPTION);
	assert(result != PCRE2_ERROR_BADUTFOFFSET);
	if (result >= 0)
		return 1;
	return result == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

/* No match starts inside a character. */
static size_t
next_start(struct str subject, size_t at)
{
	while (at < subject.len &&
	    ((unsigned char)subject.data[at] & 0xc0) == 0x80)
		at++;
	return at;
}

int
regex_match(struct regex *r, struct str subject)
{
	size_t starts = STARTS_MAX, at = 0;
	if (subject.len == 0)
		subject.data = "";
	if (subject.len < starts)
		return match_slice(r, subject, 0, starts);
	size_t product = r->stack ? STARTS_TIMES_LEN_JIT : STARTS_TIMES_LEN;
	if (starts > product / subject.len)
		starts = product / subject.len + 1;
	int64_t end = clock_computed() + TIME_LIMIT;
	for (;;) {
		int result = match_slice(r, subject, at, starts);
		if (result != 0)
			return result;
		at = next_start(subject, at + starts);
		if (at > subject.len)
			return 0;
		if (clock_computed() > end)
			return -1;
	}
}

void
regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_jit_stack_free(r->stack);
	pcre2_match_data_free(r->data);
	pcre2_match_context_free(r->context);
	pcre2_code_free(r->code);
	free(r);
}
