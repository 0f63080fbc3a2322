"""Messages of several lines: whole, once, whatever is killed between them."""

import json
import os
import subprocess
import time

import pytest

from process import wait_for
from weir import ROOT

CONFIG = """\
    [broker]
    url = local:
    [input in]
    path = {place}/in/*.log
    {options}
    [stream s]
    bind = #
    path = {place}/out.json
    format = json
    """
TRACES = [case for case in json.loads(
    (ROOT / "tests/vectors/multiline/cases.json").read_text())
    if "expected_groups" in case]


def configure(place, options, **how):
    place.config(CONFIG.format(
        place=place, options=options.replace("\n", "\n    "), **how))
    (place / "in").mkdir(exist_ok=True)


def append(place, name, *lines, end="\n"):
    with open(place / "in" / name, "a", newline="") as log:
        log.write("".join(line + end for line in lines))


def messages(place):
    """{file name: its messages, in order}."""
    out = {}
    path = place / "out.json"
    for line in path.read_text().splitlines() if path.exists() else []:
        record = json.loads(line)
        name = os.path.basename(record["path"])
        out.setdefault(name, []).append(record)
    return out


def texts(place, name):
    return [record["text"] for record in messages(place).get(name, [])]


def has(place, name, *expected, timeout=30):
    wait_for(lambda: len(texts(place, name)) >= len(expected), timeout,
             f"{len(expected)} messages of {name}", every=0.05)
    assert texts(place, name) == list(expected)


def groups(case):
    lines = iter(case["input_lines"])
    return ["\n".join(next(lines) for _ in range(n))
            for n in case["expected_groups"]]


@pytest.mark.parametrize("gap", [
    0, 0.05, pytest.param(5, marks=pytest.mark.long)])
def test_FT_60_traces_written_line_by_line_are_one_message_each_when_killed(
        place, dice, gap):
    # All at once, each in a file of its own: the default timeout is to do.
    configure(place, "multiline = auto" +
              ("" if gap > 1 else "\nmultiline_timeout = 60s"))
    steps = max(len(case["input_lines"]) for case in TRACES)
    kills = sorted(dice.sample(range(2, 25), 3))
    run = place.start("run")
    for step in range(steps):
        for case in TRACES:
            append(place, f"{case['id']}.log",
                   *case["input_lines"][step:step + 1])
        time.sleep(gap)
        if step in kills:
            wait_for(lambda: (place / "out.json").exists(), 30, "the stream")
            run.kill9()
            run = place.start("run")
    run.kill9()
    place.run("run", "--once", "--idle", "500ms")
    got = messages(place)
    for case in TRACES:
        name = f"{case['id']}.log"
        assert [r["text"] for r in got[name]] == groups(case), name
        assert got[name][-1]["pos"] == (place / "in" / name).stat().st_size


HEAD = "Exception in thread \"main\" java.lang.Error: top"
FRAMES = ["\tat T.a(T.java:1)", "\tat T.b(T.java:2)", "\tat T.c(T.java:3)"]


def test_a_trace_goes_on_in_a_file_that_was_renamed_meanwhile(place):
    configure(place, "multiline = java\nmultiline_timeout = 60s")
    run = place.start("run")
    with open(place / "in/a.log", "w", buffering=1) as log:
        print("before", HEAD, FRAMES[0], sep="\n", file=log)
        has(place, "a.log", "before")
        (place / "in/a.log").rename(place / "a.log.1")
        append(place, "b.log", "of the new file")
        has(place, "b.log", "of the new file")
        print(*FRAMES[1:], "behind", sep="\n", file=log)
        has(place, "a.log", "before", "\n".join([HEAD, *FRAMES]), "behind")
    assert run.stop() == 0


def test_a_message_that_was_cut_by_time_is_cut_there_after_a_kill(place):
    configure(place, "multiline = java\nmultiline_timeout = 300ms")
    append(place, "a.log", HEAD, FRAMES[0])
    run = place.start("run")
    has(place, "a.log", f"{HEAD}\n{FRAMES[0]}")
    run.kill9()
    append(place, "a.log", *FRAMES[1:])
    run = place.start("run")
    has(place, "a.log", f"{HEAD}\n{FRAMES[0]}", "\n".join(FRAMES[1:]))
    # Once more, where `safe` is far behind and nothing says so but the cut.
    run.kill9()
    append(place, "a.log", "single")
    place.run("run", "--once", "--idle", "500ms")
    has(place, "a.log", f"{HEAD}\n{FRAMES[0]}", "\n".join(FRAMES[1:]),
        "single")


def test_what_a_stream_of_a_container_says_waits_for_no_other(place):
    configure(place, "format = cri\nmultiline = java\n"
              "multiline_timeout = 60s")
    stamp = "2026-11-21T10:00:0{}.000000001Z {} {} {}".format
    append(place, "c.log", stamp(0, "stderr", "F", HEAD),
           stamp(1, "stdout", "P", "one "), stamp(2, "stderr", "P", "\tat "),
           stamp(3, "stdout", "F", "line"), stamp(4, "stderr", "F", "T.a()"),
           stamp(5, "stdout", "F", "another"))
    run = place.start("run")
    has(place, "c.log", "one line", "another")
    run.kill9()
    append(place, "c.log", stamp(6, "stderr", "F", "\tat T.b()"),
           stamp(7, "stderr", "F", "done"), "no form at all")
    run = place.start("run")
    has(place, "c.log", "one line", "another",
        f"{HEAD}\n\tat T.a()\n\tat T.b()", "done", "no form at all")
    got = messages(place)["c.log"]
    assert [r["pos"] for r in got] == sorted({r["pos"] for r in got})
    assert [r["time"][:19] for r in got[:4]] == [
        f"2026-11-21T10:00:0{n}" for n in (1, 5, 0, 7)]
    assert [r["data"] for r in got[:3]] == [
        {"container": {"stream": f"std{name}"}} for name in
        ("out", "out", "err")]
    assert got[4]["malformed"] is True
    assert run.stop() == 0


def test_a_trace_that_is_piped_in_survives_a_kill_in_its_middle(place):
    place.config(f"""\
        [broker]
        url = local:
        [input pipe]
        type = stdin
        multiline = python
        multiline_timeout = 60s
        [stream s]
        bind = #
        path = {place}/out.json
        format = json
        """)
    trace = ["Traceback (most recent call last):", "  File \"a.py\", line 1",
             "    f()", "KeyError: 1"]
    run = place.start("run", stdin=subprocess.PIPE)
    pipe = run.popen.stdin
    pipe.write("\n".join(["before", *trace[:2], ""]).encode())
    pipe.flush()
    has(place, "stdin", "before")
    run.kill9()
    pipe.close()
    (place / "rest").write_text("\n".join([*trace[2:], ""]))
    with open(place / "rest", "rb") as rest:
        place.run("run", "--once", "--idle", "500ms", stdin=rest)
    has(place, "stdin", "before", "\n".join(trace))


def test_patterns_of_the_user_and_bounds_that_discard_nothing(place):
    configure(place, "multiline_start = ^\\[\n"
              "multiline_next = \\\\$\nmultiline_lines = 3")
    append(place, "a.log", "[1] a", "b", "[2] c\\", "[no] d", "e", "f", "[3]")
    place.run("run", "--once", "--idle", "500ms")
    has(place, "a.log", "[1] a\nb", "[2] c\\\n[no] d\ne", "f", "[3]")
    assert [r.get("more") for r in messages(place)["a.log"]] == [
        None, True, None, None]


def test_a_pattern_that_does_not_compile_is_told_before_anything_starts(place):
    configure(place, "multiline_start = (")
    check = place.run("check", code=78)
    assert "multiline_start: at byte 1: missing" in check.err()
