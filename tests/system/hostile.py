"""A server that answers an AMQP client with anything but AMQP."""

import contextlib
import socket
import struct
import threading

from proxy import END, HEADER, METHOD, Script

START = struct.pack(">HHBB", 10, 10, 0, 9)
MECHANISMS = struct.pack(">I", 5) + b"PLAIN"
LOCALES = struct.pack(">I", 5) + b"en_US"


def frame(payload, kind=METHOD, channel=0, size=None, end=END):
    return struct.pack(">BHI", kind, channel,
                       len(payload) if size is None else size) + payload + end


def table(entries):
    return struct.pack(">I", len(entries)) + entries


def start(properties=table(b"")):
    return frame(START + properties + MECHANISMS + LOCALES)


def nested(depth, kind=b"F"):
    """Tables in tables, or arrays in arrays."""
    value = table(b"")
    for _ in range(depth):
        value = table((b"\1a" if kind == b"F" else b"") + kind + value)
    return table(b"\1aA" + value) if kind == b"A" else value


def method(class_id, number, arguments=b"", channel=0):
    return frame(struct.pack(">HH", class_id, number) + arguments,
                 channel=channel)


TUNE = method(10, 30, struct.pack(">HIH", 2047, 131072, 0))
OPEN_OK = method(10, 41, b"\0")
CHANNEL_OK = method(20, 11, struct.pack(">I", 0), channel=1)
EXCHANGE_OK = method(40, 11, channel=1)
UP = start() + TUNE + OPEN_OK + CHANNEL_OK + EXCHANGE_OK

QUEUE_OK = method(50, 11, b"\1q" + struct.pack(">II", 0, 0), channel=1)
CONSUMING = UP + QUEUE_OK + method(50, 21, channel=1) \
    + method(60, 11, channel=1) + method(60, 21, b"\1t", channel=1)


def delivery(tag, body=b"body"):
    """A message whose delivery tag is of our choice."""
    return method(60, 60, b"\1t" + struct.pack(">QB", tag, 0) + b"\1e\1k",
                  channel=1) \
        + frame(struct.pack(">HHQH", 60, 0, len(body), 0), kind=HEADER,
                channel=1) + frame(body, kind=3, channel=1)


REPLIES = (
    CONSUMING + delivery(2) + delivery(1),
    CONSUMING + delivery(7) + delivery(7),
    CONSUMING + delivery(0) + delivery((1 << 64) - 1) + delivery(1),
    b"",
    b"AMQP\0\0\x09\x01",
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\0" * 65536,
    b"\xff" * 65536,
    # Frames that are not what they say.
    frame(START, size=0),
    frame(START, size=0xFFFFFFFF),
    frame(START, size=0x7FFFFFFF) + b"x" * 65536,
    frame(START, end=b"\0"),
    frame(b""),
    frame(b"\0"),
    frame(START),
    frame(START, kind=77),
    frame(b"x" * 12, kind=HEADER, channel=1),
    struct.pack(">BH", 1, 0),
    # Tables and strings longer than their frame, and too deep.
    frame(START + struct.pack(">I", 0xFFFFFFFF) + b"x" * 100),
    frame(START + table(b"\xffx")),
    frame(START + table(b"\1aS" + struct.pack(">I", 0xFFFFFF))),
    frame(START + table(b"\1a?")),
    start(nested(101)),
    start(nested(2000)),
    start(nested(101, b"A")),
    start(table(b"\1at\1" * 10000)),
    # A handshake that goes wrong later.
    start() + start(),
    start() + method(10, 30),
    start() + method(10, 30, struct.pack(">HIH", 0, 1, 1)),
    start() + TUNE + method(10, 50, struct.pack(">HB", 320, 255)),
    start() + TUNE + OPEN_OK + frame(b"x", channel=9),
    start() + TUNE + OPEN_OK + method(20, 40, b"\1\x94\x05short", channel=1),
    # Up, and then.
    UP + method(60, 80, struct.pack(">QB", 7, 0), channel=1),
    UP + method(85, 11, channel=1) + method(60, 80, b"\0", channel=1),
    UP + method(85, 11, channel=1) + frame(b"body", kind=3, channel=1) * 100,
    UP + method(85, 11, channel=1) + method(60, 50, b"\xff" * 9, channel=1),
    UP + method(85, 11, channel=1)
    + method(60, 60, b"\1t" + struct.pack(">QB", 1, 0) + b"\1e\1k", channel=1)
    + frame(struct.pack(">HHQH", 60, 0, 1 << 63, 0), kind=HEADER, channel=1),
    UP + method(85, 11, channel=1)
    + method(60, 60, b"\1t" + struct.pack(">QB", 1, 0) + b"\1e\1k", channel=1)
    + frame(struct.pack(">HHQH", 60, 0, 1, 0xFFFF), kind=HEADER, channel=1),
)


class Server:
    """Gives each connection the next of the replies, and hangs up."""

    def __init__(self, replies):
        self.replies = replies
        self.served = 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"amqp://u:p@127.0.0.1:{self.server.getsockname()[1]}/v"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

    def _serve(self):
        while True:
            try:
                client = self.server.accept()[0]
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                client.settimeout(0.2)
                client.sendall(self.replies[self.served % len(self.replies)])
                while client.recv(65536):
                    pass
            self.served += 1


class Damage(Script):
    """Flips bytes, cuts and lengthens what comes from a real broker."""

    def __init__(self, dice, rate=0.02):
        self.dice = dice
        self.rate = rate
        self.on = True
        self.damaged = 0

    def _damage(self, payload):
        data = bytearray(payload)
        how = self.dice.randrange(3)
        if how == 0 and data:
            for _ in range(self.dice.randrange(1, 4)):
                data[self.dice.randrange(len(data))] = \
                    self.dice.randrange(256)
        elif how == 1:
            del data[self.dice.randrange(len(data) + 1):]
        else:
            data += self.dice.randbytes(self.dice.randrange(1, 50))
        return bytes(data)

    def from_broker(self, link, frame):
        if not self.on or self.dice.random() >= self.rate:
            return [frame]
        self.damaged += 1
        return [frame._replace(payload=self._damage(frame.payload))]
