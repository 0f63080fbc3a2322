#include "record/trace.h"

#include "record/trace_rules.h"

struct language {
	struct str name;
	trace_rule *rule;
};

static const struct language languages[TRACE_LANGUAGES] = {
	[TRACE_JAVA] = { STR("java"), trace_java },
	[TRACE_DOTNET] = { STR("dotnet"), trace_dotnet },
	[TRACE_NODE] = { STR("node"), trace_node },
	[TRACE_PYTHON] = { STR("python"), trace_python },
	[TRACE_GO] = { STR("go"), trace_go },
	[TRACE_RUBY] = { STR("ruby"), trace_ruby },
	[TRACE_PHP] = { STR("php"), trace_php },
	[TRACE_RUST] = { STR("rust"), trace_rust },
	[TRACE_DART] = { STR("dart"), trace_dart },
};

enum trace_verdict
trace_go_to(struct trace_state *s, unsigned at, enum trace_verdict verdict)
{
	s->at = (uint8_t)at;
	return verdict;
}

unsigned
trace_language(struct str name)
{
	if (str_equal_nocase(name, (struct str)STR("auto")))
		return TRACE_ALL;
	if (str_equal_nocase(name, (struct str)STR("js")) ||
	    str_equal_nocase(name, (struct str)STR("javascript")))
		return 1u << TRACE_NODE;
	if (str_equal_nocase(name, (struct str)STR("csharp")))
		return 1u << TRACE_DOTNET;
	for (unsigned i = 0; i < TRACE_LANGUAGES; i++)
		if (str_equal_nocase(name, languages[i].name))
			return 1u << i;
	return 0;
}

/* Windows ends lines with CR LF. */
static struct trace_line
line_of(struct str group, struct str text)
{
	if (text.len > 0 && text.data[text.len - 1] == '\r')
		text.len--;
	return (struct trace_line){ text, group, trace_exception(text) };
}

/*
 * Ask all of `asked`; who says no is not asked again, nor who is undecided
 * where another one knows.
 */
static enum trace_verdict
ask(struct trace *t, unsigned asked, const struct trace_line *line)
{
	unsigned answers[TRACE_LAST + 1] = { 0 }; /* who gave which */
	for (unsigned i = 0; i < TRACE_LANGUAGES; i++)
		if (asked & 1u << i)
			answers[languages[i].rule(&t->states[i], line)] |= 1u
			    << i;
	for (int v = TRACE_LAST; v > TRACE_NO; v--)
		if (answers[v] != 0) {
			t->alive = v == TRACE_MAYBE
			    ? answers[TRACE_MAYBE]
			    : answers[TRACE_LAST] | answers[TRACE_YES];
			return (enum trace_verdict)v;
		}
	t->alive = 0;
	return TRACE_NO;
}

bool
trace_begin(struct trace *t, unsigned asked, struct str text)
{
	struct trace_line line = line_of((struct str){ 0 }, text);
	*t = (struct trace){ .alive = 0 };
	return ask(t, asked, &line) != TRACE_NO;
}

enum trace_verdict
trace_next(struct trace *t, struct str group, struct str text)
{
	struct trace_line line = line_of(group, text);
	enum trace_verdict verdict = ask(t, t->alive, &line);
	if (verdict != TRACE_MAYBE)
		t->undecided = 0;
	else if (++t->undecided > TRACE_AHEAD)
		verdict = TRACE_NO;
	if (verdict == TRACE_NO || verdict == TRACE_LAST)
		t->alive = 0;
	return verdict;
}
