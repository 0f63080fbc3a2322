"""logrotate(8) itself, under load, with the agent up and down: the account
balances.  What copytruncate loses between copying and truncating is in
neither file, and nobody's but logrotate's."""

import contextlib
import gzip
import json
import subprocess
import threading
import time

import pytest

from lines import numbered
from process import wait_for
from weir import RELEASE

FOLLOW = """\
    [broker]
    url = local:
    [input in]
    path = {place}/logs/*.log{glob}
    rotate_wait = 1s
    [stream out]
    bind = #
    path = {place}/out
    sync = none
    """
SETUPS = {
    "create": "create",
    "copytruncate": "copytruncate",
    "compress": "create\ncompress",
    "delaycompress": "create\ncompress\ndelaycompress",
    "dateext": "create\ncompress\ndateext\ndateformat -%Y%m%d-%H%M%S",
    "copytruncate-compress": "copytruncate\ncompress",
}


class Writer(threading.Thread):
    """Appends lines until it is told to stop, opening the log for each few,
    as a daemon does that is told to reopen it."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        self.count = 0
        self.done = threading.Event()
        self.lock = threading.Lock()

    def run(self):
        while not self.done.wait(0.002):
            with self.lock, open(self.path, "ab", buffering=0) as log:
                log.write(numbered(5, first=self.count))
                self.count += 5

    def stop(self):
        self.done.set()
        self.join()


def rotate(place, setup):
    # Not as root's, and whoever may write to the folder.
    (place / "rotate.conf").write_text(
        f"{place}/logs/app.log {{\nrotate 100\nmissingok\n{setup}\n}}\n")
    subprocess.run(["/usr/sbin/logrotate", "-f", "-s", f"{place}/rotated",
                    f"{place}/rotate.conf"], check=True)


def kept(place):
    """What all generations hold now."""
    lines = []
    for path in (place / "logs").iterdir():
        data = path.read_bytes()
        lines += (gzip.decompress(data) if path.suffix == ".gz"
                  else data).splitlines()
    return lines


def lost_bytes(place):
    pages = map(json.loads,
                place.run("status", "-o", "json").out().splitlines())
    agent = next(p for p in pages if p["role"] == "agent")
    return agent["inputs"][0].get("lost_bytes", 0)


@pytest.mark.parametrize("glob", ["", "*"], ids=["name", "all"])
@pytest.mark.parametrize("setup", SETUPS)
def test_logrotate(place, setup, glob):
    (place / "logs").mkdir()
    log = place / "logs/app.log"
    log.touch()
    place.config(FOLLOW.format(place=place, glob=glob))
    run = place.start("run", binary=RELEASE)

    def got():
        out = place / "out"
        return out.read_bytes().splitlines() if out.exists() else []

    writer = Writer(log)
    writer.start()
    try:
        for turn in range(4):
            before = writer.count
            wait_for(lambda: writer.count > before + 50, 9, "some load")
            # Outside of the glob only what was opened can be found again.
            wait_for(lambda: got() and got()[-1] >= numbered(
                1, first=before), 9, "the present file to be open")
            if turn == 2:
                assert run.stop() == 0
            if "dateext" in SETUPS[setup]:  # no two generations of one second
                now = int(time.time())
                wait_for(lambda: time.time() > now + 1.1, 3, "a second")
            # A daemon would be told to reopen its log, between renaming and
            # compressing; ours stands still.
            with contextlib.nullcontext() if "truncate" in setup \
                    else writer.lock:
                rotate(place, SETUPS[setup])
            if turn == 2:
                run = place.start("run", binary=RELEASE)
    finally:
        writer.stop()
    there = kept(place)
    wait_for(lambda: set(there) <= set(got()), 20, "all that was kept")
    # What was read and is in no generation may come a little later.
    reported = lost_bytes(place)
    assert run.stop() == 0
    place.run("run", "--once", "--idle", "200ms", binary=RELEASE)
    lines = got()
    assert len(lines) == len(set(lines)), "nothing twice, nothing again"
    lost = set(numbered(writer.count).splitlines()) - set(lines)
    if "copytruncate" not in setup:
        assert not lost
    assert not lost & set(there)
    # Some of it was seen before it went; nothing that came is among that.
    assert reported <= sum(len(line) + 1 for line in lost)
    print(f"{setup}: logrotate itself lost {len(lost)} of {writer.count} "
          f"lines; {reported} bytes were seen and are reported")
