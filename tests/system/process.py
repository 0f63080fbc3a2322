"""Waiting, ports, and looking at processes through /proc."""

import ctypes
import os
import signal
import socket
import time

PR_SET_PDEATHSIG = 1
TICK = os.sysconf("SC_CLK_TCK")
_libc = ctypes.CDLL(None)


def die_with_parent():
    """For preexec_fn: a test run that is killed leaves nothing behind."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(condition, timeout, what, every=0.02):
    """Poll until `condition()` is true; returns what it returned."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout} s for {what}")
        time.sleep(every)


def _read(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", "rb") as f:
            return f.read()
    except OSError:
        return b""


def arguments(pid):
    return _read(pid, "cmdline").decode(errors="replace").split("\0")[:-1]


def _stat(pid):
    """The fields of /proc/PID/stat after the command's name, or None."""
    text = _read(pid, "stat").decode(errors="replace")
    return text.rpartition(")")[2].split() if text else None


def session(leader):
    """The living processes of a session, zombies not counted."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            stat = _stat(entry)
            if stat and int(stat[3]) == leader and stat[0] not in "ZX":
                found.append(int(entry))
    return sorted(found)


def open_files(pid):
    """{descriptor: what it leads to}; those closed meanwhile are left out."""
    found = {}
    try:
        for n in os.listdir(f"/proc/{pid}/fd"):
            try:
                found[n] = os.readlink(f"/proc/{pid}/fd/{n}")
            except FileNotFoundError:
                pass
    except FileNotFoundError:
        pass
    return found


def cpu_seconds(pid):
    """User and system time so far, its waited-for children included."""
    stat = _stat(pid)
    return sum(int(t) for t in stat[11:15]) / TICK if stat else 0.0


def memory(pid):
    """Proportional set size in bytes; 0 if the process is gone."""
    for line in _read(pid, "smaps_rollup").decode().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
