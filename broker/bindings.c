#include "broker/bindings.h"

bool
bindings_match(const struct broker_options *options,
    const struct string_list *bindings, struct str key)
{
	enum exchange_type type = (enum exchange_type)options->exchange_type;
	for (size_t i = 0; i < bindings->count; i++)
		if (binding_matches(type, str_from(bindings->items[i]), key))
			return true;
	return false;
}
