"""What weir writes itself is never followed, whatever the patterns say."""

import os
import time

from lines import numbered
from process import wait_for

GREEDY = """\
    [broker]
    url = local:
    [input in]
    path = {place}/**
    [stream all]
    bind = #
    path = {place}/logs/all.log
    [stream apart]
    bind = #
    path = {place}/logs/${{facility}}-%Y.log
    """


def out(place, name="logs/all.log"):
    path = place / name
    return path.read_bytes().splitlines() if path.exists() else []


def still(place):
    """Two sweeps later nothing has grown."""
    size = (place / "logs/all.log").stat().st_size
    end = time.monotonic() + 1.5
    wait_for(lambda: time.monotonic() > end, 5, "sweeps")
    return (place / "logs/all.log").stat().st_size == size


def test_a_pattern_that_matches_everything_feeds_weir_nothing_of_its_own(
        place):
    year = time.strftime("%Y")
    (place / "logs").mkdir()
    (place / "logs/app.log").write_bytes(numbered(100))
    # Named as a stream would name it, and not written by one.
    (place / f"logs/mine-{year}.log").write_bytes(b"mine\n")
    config = place.config(GREEDY.format(place=place), log_level="debug")
    given = numbered(100) + b"mine\n" + config.read_bytes()
    run = place.start("run")

    def complete():
        return sorted(out(place)) == sorted(given.splitlines())
    wait_for(complete, 30, "what is not weir's own")
    (place / "logs/other.log").symlink_to(place / "logs/all.log")
    os.link(place / f"logs/user-{year}.log", place / "logs/linked")
    with open(place / "logs/app.log", "ab") as log:
        log.write(b"one more\n")
    given += b"one more\n"
    wait_for(complete, 30, "a line more")
    assert still(place)
    assert complete()
    for name, what in ((r"err\.0", "our own log"),
                       (r"/state", "ours"),
                       (r"run/agent\.sock", "a socket"),
                       (r"/run", "ours"),
                       (r"logs/all\.log", "written by stream all"),
                       (rf"logs/user-{year}\.log", "written by stream apart"),
                       (r"logs/linked", "written by stream apart")):
        run.wait_said(f"{name}: {what}, not followed")
        assert run.count_said(f"{name}: {what}, not followed") == 1
    assert run.stop() == 0


def test_a_followed_file_that_becomes_an_output_is_let_go(place):
    """An output is recognised although it was no output at first."""
    year = time.strftime("%Y")
    (place / "logs").mkdir()
    taken = place / f"logs/user-{year}.log"
    taken.write_bytes(b"here before weir\n")
    place.config(GREEDY.format(place=place).replace("**", "logs/user-*"))
    run = place.start("run")
    run.wait_said("written by stream apart, not followed")
    assert still(place)
    assert out(place) == [b"here before weir"]
    assert run.stop() == 0


def test_check_says_when_a_stream_may_write_what_an_input_looks_for(place):
    place.config(GREEDY.format(place=place))
    check = place.run("check")
    assert "may be a file that [input in] looks for" in check.err()
    assert "[stream all]" in check.err() and "[stream apart]" in check.err()
    place.config(GREEDY.format(place=place)
                 .replace("/**", f"/**\n    exclude = {place}/logs/*"))
    assert place.run("check").err() == ""
