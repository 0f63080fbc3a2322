"""What cannot be read again: through the spool, whatever is killed."""

import os
import signal
import subprocess
import threading

import pytest

import amqp
from lines import numbered
from process import free_port, wait_for
from weir import RELEASE

MIB = 1 << 20


def configure(place, url, more=""):
    place.config(f"""\
        [broker]
        url = {url}
        reconnect_max = 1s
        [input pipe]
        type = stdin
        """ + more)


def configure_local(place):
    configure(place, "local:", f"""\
        [stream all]
        bind = #
        path = {place}/all.log
        """)


def spool(place):
    """{name: size} of the segments, and whatever lies beside them."""
    folder = place / "state/spool/pipe"
    return {p.name: p.stat().st_size for p in folder.iterdir()} \
        if folder.exists() else {}


def spooled_to(place):
    """The place at which the spool ends."""
    return max((int(name, 16) + size for name, size in spool(place).items()),
               default=0)


def spooled_lines(place, **how):
    return place.run("spool", "cat", "-c", str(place / "weir.ini"),
                     **how).out()


def feed(data):
    """A pipe with `data`, and an end that comes when all is taken."""
    reader, writer = os.pipe()

    def write():
        with open(writer, "wb") as pipe:
            pipe.write(data)
    threading.Thread(target=write, daemon=True).start()
    return reader


def spool_with_nobody_there(place, data, **how):
    """An agent whose broker is away has all of `data` in its spool."""
    configure(place, f"amqp://guest:guest@127.0.0.1:{free_port()}/")
    reader = feed(data)
    agent = place.start("agent", stdin=reader, **how)
    os.close(reader)

    def all_there():
        assert agent.alive(), agent.err()
        return sum(spool(place).values()) > len(data) and \
            spooled_lines(place) == data
    wait_for(all_there, 120, "all lines in the spool", every=0.2)
    return agent


def arrived(listener, data, patience=60):
    """Every line; no id ever has two bodies.  {message_id: body}."""
    wanted = data.splitlines()
    bodies = {}
    repeats = 0

    def complete():
        nonlocal repeats
        for m in listener.rest(quiet=0.5):
            repeats += m.properties.message_id in bodies
            assert bodies.setdefault(m.properties.message_id, m.body) \
                == m.body
        return len(bodies) >= len(wanted)
    wait_for(complete, patience, f"{len(wanted)} lines")
    assert sorted(bodies.values()) == sorted(wanted)
    print(f"{repeats} repeats")
    return bodies


@pytest.mark.parametrize("count", [
    100_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_lines_from_a_pipe_outlive_a_killed_agent_and_an_absent_broker(
        place, vhost, count):
    binary = RELEASE if os.access(RELEASE, os.X_OK) else None
    data = numbered(count)
    agent = spool_with_nobody_there(place, data, binary=binary)
    if binary:
        assert max(agent.memory().values()) < 40 * MIB, agent.memory()
    agent.kill9()

    configure(place, vhost.url)
    listener = amqp.Subscriber(vhost.url, "#")
    agent = place.start("agent", binary=binary)
    most = 0
    bodies = arrived(listener, data, patience=600)
    if binary:
        most = max(agent.memory().values())
        assert most < 40 * MIB, agent.memory()
    sources = {i.split("/")[0] for i in bodies}
    assert len(sources) == 1
    wait_for(lambda: len(spool(place)) <= 1, 30, "an empty spool")
    assert agent.stop() == 0
    place.run("agent", "--once", binary=binary)
    assert spool(place) == {}
    assert listener.rest() == []


def test_an_agent_killed_again_and_again_while_it_spools_repeats_no_id(
        place, vhost):
    """Under one pipe that outlives it, as that of a supervisor would."""
    data = numbered(60_000, size=150)
    configure(place, vhost.url)
    listener = amqp.Subscriber(vhost.url, "#")
    reader = feed(data)
    for n in range(5):
        agent = place.start("agent", stdin=reader)
        wait_for(lambda n=n: spooled_to(place) > (n + 1) * len(data) / 6,
                 60, "the next lines in the spool", every=0.005)
        agent.kill9()
    agent = place.start("agent", "--once", stdin=reader)
    os.close(reader)
    assert agent.wait(120) == 0
    bodies = {}
    for m in listener.rest():
        assert bodies.setdefault(m.properties.message_id, m.body) == m.body
    # What the kernel had given to one that was killed before it could write
    # it is gone: one read of 64 KiB each, and the line that it cut in two.
    wanted = set(data.splitlines())
    missing = wanted - set(bodies.values())
    assert len(missing) <= 5 * (65536 // 150 + 2), len(missing)
    torn = set(bodies.values()) - wanted
    assert len(torn) <= 2 * 5, torn


@pytest.mark.parametrize("point", ["spool-append:3", "spool-appended:3",
                                   "spool-synced:1", "spool-read:2",
                                   "checkpoint-written:2"])
def test_a_kill_at_any_point_loses_nothing_that_was_written(
        place, vhost, point):
    data = numbered(3000)
    configure(place, vhost.url)
    listener = amqp.Subscriber(vhost.url, "#")
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    agent = place.start("agent", stdin=reader, env={"WEIR_FAULT": point})
    lines = data.splitlines(keepends=True)
    # Line by line, so that a read is one line and its loss is known.
    taken = 0

    def taken_or_dead():
        nonlocal taken
        try:
            os.write(writer, lines[taken])
        except BlockingIOError:
            # Slow; or killed, with a thread that is still at the disk.
            return not agent.alive()
        taken += 1
        return True
    while taken < len(lines):
        wait_for(taken_or_dead, 30, "room in the pipe")
        if taken % 50 == 0:
            wait_for(lambda: not agent.alive()
                     or sum(spool(place).values()) > 0, 30, "the spool")
        if not agent.alive():
            break
    os.close(writer)
    agent.wait()
    assert agent.popen.returncode == -signal.SIGKILL
    kept = spooled_lines(place).splitlines()
    place.run("agent", "--once", stdin=reader)
    os.close(reader)
    got = {}
    for m in listener.rest():
        assert got.setdefault(m.properties.message_id, m.body) == m.body
    assert set(kept) <= set(got.values())
    wanted = set(data.splitlines()[:taken])
    # One read that was never written, and the two lines it may have cut.
    lost = wanted - set(got.values())
    assert not lost or point.startswith("spool-append:"), lost


def test_sigterm_loses_nothing_with_the_broker_away(place, vhost):
    data = numbered(5000) + b"and a last line without its end"
    configure(place, f"amqp://guest:guest@127.0.0.1:{free_port()}/")
    reader, writer = os.pipe()
    agent = place.start("agent", stdin=reader)
    feeder = threading.Thread(target=os.write, args=(writer, data))
    feeder.start()
    feeder.join()
    wait_for(lambda: spooled_lines(place).count(b"\n") >= 5000, 30, "lines")
    assert agent.stop(timeout=5) == 0
    os.close(writer)
    os.close(reader)
    assert spooled_lines(place) == data + b"\n"
    configure(place, vhost.url)
    listener = amqp.Subscriber(vhost.url, "#")
    place.run("agent", "--once")
    messages = listener.take(5001)
    assert [m.body for m in messages] == data.splitlines()
    assert messages[-1].properties.headers["partial"] is True


def test_a_line_in_progress_outlives_a_killed_agent(place, vhost):
    configure(place, f"amqp://guest:guest@127.0.0.1:{free_port()}/")
    reader, writer = os.pipe()
    agent = place.start("agent", stdin=reader)
    os.write(writer, b"whole\nhal")
    wait_for(lambda: b"hal" in spooled_lines(place), 30, "the line's head")
    os.write(writer, b"f\nmore\nand a long dra")
    wait_for(lambda: b"dra" in spooled_lines(place), 30, "the next one's")
    agent.kill9()
    os.close(writer)
    os.close(reader)
    configure(place, vhost.url)
    listener = amqp.Subscriber(vhost.url, "#")
    place.run("agent", "--once")
    assert [m.body for m in listener.take(4)] == \
        [b"whole", b"half", b"more", b"and a long dra"]


def test_standard_input_is_left_as_it_was_for_who_reads_after_us(place):
    """cat(1) gives up on a pipe that somebody made non-blocking."""
    configure_local(place)
    reader, writer = os.pipe()
    run = place.start("run", stdin=reader)
    os.write(writer, b"one\n")
    place.wait_for("all.log", b"one\n")
    assert os.get_blocking(reader)
    assert run.stop() == 0
    assert os.get_blocking(reader)
    os.close(reader)
    os.close(writer)


def test_a_line_in_progress_may_turn_out_a_hole(place):
    """Of the NULs, which were text while they were few, nothing is left."""
    configure_local(place)
    reader, writer = os.pipe()
    run = place.start("run", stdin=reader)
    os.write(writer, b"one" + bytes(40))
    wait_for(lambda: b"one" in spooled_lines(place), 30, "the line's head")
    os.write(writer, bytes(40))
    place.wait_for("all.log", b"one\n")
    os.write(writer, b"two\n")
    place.wait_for("all.log", b"one\ntwo\n")
    os.close(writer)
    os.close(reader)
    assert run.stop() == 0
    assert not run.count_said("damaged|starting again")


def test_parts_keep_the_level_of_their_head_over_a_kill(place, vhost):
    configure(place, f"amqp://guest:guest@127.0.0.1:{free_port()}/",
              "        max_line = 100\n")
    reader, writer = os.pipe()
    agent = place.start("agent", stdin=reader)
    os.write(writer, b"[error] " + b"x" * 241)
    wait_for(lambda: len(spooled_lines(place)) >= 249, 30, "its parts")
    agent.kill9()
    os.close(writer)
    os.close(reader)
    configure(place, vhost.url, "        max_line = 100\n")
    listener = amqp.Subscriber(vhost.url, "#")
    place.run("agent", "--once")
    messages = listener.take(3)
    assert [m.key for m in messages] == ["err.user"] * 3
    assert [m.properties.headers["part"] for m in messages] == [1, 2, 3]


def test_a_full_spool_stops_the_pipe_and_goes_on_with_room(place, vhost):
    configure(place, f"amqp://guest:guest@127.0.0.1:{free_port()}/",
              "        spool_max = 1MiB\n")
    data = numbered(20_000, size=128)  # no read ends within a line
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    agent = place.start("agent", stdin=reader)
    sent = 0

    def stopped():
        nonlocal sent
        try:
            sent += os.write(writer, data[sent:sent + 4096])
        except BlockingIOError:
            return agent.count_said("is at its spool_max") > 0
        return False
    wait_for(stopped, 60, "a full pipe", every=0)
    assert sum(spool(place).values()) < 1.5 * MIB
    assert sent < len(data)
    agent.kill9()
    configure(place, vhost.url, "        spool_max = 1MiB\n")
    listener = amqp.Subscriber(vhost.url, "#")
    agent = place.start("agent", stdin=reader)
    os.close(reader)
    os.set_blocking(writer, True)

    def rest():
        with open(writer, "wb") as pipe:
            pipe.write(data[sent:])
    threading.Thread(target=rest, daemon=True).start()
    arrived(listener, data, patience=120)
    assert agent.stop() == 0


def test_a_spool_that_is_a_symbolic_link_is_refused(place):
    configure(place, "amqp://guest:guest@127.0.0.1:1/")
    (place / "elsewhere").mkdir()
    (place / "state/spool").symlink_to(place / "elsewhere")
    agent = place.run("agent", code=75)
    agent.wait_said("symbolic links are not followed")
    assert list((place / "elsewhere").iterdir()) == []


def test_a_lost_checkpoint_repeats_the_spool_under_a_new_id(place, vhost):
    configure(place, vhost.url)
    listener = amqp.Subscriber(vhost.url, "#")
    data = numbered(100)
    reader, writer = os.pipe()
    agent = place.start("agent", stdin=reader)
    os.write(writer, data)
    first = arrived(listener, data)
    agent.kill9()
    os.close(writer)
    os.close(reader)
    for name in ("checkpoint.db", "checkpoint.db-wal", "checkpoint.db-shm"):
        (place / "state" / name).unlink(missing_ok=True)
    again = place.run("agent", "--once")
    again.wait_said("lines will repeat")
    second = arrived(listener, data)
    assert not set(first) & set(second)


def test_a_removed_spool_gives_no_place_to_another_line(place, vhost):
    configure(place, f"amqp://guest:guest@127.0.0.1:{free_port()}/")
    agent = spool_with_nobody_there(place, numbered(100))
    agent.kill9()
    for name in spool(place):
        (place / "state/spool/pipe" / name).unlink()
    configure(place, vhost.url)
    listener = amqp.Subscriber(vhost.url, "#")
    before = len(agent.err())
    assert before > 0
    data = numbered(10, tag="other")
    (place / "data").write_bytes(data)
    with open(place / "data", "rb") as stdin:
        place.run("agent", "--once", stdin=stdin)
    arrived(listener, data)


def test_a_spool_whose_input_is_gone_is_mentioned(place):
    agent = spool_with_nobody_there(place, numbered(100))
    agent.kill9()
    place.config("""\
        [broker]
        url = amqp://guest:guest@127.0.0.1:1/
        [input tube]
        type = stdin
        """)
    agent = place.start("agent")
    agent.wait_said("spool/pipe: no input has this name")
    assert agent.stop() == 0
    listed = place.run("spool", "ls", "-c", str(place / "weir.ini")).out()
    assert b"pipe: 1 segments, 100 lines" in listed


def test_damage_is_said_skipped_listed_and_repaired(place, vhost):
    data = numbered(1000)
    agent = spool_with_nobody_there(place, data)
    agent.kill9()
    name, = spool(place)
    path = place / "state/spool/pipe" / name
    content = bytearray(path.read_bytes())
    at = content.index(b"line 0000500")
    content[at] ^= 1
    path.write_bytes(content)
    ini = str(place / "weir.ini")
    sound = [line for line in data.splitlines() if b"0000500" not in line]

    check = place.run("spool", "check", "-c", ini, code=1)
    assert f"{name}: damaged at ".encode() in check.out()
    assert b"999 lines are sound, 1 places are damaged" in check.out()
    assert spooled_lines(place, code=1).splitlines() == sound

    copy = place / "state/spool/copy"
    copy.mkdir()
    (copy / name).write_bytes(content)
    repair = place.run("spool", "repair", "-c", ini, "copy")
    assert b"copy: 1 places repaired" in repair.out()
    assert (copy / f"{name}.damaged").read_bytes() == content
    place.run("spool", "check", "-c", ini, "copy")

    configure(place, vhost.url)
    listener = amqp.Subscriber(vhost.url, "#")
    agent = place.start("agent")
    arrived(listener, b"\n".join(sound) + b"\n")
    agent.wait_said(rf"{name}: damaged at \d+, \d+ bytes of lines")
    place.run("spool", "repair", "-c", ini, code=75)
    assert agent.stop() == 0
    assert spool(place)[f"{name}.damaged"] == len(content)


def test_ls_says_what_waits_and_what_was_refused(place):
    agent = spool_with_nobody_there(place, numbered(1000))
    rejected = place / "state/rejected"
    rejected.mkdir()
    (rejected / ("0" * 32 + "-0000000000000001")).write_bytes(
        b'{"reason":"too large"}\nthe line')
    ini = str(place / "weir.ini")
    listed = place.run("spool", "ls", "-c", ini).out().decode()
    assert "pipe: 1 segments, 1000 lines," in listed
    assert "not confirmed: 1000 lines" in listed
    assert '-0000000000000001 {"reason":"too large"}\n' in listed
    assert agent.stop() == 0
    listed = place.run("spool", "ls", "-c", ini, "pipe").out().decode()
    assert "1000 lines" in listed and "refused" not in listed
    none = place.run("spool", "ls", "-c", ini, "none", code=1)
    assert "input none has no spool" in none.err()
    place.run("spool", "mend", "-c", ini, code=64)


def test_a_pipe_at_full_speed_starves_nobody(place):
    place.config(f"""\
        [broker]
        url = local:
        [input pipe]
        type = stdin
        spool_max = 8MiB
        [input file]
        path = {place}/in.log
        facility = local1
        [stream file]
        bind = *.local1
        path = {place}/out.log
        [stream pipe]
        bind = *.user
        path = {place}/pipe.log
        """)
    with subprocess.Popen(["yes", "x" * 149], stdout=subprocess.PIPE) as yes:
        run = place.start("run", stdin=yes.stdout)
        wait_for((place / "pipe.log").exists, 30, "the pipe's lines")
        (place / "in.log").write_bytes(b"one\n")
        place.wait_for("out.log", b"one\n")
        assert run.stop() == 0
        yes.kill()
