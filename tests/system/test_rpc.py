"""Asking what runs: status, verify and resend, by socket and over RabbitMQ."""

import json
import os
import re
import signal

import pika
import pytest

import amqp
from lines import numbered
from process import wait_for
from weir import ROOT

BOTH = """\
    [broker]
    url = {url}
    {more}
    [agent]
    host = {host}
    drain = 2s
    [input in]
    path = {place}/in.log
    [stream all]
    bind = #
    queue = all
    path = {place}/all.log
    """
ASKER = """\
    [broker]
    url = {url}
    """
LINES = numbered(200)


def start(place, url, verb="run", host="web1", more="", lines=LINES):
    (place / "in.log").write_bytes(lines)
    place.config(BOTH.format(url=url, place=place, host=host, more=more))
    return place.start(verb)


def ask(place, verb, *args, code=0):
    """Run a verb that asks, with -o json; the pages that were answered."""
    done = place.run(verb, "-o", "json", *args, code=code)
    return [json.loads(line) for line in done.out().splitlines()]


def rows(place, *args, code=0):
    """{(host, role): page} of `weir status`."""
    return {(p["host"], p["role"]): p for p in ask(place, "status", *args)}


def elsewhere(places, url):
    """Another host: nothing runs there, and there are no sockets."""
    other = places()
    other.config(ASKER.format(url=url))
    return other


def listeners(vhost, role):
    """How many processes of a role can be asked over the broker."""
    connection = amqp.connect(vhost.url)
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.basic_publish(
        "logs.rpc", role, b'{"ask":"status"}',
        pika.BasicProperties(reply_to=queue, correlation_id="1"))
    count = 0
    for method, _, body in channel.consume(queue, inactivity_timeout=0.5):
        if method is None:
            break
        count += json.loads(body).get("role") == role
    connection.close()
    return count


def wait_up(vhost, **roles):
    """Wait until so many of each role can be asked over the broker."""
    def up():
        try:
            return all(listeners(vhost, r) == n for r, n in roles.items())
        except pika.exceptions.ChannelClosedByBroker:
            return False  # nobody has declared the exchange yet
    wait_for(up, 30, f"{roles} to listen", every=0.1)


class Asker:
    """What any program can ask: a question, and the answers to it."""

    def __init__(self, url):
        self.connection = amqp.connect(url)
        self.channel = self.connection.channel()
        self.queue = self.channel.queue_declare(
            "", exclusive=True).method.queue

    def ask(self, key, body, reply_to=None, patience=1.0):
        self.channel.basic_publish(
            "logs.rpc", key, body, pika.BasicProperties(
                reply_to=self.queue if reply_to is None else reply_to,
                correlation_id="the same"))
        pages = []
        for method, properties, page in self.channel.consume(
                self.queue, auto_ack=True, inactivity_timeout=patience):
            if method is None:
                break
            assert properties.correlation_id == "the same"
            pages.append(json.loads(page))
        return pages

    def close(self):
        self.connection.close()


# -- status ----------------------------------------------------------------


def test_status_needs_no_broker(place):
    run = start(place, "local:")
    place.wait_for("all.log", LINES)
    found = rows(place)
    assert set(found) == {("web1", "agent"), ("web1", "collector")}
    agent = found["web1", "agent"]
    assert agent["lines"] == 200
    assert agent["published"] + agent["filtered"] + agent["waiting"] == 200
    assert found["web1", "collector"]["streams"][0]["written"] == 200
    assert run.stop() == 0


def test_status_is_a_table_for_people(place):
    start(place, "local:")
    place.wait_for("all.log", LINES)
    lines = place.run("status").out().decode().splitlines()
    assert lines[0].split()[:3] == ["HOST", "ROLE", "PID"]
    assert len(lines) == 3


def test_status_where_nothing_runs_says_so(place):
    place.config("""\
        [broker]
        url = local:
        """)
    assert "nobody answered" in place.run("status", code=69).err()


def test_status_from_another_host_shows_all_behind_the_broker(places, vhost):
    web, mail = places(), places()
    start(web, vhost.url, host="web1")
    start(mail, vhost.url, "agent", host="mail1")
    wait_up(vhost, agent=2, collector=1)
    found = rows(elsewhere(places, vhost.url))
    assert set(found) == {("web1", "agent"), ("web1", "collector"),
                          ("mail1", "agent")}
    wait_for(lambda: rows(web)["mail1", "agent"]["lines"] == 200, 30, "lines")


def test_who_answers_by_socket_and_broker_is_shown_once(place, vhost):
    start(place, vhost.url)
    wait_up(vhost, agent=1, collector=1)
    pages = ask(place, "status")
    assert sorted(p["role"] for p in pages) == ["agent", "collector"]


def test_with_rpc_no_only_the_sockets_answer(place, places, vhost):
    start(place, vhost.url, more="rpc = no")
    place.wait_for("all.log", LINES)
    assert len(rows(place)) == 2
    asker = elsewhere(places, vhost.url)
    asker.run("status", code=69)
    assert not any(role == "rpc"
                   for p in place.processes for role in p.tree().values())


def test_status_while_the_broker_is_away_shows_what_is_here(
        place, own_broker, own_vhost):
    run = start(place, own_vhost.url)
    place.wait_for("all.log", LINES)
    own_broker.stop()
    run.wait_said("(?s)down|closed|lost|refused|shutdown")
    status = place.run("status")
    assert "cannot be reached" in status.err()
    assert len(status.out().splitlines()) == 3
    wait_for(lambda: "connecting" in rows(place)["web1", "agent"]["state"], 30,
             "the state")
    assert run.stop() == 0


def test_status_during_an_alarm_says_blocked(place, own_broker, own_vhost):
    run = start(place, own_vhost.url)
    place.wait_for("all.log", LINES)
    own_broker.alarm(True)
    with open(place / "in.log", "ab") as log:
        log.write(b"one more\n")
    run.wait_said("blocked by the broker")
    agent = wait_for(lambda: rows(place)["web1", "agent"], 30, "a row")
    assert agent["state"].startswith("blocked")
    assert agent["waiting"] == 1
    assert agent["oldest_ms"] > 0
    own_broker.alarm(False)
    place.wait_for("all.log", LINES + b"one more\n")
    wait_for(lambda: rows(place)["web1", "agent"]["state"] == "up", 30, "up")


def permissions():
    """{user: (configure, write, read)} as the guide gives them."""
    text = (ROOT / "docs/guide.md").read_text()
    return {user: re.findall(r"'([^']*)'", patterns) for user, patterns in
            re.findall(r"set_permissions -p logs (\w+)((?:[ \\\n]+'[^']*')+)",
                       text)}


def test_the_permissions_that_the_guide_gives_are_enough(places, vhost):
    found = permissions()
    assert set(found) == {"agent", "collector", "operator"}
    for user, patterns in found.items():
        name = f"{user}{vhost.name}"
        vhost.broker.add_user(name, "word")
        vhost.broker.permit(name, vhost.name, *patterns)

    def url(user):
        return vhost.as_user(f"{user}{vhost.name}", "word")
    log, web = places(), places()
    log.config(f"""\
        [broker]
        url = {url("collector")}
        [stream web]
        bind = #
        queue = web
        path = {log}/web.log
        """)
    web.config(f"""\
        [broker]
        url = {url("agent")}
        [input in]
        path = {web}/in.log
        """)
    (web / "in.log").write_bytes(LINES)
    collector = log.start("collector")
    collector.wait_said("stream web: .*up")
    web.start("agent")
    wait_up(vhost, agent=1, collector=1)
    assert elsewhere(places, url("operator")).run("verify").err() == ""
    log.wait_for("web.log", LINES)


# -- the protocol ------------------------------------------------------------


def test_a_killed_rpc_process_is_replaced_and_nothing_else_notices(
        place, vhost):
    run = start(place, vhost.url, "agent")
    first = run.child("rpc")
    shipper = run.child("shipper")
    wait_up(vhost, agent=1)
    os.kill(first, signal.SIGKILL)
    assert run.child("rpc", other_than=first) != first
    wait_up(vhost, agent=1)
    assert run.child("shipper") == shipper
    assert run.stop() == 0


@pytest.mark.parametrize("question", [
    b"", b"{", b"[]", b"null", b'{"ask":1}', b'{"ask":"nonsense"}',
    b'{"ask":"status","ask":"status"}', b"[" * 60_000, b"\xff" * 1000,
    b'{"ask":"status","x":"' + b"x" * 70_000 + b'"}',
    b'{"ask":"status","x":"' + b"x" * 5_000_000 + b'"}'],
    ids=lambda q: f"{q[:12]!r}-{len(q)}")
def test_a_malformed_question_is_answered_with_an_error(
        place, vhost, question):
    run = start(place, vhost.url, "agent")
    wait_up(vhost, agent=1)
    asker = Asker(vhost.url)
    (answer,) = asker.ask("agent", question)
    assert answer["error"] and answer["last"]
    (answer,) = asker.ask("agent", b'{"ask":"status"}')
    assert answer["role"] == "agent" and "error" not in answer
    asker.close()
    assert run.stop() == 0


def test_an_answer_goes_only_to_a_queue_that_the_broker_named(place, vhost):
    start(place, vhost.url, "agent")
    wait_up(vhost, agent=1)
    amqp.declare_queue(vhost.url, "victim", "#")
    before = amqp.depth(vhost.url, "victim")
    asker = Asker(vhost.url)
    assert asker.ask("agent", b'{"ask":"status"}', reply_to="victim") == []
    assert asker.ask("agent", b'{"ask":"status"}', reply_to="") == []
    assert len(asker.ask("agent", b'{"ask":"status"}')) == 1
    assert amqp.depth(vhost.url, "victim") == before
    asker.close()


def test_a_flood_of_questions_is_answered_in_order_and_stops_nothing(
        place, vhost):
    start(place, vhost.url)
    wait_up(vhost, agent=1)
    asker = Asker(vhost.url)
    for _ in range(500):
        asker.channel.basic_publish(
            "logs.rpc", "agent", b'{"ask":"status"}',
            pika.BasicProperties(reply_to=asker.queue,
                                 correlation_id="the same"))
    answers = asker.ask("agent", b'{"ask":"status"}', patience=3)
    assert len(answers) == 501
    assert not [a for a in answers if "error" in a]
    place.wait_for("all.log", LINES)
    asker.close()


def test_one_host_and_one_process_can_be_asked(places, vhost):
    for host in ("web1.example", "web2.example"):
        start(places(), vhost.url, "agent", host=host)
    wait_up(vhost, agent=2)
    asker = Asker(vhost.url)
    (answer,) = asker.ask("agent.web2.example", b'{"ask":"status"}')
    assert answer["host"] == "web2.example"
    question = {"ask": "status", "process": answer["process"]}
    (again,) = asker.ask("all", json.dumps(question).encode())
    assert again["process"] == answer["process"]
    asker.close()


# -- verify and resend --------------------------------------------------------

STREAMS = """\
    [broker]
    url = {url}
    [agent]
    host = web1
    drain = 2s
    [input in]
    path = {place}/in.log
    {filters}
    [filter quiet]
    type = drop
    pattern = healthz
    [stream all]
    bind = #
    queue = all
    path = {place}/all.log
    [stream errors]
    bind = err.*
    queue = errors
    path = {place}/errors.log
    """


def bind_first(place):
    """A collector that ran before anything was published: it knows that all
    of what comes later is to come."""
    collector = place.start("collector")
    collector.wait_said("stream all: .*up")
    collector.wait_said("stream errors: .*up")
    assert collector.stop() == 0


def two_streams(place, vhost, lines, filters="", bound=False):
    """Their queues, and what an agent has published into them."""
    amqp.declare_queue(vhost.url, "all", "#")
    amqp.declare_queue(vhost.url, "errors", "err.*")
    (place / "in.log").write_bytes(lines)
    place.config(STREAMS.format(url=vhost.url, place=place, filters=filters))
    if bound:
        bind_first(place)
    agent = place.start("agent")
    expected = len(lines.splitlines())
    if filters:
        expected -= lines.count(b"healthz")
    wait_for(lambda: amqp.depth(vhost.url, "all") == expected, 30, "lines")
    return agent


def lose(vhost, queue, wanted):
    """Take messages out of a queue; (body, headers) of what was lost."""
    connection = amqp.connect(vhost.url)
    channel = connection.channel()
    channel.basic_qos(prefetch_count=0)
    lost = []
    for method, properties, body in channel.consume(
            queue, inactivity_timeout=0.5):
        if method is None:
            break
        if wanted(body):
            lost.append((body, properties.headers))
            channel.basic_ack(method.delivery_tag)
    connection.close()  # the others are put back, in their order
    return lost


def range_of(headers):
    return headers["source"], headers["key"], headers["prev"], headers["pos"]


def missing(place, code):
    """{(stream, source, key, from, to)} that `weir verify` shows."""
    pages = ask(place, "verify", "--wait", "1s", code=code)
    return {(p["stream"], p["source"], p["key"], p["from"], p["to"])
            for p in pages if "missing" in p}


def errors(lines):
    return b"".join(line + b"\n" for line in lines.splitlines()
                    if b"[error]" in line)


def assert_once(place, lines):
    """Every line once, whatever their order: what was lost came later."""
    def all_there():
        return sorted((place / "all.log").read_bytes().splitlines()) == \
            sorted(lines.splitlines())
    wait_for(all_there, 30, "every line once in all.log")
    assert sorted((place / "errors.log").read_bytes().splitlines()) == \
        sorted(errors(lines).splitlines())


@pytest.mark.parametrize("url", ["the broker", "local:"])
def test_verify_after_a_clean_run_finds_nothing_missing(place, vhost, url):
    url = vhost.url if url != "local:" else url
    start(place, url)
    place.wait_for("all.log", LINES)
    if url != "local:":
        wait_up(vhost, agent=1, collector=1)
    verify = place.run("verify")
    out = verify.out().decode()
    assert "web1   200   200" in out
    assert "missing" not in out and "does not add up" not in out


def test_a_line_that_the_broker_lost_is_found_sent_again_and_settled(
        place, vhost):
    lines = numbered(200)
    agent = two_streams(place, vhost, lines)
    victim = b"line 0000042 [error] disk full"
    (one,) = lose(vhost, "all", lambda body: body == victim)
    (two,) = lose(vhost, "errors", lambda body: body == victim)
    assert range_of(one[1]) == range_of(two[1])
    collector = place.start("collector")
    wait_up(vhost, agent=1, collector=1)
    hole = range_of(one[1])
    assert missing(place, code=1) == {("all", *hole), ("errors", *hole)}
    said = place.run("verify", "--wait", "200ms", code=1).out().decode()
    assert f"{place}/in.log: bytes {hole[2]}-{hole[3]}" in said
    resent = place.run("resend", hole[0], f"{hole[2]}-{hole[3]}")
    assert resent.out().decode().count("sent again: 1 lines") == 2
    assert missing(place, code=0) == set()
    assert_once(place, lines)
    assert collector.stop() == 0
    assert agent.stop() == 0


def test_an_agent_that_dies_in_a_resend_can_be_asked_again(place, vhost):
    lines = numbered(200)
    agent = two_streams(place, vhost, lines)
    agent.stop()
    lose(vhost, "all", lambda body: b"000004" in body)
    agent = place.start(
        "agent", env={"WEIR_FAULT": f"resend-publish:3:{place}/died"})
    place.start("collector")
    wait_up(vhost, agent=1, collector=1)
    assert missing(place, code=1)
    resend = place.start("resend", "--all", "--wait", "2s")
    agent.popen.wait(30)
    assert (place / "died").exists()
    assert resend.wait(60) != 0
    agent = place.start("agent")
    wait_up(vhost, agent=1, collector=1)
    place.run("resend", "--all")
    assert missing(place, code=0) == set()
    assert_once(place, lines)


def test_all_that_is_lost_can_be_sent_again_at_once(place, vhost):
    lines = numbered(2000)
    two_streams(place, vhost, lines, bound=True)
    # Neighbours, the first and the last lines of chains, and a whole one.
    lost = {0, 1, 2, 3, 12, 22, 500, 501, 700, 1997, 1998, 1999}

    def is_lost(body):
        return int(body.split()[1]) in lost or b"slow query" in body
    in_all = lose(vhost, "all", is_lost)
    in_errors = lose(vhost, "errors", is_lost)
    place.start("collector")
    wait_up(vhost, agent=1, collector=1)
    seen = missing(place, code=1)
    # Every lost line lies in a range that is shown, and no other line.
    for stream, losses in (("all", in_all), ("errors", in_errors)):
        ranges = {r[1:] for r in seen if r[0] == stream}
        assert losses and ranges
        for _, h in losses:
            assert any(source == h["source"] and key == h["key"]
                       and low < h["pos"] <= high
                       for source, key, low, high in ranges), h
    place.run("resend", "--all")
    assert missing(place, code=0) == set()
    assert_once(place, lines)


def test_a_line_lost_in_one_queue_is_sent_to_that_one_alone(place, vhost):
    lines = numbered(100)
    two_streams(place, vhost, lines)
    ((_, headers),) = lose(vhost, "errors", lambda body: b" 0000052" in body)
    place.start("collector")
    wait_up(vhost, agent=1, collector=1)
    hole = range_of(headers)
    assert missing(place, code=1) == {("errors", *hole)}
    place.run("resend", "--all")
    pages = ask(place, "status")
    (collector,) = [p for p in pages if p["role"] == "collector"]
    repeats = {s["stream"]: s["repeats"] for s in collector["streams"]}
    assert repeats == {"all": 0, "errors": 0}
    assert_once(place, lines)


def test_a_line_in_parts_is_sent_again_as_it_was(place, vhost):
    long = b"[error] " + b"x" * 5000 + b" end"
    lines = b"[error] first\n" + long + b"\n[error] last\n"
    amqp.declare_queue(vhost.url, "all", "#")
    amqp.declare_queue(vhost.url, "errors", "err.*")
    (place / "in.log").write_bytes(lines)
    place.config(STREAMS.format(url=vhost.url, place=place,
                                filters="max_line = 1000"))
    place.start("agent")
    wait_for(lambda: amqp.depth(vhost.url, "all") == 8, 30, "parts")
    lost = lose(vhost, "all", lambda body: body == b"x" * 1000)
    assert [h["part"] for _, h in lost] == [2, 3, 4, 5]
    place.start("collector")
    wait_up(vhost, agent=1, collector=1)
    assert len(missing(place, code=1)) == 1
    place.run("resend", "--all")
    assert missing(place, code=0) == set()
    written = (place / "all.log").read_bytes().splitlines()
    assert written.count(b"x" * 1000) == 4


def test_what_is_filtered_is_not_sent_again_either(place, vhost):
    lines = numbered(100)
    two_streams(place, vhost, lines, filters="filters = quiet")
    lose(vhost, "all", lambda body: 20 <= int(body.split()[1]) < 60)
    place.start("collector")
    wait_up(vhost, agent=1, collector=1)
    missing(place, code=1)
    place.run("resend", "--all")
    assert missing(place, code=0) == set()
    kept = [line for line in lines.splitlines() if b"healthz" not in line]
    assert sorted((place / "all.log").read_bytes().splitlines()) == \
        sorted(kept)


def test_a_rotated_file_is_found_under_its_new_name(place, vhost):
    lines = numbered(100)
    agent = two_streams(place, vhost, lines)
    ((_, headers),) = lose(vhost, "all", lambda body: b" 0000052" in body)
    assert agent.stop() == 0
    (place / "in.log").rename(place / "in.log.1")
    place.start("agent")
    place.start("collector")
    wait_up(vhost, agent=1, collector=1)
    hole = range_of(headers)
    assert missing(place, code=1) == {("all", *hole)}
    place.run("resend", "--all")
    assert missing(place, code=0) == set()
    assert_once(place, lines)


@pytest.mark.parametrize("how", ["deleted", "other bytes"])
def test_what_nobody_has_any_more_is_given_up(place, vhost, how):
    lines = numbered(100)
    agent = two_streams(place, vhost, lines)
    ((_, headers),) = lose(vhost, "all", lambda body: b" 0000052" in body)
    assert agent.stop() == 0
    if how == "deleted":
        (place / "in.log").unlink()
    else:
        with open(place / "in.log", "r+b") as log:
            log.write(b"?" * len(lines))
    place.start("agent")
    place.start("collector")
    wait_up(vhost, agent=1, collector=1)
    assert len(missing(place, code=1)) == 1
    resent = place.run("resend", "--all").out().decode()
    assert "gone: " in resent
    assert missing(place, code=0) == set()
    shown = place.run("verify").out().decode()
    assert "GONE" in shown
    assert b" 0000052" not in (place / "all.log").read_bytes()


def test_a_resend_wants_a_queue_that_is_there_and_a_streams(place, vhost):
    agent = two_streams(place, vhost, numbered(100))
    wait_up(vhost, agent=1)
    ((_, headers),) = lose(vhost, "all", lambda body: b" 0000052" in body)
    source, key, low, high = range_of(headers)
    asker = Asker(vhost.url)

    def resend(**changes):
        question = {"ask": "resend", "source": source, "key": key,
                    "from": low, "to": high, "queue": "all", **changes}
        (answer,) = asker.ask("agent", json.dumps(question).encode())
        return answer
    assert "no such queue" in resend(queue="nowhere")["error"]
    for wrong in ({"queue": ""}, {"queue": "amq.rabbitmq.reply-to"},
                  {"queue": "q\0"}, {"from": high}, {"from": -1},
                  {"key": "k" * 256}, {"source": source + "0"},
                  {"source": None}, {"to": "x"}):
        assert "resend wants" in resend(**wrong)["error"], wrong
    assert resend(source="0" * 32)["unknown"]
    assert "gone" in resend(key="err.nowhere")
    assert "gone" in resend(to=high - 1)
    assert "under way" in resend(to=10**9)["error"]
    depth = amqp.depth(vhost.url, "all")
    assert resend()["sent"] == 1
    wait_for(lambda: amqp.depth(vhost.url, "all") == depth + 1, 10, "it")
    asker.close()
    assert agent.stop() == 0


def test_a_chain_is_sent_again_from_where_its_source_begins(place, vhost):
    """`start = end`: what stood there before was never published."""
    old, new = numbered(50), numbered(50, first=50)
    amqp.declare_queue(vhost.url, "all", "#")
    amqp.declare_queue(vhost.url, "errors", "err.*")
    (place / "in.log").write_bytes(old)
    place.config(STREAMS.format(url=vhost.url, place=place,
                                filters="start = end"))
    bind_first(place)
    place.start("agent")
    wait_up(vhost, agent=1)  # which is after it has begun
    with open(place / "in.log", "ab") as log:
        log.write(new)
    wait_for(lambda: amqp.depth(vhost.url, "all") == 50, 30, "lines")
    assert len(lose(vhost, "all", lambda body: True)) == 50
    place.start("collector")
    wait_up(vhost, agent=1, collector=1)
    assert len(missing(place, code=1)) == 2  # a range for each chain
    place.run("resend", "--all")
    assert_once(place, new)
