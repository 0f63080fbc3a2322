"""weir tail: log streams by pattern, on a terminal or down a pipe."""

import json
import os
import pty
import signal

import pytest

import amqp
from process import wait_for


@pytest.fixture
def tail(place, vhost):
    """Start a tail; once this returns, it is subscribed."""
    def start(*args, **how):
        place.config(f"[broker]\nurl = {vhost.url}\n")
        process = place.start("tail", *args, **how)

        def subscribed():
            assert process.alive(), process.err()
            return consumers(vhost) > 0
        wait_for(subscribed, 30, "the tail to be subscribed")
        return process
    return start


def consumers(vhost):
    return int(vhost.broker.eval(
        "length(rabbit_amqqueue:consumers_all("
        f"<<\"{vhost.name}\">>))"))


def say(vhost, *messages):
    for key, body in messages:
        amqp.publish_once(vhost.url, key, body)


def test_patterns_choose_and_aliases_are_understood(tail, vhost):
    process = tail("error.*", "*.kern")
    say(vhost, ("err.daemon", b"one"), ("info.daemon", b"not this"),
        ("info.kern", b"two"), ("err.kern", b"three, once"))
    wait_for(lambda: process.out() == b"one\ntwo\nthree, once\n", 10,
             "three lines")
    process.signal(signal.SIGINT)
    assert process.wait() == 0


def test_without_patterns_everything_comes(tail, vhost):
    process = tail()
    say(vhost, ("a.b.c", b"one"), ("", b"two"))
    wait_for(lambda: process.out() == b"one\ntwo\n", 10, "two lines")
    assert process.stop() == 0


def test_json_has_the_key_and_the_text(tail, vhost):
    process = tail("-o", "json")
    say(vhost, ("err.daemon", b"one"))
    wait_for(lambda: process.out().endswith(b"\n"), 10, "a line")
    record = json.loads(process.out())
    assert record["text"] == "one" and record["key"] == "err.daemon"
    process.signal(signal.SIGINT)
    assert process.wait() == 0


def test_grep_and_exclude_look_at_the_text(tail, vhost):
    process = tail("--grep", "slow|fast", "--exclude", "healthz$")
    say(vhost, ("a", b"slow query"), ("a", b"neither"),
        ("a", b"fast healthz"), ("a", b"fast lane"))
    wait_for(lambda: process.out() == b"slow query\nfast lane\n", 10,
             "two lines")
    process.signal(signal.SIGINT)
    assert process.wait() == 0


def test_a_wrong_expression_is_a_wrong_use(place, vhost):
    place.config(f"[broker]\nurl = {vhost.url}\n")
    place.run("tail", "--grep", "(unclosed", code=64)


def test_a_closed_pipe_is_a_good_end(tail, vhost):
    reader, writer = os.pipe()
    process = tail(stdout=writer)
    os.close(writer)
    say(vhost, ("a", b"one"))
    assert os.read(reader, 100) == b"one\n"
    os.close(reader)
    say(vhost, ("a", b"two"))
    assert process.wait() == 0


def test_it_takes_only_what_comes_while_it_looks(place, tail, vhost):
    amqp.declare_queue(vhost.url, "kept", "#")
    process = tail()
    say(vhost, ("a", b"one"))
    wait_for(lambda: process.out() == b"one\n", 10, "a line")
    process.signal(signal.SIGINT)
    assert process.wait() == 0
    assert amqp.depth(vhost.url, "kept") == 1


def terminal_output(process, master, until):
    """What came out on the terminal, up to and including `until`."""
    got = b""

    def seen():
        nonlocal got
        try:
            got += os.read(master, 65536)
        except BlockingIOError:
            pass
        return until in got
    os.set_blocking(master, False)
    wait_for(seen, 10, f"{until} on the terminal")
    return got


def test_on_a_terminal_control_bytes_are_escaped_and_errors_have_a_colour(
        tail, vhost):
    master, slave = pty.openpty()
    process = tail(stdout=slave, env={"TERM": "xterm-256color"})
    os.close(slave)
    say(vhost, ("err.daemon", b"evil \x1b]0;title\x07 \x9b31m \r end"),
        ("info.daemon", "grüße ✓".encode()), ("info.daemon", b"last"))
    got = terminal_output(process, master, b"last")
    first, second = got.split(b"\n")[:2]
    assert b"\x1b[" in first, "no colour"
    assert b"\x1b]" not in first and b"\x07" not in first
    assert b"\x9b" not in first and b"\r " not in first
    assert b"evil " in first and b" end" in first
    assert "grüße ✓".encode() in second
    process.signal(signal.SIGINT)
    assert process.wait() == 0
    os.close(master)


def test_down_a_pipe_bytes_are_bytes(tail, vhost):
    process = tail()
    say(vhost, ("err.daemon", b"evil \x1b[31m \0 \xff"))
    wait_for(lambda: process.out() == b"evil \x1b[31m \0 \xff\n", 10, "it")
    process.signal(signal.SIGINT)
    assert process.wait() == 0


def test_the_embedded_router_can_be_watched_too(place):
    (place / "in.log").touch()
    place.config(f"""\
        [broker]
        url = local:
        [input in]
        path = {place}/in.log
        [stream s]
        bind = #
        path = {place}/out.log
        """)
    run = place.start("run")
    wait_for((place / "run/tail.sock").exists, 30, "the socket")
    assert (place / "run/tail.sock").stat().st_mode & 0o777 == 0o600
    tail = place.start("tail", "err.*")

    def seen():
        with open(place / "in.log", "ab") as log:
            log.write(b"[error] look\ninfo, not this\n")
        return b"[error] look\n" in tail.out()
    wait_for(seen, 15, "a line in the tail", every=0.1)
    assert b"not this" not in tail.out()
    tail.signal(signal.SIGINT)
    assert tail.wait() == 0
    assert run.stop() == 0
