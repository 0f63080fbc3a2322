"""docs/delivery.md: any subscriber can keep the union himself."""

import re
import subprocess
import sys

from process import wait_for
from weir import ROOT

TURN = 1000


def script():
    text = (ROOT / "docs/delivery.md").read_text()
    return re.search(r"```python\n(.*?)```", text, re.S).group(1)


def lines(turn):
    """Of two severities, so that there are two chains."""
    return [f"line {n} is {'well' if n % 3 else 'an error'}\n"
            for n in range(turn * TURN, (turn + 1) * TURN)]


def test_the_subscriber_of_the_docs_sees_every_line_once(place, vhost):
    """An agent is killed while it publishes, twice; the subscriber prints
    each line once and has no hole."""
    place.config(f"""
        [broker]
        url = {vhost.url}
        unroutable = hold

        [input x]
        type = file
        path = {place}/x.log
        """)
    got = place / "got"
    wanted = []
    with open(got, "wb") as out:
        subscriber = subprocess.Popen(
            [sys.executable, "-u", "-c", script(), vhost.url, "mine", "#"],
            stdout=out, stderr=subprocess.PIPE, text=True)
    try:
        for turn in range(3):
            before = len(wanted)
            wanted += lines(turn)
            with open(place / "x.log", "a") as log:
                log.writelines(lines(turn))
            agent = place.start("agent")
            # Long before the first save: that comes after a second.
            wait_for(lambda: got.read_bytes().count(b"\n") > before, 30,
                     "a line of this turn", every=0.001)
            if turn < 2:
                agent.kill9()
        said = subscriber.communicate(timeout=120)[1]
    finally:
        subscriber.kill()
        subscriber.wait()
    assert sorted(got.read_text().splitlines(True)) == sorted(wanted), said
    assert re.fullmatch(r"\d+ repeats, holes: \[\]\n", said), said
