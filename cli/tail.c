/*
 * `weir tail`: look at the stream of lines as it passes, by pattern, without
 * taking anything from anybody.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broker/consume.h"
#include "broker/local_tail.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "collector/format.h"
#include "core/log.h"
#include "core/pair.h"
#include "core/xalloc.h"
#include "filters/regex.h"
#include "record/encode.h"

/* What may wait for a slow reader before nothing more is taken. */
#define OUTPUT_MAX ((size_t)1 << 20)

/* A pipe that is ready takes this much without blocking (PIPE_BUF). */
#define PIECE ((size_t)4096)

#define FLUSH_EVERY 20 /* ms, while the reader is slow */

struct tail_view {
	struct options common;
	struct string_list patterns; /* normalised bindings */
	enum line_format format;
	struct regex *grep, *exclude;
	bool colours;
	uv_loop_t loop;
	uv_timer_t flush;
	uv_signal_t interrupt, terminate;
	struct consumer *consumer; /* of the broker, or */
	struct pair *router; /* of `weir run` with url = local: */
	struct buffer out;
	uint64_t tag; /* last one shown */
	int status;
};

static void flush(struct tail_view *v);

static void
set_paused(struct tail_view *v, bool paused)
{
	if (v->consumer != NULL)
		consumer_pause(v->consumer, paused);
	else if (v->router != NULL)
		pair_pause(v->router, paused);
}

static void
on_flush(uv_timer_t *timer)
{
	flush(timer->data);
}

/* 1: all out; 0: the reader is slow; -1: the reader is gone. */
static int
write_out(struct tail_view *v)
{
	struct pollfd ready = { STDOUT_FILENO, POLLOUT, 0 };
	size_t sent = 0;
	while (sent < v->out.len && poll(&ready, 1, 0) > 0) {
		size_t left = v->out.len - sent;
		ssize_t n = write(STDOUT_FILENO, v->out.data + sent,
		    left < PIECE ? left : PIECE);
		if (n == -1 && errno != EINTR && errno != EAGAIN)
			return -1;
		sent += n > 0 ? (size_t)n : 0;
	}
	buffer_consume(&v->out, sent);
	return v->out.len == 0;
}

static void
flush(struct tail_view *v)
{
	int all = write_out(v);
	if (all == -1) {
		uv_stop(&v->loop);
		return;
	}
	set_paused(v, v->out.len > OUTPUT_MAX);
	if (all == 0)
		uv_timer_start(&v->flush, on_flush, FLUSH_EVERY, 0);
	else if (v->consumer != NULL)
		consumer_ack(v->consumer, v->tag);
}

static bool
is_wanted(struct tail_view *v, const struct record *r)
{
	if (v->grep != NULL && regex_match(v->grep, r->body) != 1)
		return false;
	return v->exclude == NULL || regex_match(v->exclude, r->body) != 1;
}

static void
on_line(void *owner, const struct record *r, uint64_t tag)
{
	struct tail_view *v = owner;
	v->tag = tag;
	if (is_wanted(v, r)) {
		if (v->colours && v->format == FORMAT_LINE)
			terminal_append(&v->out, r);
		else
			format_append(v->format, r, &v->out);
	}
	/* Once for all that this turn of the loop brings. */
	if (!uv_is_active((uv_handle_t *)&v->flush))
		uv_timer_start(&v->flush, on_flush, 0, 0);
	if (v->out.len > OUTPUT_MAX)
		set_paused(v, true);
}

static const struct consumer_events consumer_events = { on_line, NULL };

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct tail_view *v = owner;
	struct record r;
	uint64_t missed;
	if (type == TAIL_LINE && record_decode(payload, &r) == 0)
		on_line(v, &r, 0);
	else if (type == TAIL_MISSED && payload.len == sizeof(missed)) {
		memcpy(&missed, payload.data, sizeof(missed));
		log_warnx("%llu lines not shown: we were too slow",
		    (unsigned long long)missed);
	}
}

static void
on_router_gone(void *owner, const char *why)
{
	struct tail_view *v = owner;
	(void)why;
	log_warnx("weir run has ended");
	pair_free(v->router);
	v->router = NULL;
	v->status = EXIT_UNAVAILABLE;
	uv_stop(&v->loop);
}

static const struct pair_events router_events = { on_packet, NULL,
	on_router_gone };

static void
on_signal(uv_signal_t *handle, int signal)
{
	struct tail_view *v = handle->data;
	(void)signal;
	uv_stop(&v->loop);
}

static int
attach(struct tail_view *v, const struct config *config,
    const struct stream_options *stream)
{
	if (!config_is_local(config)) {
		v->consumer =
		    consumer_new(&v->loop, config, stream, &consumer_events, v);
		return v->consumer != NULL ? EXIT_OK : EXIT_BAD_CONFIG;
	}
	int fd = local_tail_connect(config);
	if (fd == -1)
		return EXIT_UNAVAILABLE;
	v->router = pair_new(&v->loop, fd, &router_events, v);
	for (size_t i = 0; i < v->patterns.count; i++)
		pair_send(v->router, TAIL_PATTERN, v->patterns.items[i],
		    strlen(v->patterns.items[i]));
	return EXIT_OK;
}

static void
watch_signal(struct tail_view *v, uv_signal_t *handle, int signal)
{
	handle->data = v;
	uv_signal_init(&v->loop, handle);
	uv_signal_start(handle, on_signal, signal);
}

static int
view(struct tail_view *v, const struct config *config)
{
	const struct stream_options stream = { .name = "tail",
		.bind = v->patterns,
		.queue = "",
		.prefetch = 1000 };
	uv_loop_init(&v->loop);
	v->flush.data = v;
	uv_timer_init(&v->loop, &v->flush);
	watch_signal(v, &v->interrupt, SIGINT);
	watch_signal(v, &v->terminate, SIGTERM);
	v->status = attach(v, config, &stream);
	if (v->status == EXIT_OK)
		uv_run(&v->loop, UV_RUN_DEFAULT);
	write_out(v);
	if (v->consumer != NULL)
		consumer_close(v->consumer);
	consumer_free(v->consumer);
	pair_free(v->router);
	uv_close((uv_handle_t *)&v->flush, NULL);
	uv_close((uv_handle_t *)&v->interrupt, NULL);
	uv_close((uv_handle_t *)&v->terminate, NULL);
	uv_run(&v->loop, UV_RUN_DEFAULT);
	uv_loop_close(&v->loop);
	buffer_clear(&v->out);
	return v->status;
}

static void
add_pattern(struct string_list *list, const char *typed)
{
	struct buffer real = { 0 };
	binding_normalise(str_from(typed), &real);
	list->items =
	    xrealloc(list->items, (list->count + 1) * sizeof(*list->items));
	list->items[list->count++] = str_copy(buffer_str(&real));
	buffer_clear(&real);
}

static int
compile(const char *option, const char *pattern, struct regex **out)
{
	char error[256];
	regex_free(*out);
	*out = regex_new(pattern, false, error, sizeof(error));
	if (*out == NULL)
		fprintf(stderr, "weir tail: %s: %s\n", option, error);
	return *out != NULL ? 0 : -1;
}

static int
take_output(struct tail_view *v, const char *word)
{
	if (strcmp(word, "line") == 0)
		v->format = FORMAT_LINE;
	else if (strcmp(word, "json") == 0)
		v->format = FORMAT_JSON;
	else {
		fprintf(stderr, "weir tail: -o: \"%s\" is none of line, json\n",
		    word);
		return -1;
	}
	return 0;
}

static int
parse(struct tail_view *v, int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "output", required_argument, NULL, 'o' },
		{ "grep", required_argument, NULL, 'g' },
		{ "exclude", required_argument, NULL, 'x' },
		{ 0 },
	};
	int option, bad = 0;
	v->common.config = DEFAULT_CONFIG;
	while ((option = getopt_long(argc, argv, "c:o:", long_options, NULL)) !=
		-1 &&
	    bad == 0) {
		if (option == 'c')
			v->common.config = optarg;
		else if (option == 'o')
			bad = take_output(v, optarg);
		else if (option == 'g')
			bad = compile("--grep", optarg, &v->grep);
		else if (option == 'x')
			bad = compile("--exclude", optarg, &v->exclude);
		else
			bad = -1;
	}
	for (int i = optind; i < argc; i++)
		add_pattern(&v->patterns, argv[i]);
	if (v->patterns.count == 0)
		add_pattern(&v->patterns, "#");
	return bad;
}

static int
run(int argc, char **argv)
{
	struct tail_view v = { .colours = isatty(STDOUT_FILENO) };
	struct config *config = NULL;
	int status = EXIT_BAD_USAGE;
	if (parse(&v, argc, argv) == 0) {
		config = options_load(&v.common, "weir tail");
		status = config ? view(&v, config) : EXIT_BAD_CONFIG;
	}
	for (size_t i = 0; i < v.patterns.count; i++)
		free(v.patterns.items[i]);
	free(v.patterns.items);
	regex_free(v.grep);
	regex_free(v.exclude);
	config_free(config);
	return status;
}

const struct verb verb_tail = {
	.name = "tail",
	.summary = "show lines as they pass, by pattern",
	.usage = "usage: weir tail [-c FILE] [-o line|json] [--grep RE]\n"
		 "                 [--exclude RE] [PATTERN...]\n"
		 "\n"
		 "Show the lines whose routing key matches a PATTERN (default\n"
		 "#, all): 'err.*' '*.kern' 'error.#'.  Takes nothing from\n"
		 "anybody: an exclusive queue on the broker, or a look at the\n"
		 "embedded router of weir run.\n"
		 "\n"
		 "  -c, --config FILE  where the broker is (default\n"
		 "                     " DEFAULT_CONFIG ")\n"
		 "  -o, --output FORM  line (default) or json\n"
		 "      --grep RE      only lines that match (PCRE2)\n"
		 "      --exclude RE   only lines that do not\n"
		 "\n"
		 "On a terminal lines have the colour of their severity, and\n"
		 "control bytes are escaped.  Ctrl-C ends it, exit status 0.\n",
	.run = run,
};
