"""Following files: everything that happens to them while weir looks on."""

import json
import os

import amqp
from lines import numbered
from process import wait_for

FOLLOW = """\
    [broker]
    url = local:
    [input in]
    path = {path}
    {more}
    [stream out]
    bind = #
    path = {place}/out.log
    format = {format}
    """


def follow(place, *args, path="in.log", more="", format="line"):
    place.config(FOLLOW.format(place=place, path=place / path, more=more,
                               format=format))
    return place.start("run", *args)


def append(path, data):
    with open(path, "ab") as f:
        f.write(data)


def test_a_renamed_file_is_read_to_its_end_and_then_the_new_one(place):
    log = place / "in.log"
    append(log, b"one\n")
    run = follow(place)
    place.wait_for("out.log", b"one\n")
    writer = open(log, "ab", buffering=0)
    log.rename(place / "in.log.1")
    writer.write(b"two, after the rename\n")
    append(log, b"three, in the new one\n")
    writer.write(b"four, late in the old one\n")
    writer.close()

    def complete():
        return sorted((place / "out.log").read_bytes().splitlines()) == [
            b"four, late in the old one", b"one",
            b"three, in the new one", b"two, after the rename"]
    wait_for(complete, 30, "all four lines")
    assert run.stop() == 0


def test_many_quick_rotations_lose_nothing(place):
    log = place / "in.log"
    log.touch()
    run = follow(place, path="in.log*")
    expected = []
    for n in range(20):
        block = numbered(50, first=n * 50)
        expected += block.splitlines()
        append(log, block)
        log.rename(place / f"in.log.{n:02}")
        log.touch()

    def complete():
        out = place / "out.log"
        return out.exists() and \
            sorted(out.read_bytes().splitlines()) == sorted(expected)
    wait_for(complete, 30, "every line of every file, once")
    assert run.stop() == 0


def test_a_truncated_file_is_read_from_its_start_and_that_is_said(place):
    append(place / "in.log", b"a long first line\nand a second\n")
    run = follow(place)
    place.wait_for("out.log", b"a long first line\nand a second\n")
    os.truncate(place / "in.log", 0)
    run.wait_said(r"in\.log.*truncated")
    append(place / "in.log", b"new\n")
    place.wait_for("out.log", b"a long first line\nand a second\nnew\n")
    assert run.stop() == 0


def test_a_line_waits_for_its_line_feed(place):
    append(place / "in.log", b"whole\nhal")
    run = follow(place)
    place.wait_for("out.log", b"whole\n")
    append(place / "in.log", b"f and half\n")
    place.wait_for("out.log", b"whole\nhalf and half\n")
    for byte in b"one at a time\n":
        append(place / "in.log", bytes([byte]))
    place.wait_for("out.log", b"whole\nhalf and half\none at a time\n")
    assert run.stop() == 0


def test_globs_reach_every_depth_and_excludes_are_left_alone(place):
    names = ("a.log", "x/b.log", "x/y/z/c.log")
    others = ("x/d.txt", "x/skip/e.log", "f.log.gz")
    for name in names + others:
        path = place / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name + "\n")
    run = follow(place, path="logs/**/*.log",
                 more=f"exclude = {place}/logs/x/skip/*")

    def lines():
        out = place / "out.log"
        return sorted(out.read_text().splitlines()) if out.exists() else []
    wait_for(lambda: lines() == sorted(names), 30, "the three files")
    late = place / "logs/new/deep/late.log"
    late.parent.mkdir(parents=True)
    late.write_text("late\n")
    wait_for(lambda: lines() == sorted(names + ("late",)), 15,
             "a file in a folder that was not there at the start")
    assert run.stop() == 0


def test_several_globs_share_one_input_and_a_file_is_read_once(place):
    for name in ("a.log", "b.txt"):
        (place / name).write_text(name + "\n")
    run = follow(place, "--once", "--idle", "200ms",
                 path=f"*.log {place}/*.txt {place}/a*")
    assert run.wait() == 0
    assert sorted((place / "out.log").read_text().split()) == \
        ["a.log", "b.txt"]


def test_start_at_the_end_skips_what_was_there_before(place):
    append(place / "in.log", b"old\n")
    append(place / "sentinel.log", b"sentinel\n")
    place.config(FOLLOW.format(
        place=place, path=place / "in.log", format="line",
        more="start = end\n    [input sentinel]\n    path = "
             f"{place}/sentinel.log"))
    run = place.start("run")
    place.wait_for("out.log", b"sentinel\n")
    append(place / "in.log", b"new\n")
    place.wait_for("out.log", b"sentinel\nnew\n")
    late = place / "in.log.tmp"
    late.write_bytes(b"a file born later is read whole\n")
    late.rename(place / "in.log")
    place.wait_for(
        "out.log", b"sentinel\nnew\na file born later is read whole\n")
    assert run.stop() == 0


def test_a_restart_goes_on_where_the_stop_was_and_repeats_nothing(place):
    append(place / "in.log", b"one\nhal")
    run = follow(place)
    place.wait_for("out.log", b"one\n")
    assert run.stop() == 0
    append(place / "in.log", b"f\nthree\n")
    for _ in range(3):
        run = follow(place, "--once", "--idle", "200ms")
        assert run.wait() == 0
    place.wait_for("out.log", b"one\nhalf\nthree\n")


def test_a_file_renamed_while_weir_was_down_is_not_read_again(place):
    append(place / "in.log", b"one\n")
    assert follow(place, "--once", "--idle", "200ms",
                  path="in.log*").wait() == 0
    append(place / "in.log", b"two\n")
    (place / "in.log").rename(place / "in.log.1")
    append(place / "in.log", b"three\n")
    assert follow(place, "--once", "--idle", "200ms",
                  path="in.log*").wait() == 0
    assert sorted((place / "out.log").read_bytes().split()) == \
        [b"one", b"three", b"two"]


def test_a_line_too_long_is_cut_and_marked_and_the_file_goes_on(place):
    long = bytes(range(48, 123)) * 100
    append(place / "in.log", b"before\n" + long + b"\nafter\n")
    run = follow(place, "--once", "--idle", "200ms", more="max_line = 1K",
                 format="json")
    assert run.wait() == 0
    records = [json.loads(line) for line in
               (place / "out.log").read_text().splitlines()]
    assert [records[0]["text"], records[-1]["text"]] == ["before", "after"]
    parts = records[1:-1]
    assert "".join(p["text"] for p in parts).encode() == long
    assert [p["part"] for p in parts] == list(range(1, len(parts) + 1))
    assert [p.get("more", False) for p in parts] == \
        [True] * (len(parts) - 1) + [False]
    assert max(len(p["text"]) for p in parts) <= 1024


def test_a_file_that_cannot_be_opened_is_said_once_and_read_later(place):
    if os.geteuid() == 0:
        # For root nothing is closed: a dangling link is as good.
        (place / "in.1").symlink_to(place / "target")
    else:
        append(place / "in.1", b"now\n")
        os.chmod(place / "in.1", 0)
    run = follow(place, path="in.*")
    append(place / "in.2", b"other\n")
    place.wait_for("out.log", b"other\n")
    if os.geteuid() == 0:
        append(place / "target", b"now\n")
    else:
        os.chmod(place / "in.1", 0o600)
    place.wait_for("out.log", b"other\nnow\n")
    assert run.count_said(r"in\.1") <= 2
    assert run.stop() == 0


def test_standard_input_is_shipped_to_its_end(place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [input pipe]
        type = stdin
        program = pipe
        """)
    data = numbered(1000) + b"without a line feed at the end"
    (place / "data").write_bytes(data)
    listener = amqp.Subscriber(vhost.url, "#")
    with open(place / "data", "rb") as stdin:
        place.run("agent", "--once", stdin=stdin)
    messages = listener.take(1001)
    assert [m.body for m in messages] == data.splitlines()
    assert {m.properties.app_id for m in messages} == {"pipe"}
