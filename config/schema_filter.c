#include "config/schema.h"

static const struct str type_words[] = {
	[FILTER_KEEP] = STR("keep"),
	[FILTER_DROP] = STR("drop"),
};

static const struct option rows[] = {
	{ OPTION_FIELD(WORD, filter_options, type), .value = "keep",
	    OPTION_WORDS(type_words),
	    .text = "Whether lines that match pass and others do not (keep), "
		    "or the other way round (drop)." },
	{ OPTION_FIELD(TEXT, filter_options, pattern), .value = "",
	    .text = "A Perl-compatible regular expression, searched for in "
		    "the text of the line." },
	{ OPTION_FIELD(BOOL, filter_options, ignore_case), .value = "no",
	    .text = "Whether letters match in either case." },
};

const struct schema schema_filter = {
	.name = "filter",
	.named = true,
	.text = "A decision about lines, for the filters of inputs and "
		"streams to name.",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(*rows),
	.size = sizeof(struct filter_options),
	.offset = offsetof(struct config, filters),
	.count_offset = offsetof(struct config, filter_count),
};
