"""weir as a syslog receiver, as a test sees it, and those that send to it."""

import json
import os
import pathlib
import re
import resource
import socket
import subprocess

from process import die_with_parent, free_port, wait_for

PEERS = pathlib.Path(os.environ.get("WEIR_PEERS", "/usr/local/lib/weir-peers"))
VECTORS = pathlib.Path(__file__).resolve().parents[1] / "vectors"


class Receiver:
    """`weir run` without a broker, one syslog input, and all it writes."""

    def __init__(self, place, *listen, more="", binary=None, env=None,
                 wait=True, options=""):
        self.place = place
        self.binary = binary
        self.env = env
        self.port = free_port()
        self.listen = [word.replace("PORT", str(self.port))
                       .replace("HERE", str(place)) for word in listen]
        place.config(f"""\
            [broker]
            url = local:
            {options}
            [input net]
            type = syslog
            listen = {", ".join(self.listen)}
            {more}
            [stream all]
            bind = #
            path = {place}/out
            format = json
            """)
        self.start(wait)

    def start(self, wait=True):
        self.weir = self.place.start("run", env=self.env, binary=self.binary)
        if wait:
            self.wait_listening()

    def wait_listening(self, times=1):
        """Until all its sockets are there, for the so manieth time."""
        wanted = times * len(self.listen)
        wait_for(lambda: self.weir.count_said("listening on") >= wanted, 30,
                 f"{wanted} sockets:\n{self.weir.err()}")

    def stop(self):
        assert self.weir.stop() == 0, self.weir.err()

    # -- what it wrote ------------------------------------------------------

    def records(self):
        path = self.place / "out"
        if not path.exists():
            return []
        lines = path.read_bytes().splitlines(keepends=True)
        return [json.loads(li) for li in lines if li.endswith(b"\n")]

    def count(self):
        path = self.place / "out"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def wait_records(self, count, patience=30):
        """Exactly so many, once they are there."""
        try:  # counting many costs those the processor who make them
            wait_for(lambda: self.count() >= count, patience,
                     f"{count} records", every=0.02 + count / 100_000)
        except AssertionError as e:
            raise AssertionError(f"{e}: {self.count()} came:\n"
                                 + self.weir.err()) from None
        records = self.records()
        assert len(records) == count, (len(records), count)
        return records

    def texts(self, count, patience=30):
        return [r["text"] for r in self.wait_records(count, patience)]

    def counts(self):
        """What `weir status` says of the input, and of the whole agent."""
        said = self.place.run("status", "--wait", "10s", "-o", "json").out()
        answers = [json.loads(line) for line in said.splitlines()]
        agent = next(a for a in answers if a.get("inputs"))
        dropped = sum(row["lines"] for row in agent["dropped"])
        assert agent["lines"] == agent["published"] + agent["filtered"] \
            + dropped + agent["waiting"]
        return agent["inputs"][0]

    # -- who sends ----------------------------------------------------------

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 10)

    def send_stream(self, data):
        """Over a connection of its own, closed when all is taken."""
        with self.connect() as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            s.recv(1)

    def send_datagrams(self, *datagrams, path=None):
        family = socket.AF_UNIX if path else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            s.connect(str(path) if path else ("127.0.0.1", self.port))
            for one in datagrams:
                s.send(one)


def vectors():
    """{id: bytes} of the messages that are any."""
    import base64
    with open(VECTORS / "syslog_messages.json") as f:
        return {v["id"]: raw for v in json.load(f)
                if (raw := base64.b64decode(v["raw_b64"]))}


def peer_environment():
    """Where programs of packages find their libraries that are unpacked."""
    folders = sorted({str(p.parent) for p in PEERS.rglob("*.so*")})
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(folders),
            "SYSLOGNG_PREFIX": str(PEERS / "usr")}


def prepare():
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    die_with_parent()


def start_peer(command, place, **how):
    """A daemon or a client of a peer; ends with the test."""
    log = open(place / f"{pathlib.Path(command[0]).name}.log", "ab")
    with log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=peer_environment(), cwd=place.path, preexec_fn=prepare, **how)


def loggen(place, *arguments, patience=60):
    """Run it to its end; how many messages it says it sent."""
    done = subprocess.run(
        [str(PEERS / "usr/bin/loggen"), *map(str, arguments)],
        capture_output=True, text=True, timeout=patience,
        env=peer_environment(), cwd=place.path, preexec_fn=prepare)
    said = re.search(r"count=(\d+)", done.stdout + done.stderr)
    assert done.returncode == 0 and said, (done.stdout, done.stderr)
    return int(said[1])
