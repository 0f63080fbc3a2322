"""Two collectors on one queue: single_active = yes."""

import amqp
from lines import numbered
from process import wait_for

CONFIG = """\
    [broker]
    url = {url}
    [stream s]
    bind = #
    queue = q
    single_active = yes
    path = {place}/{name}.log
    """


def collector(place, vhost, name):
    path = place.config(CONFIG.format(url=vhost.url, place=place, name=name),
                        name=f"{name}.ini")
    text = path.read_text()
    path.write_text(text.replace("/state", f"/state-{name}"))
    process = place.start("collector", config=f"{name}.ini")
    process.wait_said("up$")
    return process


def publish(vhost, first, count):
    amqp.publish(vhost.url, *[("info.user", line) for line in
                              numbered(count, first).splitlines()])


def size(place, name):
    path = place / f"{name}.log"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_CO_12_the_second_waits_and_takes_over(place, vhost):
    first = collector(place, vhost, "first")
    second = collector(place, vhost, "second")
    publish(vhost, 0, 20)
    wait_for(lambda: size(place, "first") == 20, 30, "the first to write")
    assert size(place, "second") == 0
    first.kill9()
    publish(vhost, 20, 20)
    # What the first had acknowledged does not come again.
    # What it had not comes again, and in front of the others.
    wait_for(lambda: (place / "second.log").exists() and
             (place / "second.log").read_bytes().endswith(numbered(20, 20)),
             30, "the second to write")
    lines = [line for name in ("first", "second")
             for line in (place / f"{name}.log").read_bytes().splitlines()]
    assert set(lines) == set(numbered(40).splitlines())
    assert second.stop() == 0
