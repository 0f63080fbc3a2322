"""What can happen to an agent, by the names of the failure catalogue (AG).

Others with such names are in test_torment.py, test_outage.py,
test_catalogue_once.py and tests/unit/checkpoint_*.c; what its state
directory goes through is in test_catalogue_state.py.
"""

import contextlib
import os
import pathlib
import signal
import sqlite3
import time

import pytest

import amqp
from confined import Elsewhere, Namespace, shim, wrapped
from lines import numbered
from process import free_port, session, wait_for
from torment import Torment
from weir import RELEASE

LOCAL = """\
    [broker]
    url = local:
    [input in]
    path = {place}/in/*.log
    [stream s]
    bind = #
    path = {place}/out.log
    """
AGENT = """\
    [broker]
    url = {url}
    heartbeat = 1s
    reconnect_max = 1s
    [agent]
    drain = 2s
    [input in]
    path = {place}/in/*.log
    [stream s]
    bind = #
    queue = q
    path = {place}/out.log
    """
NOBODY = "amqp://guest:guest@127.0.0.1:{}/"


def write(place, name, data):
    (place / "in").mkdir(exist_ok=True)
    with open(place / "in" / name, "ab") as log:
        log.write(data)


def out(place):
    path = place / "out.log"
    return path.read_bytes().splitlines() if path.exists() else []


def once(place, lines, timeout=60):
    """Wait until the stream has each of these lines, once."""
    wanted = sorted(lines.splitlines())
    wait_for(lambda: len(out(place)) >= len(wanted), timeout,
             f"{len(wanted)} lines", every=0.1)
    assert sorted(out(place)) == wanted


def pass_time(seconds):
    end = time.monotonic() + seconds
    wait_for(lambda: time.monotonic() > end, seconds + 5, "time to pass",
             every=0.1)


def times(short, long):
    """A fault's length or count, in the short form and with --long."""
    return pytest.mark.parametrize("times", [
        pytest.param(short, id=f"{short}"),
        pytest.param(long, id=f"{long}", marks=pytest.mark.long)])


# -- stopped, told a wrong time, without room ---------------------------------


@times(4, 600)
@pytest.mark.parametrize("who", ["reader", "everybody"])
def test_AG_05_a_suspended_agent_goes_on_as_if_nothing_had_been(
        place, vhost, dice, who, times):
    torment = Torment(place, vhost.url, dice, heartbeat="1s")
    torment.flowing()
    pids = session(torment.run.pid) if who == "everybody" else \
        [torment.run.child("agent")]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    pass_time(times)
    for pid in pids:  # the supervisor kills a reader silent for long
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    torment.must_be_exact()


def kept(place):
    """The ids of the file that is never rotated."""
    uri = f"file:{place}/state/checkpoint.db?mode=ro"
    with sqlite3.connect(uri, uri=True) as db:
        return db.execute("SELECT id FROM source "
                          "WHERE path LIKE '%/z.log.keep'").fetchall()


@times(1, 6)
def test_AG_12_a_clock_that_jumps_stalls_nothing_and_renames_no_source(
        place, dice, times):
    run = Elsewhere(place, shim(place, "clock"), "local:", dice)
    run.flowing()
    (place / "in/z.log.keep").write_bytes(b"")  # never rotated
    wait_for(lambda: kept(place), 30, "its row in the checkpoint")
    before = kept(place)
    for off in (-86400, 10 * 365 * 86400, 0, 3600, -3600) * times:
        (place / "clock").write_text(str(off))
        size = (place / "out/all.log").stat().st_size
        wait_for(lambda s=size: (place / "out/all.log").stat().st_size > s,
                 5, "lines in spite of the clock")
        pass_time(2 if times > 1 else 0.3)
    assert kept(place) == before
    run.must_be_exact()


@pytest.mark.parametrize("hard", [64, 1000])
def test_AG_13_files_beyond_the_descriptors_are_read_when_there_are_more(
        place, hard):
    lines = []
    for n in range(200):
        write(place, f"{n:03}.log", numbered(50, tag=f"file{n:03}"))
        lines.append(numbered(50, tag=f"file{n:03}"))
    place.config(LOCAL.format(place=place))
    few = wrapped(place, f"prlimit --nofile=64:{hard}")
    run = place.start("run", binary=few)
    once(place, b"".join(lines))
    assert run.count_said("they take turns") == (hard == 64), "once for all"
    for n in range(200):
        write(place, f"{n:03}.log", more := numbered(1, tag=f"more{n:03}"))
        lines.append(more)
    once(place, b"".join(lines))
    assert run.stop() == 0


def peak(pid):
    """The most memory a process ever had, in bytes."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines()
                if line.startswith("VmHWM:"))


@times(4, 600)
def test_AG_14_an_absent_broker_and_huge_lines_need_little_memory(
        place, vhost, times):
    if not os.access(RELEASE, os.X_OK):
        pytest.skip("needs build/release: sanitizers need the memory")
    lines = [b"%d " % n + b"x" * (10 << 20) for n in range(3)]
    write(place, "in.log", b"".join(line + b"\n" for line in lines))
    config = AGENT.replace("drain = 2s", "drain = 2s\n    window = 4MiB")
    place.config(config.format(place=place, url=NOBODY.format(free_port())))
    agent = place.start("agent", binary=RELEASE)
    agent.wait_said("refused")
    pass_time(times)
    # As a cgroup would count them, had it a limit of 32 MiB.
    sizes = {role: peak(pid) for pid, role in agent.tree().items()}
    assert sum(sizes.values()) < 32 << 20, sizes
    assert agent.stop() in (0, 75)
    place.config(config.format(place=place, url=vhost.url))
    run = place.start("run", binary=RELEASE)
    place.wait_for("out.log", b"".join(
        line[at:at + (1 << 20)] + b"\n" for line in lines
        for at in range(0, len(line), 1 << 20)), timeout=60)
    assert run.stop() == 0


@times(12, 2000)
def test_AG_15_memory_that_runs_out_ends_it_cleanly_and_loses_nothing(
        place, vhost, times):
    lines = numbered(300)
    write(place, "in.log", lines)
    place.config(AGENT.format(place=place, url=vhost.url))
    amqp.declare_queue(vhost.url, "q", "#")
    how = shim(place, "memory")
    # All the small numbers are over at once: the large ones get somewhere.
    for every in range(1, times + 1):
        every = every if times > 100 else every ** 3
        how["env"]["WEIR_SHIM"] = str(every)
        agent = place.start("agent", "--once", **how)
        code = agent.wait()
        assert code >= 0 or (code == -signal.SIGABRT and
                             agent.count_said("out of memory")), \
            f"1 of {every} fails: exit {code}: {agent.err()}"
    place.run("agent", "--once")
    place.run("collector", "--once", "--idle", "2s")
    once(place, lines)


# -- who else is there --------------------------------------------------------


def test_AG_16_a_second_agent_on_one_state_directory_is_refused(
        place, vhost):
    write(place, "in.log", numbered(10))
    place.config(AGENT.format(place=place, url=vhost.url))
    run = place.start("run")
    once(place, numbered(10))
    second = place.run("agent", code=75)
    assert second.count_said("agent.lock: locked by another weir") == 1
    write(place, "in.log", numbered(10, first=10))
    once(place, numbered(20))
    assert run.stop() == 0


def test_AG_17_a_lock_that_names_a_living_stranger_is_no_lock(place):
    write(place, "in.log", numbered(10))
    place.config(LOCAL.format(place=place))
    for name in ("agent.lock", "agent.pid", "weir.pid"):
        (place / "state" / name).write_text(f"{os.getpid()}\n")
    run = place.start("run")
    once(place, numbered(10))
    assert run.stop() == 0


# -- what is read -------------------------------------------------------------


def test_AG_19_more_events_than_the_kernel_keeps_cost_no_line(place):
    limit = int(pathlib.Path(
        "/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 100_000:
        pytest.skip("needs a smaller fs.inotify.max_queued_events")
    write(place, "first.log", numbered(1))
    place.config(LOCAL.format(place=place))
    run = place.start("run")
    once(place, numbered(1))
    # Nobody takes events: two files in turn, so that none is like the last.
    reader = run.child("agent")
    os.kill(reader, signal.SIGSTOP)
    lines = [numbered(1)]
    for n in range(500):
        write(place, f"{n:03}.log", numbered(1, tag=f"file{n:03}"))
        lines.append(numbered(1, tag=f"file{n:03}"))
    with open(place / "in/a.log", "ab", buffering=0) as a, \
            open(place / "in/b.log", "ab", buffering=0) as b:
        for n in range(limit):
            (a, b)[n % 2].write(b"event %d\n" % n)
            lines.append(b"event %d\n" % n)
    write(place, "last.log", b"the last one\n")  # its events are lost
    os.kill(reader, signal.SIGCONT)
    once(place, b"".join(lines) + b"the last one\n")
    assert run.stop() == 0


def test_AG_21_a_file_that_cannot_be_read_holds_up_no_other(place):
    write(place, "bad.log", numbered(10, tag="bad"))
    write(place, "good.log", numbered(10, tag="good"))
    place.config(LOCAL.format(place=place))
    (place / "fail-read").touch()
    run = place.start("run", **shim(place, "disk", "in/bad.log"))
    run.wait_said(r"read .*/in/bad\.log: Input/output error")
    once(place, numbered(10, tag="good"))
    write(place, "good.log", numbered(10, first=10, tag="good"))
    once(place, numbered(20, tag="good"))
    assert run.count_said("Input/output error") == 1
    (place / "fail-read").unlink()
    once(place, numbered(20, tag="good") + numbered(10, tag="bad"))
    assert run.stop() == 0


# -- how it ends, and goes on elsewhere ---------------------------------------


@times(50_000, 1_000_000)
def test_AG_23_sigterm_with_much_to_send_and_no_broker_ends_in_time(
        place, vhost, times):
    lines = numbered(times)
    write(place, "in.log", lines)
    place.config(AGENT.format(place=place, url=NOBODY.format(free_port())))
    agent = place.start("agent")
    agent.wait_said("refused")
    began = time.monotonic()
    assert agent.stop() in (0, 75)
    assert time.monotonic() - began < 2 + 3  # drain, and a busy machine
    place.config(AGENT.format(place=place, url=vhost.url))
    run = place.start("run")
    once(place, lines, timeout=60 + times / 1000)
    assert run.stop() == 0


@pytest.mark.parametrize("end", ["stop", "kill9"])
def test_AG_25_another_host_name_and_machine_go_on_where_the_last_one_was(
        place, end):
    write(place, "in.log", numbered(5000))
    place.config(LOCAL.format(place=place))
    run = place.start("run")
    once(place, numbered(5000))
    # What is confirmed is in the checkpoint after a second.
    safe = (place / "in/in.log").stat().st_size
    wait_for(lambda: saved(place) == safe, 30, "the checkpoint")
    getattr(run, end)()
    write(place, "in.log", numbered(10, first=5000))
    (place / "machine-id").write_text("0123456789abcdef" * 2 + "\n")
    with Namespace(place, "hostname somewhere.example\n"
                   "mount --bind machine-id /etc/machine-id") as there:
        run = place.start("run", binary=there.binary())
        run.wait_said("written by another host")
        once(place, numbered(5010))
        assert run.stop() == 0


def saved(place):
    """How much of the one source is safe in the checkpoint."""
    uri = f"file:{place}/state/checkpoint.db?mode=ro"
    with sqlite3.connect(uri, uri=True) as db:
        return db.execute("SELECT max(safe) FROM source").fetchone()[0]
