"""What the broker will not have is set aside, and the rest goes on."""

import json

import amqp
from lines import numbered


def test_a_message_too_large_for_the_broker_is_set_aside(place, own_broker,
                                                         own_vhost):
    own_broker.eval("application:set_env(rabbit, max_message_size, 10000)")
    place.config(f"""\
        [broker]
        url = {own_vhost.url}
        [input in]
        path = {place}/in.log
        """)
    amqp.declare_queue(own_vhost.url, "q", "#")
    first, second, third = (numbered(400, at) for at in (0, 400, 800))
    large = (b"A" * 20000 + b"\n", b"B" * 30000 + b"\n")
    (place / "in.log").write_bytes(
        first + large[0] + second + large[1] + third)
    place.run("agent", "--once")
    bodies = amqp.drain(own_vhost.url, "q",
                        amqp.depth(own_vhost.url, "q"))
    # Those under way with a refused one may come twice, each as itself.
    assert set(bodies) == set((first + second + third).splitlines())
    aside = sorted((place / "state/rejected").iterdir())
    assert len(aside) == 2
    for path, line in zip(aside, large):
        head, body = path.read_bytes().split(b"\n", 1)
        told = json.loads(head)
        assert body == line[:-1]
        assert "message size" in told["reason"]
        assert told["path"] == str(place / "in.log")
    listed = place.run("spool", "ls", "-c", str(place / "weir.ini"))
    assert listed.out().count(b"message size") == 2
    # It is settled: the next agent does not try it again.
    again = place.run("agent", "--once")
    assert again.count_said("set aside") == 0
    own_broker.eval("application:set_env(rabbit, max_message_size, 134217728)")
