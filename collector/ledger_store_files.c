#include <stdlib.h>
#include <string.h>

#include "collector/ledger_store_private.h"
#include "core/log.h"

static int64_t
file_sum(struct ledger_store *s, const struct file_row *row, int64_t used)
{
	row_sum_begin(s, "file");
	row_sum_text(s, row->base);
	row_sum_text(s, row->name);
	row_sum_integer(s, (int64_t)row->identity.device);
	row_sum_integer(s, (int64_t)row->identity.inode);
	row_sum_integer(s, row->identity.birth);
	row_sum_integer(s, (int64_t)row->length);
	row_sum_integer(s, used);
	return row_sum_end(s);
}

int
ledger_store_put_file(
    struct ledger_store *s, const struct file_row *row, uint32_t used)
{
	struct query *q = s->statements[PUT_FILE];
	query_bind_text(q, 1, row->base);
	query_bind_text(q, 2, row->name);
	query_bind_integer(q, 3, (int64_t)row->identity.device);
	query_bind_integer(q, 4, (int64_t)row->identity.inode);
	query_bind_integer(q, 5, row->identity.birth);
	query_bind_integer(q, 6, (int64_t)row->length);
	query_bind_integer(q, 7, used);
	query_bind_integer(q, 8, file_sum(s, row, used));
	return query_step(q);
}

int
ledger_store_drop_file(struct ledger_store *s, struct str base, struct str name)
{
	struct query *q = s->statements[DROP_FILE];
	query_bind_text(q, 1, base);
	query_bind_text(q, 2, name);
	return query_step(q);
}

int
ledger_store_expire_files(struct ledger_store *s, uint32_t before)
{
	struct query *q = s->statements[EXPIRE_FILES];
	query_bind_integer(q, 1, before);
	return query_step(q);
}

/* The columns from number `at` on; false, and said, if they are damaged. */
static bool
read_row(struct ledger_store *s, struct query *q, int at, struct file_row *row)
{
	row->identity.device = (uint64_t)query_integer(q, at);
	row->identity.inode = (uint64_t)query_integer(q, at + 1);
	row->identity.birth = query_integer(q, at + 2);
	row->length = (uint64_t)query_integer(q, at + 3);
	bool good = query_integer(q, at + 5) ==
	    file_sum(s, row, query_integer(q, at + 4));
	if (!good)
		log_warnx("stream %s: ledger: damaged entry of an output: it "
			  "keeps its length",
		    s->stream);
	return good;
}

int
ledger_store_find_file(struct ledger_store *s, struct str base, struct str name,
    struct file_row *row)
{
	struct query *q = s->statements[FIND_FILE];
	*row = (struct file_row){ .base = base, .name = name };
	query_bind_text(q, 1, base);
	query_bind_text(q, 2, name);
	int found = query_step(q);
	if (found != 1)
		return found;
	bool good = read_row(s, q, 0, row);
	return query_step(q) == -1 ? -1 : good;
}

/* Rows and texts apart, since both move while they grow. */
struct list {
	struct buffer rows, texts;
};

static void
add_row(struct ledger_store *s, struct query *q, struct list *list)
{
	struct file_row row = { .base = query_text(q, 0),
		.name = query_text(q, 1) };
	if (!read_row(s, q, 2, &row))
		return;
	buffer_append_str(&list->texts, row.base);
	buffer_append_byte(&list->texts, '\0');
	buffer_append_str(&list->texts, row.name);
	buffer_append_byte(&list->texts, '\0');
	buffer_append(&list->rows, &row, sizeof(row));
}

/* One piece of memory: the rows, then what they point to. */
static struct file_row *
join(const struct list *list, size_t *count)
{
	struct file_row *rows = xmalloc(list->rows.len + list->texts.len + 1);
	char *text = (char *)rows + list->rows.len;
	*count = list->rows.len / sizeof(*rows);
	if (*count == 0)
		return rows;
	memcpy(rows, list->rows.data, list->rows.len);
	memcpy(text, list->texts.data, list->texts.len);
	for (size_t i = 0; i < *count; i++) {
		rows[i].base.data = text;
		text += rows[i].base.len + 1;
		rows[i].name.data = text;
		text += rows[i].name.len + 1;
	}
	return rows;
}

int
ledger_store_list_files(
    struct ledger_store *s, struct file_row **rows, size_t *count)
{
	struct list list = { 0 };
	struct query *q = query_new(s->store,
	    "SELECT base, name, device, inode, birth, length, used, sum"
	    " FROM file");
	int row;
	while ((row = query_step(q)) == 1)
		add_row(s, q, &list);
	query_free(q);
	if (row == 0)
		*rows = join(&list, count);
	buffer_clear(&list.rows);
	buffer_clear(&list.texts);
	return row;
}
