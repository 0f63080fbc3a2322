#include "agent/multiline.h"

#include <assert.h>
#include <string.h>

#include "record/record.h"

/* So much memory is kept for the next message: there may be many files. */
#define KEPT ((size_t)16 << 10)

int
multiline_rules_init(
    struct multiline_rules *rules, const struct input_options *input)
{
	*rules = (struct multiline_rules){
		.max_lines = (size_t)input->multiline_lines,
		.max_bytes = (size_t)input->multiline_bytes,
	};
	for (size_t i = 0; i < input->multiline.count; i++)
		rules->languages |=
		    trace_language(str_from(input->multiline.items[i]));
	return boundary_new(input, &rules->boundary) == -1 ? -1 : 0;
}

bool
multiline_rules_are_any(const struct multiline_rules *rules)
{
	return rules->languages != 0 || rules->boundary != NULL;
}

void
multiline_rules_clear(struct multiline_rules *rules)
{
	boundary_free(rules->boundary);
	rules->boundary = NULL;
}

struct run {
	struct multiline *m;
	const struct multiline_rules *rules;
	multiline_emit *emit;
	void *owner;
};

static struct str
line_at(const struct multiline *m, size_t i)
{
	size_t before = i > 0	? m->ahead[i - 1].end
	    : m->sure_lines > 0 ? m->sure.end
				: 0;
	size_t begin = before + (i > 0 || m->sure_lines > 0); /* its LF */
	return (struct str){ m->text.data + begin, m->ahead[i].end - begin };
}

/* The line of the group that was last decided or held. */
static struct str
last_line(const struct multiline *m, size_t decided)
{
	size_t end = decided > 0 ? m->ahead[decided - 1].end : m->sure.end;
	const char *lf = end > 0 ? memrchr(m->text.data, '\n', end) : NULL;
	size_t begin = lf != NULL ? (size_t)(lf - m->text.data) + 1 : 0;
	return (struct str){ m->text.data + begin, end - begin };
}

/* The first `n` of those ahead belong to the group. */
static void
take_in(struct multiline *m, size_t n)
{
	assert(n <= m->ahead_count);
	for (size_t i = 0; i < n; i++) {
		m->sure.end = m->ahead[i].end;
		m->sure.pos = m->ahead[i].pos;
		m->sure.flags |= m->ahead[i].flags;
		if (m->sure_lines++ == 0)
			m->sure.time = m->ahead[i].time;
	}
	m->ahead_count -= n;
	memmove(m->ahead, m->ahead + n, m->ahead_count * sizeof(*m->ahead));
}

/* The group has ended where it is sure. */
static void
put_out(struct run *run, uint32_t flags)
{
	struct multiline *m = run->m;
	struct message message = { .text = { m->text.data, m->sure.end },
		.pos = m->sure.pos,
		.time = m->sure.time,
		.flags = m->sure.flags | flags };
	run->emit(run->owner, &message);
	size_t taken = m->sure.end + (m->ahead_count > 0);
	buffer_consume(&m->text, taken);
	if (m->text.len == 0)
		buffer_empty(&m->text, KEPT);
	for (size_t i = 0; i < m->ahead_count; i++)
		m->ahead[i].end -= taken;
	m->sure = (struct multiline_line){ 0 };
	m->sure_lines = 0;
	m->in_trace = m->in_boundary = false;
}

/* The first line of a group: may others follow it? */
static bool
begin(struct run *run, struct str line)
{
	struct multiline *m = run->m;
	m->in_trace = trace_begin(&m->trace, run->rules->languages, line);
	m->in_boundary = run->rules->boundary != NULL &&
	    boundary_begins(run->rules->boundary, line);
	return m->in_trace || m->in_boundary;
}

/* Both have a say; a trace goes on also where the patterns end. */
static enum trace_verdict
judge(struct run *run, size_t i)
{
	struct multiline *m = run->m;
	struct str line = line_at(m, i);
	struct str group = { m->text.data, (size_t)(line.data - m->text.data) };
	enum trace_verdict verdict = TRACE_NO;
	group.len--; /* the line feed in front of the line */
	if (m->in_boundary) {
		m->in_boundary = boundary_continues(
		    run->rules->boundary, last_line(m, i), line);
		verdict = m->in_boundary ? TRACE_YES : TRACE_NO;
	}
	if (m->in_trace) {
		enum trace_verdict v = trace_next(&m->trace, group, line);
		m->in_trace = v == TRACE_MAYBE || v == TRACE_YES;
		if (v > verdict && !(v == TRACE_LAST && m->in_boundary))
			verdict = v;
	}
	return verdict;
}

/* Would the group be too large with the first `n` of those ahead? */
static bool
is_too_large(const struct run *run, size_t n)
{
	const struct multiline *m = run->m;
	return m->sure_lines + n > run->rules->max_lines ||
	    m->ahead[n - 1].end > run->rules->max_bytes;
}

/* Look at line `i` of those ahead.  Returns how many are undecided then. */
static size_t
look(struct run *run, size_t i)
{
	struct multiline *m = run->m;
	enum trace_verdict verdict = judge(run, i);
	bool large = verdict != TRACE_NO && is_too_large(run, i + 1);
	if (verdict == TRACE_NO || large) {
		put_out(run, large ? RECORD_MORE : 0);
		return 0;
	}
	if (verdict == TRACE_MAYBE)
		return i + 1;
	take_in(m, i + 1);
	if (verdict == TRACE_LAST)
		put_out(run, 0);
	return 0;
}

/* Look at what is held from `undecided` on. */
static void
go_on(struct run *run, size_t undecided)
{
	struct multiline *m = run->m;
	while (undecided < m->ahead_count) {
		if (m->sure_lines > 0) {
			undecided = look(run, undecided);
			continue;
		}
		bool alone = !begin(run, line_at(m, 0));
		take_in(m, 1);
		if (alone)
			put_out(run, 0);
		undecided = 0;
	}
}

void
multiline_put(struct multiline *m, const struct multiline_rules *rules,
    const struct message *line, int64_t now, multiline_emit *emit, void *owner)
{
	struct run run = { m, rules, emit, owner };
	size_t undecided = m->ahead_count;
	assert(undecided <= TRACE_AHEAD);
	/* Most lines are by themselves, and need not be copied. */
	if (m->sure_lines == 0 && !begin(&run, line->text)) {
		emit(owner, line);
		return;
	}
	if (m->sure_lines > 0)
		buffer_append_byte(&m->text, '\n');
	buffer_append_str(&m->text, line->text);
	m->ahead[m->ahead_count++] = (struct multiline_line){ m->text.len,
		line->pos, line->time, line->flags };
	m->touched = now;
	go_on(&run, undecided);
}

void
multiline_flush(struct multiline *m, const struct multiline_rules *rules,
    multiline_emit *emit, void *owner)
{
	struct run run = { m, rules, emit, owner };
	while (m->sure_lines > 0) {
		put_out(&run, 0);
		go_on(&run, 0);
	}
}

bool
multiline_is_empty(const struct multiline *m)
{
	return m->sure_lines == 0;
}

void
multiline_clear(struct multiline *m)
{
	buffer_clear(&m->text);
	*m = (struct multiline){ 0 };
}
