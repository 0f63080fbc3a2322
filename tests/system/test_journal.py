"""type = journal: every entry once, with its fields, whatever happens."""

import os
import shutil

import pytest

import journal
from journal import texts, written
from process import wait_for
from weir import RELEASE

pytestmark = pytest.mark.skipif(
    not journal.is_there(), reason="needs systemd-journal-remote")


def configure(place, more="", path="in.journal"):
    place.config(f"""\
        [broker]
        url = local:
        [input j]
        type = journal
        journal_path = {place}/{path}
        {more}
        [stream all]
        bind = #
        path = {place}/out.json
        format = json
        """)


def wait_for_lines(place, count):
    wait_for(lambda: len(written(place)) >= count, 30, f"{count} lines")


def numbers(first, last):
    return [f"entry {n}" for n in range(first, last)]


def test_each_field_goes_where_it_belongs_and_the_text_is_kept(place):
    long = "x" * 100_000
    journal.write(place / "in.journal", [
        {"MESSAGE": "two\nlines", "PRIORITY": 2, "SYSLOG_FACILITY": 10,
         "SYSLOG_IDENTIFIER": "sshd", "_COMM": "sshd-session", "_PID": 42,
         "SYSLOG_PID": 7, "_HOSTNAME": "web1", "MESSAGE_ID": "fc2e22bc",
         "_SOURCE_REALTIME_TIMESTAMP": 1_600_000_000_000_001,
         "_SYSTEMD_UNIT": "ssh.service", "_CMDLINE": "/usr/sbin/sshd",
         "CODE_FUNC": "a\"]\\b"},
        {"MESSAGE": long, "_COMM": "cron", "USER_FIELD": "y" * 70_000},
        {"PRIORITY": 9, "NO_MESSAGE": "none"}])
    configure(place, "start = beginning")
    run = place.run("run", "--once")
    one, two, three = written(place)
    assert one["text"] == "two\nlines"
    assert one["key"] == "crit.authpriv"
    assert (one["program"], one["pid"], one["host"], one["msgid"]) \
        == ("sshd", "42", "web1", "fc2e22bc")
    assert one["time"] == "2020-09-13T12:26:40.000001000Z"
    assert one["data"] == {"journal": {"_SYSTEMD_UNIT": "ssh.service",
                                       "CODE_FUNC": "a\"]\\b"}}
    assert two["text"] == long
    assert two["program"] == "cron"
    assert two["data"] == {"journal": {"USER_FIELD": "y" * 4096}}
    assert two["time"].startswith("2023-11-14T22:13:20.0000")
    assert three["text"] == ""
    assert three["severity"] == "info"
    assert three["data"] == {"journal": {"NO_MESSAGE": "none"}}
    assert run.count_said("error") == 0


def test_bytes_that_are_no_text_arrive_as_they_are(place):
    body = bytes(range(256)) * 3
    journal.write(place / "in.journal", [{"MESSAGE": body}])
    place.config(f"""\
        [broker]
        url = local:
        [input j]
        type = journal
        journal_path = {place}/in.journal
        [stream all]
        bind = #
        path = {place}/out
        format = raw
        """)
    place.run("run", "--once")
    assert (place / "out").read_bytes() == body + b"\n"


def test_a_journal_that_grows_is_followed_and_read_on_after_a_stop(place):
    journal.write(place / "in.journal", numbers(0, 3))
    configure(place)
    run = place.start("run")
    wait_for_lines(place, 3)
    for n in range(3, 9, 3):
        journal.write(place / "in.journal", numbers(n, n + 3))
        wait_for_lines(place, n + 3)
    assert run.stop() == 0
    journal.write(place / "in.journal", numbers(9, 12))
    place.run("run", "--once")
    place.run("run", "--once")
    assert texts(place) == numbers(0, 12)


@pytest.mark.parametrize("point", [
    "bookmark-written:1", "journal-entry:1", "journal-entry:7",
    "spool-append:1", "spool-appended:1", "spool-synced:1", "spool-read:1",
    "checkpoint-write:2", "checkpoint-written:2", "local-line:5",
    "local-confirmed:1"])
def test_a_kill_between_any_two_steps_loses_and_repeats_nothing(place, point):
    entries = numbers(0, 20) + ["part " * 60 + str(n) for n in range(5)]
    journal.write(place / "in.journal", entries[:15])
    configure(place, "max_line = 100\n        spool_max = 1MiB")
    run = place.start("run", env={"WEIR_FAULT": f"{point}:{place}/died"})
    run.wait_said("starting again")
    assert (place / "died").exists()
    journal.write(place / "in.journal", entries[15:])
    wait_for(lambda: len("".join(texts(place))) >= len("".join(entries)),
             30, "all of it")
    assert run.stop() == 0
    place.run("run", "--once")
    assert "".join(texts(place)) == "".join(entries)


def test_a_small_spool_lets_a_large_journal_through(place):
    """Though its two last segments stay."""
    entries = [f"{n} {'x' * 60_000}" for n in range(30)]
    journal.write(place / "in.journal", entries)
    configure(place, "spool_max = 1MiB")
    place.run("run", "--once", binary=RELEASE)
    assert texts(place) == entries
    place.run("run", "--once", binary=RELEASE)  # all is confirmed by now
    assert texts(place) == entries
    sizes = [p.stat().st_size for p in (place / "state/spool/j").iterdir()]
    assert sum(sizes) < 500_000, sizes


def segment(place):
    return max((place / "state/spool/j").glob("[0-9a-f]" * 16))


def test_a_message_of_which_some_parts_were_spooled_is_finished(place):
    message = "".join(f"{n:05}" for n in range(100))  # 5 parts
    journal.write(place / "in.journal", ["before", message])
    configure(place, "max_line = 100")
    run = place.start("run", env={"WEIR_FAULT": f"spool-appended:1:{place}/d"})
    wait_for((place / "d").exists, 30, "its death")
    run.end()
    whole = segment(place).read_bytes()
    for cut in (1, 300, 500, 1100):
        shutil.rmtree(place / "state")
        (place / "state").mkdir()
        (place / "out.json").unlink(missing_ok=True)
        place.run("run", "--once")
        assert "".join(texts(place)) == "before" + message
        # Again, from a spool that a kill left in the middle of a write.
        (place / "out.json").unlink()
        shutil.rmtree(place / "state")
        folder = place / "state/spool/j"
        folder.mkdir(parents=True)
        (folder / ("0" * 16)).write_bytes(whole[:-cut])
        configure(place, "max_line = 100")
        place.run("run", "--once")
        assert "".join(texts(place)) == "before" + message, cut


def test_start_at_the_end_leaves_out_what_is_there_and_nothing_else(place):
    journal.write(place / "in.journal", numbers(0, 3))
    configure(place, "start = end")
    place.run("run", "--once")
    assert texts(place) == []
    journal.write(place / "in.journal", numbers(3, 6))  # while it is down
    place.run("run", "--once")
    assert texts(place) == numbers(3, 6)


def test_matches_and_fields_are_chosen(place):
    journal.write(place / "in.journal", [
        {"MESSAGE": "a1", "_SYSTEMD_UNIT": "a.service", "PRIORITY": 3},
        {"MESSAGE": "a2", "_SYSTEMD_UNIT": "a.service", "PRIORITY": 6},
        {"MESSAGE": "b1", "_SYSTEMD_UNIT": "b.service", "PRIORITY": 6},
        {"MESSAGE": "c1", "_TRANSPORT": "kernel", "X": "1"}])
    configure(place, "match = _SYSTEMD_UNIT=a.service PRIORITY=3 + "
              "_TRANSPORT=kernel\n        fields = X _SYSTEMD*")
    place.run("run", "--once")
    assert texts(place) == ["a1", "c1"]
    assert [line["data"] for line in written(place)] \
        == [{"journal": {"_SYSTEMD_UNIT": "a.service"}},
            {"journal": {"X": "1"}}]
    # Another choice later: nothing of before comes again.
    journal.write(place / "in.journal", ["new"])
    configure(place)
    place.run("run", "--once")
    assert texts(place) == ["a1", "c1", "new"]


def test_what_weir_says_itself_does_not_come_back(place):
    journal.write(place / "in.journal", [
        {"MESSAGE": "own", "_SYSTEMD_INVOCATION_ID": "0123abcd"},
        {"MESSAGE": "a command of ours", "_EXE": "/bin/true",
         "_SYSTEMD_INVOCATION_ID": "0123abcd"},
        {"MESSAGE": "other", "_SYSTEMD_INVOCATION_ID": "4567"}])
    configure(place)
    run = place.start("run", env={"INVOCATION_ID": "0123abcd"})
    wait_for_lines(place, 2)
    pid = run.child("agent")
    journal.write(place / "in.journal", [
        {"MESSAGE": "by its pid", "_PID": pid},
        {"MESSAGE": "by its supervisor's", "_PID": run.pid},
        {"MESSAGE": "not by it", "_PID": os.getpid()}])
    wait_for_lines(place, 3)
    assert run.stop() == 0
    assert texts(place) == ["a command of ours", "other", "not by it"]


def test_a_cursor_whose_entry_is_gone_is_said_and_the_nearest_is_next(place):
    (place / "j").mkdir()
    journal.write(place / "j/a.journal", numbers(0, 5))
    configure(place, path="j")
    place.run("run", "--once")
    (place / "j/a.journal").unlink()  # vacuumed
    journal.write(place / "j/b.journal", numbers(5, 8))
    run = place.run("run", "--once")
    assert run.count_said("input j: the entry that was read last is gone") == 1
    assert texts(place) == numbers(0, 8)
    assert place.run("run", "--once").count_said("gone") == 0
    assert texts(place) == numbers(0, 8)


def test_an_entry_that_was_copied_to_another_file_is_the_same(place):
    """As journald does at boot, from /run to /var."""
    (place / "j").mkdir()
    data = journal.write(place / "j/run.journal", numbers(0, 5))
    configure(place, path="j")
    place.run("run", "--once")
    (place / "j/run.journal").unlink()
    journal.load(place / "j/var.journal", data)
    journal.write(place / "j/var.journal", numbers(5, 7))
    run = place.run("run", "--once")
    assert run.count_said("gone") == 0
    assert texts(place) == numbers(0, 7)


def test_files_that_come_and_go_while_it_reads_are_followed(place):
    (place / "j").mkdir()
    journal.write(place / "j/a.journal", numbers(0, 2))
    configure(place, path="j")
    run = place.start("run")
    wait_for_lines(place, 2)
    (place / "j/a.journal").rename(place / "j/a@1.journal")
    journal.write(place / "j/a.journal", numbers(2, 4))
    wait_for_lines(place, 4)
    (place / "j/a@1.journal").unlink()
    shutil.rmtree(place / "j")  # and all of it
    run.wait_said("j: No such file or directory; trying again")
    (place / "j").mkdir()
    journal.write(place / "j/a.journal", numbers(4, 6))
    wait_for_lines(place, 6)
    run.wait_said("j can be read")
    assert run.stop() == 0
    assert texts(place) == numbers(0, 6)


def test_a_damaged_file_is_said_or_passed_over_and_the_others_are_read(place):
    (place / "j").mkdir()
    (place / "j/bad.journal").write_bytes(b"LPKSHHRH" + b"\xff" * 70_000)
    journal.write(place / "j/good.journal", numbers(0, 3))
    configure(place, path="j/bad.journal")
    run = place.start("run")
    run.wait_said("bad.journal: .*; trying again")
    assert run.stop() == 0
    configure(place, path="j")
    place.run("run", "--once")
    assert texts(place) == numbers(0, 3)


def test_a_spool_that_is_gone_is_said(place):
    journal.write(place / "in.journal", numbers(0, 3))
    configure(place)
    place.run("run", "--once")
    shutil.rmtree(place / "state/spool")
    run = place.run("run", "--once")
    run.wait_said("does not say where reading stopped: it begins as `start`")
    assert sorted(texts(place)) == sorted(numbers(0, 3) * 2)
