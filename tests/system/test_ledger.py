"""The collector's ledger: each line is written once, whatever is killed."""

import os
import random
import signal

import pytest

import amqp
from lines import numbered
from process import wait_for

COUNT = 20_000
KILLS = 8
LOCAL = """\
    [broker]
    url = local:
    [input in]
    path = {place}/in.log
    [stream s]
    bind = #
    path = {place}/out/x.log
    """
BROKER = """\
    [broker]
    url = {url}
    [input in]
    path = {place}/in.log
    [stream s]
    bind = #
    queue = q
    queue_type = {type}
    path = {place}/out/x.log
    """
# In the order in which a commit passes them.
POINTS = ["stream-take", "commit-open", "ledger-open", "after-append",
          "after-sync", "before-ledger", "after-ledger", "before-ack",
          "after-ack"]
KILLED = -signal.SIGKILL
# A process killed while its child looks for leaks leaves that one hanging.
NO_LEAK_CHECK = {"ASAN_OPTIONS": "detect_leaks=0:exitcode=99"}


def feed(place, vhost, queue_type, count=COUNT):
    """Have all lines in the queue; returns them."""
    lines = numbered(count)
    (place / "in.log").write_bytes(lines)
    place.config(BROKER.format(place=place, url=vhost.url, type=queue_type))
    place.run("collector", "--once", "--idle", "0s")
    place.run("agent", "--once", timeout=60 + count / 1000)
    return lines


@pytest.fixture
def fed(place, vhost):
    return feed(place, vhost, "quorum")


@pytest.fixture(params=["quorum", "classic"])
def fed_either(request, place, vhost):
    return feed(place, vhost, request.param)


def assert_written_once(place, vhost, lines):
    """Collect the rest, and look at all of it."""
    collector = place.start("collector")
    collector.wait_said("up$")
    place.wait_for("out/x.log", lines, timeout=60 + len(lines) / 50_000)
    wait_for(lambda: amqp.depth(vhost.url, "q") == 0, 30, "an empty queue")
    assert collector.stop() == 0
    assert (place / "out/x.log").read_bytes() == lines
    return collector


def size(path):
    return path.stat().st_size if path.exists() else 0


def grown(path, by, whole):
    """Wait until a file has grown by so many bytes, or is whole: a machine
    may be busy elsewhere while the rest of it is written."""
    goal = min(size(path) + by, len(whole))
    wait_for(lambda: size(path) >= goal, 30, f"{path} to grow", every=0.001)


@pytest.mark.parametrize("queue_type", ["quorum", "classic"])
@pytest.mark.parametrize("count,kills", [
    (COUNT, KILLS), pytest.param(1_000_000, 100, marks=pytest.mark.long)])
def test_CO_01_a_killed_collector_writes_each_line_once(
        place, vhost, dice, queue_type, count, kills):
    lines = feed(place, vhost, queue_type, count)
    out = place / "out/x.log"
    for _ in range(kills):
        collector = place.start("collector", env=NO_LEAK_CHECK)
        wait_for(lambda: size(out) > 0, 30, "the first line")
        grown(out, dice.randrange(1, len(lines) // (4 * kills)), lines)
        collector.kill9()
    assert_written_once(place, vhost, lines)


def test_the_embedded_router_writes_each_line_once(place):
    dice = random.Random(seed := random.randrange(1000))
    print(f"seed {seed}")
    lines = numbered(COUNT)
    out = place / "out/x.log"
    (place / "in.log").write_bytes(lines)
    place.config(LOCAL.format(place=place))
    run = place.start("run", env=NO_LEAK_CHECK)
    victim = None
    for _ in range(KILLS // 2):
        victim = run.child("collector", other_than=victim)
        grown(out, dice.randrange(1, len(lines) // (4 * KILLS)), lines)
        os.kill(victim, signal.SIGKILL)
        run.wait_said(f"collector: killed by signal {signal.SIGKILL:d}")
        run.kill9()
        run = place.start("run", env=NO_LEAK_CHECK)
    place.wait_for("out/x.log", lines, timeout=90)
    assert run.stop() == 0


@pytest.mark.parametrize("point", POINTS)
def test_CO_02_a_collector_that_dies_at_a_stop_point_writes_each_line_once(
        place, vhost, fed, point):
    # Only the first commit has a file that the ledger does not know.
    nth = 1 if point == "ledger-open" else 3
    collector = place.start("collector", "--once", "--idle", "1s",
                            env={"WEIR_FAULT": f"{point}:{nth}"})
    assert collector.wait() == KILLED
    assert_written_once(place, vhost, fed)


def test_CO_02_dying_while_a_tail_is_cut_cuts_it_the_next_time(
        place, vhost, fed):
    for point in ("after-append:3", "cut-back:1"):
        collector = place.start("collector", env={"WEIR_FAULT": point})
        assert collector.wait() == KILLED
    last = assert_written_once(place, vhost, fed)
    assert last.count_said("were not committed: cut off") == 1
    assert size(place / "out/x.log.cut") > 0


@pytest.mark.parametrize("victim", ["before-ack", "after-append"])
def test_a_line_at_a_time_and_a_death_at_each(place, victim):
    """Few lines, and a death in every commit: nothing doubles."""
    place.config(LOCAL.format(place=place))
    lines = numbered(5)
    (place / "in.log").write_bytes(lines)
    once = place / "once"
    for n in range(4):
        place.start("run", "--once",
                    env={"WEIR_FAULT": f"{victim}:1:{once}.{n}",
                         **NO_LEAK_CHECK}).wait()
        assert (place / f"once.{n}").exists()
        more = numbered(5, first=5 * (n + 1))
        with open(place / "in.log", "ab") as log:
            log.write(more)
        lines += more
    place.run("run", "--once")
    assert (place / "out/x.log").read_bytes() == lines


def close_connections(vhost):
    """As an administrator would: `rabbitmqctl close_connection`."""
    vhost.broker.eval(
        '[rabbit_networking:close_connection(P, "test") || '
        f'[{{pid, P}}, {{vhost, <<"{vhost.name}">>}}] <- '
        'rabbit_networking:connection_info_all([pid, vhost])], ok')


def test_what_the_broker_delivers_again_is_not_written_again(
        place, vhost, fed_either):
    out = place / "out/x.log"
    collector = place.start("collector")
    for n in range(4):
        grown(out, len(fed_either) // 20, fed_either)
        close_connections(vhost)
        wait_for(lambda: collector.count_said("CONNECTION_FORCED") > n, 30,
                 "the connection to go")
    place.wait_for("out/x.log", fed_either, timeout=60)
    wait_for(lambda: amqp.depth(vhost.url, "q") == 0, 30, "an empty queue")
    collector.signal(signal.SIGUSR2)
    collector.wait_said(r"stream s: taken \d+, written 20000, .* holes 0")
    assert collector.stop() == 0


def test_CO_12_who_shares_a_state_is_refused_and_takes_over_from_the_dead(
        place, vhost, fed):
    first = place.start("collector")
    grown(place / "out/x.log", len(fed) // 20, fed)
    second = place.run("collector", code=75)
    assert second.count_said("collector.lock: locked by another weir") == 1
    first.kill9()
    assert_written_once(place, vhost, fed)


def test_CO_13_two_collectors_with_states_of_their_own_do_not_mix_one_file(
        place, vhost):
    text = BROKER.format(place=place, url=vhost.url, type="quorum")
    place.config(text)
    (place / "other.ini").write_text(
        (place / "weir.ini").read_text().replace(
            f"{place}/state", f"{place}/other"))
    first = place.start("collector")
    second = place.start("collector", config="other.ini")
    for process in (first, second):
        process.wait_said("up|connected|bound")
    (place / "in.log").write_bytes(numbered(2000))
    place.run("agent", "--once")
    said = "out/x.log: somebody else writes it; waiting"
    wait_for(lambda: first.count_said(said) + second.count_said(said) == 1,
             30, "one of them to be refused")
    loser, winner = (first, second) if first.count_said(said) else \
        (second, first)
    loser.kill9()
    lines = sorted((place / "in.log").read_bytes().splitlines())
    wait_for(lambda: sorted((place / "out/x.log").read_bytes().splitlines())
             == lines, 30, "the other one to write all of it")
    assert winner.stop() == 0
