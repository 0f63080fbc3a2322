/* Structured data as JSON, for collector/format.c. */
#ifndef COLLECTOR_FORMAT_DATA_H
#define COLLECTOR_FORMAT_DATA_H

#include "core/json.h"
#include "core/str.h"

/*
 * {SD-ID: {PARAM-NAME: value}} of the elements at the front of `data`
 * (record/structured_data.h), without escapes; a value that stands several
 * times under one name is a list.  Owned by the caller.
 */
struct json *format_data(struct str data);

#endif
