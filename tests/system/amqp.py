"""Other people's programs on the broker: pika, as anyone would use it."""

import collections
import os
import signal
import time

import pika
import pika.exceptions

Message = collections.namedtuple("Message", "body key properties")


def connect(url):
    return pika.BlockingConnection(pika.URLParameters(url))


class Subscriber:
    """An exclusive queue bound by patterns; takes what arrives there."""

    def __init__(self, url, *patterns, exchange="logs", type="topic"):
        self.connection = connect(url)
        self.channel = self.connection.channel()
        self.channel.exchange_declare(exchange, type, durable=True)
        self.queue = self.channel.queue_declare("", exclusive=True).method.queue
        for pattern in patterns:
            self.channel.queue_bind(self.queue, exchange, pattern)

    def take(self, count, timeout=30):
        """Exactly `count` messages, and then no more for a moment."""
        got = []
        end = time.monotonic() + timeout
        while len(got) < count and time.monotonic() < end:
            got += self.rest(quiet=0.2)
        got += self.rest(quiet=0.2)
        assert len(got) == count, \
            f"{len(got)} messages, not {count}: {[m.body for m in got[:20]]}"
        return got

    def rest(self, quiet=1.0):
        """All there is, until nothing is left and has come for `quiet` s."""
        got = []
        for method, properties, body in self.channel.consume(
                self.queue, auto_ack=True, inactivity_timeout=quiet):
            if method is None and self.is_empty():
                break
            if method is None:
                continue
            got.append(Message(body, method.routing_key, properties))
        return got

    def is_empty(self):
        """The broker answers behind what it delivered before."""
        declared = self.channel.queue_declare(self.queue, passive=True)
        return declared.method.message_count == 0 and \
            self.channel.get_waiting_message_count() == 0

    def close(self):
        self.connection.close()


def publish(url, *messages, exchange="logs", properties=None, patience=30):
    """Publish (key, body) pairs in order, each until it is routed."""
    end = time.monotonic() + patience
    for key, body in messages:
        while not publish_once(url, key, body, exchange, properties):
            assert time.monotonic() < end, f"{key} is routed to nobody"
            time.sleep(0.05)


def publish_once(url, key, body, exchange="logs", properties=None):
    """True when the broker has it in a queue; False if nobody wants it."""
    connection = connect(url)
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(exchange, key, body, properties, mandatory=True)
    except (pika.exceptions.UnroutableError,
            pika.exceptions.ChannelClosedByBroker):
        return False  # no queue is bound, or there is no exchange yet
    finally:
        connection.close()
    return True


def depth(url, queue):
    """How many messages wait in a queue; None if it does not exist."""
    connection = connect(url)
    try:
        declared = connection.channel().queue_declare(queue, passive=True)
        return declared.method.message_count
    except pika.exceptions.ChannelClosedByBroker:
        return None
    finally:
        connection.close()


def drain(url, queue, count, timeout=60):
    """Take `count` bodies off a named queue."""
    connection = connect(url)
    channel = connection.channel()
    channel.basic_qos(prefetch_count=1000)
    bodies = []
    end = time.monotonic() + timeout
    for method, _, body in channel.consume(queue, inactivity_timeout=0.5):
        if method is not None:
            bodies.append(body)
            channel.basic_ack(method.delivery_tag)
        if len(bodies) >= count or time.monotonic() > end:
            break
    connection.close()
    return bodies


def taken_to_the_grave(url, queue):
    """Take a message and die of SIGKILL with it in hand; its body."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            channel = connect(url).channel()
            _, _, body = next(channel.consume(queue, inactivity_timeout=20))
            os.write(writer, body or b"")
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        return pipe.read()


def declare_queue(url, queue, *patterns, exchange="logs", type="topic"):
    """The durable quorum queue that a collector would declare."""
    connection = connect(url)
    channel = connection.channel()
    channel.exchange_declare(exchange, type, durable=True)
    channel.queue_declare(queue, durable=True,
                          arguments={"x-queue-type": "quorum"})
    for pattern in patterns:
        channel.queue_bind(queue, exchange, pattern)
    connection.close()
