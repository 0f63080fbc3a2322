#include "record/prose.h"

bool
prose_has_word(struct str word, const struct str *set, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal_nocase(word, set[i]))
			return true;
	return false;
}

bool
prose_is_nothing(struct str rest)
{
	static const struct str nothing[] = { STR("nil"), STR("<nil>"),
		STR("none"), STR("null"), STR("0"), STR("no"), STR("false"),
		STR("true"), STR("yes"), STR("ok"), STR("on"), STR("off") };
	struct str word;
	if (!str_next_word(&rest, " \t\r,;", &word))
		return false;
	bool digits = true;
	for (size_t i = 0; i < word.len; i++)
		digits &= str_is_digit(word.data[i]);
	if (!digits &&
	    !prose_has_word(word, nothing, sizeof(nothing) / sizeof(*nothing)))
		return false;
	return str_trim(rest).len == 0 || rest.data[0] == ',' ||
	    rest.data[0] == ';';
}

bool
prose_is_about_levels(struct str rest)
{
	static const struct str words[] = { STR("level"), STR("levels"),
		STR("mode"), STR("count"), STR("logging"), STR("logs"),
		STR("messages"), STR("and"), STR("or") };
	struct str word;
	return str_next_word(&rest, " \t\r,:;=", &word) &&
	    prose_has_word(word, words, sizeof(words) / sizeof(*words));
}
