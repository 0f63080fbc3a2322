"""kill -9 of any process of weir at any moment, a dozen times over."""

import os
import random
import signal
import time

import pytest

from lines import numbered
from process import wait_for

KILLS = 12
EACH = 4000
CONFIG = """\
    [broker]
    url = {url}
    [input in]
    path = {place}/in*.log
    [stream all]
    bind = #
    queue = all
    path = {place}/out/all.log
    [stream errors]
    bind = err.*
    queue = errors
    path = {place}/out/errors.log
    """
# A process killed while its child looks for leaks leaves that one hanging.
NO_LEAK_CHECK = {"ASAN_OPTIONS": "detect_leaks=0:exitcode=99"}


def kill_one(place, run, dice):
    """Kill one process; the `run` that goes on."""
    pid = dice.choice(sorted(run.tree()))
    if pid == run.pid:
        run.kill9()
        return place.start("run", env=NO_LEAK_CHECK)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it ended because of the one before
    return run


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("broker_url", ["local", "amqp"])
def test_whoever_is_killed_whenever_no_line_is_lost(place, vhost, broker_url,
                                                    seed):
    dice = random.Random(seed)
    url = vhost.url if broker_url == "amqp" else "local:"
    place.config(CONFIG.format(place=place, url=url))
    run = place.start("run", env=NO_LEAK_CHECK)
    for n in range(KILLS):
        with open(place / "in.log", "ab") as log:
            log.write(numbered(EACH, first=n * EACH))
        if n % 4 == 3:
            (place / "in.log").rename(place / f"in.{n}.log")
        time.sleep(dice.random() * 0.8)
        run = kill_one(place, run, dice)

    lines = set(numbered(KILLS * EACH).splitlines())
    errors = {line for line in lines if b"[error]" in line}

    def lost(name, wanted):
        path = place / "out" / name
        return not path.exists() or \
            wanted - set(path.read_bytes().splitlines())
    wait_for(lambda: not lost("all.log", lines), 90, "every line", every=0.3)
    wait_for(lambda: not lost("errors.log", errors), 90, "every error",
             every=0.3)
    run.stop()
