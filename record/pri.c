#include "record/pri.h"

bool
pri_take(struct str *text, struct record *r)
{
	struct str s = *text;
	unsigned value = 0;
	size_t i = 1;
	if (s.len < 3 || s.data[0] != '<')
		return false;
	while (i < s.len && i < 4 && str_is_digit(s.data[i]))
		value = value * 10 + (unsigned)(s.data[i++] - '0');
	if (i == 1 || i == s.len || s.data[i] != '>' || value > 191 ||
	    (s.data[1] == '0' && i > 2))
		return false;
	r->severity = (enum severity)(value % SEVERITY_COUNT);
	r->facility = (enum facility)(value / SEVERITY_COUNT);
	*text = str_after(s, i + 1);
	return true;
}
