"""What a world that means no good does to weir."""

import os
import socket
import subprocess
import threading

import amqp
from lines import numbered
from process import wait_for
from weir import BINARY

LOCAL = """\
    [broker]
    url = local:
    [agent]
    window = 64K
    [input in]
    path = {path}
    {more}
    [stream out]
    bind = #
    path = {place}/out/all.log
    """


def local(place, path, more=""):
    place.config(LOCAL.format(place=place, path=path, more=more))


def is_known(place, path):
    """The agent has seen the file under that name."""
    try:
        log = (place / "state/checkpoint.db-wal").read_bytes()
    except FileNotFoundError:
        return False
    return str(path).encode() in log


class Cutter:
    """A proxy that ends the first connection in mid-message."""

    def __init__(self, port, after):
        self.left = after
        self.port = port
        self.server = socket.create_server(("127.0.0.1", 0))
        self.at = self.server.getsockname()[1]
        self._thread(self._serve)

    @staticmethod
    def _thread(run, *args):
        threading.Thread(target=run, args=args, daemon=True).start()

    def _serve(self):
        while True:
            client = self.server.accept()[0]
            broker = socket.create_connection(("127.0.0.1", self.port))
            self._thread(self._pump, client, broker, None)
            self._thread(self._pump, broker, client, self.left)
            self.left = None

    @staticmethod
    def _pump(source, sink, left):
        try:
            while data := source.recv(65536):
                if left is not None and (left := left - len(data)) < 0:
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def test_half_a_message_of_a_lost_connection_is_not_put_before_the_next(
        place, vhost):
    cutter = Cutter(vhost.broker.port, 500_000)
    url = vhost.url.replace(f":{vhost.broker.port}/", f":{cutter.at}/")
    big = b"B" * 900_000
    place.config(f"""\
        [broker]
        url = {url}
        [stream out]
        bind = #
        queue = q
        path = {place}/out.log
        """)
    collector = place.start("collector")
    amqp.publish(vhost.url, ("info.user", big), ("info.user", b"small"))
    place.wait_for("out.log", big + b"\nsmall\n")
    assert collector.count_said("trying again") == 1
    assert collector.stop() == 0


def test_a_file_born_while_weir_was_down_is_read_whole_with_start_end(place):
    local(place, place / "*.log", more="start = end")
    (place / "a.log").write_bytes(b"old\n")
    run = place.start("run")
    (place / "b.tmp").write_bytes(b"one\n")
    wait_for(lambda: is_known(place, place / "a.log"), 30, "a sweep")
    (place / "b.tmp").rename(place / "b.log")
    place.wait_for("out/all.log", b"one\n")
    assert run.stop() == 0
    (place / "c.log").write_bytes(b"two\n")
    assert place.run("run", "--once")
    place.wait_for("out/all.log", b"one\ntwo\n")


def test_a_name_taken_twice_before_its_first_file_was_read_stalls_nobody(
        place):
    (place / "out").write_text("in the way of the directory")
    local(place, place / "in.log*")
    log = place / "in.log"
    log.write_bytes(numbered(5000, tag="first"))
    run = place.start("run")
    run.wait_said("waiting")
    log.rename(place / "in.log.1")
    log.write_bytes(b"second\n")
    wait_for(lambda: is_known(place, place / "in.log.1"), 30, "a sweep")
    (place / "in.log.1").rename(place / "in.log.2")
    (place / "in.log.1").write_bytes(b"third\n")
    wait_for(lambda: is_known(place, place / "in.log.2"), 30, "another")
    (place / "out").unlink()

    def complete():
        out = place / "out/all.log"
        return out.exists() and sorted(out.read_bytes().splitlines()) == \
            sorted(numbered(5000, tag="first").splitlines()
                   + [b"second", b"third"])
    wait_for(complete, 30, "all three files")
    assert run.stop() == 0


def test_a_stranger_with_the_inode_of_a_deleted_file_is_not_read(place):
    log = place / "in.log"
    log.write_bytes(b"one\n")
    local(place, log)
    assert place.run("run", "--once")
    inode = log.stat().st_ino
    log.unlink()
    for n in range(100):  # most file systems give it to the next file
        stranger = place / f"private.{n}"
        stranger.write_bytes(b"none of your business\n")
        if stranger.stat().st_ino == inode:
            break
    log.write_bytes(b"two\n")
    assert place.run("run", "--once")
    place.wait_for("out/all.log", b"one\ntwo\n")
    assert os.listdir(place / "out") == ["all.log"]


def test_closed_standard_descriptors_are_no_trouble(place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [input in]
        type = stdin
        """)
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        done = subprocess.run(
            ["sh", "-c", f'exec "$0" agent -c "$1" --once {closed}', BINARY,
             str(place / "weir.ini")], stdin=subprocess.DEVNULL, timeout=30)
        assert done.returncode == 0, closed


def test_an_output_at_the_limit_of_its_size_is_waited_for(place):
    lines = numbered(1000, size=1000)
    limited = place / "limited"
    limited.write_text(f'#!/bin/sh\nulimit -f 400\nexec {BINARY} "$@"\n')
    limited.chmod(0o755)
    local(place, place / "in.log")
    (place / "in.log").write_bytes(lines)
    run = place.start("run", binary=str(limited))
    run.wait_said("File too large; waiting")
    assert run.stop() == 0
    kept = (place / "out/all.log").read_bytes()
    assert lines.startswith(kept) and len(kept) % 1000 == 0
    place.run("run", "--once")
    place.wait_for("out/all.log", lines)


def test_half_a_line_of_a_killed_writer_spoils_no_other(place):
    local(place, place / "in.log")
    (place / "in.log").write_bytes(b"one\ntwo\n")
    (place / "out").mkdir()
    (place / "out/all.log").write_bytes(b"zero\non")
    run = place.run("run", "--once")
    assert (place / "out/all.log").read_bytes() == b"zero\non\none\ntwo\n"
    assert run.count_said("in the middle of a line") == 1
