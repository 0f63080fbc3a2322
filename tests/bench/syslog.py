#!/usr/bin/python3
"""Lines per second over TCP into a file: weir, syslog-ng and rsyslog.

    tests/bench/syslog.py [--lines N] [--rounds N] [--connections N]

All in one run, in turns, every other round backwards.  Time runs from the
first byte sent to the last line in the file.  The peers are unpacked by
`scripts/packages test`.
"""

import argparse
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/system"))

import receivers  # noqa: E402
from process import (cpu_seconds, die_with_parent, free_port,  # noqa: E402
                     session, wait_for)

PATIENCE = 120
WORDS = ("session opened for user root", "GET /index.html 200 5123",
         "connection from 192.0.2.7 port 51234 closed by peer")


def message(n):
    text = WORDS[n % len(WORDS)]
    return (f"<{n % 24 * 8 + n % 8}>Nov 21 13:37:{n % 60:02d} host{n % 7} "
            f"app[{n % 5000}]: {n:08d} {text}\n").encode()


def lines_in(path, known):
    """Lines and where we stopped counting: (lines, offset)."""
    lines, at = known
    try:
        with open(path, "rb") as f:
            f.seek(at)
            while chunk := f.read(1 << 20):
                lines += chunk.count(b"\n")
                at += len(chunk)
    except FileNotFoundError:
        pass
    return lines, at


def connect(port):
    def one():
        try:
            s = socket.create_connection(("127.0.0.1", port), 5)
        except ConnectionRefusedError:
            return None
        s.settimeout(PATIENCE)
        return s
    return wait_for(one, 20, "the receiver")


def send(port, parts):
    """Each part over a connection of its own, at once."""
    sockets = [connect(port) for _ in parts]

    def one(s, part):
        s.sendall(part)
        s.shutdown(socket.SHUT_WR)
    threads = [threading.Thread(target=one, args=pair)
               for pair in zip(sockets, parts)]
    begun = time.monotonic()
    for t in threads:
        t.start()
    return begun, threads, sockets


def run(make, parts, count, folder):
    place = pathlib.Path(tempfile.mkdtemp(dir=folder))
    port = free_port()
    process = subprocess.Popen(
        make(place, port), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=open(place / "err", "wb"),
        env=receivers.environment(), start_new_session=True,
        preexec_fn=die_with_parent)
    try:
        connect(port).close()
        begun, threads, sockets = send(port, parts)
        known = 0, 0
        while known[0] < count:
            known = lines_in(place / "out", known)
            if time.monotonic() - begun > PATIENCE:
                raise SystemExit(f"{known[0]} of {count} lines came: "
                                 + (place / "err").read_text()[:500])
            time.sleep(0.005)
        seconds = time.monotonic() - begun
        for t in threads:
            t.join()
        for s in sockets:
            s.close()
        cpu = sum(cpu_seconds(p) for p in session(process.pid))
        return count / seconds, cpu / count * 1e6
    finally:
        for pid in session(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(place)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    parts = [b"".join(message(n) for n in range(
        i, options.lines, options.connections))
        for i in range(options.connections)]
    names = [n for n in receivers.ALL if options.only in n]
    seen = {name: [] for name in names}
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        for number in range(options.rounds):
            for name in names[::-1 if number % 2 else 1]:
                seen[name].append(run(receivers.ALL[name], parts,
                                      options.lines, folder))
    print(f"{options.lines:,} lines of {sum(map(len, parts)) // options.lines}"
          f" bytes over {options.connections} connections, "
          f"{options.rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for name, runs in seen.items():
        rates = [r[0] for r in runs]
        print(f"{name:<28}{statistics.median(rates):>10,.0f} lines/s "
              f"({min(rates):,.0f}-{max(rates):,.0f}), CPU "
              f"{statistics.median(r[1] for r in runs):.2f} s per million")


if __name__ == "__main__":
    main()
