"""What other programs see on the broker, and what they may send."""

import decimal
import re
import time

import pika
import pytest

import amqp

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(Z|[+-]\d\d:\d\d)")


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def test_a_short_script_sees_all_that_is_known_about_a_line(place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [agent]
        host = alpha
        [input in]
        path = {place}/in.log
        facility = local3
        program = shop
        """)
    (place / "in.log").write_bytes(b"first [error] line\nsecond\n")
    listener = amqp.Subscriber(vhost.url, "err.*")
    place.run("agent", "--once")
    (message,) = listener.take(1)
    properties, headers = message.properties, message.properties.headers
    assert message.body == b"first [error] line"
    assert message.key == "err.local3"
    assert properties.content_type == "text/plain"
    assert properties.delivery_mode == 2
    assert abs(properties.timestamp - time.time()) < 60
    assert properties.app_id == "shop"
    source, pos = properties.message_id.split("/")
    assert re.fullmatch("[0-9a-f]{32}", source)
    assert int(pos) == len(b"first [error] line\n")
    assert text(headers["key"]) == "err.local3"
    assert text(headers["host"]) == "alpha"
    assert text(headers["severity"]) == "err"
    assert text(headers["facility"]) == "local3"
    assert text(headers["path"]) == str(place / "in.log")
    assert text(headers["source"]) == source
    assert headers["pos"] == int(pos)
    assert RFC3339.fullmatch(text(headers["time"]))
    assert RFC3339.fullmatch(text(headers["received"]))


def test_positions_of_one_file_rise_and_share_one_source(place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [input in]
        path = {place}/in.log
        """)
    (place / "in.log").write_bytes(b"a\n\nccc\r\n")
    listener = amqp.Subscriber(vhost.url, "#")
    place.run("agent", "--once")
    messages = listener.take(3)
    assert [m.body for m in messages] == [b"a", b"", b"ccc\r"]
    assert [m.properties.headers["pos"] for m in messages] == [2, 3, 8]
    assert len({text(m.properties.headers["source"]) for m in messages}) == 1


COLLECTOR = """\
    [broker]
    url = {url}
    [stream s]
    bind = {bind}
    queue = {queue}
    path = {place}/out.log
    """


def collector(place, vhost, once=None, **changes):
    settings = {"bind": "#", "queue": "s", **changes}
    place.config(COLLECTOR.format(url=vhost.url, place=place, **settings))
    return place.start("collector", *(["--once", "--idle", once] if once
                                      else []))


def test_bare_bodies_of_any_publisher_are_lines_too(place, vhost):
    run = collector(place, vhost)
    amqp.publish(vhost.url, ("info.user", b"bare"), ("", b"no key"),
                 ("a.b.c", b"\xff\0 any bytes"), ("err.user", b""))
    place.wait_for("out.log", b"bare\nno key\n\xff\0 any bytes\n\n")
    assert run.stop() == 0


def test_a_line_feed_in_a_body_cannot_forge_a_second_line(place, vhost):
    run = collector(place, vhost)
    amqp.publish(vhost.url, ("info.user", b"one\nroot logged in"))
    place.wait_for("out.log", b"one\\nroot logged in\n")
    assert run.stop() == 0


@pytest.mark.parametrize("headers", [
    {"host": 7, "pos": "many", "time": "yesterday", "source": {"a": [1]}},
    {"severity": "dreadful", "facility": None, "received": True,
     "key": decimal.Decimal("1.5")},
    {"host": "../../x", "nested": {"deep": {"deeper": [None, {}]}}}])
def test_headers_that_make_no_sense_do_not_stop_a_line(place, vhost, headers):
    run = collector(place, vhost)
    odd = pika.BasicProperties(headers=headers, timestamp=2 ** 62,
                               content_type="text/x-odd", message_id="?")
    amqp.publish(vhost.url, ("info.user", b"odd"), properties=odd)
    amqp.publish(vhost.url, ("info.user", b"even"))
    place.wait_for("out.log", b"odd\neven\n")
    assert run.stop() == 0


def test_a_message_left_by_25_dying_consumers_is_still_written(place, vhost):
    assert collector(place, vhost, once="100ms").wait() == 0
    amqp.publish(vhost.url, ("info.user", b"patient"))
    for _ in range(25):
        assert amqp.taken_to_the_grave(vhost.url, "s") == b"patient"
    assert collector(place, vhost, once="2s").wait() == 0
    assert (place / "out.log").read_bytes() == b"patient\n"


def test_a_named_queue_is_a_durable_quorum_queue(place, vhost):
    assert collector(place, vhost, once="100ms").wait() == 0
    amqp.declare_queue(vhost.url, "s")  # refused if it were anything else


def test_a_queue_deleted_under_the_collector_is_declared_again(place, vhost):
    run = collector(place, vhost)
    amqp.publish(vhost.url, ("info.user", b"before"))
    place.wait_for("out.log", b"before\n")
    amqp.connect(vhost.url).channel().queue_delete("s")
    amqp.publish(vhost.url, ("info.user", b"after"))
    place.wait_for("out.log", b"before\nafter\n")
    assert run.stop() == 0


def test_an_unnamed_stream_has_an_exclusive_queue_that_goes_with_it(
        place, vhost):
    run = collector(place, vhost, queue="")
    amqp.publish(vhost.url, ("info.user", b"hello"))
    place.wait_for("out.log", b"hello\n")
    assert run.stop() == 0
    assert not amqp.publish_once(vhost.url, "info.user", b"nobody")


def test_aliases_in_a_binding_bind_the_real_word(place, vhost):
    run = collector(place, vhost, bind="error.* critical.* warn.* panic.*")
    amqp.publish(vhost.url, ("emerg.user", b"emerg"), ("err.user", b"err"),
                 ("crit.user", b"crit"), ("warning.user", b"warning"))
    place.wait_for("out.log", b"emerg\nerr\ncrit\nwarning\n")
    assert run.stop() == 0
