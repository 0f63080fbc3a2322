"""What an agent's state directory can go through, by the names of the
failure catalogue (AG).

What a checkpoint's bytes go through is in tests/unit/checkpoint_damage_test.c.
"""

import os
import shutil
import sqlite3
import stat

import pytest

import amqp
from confined import Elsewhere, Namespace, shim, wrapped
from lines import numbered
from process import wait_for

LOCAL = """\
    [broker]
    url = local:
    [input in]
    path = {place}/in.log
    [stream s]
    bind = #
    path = {place}/out.log
    """
AGENT = """\
    [broker]
    url = {url}
    [input in]
    path = {place}/in.log
    [stream s]
    bind = #
    queue = q
    path = {place}/out.log
    """


def append(place, data):
    with open(place / "in.log", "ab") as log:
        log.write(data)


def fill(folder):
    """Files until there is no room for another byte."""
    for size in (4096, 1):
        n = 0
        try:
            while True:
                (folder / f"fill-{size}-{n}").write_bytes(b"x" * size)
                n += 1
        except OSError:
            pass


def is_sound(path):
    with sqlite3.connect(path) as db:
        return db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("killed", [False, True])
def test_AG_06_a_full_state_directory_stops_saving_and_not_shipping(
        place, vhost, killed):
    config = AGENT.format(place=place, url=vhost.url)
    place.config(config)
    place.config(config, "collector.ini", state="collector-state")
    first, more = numbered(100), numbered(10_000, first=100)
    append(place, first)
    collector = place.start("collector", config="collector.ini")
    collector.wait_said("up$")  # a line without a queue is only counted
    with Namespace(place, "mount -t tmpfs -o size=256k none state") as there:
        agent = place.start("agent", binary=there.binary())
        place.wait_for("out.log", first)
        fill(there.path("state"))
        append(place, more)
        agent.wait_said("checkpoint: not saved; shipping goes on")
        place.wait_for("out.log", first + more)
        shutil.copytree(there.path("state"), place / "copy")
        assert is_sound(place / "copy/checkpoint.db")
        if killed:
            agent.kill9()
        for path in there.path("state").glob("fill-*"):
            path.unlink()
        if killed:
            agent = place.start("agent", binary=there.binary())
        else:
            agent.wait_said("checkpoint: saved again")
        append(place, b"the last one\n")
        place.wait_for("out.log", first + more + b"the last one\n")
        assert agent.count_said("not saved; shipping goes on") <= 1
        assert agent.stop() == 0
    assert collector.stop() == 0


def test_AG_07_a_state_directory_that_cannot_be_written_is_refused(place):
    append(place, numbered(10))
    place.config(AGENT.format(place=place, url="amqp://127.0.0.1:1/"))
    with Namespace(place, "mount -t tmpfs -o ro none state") as there:
        agent = place.run("agent", binary=there.binary(), code=75)
        agent.wait_said("agent.lock: Read-only file system")


def test_AG_07_a_state_directory_of_somebody_else_is_refused(place):
    append(place, numbered(10))
    place.config(AGENT.format(place=place, url="amqp://127.0.0.1:1/"))
    (place / "state").chmod(0o500)
    # Root may write anywhere; without that power it is like anybody.
    binary = wrapped(place, "setpriv --inh-caps=-all --bounding-set="
                     "-dac_override,-dac_read_search"
                     if os.geteuid() == 0 else "env")
    agent = place.run("agent", binary=binary, code=75)
    agent.wait_said("agent.lock: Permission denied")
    (place / "state").chmod(0o700)


@pytest.mark.parametrize("name,kind", [
    ("checkpoint.db", "symlink"), ("checkpoint.db", "fifo"),
    ("checkpoint.db", "directory"), ("agent.lock", "symlink"),
    ("agent.lock", "directory")])
def test_AG_09_what_is_no_file_is_refused_and_left_alone(place, name, kind):
    append(place, numbered(10))
    place.config(AGENT.format(place=place, url="amqp://127.0.0.1:1/"))
    path = place / "state" / name
    target = place / "target"
    target.write_bytes(b"")
    if kind == "symlink":
        path.symlink_to(target)
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()
    before = os.lstat(path)
    agent = place.run("agent", code=75, timeout=20)
    assert agent.count_said(name)
    assert target.read_bytes() == b""
    after = os.lstat(path)
    assert (after.st_ino, stat.S_IFMT(after.st_mode)) == \
        (before.st_ino, stat.S_IFMT(before.st_mode))


# -- a sync that fails --------------------------------------------------------


def saved(place):
    """How much is safe in the checkpoint, of all sources together."""
    uri = f"file:{place}/state/checkpoint.db?mode=ro"
    with sqlite3.connect(uri, uri=True) as db:
        return db.execute("SELECT sum(safe) FROM source").fetchone()[0]


def segments(place):
    folder = place / "state/spool/pipe"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def test_AG_11_a_checkpoint_whose_sync_failed_is_written_again(place, dice):
    # What was written since the last sync is lost with it: who believes a
    # second, successful one has a log with a hole.
    torment = Elsewhere(place, shim(place, "disk", "state/checkpoint.db"),
                        "local:", dice)
    torment.flowing()
    for _ in range(3):
        said = torment.run.count_said("checkpoint: saved again")
        (place / "fail-sync").touch()
        wait_for(lambda s=said: torment.run.count_said(
            "checkpoint: saved again") > s, 30, "it to be saved again")
        torment.some_time()
        torment.kill("agent")
        before = saved(place)
        wait_for(lambda b=before: saved(place) != b, 30, "the next agent")
    assert torment.run.count_said("checkpoint: not saved; shipping") == 3
    assert not torment.run.count_said("damaged"), torment.run.err()
    torment.must_be_exact()


def test_AG_11_a_spool_whose_sync_failed_begins_a_new_segment(place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [input pipe]
        type = stdin
        """)
    listener = amqp.Subscriber(vhost.url, "#")
    reader, writer = os.pipe()
    how = shim(place, "disk", "state/spool")
    how["env"]["WEIR_SHIM_KEEPS"] = "1"  # a pipe gives nothing twice
    agent = place.start("agent", stdin=reader, **how)
    os.close(reader)
    os.write(writer, numbered(10))
    bodies = [m.body for m in listener.take(10)]
    for n in range(1, 4):
        before = segments(place)
        (place / "fail-sync").touch()
        os.write(writer, numbered(10, first=20 * n - 10))
        wait_for(lambda: agent.count_said("if this host loses power") == n,
                 30, "a sync that fails")
        os.write(writer, numbered(10, first=20 * n))
        wait_for(lambda: agent.count_said("synced again") == n, 30, "another")
        assert segments(place)[-1] > before[-1]
    bodies += [m.body for m in listener.take(60)]
    assert sorted(bodies) == sorted(numbered(70).splitlines())
    os.close(writer)
    assert agent.stop() == 0


# -- a state that is gone, or of another version ------------------------------


def test_AG_18_a_state_wiped_while_in_use_is_written_anew(place):
    append(place, numbered(100))
    place.config(LOCAL.format(place=place))
    run = place.start("run")
    place.wait_for("out.log", numbered(100))
    for name in ("checkpoint.db", "checkpoint.db-wal", "checkpoint.db-shm"):
        (place / "state" / name).unlink()
    run.wait_said("checkpoint.db: removed while in use, writing it again")
    wait_for(lambda: (place / "state/checkpoint.db").exists(), 30,
             "a checkpoint")
    append(place, numbered(100, first=100))
    place.wait_for("out.log", numbered(200))
    assert run.stop() == 0
    run = place.start("run")
    append(place, numbered(1, first=200))
    place.wait_for("out.log", numbered(201))
    assert run.stop() == 0


def test_AG_22_the_checkpoint_of_a_newer_weir_is_refused_and_said(place):
    append(place, numbered(10))
    place.config(LOCAL.format(place=place))
    run = place.start("run")
    place.wait_for("out.log", numbered(10))
    assert run.stop() == 0
    with sqlite3.connect(place / "state/checkpoint.db") as db:
        db.execute("PRAGMA user_version = 1000")
    append(place, numbered(10, first=10))
    run = place.run("run", code=75)
    assert run.count_said("checkpoint.db: written by a newer weir")
    place.wait_for("out.log", numbered(10))
