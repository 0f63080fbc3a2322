"""weir as a test sees it: a place of its own, and processes in it."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import textwrap

from process import (arguments, cpu_seconds, die_with_parent, memory, session,
                     wait_for)

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("WEIR", str(ROOT / "build/dev/weir"))
RELEASE = str(ROOT / "build/release/weir")
REPORT = re.compile(r"ERROR: \w+Sanitizer|runtime error: |: Assertion ")
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:exitcode=99:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:exitcode=99",
}
PATIENCE = 30  # s: for what takes milliseconds on a quiet machine
# s: a child that is logging in looks up when the broker has answered, which
# it waits 5 s for; and it may look for leaks before it ends.
ORPHANED = 15


class Process:
    """One `weir VERB ...` in a session of its own, with its children."""

    def __init__(self, place, verb, args, number, env, stdin, stdout, binary):
        self.place = place
        self.verb = verb
        self.err_path = place.path / f"err.{number}"
        self.out_path = place.path / f"out.{number}"
        with open(self.err_path, "wb") as err, \
                open(self.out_path, "wb") as out:
            self.popen = subprocess.Popen(
                [binary, verb, *args], cwd=place.path,
                env={**os.environ, **SANITIZERS, **env}, stdin=stdin,
                stdout=out if stdout is None else stdout, stderr=err,
                start_new_session=True, preexec_fn=die_with_parent)
        self.pid = self.popen.pid

    # -- what it says -------------------------------------------------------

    def err(self):
        return self.err_path.read_text(errors="replace")

    def out(self):
        return self.out_path.read_bytes()

    def wait_said(self, pattern, timeout=PATIENCE):
        """Wait until a line on standard error matches; returns the line."""
        def said():
            assert not (self.popen.poll() is not None
                        and not re.search(pattern, self.err())), \
                f"{self} ended without saying {pattern!r}:\n{self.err()}"
            return next((line for line in self.err().splitlines()
                         if re.search(pattern, line)), None)
        try:
            return wait_for(said, timeout, f"{pattern!r} from {self}")
        except AssertionError as e:
            raise AssertionError(f"{e}; it said:\n{self.err()}") from None

    def count_said(self, pattern):
        return sum(bool(re.search(pattern, line))
                   for line in self.err().splitlines())

    # -- what it is ---------------------------------------------------------

    def __str__(self):
        return f"weir {self.verb} [{self.pid}]"

    def alive(self):
        return self.popen.poll() is None

    def tree(self):
        """{pid: role} of itself and all its children, theirs too."""
        roles = {}
        for pid in session(self.pid):
            words = arguments(pid)
            roles[pid] = words[1] if len(words) > 1 else "?"
        return roles

    def child(self, role, other_than=None, timeout=PATIENCE):
        """The pid of the child in that role, once there is one."""
        def find():
            return next((pid for pid, r in self.tree().items()
                         if r == role and pid not in (self.pid, other_than)),
                        None)
        return wait_for(find, timeout, f"a {role} of {self}")

    def cpu(self):
        return sum(cpu_seconds(pid) for pid in self.tree())

    def memory(self):
        """{role: bytes} of proportional set size."""
        sizes = {}
        for pid, role in self.tree().items():
            sizes[role] = sizes.get(role, 0) + memory(pid)
        return sizes

    # -- how it ends --------------------------------------------------------

    def signal(self, number):
        os.kill(self.pid, number)

    def wait(self, timeout=PATIENCE):
        """Wait for its end and that of all its children; the exit code."""
        try:
            code = self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"{self} still runs after {timeout} s:\n{self.err()}"
            ) from None
        wait_for(lambda: not session(self.pid), ORPHANED,
                 f"the children of {self} to end: {self.tree()}")
        return code

    def stop(self, timeout=PATIENCE):
        """SIGTERM, as an init would; the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill9(self):
        """kill -9 of the process alone: its children must see it and end."""
        self.signal(signal.SIGKILL)
        self.popen.wait()
        wait_for(lambda: not session(self.pid), ORPHANED,
                 f"the children of killed {self} to end: {self.tree()}")

    def end(self):
        """Whatever is left, away with it."""
        for pid in session(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.popen.wait()


class Place:
    """A directory with a configuration, and the processes of one test."""

    def __init__(self, path):
        self.path = path
        path.mkdir()
        self.processes = []

    def __truediv__(self, name):
        return self.path / name

    def __str__(self):
        return str(self.path)

    def config(self, text, name="weir.ini", log_level="info", state="state"):
        """Write a configuration; [weir] is put in front of it."""
        (self.path / name).write_text(
            f"[weir]\nstate = {self.path}/{state}\n"
            f"runtime = {self.path}/run\nlog_level = {log_level}\n\n"
            + textwrap.dedent(text))
        for folder in (state, "run"):
            (self.path / folder).mkdir(exist_ok=True)
        return self.path / name

    def start(self, verb, *args, env=None, stdin=subprocess.DEVNULL,
              stdout=None, config="weir.ini", binary=None):
        """Start a verb; those that take a configuration get ours."""
        if config and verb in ("run", "agent", "collector", "tail", "check",
                               "config", "status", "explain", "verify",
                               "resend"):
            args = ("-c", str(self.path / config), *args)
        process = Process(self, verb, args, len(self.processes), env or {},
                          stdin, stdout, binary or BINARY)
        self.processes.append(process)
        return process

    def run(self, verb, *args, code=0, timeout=60, **how):
        """Run a verb to its end, which must have that exit code."""
        process = self.start(verb, *args, **how)
        got = process.wait(timeout)
        assert got == code, \
            f"{process} exited {got}, not {code}:\n{process.err()}"
        return process

    def wait_for(self, name, content, timeout=PATIENCE):
        """Wait until a file holds exactly these bytes."""
        path = self.path / name

        def equal():
            over = not any(p.alive() for p in self.processes)
            if path.exists() and path.read_bytes() == content:
                return True
            assert not over, "nobody is left to write it"
            return False
        try:
            wait_for(equal, timeout, name)
        except AssertionError as e:
            got = path.read_bytes() if path.exists() else None
            raise AssertionError(
                f"{e}: {name} is {summary(got)}, not {summary(content)}"
            ) from None

    def end(self):
        for process in self.processes:
            process.end()

    def close(self, failed=False):
        """End everything; a sanitizer's report fails the test."""
        left = [f"{p}: {p.tree()}" for p in self.processes
                if not p.alive() and session(p.pid)]
        self.end()
        reports = [p.err() for p in self.processes if REPORT.search(p.err())]
        if failed:
            for process in self.processes:
                print(f"-- {process} said:\n{process.err()}")
        if failed or reports or left:
            print(f"left for you to look at: {self.path}")
        else:
            shutil.rmtree(self.path, ignore_errors=True)
        assert not reports, "\n".join(reports)
        assert not left, f"left behind: {left}"


def summary(data):
    if data is None:
        return "not there"
    if len(data) <= 200:
        return repr(data)
    return f"{len(data)} bytes, {data[:80]!r} ... {data[-80:]!r}"
