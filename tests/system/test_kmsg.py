"""type = kmsg: the kernel's messages, each once, and how many it overwrote."""

import os
import re
import stat
import time

import pytest

from confined import shim
from journal import texts, written
from process import wait_for


def configure(place, more="", path=True):
    place.config(f"""\
        [broker]
        url = local:
        [input kernel]
        type = kmsg
        {f"path = {place}/kmsg" if path else ""}
        {more}
        [stream all]
        bind = #
        path = {place}/out.json
        format = json
        """)


def message(seq, level=6, more=b""):
    return b"%d,%d,%d,-;message %d\n%s" % (level, seq, seq * 1000, seq, more)


def append(place, data):
    with open(place / "kmsg", "ab") as f:
        f.write(data)


def numbers(first, last):
    return [f"message {n}" for n in range(first, last)]


def pass_time(seconds):
    time.sleep(seconds)


def wait_for_lines(place, count):
    wait_for(lambda: len(written(place)) >= count, 30, f"{count} lines")


def test_level_time_and_pairs_of_a_message_become_its_fields(place):
    append(place, b"3,10,1000000,-,caller=T1;one\\x0atwo \\xc3\\xa4\n"
           b" SUBSYSTEM=pci\n DEVICE=+pci:0000:00:01.0\n"
           b"30,11,2000000,-;systemd[1]: started\n"
           b"no form at all\n")
    configure(place)
    place.run("run", "--once")
    one, two, three = written(place)
    assert one["text"] == "one\ntwo ä"
    assert one["key"] == "err.kern"
    assert one["program"] == "kernel"
    assert one["data"] == {"kmsg": {
        "seq": "10", "caller": "T1", "SUBSYSTEM": "pci",
        "DEVICE": "+pci:0000:00:01.0"}}
    assert two["key"] == "info.daemon"
    assert "program" not in two
    assert two["time"] > one["time"]
    assert (three["text"], three["key"]) == ("no form at all", "info.user")


def test_a_restart_repeats_nothing_and_what_was_overwritten_is_counted(place):
    append(place, b"".join(message(n) for n in range(5, 8)))
    configure(place)
    place.run("run", "--once")
    # As the kernel does it: the oldest are gone, and some that were not read.
    (place / "kmsg").write_bytes(
        b"".join(message(n) for n in range(6, 9)) + message(12))
    run = place.start("run")
    run.wait_said("input kernel: the kernel overwrote 3 messages before they")
    append(place, message(13))
    wait_for_lines(place, 6)
    status = place.run("status")
    assert re.search(rb"\b3\b.*kernel", status.out()), status.out()
    assert run.stop() == 0
    assert run.count_said("overwrote") == 1
    assert texts(place) == numbers(5, 9) + numbers(12, 14)


def test_a_message_that_is_overwritten_while_it_is_read_stops_nothing(place):
    append(place, message(0) + message(1) + message(4))
    configure(place)
    run = place.start("run", **shim(place, "kmsg", place / "kmsg"))
    wait_for_lines(place, 3)
    run.wait_said("the kernel overwrote 2 messages")
    append(place, message(5))
    wait_for_lines(place, 4)
    assert run.stop() == 0
    assert run.count_said("read .*kmsg") == 0
    assert texts(place) == numbers(0, 2) + numbers(4, 6)


def test_what_has_no_end_goes_on_in_pieces(place):
    """No message of the kernel is that long; a pipe may be anybody's."""
    long = b"x" * 300_000
    append(place, long + b"\n" + message(1) + b"6,2,1,-;a\n" + b" A=1\n" * 20)
    configure(place)
    place.run("run", "--once")
    *pieces, one, last = texts(place)
    assert "".join(pieces) == long.decode()
    assert max(map(len, pieces)) <= 128 << 10
    assert one == numbers(1, 2)[0]
    assert last == "a"


def test_start_at_the_end_leaves_out_what_is_there_and_nothing_else(place):
    append(place, b"".join(message(n) for n in range(3)))
    configure(place, "start = end")
    place.run("run", "--once")
    append(place, message(3))
    place.run("run", "--once")
    assert texts(place) == numbers(3, 4)


@pytest.mark.parametrize("point", [
    "bookmark-written:1", "kmsg-message:1", "kmsg-message:4",
    "spool-append:1", "spool-appended:1", "spool-synced:1",
    "checkpoint-written:2"])
def test_a_kill_between_any_two_steps_loses_and_repeats_nothing(place, point):
    long = b"6,100,5,-;" + b"0123456789" * 40 + b"\n"
    append(place, b"".join(message(n) for n in range(96, 100)) + long)
    configure(place, "max_line = 100")
    run = place.start("run", env={"WEIR_FAULT": f"{point}:{place}/died"})
    run.wait_said("starting again")
    assert (place / "died").exists()
    append(place, message(101))
    wanted = "".join(numbers(96, 100)) + "0123456789" * 40 + "message 101"
    wait_for(lambda: len("".join(texts(place))) >= len(wanted), 30, "all")
    assert run.stop() == 0
    place.run("run", "--once")
    assert "".join(texts(place)) == wanted


def test_a_pipe_is_followed_over_its_writers_and_takes_little_time(place):
    os.mkfifo(place / "kmsg")
    configure(place)
    run = place.start("run")
    run.child("agent")
    for n in range(3):
        with open(place / "kmsg", "wb") as f:
            f.write(message(n, more=b" A=1\n"))
        wait_for_lines(place, n + 1)
    before = run.cpu()
    pass_time(1)  # in which nobody has it open
    assert run.cpu() - before < 0.5
    assert run.stop() == 0
    assert texts(place) == numbers(0, 3)


def test_a_file_that_is_not_there_yet_is_waited_for(place):
    configure(place)
    run = place.start("run")
    run.wait_said("input kernel: open .*/kmsg: No such file or directory")
    append(place, message(0))
    run.wait_said("kmsg can be read")
    wait_for_lines(place, 1)
    assert run.stop() == 0


def readable(path):
    try:
        return stat.S_ISCHR(os.stat(path).st_mode) and \
            os.close(os.open(path, os.O_RDONLY)) is None
    except OSError:
        return False


@pytest.mark.skipif(not readable("/dev/kmsg"), reason="/dev/kmsg is not ours")
def test_this_kernels_own_messages_arrive_once(place):
    configure(place, path=False)
    place.run("run", "--once")
    first = [line["data"]["kmsg"]["seq"] for line in written(place)]
    place.run("run", "--once")
    again = [line["data"]["kmsg"]["seq"] for line in written(place)]
    assert again[:len(first)] == first
    assert len(set(again)) == len(again)
