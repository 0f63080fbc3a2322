"""A broker that is away, full, or says no: one sentence, patience, no loss."""

import collections
import signal
import time

import pytest

import amqp
from lines import numbered
from process import wait_for

BOTH = """\
    [broker]
    url = {url}
    heartbeat = {heartbeat}
    {more}
    [agent]
    drain = 2s
    [collector]
    drain = 2s
    [input in]
    path = {place}/in.log
    [stream s]
    bind = #
    queue = q
    path = {place}/out.log
    """
LINES = numbered(2000)
OBSERVED = 4  # s: long enough for a hot loop to show


# A node that starts on a busy machine says nothing for some seconds.
def start(place, url, verb="run", more="", lines=LINES, heartbeat="5s"):
    (place / "in.log").write_bytes(lines)
    place.config(BOTH.format(url=url, place=place, more=more,
                             heartbeat=heartbeat))
    return place.start(verb)


def assert_patient(process, node=None):
    """It neither spins, nor storms the broker, nor fills the log."""
    cpu, said = process.cpu(), process.err().count("\n")
    accepted = node.accepted() if node else 0
    end = time.monotonic() + OBSERVED
    wait_for(lambda: time.monotonic() > end or not process.alive(), 10, "time")
    assert process.alive(), process.err()
    assert process.cpu() - cpu < OBSERVED / 4, "it spins"
    assert process.err().count("\n") - said <= 10, process.err()
    if node:
        # Agent, collector, and one retry or two of each.
        assert node.accepted() - accepted <= 12


def assert_all_arrives(place, timeout=90, lines=LINES):
    wanted = set(lines.splitlines())
    out = place / "out.log"
    wait_for(lambda: out.exists() and
             wanted <= set(out.read_bytes().splitlines()), timeout,
             "every line", every=0.1)


def test_a_broker_that_is_down_at_the_start_is_waited_for(
        place, own_broker, own_vhost):
    own_broker.stop()
    run = start(place, own_vhost.url)
    run.wait_said(rf"127\.0\.0\.1.*{own_broker.port}.*refused")
    assert_patient(run)
    own_broker.start()
    assert_all_arrives(place)
    assert run.stop(timeout=10) == 0


def test_sigterm_ends_it_in_time_while_the_broker_is_down(
        place, own_broker, own_vhost):
    own_broker.stop()
    for verb in ("run", "agent", "collector"):
        process = start(place, own_vhost.url, verb)
        process.wait_said("refused")
        assert process.stop(timeout=2 + 5) in (0, 75)


@pytest.mark.parametrize("how", ["stop", "kill9"])
def test_a_broker_that_goes_and_comes_back_costs_no_line(
        place, own_broker, own_vhost, how):
    first, lines = numbered(10), numbered(60_000)
    run = start(place, own_vhost.url, lines=first)
    assert_all_arrives(place, lines=first)
    # RabbitMQ 3.10 forgets a quorum queue that is younger than a second or
    # so when it is killed, and cannot declare it again either.
    time.sleep(3)
    with open(place / "in.log", "ab") as log:
        log.write(lines[len(first):])
    wait_for(lambda: (place / "out.log").stat().st_size > 2 * len(first), 30,
             "the stream to flow")
    getattr(own_broker, how)()
    own_broker.start()
    assert_all_arrives(place, lines=lines)
    assert run.count_said("(?i)refused|closed|lost|reset") <= 20, run.err()
    assert run.stop(timeout=10) == 0


def test_a_broker_that_freezes_is_left_and_found_again(
        place, own_broker, own_vhost):
    run = start(place, own_vhost.url, heartbeat="1s")
    assert_all_arrives(place)
    own_broker.freeze()
    with open(place / "in.log", "ab") as log:
        log.write(b"while frozen\n")
    run.wait_said("no sign of life from the broker")
    assert_patient(run)
    own_broker.thaw()
    assert_all_arrives(place, lines=LINES + b"while frozen\n")
    assert run.stop(timeout=10) == 0


def test_sigterm_ends_it_in_time_while_the_broker_is_frozen(
        place, own_broker, own_vhost):
    run = start(place, own_vhost.url)
    assert_all_arrives(place)
    own_broker.freeze()
    with open(place / "in.log", "ab") as log:
        log.write(b"while frozen\n")
    began = time.monotonic()
    assert run.stop(timeout=2 + 6) in (0, 75)
    assert time.monotonic() - began < 2 + 6


def test_a_memory_alarm_is_said_and_outwaited(place, own_broker, own_vhost):
    amqp.declare_queue(own_vhost.url, "q", "#")
    run = start(place, own_vhost.url)
    assert_all_arrives(place)
    own_broker.alarm(True)
    more = numbered(3000, first=2000)
    with open(place / "in.log", "ab") as log:
        log.write(more)
    run.wait_said("blocked by the broker: low on memory")
    assert_patient(run, own_broker)
    assert run.count_said("blocked") == 1, run.err()
    own_broker.alarm(False)
    run.wait_said("no longer blocked")
    place.wait_for("out.log", LINES + more)  # nobody died: each line once
    assert run.stop(timeout=10) == 0


def test_a_killed_shipper_is_not_mistaken_during_an_alarm(
        place, own_broker, own_vhost):
    # Blocked is no reason to kill: the same shipper goes on afterwards.
    run = start(place, own_vhost.url, heartbeat="1s")
    assert_all_arrives(place)
    shipper = run.child("shipper")
    own_broker.alarm(True)
    with open(place / "in.log", "ab") as log:
        log.write(b"during the alarm\n")
    run.wait_said("blocked by the broker")
    assert_patient(run)  # longer than three heartbeats
    own_broker.alarm(False)
    assert_all_arrives(place, lines=LINES + b"during the alarm\n")
    assert run.child("shipper") == shipper
    assert run.stop(timeout=10) == 0


def test_sigterm_ends_it_in_time_while_the_broker_blocks(
        place, own_broker, own_vhost):
    own_broker.alarm(True)
    run = start(place, own_vhost.url)
    run.wait_said("blocked by the broker")
    assert run.stop(timeout=2 + 5) in (0, 75)
    own_broker.alarm(False)
    place.start("run")
    assert_all_arrives(place)


def wrong_password(vhost):
    user = f"user-{vhost.name}"
    vhost.broker.add_user(user, "right", vhost.name)
    return Refusal(
        vhost.as_user(user, "wrong"), "logs",
        rf"(?i)(password|refused|denied).*{user}"
        rf"|{user}.*(password|refused|denied)",
        lambda: vhost.broker.set_password(user, "wrong"))


def wrong_vhost(vhost):
    missing = f"{vhost.name}-missing"
    return Refusal(vhost.url + "-missing", "logs", missing,
                   lambda: vhost.broker.add_vhost(missing))


def exchange_of_another_type(vhost):
    channel = amqp.connect(vhost.url).channel()
    channel.exchange_declare("taken", "fanout", durable=True)
    return Refusal(vhost.url, "taken", r"taken.*(fanout|topic)",
                   lambda: channel.exchange_delete("taken"))


# What is configured, what the sentence says, and how the cause is mended.
Refusal = collections.namedtuple("Refusal", "url exchange sentence mend")
REFUSALS = [wrong_password, wrong_vhost, exchange_of_another_type]


def start_refused(place, refusal):
    run = start(place, refusal.url, more=f"exchange = {refusal.exchange}")
    run.wait_said(refusal.sentence)
    return run


def test_BR_10_BR_26_BR_27_each_refusal_is_said_once_and_over_when_mended(
        places, new_vhost):
    # All at once, because each waits for its back-off of up to a minute.
    running = []
    for make in REFUSALS:
        place, refusal = places(), make(new_vhost())
        running.append((place, refusal, start_refused(place, refusal)))
    for _, refusal, run in running:
        assert_patient(run)
        # The agent's and the collector's, and no more for a while.
        assert 1 <= run.count_said(refusal.sentence) <= 6, run.err()
        assert ":wrong" not in run.err(), "a password was logged"
    for _, refusal, _ in running:
        refusal.mend()
    for place, _, run in running:
        assert_all_arrives(place, timeout=150)
        assert run.stop(timeout=10) == 0


@pytest.mark.parametrize("make", REFUSALS)
def test_sigterm_ends_it_in_time_while_the_broker_refuses(
        place, new_vhost, make):
    run = start_refused(place, make(new_vhost()))
    assert run.stop(timeout=2 + 5) in (0, 75)


def test_a_second_sigterm_ends_it_at_once(place, own_broker, own_vhost):
    own_broker.stop()
    (place / "in.log").write_bytes(LINES)
    place.config(BOTH.format(url=own_vhost.url, place=place, more="",
                             heartbeat="5s").replace(
        "drain = 2s", "drain = 60s"))
    agent = place.start("agent")
    agent.wait_said("refused")
    agent.signal(signal.SIGTERM)
    agent.signal(signal.SIGTERM)
    agent.wait(timeout=5)
