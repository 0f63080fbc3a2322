"""The proof: what a broker loses is named, and comes back; whatever else
goes wrong, nothing is lost in silence."""

import collections
import contextlib
import json
import os
import re
import shutil
import sqlite3
import threading
import time

import pytest

import amqp
from lines import numbered
from process import free_port, wait_for
from proxy import Blackhole, Lose
from torment import NO_LEAK_CHECK, Torment
from weir import RELEASE

Line = collections.namedtuple("Line", "text key prev pos")
Stream = collections.namedtuple("Stream", "name bind place")

BROKER = """\
    [broker]
    url = {url}
    reconnect_max = 1s
    """
AGENT = """\
    [agent]
    host = web1
    drain = 2s
    [input in]
    {input}
    max_line = 1000
    """
STREAM = """\
    [stream {name}]
    bind = {bind}
    queue = {name}
    path = {place}/{name}.log
    """
FILE = "path = {place}/in.log"


def short_and_long(short, long, name="k"):
    return pytest.mark.parametrize(name, [
        short, pytest.param(long, marks=pytest.mark.long)])


def sometimes(*long):
    return [pytest.param(name, marks=pytest.mark.long) for name in long]


# -- what is sent -------------------------------------------------------------

WORDS = ((b"[error] disk full", "err"), (b"[notice] rotated", "notice"),
         (b"request served", "info"), (b"connection closed", "info"))


def content(count, dice):
    """Lines that name themselves, some in parts; the last key has one."""
    lines = []
    for n in range(count):
        words, _ = dice.choice(WORDS)
        line = b"line %07d %s" % (n, words)
        if dice.random() < 0.02:
            line = b"".join(b"%s part %d " % (line, p) + b"." * (
                1000 - len(line) - 8) for p in range(3)) + b"%s end" % line
        lines.append(line)
    lines.insert(count // 2, b"[crit] fan stopped, once")
    return b"\n".join(lines) + b"\n"


def word_of(text):
    return next((word for words, word in WORDS if words in text), "crit")


def chained(data):
    """Every line of `data` as its agent must publish it."""
    out, last, offset = [], {}, 0
    for line in data.splitlines(keepends=True):
        word = word_of(line)
        text = line.rstrip(b"\n")
        for at in range(0, len(text), 1000):
            part = text[at:at + 1000]
            end = at + len(part)
            pos = offset + end + (end == len(text))
            out.append(Line(part, word, last.get(word, 0), pos))
            last[word] = pos
        offset += len(line)
    return out


def ranges(lines, lost):
    """{(key, from, to)}: the holes that `lost` texts leave in the chains."""
    holes, open_hole = set(), {}
    for line in lines:
        begun = open_hole.get(line.key)
        if line.text in lost:
            open_hole[line.key] = (begun[0] if begun else line.prev, line.pos)
        elif begun:
            holes.add((line.key, *open_hole.pop(line.key)))
    return holes | {(k, *hole) for k, hole in open_hole.items()}


def kinds_of_loss(lines):
    """The first and the last of a chain, a whole one, several in a row, a
    part of a long line; {what: texts}."""
    by_key = collections.defaultdict(list)
    for line in lines:
        by_key[line.key].append(line.text)
    errors, info = by_key["err"], by_key["info"]
    part = next(t for t in info[1:] if b" part 1 " in t)
    middle = len(errors) // 2
    return {"first": errors[:1], "last": errors[-1:],
            "whole": by_key["crit"], "row": errors[middle:middle + 5],
            "part": [part]}


# -- who sends it, and who misses it ------------------------------------------


class Case:
    """An agent behind a broker that loses what `chosen` says, and two
    subscribers: of everything, and of `err.*`."""

    def __init__(self, places, vhost, proxies, chosen, collectors=1,
                 input=FILE):
        self.patience = "2s"
        self.script = Lose(chosen)
        self.agent_place = places()
        self.url = proxies(vhost.url, self.script).url
        self.configure(input)
        own = [places() for _ in range(collectors)]
        self.streams = [Stream("all", "#", own[0]),
                        Stream("errors", "err.*", own[-1])]
        self.collectors = []
        for place in own:
            place.config(BROKER.format(url=vhost.url) + "".join(
                STREAM.format(**s._asdict())
                for s in self.streams if s.place is place))
            self.collectors.append(place.start("collector",
                                               env=NO_LEAK_CHECK))
        for s in self.streams:
            self.collectors[own.index(s.place)].wait_said(
                f"stream {s.name}: .*up")

    def configure(self, input=FILE, more="", max_line=1000):
        text = AGENT.format(input=input.format(place=self.agent_place))
        self.agent_place.config(
            BROKER.format(url=self.url) + text.replace(
                "max_line = 1000", f"max_line = {max_line}") + more)

    def start(self, **how):
        self.agent = self.agent_place.start("agent", env=NO_LEAK_CHECK, **how)
        return self.agent

    def wait_saved(self, data):
        """Until the checkpoint says that all of it is safe."""
        path = self.agent_place / "state/checkpoint.db"

        def saved():
            with contextlib.closing(sqlite3.connect(path)) as db:
                return db.execute("SELECT max(safe) FROM source").fetchone()
        wait_for(lambda: saved() == (len(data),), 30, "the checkpoint")

    def wait_gone(self):
        """Until the checkpoint says that nobody can read it again."""
        path = self.agent_place / "state/checkpoint.db"

        def gone():
            with contextlib.closing(sqlite3.connect(path)) as db:
                return db.execute("SELECT 1 FROM source"
                                  " WHERE state = 3").fetchone()
        wait_for(gone, 20, "the end of a source in the checkpoint")

    def wait_ready(self):
        """Until all of them can be asked over the broker."""
        roles = sorted(["agent"] + ["collector"] * len(self.collectors))

        def answering():
            return sorted(p["role"] for p in self.ask("status", code=None)
                          if "role" in p)
        wait_for(lambda: answering() == roles, 30, roles)

    def publish(self, data):
        """The agent has confirmed all of it, and the streams have it but
        for what was lost."""
        (self.agent_place / "in.log").write_bytes(data)
        self.start()
        self.arrived(data)

    def wanted(self, lines):
        return {s: [x.text for x in lines
                    if s.name == "all" or x.key == "err"]
                for s in self.streams}

    def arrived(self, data, lost=None):
        wanted = self.wanted(chained(data))
        missing = self.script.lost if lost is None else lost
        for s, texts in wanted.items():
            path = s.place / f"{s.name}.log"
            wait_for(lambda p=path, t=texts: p.exists() and sorted(
                p.read_bytes().splitlines()) == sorted(
                    x for x in t if x not in missing), 90,
                f"every line but the lost ones, once, in {path}", every=0.1)

    # -- asking -------------------------------------------------------------

    def ask(self, verb, code=0):
        process = self.agent_place.start(verb, "-o", "json", "--wait", "1s")
        got = process.wait(120)
        assert code is None or got == code, process.err() + str(process.out())
        return [json.loads(line) for line in process.out().splitlines()]

    def missing(self, code):
        """{stream: {(key, from, to)}} as `weir verify` has it."""
        found = {s.name: set() for s in self.streams}
        for page in self.ask("verify", code=code):
            if "missing" not in page:
                continue
            assert page["host"] == "web1"
            self.source = page["source"]
            self.path = page["path"]
            word = page["key"].partition(".")[0]
            found[page["stream"]].add((word, page["from"], page["to"]))
        return found

    def gone(self):
        """{stream: how many holes were given up}, as verify shows it."""
        return {s["stream"]: s["ledger"]["gone"]
                for page in self.ask("verify")
                for s in page.get("streams", [])}

    def resend(self, *args, code=0):
        return self.agent_place.run("resend", "--wait", self.patience, *args,
                                    code=code, timeout=900).out().decode()

    def expected(self, data, lost):
        lines = chained(data)
        holes = ranges(lines, lost)
        return {"all": holes, "errors": {h for h in holes if h[0] == "err"}}

    def must_name_exactly(self, data):
        found = self.missing(code=1)
        for stream, holes in self.expected(data, self.script.lost).items():
            assert found[stream] == holes, \
                f"not named: {holes - found[stream]}; " \
                f"nothing lost: {found[stream] - holes}"
        assert self.path == f"{self.agent_place}/in.log"

    def must_close(self, data, *args):
        said = self.resend(*(args or ("--all",)))
        self.arrived(data, lost=[])
        assert self.missing(code=0) == {"all": set(), "errors": set()}
        return said

    def end(self):
        for process in (self.agent, *self.collectors):
            assert process.stop() == 0


@pytest.fixture
def case(places, vhost, proxies):
    def new(chosen, **how):
        return Case(places, vhost, proxies, chosen, **how)
    return new


# -- 4: a broker that loses what it confirmed ---------------------------------


@short_and_long(20, 1000)
@pytest.mark.parametrize("collectors", [2, *sometimes(1)])
def test_k_lines_that_the_broker_lost_are_named_and_come_back(
        case, dice, collectors, k):
    data = content(100 * k, dice)
    victims = set(dice.sample([x.text for x in chained(data)], k))
    it = case(victims.__contains__, collectors=collectors)
    it.publish(data)
    assert set(it.script.lost) == victims
    it.patience = "2s" if k < 100 else "20s"
    it.wait_ready()
    it.must_name_exactly(data)
    it.must_close(data)
    it.end()


def test_verify_says_it_in_words_and_resend_takes_what_verify_said(
        case, dice):
    data = content(200, dice)
    victim = next(x for x in chained(data)[50:] if x.key == "err")
    it = case(victim.text.__eq__)
    it.publish(data)
    it.wait_ready()
    said = it.agent_place.run("verify", "--wait", "200ms", code=1).out()
    for stream in ("all", "errors"):
        assert re.search(
            rf"stream {stream} on .*: web1: {it.agent_place}/in\.log: bytes "
            rf"{victim.prev}-{victim.pos}, key err\.", said.decode())
    it.missing(code=1)
    said = it.must_close(data, it.source, f"{victim.prev}-{victim.pos}")
    assert said.count("sent again: 1 lines") == 2
    it.end()


def chosen_of(lines):
    """All kinds of loss at once."""
    kinds = kinds_of_loss(lines)
    return {text for texts in kinds.values() for text in texts}


@pytest.mark.parametrize("since", ["renamed and killed", *sometimes(
    "nothing", "renamed", "stopped", "killed")])
def test_whatever_place_in_a_chain_was_lost_it_is_named_and_comes_back(
        case, dice, since):
    data = content(600, dice)
    lost = chosen_of(chained(data))
    it = case(lost.__contains__)
    it.publish(data)
    assert set(it.script.lost) == lost
    if "renamed" in since:
        (it.agent_place / "in.log").rename(it.agent_place / "in.log.1")
    if since == "stopped":
        assert it.agent.stop() == 0
        it.start()
    elif "killed" in since:
        it.wait_saved(data)  # or it would send all of it again
        it.agent.kill9()
        it.start()
    it.wait_ready()
    it.must_name_exactly(data)
    it.must_close(data)
    it.end()


@pytest.mark.parametrize("when", ["stopped", *sometimes("running")])
def test_what_was_lost_of_a_deleted_file_is_told_gone(case, dice, when):
    data = content(600, dice)
    it = case(chosen_of(chained(data)).__contains__)
    it.publish(data)
    if when == "stopped":
        assert it.agent.stop() == 0
    (it.agent_place / "in.log").unlink()
    if when == "stopped":
        it.start()
    else:  # until then it can still be read
        it.wait_gone()
    it.wait_ready()
    it.must_name_exactly(data)
    said = it.resend("--all")
    assert said.count("gone: ") == 8 and "sent again" not in said
    assert it.missing(code=0) == {"all": set(), "errors": set()}
    assert it.gone() == {"all": 5, "errors": 3}
    it.arrived(data)  # and nothing else changed
    it.end()


def test_what_another_configuration_made_is_not_made_again(case, dice):
    """Its cuts were others: under their positions there are no such lines."""
    data = content(600, dice)
    lost = set(kinds_of_loss(chained(data))["row"])
    it = case(lost.__contains__)
    it.publish(data)
    assert it.agent.stop() == 0
    it.configure(max_line=500)
    it.start()
    it.wait_ready()
    it.must_name_exactly(data)
    said = it.resend("--all")
    assert said.count("gone: another configuration") == 2, said
    assert it.missing(code=0) == {"all": set(), "errors": set()}
    assert it.gone() == {"all": 1, "errors": 1}
    it.arrived(data)
    it.end()


def test_the_holes_of_a_retired_source_are_given_up(case, dice):
    """Killed, and started under another configuration: its id is no more,
    and nobody can say what was there under it."""
    data = content(600, dice)
    lost = set(kinds_of_loss(chained(data))["row"])
    it = case(lost.__contains__)
    it.publish(data)
    it.agent.kill9()
    it.configure(max_line=500)
    it.start()
    it.wait_ready()
    assert [len(holes) for holes in it.missing(code=1).values()] == [1, 1]
    said = it.resend("--all")
    assert said.count("gone: its file is gone, or ") == 2, said
    assert it.missing(code=0) == {"all": set(), "errors": set()}
    assert it.gone() == {"all": 1, "errors": 1}
    it.end()


def pipe_of(data):
    """A pipe with `data`, and an end that comes when all is taken."""
    reader, writer = os.pipe()

    def write():
        with open(writer, "wb") as pipe:
            pipe.write(data)
    threading.Thread(target=write, daemon=True).start()
    return reader


def test_what_was_lost_of_standard_input_is_named_and_told_gone(case, dice):
    """A spool keeps what is not confirmed, and nothing else."""
    data = content(600, dice)
    victims = [x for x in chained(data) if x.key == "err"][20:23]
    lost = {x.text for x in victims}
    it = case(lost.__contains__, input="type = stdin")
    reader = pipe_of(data)
    it.start(stdin=reader)
    os.close(reader)
    it.arrived(data)
    it.wait_ready()
    found = it.missing(code=1)
    assert [len(holes) for holes in found.values()] == [1, 1]
    said = it.resend("--all")
    assert said.count("gone: ") == 2, said
    assert it.missing(code=0) == {"all": set(), "errors": set()}
    assert it.gone() == {"all": 1, "errors": 1}
    it.end()


# -- 5: a memory alarm, and a partition ---------------------------------------

HEARTBEAT = 1  # s
KIB = 1 << 10
MIB = 1 << 20


class Watch(threading.Thread):
    """Samples the memory of weir's processes until it is stopped."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process = process
        self.samples = []  # of {role: bytes}
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(0.25):
            self.samples.append(self.process.memory())

    def stop(self):
        self.over.set()
        self.join()

    def must_be_flat(self):
        """By what each role grew since the first third of the time."""
        self.stop()
        third = len(self.samples) // 3
        for role in ("agent", "shipper", "collector"):
            sizes = [s[role] for s in self.samples if role in s]
            before, after = max(sizes[:third]), max(sizes[third:])
            print(f"{role}: {len(sizes)} samples, {min(sizes) // KIB} to "
                  f"{max(sizes) // KIB} KiB, {before // KIB} in the first "
                  f"third, {after // KIB} later")
            assert after - before < 2 * MIB, role


def state_of(place):
    """{role: state} as `weir status` has it."""
    done = place.start("status", "-o", "json", "--wait", "1s")
    done.wait()
    pages = [json.loads(line) for line in done.out().splitlines()]
    return {p["role"]: p["state"] for p in pages}


def under_load(place, url, dice):
    """Weir with a small window under load, so that it fills within a third
    of the time; a release binary, whose memory is its own."""
    torment = Torment(place, url, dice, heartbeat=f"{HEARTBEAT}s",
                      more="[agent]\nwindow = 256KiB\n", binary=RELEASE)
    torment.flowing()
    return torment


def connections(broker):
    """The broker's own names for them."""
    names = broker.eval("[pid_to_list(P) || "
                        "P <- rabbit_networking:connections()]")
    return set(re.findall(r"<[\d.]+>", names))


needs_release = pytest.mark.skipif(not os.access(RELEASE, os.X_OK),
                                   reason="needs build/release")


@needs_release
@short_and_long(8, 60, "seconds")
def test_a_memory_alarm_under_load_costs_neither_memory_nor_lines(
        place, own_broker, own_vhost, dice, seconds):
    torment = under_load(place, own_vhost.url, dice)
    wait_for(lambda: torment.run.count_said("weir rpc .*: up$") == 2, 30,
             "both that can be asked")
    before, connected = torment.run.tree(), connections(own_broker)
    assert len(connected) == 5  # two streams, a shipper, and for questions
    own_broker.alarm(True)
    torment.run.wait_said("blocked by the broker: low on memory")
    watch = Watch(torment.run)
    time.sleep(seconds)
    assert connections(own_broker) == connected, "somebody connected again"
    watch.must_be_flat()
    assert state_of(place)["agent"].startswith("blocked: ")
    own_broker.alarm(False)
    torment.run.wait_said("no longer blocked")
    assert torment.run.tree() == before, "somebody was replaced"
    assert not torment.run.count_said("no sign of life|connection closed")
    print(f"{torment.must_be_exact()} lines")


@needs_release
@short_and_long(8, 60, "seconds")
def test_a_partition_under_load_costs_neither_memory_nor_lines(
        place, vhost, dice, proxies, seconds):
    hole = Blackhole(to_broker=True, to_client=True)
    torment = under_load(place, proxies(vhost.url, hole).url, dice)
    hole.on = True
    torment.run.wait_said("no sign of life from the broker")
    wait_for(lambda: {state.partition(":")[0]
                      for state in state_of(place).values()}
             == {"connecting"}, 20, "the status")
    watch = Watch(torment.run)
    time.sleep(seconds)
    watch.must_be_flat()
    assert state_of(place)["agent"].startswith("connecting: ")
    hole.release()
    print(f"{torment.must_be_exact()} lines")


# -- 6: standard input, and nobody there --------------------------------------


@short_and_long(100_000, 1_000_000, "count")
def test_lines_spooled_while_the_broker_was_away_are_written_once(
        place, vhost, dice, count):
    """Killed when all is spooled, and again and again on the way out."""
    binary = RELEASE if os.access(RELEASE, os.X_OK) else None
    data = numbered(count)
    config = BROKER + """\
        [agent]
        window = 1MiB
        [input pipe]
        type = stdin
        [stream all]
        bind = #
        queue = all
        path = {place}/all.log
        """
    place.config(config.format(
        url=f"amqp://guest:guest@127.0.0.1:{free_port()}/", place=place))
    reader = pipe_of(data)
    agent = place.start("agent", stdin=reader, binary=binary)
    os.close(reader)

    def spooled():
        return place.start("spool", "ls", "-c", str(place / "weir.ini"),
                           binary=binary)

    def all_spooled():
        listing = spooled()
        listing.wait()
        return f" {count} lines".encode() in listing.out()
    wait_for(all_spooled, 300, "all lines in the spool", every=0.5)
    began = time.monotonic()
    agent.kill9()

    place.config(config.format(url=vhost.url, place=place))
    collector = place.start("collector", binary=binary)
    collector.wait_said("stream all: .*up")
    out = place / "all.log"
    for turn in range(3):
        agent = place.start("agent", binary=binary)
        goal = len(data) * (turn + dice.random()) / 4
        wait_for(lambda g=goal: out.exists() and out.stat().st_size > g, 120,
                 "lines in the stream", every=0.005)
        agent.kill9()
    agent = place.start("agent", binary=binary)
    wait_for(lambda: out.stat().st_size >= len(data), 600, "every line",
             every=0.1)
    wait_for(lambda: amqp.depth(vhost.url, "all") == 0, 60, "an empty queue")
    print(f"{count} lines in {time.monotonic() - began:.1f} s")
    assert agent.stop() == 0
    assert collector.stop() == 0
    assert sorted(out.read_bytes().splitlines()) == sorted(data.splitlines())


# -- 7: damaged state ---------------------------------------------------------

LOCAL = """\
    [broker]
    url = local:
    [agent]
    window = 64KiB
    [input in]
    path = {place}/in.log
    [stream all]
    bind = #
    path = {place}/out/all.log
    """


def got(place):
    """All lines of all files that the stream has been written to; what was
    cut off and kept beside is not among them."""
    return [line for path in (place / "out").glob("all.log*")
            if ".cut" not in path.suffixes
            for line in path.read_bytes().splitlines()]


def nothing_is_missing(place, data):
    wanted = set(data.splitlines())
    return wanted <= set(got(place))


def test_a_wiped_state_directory_is_said_and_loses_nothing(
        place, vhost, dice):
    """Of agent and collector both, with lines under way."""
    torment = Torment(place, vhost.url, dice)
    torment.flowing()
    torment.run.kill9()
    shutil.rmtree(place / "state")
    (place / "state").mkdir()
    torment.run = torment.start()
    torment.run.wait_said("checkpoint: there is none")
    torment.some_time(2)
    torment.load.stop()
    for name, sent in torment.wanted().items():
        wanted = {s.text for s in sent}
        files = list((place / "out").glob(name + "*"))
        wait_for(lambda w=wanted, f=name: w <= {
            line for path in (place / "out").glob(f + "*")
            for line in path.read_bytes().splitlines()}, 60,
            f"every line in {files}", every=0.2)
    assert torment.run.stop() == 0


class Damaged:
    """The state of weir at a kill, put back before each damage."""

    def __init__(self, place):
        self.place = place
        self.files = {}
        for folder in ("state", "out"):
            for path in sorted((place / folder).rglob("*")):
                if path.is_file():
                    self.files[path] = path.read_bytes()

    def restore(self):
        """Into the same files: the ledger knows their inodes."""
        for folder in ("state", "out"):
            for path in (self.place / folder).rglob("*"):
                if path.is_file() and path not in self.files:
                    path.unlink()
        for path, content in self.files.items():
            with open(path, "r+b" if path.exists() else "wb") as file:
                file.truncate(0)
                file.write(content)

    def flip(self, dice):
        """One bit of what holds a checkpoint or a ledger; says which."""
        paths = [p for p, content in self.files.items()
                 if content and p.suffix in (".db", ".db-wal")]
        path = dice.choice(paths)
        content = bytearray(self.files[path])
        # Most of a page is empty, and what lies there is nobody's.
        used = [at for at, byte in enumerate(content) if byte]
        at, bit = dice.choice(used), dice.randrange(8)
        content[at] ^= 1 << bit
        path.write_bytes(content)
        return f"bit {bit} of byte {at} of {path.name}"


@short_and_long(3, 25, "flips")
@pytest.mark.parametrize("how", ["kill9", "end"])
def test_a_flipped_bit_of_the_state_skips_no_line_in_silence(
        place, dice, how, flips):
    """It starts and writes every line, or refuses with a sentence.  Of a
    `run` killed alone, whose children tidied up, or with all of them."""
    data = numbered(20_000)
    (place / "in.log").write_bytes(data)
    place.config(LOCAL.format(place=place))
    run = place.start("run", env=NO_LEAK_CHECK)
    out = place / "out/all.log"
    wait_for(lambda: out.exists() and out.stat().st_size > len(data) // 3, 30,
             "a third of the lines", every=0.001)
    getattr(run, how)()
    wait_for(lambda: not run.tree(), 10, "all of them to end")
    assert out.stat().st_size < len(data)
    damaged = Damaged(place)
    print(sorted(p.name for p in damaged.files))
    ends = collections.Counter()
    for n in range(flips + 1):
        damaged.restore()
        where = damaged.flip(dice) if n > 0 else "nothing"
        run = place.start("run", env=NO_LEAK_CHECK)
        wait_for(lambda r=run: not r.alive()
                 or nothing_is_missing(place, data), 60,
                 f"all lines in spite of {where}: {run.err_path}",
                 every=0.1)
        if run.alive():
            assert run.stop() == 0, where
            repeated = sorted(got(place)) != sorted(data.splitlines())
            # A log whose end does not add up is what any kill may leave:
            # SQLite goes on from before it, and says nothing.
            said = re.search("damaged|malformed|not a database", run.err())
            assert said or not repeated or where.endswith("-wal"), \
                where + run.err()
            ends["repeats" if repeated else "exact", bool(said)] += 1
            assert n > 0 or not repeated
        else:
            run.wait()
            assert re.search("damaged|not a database|malformed|cannot",
                             run.err()), where + run.err()
            ends["refused"] += 1
    print("(result, damage said): times", dict(ends))
