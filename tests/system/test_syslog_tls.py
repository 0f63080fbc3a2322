"""Syslog over TLS (RFC 5425), and all that is none."""

import contextlib
import os
import socket
import ssl
import warnings

import pytest

import certificates
from process import wait_for
from receiver import Receiver, loggen

TLS = "tls://127.0.0.1:PORT"
SERVER = "tls_cert = {0}/server.pem\ntls_key = {0}/server.key\n"
CLIENTS = "tls_ca = {0}/ca.pem\ntls_peers = *.example.org\n"


@pytest.fixture
def receiver(place):
    certificates.make_all(place)

    def new(*more, **how):
        return Receiver(place, TLS, more="\n            ".join(
            "".join(more).format(place).splitlines()), **how)
    return new


def context(place, client=None, **limits):
    c = ssl.create_default_context(cafile=str(place / "ca.pem"))
    for name, value in limits.items():
        setattr(c, name, value)
    if client:
        c.load_cert_chain(place / f"{client}.pem", place / f"{client}.key")
    return c


def send(r, data, **how):
    with context(r.place, **how).wrap_socket(
            r.connect(), server_hostname="127.0.0.1") as s:
        s.sendall(data)
        return s.version()


def rejected(r, count):
    return wait_for(lambda: r.counts().get("rejected", 0) >= count, 30,
                    f"{count} rejected handshakes", every=0.1)


def test_lines_come_in_by_either_version(receiver):
    r = receiver(SERVER)
    two = ssl.TLSVersion.TLSv1_2
    assert send(r, b"<13>three\n") == "TLSv1.3"
    assert send(r, b"7 <13>two", maximum_version=two) == "TLSv1.2"
    assert sorted(r.texts(2)) == ["<13>three", "<13>two"]
    # More than a record of TLS has, and than is read at once.
    big = b"<13>" + b"x" * 300_000
    send(r, b"%d %b" % (len(big), big) + b"<13>behind it\n")
    assert sorted(map(len, r.texts(4)))[-1] == len(big)


def test_older_versions_are_refused(receiver):
    r = receiver(SERVER)
    old = ssl.TLSVersion.TLSv1_1
    with warnings.catch_warnings(), pytest.raises((ssl.SSLError, OSError)):
        warnings.simplefilter("ignore", DeprecationWarning)
        send(r, b"<13>one\n", minimum_version=old, maximum_version=old)
    rejected(r, 1)


def test_SY_23_only_named_clients_with_a_certificate_get_in(receiver):
    r = receiver(SERVER, CLIENTS)
    send(r, b"<13>mine\n", client="client")
    for n, client in enumerate((None, "foreign", "other", "expired")):
        try:  # with TLS 1.3 the client learns it after its handshake
            send(r, b"<13>not mine\n", client=client)
        except OSError:
            pass
        rejected(r, n + 1)
    send(r, b"<13>mine\n", client="client")
    assert r.texts(2) == ["<13>mine"] * 2
    # Said once a minute, however many come.
    assert r.weir.count_said("TLS with 127.0.0.1:") == 1


def test_SY_23_what_is_no_handshake_is_counted_and_in_nobodys_way(receiver):
    r = receiver(SERVER)
    with r.connect() as hello:
        c = context(r.place)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        half = c.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
        with pytest.raises(ssl.SSLWantReadError):
            half.do_handshake()
        hello.sendall(outgoing.read())  # ClientHello, and no more
        for garbage in (b"<13>plain text\n", os.urandom(2000), b"\x16\x03"):
            with r.connect() as s, contextlib.suppress(OSError):
                s.sendall(garbage)  # it may be refused before that is done
                s.shutdown(socket.SHUT_WR)
        rejected(r, 3)
        send(r, b"<13>alive\n")
        assert r.texts(1) == ["<13>alive"]
    rejected(r, 4)


@pytest.mark.parametrize("count", [
    100, pytest.param(1000, marks=pytest.mark.long)])
def test_SY_23_many_handshakes(receiver, count):
    r = receiver(SERVER)
    for n in range(count):
        send(r, b"<13>%d\n" % n)
    assert len(set(r.texts(count))) == count
    assert r.counts()["accepted"] == count


def test_a_real_client_by_the_thousand(receiver):
    r = receiver(SERVER)
    sent = loggen(r.place, "-U", "-n", 2000, "-r", 100000, "-I", 30, "-Q",
                  "127.0.0.1", r.port)
    assert sent == 2000
    r.wait_records(sent)


@pytest.mark.parametrize("more,said", [
    ("tls_cert = {0}/none.pem", "tls_cert .*none.pem: No such file"),
    ("tls_cert = {0}/server.pem\ntls_key = {0}/ca.key",
     "tls_key .*: key values mismatch"),
    (SERVER + "tls_ca = {0}/server.key", "tls_ca "),
])
def test_files_that_are_no_good_are_named(receiver, more, said):
    r = receiver(more, wait=False)
    assert r.weir.wait() == 75
    r.weir.wait_said(said)
