/*
 * What weir says about itself, to standard error: changes of state, never a
 * line per record; never a secret, never the text of a log line.
 *
 * Messages start with the user's own words ("input nginx: /var/log/x.log:
 * truncated, starting over"), lower case, no full stop.  Names of files may
 * hold any byte: what is no text is escaped (core/escape.h).
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

/*
 * Say which process this is and from which level on to print.  `role` is
 * kept, not copied.  Under systemd (JOURNAL_STREAM set) each line carries
 * its syslog priority, otherwise the time of day.
 */
void log_init(const char *role, enum log_level level);

#define LOG_PRINTF __attribute__((format(printf, 1, 2)))

/* With strerror(errno) appended; all four keep errno as it was. */
void log_warn(const char *format, ...) LOG_PRINTF;

/* Without errno. */
void log_error(const char *format, ...) LOG_PRINTF;
void log_warnx(const char *format, ...) LOG_PRINTF;
void log_info(const char *format, ...) LOG_PRINTF;
void log_debug(const char *format, ...) LOG_PRINTF;

#endif
