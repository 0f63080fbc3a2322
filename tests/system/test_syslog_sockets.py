"""Sockets of a syslog input: handed over by systemd, refused, enlarged."""

import os
import resource
import socket
import subprocess

import pytest

from confined import wrapped
from process import free_port, wait_for
from receiver import Receiver
from weir import BINARY

# As systemd does before it starts a service: descriptors from 3 on, and their
# number, their names and whose they are in the environment.
LAUNCHER = """\
#!/usr/bin/python3
import os, socket, sys
os.chdir(os.path.dirname(sys.argv[0]))
held = []
for name, family, kind, address in {sockets!r}:
    s = socket.socket(family, kind)
    held.append(s)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(address)
    if kind == socket.SOCK_STREAM:
        s.listen()
spare = [os.dup2(s.fileno(), 100 + n) for n, s in enumerate(held)]
for n, fd in enumerate(spare):
    os.dup2(fd, 3 + n, inheritable=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(held)),
                  LISTEN_FDNAMES=":".join(s[0] for s in {sockets!r}))
os.execv({binary!r}, [{binary!r}, *sys.argv[1:]])
"""
TCP, UDP, UNIX = ((socket.AF_INET, socket.SOCK_STREAM),
                  (socket.AF_INET, socket.SOCK_DGRAM),
                  (socket.AF_UNIX, socket.SOCK_DGRAM))


def launcher(place, *sockets):
    path = place / "launcher"
    path.write_text(LAUNCHER.format(
        binary=BINARY, sockets=[(name, int(family), int(kind), address)
                                for name, (family, kind), address in sockets]))
    path.chmod(0o700)
    return str(path)


def test_SY_18_sockets_that_systemd_hands_over_are_served(place):
    """As /run/systemd/journal/syslog is, by syslog.socket."""
    port = free_port()
    here = ("127.0.0.1", port)
    binary = launcher(place, ("syslog.socket", UNIX, str(place / "syslog")),
                      ("net", UDP, here), ("net", TCP, here))
    r = Receiver(place, "systemd:syslog.socket", "systemd:net",
                 binary=binary, wait=False)
    r.wait_listening()
    r.port = port
    r.send_datagrams(b"<13>from the journal", path=place / "syslog")
    r.send_datagrams(b"<13>by udp")
    r.send_stream(b"<13>by tcp\n")
    records = r.wait_records(3)
    assert sorted(rec["text"] for rec in records) == [
        "<13>by tcp", "<13>by udp", "<13>from the journal"]
    local = next(rec for rec in records if "journal" in rec["text"])
    assert local["pid"] == str(os.getpid())
    # Not ours to remove.
    r.stop()
    assert (place / "syslog").exists()


def test_SY_19_a_socket_that_was_handed_over_outlives_a_killed_agent(place):
    """What comes while nobody reads waits in it: nothing is lost."""
    port = free_port()
    binary = launcher(place, ("", UDP, ("127.0.0.1", port)))
    r = Receiver(place, "systemd:", binary=binary)
    r.port = port
    for n in range(3):
        r.send_datagrams(*(b"<13>%d-%d" % (n, i) for i in range(20)))
        wait_for(lambda n=n: r.count() >= 40 * n + 20, 20, "the first")
        agent = r.weir.child("agent")
        os.kill(agent, 9)
        r.send_datagrams(*(b"<13>%d-%d" % (n, i) for i in range(20, 40)))
        r.weir.child("agent", other_than=agent)
    texts = r.texts(120)
    assert len(set(texts)) == 120


def test_what_was_not_handed_over_is_said(place):
    r = Receiver(place, "systemd:none", wait=False)
    assert r.weir.wait() == 75
    r.weir.wait_said("systemd handed over no such socket")


def unprivileged():
    """A command in whose world this network is somebody else's."""
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start") as f:
        if int(f.read()) <= 514:
            pytest.skip("here anybody may listen on port 514")
    command = ["unshare", "--user", "--map-root-user"]
    if subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip("needs user namespaces")
    return " ".join(command)


def test_a_port_that_is_not_permitted_is_said_in_one_sentence(place):
    r = Receiver(place, "udp://127.0.0.1:514", wait=False,
                 binary=wrapped(place, unprivileged()))
    assert r.weir.wait() == 75
    assert r.weir.count_said("(error|warning): input") == 1
    r.weir.wait_said(r"listen on udp://127.0.0.1:514: not permitted; ports "
                     r"below 1024 want root or CAP_NET_BIND_SERVICE")


def test_a_buffer_that_the_kernel_clamps_names_the_setting(place):
    r = Receiver(place, "udp://127.0.0.1:PORT", more="receive_buffer = 1GiB",
                 binary=wrapped(place, unprivileged()))
    r.weir.wait_said("receive_buffer is .*, not 1GiB: .*net.core.rmem_max")


def test_a_port_that_is_taken_is_said(place):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        r = Receiver(place, f"udp://127.0.0.1:{s.getsockname()[1]}",
                     wait=False)
        assert r.weir.wait() == 75
        r.weir.wait_said("listen on udp://.*: Address already in use")


def test_both_families_at_one_port(place):
    r = Receiver(place, "udp://127.0.0.1:PORT", "udp://[::1]:PORT",
                 wait=False)
    r.weir.wait_said(r"listen(ing)? on .*::1")
    if "not available" in r.weir.err() or "not supported" in r.weir.err():
        pytest.skip("needs IPv6")
    for family, address in ((socket.AF_INET, "127.0.0.1"),
                            (socket.AF_INET6, "::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as s:
            s.sendto(b"<13>" + address.encode(), (address, r.port))
    peers = {rec["text"]: rec["peer"].rpartition(":")[0]
             for rec in r.wait_records(2)}
    assert peers == {"<13>127.0.0.1": "127.0.0.1", "<13>::1": "[::1]"}


def test_connections_beyond_the_limit_are_refused(place):
    r = Receiver(place, "tcp://127.0.0.1:PORT", more="max_connections = 4")
    kept = [r.connect() for _ in range(3)]
    for s in kept:
        s.sendall(b"<13>mine\n")
    r.wait_records(3)
    # The fourth place is for another address.
    with r.connect() as s:
        s.settimeout(10)
        assert s.recv(1) == b""
    assert r.weir.count_said("connections are refused, the first from") == 1
    assert r.counts()["refused"] == 1
    kept.pop().close()
    wait_for(lambda: r.counts()["connections"] == 2, 10, "a place")
    r.send_stream(b"<13>again\n")
    r.wait_records(4)
    for s in kept:
        s.close()


def test_datagrams_at_a_full_spool_go_the_least_severe_first(place):
    """And a program that logs never waits."""
    r = Receiver(place, "unix-dgram:HERE/log", more="spool_max = 1MiB",
                 options="\n            ".join([
                     "[agent]", "window = 64KiB"]))
    os.kill(r.weir.child("collector"), 19)
    debug = [b"<15>d %d %s" % (n, b"x" * 1000) for n in range(2000)]
    r.send_datagrams(*debug, path=place / "log")
    urgent = [b"<8>emerg %d %s" % (n, b"x" * 1000) for n in range(20)]
    r.send_datagrams(*urgent, path=place / "log")
    r.weir.wait_said("datagrams are dropped, the least severe first")
    os.kill(r.weir.child("collector"), 18)
    wait_for(lambda: "emerg 19" in str(r.records()[-1:]), 30, "the last")
    counts = r.counts()
    texts = [rec["text"] for rec in r.records()]
    assert sum("emerg" in t for t in texts) == 20
    assert counts["received"] == 2020
    assert counts["overflowed"] == 2020 - len(texts) > 900


def test_without_descriptors_connections_wait_and_others_go_on(place):
    r = Receiver(place, "tcp://127.0.0.1:PORT")
    first = r.connect()
    first.sendall(b"<13>first\n")
    r.wait_records(1)
    agent = r.weir.child("agent")
    # As many as it has, those that it opens now and then, and some more.
    limit = len(os.listdir(f"/proc/{agent}/fd")) + 5
    before = resource.prlimit(agent, resource.RLIMIT_NOFILE)
    resource.prlimit(agent, resource.RLIMIT_NOFILE, (limit, before[1]))
    crowd = [r.connect() for _ in range(8)]
    for n, s in enumerate(crowd):
        s.sendall(b"<13>crowd %d\n" % n)
    r.weir.wait_said("take a connection: Too many open files")
    came = r.count()
    first.sendall(b"<13>again\n")
    wait_for(lambda: r.count() > came, 20, "who is connected")
    # Those that go make room for those that wait.
    for s in crowd:
        s.shutdown(socket.SHUT_WR)
    assert sorted(r.texts(10))[:8] == [f"<13>{w}" for w in (
        "again", *(f"crowd {n}" for n in range(7)))]
    resource.prlimit(agent, resource.RLIMIT_NOFILE, before)
    for s in (first, *crowd):
        s.close()
    assert r.weir.count_said("take a connection") == 1
