"""The first command of the README."""

import os
import re
import signal
import subprocess
import time

import pytest

from process import arguments, session, wait_for
from weir import RELEASE, ROOT

STREAMS = ROOT / "build/quickstart/streams"
# One folder of streams: these tests must not run beside each other.
pytestmark = [pytest.mark.xdist_group("quickstart"), pytest.mark.skipif(
    not os.access(RELEASE, os.X_OK), reason="needs build/release")]


@pytest.fixture
def quickstart(place):
    """Start it with a folder for temporary files that we can look into."""
    def start(*args):
        (place / "tmp").mkdir()
        out = open(place / "shown", "wb")
        return subprocess.Popen(
            [ROOT / "scripts/quickstart", *args], stdout=out, stderr=out,
            stdin=subprocess.DEVNULL, start_new_session=True,
            # A test run in the background has it ignored, and bash keeps that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            env={**os.environ, "TMPDIR": str(place / "tmp")})
    return start


def shown(place):
    return (place / "shown").read_text(errors="replace")


def running(place):
    """What still runs with a file of this place among its arguments."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
            if any(str(place) in word for word in arguments(pid))]


def assert_only_streams_are_left(place, run):
    assert session(run.pid) == [] and running(place) == []
    assert list((place / "tmp").iterdir()) == []
    assert str(STREAMS) in shown(place).splitlines()[-1]


def test_quickstart_shows_filtered_streams_and_ends_by_itself(
        place, quickstart):
    run = quickstart("--seconds", "3")
    assert run.wait(timeout=60) == 0, shown(place)
    assert_only_streams_are_left(place, run)
    counts = dict(re.findall(r"(?m)^(\w+) +(\d+)  \S", shown(place)))
    assert len(counts) >= 3, shown(place)
    everything = (STREAMS / "events.json").read_bytes()
    assert everything.count(b"\n") == int(counts["events"])
    assert everything.count(b"live.log") >= 2, "nothing while it runs"


@pytest.mark.parametrize("delay", [0, 0.3, 0.6])
def test_ctrl_c_ends_quickstart_with_success(place, quickstart, delay):
    run = quickstart()
    wait_for(lambda: re.search(r"(?m)^everything +\d", shown(place)), 60,
             "a first table")
    time.sleep(delay)
    assert running(place) != []
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(timeout=30) == 0, shown(place)
    assert "killing" not in shown(place)
    assert_only_streams_are_left(place, run)
