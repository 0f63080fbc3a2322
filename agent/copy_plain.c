#include "agent/copy_plain.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/candidate.h"
#include "agent/parked.h"

/* Do both have the same bytes before the end of the shorter `a`? */
static bool
is_beginning_of(struct content *a, uint64_t length, struct content *b)
{
	struct position end;
	return content_at(a, length, &end) == 1 &&
	    content_matches(b, &end) == 1;
}

/* The same of one that is, who is to see that now. */
static bool
is_to_begin_anew(struct followed_set *set, struct followed *f)
{
	if (!tail_is_written_anew(&f->tail))
		return false;
	followed_queue(set, f);
	return true;
}

static enum copies_verdict
compare(struct followed_set *set, struct followed *f, int fd, int64_t patience)
{
	struct stat st, of_original;
	struct content content;
	if (fstat(fd, &st) == -1 || fstat(f->tail.fd, &of_original) == -1)
		return COPIES_NONE;
	if (st.st_size == 0)
		return COPIES_EMPTY;
	if (is_to_begin_anew(set, f))
		return COPIES_WAIT;
	if (st.st_size > of_original.st_size || rotated_is_quiet(&st, patience))
		return COPIES_NONE;
	content_init(&content, fd);
	bool same = content.unzip == NULL &&
	    is_beginning_of(&content, (uint64_t)st.st_size, &f->tail.content);
	content_clear(&content);
	/* If not: it may have been truncated while we read. */
	return same || is_to_begin_anew(set, f) ? COPIES_WAIT : COPIES_NONE;
}

/* The same of one that is found in the same sweep as its original, which
 * nobody follows yet. */
static enum copies_verdict
compare_found(int original, int fd, int64_t patience)
{
	struct stat st, of_original;
	struct content content, of;
	if (fstat(fd, &st) == -1 || fstat(original, &of_original) == -1)
		return COPIES_NONE;
	if (st.st_size == 0)
		return COPIES_EMPTY;
	if (st.st_ino == of_original.st_ino ||
	    st.st_size > of_original.st_size || rotated_is_quiet(&st, patience))
		return COPIES_NONE;
	content_init(&content, fd);
	content_init(&of, original);
	bool same = content.unzip == NULL && of.unzip == NULL &&
	    is_beginning_of(&content, (uint64_t)st.st_size, &of);
	content_clear(&content);
	content_clear(&of);
	return same ? COPIES_WAIT : COPIES_NONE;
}

static enum copies_verdict
judge_found(const struct rotated *file, int64_t patience)
{
	enum copies_verdict verdict = COPIES_NONE;
	int original = candidate_open(file->base);
	int fd = original != -1 ? rotated_open(file) : -1;
	if (fd != -1) {
		verdict = compare_found(original, fd, patience);
		close(fd);
	}
	if (original != -1)
		close(original);
	return verdict;
}

/* A copy that its original may be truncated after. */
enum copies_verdict
copy_plain_judge(
    struct followed_set *set, const struct rotated *file, int64_t patience)
{
	struct followed *f = followed_find_path(set, file->base);
	if (strcmp(file->path, file->base) == 0 ||
	    (f != NULL && f->tail.content.unzip != NULL))
		return COPIES_NONE;
	if (f == NULL)
		return judge_found(file, patience);
	int fd = rotated_open(file);
	if (fd == -1)
		return COPIES_NONE;
	/* Its descriptor may be another's for now (agent/parked.h). */
	bool parked = parked_is(&f->tail);
	int opened = parked ? parked_open(&f->tail) : 1;
	enum copies_verdict verdict = opened == -1 ? COPIES_WAIT
	    : opened == 0			   ? COPIES_NONE
			  : compare(set, f, fd, patience);
	if (parked && opened == 1)
		parked_close(&f->tail);
	close(fd);
	return verdict;
}
