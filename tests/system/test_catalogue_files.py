"""What can happen to a file that is followed, by the names of the failure
catalogue (FT): rotations, holes, encodings, damage.

FT-18 to FT-25, FT-39, FT-40, FT-50 to FT-53, FT-58 and FT-61 are about
finding files; FT-60 is about multiline.
"""

import contextlib
import gzip
import json
import os
import signal
import sqlite3
import time

import pytest

from lines import numbered
from process import open_files, wait_for
from weir import RELEASE

FOLLOW = """\
    [broker]
    url = local:
    [input in]
    path = {place}/{path}
    rotate_wait = {rotate_wait}
    {more}
    [stream out]
    bind = #
    path = {place}/out.log
    format = {format}
    sync = none
    """


def configure(place, path="f", more="", rotate_wait="8s", form="line"):
    place.config(FOLLOW.format(place=place, path=path, more=more, format=form,
                               rotate_wait=rotate_wait))


def follow(place, *args, binary=None, **how):
    configure(place, **how)
    return place.start("run", *args, binary=binary)


def once(place, **how):
    run = follow(place, "--once", "--idle", "200ms", **how)
    assert run.wait() == 0
    return run


def append(path, data):
    with open(path, "ab") as f:
        f.write(data)


def out(place):
    path = place / "out.log"
    return path.read_bytes() if path.exists() else b""


def lines(place):
    return out(place).splitlines()


def records(place):
    return [json.loads(line) for line in out(place).splitlines()]


def wait_lines(place, count, timeout=30):
    wait_for(lambda: out(place).count(b"\n") >= count, timeout,
             f"{count} lines")


def exactly(place, data, timeout=30, ordered=True):
    """Every line of `data` once, and no other."""
    wanted = data.splitlines()
    wait_lines(place, len(wanted), timeout)
    got = lines(place)
    if ordered:
        assert got == wanted
    else:
        assert sorted(got) == sorted(wanted)


def wait_known(place, files=1):
    """Wait until the checkpoint has its row of each."""
    def rows():
        try:
            with contextlib.closing(sqlite3.connect(
                    f"file:{place}/state/checkpoint.db?mode=ro",
                    uri=True)) as db:
                return db.execute("SELECT count(*) FROM source").fetchone()[0]
        except sqlite3.Error:
            return 0
    wait_for(lambda: rows() >= files, 30, f"{files} files in the checkpoint")


def counts(place):
    """What happened to the bytes of the input, as weir status has it."""
    pages = map(json.loads, place.run("status", "-o", "json").out().splitlines())
    return next(p for p in pages if p["role"] == "agent")["inputs"][0]


def reader_of(run):
    return run.child("agent")


def held_files(run):
    return [n for n in open_files(reader_of(run)).values()
            if n.endswith("(deleted)") and "memfd" not in n]


class Stopped:
    """The reader sees nothing of what is done meanwhile."""

    def __init__(self, run):
        self.pid = reader_of(run)

    def __enter__(self):
        os.kill(self.pid, signal.SIGSTOP)

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGCONT)


def copytruncate(path, copy):
    """As logrotate does it; the bytes of the copy."""
    data = path.read_bytes()
    copy.write_bytes(data)
    os.truncate(path, 0)
    return data


# -- renamed ----------------------------------------------------------------


def test_FT_01_rename_and_reopen_keeps_every_line_and_their_order(place):
    append(place / "f", numbered(10000))
    run = follow(place)
    wait_lines(place, 10000)
    (place / "f").rename(place / "f.1")
    append(place / "f", numbered(10000, first=10000))
    exactly(place, numbered(20000))
    assert run.stop() == 0


def test_FT_02_a_writer_that_keeps_the_old_file_open_is_read_on(place):
    append(place / "f", b"first\n")
    run = follow(place, rotate_wait="3s")
    wait_lines(place, 1)
    with open(place / "f", "ab", buffering=0) as writer:
        (place / "f").rename(place / "f.1")
        append(place / "f", b"new\n")
        wait_lines(place, 2)
        for n in range(25):
            writer.write(numbered(20, first=n * 20))
            time.sleep(0.02)
    last = time.monotonic()
    exactly(place, b"first\nnew\n" + numbered(500), ordered=False)

    wait_for(lambda: str(place / "f.1")
             not in open_files(reader_of(run)).values(), 20, "f.1 let go")
    assert time.monotonic() - last < 3 + 4
    assert run.stop() == 0


def rotate(place, n, compress=False):
    """f.n-1 -> f.n and so on, f -> f.1; with `compress` f.2 is f.2.gz."""
    for k in range(n, 0, -1):
        for end in (".gz", ""):
            old = place / f"f.{k}{end}"
            if old.exists():
                old.rename(place / f"f.{k + 1}{end}")
    (place / "f").rename(place / "f.1")
    (place / "f").touch()
    if compress and (place / "f.2").exists():
        data = (place / "f.2").read_bytes()
        with gzip.open(place / "f.2.gz", "wb") as f:
            f.write(data)
        (place / "f.2").unlink()


@pytest.mark.parametrize("each", [
    1000, pytest.param(10_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("path", ["f", "f*"])
def test_FT_03_ten_rotations_with_delayed_compression(place, path, each):
    (place / "f").touch()
    run = follow(place, path=path, binary=RELEASE)
    wait_known(place)
    for n in range(10):
        append(place / "f", numbered(each, first=n * each))
        # Outside of the glob only what was opened can be read.
        wait_lines(place, n * each + 1 if path == "f" else (n - 1) * each)
        rotate(place, n, compress=True)
    # One that was never seen but compressed is read when that is known.
    exactly(place, numbered(10 * each), ordered=path == "f")
    assert run.stop() == 0
    # What was compressed is known: nothing comes again.
    once(place, path=path, binary=RELEASE)
    exactly(place, numbered(10 * each), ordered=path == "f")


@pytest.mark.parametrize("rotations, pause", [
    (40, 0), pytest.param(200, 0.05, marks=pytest.mark.long)])
def test_FT_04_rotations_faster_than_anybody_looks(place, rotations, pause):
    (place / "f").touch()
    run = follow(place, path="f*")
    for n in range(rotations):
        append(place / "f", numbered(100, first=n * 100))
        rotate(place, n)
        time.sleep(pause)
    exactly(place, numbered(100 * rotations), ordered=False)
    assert run.stop() == 0


# -- copied and truncated ---------------------------------------------------


@pytest.mark.parametrize("path", ["f", "f*"])
def test_FT_06_copytruncate_of_an_idle_file(place, path):
    append(place / "f", numbered(10000))
    run = follow(place, path=path)
    wait_lines(place, 10000)
    copytruncate(place / "f", place / "f.1")
    append(place / "f", numbered(10000, first=10000))
    exactly(place, numbered(20000))
    assert run.stop() == 0
    once(place, path=path)
    exactly(place, numbered(20000))


@pytest.mark.parametrize("seen", [1, 50, 100])
@pytest.mark.parametrize("path", ["f", "f*"])
def test_FT_06_copytruncate_while_the_agent_sees_nothing(place, path, seen):
    append(place / "f", numbered(seen))
    run = follow(place, path=path)
    wait_lines(place, seen)
    wait_known(place)
    with Stopped(run):
        append(place / "f", numbered(100 - seen, first=seen))
        copytruncate(place / "f", place / "f.1")
        append(place / "f", numbered(10, first=100))
    exactly(place, numbered(110))
    assert run.stop() == 0


@pytest.mark.parametrize("rotations", [
    10, pytest.param(20, marks=pytest.mark.long)])
def test_FT_07_copytruncate_under_load_with_the_copies_in_the_glob(
        place, rotations):
    (place / "f").touch()
    run = follow(place, path="f*", binary=RELEASE)
    with open(place / "f", "ab", buffering=0) as writer:
        n = 0
        for rotation in range(rotations):
            for _ in range(100):
                writer.write(numbered(5, first=n))
                n += 5
                time.sleep(0.001)
            for k in range(rotation, 0, -1):
                (place / f"f.{k}").rename(place / f"f.{k + 1}")
            copytruncate(place / "f", place / "f.1")
    kept = set()
    for path in place.path.glob("f*"):
        kept |= set(path.read_bytes().splitlines())
    wait_for(lambda: kept <= set(lines(place)), 30, "all that was kept")
    got = lines(place)
    assert len(got) == len(set(got))
    assert set(got) <= set(numbered(n).splitlines())
    lost = set(numbered(n).splitlines()) - set(got)
    assert not lost & kept
    print(f"copytruncate itself lost {len(lost)} of {n} lines")
    assert run.stop() == 0


HEAD = numbered(30)


@pytest.mark.parametrize("head", [b"", HEAD], ids=["short", "equal-head"])
def test_FT_08_written_anew_to_the_same_size(place, head):
    append(place / "f", head + b"line one.\nline two.\nlast one.\n")
    run = follow(place)
    wait_lines(place, 3 + head.count(b"\n"))
    with Stopped(run):
        (place / "f").write_bytes(head + b"LINE ONE.\nLINE TWO.\nLAST ONE.\n")
    exactly(place, head + b"line one.\nline two.\nlast one.\n"
            + head + b"LINE ONE.\nLINE TWO.\nLAST ONE.\n")
    assert counts(place)["truncations"] == 1
    assert run.stop() == 0


@pytest.mark.parametrize("head", [b"", HEAD], ids=["short", "equal-head"])
def test_FT_09_written_anew_to_a_larger_size(place, head):
    append(place / "f", head + b"line one.\nline two.\nlast one.\n")
    run = follow(place)
    wait_lines(place, 3 + head.count(b"\n"))
    with Stopped(run):
        (place / "f").write_bytes(head + numbered(10, tag="new"))
    exactly(place, head + b"line one.\nline two.\nlast one.\n"
            + head + numbered(10, tag="new"))
    assert run.stop() == 0


def test_FT_10_the_same_bytes_written_again_are_taken_for_the_old_ones(place):
    append(place / "f", b"line one.\nline two.\n")
    run = follow(place)
    wait_lines(place, 2)
    with Stopped(run):
        (place / "f").write_bytes(b"line one.\nline two.\nthree\nfour\n")
    exactly(place, b"line one.\nline two.\nthree\nfour\n")
    assert run.stop() == 0


def test_FT_11_truncated_and_one_shorter_line(place):
    append(place / "f", b"line one.\nline two.\nline three.\n")
    run = follow(place)
    wait_lines(place, 3)
    os.truncate(place / "f", 0)
    append(place / "f", b"four\n")
    exactly(place, b"line one.\nline two.\nline three.\nfour\n")
    assert run.stop() == 0


# -- holes ------------------------------------------------------------------


@pytest.mark.parametrize("size", [1 << 18, (1 << 18) + 777, 3000])
def test_FT_12_a_writer_without_append_after_a_truncation(place, size):
    run = follow(place)
    with open(place / "f", "wb", buffering=0) as writer:
        before = b"\n" * (size - 999) + b"x" * 998 + b"\n"
        writer.write(before)
        wait_lines(place, before.count(b"\n"))
        os.truncate(place / "f", 0)
        writer.write(numbered(10))
    exactly(place, before + numbered(10))
    assert b"\0" not in out(place)
    assert counts(place)["hole_bytes"] == size
    assert run.stop() == 0


def test_FT_38_ten_gigabytes_of_hole(place):
    append(place / "f", b"before\nunfinished")
    with open(place / "f", "r+b") as f:
        f.seek(10 << 30)
        f.write(b"after\n")
    run = follow(place, binary=RELEASE)
    began = time.monotonic()
    wait_lines(place, 3)
    assert lines(place) == [b"before", b"unfinished", b"after"]
    assert time.monotonic() - began < 5
    assert run.memory()["agent"] < 64 << 20
    assert counts(place)["hole_bytes"] == (10 << 30) - 17
    assert run.stop() == 0


def test_FT_56_offsets_beyond_two_and_four_gigabytes(place):
    (place / "f").touch()
    run = follow(place, form="json")
    for n, size in enumerate(((1 << 31) - 10, (1 << 32) - 10)):
        os.truncate(place / "f", size)
        append(place / "f", numbered(5, first=5 * n))
        wait_lines(place, 5 * n + 5)
    assert [r["text"].encode() for r in records(place)] == \
        numbered(10).splitlines()
    assert records(place)[9]["pos"] > 1 << 32
    assert run.stop() == 0


# -- one inode, two files ---------------------------------------------------


def test_FT_13_removed_and_made_anew_with_an_equal_beginning(place):
    head = numbered(100)
    append(place / "f", head)
    run = follow(place)
    wait_lines(place, 100)
    (place / "f").unlink()
    append(place / "f", head + b"new\n")
    exactly(place, head + head + b"new\n")
    assert run.stop() == 0


def anew(path, data):
    """Remove a file and write another, which is likely to get its inode."""
    path.unlink()
    append(path, data)


def test_FT_14_another_file_with_the_inode_of_the_old_one(place):
    append(place / "f", numbered(20))
    once(place)
    anew(place / "f", numbered(40, tag="other"))
    once(place)
    exactly(place, numbered(20) + numbered(40, tag="other"))


def test_FT_15_the_same_inode_and_64_KiB_of_equal_beginning(place):
    head = numbered(1600)
    append(place / "f", head + b"mine\n")
    once(place)
    anew(place / "f", head + b"hers\nand more\n")
    once(place)
    exactly(place, head + b"mine\n" + head + b"hers\nand more\n")


# -- deleted ----------------------------------------------------------------


def test_FT_16_a_deleted_file_is_read_to_its_end_and_let_go(place):
    append(place / "f", b"first\n")
    run = follow(place, rotate_wait="2s")
    wait_lines(place, 1)
    with Stopped(run):
        append(place / "f", numbered(1000))
        (place / "f").unlink()
    exactly(place, b"first\n" + numbered(1000))
    wait_for(lambda: not held_files(run), 4, "the file to be let go")
    assert run.stop() == 0


def test_FT_16_what_deleted_files_may_take_of_the_disk_is_bounded(place):
    (place / "f").touch()
    run = follow(place, rotate_wait="1s", more="deleted_max = 1MiB")
    append(place / "f", b"first\n")
    wait_lines(place, 1)
    collector = run.child("collector")
    os.kill(collector, signal.SIGSTOP)  # nothing is confirmed any more
    try:
        append(place / "f", b"x" * 99 + b"\n")
        for _ in range(400):
            append(place / "f", (b"x" * 99 + b"\n") * 1000)
        (place / "f").unlink()
        run.wait_said("deleted_max is reached: given up with [0-9]+ bytes")
        wait_for(lambda: not held_files(run), 5, "the file to be let go")
    finally:
        os.kill(collector, signal.SIGCONT)
    wait_for(lambda: counts(place)["lost_bytes"] > 0, 9, "the account")
    assert run.stop() == 0


@pytest.mark.parametrize("rounds", [
    30, pytest.param(100, marks=pytest.mark.long)])
def test_FT_17_generations_that_live_for_milliseconds(place, rounds):
    (place / "f").touch()
    run = follow(place)
    wait_known(place)
    for n in range(rounds):
        (place / "f").unlink()
        append(place / "f", numbered(10, first=n * 10))
        time.sleep(0.02)
    last = b"%07d" % (10 * rounds - 1)
    wait_for(lambda: last in out(place), 9, "the last generation")
    got = lines(place)
    assert len(got) == len(set(got))
    seen = {int(line.split()[1]) // 10 for line in got}
    assert len(got) == 10 * len(seen)  # each as a whole, or not at all
    # One that goes while a sweep begins may be taken for the next.
    all_of_them = len(seen) + counts(place).get("unopened", 0)
    assert 0.8 * rounds <= all_of_them <= rounds
    assert run.stop() == 0


# -- lines without an end ---------------------------------------------------


def test_FT_26_a_line_in_two_writes_is_one(place):
    append(place / "f", b"abc")
    run = follow(place, rotate_wait="200ms")
    time.sleep(2.5)
    assert out(place) == b""
    append(place / "f", b"def\n")
    exactly(place, b"abcdef\n")
    assert run.stop() == 0


def test_FT_27_half_a_line_before_a_kill(place):
    append(place / "f", b"whole\nabc")
    run = follow(place)
    wait_lines(place, 1)
    run.kill9()
    append(place / "f", b"def\n")
    run = follow(place)
    exactly(place, b"whole\nabcdef\n")
    assert run.stop() == 0


@pytest.mark.parametrize("path", ["f", "f*"])
def test_FT_28_a_file_that_ends_without_a_line_feed(place, path):
    append(place / "f", b"one\nlast")
    run = follow(place, path=path, rotate_wait="1s")
    wait_lines(place, 1)
    (place / "f").rename(place / "f.1")
    append(place / "f", b"next\n")
    exactly(place, b"one\nnext\nlast\n", ordered=False)
    assert run.stop() == 0


@pytest.mark.parametrize("path", ["f", "f*"])
def test_FT_29_half_a_line_before_a_copytruncate(place, path):
    append(place / "f", b"one\nabc")
    run = follow(place, path=path, rotate_wait="1s", form="json")
    wait_lines(place, 1)
    copytruncate(place / "f", place / "f.1")
    append(place / "f", b"new\n")
    wait_lines(place, 3)
    got = {r["text"]: r.get("partial", False) for r in records(place)}
    assert got == {"one": False, "abc": True, "new": False}
    assert run.stop() == 0


def test_FT_29_half_a_line_that_is_nowhere_any_more_is_counted(place):
    append(place / "f", b"one\nabc")
    run = follow(place)
    wait_lines(place, 1)
    os.truncate(place / "f", 0)
    append(place / "f", b"new\n")
    exactly(place, b"one\nnew\n")
    assert counts(place)["lost_bytes"] == 3
    assert run.stop() == 0


# -- bytes ------------------------------------------------------------------


@pytest.mark.parametrize("strip", ["yes", "no"])
def test_FT_30_carriage_returns(place, strip):
    data = numbered(2000, size=64).replace(b"\n", b"\r\n") + b"\r\nlone \r\r\n"
    # A CR is the last byte of a read, its LF the first of the next.
    append(place / "f", b"x" * 65535 + b"\r\n" + data)
    once(place, more=f"strip_cr = {strip}")
    whole = (place / "f").read_bytes()
    assert out(place) == (whole.replace(b"\r\n", b"\n") if strip == "yes"
                          else whole)


TEXT = "first\nGr\u00fc\u00dfe \u2713 \U0001f600\n\nfourth\u0a0a\u0d0a\n"


@pytest.mark.parametrize("code", ["utf-16le", "utf-16be"])
def test_FT_34_utf_16_becomes_utf_8(place, code):
    lone = {"utf-16le": b"\x00\xd8", "utf-16be": b"\xd8\x00"}[code]
    lf = "\n".encode(code)
    data = "\ufeff".encode(code) + TEXT.encode(code) + \
        "half ".encode(code) + lone + lf
    append(place / "f", data)
    run = follow(place, more=f"encoding = {code}", form="json")
    wait_lines(place, 5)
    append(place / "f", "late".encode(code) + lf[:1])
    append(place / "f", lf[1:])
    wait_lines(place, 6)
    shown = "".join(f"\\x{byte:02X}" for byte in lone)
    got = records(place)
    assert [r["text"] for r in got] == \
        TEXT.split("\n")[:4] + ["half " + shown, "late"]
    assert got[-1]["pos"] == len((place / "f").read_bytes())
    assert counts(place)["unconverted"] == 2
    assert run.stop() == 0


def test_FT_34_utf_16_unasked_for_passes_as_it_is_and_is_said(place):
    data = "\ufeffabc\n".encode("utf-16le")
    append(place / "f", data + b"\n")
    run = once(place)
    assert out(place) == data + b"\n"
    assert run.count_said("looks like UTF-16.*encoding = ") == 1


def test_FT_35_a_line_of_ten_megabytes_is_ten_parts(place):
    long = bytes(range(33, 127)) * (10_000_000 // 94)
    append(place / "f", long + b"\nok\n")
    once(place, form="json", binary=RELEASE)
    got = records(place)
    assert got[-1]["text"] == "ok" and "part" not in got[-1]
    parts = got[:-1]
    assert len(parts) == 10
    assert [p["part"] for p in parts] == list(range(1, 11))
    assert "".join(p["text"] for p in parts).encode() == long


def test_FT_36_a_line_that_never_ends(place):
    size = 64 << 20  # a gigabyte with --long, below
    never_ends(place, size)


@pytest.mark.long
def test_FT_36_a_line_that_never_ends_of_a_gigabyte(place):
    never_ends(place, 1 << 30)


def never_ends(place, size):
    run = follow(place, binary=RELEASE)
    most = 0
    for _ in range(size >> 22):
        append(place / "f", b"x" * (1 << 22))
        most = max(most, run.memory().get("agent", 0))
    append(place / "f", b"\nok\n")
    wait_for(lambda: out(place).endswith(b"\nok\n"), 120, "all of its parts",
             every=0.2)
    assert out(place).count(b"x") == size
    assert most < 64 << 20
    assert run.stop() == 0


def test_FT_37_empty_lines_are_lines(place):
    append(place / "f", b"one\n" + b"\n" * 1000 + b"two\n")
    once(place)
    exactly(place, b"one\n" + b"\n" * 1000 + b"two\n")


def writes(place, data, size):
    run = follow(place, binary=RELEASE)
    with open(place / "f", "ab", buffering=0) as f:
        for at in range(0, len(data), size):
            f.write(data[at:at + size])
    exactly(place, data, timeout=60)
    assert run.stop() == 0


def test_FT_46_a_write_for_each_line(place):
    writes(place, numbered(100_000, size=32), 32)


@pytest.mark.long
def test_FT_46_a_million_writes(place):
    writes(place, numbered(1_000_000, size=32), 32)


def test_FT_47_a_write_for_each_byte(place):
    writes(place, numbered(2500), 1)


# -- rotated while the agent was down ---------------------------------------


def test_FT_42_two_rotations_while_the_agent_was_down(place):
    append(place / "f", numbered(50))
    once(place, path="f*")
    append(place / "f", numbered(50, first=50))
    rotate(place, 1)
    append(place / "f", numbered(100, first=100))
    rotate(place, 1)
    append(place / "f", numbered(100, first=200))
    once(place, path="f*")
    exactly(place, numbered(300))


@pytest.mark.parametrize("path", ["f", "f*"])
@pytest.mark.parametrize("how", ["gzip", "copied", "twice"])
def test_FT_43_rotated_and_compressed_while_the_agent_was_down(
        place, path, how):
    append(place / "f", numbered(50))
    once(place, path=path)
    append(place / "f", numbered(50, first=50))
    data = (place / "f").read_bytes()
    name = "f.2.gz" if how == "twice" else "f.1.gz"
    with gzip.open(place / name, "wb") as f:
        f.write(data)
    if how == "copied":
        os.truncate(place / "f", 0)
    else:
        (place / "f").unlink()
    append(place / "f", b"new\n")
    once(place, path=path)
    exactly(place, numbered(100) + b"new\n")
    for _ in range(2):  # and then it is known
        once(place, path=path)
    exactly(place, numbered(100) + b"new\n")


@pytest.mark.parametrize("newest", ["f.1", "f.1.gz"])
def test_FT_43_a_copy_that_is_there_yet_beside_the_compressed_one(
        place, newest):
    append(place / "f", numbered(50))
    once(place, path="f*")
    append(place / "f", numbered(50, first=50))
    data = (place / "f").read_bytes()
    os.truncate(place / "f", 0)
    append(place / "f", b"new\n")
    (place / "f.1").write_bytes(data)
    (place / "f.1.gz").write_bytes(gzip.compress(data))
    other = place / ("f.1" if newest == "f.1.gz" else "f.1.gz")
    before = other.stat().st_mtime_ns - 10**9
    os.utime(other, ns=(before, before))
    for _ in range(2):
        once(place, path="f*")
        exactly(place, numbered(100) + b"new\n")


def test_FT_43_a_file_that_is_nowhere_any_more_is_said(place):
    append(place / "f", numbered(50))
    once(place)
    append(place / "f", numbered(50, first=50))
    (place / "f").unlink()
    with gzip.open(place / "f.1.gz", "wb") as f:
        f.write(b"something else\n")
    assert once(place).count_said("f: gone, and no file beside it") == 1


def test_FT_43_compressed_files_of_their_own_are_read_as_what_they_hold(
        place):
    data = numbered(5000)
    half = data.index(b"\n", len(data) // 2) + 10
    with open(place / "a.gz", "wb") as f:  # two members
        f.write(gzip.compress(data[:half]) + gzip.compress(data[half:]))
    run = follow(place, path="*.gz")
    exactly(place, data)
    with open(place / "a.gz", "ab") as f:
        f.write(gzip.compress(numbered(10, first=5000)))
    exactly(place, numbered(5010))
    assert run.stop() == 0
    once(place, path="*.gz")
    exactly(place, numbered(5010))


def test_FT_43_damage_in_a_compressed_file_is_said_and_counted(place):
    parts = [gzip.compress(numbered(500, first=500 * n)) for n in range(3)]
    broken = bytearray(parts[1])
    broken[len(broken) // 2] ^= 0xff
    (place / "a.gz").write_bytes(parts[0] + broken + parts[2])
    run = follow(place, path="*.gz")
    wait_for(lambda: b"0001499" in out(place), 9, "what is behind the damage")
    run.wait_said("a.gz: damaged near byte")
    assert counts(place)["damaged"] >= 1
    got = set(lines(place))
    good = numbered(500) + numbered(500, first=1000)
    assert len(set(good.splitlines()) - got) <= 1  # glued to the damage
    assert run.stop() == 0


# -- edited -----------------------------------------------------------------


def test_FT_48_an_editor_that_renames_over_makes_a_new_file(place):
    append(place / "f", numbered(10))
    run = follow(place)
    wait_lines(place, 10)
    kept = b"".join(numbered(10).splitlines(keepends=True)[3:])
    append(place / "new", kept)
    (place / "new").rename(place / "f")
    exactly(place, numbered(10) + kept)
    append(place / "f", b"and on\n")
    exactly(place, numbered(10) + kept + b"and on\n")
    assert run.stop() == 0


def test_FT_49_bytes_changed_in_front_of_the_offset(place):
    append(place / "f", numbered(100))
    run = follow(place)
    wait_lines(place, 100)
    with open(place / "f", "r+b") as f:  # far in front of it
        f.write(b"LINE")
    append(place / "f", b"next\n")
    exactly(place, numbered(100) + b"next\n")
    with open(place / "f", "r+b") as f:  # and just before it
        f.seek(-5, os.SEEK_END)
        f.write(b"NEXT")
    changed = (place / "f").read_bytes()
    exactly(place, numbered(100) + b"next\n" + changed)
    run.wait_said("f: overwritten")
    assert run.stop() == 0


def test_FT_59_start_at_the_end_is_for_what_was_there_first(place):
    append(place / "f.txt", b"old\n")
    with gzip.open(place / "g.txt", "wb") as f:
        f.write(b"old too\n")
    run = follow(place, path="*.txt", more="start = end")
    wait_known(place, 2)
    append(place / "new.txt", b"new\n")
    exactly(place, b"new\n")
    append(place / "f.txt", b"and on\n")
    exactly(place, b"new\nand on\n")
    assert run.stop() == 0
    once(place, path="*.txt", more="start = end")
    exactly(place, b"new\nand on\n")


@pytest.mark.parametrize("times", [
    4, pytest.param(100, marks=pytest.mark.long)])
def test_FT_62_restarts_publish_nothing(place, times):
    with gzip.open(place / "f.1.gz", "wb") as f:
        f.write(numbered(10, tag="older"))
    append(place / "f", numbered(100))
    for _ in range(times):
        once(place, path="f*")
    exactly(place, numbered(10, tag="older") + numbered(100))
