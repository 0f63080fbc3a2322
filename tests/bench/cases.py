"""The cases: ways of lines from a file to where they are counted.

A case is a function of the bench that returns its run, a dictionary: `lines`,
`seconds` from the start of the first process to the last line at its goal,
`cpu` and `peak` by process, and `wrong`, a sentence or None.
"""

import contextlib
import filecmp
import os
import signal
import subprocess
import time

from meter import Meter
from process import die_with_parent, session, wait_for

PATIENCE = 180  # s, for what takes seconds
IDLE = 10  # s: what has not arrived by then is lost

CONFIG = """\
[weir]
state = {place}/state
runtime = {place}/run
log_level = warn

[broker]
url = {url}

[agent]
host = bench

[input bench]
path = {source}
program = bench

[stream all]
bind = #
path = {place}/out
sync = {sync}
"""


class Failed(Exception):
    """A process of a case did not do its part."""


class Child:
    """A process that is started and ended here, and dies with us."""

    def __init__(self, command, place):
        self.command = " ".join(command[:2])
        self.out = f"{place}/{os.path.basename(command[0])}.out"
        self.err = f"{place}/{os.path.basename(command[0])}.err"
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True, preexec_fn=die_with_parent)
        self.pid = self.popen.pid

    def __enter__(self):
        return self

    def __exit__(self, *what):
        for pid in session(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.popen.wait()

    def said(self):
        with open(self.out) as out:
            return out.read()

    def wait(self, patience=PATIENCE):
        """Wait until it ends, which must be well."""
        try:
            code = self.popen.wait(patience)
        except subprocess.TimeoutExpired:
            code = None
        if code != 0:
            how = "still runs" if code is None else f"exit {code}"
            with open(self.err, errors="replace") as err:
                raise Failed(f"{self.command}: {how}: {err.read()}")

    def ended(self):
        return self.popen.poll() is not None


def _write_config(bench, url, source, sync="commit"):
    path = f"{bench.place}/weir.ini"
    with open(path, "w") as f:
        f.write(CONFIG.format(place=bench.place, url=url, source=source,
                              sync=sync))
    for folder in ("state", "run"):
        os.mkdir(f"{bench.place}/{folder}")
    return path


def _run(meter, lines, seconds, wrong, **more):
    return {"lines": lines, "seconds": seconds, "cpu": meter.cpu(),
            "peak": meter.peak(), "meter": meter.own / meter.seconds,
            "wrong": wrong, **more}


# -- file -> broker -> consumer ---------------------------------------------

def _stop_when_idle(consumer):
    """It ends by itself when it has every line; else after a while."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        consumer.popen.wait(IDLE)
    consumer.popen.send_signal(signal.SIGTERM)  # nothing, if it has ended
    consumer.wait()


def _counted(consumer, expected):
    words = consumer.said().split()[1:]  # after "ready"
    counts = {k: int(v) for k, v in (w.split("=") for w in words)}
    lost = expected - counts["distinct"]
    doubled = counts["lines"] - counts["distinct"] - counts["foreign"]
    wrong = None
    if lost or doubled or counts["foreign"]:
        wrong = (f"lost {lost}, doubled {doubled}, "
                 f"never sent {counts['foreign']}")
    return counts, wrong


def _to_consumer(bench, command, name=None):
    lines = bench.lines
    with Child([f"{bench.programs}/consumer", str(bench.broker.port),
                str(lines)], bench.place) as consumer:
        wait_for(lambda: "ready" in consumer.said() or consumer.ended(), 20,
                 "the consumer")
        with Meter() as meter:
            meter.watch(bench.broker.beam.pid, "broker")
            meter.watch(consumer.pid, "consumer")
            start = time.monotonic()
            with Child(command, bench.place) as publisher:
                meter.watch(publisher.pid, name)
                publisher.wait()
            _stop_when_idle(consumer)
        counts, wrong = _counted(consumer, lines)
    return _run(meter, lines, counts["last"] / 1e9 - start, wrong,
                properties=counts["properties"] / max(1, counts["lines"]))


def agent(bench):
    config = _write_config(bench, bench.url, bench.source)
    return _to_consumer(bench, [bench.weir, "agent", "-c", config, "--once"])


def raw_loop(bench):
    return _to_consumer(bench, [f"{bench.programs}/raw_loop",
                                str(bench.broker.port), bench.source],
                        "raw loop")


# -- file -> file -----------------------------------------------------------

def _to_file(bench, url, source, lines, sync, broker, weir=None):
    """Without a broker, the end is that of weir, when all is committed; with
    one, when the last line is in the file, since weir then waits for more."""
    config = _write_config(bench, url, source, sync)
    out = f"{bench.place}/out"
    size = os.path.getsize(source)

    def arrived():
        return os.path.exists(out) and os.path.getsize(out) >= size
    with Meter() as meter:
        if broker:
            meter.watch(broker.beam.pid, "broker")
        start = time.monotonic()
        with Child([weir or bench.weir, "run", "-c", config, "--once",
                    "--idle", "500ms"], bench.place) as weir:
            meter.watch(weir.pid)
            if broker:
                wait_for(lambda: arrived() or weir.ended(), PATIENCE,
                         "the output file", every=0.005)
                seconds = time.monotonic() - start
            weir.wait()
            if not broker:
                seconds = time.monotonic() - start
    same = os.path.exists(out) and filecmp.cmp(source, out, shallow=False)
    return _run(meter, lines, seconds,
                None if same else "the output is not the input")


def broker_to_file(bench):
    return _to_file(bench, bench.url, bench.source, bench.lines, "commit",
                    bench.broker)


def local_commit(bench):
    return _to_file(bench, "local:", bench.local_source, bench.local_lines,
                    "commit", None)


def local_none(bench):
    return _to_file(bench, "local:", bench.local_source, bench.local_lines,
                    "none", None)


def before_commit(bench):
    return _to_file(bench, "local:", bench.local_source, bench.local_lines,
                    "commit", None, bench.before)


def before_none(bench):
    return _to_file(bench, "local:", bench.local_source, bench.local_lines,
                    "none", None, bench.before)


WITH_BROKER = {
    "agent -> consumer": agent,
    "raw loop -> consumer": raw_loop,
    "run -> file": broker_to_file,
}
LOCAL = {
    "local: sync=commit": local_commit,
    "local: sync=none": local_none,
}
BEFORE = {
    "before: sync=commit": before_commit,
    "before: sync=none": before_none,
}
