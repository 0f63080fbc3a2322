#include "config/check.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/check_input.h"
#include "config/listen_url.h"
#include "config/nearest.h"
#include "config/password.h"
#include "config/url.h"
#include "core/xalloc.h"

static void
check_urls(struct load *load, const struct section *section,
    const struct string_list *urls)
{
	bool local = false;
	for (size_t i = 0; i < urls->count; i++)
		local = local || url_is_local(urls->items[i]);
	if (urls->count == 0)
		load_complain(load, section, "url",
		    "names no broker; write amqp://USER@HOST/VHOST or local:");
	else if (local && urls->count > 1)
		load_complain(load, section, "url",
		    "local: stands alone; there is no broker beside it");
	else if (urls->count > 1)
		load_complain(load, section, "url",
		    "names %zu brokers; this version takes one", urls->count);
}

/* RabbitMQ's guest has a password that everybody knows; others do not. */
static bool
lacks_password(const struct broker_options *broker)
{
	struct url url;
	const char *wrong;
	if (broker->password != NULL || broker->url.count != 1 ||
	    url_split(broker->url.items[0], &url, &wrong) == -1)
		return false;
	return url.user.data != NULL && url.password.data == NULL &&
	    !str_equal(url.user, (struct str)STR("guest"));
}

static void
check_broker(struct load *load, const struct section *section)
{
	struct broker_options *broker = load_options(load, section);
	struct buffer wrong = { 0 };
	check_urls(load, section, &broker->url);
	if (config_is_local(load->config))
		return;
	if (broker->password == NULL && broker->password_file[0] != '\0') {
		broker->password = password_read(broker->password_file, &wrong);
		if (broker->password == NULL)
			load_complain(load, section, "password_file", STR_FMT,
			    STR_ARG(buffer_str(&wrong)));
	} else if (lacks_password(broker)) {
		load_complain(load, section, "url",
		    "names a user but no password; write password_file = "
		    "FILE");
	}
	buffer_clear(&wrong);
}

static void
find_host_name(struct agent_options *agent)
{
	char name[HOST_NAME_MAX + 1] = "";
	if (agent->host[0] != '\0')
		return;
	if (gethostname(name, sizeof(name) - 1) == -1 || name[0] == '\0')
		strcpy(name, "localhost");
	free(agent->host);
	agent->host = xstrdup(name);
}

static void
check_filter_names(struct load *load, const struct section *section,
    const struct string_list *names)
{
	const struct config *config = load->config;
	for (size_t i = 0; i < names->count; i++) {
		struct str name = str_from(names->items[i]);
		if (config_filter_find(config, names->items[i]) != NULL)
			continue;
		struct nearest nearest = nearest_to(name);
		struct buffer b = { 0 };
		for (size_t k = 0; k < config->filter_count; k++)
			nearest_offer(
			    &nearest, str_from(config->filters[k].name));
		diagnostic_quote(&b, name);
		buffer_printf(&b, " is not the name of a [filter NAME]");
		nearest_print(&nearest, &b);
		load_complain(
		    load, section, "filters", STR_FMT, STR_ARG(buffer_str(&b)));
		buffer_clear(&b);
	}
}

/* What a syslog input needs; and what goes with it alone. */
static void
check_listen(struct load *load, const struct section *section,
    const struct input_options *input)
{
	struct listen_url url = { 0 };
	const char *wrong;
	bool tls = false;
	for (size_t i = 0; i < input->listen.count; i++)
		tls |= listen_url_read(input->listen.items[i], &url, &wrong) ==
			0 &&
		    url.kind == LISTEN_TLS;
	if (input->type == INPUT_SYSLOG && input->listen.count == 0 &&
	    !load_has(section, "listen"))
		load_complain(load, section, "listen",
		    "is missing; write where to listen, as "
		    "udp://127.0.0.1:514");
	if (input->type != INPUT_SYSLOG && input->listen.count > 0)
		load_complain(
		    load, section, "listen", "goes with type = syslog only");
	if (tls && input->tls_cert[0] == '\0')
		load_complain(load, section, "tls_cert",
		    "is missing; tls:// needs a certificate");
	if (input->tls_peers.count > 0 && input->tls_ca[0] == '\0')
		load_complain(load, section, "tls_peers",
		    "says nothing without tls_ca, by which peers are "
		    "known");
}

/* What a socket hears is syslog, and without PRI user.notice (RFC 3164,
 * section 4.3.3). */
static void
default_parse(const struct section *section, struct input_options *input)
{
	if (input->type != INPUT_SYSLOG)
		return;
	if (!load_has(section, "parse"))
		input->parse = PARSE_SYSLOG;
	if (!load_has(section, "severity"))
		input->severity = SEVERITY_NOTICE;
}

static void
check_input(struct load *load, const struct section *section)
{
	struct input_options *input = load_options(load, section);
	default_parse(section, input);
	check_filter_names(load, section, &input->filters);
	check_input_type(load, section);
	check_listen(load, section, input);
	for (size_t i = 0; i < section->index; i++) {
		const struct input_options *other = &load->config->inputs[i];
		if (input->type == INPUT_STDIN && other->type == INPUT_STDIN)
			load_complain(load, section, "type",
			    "standard input is [input %s]'s already",
			    other->name);
	}
}

static void
check_filter(struct load *load, const struct section *section)
{
	struct filter_options *filter = load_options(load, section);
	/* Its default would be as often wrong as right. */
	if (!load_has(section, "type"))
		load_complain(
		    load, section, "type", "is missing; write keep or drop");
	if (filter->pattern[0] == '\0')
		load_complain(load, section, "pattern",
		    "is missing; write a regular expression");
	filter->line = load_line(section, "pattern");
}

static void
normalise_bindings(struct string_list *bind)
{
	for (size_t i = 0; i < bind->count; i++) {
		struct buffer b = { 0 };
		binding_normalise(str_from(bind->items[i]), &b);
		free(bind->items[i]);
		bind->items[i] = str_copy(buffer_str(&b));
		buffer_clear(&b);
	}
}

/* Two streams share neither a file nor a queue: each owns its own. */
static void
check_stream_pair(struct load *load, const struct section *section,
    const struct stream_options *stream, const struct stream_options *other)
{
	if (stream->type == STREAM_FILE && other->type == STREAM_FILE &&
	    stream->path[0] != '\0' && strcmp(stream->path, other->path) == 0)
		load_complain(load, section, "path",
		    "is [stream %s]'s already; each stream needs its own",
		    other->name);
	if (stream->queue[0] != '\0' &&
	    strcmp(stream->queue, other->queue) == 0)
		load_complain(load, section, "queue",
		    "is [stream %s]'s already; on one queue each would get "
		    "only a part of the lines",
		    other->name);
}

static void
check_stream(struct load *load, const struct section *section)
{
	struct stream_options *stream = load_options(load, section);
	check_filter_names(load, section, &stream->filters);
	normalise_bindings(&stream->bind);
	if (stream->bind.count == 0)
		load_complain(load, section, "bind",
		    "is missing; write which routing keys it takes, as err.* "
		    "or #");
	if (stream->type == STREAM_FILE && stream->path[0] == '\0')
		load_complain(load, section, "path",
		    "is missing; write the file to append to, or type = "
		    "stdout");
	for (size_t i = 0; i < section->index; i++)
		check_stream_pair(
		    load, section, stream, &load->config->streams[i]);
}

void
check_all(struct load *load)
{
	static const struct {
		const struct schema *schema;
		void (*check)(struct load *, const struct section *);
	} checks[] = {
		{ &schema_broker, check_broker },
		{ &schema_input, check_input },
		{ &schema_filter, check_filter },
		{ &schema_stream, check_stream },
	};
	for (size_t i = 0; i < load->count; i++)
		for (size_t k = 0; k < sizeof(checks) / sizeof(*checks); k++)
			if (load->sections[i].schema == checks[k].schema)
				checks[k].check(load, &load->sections[i]);
	find_host_name(&load->config->agent);
}
