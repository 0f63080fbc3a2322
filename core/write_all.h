/* write(2) until all of it is written. */
#ifndef CORE_WRITE_ALL_H
#define CORE_WRITE_ALL_H

#include "core/str.h"

/* To a blocking `fd`.  0, or -1 with errno set: a part may be written. */
int write_all(int fd, struct str bytes);

#endif
