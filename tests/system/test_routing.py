"""Which line reaches whom: the broker's rules and ours are the same."""

import collections
import concurrent.futures
import csv

import pytest

import amqp
from lines import numbered
from weir import ROOT

VECTORS = ROOT / "tests/vectors/topic_match.tsv"


def vectors():
    with open(VECTORS, newline="") as f:
        return [(row["binding_key"], row["routing_key"], row["match"] == "1")
                for row in csv.DictReader(f, delimiter="\t",
                                          quoting=csv.QUOTE_NONE)]


def ask_broker(url, cases):
    """{(binding, key)} that match on the real topic exchange."""
    connection = amqp.connect(url)
    channel = connection.channel()
    channel.exchange_declare("topics", "topic")
    queues = {}
    for binding in {binding for binding, _, _ in cases}:
        queues[binding] = channel.queue_declare(
            "", exclusive=True).method.queue
        channel.queue_bind(queues[binding], "topics", binding)
    for key in {key for _, key, _ in cases}:
        channel.basic_publish("topics", key, key.encode())
    matches = set()
    for binding, queue in queues.items():
        method, _, body = channel.basic_get(queue, auto_ack=True)
        while method is not None:
            matches.add((binding, body.decode()))
            method, _, body = channel.basic_get(queue, auto_ack=True)
    connection.close()
    return matches


def ask_weir(place, cases):
    """{(binding, key)} that match by the rules of the embedded router."""
    def matches(case):
        match = place.start("match", "--", case[0], case[1])
        code = match.wait()
        assert code in (0, 1), match.err()
        return code == 0
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(matches, cases))
    return {case[:2] for case, yes in zip(cases, answers) if yes}


def test_topics_match_on_the_broker_and_in_the_embedded_router_alike(
        place, vhost):
    cases = vectors()
    expected = {(binding, key) for binding, key, match in cases if match}
    asked = {(binding, key) for binding, key, _ in cases}
    assert len(expected) > 50 and len(asked - expected) > 50
    assert ask_broker(vhost.url, cases) & asked == expected
    assert ask_weir(place, cases) == expected


PATTERNS = ("#", "*.kern", "err.*", "err.#", "#.#", "*", "*.*.*", "err.kern",
            "#.daemon", "info.local3")


@pytest.mark.parametrize("kind", ["topic", "direct", "fanout"])
def test_every_exchange_type_parts_lines_alike_with_and_without_a_broker(
        place, vhost, kind):
    inputs = [(s, f) for s in ("err", "info") for f in ("kern", "daemon",
                                                        "local3")]
    text = f"[broker]\nurl = %s\nexchange = x\nexchange_type = {kind}\n"
    for severity, facility in inputs:
        text += (f"[input {severity}-{facility}]\n"
                 f"path = {place}/{severity}-{facility}.log\n"
                 f"severity = {severity}\nfacility = {facility}\n")
        (place / f"{severity}-{facility}.log").write_text("words\n" * 3)
    for n, pattern in enumerate(PATTERNS):
        text += (f"[stream s{n}]\nbind = {pattern}\n"
                 f"path = {place}/%s/s{n}-${{severity}}-${{facility}}\n")
    got = {}
    for name, url in (("local", "local:"), ("amqp", vhost.url)):
        place.config(text % ((url,) + (name,) * len(PATTERNS)), f"{name}.ini")
        state = place / "state"
        state.rename(place / f"state-{name}")
        state.mkdir()
        place.run("run", "--once", "--idle", "1s", config=f"{name}.ini")
        got[name] = {p.name: p.read_bytes()
                     for p in (place / name).iterdir() if p.stat().st_size}
    assert got["local"] == got["amqp"]
    passed = collections.Counter(name.split("-")[0] for name in got["local"])
    expected = {
        "topic": {"s0": 6, "s1": 2, "s2": 3, "s3": 3, "s4": 6, "s7": 1,
                  "s8": 2, "s9": 1},
        "direct": {"s7": 1, "s9": 1},
        "fanout": {f"s{n}": 6 for n in range(len(PATTERNS))},
    }[kind]
    assert passed == expected


AGENT = """\
    [broker]
    url = {url}
    exchange = {exchange}
    declare = {declare}
    {more}
    [input in]
    path = {place}/in.log
    severity = info
    facility = local1
    """


def write_agent(place, vhost, exchange="logs", declare="yes", more=""):
    (place / "in.log").write_bytes(b"a line\n")
    place.config(AGENT.format(url=vhost.url, exchange=exchange, place=place,
                              declare=declare, more=more))


@pytest.mark.parametrize("declare", ["yes", "passive", "no"])
def test_an_exchange_that_is_there_is_used_however_it_is_declared(
        place, vhost, declare):
    listener = amqp.Subscriber(vhost.url, "#", exchange="there")
    write_agent(place, vhost, "there", declare)
    place.run("agent", "--once")
    assert listener.take(1)[0].key == "info.local1"


def test_the_exchange_is_declared_as_configured(place, vhost):
    write_agent(place, vhost, "mine",
                more="exchange_type = direct\nexchange_durable = no")
    place.run("agent", "--once")
    channel = amqp.connect(vhost.url).channel()
    # Refused (406) if it were of another kind.
    channel.exchange_declare("mine", "direct", durable=False)


def test_a_line_for_nobody_is_warned_of_once_for_its_key(place, vhost):
    write_agent(place, vhost)
    (place / "in.log").write_bytes(
        numbered(200).replace(b"[error]", b"error").replace(b"WARN", b"warn"))
    agent = place.run("agent", "--once")
    assert agent.count_said(r"info\.local1") == 1, agent.err()


def test_a_line_for_nobody_is_not_mentioned_when_mandatory_is_off(
        place, vhost):
    write_agent(place, vhost, more="mandatory = no")
    agent = place.run("agent", "--once")
    assert agent.count_said(r"info\.local1") == 0


def test_a_routing_key_template_decides_and_foreign_words_are_cleaned(
        place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [agent]
        routing_key = app.${{program}}.${{severity}}
        [input in]
        path = {place}/in.log
        program = my.#prog *
        severity = crit
        """)
    (place / "in.log").write_bytes(b"a line\n")
    listener = amqp.Subscriber(vhost.url, "#")
    place.run("agent", "--once")
    assert listener.take(1)[0].key == "app.my__prog__.crit"
