"""CPU and memory of processes while they run, from /proc.

Whole trees are watched, so that every process of weir is seen by itself.
CPU is read every 10 ms, which is also the kernel's tick: of a process that
ends, the last 10 ms may be missing.  Memory is the proportional set size
(smaps_rollup), read every 50 ms; of large processes, where that takes
milliseconds, more rarely.
"""

import os
import threading
import time

TICK = os.sysconf("SC_CLK_TCK")
CPU_EVERY = 0.01  # s
MEMORY_EVERY = 0.05
LARGE = 64 << 20
LARGE_EVERY = 0.5

# What weir's processes are called here, by the verb they run.
ROLES = {"agent": "reader", "shipper": "shipper", "collector": "collector",
         "run": "supervisor"}


def _read(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", "rb") as f:
            return f.read()
    except OSError:  # gone
        return b""


def _cpu(pid):
    """Seconds of its threads so far, without its children's; None: gone."""
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return sum(map(int, fields[11:13])) / TICK if fields else None


def _memory(pid):
    for line in _read(pid, "smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _role(pid):
    words = _read(pid, "cmdline").split(b"\0")
    return ROLES.get(words[1].decode()) if len(words) > 1 else None


def _children(pid):
    return [int(child) for child in
            _read(pid, f"task/{pid}/children").split()]


class Watched:
    """One process: its name, if known, and what it used so far."""

    def __init__(self, pid, name):
        self.pid = pid
        self.name = name
        self.before = _cpu(pid) or 0.0
        self.cpu = 0.0
        self.peak = 0
        self.look_again = 0.0

    def look(self, now):
        cpu = _cpu(self.pid)
        if cpu is None:
            return
        self.cpu = cpu - self.before
        if now < self.look_again:
            return
        # Between fork and exec a child still has its parent's words.
        self.name = _role(self.pid) or self.name
        self.peak = max(self.peak, _memory(self.pid))
        self.look_again = now + (LARGE_EVERY if self.peak > LARGE
                                 else MEMORY_EVERY)


class Meter:
    """`with Meter() as meter:` watch() processes and their descendants."""

    def __init__(self):
        self.watched = {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.began = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *what):
        self.over.set()
        self.thread.join()
        self.seconds = time.monotonic() - self.began

    def watch(self, pid, name=None):
        self.watched[pid] = Watched(pid, name)

    def _run(self):
        while not self.over.wait(CPU_EVERY):
            now = time.monotonic()
            for pid, watched in list(self.watched.items()):
                watched.look(now)
                for child in _children(pid):
                    if child not in self.watched:
                        self.watched[child] = Watched(child, watched.name)
                        self.watched[child].before = 0.0
        self.own = time.thread_time()

    def cpu(self):
        """{name: seconds}, processes of one name together."""
        return self._by_name(lambda total, w: total + w.cpu)

    def peak(self):
        """{name: bytes}, the largest of one name."""
        return self._by_name(lambda most, w: max(most, w.peak))

    def _by_name(self, add):
        found = {}
        for watched in self.watched.values():
            found[watched.name] = add(found.get(watched.name, 0), watched)
        return found
