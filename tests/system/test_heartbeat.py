"""Heartbeats: an idle connection is kept, a silent one is not."""

import time

import amqp
from process import wait_for

IDLE = 7  # s: several times the two heartbeats after which it would be dropped


def test_an_idle_connection_is_kept_and_still_carries_lines(place, vhost):
    (place / "in.log").write_bytes(b"first\n")
    place.config(f"""\
        [broker]
        url = {vhost.url}
        heartbeat = 1s
        [input in]
        path = {place}/in.log
        [stream s]
        bind = #
        path = {place}/out.log
        """)
    amqp.connect(vhost.url).close()
    run = place.start("run")
    place.wait_for("out.log", b"first\n")
    end = time.monotonic() + IDLE
    wait_for(lambda: time.monotonic() > end, IDLE + 5, "time to pass")
    with open(place / "in.log", "ab") as log:
        log.write(b"second\n")
    place.wait_for("out.log", b"first\nsecond\n")
    assert "no sign of life" not in run.err()
    # Lines and questions, on either side.
    assert run.count_said(r": up\b") == 4, run.err()
    assert run.stop() == 0
