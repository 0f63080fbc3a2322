"""weir explain: why a file is or is not shipped, and what is in its way."""

import gzip
import json
import os
import re

import pytest

from confined import wrapped
from lines import numbered
from process import free_port, wait_for
from test_catalogue_found import unprivileged

CONFIG = """\
    [broker]
    url = {url}
    {broker}
    [agent]
    window = {window}
    [input in]
    path = {place}/in/*.log {place}/in/**/deep.log
    exclude = *.skip.log
    [input other]
    path = {place}/other/*
    [stream s]
    bind = #
    path = {place}/in/out.log
    """


def configure(place, url="local:", broker="", window="1MiB"):
    (place / "in").mkdir(exist_ok=True)
    place.config(CONFIG.format(place=place, url=url, broker=broker,
                               window=window))


def start(place, verb="run", **how):
    configure(place)
    (place / "in/first.log").write_bytes(b"first\n")
    run = place.start(verb, **how)
    place.wait_for("in/out.log", b"first\n")
    return run


def explain(place, path, code=0, **how):
    """The page that `weir explain --json` prints."""
    done = place.run("explain", "--json", str(path), code=code, **how)
    return json.loads(done.out())


def row(place, path, name="in", **how):
    """The row of one input."""
    return next(r for r in explain(place, path, **how)["inputs"]
                if r["input"] == name)


def says(place, path, code=0):
    return place.run("explain", str(path), code=code).out().decode()


# -- without an agent: by the configuration -----------------------------------


def test_a_file_that_would_be_followed(place):
    configure(place)
    (place / "in/x.log").write_bytes(b"x\n")
    assert row(place, place / "in/x.log") == {
        "input": "in", "pattern": f"{place}/in/*.log", "state": "wanted"}
    said = says(place, place / "in/x.log")
    assert "would be followed by input in" in said
    assert "no agent of this configuration answers" in said
    assert says(place, "in/x.log") == said, "from the directory we are in"


def test_an_empty_file_is_said_to_be_empty(place):
    configure(place)
    (place / "in/x.log").touch()
    assert row(place, place / "in/x.log")["why"] == "it is empty"


def test_a_file_that_no_pattern_matches(place):
    configure(place)
    (place / "in/x.txt").write_bytes(b"x\n")
    page = explain(place, place / "in/x.txt", code=1)
    assert {r["state"] for r in page["inputs"]} == {"unmatched"}
    assert "no pattern of an input matches" in \
        says(place, place / "in/x.txt", code=1)


def test_an_excluded_file_names_the_pattern(place):
    configure(place)
    (place / "in/x.skip.log").write_bytes(b"x\n")
    got = row(place, place / "in/x.skip.log", code=1)
    assert (got["state"], got["pattern"]) == ("excluded", "*.skip.log")
    assert re.search(r"excluded from input in\n(.|\n)*exclude +\*\.skip\.log",
                     says(place, place / "in/x.skip.log", code=1))


@pytest.mark.parametrize("make, why", [
    (os.mkfifo, "a FIFO"), (os.mkdir, "a directory"),
    (lambda p: os.symlink("/dev/null", p), "a device"),
    (lambda p: os.symlink("/proc/self/maps", p),
     "a file of the kernel's own"),
    (lambda p: os.symlink("nowhere", p), "a link that leads nowhere")])
def test_what_is_no_file_that_holds_lines(place, make, why):
    configure(place)
    make(place / "in/x.log")
    got = row(place, place / "in/x.log", code=1)
    assert (got["state"], got["why"]) == ("refused", why)


def test_a_file_that_is_not_there_says_where_the_path_ends(place):
    configure(place)
    page = explain(place, place / "in/a/b/deep.log", code=1)
    assert (page["at"], page["trouble"]) == \
        (f"{place}/in/a", "No such file or directory")
    assert row(place, place / "in/a/b/deep.log", code=1)["state"] == "absent"


def test_permissions_are_named_for_the_part_of_the_path_that_lacks_them(
        place):
    configure(place)
    binary = unprivileged(place)
    (place / "in/a").mkdir()
    (place / "in/a/deep.log").write_bytes(b"x\n")
    (place / "in/a/deep.log").chmod(0)
    got = row(place, place / "in/a/deep.log", code=1, binary=binary)
    assert (got["state"], got["why"]) == ("unreadable", "Permission denied")
    (place / "in/a").chmod(0)
    page = explain(place, place / "in/a/deep.log", code=1, binary=binary)
    assert (page["at"], page["trouble"]) == \
        (f"{place}/in/a", "Permission denied")
    (place / "in/a").chmod(0o700)


def test_names_are_taken_as_they_are_and_as_a_log_shows_them(place):
    configure(place)
    (place / "in/a\nb.log").write_bytes(b"x\n")
    for name in ("in/a\nb.log", "in/a\\x0Ab.log"):
        page = explain(place, place / name)
        assert page["path"] == f"{place}/in/a\\x0Ab.log"


def test_the_checkpoint_knows_how_far_a_stopped_agent_was(place):
    run = start(place)
    assert run.stop() == 0
    page = explain(place, place / "in/first.log")
    assert [(s["input"], s["confirmed"], s["same"]) for s in page["saved"]] \
        == [("in", 6, True)]
    assert "this file, confirmed to 6" in says(place, place / "in/first.log")
    (place / "in/first.log").rename(place / "in/first.log.1")
    page = explain(place, place / "in/first.log", code=1)
    assert "same" not in page["saved"][0]
    page = explain(place, place / "in/first.log.1", code=1)
    assert page["saved"][0]["same"], "by what it is"


def test_explain_wants_one_path(place):
    configure(place)
    assert "no PATH is given" in place.run("explain", code=64).err()
    assert "unexpected argument" in \
        place.run("explain", "a", "b", code=64).err()


# -- and with one that runs ---------------------------------------------------


def test_a_followed_file_tells_where_it_stands(place):
    run = start(place)
    got = wait_for(lambda: (r := row(place, place / "in/first.log"))
                   ["confirmed"] == 6 and r, 10, "the checkpoint")
    assert got["state"] == "followed"
    assert got["why"] == "it is read to its end"
    assert (got["offset"], got["size"], got["behind"]) == (6, 6, 0)
    assert re.fullmatch("[0-9a-f]{32}", got["source"])
    assert got["noticed"] == "inotify"
    assert got["descriptor"] == "open"
    assert got["read_ms"] < 30000
    said = says(place, place / "in/first.log")
    assert "followed by input in" in said and "6 of 6, 0 behind" in said
    with open(place / "in/first.log", "ab") as log:
        log.write(b"no line feed")
    wait_for(lambda: row(place, place / "in/first.log")["why"]
             == "its last line has no line feed yet", 10, "that")
    assert run.stop() == 0


def test_what_weir_writes_itself_is_refused(place):
    run = start(place)
    assert row(place, place / "in/out.log", code=1)["why"] == \
        "written by stream s"
    (place / "other").mkdir()
    (place / "other/link").symlink_to(place / "err.0")
    assert row(place, place / "other/link", "other", code=1)["why"] == \
        "our own log"
    assert run.stop() == 0
    assert row(place, place / "in/out.log", code=1)["why"] == \
        "written by stream s"


def test_a_file_reached_by_a_link_is_looked_at_each_second(place):
    (place / "elsewhere").write_bytes(b"")
    (place / "in").mkdir()
    (place / "in/link.log").symlink_to(place / "elsewhere")
    run = start(place)
    wait_for(lambda: row(place, place / "in/link.log")["state"] == "followed",
             10, "it to be found")
    assert row(place, place / "in/link.log")["noticed"] == \
        "looked at each second: it is reached by a symbolic link"
    assert row(place, place / "elsewhere", code=0)["state"] == "followed"
    assert run.stop() == 0


def test_a_renamed_file_and_the_one_that_took_its_name(place):
    run = start(place)
    log = place / "in/first.log"
    with open(log, "ab") as writer:
        writer.write(b"never ended")
        log.rename(place / "in/first.log.1")
        wait_for(lambda: "its name is gone" in row(
            place, place / "in/first.log.1").get("rotation", ""), 10,
            "it to be missed")
        log.write_bytes(b"new\n")
        wait_for(lambda: row(place, log)["offset"] == 4, 10, "the new one")
        assert row(place, place / "in/first.log.1")["rotation"] == \
            "a new file has its name"
    assert run.stop() == 0


def test_an_unreadable_file_by_who_cannot_read_it(place):
    """The agent's word counts, not that of the one who asks."""
    run = start(place, binary=unprivileged(place))
    (place / "in/x").write_bytes(b"x\n")
    (place / "in/x").chmod(0)
    (place / "in/x").rename(place / "in/x.log")
    got = row(place, place / "in/x.log", code=1)
    assert (got["state"], got["why"]) == ("unreadable", "Permission denied")
    assert run.stop() == 0


def test_a_broker_that_is_away_and_a_full_window(place):
    configure(place, f"amqp://guest:guest@127.0.0.1:{free_port()}/",
              window="64KiB")
    (place / "in/x.log").write_bytes(numbered(10000, size=100))
    agent = place.start("agent")

    def full():
        return explain(place, place / "in/x.log").get("window_full")
    wait_for(full, 10, "the window to fill")
    page = explain(place, place / "in/x.log")
    got = next(r for r in page["inputs"] if r["input"] == "in")
    assert 0 < got["offset"] < got["size"] == 1_000_000
    assert got["behind"] == got["size"] - got["offset"]
    assert got["confirmed"] == 0
    assert page["broker"].startswith("connecting")
    said = says(place, place / "in/x.log")
    assert "full: nothing is read until the broker confirms" in said
    assert agent.stop() == 0


def test_files_that_take_turns_for_descriptors(place):
    configure(place)
    for n in range(60):
        (place / f"in/{n:02}.log").write_bytes(b"x\n")
    run = place.start("run", binary=wrapped(place, "prlimit --nofile=64:64"))
    wait_for(lambda: (place / "in/out.log").exists()
             and (place / "in/out.log").read_bytes() == 60 * b"x\n", 30,
             "all of them")
    found = [row(place, place / f"in/{n:02}.log")["descriptor"]
             for n in range(0, 60, 12)]
    assert set(found) <= {"open", "closed"}
    closed = row(place, place / "in/00.log")
    assert (closed["offset"], closed["size"]) == (2, 2)
    assert run.stop() == 0


def test_lines_that_wait_for_a_queue(place, vhost):
    configure(place, vhost.url, "unroutable = hold")
    config = (place / "weir.ini").read_text()
    (place / "weir.ini").write_text(
        config.replace("window = ", "hold = 64KiB\n    window = "))
    (place / "in/x.log").write_bytes(numbered(10000, size=100))
    agent = place.start("agent")

    def held():
        got = row(place, place / "in/x.log")
        return got.get("why") == "enough of its lines wait for a queue" or \
            explain(place, place / "in/x.log").get("window_full")
    wait_for(held, 20, "lines to be held")
    assert row(place, place / "in/x.log")["behind"] > 0
    assert agent.stop() in (0, 75)


@pytest.mark.parametrize("option, data, said", [
    ("utf-16be", "a\n".encode("utf-16be"), "utf-16be, sent as UTF-8"),
    ("utf-8", "\ufeffa\n".encode("utf-16le") + b"\n", "looks like UTF-16, and is sent"),
    ("utf-8", gzip.compress(b"a\n"), "gzip: its offsets are in what it holds"),
    ("utf-8", b"a\n", "")], ids=["utf-16", "unasked", "gzip", "plain"])
def test_what_is_made_of_its_bytes(place, option, data, said):
    place.config(f"""\
        [broker]
        url = local:
        [input in]
        path = {place}/x
        encoding = {option}
        [stream s]
        bind = #
        path = {place}/out.log
        """)
    (place / "x").write_bytes(data)
    run = place.start("run")
    wait_for(lambda: (place / "out.log").exists(), 30, "a line")
    wait_for(lambda: row(place, place / "x")["behind"] == 0, 9, "its end")
    found = row(place, place / "x").get("encoding", "")
    assert found.startswith(said) if said else found == ""
    assert ("encoding" in says(place, place / "x")) == bool(said)
    assert run.stop() == 0
