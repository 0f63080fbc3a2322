/*
 * What every unit test starts from: cmocka with the headers it needs, and
 * test names that are sentences.
 *
 *	TEST(a_late_confirmation_holds_back_everything_after_it)
 *	{
 *		...
 *	}
 *	TESTS(SPEC(a_late_confirmation_holds_back_everything_after_it))
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TEST(name) static void name(__attribute__((unused)) void **state)
#define SPEC(name) cmocka_unit_test(name)
#define TESTS(...)                                                 \
	int main(void)                                             \
	{                                                          \
		const struct CMUnitTest specs[] = { __VA_ARGS__ }; \
		return cmocka_run_group_tests(specs, NULL, NULL);  \
	}

/*
 * A fresh directory, where syncing costs nothing if there is such a place: no
 * unit test is about the disk.  0, or -1.
 */
static inline int
fresh_directory(char path[64])
{
	snprintf(path, 64, "%s/weir-unit-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	return mkdtemp(path) != NULL ? 0 : -1;
}

#endif
