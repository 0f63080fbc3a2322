"""The proxy does to pika what it is to do to weir."""

import random
import socket
import struct
import threading

import pika
import pika.exceptions
import pytest

import amqp
from process import wait_for
from proxy import (Blackhole, CutBeforeConfirm, Forge, Lose, Permute, Proxy,
                   Refuse, Script, Swallow, Tune, Zombie)


class Publisher:
    """Publishes to the queue q without waiting; notes what it is told."""

    def __init__(self, url):
        self.told = []  # (ack or nack, tag, multiple)
        self.ended = threading.Event()
        self.ready = threading.Event()
        self.connection = pika.SelectConnection(
            pika.URLParameters(url), on_open_callback=self._open,
            on_open_error_callback=lambda *_: self.ended.set(),
            on_close_callback=lambda *_: self._end())
        threading.Thread(target=self.connection.ioloop.start,
                         daemon=True).start()
        assert self.ready.wait(20)

    def _end(self):
        self.ended.set()
        self.connection.ioloop.stop()

    def _open(self, connection):
        connection.channel(on_open_callback=self._channel)

    def _channel(self, channel):
        self.channel = channel
        channel.confirm_delivery(self._told,
                                 callback=lambda _: self.ready.set())

    def _told(self, frame):
        method = frame.method
        self.told.append((method.NAME.split(".")[1].lower(),
                          method.delivery_tag, method.multiple))

    def publish(self, *bodies):
        def now():
            for body in bodies:
                self.channel.basic_publish("", "q", body)
        self.connection.ioloop.add_callback_threadsafe(now)

    def settled(self):
        """{tag: ack or nack} with `multiple` taken into account."""
        known = {}
        for name, tag, multiple in list(self.told):
            for t in range(1, tag + 1) if multiple else (tag,):
                known.setdefault(t, name.lower())
        return known

    def close(self):
        if not self.ended.is_set():
            self.connection.ioloop.add_callback_threadsafe(
                self.connection.close)
            assert self.ended.wait(20)


BODIES = [b"message %d" % n for n in range(200)]


@pytest.fixture
def queue(vhost):
    amqp.declare_queue(vhost.url, "q", "#")
    return vhost.url


def in_queue(url, count):
    return amqp.drain(url, "q", count, timeout=20)


def test_what_no_script_touches_arrives_whole(queue):
    with Proxy(queue) as proxy:
        big = random.Random(1).randbytes(700_000)
        amqp.publish(proxy.url, ("k", big), ("k", b""), exchange="logs")
        assert in_queue(proxy.url, 2) == [big, b""]


def test_swallowed_confirms_are_not_seen_and_the_messages_are(queue):
    with Proxy(queue, Swallow()) as proxy:
        one = Publisher(proxy.url)
        one.publish(*BODIES)
        assert in_queue(queue, 200) == BODIES
        assert one.told == []
        one.close()


def test_permuted_confirms_come_for_each_message_once(queue):
    with Proxy(queue, Permute(random.Random(1))) as proxy:
        one = Publisher(proxy.url)
        one.publish(*BODIES)
        wait_for(lambda: len(one.settled()) == 200, 20, "all confirms")
        tags = [tag for _, tag, _ in one.told]
        assert tags != sorted(tags)
        assert {multiple for _, _, multiple in one.told} == {True, False}
        assert len(tags) == len(set(tags))
        one.close()


def test_a_forged_tag_is_sent_once(queue):
    with Proxy(queue, Forge(10**9, after=10)) as proxy:
        one = Publisher(proxy.url)
        one.publish(*BODIES)
        wait_for(lambda: len(one.told) >= 200, 20, "all answers")
        assert [t for _, t, _ in one.told if t > 200] == [10**9]
        one.close()


def test_a_lost_message_is_confirmed_and_not_there(queue):
    script = Lose(lambda body: body in (b"message 3", b"message 150"))
    with Proxy(queue, script) as proxy:
        one = Publisher(proxy.url)
        one.publish(*BODIES)
        wait_for(lambda: len(one.settled()) == 200, 20, "all confirms")
        assert set(one.settled().values()) == {"ack"}
        left = [b for b in BODIES if b not in (b"message 3", b"message 150")]
        assert in_queue(queue, 198) == left
        assert script.lost == [b"message 3", b"message 150"]
        one.close()


def test_a_refused_message_is_refused_once(queue):
    with Proxy(queue, Refuse(lambda body: body == b"message 7")) as proxy:
        one = Publisher(proxy.url)
        one.publish(*BODIES, b"message 7")
        wait_for(lambda: len(one.settled()) == 201, 20, "all answers")
        assert [t for t, name in one.settled().items()
                if name == "nack"] == [8]
        assert in_queue(queue, 200).count(b"message 7") == 1
        one.close()


def test_a_cut_comes_when_the_broker_has_the_message(queue):
    script = CutBeforeConfirm(random.Random(1), times=1, among=100)
    with Proxy(queue, script) as proxy:
        one = Publisher(proxy.url)
        one.publish(*BODIES)
        assert one.ended.wait(20)
        got = in_queue(queue, len(one.settled()) + 1)
        assert len(got) > len(one.settled())
        amqp.publish(proxy.url, ("k", b"later"))  # only once


def test_a_zombie_delivers_after_its_successor_was_confirmed(queue):
    script = Zombie(after=10, held=5)
    with Proxy(queue, script) as proxy:
        first = Publisher(proxy.url)
        first.publish(*BODIES[:30])
        assert first.ended.wait(20)
        second = Publisher(proxy.url)
        second.publish(*(b"again %d" % n for n in range(40)))
        wait_for(lambda: script.released, 20, "the zombie to be let go")
        got = in_queue(queue, 50 + script.released)
        assert got[:10] == BODIES[:10]
        assert set(BODIES[10:15]) <= set(got[11:])
        assert got.index(b"again 5") < got.index(BODIES[10])
        second.close()


def test_a_changed_tune_is_what_the_client_agrees_to(queue):
    with Proxy(queue, Tune(frame_max=8192)) as proxy:
        amqp.publish(proxy.url, ("k", b"x" * 100_000))
        assert set(proxy.script.agreed) == {8192}
        assert in_queue(queue, 1) == [b"x" * 100_000]


def test_a_blackhole_takes_one_way_only(queue):
    script = Blackhole(to_client=True)
    with Proxy(queue, script) as proxy:
        one = Publisher(proxy.url)
        script.on = True
        one.publish(*BODIES)
        assert in_queue(queue, 200) == BODIES
        assert one.told == []
        script.release()
        wait_for(lambda: len(one.settled()) == 200, 20, "what was held")
        one.close()


def test_a_slow_line_is_as_slow_as_asked(queue):
    with Proxy(queue, rate=200_000) as proxy:
        amqp.connect(proxy.url).close()
        done = threading.Event()
        threading.Thread(target=lambda: (
            amqp.publish(proxy.url, ("k", bytes(400_000))), done.set()),
            daemon=True).start()
        assert not done.wait(1.5)
        assert done.wait(20)


def test_a_script_sees_every_frame_by_name(queue):
    class Names(Script):
        seen = set()

        def from_client(self, link, frame):
            self.seen.add(frame.name)
            return [frame]

        def from_broker(self, link, frame):
            self.seen.add(frame.name)
            return [frame]
    with Proxy(queue, Names()) as proxy:
        amqp.publish(proxy.url, ("k", b"body"))
        in_queue(proxy.url, 1)
    assert {"connection.start", "connection.tune", "connection.tune-ok",
            "channel.open", "confirm.select", "basic.publish", "header",
            "body", "basic.ack", "basic.consume", "basic.deliver"} \
        <= Names.seen


def test_a_broker_that_is_away_is_a_closed_connection():
    with Proxy("amqp://u:p@127.0.0.1:1/v") as proxy, \
            socket.create_connection(("127.0.0.1", proxy.port), 5) as s:
        s.sendall(b"AMQP" + struct.pack(">BBBB", 0, 0, 9, 1))
        s.settimeout(5)
        try:
            assert s.recv(1) == b""
        except ConnectionResetError:
            pass
