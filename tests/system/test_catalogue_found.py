"""Which files are found and followed, by the failure catalogue's names (FT).

What becomes of one that is followed, when it is rotated or truncated, is in
test_files.py and test_catalogue_files.py.
"""

import gzip
import json
import os
import pathlib
import shutil
import signal
import socket
import time

import pytest

from confined import Namespace, shim, wrapped
from lines import numbered
from process import cpu_seconds, wait_for
from weir import RELEASE

LOCAL = """\
    [broker]
    url = local:
    [input in]
    path = {path}
    {more}
    [stream s]
    bind = #
    path = {place}/out.log
    """


def follow(place, *args, path="in/*.log", more="", **how):
    (place / "in").mkdir(exist_ok=True)
    place.config(LOCAL.format(place=place, path=place / path, more=more))
    return place.start("run", *args, **how)


def append(path, data):
    with open(path, "ab") as f:
        f.write(data)


def out(place):
    path = place / "out.log"
    return path.read_bytes().splitlines() if path.exists() else []


def once(place, lines, timeout=30):
    """Wait until the stream has each of these lines, once."""
    wanted = sorted(lines.splitlines())
    wait_for(lambda: len(out(place)) >= len(wanted), timeout,
             f"{len(wanted)} lines")
    assert sorted(out(place)) == wanted


def settled(place, run):
    """A sweep later: what was to be said was said."""
    append(place / "in/sentinel.log", b"sentinel\n")
    wait_for(lambda: b"sentinel" in out(place), 30, "a line in between")
    assert run.alive()


def test_FT_18_a_link_that_is_flipped_is_read_on_in_both_files(place):
    for name in ("a", "b"):
        (place / name).write_bytes(b"")
    (place / "in").mkdir()
    link = place / "in/current.log"
    link.symlink_to(place / "a")
    run = follow(place)
    append(place / "a", numbered(50, tag="a"))
    once(place, numbered(50, tag="a"))
    append(place / "a", numbered(50, tag="late"))
    (place / "in/new").symlink_to(place / "b")
    (place / "in/new").rename(link)
    append(place / "b", numbered(50, tag="b"))
    once(place, numbered(50, tag="a") + numbered(50, tag="late")
         + numbered(50, tag="b"))
    assert run.stop() == 0


def test_FT_19_links_that_lead_nowhere_are_named_once(place):
    (place / "in").mkdir()
    for name, target in (("loop", "loop.log"), ("gone", "nothing"),
                         ("mem", "/proc/self/mem"), ("maps", "/proc/1/maps")):
        (place / f"in/{name}.log").symlink_to(target)
    run = follow(place)
    run.wait_said("gone.log: a link that leads nowhere, not followed")
    run.wait_said("loop.log: a link that leads back to itself, not followed")
    run.wait_said("mem.log: a file of the kernel's own, not followed")
    settled(place, run)
    before, began = cpu_seconds(run.child("agent")), time.monotonic()
    (place / "in/other.log").touch()  # and so there is another sweep
    wait_for(lambda: time.monotonic() > began + 1.2, 5, "sweeps")
    assert cpu_seconds(run.child("agent")) - before < 0.3
    assert run.count_said("not followed") == 4
    assert out(place) == [b"sentinel"]
    (place / "nothing").write_bytes(b"")
    (place / "in/nothing").write_bytes(b"it leads somewhere now\n")
    wait_for(lambda: b"it leads somewhere now" in out(place), 10, "its line")
    assert run.stop() == 0


@pytest.mark.parametrize("rounds", [3])
def test_FT_21_a_directory_made_anew_is_watched_anew(place, rounds):
    run = follow(place)
    lines = b""
    for n in range(rounds):
        (place / "in").mkdir(exist_ok=True)
        (place / "in/x.log").write_bytes(numbered(10, tag=f"round{n}"))
        lines += numbered(10, tag=f"round{n}")
        once(place, lines)
        append(place / "in/x.log", numbered(1, tag=f"more{n}"))
        lines += numbered(1, tag=f"more{n}")
        once(place, lines)
        shutil.rmtree(place / "in")
    assert run.stop() == 0


def test_FT_21_inotify_tells_of_files_in_a_directory_made_anew(place):
    run = follow(place)
    append(place / "in/x.log", b"first\n")
    once(place, b"first\n")
    (place / "in").rename(place / "in.old")
    (place / "in").mkdir()
    append(place / "in/y.log", b"anew\n")
    once(place, b"first\nanew\n")
    took = []
    for n in range(5):  # each a second, if only sweeps saw it
        began = time.monotonic()
        append(place / "in/y.log", b"%d\n" % n)
        wait_for(lambda n=n: b"%d" % n in out(place), 10, "a line", 0.005)
        took.append(time.monotonic() - began)
    assert sorted(took)[2] < 0.5, took
    assert run.stop() == 0


def test_FT_22_files_in_directories_made_at_once_are_all_found(place):
    run = follow(place, path="in/**/x.log")
    settled_by = b""
    for n in range(200):
        path = place / f"in/{n}/a/b/c"
        path.mkdir(parents=True)
        line = b"line of %d\n" % n
        (path / "x.log").write_bytes(line)
        settled_by += line
    once(place, settled_by)
    assert run.stop() == 0


def test_FT_23_hard_links_are_one_file(place):
    (place / "in").mkdir()
    (place / "in/f.log").write_bytes(b"")
    os.link(place / "in/f.log", place / "in/g.log")
    run = follow(place)
    append(place / "in/f.log", numbered(100))
    once(place, numbered(100))
    append(place / "in/g.log", b"by its other name\n")
    (place / "in/f.log").unlink()
    append(place / "in/g.log", b"that it is left with\n")
    once(place, numbered(100) + b"by its other name\nthat it is left with\n")
    settled(place, run)
    assert len(out(place)) == 103
    assert run.stop() == 0


def test_FT_24_equal_content_is_no_reason_to_think_two_files_one(place):
    run = follow(place)
    for name in "ab":
        append(place / f"in/{name}.log", numbered(100))
    once(place, numbered(100) * 2)
    for name in "ab":
        append(place / f"in/{name}.log", numbered(100, first=100))
    once(place, numbered(200) * 2)
    assert run.stop() == 0


def test_FT_25_twenty_files_with_one_first_line_stay_twenty(place):
    (place / "in").mkdir()
    lines = b""
    for n in range(20):
        append(place / f"in/{n}.log", b"# header.\n")
        lines += b"# header.\n"
    run = follow(place)
    once(place, lines)
    for n in range(20):
        append(place / f"in/{n}.log", numbered(5, tag=f"file{n}"))
        lines += numbered(5, tag=f"file{n}")
    once(place, lines)
    assert run.stop() == 0
    run = place.start("run")
    append(place / "in/3.log", b"and on\n")
    once(place, lines + b"and on\n")
    assert run.stop() == 0


def unprivileged(place):
    """weir, whom permissions concern."""
    if os.geteuid() != 0:
        return wrapped(place, "")
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv")
    return wrapped(place,
                   "setpriv --bounding-set=-dac_override,-dac_read_search")


def test_FT_39_an_unreadable_file_is_read_when_it_may_be(place):
    run = follow(place, binary=unprivileged(place))
    log = place / "in/f.log"
    append(log, b"one\n")
    once(place, b"one\n")
    writer = open(log, "ab", buffering=0)
    log.chmod(0)
    writer.write(b"two, through what is open\n")
    once(place, b"one\ntwo, through what is open\n")
    (place / "in/new").write_bytes(b"three, in the new one\n")
    (place / "in/new").chmod(0)
    (place / "in/new").rename(log)
    run.wait_said("open .*f.log: Permission denied")
    writer.write(b"late\n")
    once(place, b"one\ntwo, through what is open\nlate\n")
    log.chmod(0o644)
    once(place, b"one\ntwo, through what is open\nlate\n"
         b"three, in the new one\n")
    assert run.count_said("Permission denied") == 1
    assert run.stop() == 0


def test_FT_40_a_directory_that_may_not_be_read_for_a_while(place):
    run = follow(place, binary=unprivileged(place))
    log = place / "in/f.log"
    append(log, b"one\n")
    once(place, b"one\n")
    writer = open(log, "ab", buffering=0)
    new = open(place / "in/unborn", "ab", buffering=0)
    (place / "in").chmod(0)
    run.wait_said("in/: Permission denied")
    writer.write(b"two, out of sight\n")
    once(place, b"one\ntwo, out of sight\n")
    # As root, or as who may: here it is the owner, so for an instant.
    (place / "in").chmod(0o700)
    log.rename(place / "in/f.log.1")
    (place / "in/unborn").rename(log)
    (place / "in").chmod(0)
    writer.write(b"three, in the old one\n")
    new.write(b"four, in the new one\n")
    (place / "in").chmod(0o755)
    once(place, b"one\ntwo, out of sight\nthree, in the old one\n"
         b"four, in the new one\n")
    assert run.count_said("Permission denied") <= 3
    assert run.stop() == 0


def test_FT_50_a_fifo_is_refused_and_holds_up_nobody(place):
    (place / "in").mkdir()
    os.mkfifo(place / "in/f.log")
    run = follow(place)
    run.wait_said("f.log: a FIFO, not followed")
    settled(place, run)
    with pytest.raises(OSError):  # no reader: weir has not opened it
        os.open(place / "in/f.log", os.O_WRONLY | os.O_NONBLOCK)
    (place / "in/f.log").unlink()
    append(place / "in/f.log", b"a file now\n")
    once(place, b"sentinel\na file now\n")
    assert run.count_said("FIFO") == 1
    assert run.stop() == 0


def test_FT_51_what_is_no_file_is_named_once_each(place):
    (place / "in/folder.log").mkdir(parents=True)
    (place / "in/null.log").symlink_to("/dev/null")
    if os.geteuid() == 0:
        try:
            os.mknod(place / "in/block.log", 0o600 | 0o060000,
                     os.makedev(7, 0))
        except PermissionError:
            pass
    with socket.socket(socket.AF_UNIX) as s:
        here = os.getcwd()
        os.chdir(place / "in")
        s.bind("socket.log")
        os.chdir(here)
        run = follow(place)
        run.wait_said("folder.log: a directory, not followed")
        run.wait_said("null.log: a device, not followed")
        run.wait_said("socket.log: a socket, not followed")
        settled(place, run)
        (place / "in/other.log").touch()
        settled(place, run)
    count = len(list((place / "in").iterdir())) - 2
    assert run.count_said("not followed") == count
    assert run.stop() == 0


def test_FT_52_where_inotify_is_silent_files_are_looked_at(place):
    """An overlay, written to underneath: nobody tells what is above."""
    for name in ("low", "up", "work", "in", "bound"):
        (place / name).mkdir()
    (place / "low/x.log").write_bytes(b"")
    with Namespace(place, "mount -t overlay overlay -o lowerdir=low,"
                   "upperdir=up,workdir=work in\n"
                   "mount --bind in bound") as world:
        run = follow(place, binary=world.binary(),
                     path=f"in/*.log {place}/bound/*.txt")
        lines = b""
        for n, path in enumerate((world.path("in/x.log"),
                                  world.path("bound/y.txt"),
                                  place / "up/x.log")):
            append(path, b"line %d\n" % n)
            lines += b"line %d\n" % n
            once(place, lines, timeout=5)
        assert run.stop() == 0


@pytest.mark.parametrize("what, said", [
    ("full", "raise fs.inotify.max_user_watches"),
    ("none", "raise fs.inotify.max_user_instances"),
    ("silent", None)])
def test_FT_52_without_inotify_a_sweep_a_second_finds_all(place, what, said):
    (place / "in/deep").mkdir(parents=True)
    run = follow(place, path="in/**/*.log", **shim(place, "inotify", what))
    lines = b""
    for n, name in enumerate(("a.log", "deep/b.log", "a.log")):
        append(place / "in" / name, b"line %d\n" % n)
        lines += b"line %d\n" % n
        once(place, lines, timeout=5)
    if said:
        assert run.count_said(said) == 1
    assert run.stop() == 0


def test_FT_22_more_changes_than_inotify_holds_are_looked_for(place):
    run = follow(place)
    append(place / "in/a.log", b"before\n")
    once(place, b"before\n")
    most = int(pathlib.Path(
        "/proc/sys/fs/inotify/max_queued_events").read_text())
    if most > 100_000:
        pytest.skip("its queue is too long to fill")
    agent = run.child("agent")
    os.kill(agent, signal.SIGSTOP)
    for n in range(most // 2):  # two changes each
        os.close(os.open(place / f"in/{n}", os.O_CREAT | os.O_WRONLY))
        os.unlink(place / f"in/{n}")
    append(place / "in/a.log", b"meanwhile\n")
    append(place / "in/b.log", b"born meanwhile\n")
    os.kill(agent, signal.SIGCONT)
    once(place, b"before\nmeanwhile\nborn meanwhile\n")
    assert run.count_said("max_queued_events") == 1
    assert run.stop() == 0


def test_FT_53_a_file_that_cannot_be_read_concerns_no_other(place):
    how = shim(place, "broken_file")
    run = follow(place, **how)
    append(place / "in/bad.log", b"before\n")
    append(place / "in/good.log", b"good\n")
    once(place, b"before\ngood\n")
    for number, name in enumerate(("EIO", "ESTALE")):
        (place / "broken").write_text(name)
        append(place / "in/bad.log", b"during %d\n" % number)
        run.wait_said("bad.log: " + {"EIO": "Input/output error",
                                     "ESTALE": "Stale file handle"}[name])
        append(place / "in/good.log", b"good %d\n" % number)
        wait_for(lambda n=number: b"good %d" % n in out(place), 10,
                 "the other file")
        assert b"during %d" % number not in out(place)
        (place / "broken").unlink()
        wait_for(lambda n=number: b"during %d" % n in out(place), 10,
                 "the rest of it")
    assert len(out(place)) == 6
    assert run.count_said("bad.log") <= 4
    run.signal(signal.SIGUSR2)
    run.wait_said(r"input in: 2 files, .* [1-9]\d* failures to read")
    assert run.stop() == 0


NAMES = [b"line\nfeed.log", b"\xff\xfe.log", b"-rf.log", b"[*]?.log",
         b"back\\slash.log", "gr\u00fc\u00dfe.log".encode(),
         b"x" * 251 + b".log", b"\x1b[31m.log"]
ESCAPED = ["line\\x0Afeed.log", "\\xFF\\xFE.log", "-rf.log", "[*]?.log",
           "back\\x5Cslash.log", "gr\u00fc\u00dfe.log", "x" * 251 + ".log",
           "\\x1B[31m.log"]


def test_FT_58_names_of_any_bytes(place):
    folder = os.fsencode(place / "in")
    os.mkdir(folder)
    for n, name in enumerate(NAMES):
        with open(folder + b"/" + name, "wb") as f:
            f.write(b"line %d\n" % n)
    place.config(LOCAL.format(place=place, path=place / "in/*.log",
                              more="").replace("out.log",
                                               "out.log\n    format = json"))
    run = place.start("run")
    wait_for(lambda: len(out(place)) == len(NAMES), 30, "all of them")
    got = {row["text"]: row["path"] for row in map(json.loads, out(place))}
    assert got == {f"line {n}": f"{place}/in/{name}"
                   for n, name in enumerate(ESCAPED)}
    os.truncate(folder + b"/" + NAMES[0], 0)
    assert f"in/{ESCAPED[0]}: " in run.wait_said("truncated")
    assert run.stop() == 0


TRICKLE = """\
    [broker]
    url = local:
    [input in]
    path = {place}/in/*.log
    [filter trickle]
    type = keep
    pattern = ^trickle
    [stream all]
    bind = #
    path = {place}/out.log
    [stream trickle]
    bind = #
    filters = trickle
    path = {place}/trickle.log
    """


def trickled(place):
    path = place / "trickle.log"
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.mark.parametrize("megabytes", [
    pytest.param(100, id="100MB"),
    pytest.param(4000, id="4GB", marks=pytest.mark.long)])
def test_FT_61_a_backlog_does_not_hold_up_what_trickles(place, megabytes):
    if not os.access(RELEASE, os.X_OK):
        pytest.skip("needs build/release: it is about time")
    block = numbered(10_000, size=100)
    (place / "in").mkdir()
    with open(place / "in/big.log", "wb") as big:
        for _ in range(megabytes):
            big.write(block)
    for n in range(50):
        (place / f"in/{n}.log").write_bytes(b"trickle\n")
    place.config(TRICKLE.format(place=place))
    run = place.start("run", binary=RELEASE)
    wait_for(lambda: trickled(place) == 50, 30, "the first of each", 0.01)
    behind, slowest, wanted = True, 0, 50
    while behind:
        began = time.monotonic()
        for n in range(50):
            append(place / f"in/{n}.log", b"trickle\n")
        wanted += 50
        wait_for(lambda w=wanted: trickled(place) == w, 30, "them", 0.01)
        slowest = max(slowest, time.monotonic() - began)
        behind = (place / "out.log").stat().st_size < megabytes * len(block)
    print(f"the slowest trickle took {slowest:.3f} s")
    assert slowest <= 2
    assert run.stop() == 0


def test_AG_13_files_that_take_turns_are_rotated_and_lose_nothing(place):
    """Every file grows, more than there are descriptors; some are renamed."""
    run = follow(place, path="in/*",
                 binary=wrapped(place, "prlimit --nofile=64:64"))
    lines = b""
    for turn in range(8):
        for n in range(100):
            log = place / f"in/{n:03}.log"
            if turn and (n + turn) % 10 == 0:
                log.rename(place / f"in/{n:03}.{turn}")
            line = numbered(20, first=20 * turn, tag=f"file{n:03}")
            append(log, line)
            lines += line
    once(place, lines)
    assert run.count_said("take turns") == 1
    assert run.count_said("warning") == 2, run.err()  # and the new checkpoint
    assert run.stop() == 0


@pytest.mark.parametrize("compress", [False, True], ids=["copied", "gzip"])
def test_AG_13_files_that_take_turns_are_copied_and_truncated(place, compress):
    """The same, where most are closed when logrotate comes; nothing is
    written meanwhile, so that it loses nothing itself."""
    run = follow(place, path="in/*.log",
                 binary=wrapped(place, "prlimit --nofile=64:64"))
    logs = [place / f"in/{n:03}.log" for n in range(100)]
    lines = b""
    for turn in range(3):
        for log in logs:
            line = numbered(20, first=20 * turn, tag=f"file{log.name[:3]}")
            append(log, line)
            lines += line
        if turn == 1:  # not all of it was read
            wait_for(lambda: len(out(place)) > 2100, 30, "some lines")
        else:
            once(place, lines)
        for log in logs[turn::2]:
            data = log.read_bytes()
            copy = log.with_suffix(f".log.{turn}" + ".gz" * compress)
            copy.write_bytes(gzip.compress(data) if compress else data)
            os.truncate(log, 0)
    once(place, lines)
    assert run.count_said("take turns") == 1
    assert run.stop() == 0
    run = place.start("run", "--once", "--idle", "200ms")
    assert run.wait() == 0
    once(place, lines)
