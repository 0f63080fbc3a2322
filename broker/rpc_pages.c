#include "broker/rpc_pages.h"

/* A row has 200 bytes as a rule, and not much more than a path and a key. */
#define ROWS 250

void
rpc_pages_begin(struct rpc_pages *p, struct rpc_call *call, struct json *page)
{
	*p = (struct rpc_pages){ .call = call, .page = page };
}

static void
close_list(struct rpc_pages *p)
{
	if (p->list != NULL)
		json_set(p->page, p->name, p->list);
	p->list = NULL;
}

void
rpc_pages_list(struct rpc_pages *p, const char *name)
{
	close_list(p);
	p->name = name;
}

void
rpc_pages_row(struct rpc_pages *p, struct json *row)
{
	if (p->rows == ROWS) {
		close_list(p);
		rpc_call_answer(p->call, p->page, false);
		p->page = json_new();
		p->rows = 0;
	}
	if (p->list == NULL)
		p->list = json_new_list();
	json_push(p->list, row);
	p->rows++;
}

void
rpc_pages_end(struct rpc_pages *p)
{
	close_list(p);
	rpc_call_answer(p->call, p->page, true);
}
