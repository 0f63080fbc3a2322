/*
 * The recognisers of detect_severity, each in the file of its name, with its
 * own table in tests/unit/NAME_test.c.  Each returns 1 having set `*out`, or
 * 0 having left it alone.  They would rather say nothing than something
 * wrong.  None reads more than 4 KiB, none allocates.
 */
#ifndef RECORD_DETECT_RULES_H
#define RECORD_DETECT_RULES_H

#include "record/front.h"
#include "record/record.h"

/*
 * A line that starts with syslog's priority: <PRI> (RFC 5424, section
 * 6.2.1), or /dev/kmsg's "6,339,5140900,-;".  Also sets the facility; of
 * `r` nothing else.
 */
int detect_priority(struct record *r);

/*
 * One JSON object: its first top-level member named level, severity or the
 * like (detect_json.c has the list; in either case) whose value is a level:
 * a word; Bunyan's and pino's numbers, 10 to 69; GELF's 0 to 7; journald's
 * "PRIORITY":"3"; MongoDB's "s":"I".  Also "level" in a member "log" (ECS)
 * or "@fields" (logstash).  Within the first 4 KiB.
 */
int detect_json(const struct front *f, enum severity *out);

/*
 * Forms in which one letter is a level: klog and glog, Android's logcat,
 * Tornado, capnslog, TensorFlow, Ruby's Logger, CUPS, X.Org, apt, Redis,
 * MongoDB before 4.4.
 */
int detect_letter(const struct front *f, enum severity *out);

/*
 * Programs and layouts whose level's word stands where it does in no others:
 * the kernel's dmesg -x, Cisco, GLib, Erlang, Chromium, .NET, BlueGene, "INFO
 * 2024-01-02 15:04:05".
 */
int detect_program(const struct front *f, enum severity *out);

/*
 * The same for what compilers, package managers and run-times print: npm,
 * CMake, the JVM, PHP, rustc, ESLint, LaTeX.
 */
int detect_tool(const struct front *f, enum severity *out);

/* PostgreSQL's csvlog, whose 12th column is a level. */
int detect_database(const struct front *f, enum severity *out);

/*
 * A level word near the start of the line, where only what precedes a
 * message precedes it: times, numbers, names, brackets; or level=, lvl=,
 * severity= among key=value pairs.
 */
int detect_words(const struct front *f, enum severity *out);

#endif
