"""What disks do to a collector, by the names of the failure catalogue (CO).

In each the queue keeps what was not acknowledged, and once the disk is well
again every line is there, once.
"""

import contextlib
import os
import shutil
import signal
import sqlite3

import pika
import pytest

import amqp
from faulty_disk import faulty_disk, fill, mount, small_disk
from lines import numbered
from process import wait_for
from torment import NO_LEAK_CHECK
from weir import BINARY

CONFIG = """\
    [broker]
    url = {url}
    heartbeat = 1s
    [stream s]
    bind = #
    queue = q
    queue_type = classic
    prefetch = {prefetch}
    path = {path}
    [input in]
    path = {place}/in.log
    """


def configure(place, vhost, path=None, prefetch=1000):
    place.config(CONFIG.format(url=vhost.url, place=place, prefetch=prefetch,
                               path=path or place / "out/x.log"))
    # The agent's, so that it needs nothing of a state under test.
    text = (place / "weir.ini").read_text()
    (place / "agent.ini").write_text(
        text.replace(f"{place}/state", f"{place}/agent"))
    (place / "agent").mkdir()
    (place / "in.log").touch()


def send(place, first, count, **how):
    """Some numbered lines into the queue, all of them."""
    lines = numbered(count, first, **how)
    with open(place / "in.log", "ab") as log:
        log.write(lines)
    place.run("agent", "--once", config="agent.ini")
    return lines


def start(place, faults=None):
    collector = place.start("collector", **(faults or {"env": NO_LEAK_CHECK}))
    collector.wait_said("up$")
    return collector


def held(vhost):
    """All that is in the queue, unacknowledged messages included."""
    return int(vhost.broker.eval(
        '{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r('
        f'<<"{vhost.name}">>, queue, <<"q">>)), '
        '[{messages, N}] = rabbit_amqqueue:info(Q, [messages]), N'))


def assert_acknowledged(vhost):
    wait_for(lambda: held(vhost) == 0, 30, "an empty queue")


def committed(place):
    """What the ledger says an output's length is."""
    with contextlib.closing(sqlite3.connect(
            f"file:{place}/state/ledger/s.db?mode=ro", uri=True)) as ledger:
        return ledger.execute("SELECT length FROM file").fetchone()[0]


def read(place):
    return (place / "out/x.log").read_bytes()


@pytest.mark.parametrize("killed", [False, True], ids=["waits", "killed"])
def test_CO_04_a_ledger_without_room_holds_every_acknowledgement(
        place, vhost, killed):
    configure(place, vhost)
    with small_disk(place, place / "state", "1m") as disk:
        collector = start(place)
        lines = send(place, 0, 10)
        place.wait_for("out/x.log", lines)
        assert_acknowledged(vhost)
        fill(disk / "ballast")
        lines += send(place, 10, 100)
        collector.wait_said("the ledger cannot be written; waiting")
        assert collector.alive()
        assert held(vhost) == 100
        if killed:
            collector.kill9()
            assert amqp.depth(vhost.url, "q") == 100
        (disk / "ballast").unlink()
        if killed:
            collector = start(place)
        place.wait_for("out/x.log", lines)
        assert_acknowledged(vhost)
        assert collector.stop() == 0
        assert read(place) == lines


@pytest.mark.parametrize("killed", [False, True], ids=["waits", "killed"])
def test_CO_05_a_short_write_and_no_room_leave_whole_commits(
        place, vhost, killed):
    configure(place, vhost)
    faults = faulty_disk(place)
    collector = start(place, faults)
    lines = send(place, 0, 10)
    place.wait_for("out/x.log", lines)
    (place / "full").touch()
    all_lines = lines + send(place, 10, 1000)
    collector.wait_said("x.log: write: No space left on device; waiting")
    wait_for(lambda: read(place) == lines, 10, "the half to be taken back")
    assert committed(place) == len(lines)
    assert held(vhost) == 1000
    if killed:
        collector.kill9()
    (place / "full").unlink()
    if killed:
        collector = start(place, faults)
    place.wait_for("out/x.log", all_lines)
    assert_acknowledged(vhost)
    assert collector.stop() == 0


def test_CO_06_an_output_removed_with_its_folder_is_left_and_made_again(
        place, vhost):
    configure(place, vhost)
    collector = start(place)
    lines = send(place, 0, 10)
    place.wait_for("out/x.log", lines)
    with open(place / "out/x.log", "rb") as removed:
        shutil.rmtree(place / "out")
        more = send(place, 10, 100)
        place.wait_for("out/x.log", more)
        assert_acknowledged(vhost)
        assert removed.read() == lines
    assert collector.count_said("x.log: was renamed or removed") == 1
    assert collector.stop() == 0


def test_CO_07_logrotate_that_renames_and_hangs_up_splits_no_line(
        place, vhost):
    configure(place, vhost)
    collector = start(place)
    lines, names = b"", []
    for turn in range(5):
        lines += send(place, 2000 * turn, 1000)
        wait_for((place / "out/x.log").exists, 30, "the output")
        names.append(place / f"out/x.log.{turn}")
        (place / "out/x.log").rename(names[-1])
        collector.signal(signal.SIGHUP)
        lines += send(place, 2000 * turn + 1000, 1000)
    assert_acknowledged(vhost)
    assert collector.stop() == 0
    names.append(place / "out/x.log")
    parts = [name.read_bytes() for name in names if name.exists()]
    assert b"".join(parts) == lines
    assert all(part.endswith(b"\n") for part in parts if part)


@pytest.mark.parametrize("meanwhile", ["runs", "stopped", "killed"])
def test_CO_07_copytruncate_of_an_output_is_said_and_leaves_no_hole(
        place, vhost, meanwhile):
    configure(place, vhost)
    collector = start(place)
    lines = send(place, 0, 1000)
    place.wait_for("out/x.log", lines)
    assert_acknowledged(vhost)
    if meanwhile == "stopped":
        assert collector.stop() == 0
    elif meanwhile == "killed":
        collector.kill9()
    shutil.copy(place / "out/x.log", place / "out/x.log.1")
    os.truncate(place / "out/x.log", 0)
    if meanwhile != "runs":
        collector = start(place)
    more = send(place, 1000, 10)
    place.wait_for("out/x.log", more)
    assert_acknowledged(vhost)
    assert collector.count_said("x.log: was truncated") == 1
    assert collector.stop() == 0
    assert (place / "out/x.log.1").read_bytes() == lines
    assert committed(place) == len(more)


@pytest.mark.parametrize("reader", [False, True], ids=["absent", "there"])
def test_CO_08_a_pipe_as_an_output_is_refused_and_nothing_acknowledged(
        place, vhost, reader):
    configure(place, vhost)
    (place / "out").mkdir()
    os.mkfifo(place / "out/x.log")
    read_end = os.open(place / "out/x.log", os.O_RDONLY | os.O_NONBLOCK) \
        if reader else None
    collector = start(place)
    lines = send(place, 0, 100)
    collector.wait_said("x.log: is not a regular file; waiting")
    assert collector.alive()
    assert held(vhost) == 100
    if reader:
        assert os.read(read_end, 1) == b""  # nobody writes there
        os.close(read_end)
    (place / "out/x.log").unlink()
    place.wait_for("out/x.log", lines)
    assert_acknowledged(vhost)
    assert collector.stop() == 0


def test_CO_09_a_disk_that_becomes_read_only_is_waited_out(place, vhost):
    configure(place, vhost)
    with small_disk(place, place / "out", "4m") as disk:
        collector = start(place)
        lines = send(place, 0, 10)
        place.wait_for("out/x.log", lines)
        collector.signal(signal.SIGHUP)  # an open file would prevent it
        wait_for(lambda: mount("-o", "remount,ro", str(disk)), 30,
                 "the disk to be read-only")
        lines += send(place, 10, 100)
        collector.wait_said("x.log: open: Read-only file system; waiting")
        assert collector.alive()
        assert held(vhost) == 100
        assert mount("-o", "remount,rw", str(disk))
        place.wait_for("out/x.log", lines)
        assert_acknowledged(vhost)
        assert collector.stop() == 0


def few_descriptors(place, count):
    limited = place / "limited"
    limited.write_text(f'#!/bin/sh\nulimit -n {count}\nexec {BINARY} "$@"\n')
    limited.chmod(0o755)
    return str(limited)


def send_from_each(vhost, count):
    """A line from each of so many programs, twice."""
    connection = amqp.connect(vhost.url)
    channel = connection.channel()
    for turn in range(2):
        for n in range(count):
            channel.basic_publish(
                "logs", "info.user", b"turn %d" % turn,
                pika.BasicProperties(app_id=f"app{n}", delivery_mode=2))
    connection.close()


@pytest.mark.parametrize("count", [
    1000, pytest.param(10_000, marks=pytest.mark.long)])
def test_CO_20_more_outputs_than_descriptors_get_every_line(
        place, vhost, count):
    configure(place, vhost, path=f"{place}/out/${{program}}.log")
    limited = few_descriptors(place, 256)
    collector = start(place, {"binary": limited, "env": NO_LEAK_CHECK})
    send_from_each(vhost, count)
    wait_for(lambda: held(vhost) == 0, 60 + count / 50, "an empty queue",
             every=0.2)
    assert not collector.count_said("Too many open files"), collector.err()
    assert collector.stop() == 0
    assert len(list((place / "out").iterdir())) == count
    for n in range(count):
        assert (place / f"out/app{n}.log").read_bytes() == b"turn 0\nturn 1\n"


def test_CO_23_an_output_shorter_than_committed_is_never_filled_with_zeros(
        place, vhost):
    configure(place, vhost)
    collector = start(place)
    lines = send(place, 0, 1000)
    place.wait_for("out/x.log", lines)
    assert_acknowledged(vhost)
    collector.kill9()
    half = lines[:len(lines) // 2 + 3]
    assert not half.endswith(b"\n")
    os.truncate(place / "out/x.log", len(half))
    collector = start(place)
    more = send(place, 1000, 10)
    place.wait_for("out/x.log", half + b"\n" + more)
    assert_acknowledged(vhost)
    assert collector.count_said("x.log: was truncated") == 1
    assert collector.count_said("in the middle of a line") == 1
    assert collector.stop() == 0


@pytest.mark.parametrize("killed", [False, True], ids=["waits", "killed"])
def test_CO_24_a_failed_sync_is_not_acknowledged_and_ends_its_segment(
        place, vhost, killed):
    configure(place, vhost)
    faults = faulty_disk(place)
    collector = start(place, faults)
    before = send(place, 0, 100)
    place.wait_for("out/x.log", before)
    assert_acknowledged(vhost)
    (place / "eio").touch()
    after = send(place, 100, 100)
    collector.wait_said("x.log: sync: Input/output error; waiting")
    collector.wait_said("set aside as .*x.log.unsynced")
    assert held(vhost) == 100
    if killed:
        collector.kill9()
    (place / "eio").unlink()
    if killed:
        collector = start(place, faults)
    place.wait_for("out/x.log", after)
    assert_acknowledged(vhost)
    assert collector.stop() == 0
    assert (place / "out/x.log.unsynced").read_bytes() == before


@pytest.mark.parametrize("count", [
    40_000, pytest.param(600_000, marks=pytest.mark.long)])
def test_CO_26_slow_syncs_are_shared_and_do_not_stop_the_heart(
        place, vhost, count):
    configure(place, vhost, prefetch=60_000)
    faults = faulty_disk(place)
    place.run("collector", "--once", "--idle", "0s")
    lines = send(place, 0, count, size=60)
    (place / "slow").touch()
    collector = start(place, faults)
    place.wait_for("out/x.log", lines, timeout=60 + count / 4000)
    assert_acknowledged(vhost)
    commits = int((place / "state/ledger/s.mark").read_text().split()[0])
    assert commits < count / 1000
    assert collector.count_said("stream s: .* up$") == 1, collector.err()
    assert collector.stop() == 0


def test_a_collector_told_to_end_while_only_its_ledger_is_written_ends_well(
        place, vhost):
    """That it is bound is in a commit too, which holds no line."""
    configure(place, vhost)
    (place / "slow").touch()
    place.run("collector", "--once", "--idle", "0s", **faulty_disk(place))
