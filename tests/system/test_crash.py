"""kill -9 of whoever, whenever: nothing is lost."""

import os
import signal

import pytest

import amqp
from lines import numbered
from process import wait_for

COUNT = 40_000

AGENT = """\
    [broker]
    url = {url}
    heartbeat = 1s
    confirm_window = 500
    [input in]
    path = {place}/in.log
    """


@pytest.fixture
def agent(place, vhost):
    """An agent in the middle of a stream into the queue q."""
    amqp.declare_queue(vhost.url, "q", "#")
    (place / "in.log").write_bytes(numbered(COUNT))
    place.config(AGENT.format(url=vhost.url, place=place))
    agent = place.start("agent")
    wait_for(lambda: amqp.depth(vhost.url, "q") > COUNT // 20, 30,
             "the stream to flow")
    return agent


def complete(vhost):
    """Wait until the queue holds every line; the number of repeats."""
    lines = set(numbered(COUNT).splitlines())
    bodies = []

    def all_there():
        bodies.extend(amqp.drain(vhost.url, "q", COUNT, timeout=1))
        return lines <= set(bodies)
    wait_for(all_there, 60, "every line to be in the queue")
    assert set(bodies) == lines
    return len(bodies) - COUNT


def test_a_killed_shipper_is_replaced_and_nothing_is_lost(agent, vhost):
    first = agent.child("shipper")
    os.kill(first, signal.SIGKILL)
    assert agent.child("shipper", other_than=first) != first
    complete(vhost)
    assert agent.stop() == 0


def test_an_import_outlives_its_shipper(place, vhost):
    amqp.declare_queue(vhost.url, "q", "#")
    (place / "in.log").write_bytes(numbered(COUNT))
    place.config(AGENT.format(url=vhost.url, place=place))
    agent = place.start("agent", "--once")
    killed = None
    for share in (20, 3):
        wait_for(lambda: amqp.depth(vhost.url, "q") > COUNT // share, 30,
                 "the stream to flow")
        killed = agent.child("shipper", other_than=killed)
        os.kill(killed, signal.SIGKILL)
    assert agent.wait(timeout=60) == 0
    assert killed is not None
    complete(vhost)


def test_a_shipper_that_hangs_is_killed_and_replaced(agent, vhost):
    first = agent.child("shipper")
    os.kill(first, signal.SIGSTOP)
    wait_for(lambda: first not in agent.tree(), 15, "the hung one to go")
    assert agent.child("shipper", other_than=first) != first
    complete(vhost)
    assert agent.stop() == 0


def test_a_killed_agent_takes_its_shipper_along_and_resumes_later(
        agent, vhost, place):
    agent.kill9()
    place.run("agent", "--once")
    complete(vhost)


def test_an_agent_killed_again_and_again_loses_nothing(agent, vhost, place):
    for _ in range(4):
        agent.kill9()
        before = amqp.depth(vhost.url, "q")
        agent = place.start("agent")
        wait_for(lambda: amqp.depth(vhost.url, "q") > before, 30, "progress")
    agent.kill9()
    place.run("agent", "--once")
    complete(vhost)


def test_a_stopped_agent_repeats_nothing_when_it_goes_on(agent, vhost, place):
    assert agent.stop() == 0
    place.run("agent", "--once")
    assert complete(vhost) == 0


def test_a_killed_collector_loses_nothing(place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [input in]
        path = {place}/in.log
        [stream s]
        bind = #
        queue = q
        path = {place}/out.log
        """)
    amqp.declare_queue(vhost.url, "q", "#")
    (place / "in.log").write_bytes(numbered(COUNT))
    agent = place.start("agent")
    out = place / "out.log"
    for _ in range(4):
        before = out.stat().st_size if out.exists() else 0
        collector = place.start("collector")
        wait_for(lambda: out.exists() and out.stat().st_size > before, 30,
                 "progress")
        collector.kill9()
    assert agent.stop(timeout=60) == 0
    place.run("agent", "--once")
    place.run("collector", "--once", "--idle", "2s")
    # A kill may leave half a line; the line itself is there whole as well.
    assert set(out.read_bytes().splitlines()) >= \
        set(numbered(COUNT).splitlines())


@pytest.mark.parametrize("victim", ["run", "agent", "collector"])
def test_the_embedded_router_loses_nothing_when_killed(place, victim):
    place.config(f"""\
        [broker]
        url = local:
        [input in]
        path = {place}/in.log
        [stream s]
        bind = #
        path = {place}/out.log
        """)
    lines = numbered(COUNT)
    (place / "in.log").write_bytes(lines)
    out = place / "out.log"
    run = place.start("run")
    wait_for(lambda: out.exists() and out.stat().st_size > len(lines) // 20,
             30, "the stream to flow")
    if victim == "run":
        run.kill9()
        run = place.start("run")
    else:
        pid = next((p for p, role in run.tree().items() if role == victim),
                   None)
        if pid is None:
            pytest.skip(f"local: has no {victim} process of its own")
        os.kill(pid, signal.SIGKILL)
    wanted = set(lines.splitlines())
    wait_for(lambda: wanted <= set(out.read_bytes().splitlines()), 60,
             "every line", every=0.2)
    assert run.stop() == 0
