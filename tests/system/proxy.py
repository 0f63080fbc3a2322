"""A proxy between weir and RabbitMQ that knows AMQP 0-9-1 frames.

It passes whole frames both ways through a *script*, which may hold, drop,
change, forge or reorder them, and cut connections.  Scripts are called one at
a time, whichever connection a frame came from, and so need no locks.
"""

import collections
import contextlib
import socket
import struct
import threading
import time

METHOD, HEADER, BODY, HEARTBEAT = 1, 2, 3, 8
END = b"\xce"
METHODS = {
    (10, 10): "connection.start", (10, 30): "connection.tune",
    (10, 31): "connection.tune-ok", (10, 50): "connection.close",
    (10, 60): "connection.blocked", (20, 10): "channel.open",
    (40, 10): "exchange.declare", (50, 10): "queue.declare",
    (60, 20): "basic.consume", (60, 40): "basic.publish",
    (60, 50): "basic.return", (60, 60): "basic.deliver",
    (60, 80): "basic.ack", (60, 90): "basic.reject",
    (60, 120): "basic.nack", (85, 10): "confirm.select",
}
NAMES = {HEADER: "header", BODY: "body", HEARTBEAT: "heartbeat"}


class Frame(collections.namedtuple("Frame", "type channel payload")):
    @property
    def name(self):
        if self.type != METHOD:
            return NAMES.get(self.type, "?")
        return METHODS.get(struct.unpack_from(">HH", self.payload), "?")

    def __bytes__(self):
        return struct.pack(">BHI", self.type, self.channel,
                           len(self.payload)) + self.payload + END


def read_frame(file):
    head = file.read(7)
    if len(head) < 7:
        return None
    kind, channel, size = struct.unpack(">BHI", head)
    payload = file.read(size + 1)
    if len(payload) <= size or payload[-1:] != END:
        return None
    return Frame(kind, channel, payload[:-1])


def answer(name, channel, tag, multiple=False):
    """A basic.ack or basic.nack as the broker sends it."""
    method = {"basic.ack": 80, "basic.nack": 120}[name]
    return Frame(METHOD, channel,
                 struct.pack(">HHQB", 60, method, tag, int(multiple)))


class Link:
    """One connection through the proxy; `number` counts from 1."""

    def __init__(self, number, client, broker):
        self.number = number
        self.client = client
        self.broker = broker
        self.zombie = False  # the broker must not learn that it was cut
        self.publishes = False
        self.bytes_to_client = 0
        self._locks = {client: threading.Lock(), broker: threading.Lock()}

    def _send(self, sock, frames):
        with self._locks[sock], contextlib.suppress(OSError):
            sock.sendall(b"".join(map(bytes, frames)))

    def to_client(self, *frames):
        self._send(self.client, frames)

    def to_broker(self, *frames):
        self._send(self.broker, frames)

    @staticmethod
    def _cut(sock):
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    def cut(self):
        """End it on both sides."""
        self._cut(self.client)
        self._cut(self.broker)

    def leave_zombie(self):
        """The client sees it end; the broker sees it alive."""
        self.zombie = True
        self._cut(self.client)


class Script:
    """Lets everything pass."""

    proxy = None

    def opened(self, link):
        pass

    def from_client(self, link, frame):
        return [frame]

    def from_broker(self, link, frame):
        return [frame]

    def ended(self, link):
        """One side is gone: true to let the other know."""
        return not link.zombie


class Proxy:
    """`url` leads to the broker of another URL, by way of `script`."""

    def __init__(self, url, script=None, rate=None):
        before, _, rest = url.rpartition("@")
        address, slash, vhost = rest.partition("/")
        host, _, port = address.partition(":")
        self.target = (host, int(port))
        self.script = script or Script()
        self.script.proxy = self
        self.rate = rate  # bytes/s each way; None: as fast as it goes
        self.links = []
        self.lock = threading.RLock()
        self.server = socket.create_server(("127.0.0.1", 0))
        self._narrow(self.server)
        self.port = self.server.getsockname()[1]
        self.url = f"{before}@127.0.0.1:{self.port}{slash}{vhost}"
        self._thread(self._serve)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        # A thread that sits in accept() is not woken by close().
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for link in list(self.links):
            link.cut()

    def _narrow(self, sock):
        """A thin line has little under way; loopback would have megabytes."""
        if self.rate:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)

    @staticmethod
    def _thread(run, *args):
        threading.Thread(target=run, args=args, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client = self.server.accept()[0]
            except OSError:
                return
            self._thread(self._connect, client)

    def _connect(self, client):
        try:
            broker = socket.create_connection(self.target)
        except OSError:
            client.close()
            return
        self._narrow(broker)
        for end in (client, broker):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.lock:
            link = Link(len(self.links) + 1, client, broker)
            self.links.append(link)
            self.script.opened(link)
        self._thread(self._pump, link, client, broker)
        self._thread(self._pump, link, broker, client)

    def _pump(self, link, source, sink):
        upward = source is link.client
        file = source.makefile("rb", buffering=4096 if self.rate else 1 << 16)
        with contextlib.suppress(OSError, ValueError):
            if upward:
                sink.sendall(file.read(8))  # the protocol header
            while (frame := read_frame(file)) is not None:
                self._pass(link, frame, upward)
        with self.lock:
            tell = self.script.ended(link)
        if tell:
            link.cut()

    def _pass(self, link, frame, upward):
        with self.lock:
            link.publishes |= upward and frame.name == "confirm.select"
            pass_on = (self.script.from_client if upward
                       else self.script.from_broker)
            frames = pass_on(link, frame)
        for one in frames:
            if self.rate:
                time.sleep(len(bytes(one)) / self.rate)
            (link.to_broker if upward else link.to_client)(one)


# -- scripts about connections ----------------------------------------------


class Tune(Script):
    """The broker proposes something else in connection.tune."""

    def __init__(self, channel_max=None, frame_max=None, heartbeat=None):
        self.wanted = (channel_max, frame_max, heartbeat)
        self.agreed = []  # frame_max of each tune-ok

    def from_broker(self, link, frame):
        if frame.name != "connection.tune":
            return [frame]
        offered = struct.unpack(">HIH", frame.payload[4:])
        values = [o if w is None else w
                  for o, w in zip(offered, self.wanted)]
        return [frame._replace(payload=frame.payload[:4]
                               + struct.pack(">HIH", *values))]

    def from_client(self, link, frame):
        if frame.name == "connection.tune-ok":
            self.agreed.append(struct.unpack(">HIH", frame.payload[4:])[1])
        return [frame]


class Blackhole(Script):
    """While `on`, nothing arrives that goes one way, not even an end.

    `release` lets it come late, as TCP would, and then the ends.
    """

    def __init__(self, to_broker=False, to_client=False):
        self.to_broker = to_broker
        self.to_client = to_client
        self.on = False
        self.held = []  # (how it is sent on, frame)
        self.ended_links = []

    def _hold(self, held, send, frame):
        if self.on and held:
            self.held.append((send, frame))
            return []
        return [frame]

    def from_client(self, link, frame):
        return self._hold(self.to_broker, link.to_broker, frame)

    def from_broker(self, link, frame):
        return self._hold(self.to_client, link.to_client, frame)

    def ended(self, link):
        if self.on:
            self.ended_links.append(link)
        return not self.on

    def release(self):
        with self.proxy.lock:
            for send, frame in self.held:
                send(frame)
            for link in self.ended_links:
                link.cut()
            self.held, self.ended_links = [], []
            self.on = False


# -- scripts about published messages ---------------------------------------


class Message(collections.namedtuple("Message", "link tag frames")):
    @property
    def body(self):
        return b"".join(f.payload for f in self.frames if f.type == BODY)

    @property
    def missing(self):
        """Bytes of body still to come; None before the header."""
        if len(self.frames) < 2:
            return None
        size = struct.unpack_from(">Q", self.frames[1].payload, 4)[0]
        return size - sum(len(f.payload) for f in self.frames[2:])


class Publishes(Script):
    """Whole messages on their way to the broker, and its confirms.

    The broker may see fewer messages than the client sent, so each side has
    its own delivery tags; `multiple` is taken apart into single answers.
    """

    def __init__(self):
        self.messages = 0  # over all connections

    def opened(self, link):
        link.message = None
        link.sent = 0  # the client's last tag
        link.passed = 0  # the broker's last tag
        link.open = collections.OrderedDict()  # its tag -> the client's

    def published(self, message):
        """True to let it pass to the broker."""
        return True

    def answered(self, link, name, tag):
        """The frames that tell the client about its message `tag`."""
        return [answer(name, 1, tag)]

    def from_client(self, link, frame):
        if frame.name == "basic.publish" and link.publishes:
            link.sent += 1
            self.messages += 1
            link.message = Message(link, link.sent, [frame])
            return []
        if link.message is None or frame.type not in (HEADER, BODY):
            return [frame]
        message = link.message
        message.frames.append(frame)
        if message.missing > 0:
            return []
        link.message = None
        return self.through(message) if self.published(message) else []

    @staticmethod
    def through(message):
        """The message's frames, its tag at the broker noted."""
        message.link.passed += 1
        message.link.open[message.link.passed] = message.tag
        return message.frames

    def from_broker(self, link, frame):
        if frame.name not in ("basic.ack", "basic.nack") \
                or not link.publishes:
            return [frame]
        tag, bits = struct.unpack_from(">QB", frame.payload, 4)
        tags = [t for t in link.open if t <= tag] if bits & 1 else [tag]
        return [out for t in tags for out in
                self.answered(link, frame.name, link.open.pop(t))]


class Swallow(Publishes):
    """While `on`, no confirm arrives."""

    on = True

    def answered(self, link, name, tag):
        return [] if self.on else super().answered(link, name, tag)


class Permute(Publishes):
    """Confirms in any order, some of them for many messages at once.

    `confirmed` holds what the client was told of, per connection.
    """

    def __init__(self, dice, every=0.02):
        super().__init__()
        self.dice = dice
        self.every = every
        self.waiting = {}
        self.told = {}  # link -> its tags that were answered
        threading.Thread(target=self._tell, daemon=True).start()

    def answered(self, link, name, tag):
        self.waiting.setdefault(link, []).append((name, tag))
        return []

    def _tell(self):
        while True:
            time.sleep(self.every)
            if self.proxy is None:
                continue
            with self.proxy.lock:
                waiting, self.waiting = self.waiting, {}
                for link, answers in waiting.items():
                    link.to_client(*self._shuffled(link, answers))

    def _shuffled(self, link, answers):
        told = self.told.setdefault(link, set())
        acked = {t for name, t in answers if name == "basic.ack"}
        self.dice.shuffle(answers)
        frames = []
        for name, tag in answers:
            if tag in told:
                continue
            below = set(range(1, tag)) - told
            many = name == "basic.ack" and below <= acked \
                and self.dice.random() < 0.5
            told |= below | {tag} if many else {tag}
            frames.append(answer(name, 1, tag, multiple=many))
        return frames


class Forge(Publishes):
    """Tells the client, once, of a message that it never published."""

    def __init__(self, tag, multiple=False, after=100):
        super().__init__()
        self.tag = tag
        self.multiple = multiple
        self.left = after
        self.forged = False

    def answered(self, link, name, tag):
        self.left -= 1
        if self.left == 0:
            self.forged = True
            return [answer("basic.ack", 1, self.tag, self.multiple)]
        return super().answered(link, name, tag)


class Lose(Publishes):
    """A broker that confirms and loses the messages of its choice.

    `chosen(body)` is asked once per text, so that what is sent again passes.
    """

    def __init__(self, chosen):
        super().__init__()
        self.chosen = chosen
        self.lost = []

    def published(self, message):
        if message.body in self.lost or not self.chosen(message.body):
            return True
        self.lost.append(message.body)
        message.link.to_client(answer("basic.ack", 1, message.tag))
        return False


class Refuse(Publishes):
    """Answers each chosen text with basic.nack, the first time."""

    def __init__(self, chosen):
        super().__init__()
        self.chosen = chosen
        self.refused = []

    def published(self, message):
        if message.body in self.refused or not self.chosen(message.body):
            return True
        self.refused.append(message.body)
        message.link.to_client(answer("basic.nack", 1, message.tag))
        return False


class CutBeforeConfirm(Publishes):
    """The broker has it and said so; the client never hears, `times` times."""

    def __init__(self, dice, times, among=200):
        super().__init__()
        self.dice = dice
        self.left = times
        self.among = among

    def opened(self, link):
        super().opened(link)
        link.until = self.dice.randrange(1, self.among)

    def answered(self, link, name, tag):
        link.until -= 1
        if link.until > 0 or self.left == 0:
            return super().answered(link, name, tag)
        if link.until == 0:
            self.left -= 1
            link.cut()
        return []


class Zombie(Publishes):
    """What was under way on an old connection comes after its repetition.

    From the `after`-th message on the first publishing connection is held.
    When `held` are there the client sees it end; when all that it had not
    heard of are confirmed on the next connection, the old one's are let go.
    """

    def __init__(self, after=100, held=50, times=1):
        super().__init__()
        self.after = after
        self.count = held
        self.left = times
        self.released = 0
        self.held = []
        self.old = None

    def published(self, message):
        if self.left == 0 or message.tag <= self.after \
                or (self.old and message.link is not self.old):
            return True
        self.old = message.link
        self.held.append(message)
        if len(self.held) == self.count:
            self.old.leave_zombie()
        return False

    def answered(self, link, name, tag):
        if self.old and link is not self.old and \
                tag >= len(self.held) + len(self.old.open):
            frames = [f for m in self.held for f in self.through(m)]
            self.old.to_broker(*frames)
            self.released += len(self.held)
            self.held, self.old = [], None
            self.left -= 1
        return super().answered(link, name, tag)
