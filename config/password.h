/*
 * The password in a file: its first line, byte for byte, without the line
 * feed; no expansion, no trimming.
 */
#ifndef CONFIG_PASSWORD_H
#define CONFIG_PASSWORD_H

#include "core/buffer.h"

/*
 * The password, for the caller to free.  NULL, with what is wrong appended
 * to `wrong`, when there is none, or when strangers can read the file.
 */
char *password_read(const char *path, struct buffer *wrong);

#endif
