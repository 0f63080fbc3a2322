#!/usr/bin/python3
"""Measure weir against the plain library loop, and itself: docs/bench.md."""

import argparse
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/system"))

import cases  # noqa: E402 (broker and process are tests/system's)
import corpus  # noqa: E402
import report  # noqa: E402
from broker import Broker  # noqa: E402
from process import cpu_seconds  # noqa: E402

RELEASE = ROOT / "build/release"
WARM_UP = 20_000  # lines; a node that just started is slow


class Bench:
    """What all cases need; everything is below one folder."""

    def __init__(self, folder, options):
        self.folder = folder
        self.load = os.getloadavg()[0]  # before we make some
        self.weir = os.environ.get("WEIR", str(RELEASE / "weir"))
        self.before = options.before
        self.cases = {**({} if options.local else cases.WITH_BROKER),
                      **cases.LOCAL,
                      **(cases.BEFORE if options.before else {})}
        self.programs = str(RELEASE / "tests/bench")
        self.lines = 0 if options.local else options.lines
        self.local_lines = options.local_lines
        self.source = f"{folder}/lines"
        self.local_source = f"{folder}/local-lines"
        self.place = f"{folder}/place"
        self.broker = None
        if not options.local:
            os.mkdir(f"{folder}/broker")
            self.broker = Broker(f"{folder}/broker")
            self.url = f"amqp://guest:guest@127.0.0.1:{self.broker.port}/"

    def start(self):
        if self.broker:
            self.broker.start(wait=False)
        corpus.write(self.source, self.lines)
        corpus.write(self.local_source, self.local_lines)
        if self.broker:
            self.broker.wait_ready()
            self.warm_up()

    def close(self):
        if self.broker:
            self.broker.close()

    def warm_up(self):
        all_of_it = self.source, self.lines
        self.source, self.lines = f"{self.folder}/few-lines", WARM_UP
        corpus.write(self.source, self.lines)
        self.run(cases.raw_loop)
        self.source, self.lines = all_of_it

    def run(self, case):
        """One run, in an empty place and with a broker at rest."""
        self.rest()
        os.mkdir(self.place)
        try:
            return case(self)
        finally:
            shutil.rmtree(self.place)

    def rest(self, most=5):
        """Until the node has tidied up after the last run."""
        if not self.broker:
            return
        end = time.monotonic() + most
        before, now = None, cpu_seconds(self.broker.beam.pid)
        while (before is None or now - before > 0.02) \
                and time.monotonic() < end:
            time.sleep(0.3)
            before, now = now, cpu_seconds(self.broker.beam.pid)

    def about(self):
        version = subprocess.run([self.weir, "--version"], text=True,
                                 capture_output=True, check=True)
        return {
            "weir": version.stdout.strip(),
            "when": time.strftime("%Y-%m-%d %H:%M"),
            "machine": f"{os.cpu_count()} cores, Linux "
                       f"{platform.release().split('-')[0]}, "
                       f"load {self.load:.1f}",
            "rabbitmq": "RabbitMQ " + self.broker.eval(
                "rabbit_misc:version()").strip('"') if self.broker
            else "no broker",
            "lines": self.lines, "bytes": os.path.getsize(self.source),
            "local_lines": self.local_lines,
            "local_bytes": os.path.getsize(self.local_source),
        }


def title(about, rounds):
    through = (f"{about['lines']:,} lines ({about['bytes'] / 1e6:.0f} MB) "
               "through the broker, " if about["lines"] else "")
    return (f"{about['weir']}, {about['rabbitmq']}, "
            f"{about['machine']}, {about['when']}\n"
            f"{rounds} round{'s' * (rounds > 1)}; {through}"
            f"{about['local_lines']:,} lines "
            f"({about['local_bytes'] / 1e6:.0f} MB) without")


def measure(bench, count):
    """The cases in turns, every other round backwards."""
    rounds = []
    for number in range(count):
        order = list(bench.cases)[::-1 if number % 2 else 1]
        runs = {}
        for name in order:
            runs[name] = bench.run(bench.cases[name])
            print(f"round {number + 1}  {name:<22}"
                  f"{report.speed(runs[name]):>10,.0f} lines/s  "
                  f"{runs[name]['wrong'] or 'complete'}", file=sys.stderr)
        rounds.append({name: runs[name] for name in bench.cases})
    return rounds


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def parse():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure weir; docs/bench.md says "
        "how, and how to read it.  WEIR names another binary.")
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--lines", type=positive, default=200_000,
                        help="through the broker (200000)")
    parser.add_argument("--local-lines", type=positive, default=1_000_000,
                        help="without a broker (1000000)")
    parser.add_argument("--local", action="store_true",
                        help="only what needs no broker")
    parser.add_argument("--before", metavar="WEIR", help="another binary, "
                        "to compare what needs no broker with")
    parser.add_argument("--json", metavar="FILE", help="every run, for later")
    return parser.parse_args()


def bench_in(folder, options):
    bench = Bench(folder, options)
    try:
        bench.start()
        about = bench.about()
        print(title(about, options.rounds), flush=True)
        rounds = measure(bench, options.rounds)
    finally:
        bench.close()
    print("\n" + report.text(rounds))
    if options.json:
        with open(options.json, "w") as f:
            json.dump({**about, "rounds": rounds}, f, indent=1)
    return any(run["wrong"] for r in rounds for run in r.values())


def interrupted(number, frame):
    sys.exit(128 + number)  # through every finally


def main():
    options = parse()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    # Beside the build, since /tmp may be no disk.
    with tempfile.TemporaryDirectory(prefix="bench-",
                                     dir=ROOT / "build") as folder:
        try:
            return int(bench_in(folder, options))
        except (cases.Failed, AssertionError, OSError,
                subprocess.CalledProcessError) as e:
            print(f"bench: {e}", file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
