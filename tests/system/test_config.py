"""One grammar: what is wrong is said with its line, all of it at once."""

import re

import amqp

SAMPLE = """\
[broker]
url = amqp://weir@localhost/logs
password_file = {place}/password
exchange = logs
exchange_type = topic
exchange_durable = yes
declare = yes
heartbeat = 30s
confirm_window = 5000
mandatory = yes

[agent]
routing_key = ${{severity}}.${{facility}}
window = 16MiB
drain = 10s
host = here

[collector]
drain = 10s

[input nginx]
type = file
path = /var/log/nginx/*.log
exclude = *.gz
start = end
severity = notice
facility = local3
program = nginx
filters = no-health
max_line = 64K

[filter no-health]
type = drop
pattern = GET /healthz

[stream errors]
bind = err.* crit.*
queue = errors
queue_type = quorum
prefetch = 100
filters = no-health
type = file
path = {place}/${{host}}/${{facility}}-%Y%m%d.log
format = json
sync = commit
"""


def write_password(place, password):
    (place / "password").touch(0o600)
    (place / "password").write_text(password + "\n")


def test_a_good_configuration_passes_the_check(place):
    write_password(place, "secret")
    place.config(SAMPLE.format(place=place))
    check = place.run("check")
    assert check.out().decode() == f"{place}/weir.ini: ok\n"
    assert check.err() == ""


def test_a_password_that_others_may_read_is_refused(place):
    write_password(place, "secret")
    (place / "password").chmod(0o644)
    place.config(SAMPLE.format(place=place))
    said = place.run("check", code=78).err()
    assert re.search(r":\d+: \[broker\] password_file: .*chmod", said)


def test_every_misspelt_key_is_caught_with_its_line_and_a_suggestion(place):
    write_password(place, "secret")
    path = place.config(SAMPLE.format(place=place))
    text, misspelt, section = [], [], ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("["):
            section = line
        key, is_option, value = line.partition(" = ")
        if is_option:
            wrong = key[:-2] + key[-1] + key[-2]
            wrong = wrong if wrong != key else key + key[-1]
            misspelt.append((number, section, wrong, key))
            line = f"{wrong} = {value}"
        text.append(line)
    path.write_text("\n".join(text) + "\n")
    said = place.run("check", code=78).err()
    for number, section, wrong, key in misspelt:
        about = rf"(?m)^\S*weir\.ini:{number}: {re.escape(section)} \"{wrong}\" "
        found = re.search(about + "(.*)", said)
        assert found, f"line {number}, {wrong}, not caught:\n{said}"
        assert re.search(rf"\b{key}\b", found[1]), f"no {key} in {found[0]}"


def test_every_wrong_value_is_caught_and_told_what_would_be_right(place):
    place.config("""\
        [broker]
        url = amqp://localhost
        heartbeat = 5x
        exchange_type = topical
        [input a]
        path = /var/log/a.log
        facility = locale3
        max_line = 12 parsecs
        filters = nobody
        [stream s]
        path = /tmp/${hots}.log
        """)
    said = place.run("check", code=78).err()
    for key, words in (("heartbeat", '"5x" is not a duration'),
                       ("exchange_type", "topic"), ("facility", "local3"),
                       ("max_line", "12 parsecs"), ("filters", "nobody"),
                       ("path", "host")):
        assert re.search(rf"(?m)^\S+:\d+: \[[^\]]+\] {key}: .*{words}", said), \
            f"{key}: {words} not in:\n{said}"


def test_a_pattern_that_does_not_compile_is_an_error_of_the_check(place):
    place.config("""\
        [filter f]
        type = drop
        pattern = (unclosed
        [input a]
        path = /a
        filters = f
        """)
    said = place.run("check", code=78).err()
    assert re.search(r":\d+: \[filter f\] pattern: ", said)


def test_each_role_refuses_a_wrong_configuration(place):
    place.config("[broker]\nurll = local:\n")
    for verb in ("run", "agent", "collector", "tail", "config"):
        assert "url" in place.run(verb, code=78).err()


def test_what_config_prints_is_every_effective_value_without_secrets(place):
    write_password(place, "hunter2")
    place.config(SAMPLE.format(place=place))
    printed = place.run("config").out().decode()
    assert "hunter2" not in printed
    for line in ("heartbeat = 30s", "window = 16MiB", "facility = local3",
                 "pattern = GET /healthz", "mandatory = yes"):
        assert line in printed
    place.config("[broker]\nurl = amqp://u:hunter2@localhost/\n")
    assert "hunter2" not in place.run("config").out().decode()


def test_what_config_prints_reads_back_as_the_same(place):
    place.config(SAMPLE.format(place=place).replace(
        "password_file", "# password_file").replace("weir@", ""))
    printed = place.run("config").out()
    (place / "again.ini").write_bytes(printed)
    assert place.run("config", config="again.ini").out() == printed


def test_the_environment_is_used_once_and_must_be_set(place):
    place.config("""\
        [agent]
        host = ${WEIR_HOST}
        [input a]
        path = ${WEIR_PATH:-/var/log/default.log}
        """)
    env = {"WEIR_HOST": "${WEIR_PATH}"}
    printed = place.run("config", env=env).out().decode()
    assert "/var/log/default.log" in printed
    assert re.search(r"(?m)^host = \$\$\{WEIR_PATH\}$", printed) or \
        re.search(r"(?m)^host = \$\{WEIR_PATH\}$", printed)
    assert "WEIR_HOST" in place.run("check", code=78).err()


def test_a_password_of_every_awkward_character_works(place, vhost):
    password = "p$#;\"'\\"
    vhost.broker.add_user("awkward", password, vhost.name)
    write_password(place, password)
    place.config(f"""\
        [broker]
        url = {vhost.as_user("awkward", "").replace(":@", "@")}
        password_file = {place}/password
        [input in]
        path = {place}/in.log
        """)
    (place / "in.log").write_bytes(b"let in\n")
    listener = amqp.Subscriber(vhost.url, "#")
    place.run("agent", "--once")
    assert listener.take(1)[0].body == b"let in"
