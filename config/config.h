/*
 * What the configuration says, as structs: code reads these, never text.
 * Everything here is owned by the `struct config` and lives as long.
 *
 * The meaning, default and bounds of every member stand in its option row
 * (config/schema_*.c), which is also what `weir config` and the man page
 * print.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/log.h"
#include "record/binding.h"
#include "record/facility.h"
#include "record/severity.h"

/* Words separated by blanks or commas; a backslash makes either literal. */
struct string_list {
	char **items;
	size_t count;
};

enum declare_mode {
	DECLARE_YES, /* create it, or check that it is the same */
	DECLARE_PASSIVE, /* check that it exists */
	DECLARE_NO, /* leave it alone */
};

/* What becomes of a line that no queue is bound for. */
enum unroutable_mode {
	UNROUTABLE_COUNT, /* it is counted, and gone */
	UNROUTABLE_HOLD, /* it waits until one is */
};

enum input_type {
	INPUT_FILE,
	INPUT_STDIN,
	INPUT_SYSLOG,
	INPUT_JOURNAL,
	INPUT_KMSG,
	INPUT_EXEC,
};

/* As what lines are read before anything else is done with them. */
enum parse_mode {
	PARSE_NONE, /* text that may state a severity */
	PARSE_SYSLOG, /* record/syslog.h */
};

enum start_at {
	START_BEGINNING,
	START_END,
};

/* When a command that ended is started again. */
enum restart_mode {
	RESTART_ALWAYS,
	RESTART_ON_FAILURE, /* unless it exited with 0 */
	RESTART_NO,
};

/* Where a command's standard error goes. */
enum stderr_mode {
	STDERR_LOG, /* to weir's own log, a few lines at a time */
	STDERR_LINES, /* they are lines like those of standard output */
};

/* What the bytes of a file stand for. */
enum encoding {
	ENCODING_UTF8, /* themselves, whatever they are */
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
};

enum filter_type {
	FILTER_KEEP,
	FILTER_DROP,
};

enum stream_type {
	STREAM_FILE,
	STREAM_STDOUT,
};

enum queue_type {
	QUEUE_QUORUM,
	QUEUE_CLASSIC,
};

enum line_format {
	FORMAT_LINE,
	FORMAT_RAW,
	FORMAT_JSON,
};

enum sync_mode {
	SYNC_COMMIT, /* fdatasync before every acknowledgement */
	SYNC_NONE, /* leave it to the kernel */
};

struct weir_options {
	char *state;
	char *runtime;
	int64_t log_level; /* enum log_level */
};

struct broker_options {
	struct string_list url; /* "local:" alone: the embedded router */
	char *password_file;
	char *password; /* its own or password_file's; NULL: the URL's */
	char *exchange;
	int64_t exchange_type; /* enum exchange_type */
	bool exchange_durable;
	int64_t declare; /* enum declare_mode */
	int64_t heartbeat; /* ns */
	int64_t reconnect_max; /* ns: the longest back-off */
	int64_t confirm_window; /* messages */
	bool mandatory;
	int64_t unroutable; /* enum unroutable_mode */
	bool rpc;
};

struct agent_options {
	char *routing_key; /* a template, parses */
	char *host; /* never empty: defaults to this host's name */
	int64_t window; /* bytes */
	int64_t hold; /* bytes */
	int64_t drain; /* ns */
};

struct collector_options {
	int64_t drain; /* ns */
	int64_t in_hand; /* bytes */
};

/* What a line of the file is. */
enum input_format {
	INPUT_LINE, /* a line of the program's */
	INPUT_DOCKER, /* an object of docker's json-file driver around it */
	INPUT_CRI, /* the same in the form of containerd and CRI-O */
};

struct input_options {
	char *name;
	int line; /* of its section */
	int64_t type; /* enum input_type */
	struct string_list path;
	struct string_list exclude;
	int64_t start; /* enum start_at */
	int64_t parse; /* enum parse_mode */
	char *zone; /* of stamps without one; zone_new takes it */
	int64_t severity; /* enum severity: for lines that state none */
	int64_t facility; /* enum facility */
	char *program;
	struct string_list filters;
	int64_t max_line; /* bytes */
	int64_t spool_max; /* bytes */
	struct string_list listen; /* config/listen_url.h */
	int64_t receive_buffer; /* bytes */
	int64_t socket_mode; /* permissions */
	int64_t max_connections;
	int64_t idle; /* ns */
	char *tls_cert; /* PEM files */
	char *tls_key;
	char *tls_ca; /* set: clients must have a certificate */
	struct string_list tls_peers; /* whom such a one may name */
	int64_t format; /* enum input_format */
	struct string_list multiline; /* record/trace.h: known names */
	char *multiline_start; /* patterns; empty: none */
	char *multiline_continue;
	char *multiline_next;
	int64_t multiline_timeout; /* ns */
	int64_t multiline_lines;
	int64_t multiline_bytes;
	struct string_list journal_path;
	struct string_list match; /* FIELD=value, or + */
	struct string_list fields; /* patterns of names */
	struct string_list command; /* with its arguments */
	int64_t restart; /* enum restart_mode */
	int64_t command_stderr; /* enum stderr_mode */
	int64_t encoding; /* enum encoding */
	bool strip_cr;
	int64_t rotate_wait; /* ns */
	int64_t deleted_max; /* bytes */
};

struct filter_options {
	char *name;
	int line; /* of its pattern */
	int64_t type; /* enum filter_type */
	char *pattern;
	bool ignore_case;
};

struct stream_options {
	char *name;
	int line;
	struct string_list bind; /* normalised: real severity words */
	char *queue; /* empty: exclusive, server-named */
	int64_t queue_type; /* enum queue_type */
	bool single_active; /* one consumer at a time gets its lines */
	int64_t prefetch; /* messages */
	struct string_list filters;
	int64_t type; /* enum stream_type */
	char *path; /* a template, parses; may hold strftime's % */
	int64_t format; /* enum line_format */
	int64_t sync; /* enum sync_mode */
};

struct config {
	char *file; /* its name in messages */
	struct weir_options weir;
	struct broker_options broker;
	struct agent_options agent;
	struct collector_options collector;
	struct input_options *inputs;
	size_t input_count;
	struct filter_options *filters;
	size_t filter_count;
	struct stream_options *streams;
	size_t stream_count;
};

/*
 * Read and check `path` ("-": standard input).  On success returns the
 * configuration.  On failure returns NULL; in both cases every error found
 * has been printed to `errors`, one per line, as
 *
 *	weir.ini:14: [input nginx] linger: "5x" is not a duration; write
 *	200ms, 30s or 5m
 */
struct config *config_load(const char *path, FILE *errors);

/*
 * The same, for who has more to check and to report: what is wrong is left
 * at its default and counted in `wrong`.  NULL only when the file cannot be
 * read at all.
 */
struct config *config_read(const char *path, FILE *errors, size_t *wrong);

/*
 * As config_load from an open descriptor, as a child receives the configuration
 * its parent checked.  Takes over `fd`.
 */
struct config *config_load_fd(int fd, const char *name, FILE *errors);

/*
 * Print every effective value in the configuration's own grammar.  With
 * `secrets` false they read "***"; with true the output read back by
 * config_load gives an equal configuration without looking at any file or
 * environment variable again.
 */
void config_print(const struct config *config, FILE *out, bool secrets);

/*
 * Print every option with its meaning, values and default as the items of an
 * mdoc(7) manual page.
 */
void config_reference(FILE *out);

/* True when [broker] url is "local:": the embedded router. */
bool config_is_local(const struct config *config);

/* The filter of that name; NULL if there is none. */
const struct filter_options *
config_filter_find(const struct config *config, const char *name);

void config_free(struct config *config);

#endif
