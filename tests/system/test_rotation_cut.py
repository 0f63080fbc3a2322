"""Rotations that a kill or a stop cuts in two: what is known of a file must
outlive the agent at any moment."""

import contextlib
import gzip
import os
import shutil
import signal

import pytest

from lines import numbered
from test_catalogue_files import (append, copytruncate, exactly, follow,
                                  lines, once, reader_of, wait_known,
                                  wait_lines)


def compress(path, data=None):
    """As gzip does it; `data`: it was read before."""
    with open(f"{path}.gz", "wb") as f:
        f.write(gzip.compress(path.read_bytes() if data is None else data))
    path.unlink()


def kill(run):
    """All of it at once: nobody has the time to save anything."""
    for pid in (run.child("agent"), run.child("collector")):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    run.kill9()


def rotate(place, how):
    if how == "copied":
        copytruncate(place / "f", place / "f.1")
        return
    os.rename(place / "f", place / "f.1")
    (place / "f").touch()
    if how == "compressed":
        compress(place / "f.1")


@pytest.mark.parametrize("how", ["copied", "renamed", "compressed"])
@pytest.mark.parametrize("path", ["f", "f*"], ids=["name", "all"])
def test_killed_before_anything_was_saved_and_rotated_then(place, path, how):
    run = follow(place, path=path)
    append(place / "f", numbered(100))
    wait_lines(place, 100)
    kill(run)
    rotate(place, how)
    append(place / "f", numbered(300, first=100))
    once(place, path=path)
    exactly(place, numbered(400), ordered=False)


def test_killed_when_a_truncation_was_just_seen(place):
    run = follow(place, path="f*")
    append(place / "f", numbered(100))
    wait_lines(place, 100)
    rotate(place, "copied")
    run.wait_said("goes on in")
    kill(run)
    append(place / "f", numbered(300, first=100))
    once(place, path="f*")
    exactly(place, numbered(400), ordered=False)


def test_begun_between_the_copy_and_the_truncation(place):
    data = numbered(100)
    append(place / "f", data)
    append(place / "f.1", data)
    # Both are found at once, and look as old as each other.
    now = os.stat(place / "f.1").st_mtime_ns
    os.utime(place / "f", ns=(now, now))
    run = follow(place, path="f*", rotate_wait="3s")
    wait_lines(place, 100)
    os.truncate(place / "f", 0)
    append(place / "f", numbered(10, first=100))
    wait_lines(place, 110)
    assert run.stop() == 0
    once(place, path="f*")
    exactly(place, numbered(110), ordered=False)


def test_a_copy_with_the_time_of_its_original_is_waited_with(place):
    run = follow(place, path="f*", rotate_wait="3s")
    append(place / "f", numbered(100))
    os.utime(place / "f", (1e9, 1e9))
    wait_lines(place, 100)
    shutil.copy2(place / "f", place / "f.1")
    append(place / "f2", b"swept\n")
    wait_lines(place, 101)
    os.truncate(place / "f", 0)
    append(place / "f", numbered(10, first=100))
    wait_lines(place, 111)
    assert run.stop() == 0
    once(place, path="f*")
    exactly(place, numbered(110) + b"swept\n", ordered=False)


@pytest.mark.parametrize("path", ["f", "f*"], ids=["name", "all"])
def test_stopped_before_the_last_line_of_a_compressed_file_was_let_out(
        place, path):
    run = follow(place, path=path)
    append(place / "f", numbered(10) + b"no line feed")
    wait_lines(place, 10)
    rotate(place, "compressed")
    append(place / "f", b"the next file\n")
    wait_lines(place, 11)
    assert run.stop() == 0
    once(place, path=path)
    exactly(place, numbered(10) + b"no line feed\nthe next file\n",
            ordered=False)


def test_the_last_line_of_a_rotated_file_without_its_line_feed_comes(place):
    append(place / "f", b"first\nno line feed")
    os.rename(place / "f", place / "f.1")
    append(place / "f", b"the next file\n")
    follow(place, path="f*", rotate_wait="1s")
    exactly(place, b"first\nno line feed\nthe next file\n", ordered=False)


@pytest.mark.parametrize("draft", ["f.1.gz", "f.1.gz.tmp"])
def test_compressed_under_another_name_first(place, draft):
    run = follow(place, path="f*")
    append(place / "f", numbered(100))
    wait_lines(place, 100)
    os.rename(place / "f", place / "f.1")
    append(place / "f", b"the next file\n")
    wait_lines(place, 101)
    packed = gzip.compress((place / "f.1").read_bytes())
    append(place / draft, packed[:50])
    append(place / "f", b"half of it is there\n")
    wait_lines(place, 102)
    append(place / draft, packed[50:])
    os.rename(place / draft, place / "f.1.gz")
    (place / "f.1").unlink()
    append(place / "f", b"all of it is\n")
    wait_lines(place, 103)
    kill(run)
    once(place, path="f*")
    assert len(lines(place)) == len(set(lines(place))) == 103


def test_a_file_of_which_nothing_was_read_is_not_any_other(place):
    """The empty one is gone; the one beside it was read, as another."""
    run = follow(place, path="f")
    append(place / "f", b"")
    wait_known(place)
    os.kill(reader_of(run), signal.SIGSTOP)
    (place / "f").unlink()
    (place / "f.2.gz").write_bytes(gzip.compress(b"not asked for\n"))
    kill(run)
    append(place / "f", b"the next file\n")
    once(place, path="f")
    exactly(place, b"the next file\n")
