"""What is done to a collector's ledger, and by its publishers and readers, by
the names of the failure catalogue (CO).

CO-01, 02, 12 and 13 are in test_ledger.py, CO-02 with every stop point in
test_torment.py, CO-12 with single_active in test_single_active.py, what disks
do in test_catalogue_disk.py.  There is nothing to rotate or compress yet: no
CO-10 and CO-11.
"""

import contextlib
import os
import signal
import sqlite3
import threading

import pika
import pytest

import amqp
from faulty_disk import faulty_disk
from lines import numbered
from test_ledger import (COUNT, KILLED, LOCAL, NO_LEAK_CHECK,
                         assert_written_once, feed, grown)

LARGEST = 64 << 20  # bytes of a body that is taken for a line


def times(short, long):
    return pytest.mark.parametrize("times", [
        pytest.param(short, id=f"{short}"),
        pytest.param(long, id=f"{long}", marks=pytest.mark.long)])


@times(4, 10)
def test_CO_02_a_ledger_torn_in_mid_write_is_as_it_was_before_it(
        place, vhost, dice, times):
    lines = feed(place, vhost, "classic")
    faults = faulty_disk(place)
    for _ in range(times):
        # Each commit is three pages or more; a few are written at the start.
        (place / "torn").write_bytes(bytes(dice.randrange(5, 12)))
        collector = place.start("collector", **faults)
        assert collector.wait() == KILLED
    (place / "torn").unlink()
    assert_written_once(place, vhost, lines)


def claim(source, **more):
    return pika.BasicProperties(headers={
        "source": source, "key": "info.user", "host": "h", "path": "/p",
        **more})


def quarantine(vhost):
    """What the queue refuses goes to another one, by the owner's policy."""
    connection = amqp.connect(vhost.url)
    connection.channel().queue_declare("refused", durable=True)
    connection.close()
    vhost.broker.eval(
        f'rabbit_policy:parse_set(<<"{vhost.name}">>, <<"refused">>, '
        '<<"^q$">>, <<"{\\"dead-letter-exchange\\":\\"\\", '
        '\\"dead-letter-routing-key\\":\\"refused\\"}">>, 0, <<"queues">>, '
        '<<"test">>)')


def test_CO_17_strangers_are_written_and_counted_and_no_line_is_set_aside(
        place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [stream s]
        bind = #
        queue = q
        queue_type = classic
        path = {place}/out/x.log
        """)
    collector = place.start("collector")
    collector.wait_said("up$")
    quarantine(vhost)
    good, bad = "ab" * 16, "cd" * 16
    sent = [
        (b"bare", None),
        (b"good", claim(good, prev=0, pos=5)),
        (b"good", claim(good, prev=0, pos=5)),  # the only repeat
        (b"without an end", claim(bad, prev=7)),
        (b"backwards", claim(bad, prev=9, pos=3)),
        (b"of a long name", claim("x" * 40, prev=0, pos=3)),
        (b"of no words", pika.BasicProperties(headers={
            "source": {"a": [1]}, "pos": "many", "prev": None})),
    ]
    for body, properties in sent:
        amqp.publish(vhost.url, ("info.user", body), properties=properties)
    amqp.publish(vhost.url, ("info.user", b"x" * (LARGEST + 1)))
    amqp.publish(vhost.url, ("info.user", b"last"))
    expected = [body for body, _ in sent]
    expected.remove(b"good")
    place.wait_for("out/x.log", b"\n".join(expected)
                   + b"\nlast\n")
    assert [len(body) for body in amqp.drain(vhost.url, "refused", 1)] == \
        [LARGEST + 1]
    collector.signal(signal.SIGUSR2)
    collector.wait_said(r"stream s: taken 8, written 7, filtered 0, repeats 1,"
                        r" unidentified 3, holes 0, refused 1, write errors 0")
    assert collector.count_said("message that is no line") == 1
    assert collector.stop() == 0


# -- a ledger that is damaged -------------------------------------------------

def flip(path, dice):
    """One bit."""
    with open(path, "r+b") as file:
        at = dice.randrange(path.stat().st_size)
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << dice.randrange(8)]))


def tear(path, dice):
    os.truncate(path, dice.randrange(path.stat().st_size))


def zero(path, dice):
    """A page that never reached the disk."""
    with open(path, "r+b") as file:
        file.seek(4096 * dice.randrange(path.stat().st_size // 4096 + 1))
        file.write(bytes(4096))


def damage(place, dice):
    """Of a ledger in use: its database, its log, its mark."""
    folder = place / "state/ledger"
    files = sorted(f for f in folder.iterdir()
                   if f.stat().st_size > 0 and not f.name.endswith("-shm"))
    what, path = dice.choice([flip, flip, tear, zero]), dice.choice(files)
    print(what.__name__, path.name)
    what(path, dice)


@times(8, 50)
def test_CO_22_a_damaged_ledger_is_said_and_skips_no_line(places, dice, times):
    repeated = 0
    for _ in range(times):
        place = places()
        lines = numbered(COUNT)
        (place / "in.log").write_bytes(lines)
        place.config(LOCAL.format(place=place))
        run = place.start("run", env=NO_LEAK_CHECK)
        grown(place / "out/x.log", dice.randrange(1, len(lines) // 2), lines)
        run.kill9()
        damage(place, dice)
        run = place.run("run", "--once")
        written = [line for path in sorted((place / "out").iterdir())
                   if not path.name.endswith(".cut")
                   for line in path.read_bytes().splitlines()]
        wanted = lines.splitlines()
        assert not set(wanted) - set(written)
        if written != wanted:
            repeated += 1
            assert run.count_said("(?i)ledger.*(damaged|lost)"), run.err()
    print(f"{repeated} of {times} repeated something")


# -- who reads meanwhile ------------------------------------------------------

class Reader(threading.Thread):
    """Reads, as far as the ledger says, again and again."""

    def __init__(self, place):
        super().__init__(daemon=True)
        self.place = place
        self.seen = []
        self.over = threading.Event()
        self.start()

    def committed(self):
        """The length that no crash takes back; 0: none is known yet."""
        with contextlib.suppress(sqlite3.OperationalError), \
                contextlib.closing(sqlite3.connect(
                    f"file:{self.place}/state/ledger/s.db?mode=ro",
                    uri=True)) as ledger:
            row = ledger.execute("SELECT length FROM file").fetchone()
            return row[0] if row else 0
        return 0

    def run(self):
        while not self.over.wait(0.01):
            length = self.committed()
            if length > 0:
                data = (self.place / "out/x.log").read_bytes()[:length]
                self.seen.append((length, data))

    def stop(self):
        self.over.set()
        self.join(30)
        assert not self.is_alive()


def test_CO_27_readers_may_see_what_is_taken_back_but_not_what_is_committed(
        place, vhost, dice):
    lines = feed(place, vhost, "classic")
    out = place / "out/x.log"
    reader = Reader(place)
    taken_back = 0
    for _ in range(5):
        collector = place.start("collector", env={
            "WEIR_FAULT": f"after-append:{dice.randrange(2, 5)}"})
        assert collector.wait() == KILLED
        length, bytes_there = reader.committed(), out.read_bytes()
        assert len(bytes_there) > length > 0
        collector = place.start("collector", env=NO_LEAK_CHECK)
        collector.wait_said("were not committed: cut off")
        assert (place / "out/x.log.cut").read_bytes() == bytes_there[length:]
        taken_back += 1
        collector.kill9()
    assert_written_once(place, vhost, lines)
    reader.stop()
    assert taken_back == 5 and len(reader.seen) > 5
    assert all(lines[:length] == data for length, data in reader.seen)
