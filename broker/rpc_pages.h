/*
 * An answer that is a list, and may be a long one: its rows go out in pages.
 */
#ifndef BROKER_RPC_PAGES_H
#define BROKER_RPC_PAGES_H

#include "broker/rpc_service.h"

struct rpc_pages {
	struct rpc_call *call;
	struct json *page;
	const char *name; /* of the list that rows go to */
	struct json *list;
	size_t rows; /* of the page */
};

/* Takes over `page`, which has what stands in front of all lists. */
void
rpc_pages_begin(struct rpc_pages *p, struct rpc_call *call, struct json *page);

/* Rows that follow belong to the list `name`, which is kept. */
void rpc_pages_list(struct rpc_pages *p, const char *name);

/* Takes over `row`. */
void rpc_pages_row(struct rpc_pages *p, struct json *row);

/* The last page; the call is gone. */
void rpc_pages_end(struct rpc_pages *p);

#endif
