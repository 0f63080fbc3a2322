"""type = exec: the output of a command, which is kept running."""

import os
import signal
import stat

import pytest

from journal import texts, written
from lines import numbered
from process import open_files, session, wait_for


def script(place, text, name="command"):
    path = place / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def configure(place, text=None, command=None, more=""):
    command = command or script(place, text)
    place.config(f"""\
        [broker]
        url = local:
        [input e]
        type = exec
        command = {command}
        {more}
        [stream all]
        bind = #
        path = {place}/out.json
        format = json
        """)


def wait_for_texts(place, wanted):
    wait_for(lambda: texts(place) == wanted, 30, f"{wanted}")


def test_what_a_command_writes_is_lines_and_its_errors_are_said(place):
    configure(place, r"printf 'one\ntwo\n[error] three'; "
              r"printf 'a warning\001\n' >&2; exit 3")
    run = place.run("run", "--once")
    assert texts(place) == ["one", "two", "[error] three"]
    assert written(place)[2]["severity"] == "err"
    run.wait_said(r"input e: the command says: a warning\?")
    run.wait_said("command exited with status 3; it is not started again")


def test_arguments_are_words_and_no_shell_takes_part(place):
    command = script(place, 'printf "%s\\n" "$@"')
    configure(place, command=f"{command} $HOME a\\ b *.c , ; \\, 'q'")
    place.run("run", "--once")
    assert texts(place) == ["$HOME", "a b", "*.c", ";", ",", "'q'"]
    (place / "out.json").unlink()
    configure(place, command="/bin/sh -c echo\\ $((1\\ +\\ 1))")
    place.run("run", "--once")
    assert texts(place) == ["2"]


def test_standard_error_is_lines_too_if_so_wanted(place):
    configure(place, "echo out; echo err >&2",
              more="command_stderr = lines")
    run = place.run("run", "--once")
    assert sorted(texts(place)) == ["err", "out"]
    assert run.count_said("the command says") == 0


def test_errors_are_said_a_few_at_a_time(place):
    configure(place, "seq 1000 >&2; echo done")
    run = place.run("run", "--once")
    run.wait_said("the command said 990 lines more on its standard error")
    assert run.count_said("the command says: ") == 10


def test_it_is_started_again_and_its_end_is_said_once(place):
    configure(place, f"echo x >>{place}/runs; echo x; exit 1")
    run = place.start("run")
    wait_for(lambda: len(texts(place)) >= 3, 30, "three runs")
    assert run.stop() == 0
    assert len((place / "runs").read_text().split()) == len(texts(place))
    assert run.count_said("exited with status 1; it is started again") == 1


@pytest.mark.parametrize("restart,code,again", [
    ("on-failure", 0, False), ("on-failure", 1, True), ("no", 1, False)])
def test_restart_says_when(place, restart, code, again):
    configure(place, f"echo x; exit {code}", more=f"restart = {restart}")
    run = place.start("run")
    run.wait_said(f"exited with status {code}; it is "
                  f"{'' if again else 'not '}started again")
    wait_for(lambda: len(texts(place)) >= (2 if again else 1), 30, "its runs")
    assert run.stop() == 0
    assert again or texts(place) == ["x"]


def test_a_command_that_is_not_there_is_said_and_tried_again(place):
    configure(place, command=f"{place}/none")
    run = place.start("run")
    run.wait_said("none cannot be started: No such file or directory; it is "
                  "started again")
    script(place, "echo here; exec sleep 1000", "none")
    wait_for_texts(place, ["here"])
    assert run.stop() == 0


def members(place):
    return session(int((place / "pid").read_text()))


def test_it_has_a_group_of_its_own_which_ends_with_the_agent(place):
    configure(place, f"""\
        sleep 1000 &
        trap 'echo goodbye; exit' TERM
        echo $$ >{place}/pid.new && mv {place}/pid.new {place}/pid
        echo started
        while :; do wait; done
        """)
    run = place.start("run")
    wait_for_texts(place, ["started"])
    assert len(members(place)) == 2
    pid = int((place / "pid").read_text())
    fds = open_files(pid)
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        status = dict(line.split(":\t", 1) for line in f)
    assert run.stop() == 0
    assert members(place) == []
    assert fds.pop("0") == "/dev/null"
    assert fds.pop("1").startswith("pipe:")
    assert fds.pop("2").startswith("pipe:")
    assert all(to.endswith("/command") for to in fds.values()), fds
    assert int(status["SigIgn"], 16) == 0
    assert int(status["SigBlk"], 16) == 0
    # What it said while it was ended is read, and there at the next start.
    configure(place, "echo next")
    place.run("run", "--once")
    assert texts(place) == ["started", "goodbye", "next"]


def test_one_that_does_not_listen_is_killed(place):
    configure(place, f"""\
        trap '' TERM
        echo $$ >{place}/pid.new && mv {place}/pid.new {place}/pid
        echo started
        while :; do sleep 1000; done
        """)
    run = place.start("run")
    wait_for_texts(place, ["started"])
    assert run.stop() == 0
    assert members(place) == []


def test_inputs_that_are_closed_are_left_alone_while_a_command_is_waited_for(
        place):
    (place / "in.log").write_bytes(numbered(10))
    command = script(place, f"""\
        trap 'echo >{place}/told' TERM
        echo started
        while :; do sleep 0.05; done
        """)
    place.config(f"""\
        [broker]
        url = local:
        [input files]
        path = {place}/in.log
        [input e]
        type = exec
        command = {command}
        [stream all]
        bind = #
        path = {place}/out.json
        format = json
        """)
    run = place.start("run")
    wait_for(lambda: len(texts(place)) == 11, 30, "all lines")
    run.signal(signal.SIGTERM)
    wait_for((place / "told").exists, 30, "the command to be told")
    run.signal(signal.SIGUSR2)
    assert run.wait() == 0


def test_a_full_spool_stops_the_command_and_loses_nothing(place):
    (place / "data").write_bytes(numbered(20_000, size=128))
    configure(place, f"cat {place}/data; echo $$ >{place}/done",
              more="spool_max = 1MiB\n        restart = no")
    (place / "out.json").mkdir()  # nothing can be written there
    run = place.start("run")
    run.wait_said("is at its spool_max")
    assert not (place / "done").exists()
    (place / "out.json").rmdir()
    wanted = (place / "data").read_text().splitlines()
    wait_for(lambda: len(texts(place)) >= len(wanted), 60, "all lines")
    assert run.stop() == 0
    assert texts(place) == wanted


@pytest.mark.parametrize("point", ["spool-append:2", "spool-appended:2",
                                   "spool-read:2", "checkpoint-written:2"])
def test_what_was_spooled_outlives_a_kill_and_comes_once(place, point):
    """A command that goes on where it was told it was heard."""
    configure(place, f"""\
        n=$(cat {place}/n 2>/dev/null || echo 0)
        while [ $n -lt 40 ]; do
            n=$((n + 1)); echo $n >{place}/n; echo line $n || exit
            sleep 0.02
        done
        echo end
        exec sleep 1000
        """)
    run = place.start("run", env={"WEIR_FAULT": f"{point}:{place}/died"})
    run.wait_said("starting again")
    assert (place / "died").exists()
    wait_for(lambda: (place / "n").read_text().strip() == "40"
             and texts(place)[-1:] == ["end"], 30, "the end")
    assert run.stop() == 0
    got = [int(text.split()[1]) for text in texts(place) if text != "end"]
    assert got == sorted(set(got))
    # What was in the pipe, or said to nobody, when it died.
    assert len(got) >= 30, sorted(set(range(1, 41)) - set(got))


def test_a_killed_agent_leaves_no_command_that_still_writes(place):
    configure(place, f"""\
        echo $$ >{place}/pid.new && mv {place}/pid.new {place}/pid
        while echo x; do sleep 0.05; done
        """)
    run = place.start("run")
    wait_for(lambda: texts(place), 30, "a line")
    for pid, role in run.tree().items():
        if role in ("agent", "run"):
            os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not members(place), 10, "the command to end")
    run.popen.wait(10)
    wait_for(lambda: not session(run.pid), 10, "its children to end")
