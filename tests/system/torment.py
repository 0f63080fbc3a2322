"""Load with rotations on one side, an oracle on the other, faults between.

All that is random comes from dice with a seed; WEIR_SEED repeats a run.
"""

import os
import pathlib
import random
import re
import signal
import threading
import time

import amqp
from oracle import Sent, compare, lines_of
from process import wait_for
from weir import ROOT

MAX_LINE = 4096
PATIENCE = 120  # s: how long the outputs may stand still, after the last fault

# How a line says its level, and the word of it in the routing key.
LEVELS = (
    (b"[emerg] out of everything", "emerg"),
    (b"[alert] somebody get up", "alert"),
    (b"[crit] fan stopped", "crit"),
    (b"[error] disk full", "err"),
    (b"[error] cannot open", "err"),
    (b"WARN slow query", "warning"),
    (b"[notice] rotated", "notice"),
    (b"DEBUG tick", "debug"),
    (b"request served", "info"),
    (b"GET /index.html 200", "info"),
    (b"connection closed", "info"),
)
ERRORS = ("err", "crit", "alert", "emerg")

# A process killed while its child looks for leaks leaves that one hanging.
NO_LEAK_CHECK = {"ASAN_OPTIONS": "detect_leaks=0:exitcode=99"}

CONFIG = """\
    [broker]
    url = {url}
    heartbeat = {heartbeat}
    reconnect_max = 1s
    {broker}
    [input files]
    path = {place}/in/*.log*
    max_line = {max_line}
    {input}
    [stream all]
    bind = #
    queue = all
    {queue}
    path = {place}/out/all.log
    [stream errors]
    bind = err.* crit.* alert.* emerg.*
    queue = errors
    {queue}
    path = {place}/out/errors.log
    """


def seed():
    """WEIR_SEED, or a new one, which all processes of the run share."""
    return os.environ.setdefault("WEIR_SEED",
                                 str(random.SystemRandom().getrandbits(32)))


def dice_for(name):
    """The dice of one test; what it prints is shown when the test fails."""
    print(f"to repeat: WEIR_SEED={seed()}")
    return random.Random(f"{seed()} {name}")


class Writer:
    """Writes numbered lines into several files, and a ledger of them.

    Bytes reach a file in pieces that know nothing of lines; a file that is
    renamed ends with a whole one.
    """

    def __init__(self, folder, dice, files=("a", "b", "c"), max_line=MAX_LINE):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.dice = dice
        self.max_line = max_line
        self.sent = []
        self.number = 0
        self.files = {name: self._create(name, 0) for name in files}
        self.renamed = {}  # source -> path

    def _create(self, name, incarnation):
        return {"name": name, "incarnation": incarnation, "size": 0,
                "held": b"",
                "log": open(self.folder / f"{name}.log", "xb", buffering=0)}

    @staticmethod
    def _source(file):
        return f"{file['name']}.{file['incarnation']}".encode()

    def _length(self):
        roll = self.dice.random()
        if roll < 0.01:
            return self.dice.randrange(self.max_line + 1, 4 * self.max_line)
        if roll < 0.05:
            return self.dice.randrange(60, self.max_line + 1)
        return self.dice.randrange(60, 200)

    def _line(self, file):
        """A line of any length; each part that weir makes names itself."""
        words, key = self.dice.choice(LEVELS)
        left = self._length()
        source = self._source(file)
        parts = []
        while left > 0 or not parts:
            head = b"%s %08d.%02d " % (source, self.number, len(parts))
            size = max(min(left, self.max_line), len(head) + len(words))
            parts.append((head + words + b" ").ljust(size, b".")[:size])
            left -= size
        self.number += 1
        offset = file["size"] + len(file["held"])
        for n, text in enumerate(parts):
            end = offset + len(text) + (n == len(parts) - 1)
            self.sent.append(Sent(source, text.split(b" ")[1], offset, end,
                                  key, text))
            offset = end
        return b"".join(parts) + b"\n"

    def _flush(self, file, size):
        data, file["held"] = file["held"][:size], file["held"][size:]
        file["log"].write(data)
        file["size"] += len(data)

    def step(self, lines=5):
        """A few lines into one of the files, perhaps not to the last byte."""
        file = self.files[self.dice.choice(sorted(self.files))]
        for _ in range(lines):
            file["held"] += self._line(file)
        self._flush(file, self.dice.randrange(len(file["held"])))

    def rotate(self, name=None):
        """Rename one file and create it anew."""
        name = name or self.dice.choice(sorted(self.files))
        file = self.files[name]
        self._flush(file, len(file["held"]))
        file["log"].close()
        path = self.folder / f"{name}.log.{file['incarnation']}"
        (self.folder / f"{name}.log").rename(path)
        self.renamed[self._source(file)] = path
        self.files[name] = self._create(name, file["incarnation"] + 1)

    def finish(self):
        for file in self.files.values():
            self._flush(file, len(file["held"]))
            file["log"].close()

    def path_of(self, source):
        return self.renamed.get(source) \
            or self.folder / f"{source.split(b'.')[0].decode()}.log"

    def paths(self):
        return sorted(self.folder.iterdir())


class Load(threading.Thread):
    """A writer at work until it is stopped; a rotation every few seconds."""

    def __init__(self, writer, dice, rate=1500, between=(1.0, 3.0)):
        super().__init__(daemon=True)
        self.writer = writer
        self.dice = dice
        self.rate = rate
        self.between = between
        self.over = threading.Event()
        self.start()

    def run(self):
        began = time.monotonic()
        rotate_at = began + self.dice.uniform(*self.between)
        while not self.over.wait(0.01):
            now = time.monotonic()
            while self.writer.number < self.rate * (now - began):
                self.writer.step()
            if now >= rotate_at:
                self.writer.rotate()
                rotate_at = now + self.dice.uniform(*self.between)

    def stop(self):
        self.over.set()
        self.join()
        self.writer.finish()


class Torment:
    """`weir run`, or an agent alone, under load; killed as the dice will."""

    def __init__(self, place, url, dice, queue_type="quorum", broker="",
                 input="", heartbeat="5s", env=None, role="run", more="",
                 binary=None):
        self.place = place
        self.dice = dice
        self.env = {**NO_LEAK_CHECK, **(env or {})}
        queue = "" if url == "local:" else f"queue_type = {queue_type}"
        text = CONFIG.format(place=place, url=url, queue=queue, broker=broker,
                             input=input, heartbeat=heartbeat,
                             max_line=MAX_LINE) + more
        place.config(text)
        self.role = role
        self.binary = binary
        if role == "agent":  # the collector has a state of its own
            place.config(text, "collector.ini", state="collector-state")
        self.writer = Writer(place / "in", random.Random(dice.random()))
        self.run = self.start()
        self.load = Load(self.writer, random.Random(dice.random()))

    def start(self):
        return self.place.start(self.role, env=self.env, binary=self.binary)

    # -- faults -------------------------------------------------------------

    def some_time(self, most=0.6):
        """A random moment: nothing is waited for."""
        time.sleep(self.dice.random() * most)

    def kill(self, role):
        """kill -9 of whoever has that role, as soon as there is one."""
        if role == "run":
            self.run.kill9()
            self.run = self.start()
            return
        # It may have died with its parent since it was looked up.
        try:
            os.kill(self.run.child(role), signal.SIGKILL)
        except ProcessLookupError:
            self.kill(role)

    def flowing(self):
        """Wait until every stream has lines."""
        for name in ("all.log", "errors.log"):
            path = self.place / "out" / name
            wait_for(lambda p=path: p.exists() and p.stat().st_size > 0, 60,
                     f"the stream to {name}")

    # -- the verdict --------------------------------------------------------

    def wanted(self):
        """{output: the lines it must have}."""
        sent = self.writer.sent
        return {"all.log": sent,
                "errors.log": [s for s in sent if s.key in ERRORS]}

    def outputs(self, name):
        path = self.place / "out" / name
        return lines_of(path) if path.exists() else []

    def _size(self, name):
        path = self.place / "out" / name
        return path.stat().st_size if path.exists() else 0

    def _complete(self, name, sent):
        return self._size(name) >= sum(len(s.text) + 1 for s in sent) \
            and not compare(sent, self.outputs(name)).lost

    def finish(self, stop=True):
        """Stop writing, wait until all is through; {output: verdict}."""
        self.load.stop()
        wanted = self.wanted()
        size, end = -1, 0
        while not all(self._complete(*w) for w in wanted.items()):
            if size != (now := sum(map(self._size, wanted))):
                size, end = now, time.monotonic() + PATIENCE
            if time.monotonic() > end:
                break
            if not self.run.alive():
                self.run = self.start()
            time.sleep(0.2)
        if stop:
            assert self.run.stop() == 0, self.run.err()
        return {name: compare(sent, self.outputs(name))
                for name, sent in wanted.items()}

    def must_be_exact(self):
        """Every line once, byte for byte, in the order of its chain."""
        verdicts = self.finish()
        said = "\n".join(f"{name}: {verdict}"
                         for name, verdict in verdicts.items() if verdict)
        assert not said, (f"of {len(self.writer.sent)} lines sent\n{said}\n"
                          f"to repeat: WEIR_SEED={seed()}")
        return len(self.writer.sent)

    def must_lose_nothing(self, repeated=True, late=True):
        """At least once: what may also be seen is allowed by name."""
        for name, verdict in self.finish().items():
            wrong = verdict.lost or verdict.damaged or verdict.foreign \
                or (verdict.repeated and not repeated) \
                or (verdict.late and not late)
            assert not wrong, \
                f"{name}: {verdict}\nto repeat: WEIR_SEED={seed()}"


def settle(url, queue):
    """Wait until a queue is empty, unacknowledged messages included."""
    def empty():
        return amqp.depth(url, queue) == 0
    return wait_for(empty, 30, f"{queue} to be empty")


def stop_points():
    """{name: room} of every FAULT("...") in the source."""
    found = {}
    for folder in ("agent", "broker", "collector", "core", "cli"):
        for path in sorted((ROOT / folder).glob("*.c")):
            for name in re.findall(r'\bFAULT\("([^"]+)"\)', path.read_text()):
                found[name] = folder
    return found
