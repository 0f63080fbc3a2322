/*
 * What stands in front of a syslog message's text and says which program
 * wrote it (RFC 3164, section 4.1.3; and Cisco's %FACILITY-SEVERITY-MNEMONIC).
 */
#ifndef RECORD_SYSLOG_TAG_H
#define RECORD_SYSLOG_TAG_H

#include <stdbool.h>

#include "record/record.h"

/*
 * Take "app: ", "app[12]:", "app[12] " or "%SYS-5-CONFIG_I:" off the front of
 * `text`, with the blanks behind, and set program, pid and msgid of `r`.  Of
 * Cisco's the program is SYS and the msgid SYS-5-CONFIG_I.  False, with all
 * as it was, if there is none: a word without colon or pid is text.
 */
bool syslog_tag_take(struct str *text, struct record *r);

/*
 * Where a stamp and a host came before, so that no address can stand there:
 * also "app:text", "app : ", "app [12]: ", "app[worker 1]: ", "app[12][34]: ",
 * up to three words as "Plex Media Server[12]: ", and what Comware and Huawei
 * have in the place of Cisco's, "%%10SHELL/6/SHELL_CMD(l): ".
 */
bool syslog_tag_take_close(struct str *text, struct record *r);

/* Also "my app: ", of up to three words: where a tag is known to be there. */
bool syslog_tag_take_words(struct str *text, struct record *r);

/* Only "app[12]:" and Cisco's: where no stamp comes before. */
bool syslog_tag_take_sure(struct str *text, struct record *r);

#endif
