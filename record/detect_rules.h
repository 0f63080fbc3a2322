/*
 * The recognisers of detect_severity, each in the file of its name, with its
 * own rows in tests/unit/detect_test.c.  Each returns 1 having set
 * r->severity from r->body, or 0 having left `r` alone.  They would rather
 * say nothing than something wrong.
 */
#ifndef RECORD_DETECT_RULES_H
#define RECORD_DETECT_RULES_H

#include "record/record.h"

/*
 * One JSON object: its first top-level member named level, severity, lvl,
 * levelname, level_name, loglevel, log_level or log.level whose value is a
 * level word, or a number of Bunyan's and pino's (10 to 69), within the
 * first 4 KiB.
 */
int detect_json(struct record *r);

/*
 * Lines whose form makes one letter a level: klog and glog
 * ("E0102 15:04:05.6 ..."), Android ("E/Tag( 12): ...", and "03-17
 * 16:13:38.811  1702  2395 E Tag: ..."), Tornado ("[E 240102 15:04:05
 * ...]"), apt ("E: ...").
 */
int detect_letter(struct record *r);

/*
 * A level word near the start of the line, where only what precedes a
 * message precedes it: times, numbers, names, brackets.
 */
int detect_words(struct record *r);

#endif
