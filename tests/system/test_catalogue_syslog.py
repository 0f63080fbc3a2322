"""The syslog input's rows of the catalogue, each by its name."""

import base64
import itertools
import json
import os
import random
import re
import signal
import socket
import stat
import threading
import time

import pytest

from process import free_port, wait_for
from receiver import VECTORS, Receiver, loggen, vectors
from weir import RELEASE

MIB = 1 << 20
UDP, TCP = "udp://127.0.0.1:PORT", "tcp://127.0.0.1:PORT"
DGRAM, STREAM = "unix-dgram:HERE/log", "unix-stream:HERE/slog"


def as_texts(messages):
    return sorted(m.decode(errors="replace") for m in messages)


def numbered(first, count, size=0):
    return [f"<{n % 192}>Nov 21 13:37:00 h app: {n:07d}".ljust(size, ".")
            .encode() for n in range(first, first + count)]


def by_number(texts):
    return [int(t.split("app: ")[1][:7]) for t in texts]


@pytest.mark.parametrize("way", ["udp", "lines", "counted", "unix"])
def test_SY_01_each_vector_is_one_record_with_every_byte(place, way):
    r = Receiver(place, UDP, TCP, DGRAM)
    messages = list(vectors().values())
    if way == "udp":
        r.send_datagrams(*messages)
    elif way == "unix":
        r.send_datagrams(*messages, path=place / "log")
    elif way == "lines":
        messages = [m for m in messages if b"\n" not in m and b"\0" not in m]
        r.send_stream(b"".join(m + b"\n" for m in messages))
    else:
        r.send_stream(b"".join(b"%d %b" % (len(m), m) for m in messages))
    assert len(messages) > 130
    texts = r.texts(len(messages))
    assert sorted(texts) == as_texts(messages)
    assert not any("partial" in rec or "truncated" in rec
                   for rec in r.records())


def test_SY_03_a_stream_may_be_split_anywhere(place):
    """Here at one place of each vector; tests/unit/framing_test.c at all."""
    r = Receiver(place, TCP)
    dice = random.Random(3)
    messages = list(vectors().values())
    with r.connect() as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for m in messages:
            frame = b"%d %b" % (len(m), m)
            at = dice.randrange(1, len(frame))
            s.sendall(frame[:at])
            time.sleep(0.001)
            s.sendall(frame[at:])
    assert sorted(r.texts(len(messages))) == as_texts(messages)


def frames_of_the_vectors():
    with open(VECTORS / "rfc6587_framing.json", encoding="utf-8") as f:
        for v in json.load(f):
            yield (v["id"], [base64.b64decode(s) for s in v["segments_b64"]],
                   [base64.b64decode(s) for s in v["expect_frames_b64"]],
                   v["error_after"])


def test_SY_02_03_framings_over_connections_of_their_own(place):
    """Each vector in its segments; what is no frame of it is kept as well."""
    r = Receiver(place, TCP)
    vectors, wanted = list(frames_of_the_vectors()), {}
    for name, segments, frames, error in vectors:
        with r.connect() as s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = f"127.0.0.1:{s.getsockname()[1]}"
            wanted[peer] = (name, frames, error)
            for segment in segments:
                s.sendall(segment)
                time.sleep(0.002)
            s.shutdown(socket.SHUT_WR)
            assert s.recv(1) == b""
    r.stop()  # nothing more comes
    got = {peer: [] for peer in wanted}
    for rec in r.records():
        got[rec["peer"]].append(rec["text"])
    for peer, (name, frames, error) in wanted.items():
        texts = [f.decode(errors="replace") for f in frames]
        assert got[peer][:len(texts)] == texts, name
        assert len(got[peer]) == len(texts) or error and got[peer], name


def test_SY_07_the_longest_datagram_is_one_record(place):
    r = Receiver(place, UDP)
    message = b"<13>" + b"x" * (65507 - 4)
    r.send_datagrams(message)
    (text,) = r.texts(1)
    assert text.encode() == message


def test_SY_08_a_datagram_that_the_buffer_has_no_room_for_is_marked(place):
    r = Receiver(place, DGRAM)
    message = b"<13>" + b"x" * (300 << 10)
    r.send_datagrams(message, path=place / "log")
    (record,) = r.wait_records(1)
    assert record["truncated"] and len(record["text"]) == 256 << 10
    assert message.startswith(record["text"].encode())
    assert r.counts()["truncated"] == 1


def softnet_dropped():
    """Packets that this host dropped in front of all sockets."""
    with open("/proc/net/softnet_stat") as f:
        return sum(int(line.split()[1], 16) for line in f)


@pytest.mark.parametrize("count", [
    30_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_SY_09_what_the_kernel_drops_is_counted_to_the_last(place, count):
    r = Receiver(place, UDP, binary=RELEASE,
                 more="receive_buffer = 4KiB\nmax_line = 1MiB")
    before = softnet_dropped()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("127.0.0.1", r.port))
        for one in numbered(0, 100, 200) * (count // 100):
            s.send(one)
    r.send_datagrams(b"<13>one more")
    count += 1

    def balanced():
        nonlocal c
        c = r.counts()
        known = c["received"] + c.get("kernel_dropped", 0)
        # On a busy host some never get as far as to a socket.
        return count - (softnet_dropped() - before) <= known <= count
    c = {}
    try:
        wait_for(balanced, 20, "all to be received or counted", every=0.1)
    except AssertionError as e:
        raise AssertionError(f"{e}: {count} sent, {c}") from None
    print(f"{count} sent, {c['received']} received, "
          f"{c.get('kernel_dropped', 0)} dropped by the kernel")
    assert c.get("kernel_dropped", 0) > 0, "nothing was lost: no test"
    r.wait_records(c["received"])


def test_SY_13_a_thousand_connections_lose_nothing(place):
    r = Receiver(place, TCP, binary=RELEASE)
    sent = loggen(place, "-i", "-S", "--active-connections=1000", "-n", "100",
                  "-r", "100000", "-I", "60", "-Q", "127.0.0.1", r.port)
    assert sent == 100_000
    records = r.wait_records(sent, 60)
    assert len({(rec["peer"], rec["text"]) for rec in records}) == sent


def test_SY_14_idle_connections_are_in_nobodys_way(place):
    r = Receiver(place, TCP, binary=RELEASE)
    sent = loggen(place, "-i", "-S", "--active-connections=10",
                  "--idle-connections=1000", "-n", "1000", "-r", "100000",
                  "-I", "60", "-Q", "127.0.0.1", r.port)
    assert sent == 10_000
    r.wait_records(sent)


def test_SY_14_half_of_a_thousand_connections_are_slow_lorises(place):
    r = Receiver(place, TCP, binary=RELEASE, more="idle = 2s")
    lorises = [r.connect() for _ in range(500)]
    others = [r.connect() for _ in range(500)]
    begun = time.monotonic()
    for n, s in enumerate(lorises):
        s.sendall(b"<13>loris %d" % n)  # and never an end
    for s in others:
        s.sendall(b"".join(m + b"\n" for m in numbered(0, 20)))
    wait_for(lambda: r.count() >= 10_000, 20, "the others' lines")
    assert time.monotonic() - begun < 10
    # What a loris said is handed in when its time is over.
    for s in others:
        s.close()
    records = r.wait_records(10_500)
    assert sum(bool(rec.get("partial")) for rec in records) == 500
    assert r.counts()["idle"] == 500
    for s in lorises:
        s.close()


def latencies(r, count):
    """How long a line takes from its sender into the file, in order, s."""
    took = []
    with r.connect() as s:
        for n in range(count):
            line = b"<13>probe %d\n" % n
            at, begun = (r.place / "out").stat().st_size, time.monotonic()
            s.sendall(line)
            wait_for(lambda at=at: (r.place / "out").stat().st_size > at,
                     30, "the line", every=0.0005)
            took.append(time.monotonic() - begun)
    return sorted(took)


@pytest.mark.long
def test_SY_14_a_line_is_as_quick_beside_a_thousand_connections(place):
    """500 of them slow lorises, who say a byte now and then."""
    r = Receiver(place, TCP, binary=RELEASE)
    r.send_stream(b"<13>first\n")
    r.wait_records(1)
    alone = latencies(r, 200)
    lorises = [r.connect() for _ in range(500)]
    others = [r.connect() for _ in range(500)]
    over = threading.Event()

    def crawl():
        while not over.wait(0.01):
            for s in lorises:
                s.sendall(b"x")
    thread = threading.Thread(target=crawl, daemon=True)
    thread.start()
    beside = latencies(r, 200)
    over.set()
    thread.join()
    for what, took in (("alone", alone), ("beside 1,000", beside)):
        print(f"{what}: median {took[100] * 1000:.1f} ms, "
              f"99 % {took[198] * 1000:.1f} ms")
    assert beside[100] < max(10 * alone[100], 1)
    for s in lorises + others:
        s.close()


def test_SY_17_a_full_spool_lets_the_senders_wait(place):
    place.config(f"""\
        [broker]
        url = amqp://guest:guest@127.0.0.1:{free_port()}/
        [input net]
        type = syslog
        listen = tcp://127.0.0.1:{(port := free_port())}
        spool_max = 1MiB
        """)
    agent = place.start("agent")
    agent.wait_said("listening on")
    lines = numbered(0, 400_000 // 4, 100)
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.settimeout(1.5)
        with pytest.raises(TimeoutError):
            while True:
                s.sendall(b"".join(m + b"\n" for m in lines))
        agent.wait_said("spool_max")
        size = sum(p.stat().st_size
                   for p in (place / "state/spool/net").iterdir())
        assert MIB <= size < 2 * MIB
        agent.kill9()
        # With somebody who takes the lines it goes on where it was.
        text = (place / "weir.ini").read_text()
        (place / "weir.ini").write_text(
            text.replace(text[text.index("url = amqp"):].split("\n")[0],
                         "url = local:")
            + f"[stream all]\nbind = #\npath = {place}/out\nformat = raw\n")
    place.start("run").wait_said("listening on")
    wanted = b"".join(m + b"\n" for m in lines)
    wait_for(lambda: (place / "out").exists()
             and (place / "out").stat().st_size > 500_000, 20, "lines")
    taken = (place / "out").read_bytes()
    assert wanted.startswith(taken[:len(wanted)])


def test_SY_18_a_unix_socket_has_the_mode_and_outlives_nobody(place):
    r = Receiver(place, DGRAM, STREAM)
    for name in ("log", "slog"):
        assert stat.S_IMODE((place / name).stat().st_mode) == 0o666
    r.stop()
    assert not (place / "log").exists() and not (place / "slog").exists()
    r.start()
    for strike in (signal.SIGSTOP, signal.SIGKILL):
        for child in r.weir.tree():
            os.kill(child, strike)
    wait_for(lambda: not r.weir.tree(), 10, "their end")
    assert (place / "log").exists()  # stale
    text = (place / "weir.ini").read_text()
    (place / "weir.ini").write_text(
        text.replace("type = syslog", "type = syslog\nsocket_mode = 0600"))
    r.start()
    assert stat.S_IMODE((place / "log").stat().st_mode) == 0o600
    r.send_datagrams(b"<13>app: hello", path=place / "log")
    r.wait_records(1)


def test_SY_18_a_socket_that_is_removed_meanwhile_is_made_anew(place):
    """Nothing that waited in the old one, or came over it, is lost."""
    r = Receiver(place, DGRAM, STREAM)
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connected.connect(str(place / "slog"))
    old = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    old.connect(str(place / "log"))
    old.send(b"<13>one")
    connected.sendall(b"<13>two\n")
    for times in (1, 2):
        for name in ("log", "slog"):
            (place / name).unlink()
        wait_for(lambda n=times: r.weir.count_said("is made anew") == 2 * n,
                 20, "new ones")
        r.send_datagrams(b"<13>new", path=place / "log")
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(place / "slog"))
            s.sendall(b"<13>new\n")
    with pytest.raises(OSError):  # so that it connects again
        old.send(b"<13>lost")
    connected.sendall(b"<13>three\n")
    assert sorted(r.texts(7)) == sorted(
        ["<13>one", "<13>two", "<13>three"] + 4 * ["<13>new"])
    assert stat.S_IMODE((place / "log").stat().st_mode) == 0o666
    assert all(rec["peer"] == f"uid {os.getuid()}" for rec in r.records())
    connected.close()
    old.close()
    r.stop()
    assert not (place / "log").exists() and not (place / "slog").exists()


def test_SY_18_what_others_put_in_the_place_of_a_socket_stays(place):
    r = Receiver(place, DGRAM)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(str(place / "theirs"))
        (place / "theirs").rename(place / "log")
        r.weir.wait_said("something else stands there now")
        r.send_datagrams(b"<13>theirs", path=place / "log")
        assert other.recv(99) == b"<13>theirs"
    (place / "log").unlink()
    r.weir.wait_said("is made anew")
    r.send_datagrams(b"<13>ours", path=place / "log")
    assert r.texts(1) == ["<13>ours"]


def test_SY_18_the_kernels_word_on_who_sends_beats_the_senders(place):
    r = Receiver(place, DGRAM, STREAM)
    r.send_datagrams(b"<13>Nov 21 13:37:00 app[1]: hello",
                     path=place / "log")
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(place / "slog"))
        s.sendall(b"<13>Nov 21 13:37:00 app[1]: hello\n")
    for record in r.wait_records(2):
        assert record["pid"] == str(os.getpid())
        assert record["peer"] == f"uid {os.getuid()}"


def test_SY_18_nothing_is_removed_that_is_no_stale_socket(place):
    (place / "log").write_text("precious")
    r = Receiver(place, DGRAM, wait=False)
    assert r.weir.wait() == 75
    r.weir.wait_said("no socket")
    assert (place / "log").read_text() == "precious"
    (place / "log").unlink()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(str(place / "log"))
        r.start(wait=False)
        assert r.weir.wait() == 75
        r.weir.wait_said("another process serves it")
    (place / "log").unlink()
    (place / "log").symlink_to("/nowhere")
    r.start(wait=False)
    assert r.weir.wait() == 75
    r.weir.wait_said("symbolic link")


def send_reconnecting(r, lines, done, every=0.0002):
    """As a client does that cannot know what became of its last bytes."""
    s = None
    for one in lines:
        while not done.is_set():
            try:
                if s is None:
                    s = r.connect()
                s.sendall(one + b"\n")
                break
            except OSError:
                s = None
                time.sleep(0.005)
        time.sleep(every)
    if s:
        s.close()


def last_number(r):
    """Of the line that came last; -1 if there is none."""
    path = r.place / "out"
    if not path.exists():
        return -1
    with open(path, "rb") as f:
        f.seek(max(0, path.stat().st_size - 4096))
        found = re.findall(rb"app: (\d{7})", f.read())
    return int(found[-1]) if found else -1


def break_and_count(r, times, strike, lines):
    """The lines that came, while a receiver is struck again and again."""
    done = threading.Event()
    thread = threading.Thread(target=send_reconnecting,
                              args=(r, lines[:-1], done), daemon=True)
    thread.start()
    for n in range(times):
        goal = (n + 1) * len(lines) // (times + 2)
        wait_for(lambda goal=goal: last_number(r) > goal, 30, f"line {goal}")
        strike()
    thread.join(30)
    done.set()
    assert not thread.is_alive()
    # Behind the last strike, so that it cannot be lost.
    send_reconnecting(r, lines[-1:], threading.Event())
    last = int(lines[-1].split(b"app: ")[1][:7])
    wait_for(lambda: last_number(r) == last, 30, "the last line")
    numbers = by_number(x["text"] for x in r.records()
                        if not x.get("partial"))
    assert len(set(numbers)) == len(numbers), "a line came twice"
    return numbers


def say_lost(numbers, lines, times):
    """What is lost is so in one piece, each time: what was on its way then,
    which is the more the slower this machine is."""
    gaps = [b - a - 1 for a, b in itertools.pairwise(sorted(numbers))
            if b - a > 1]
    print(f"{sum(gaps)} of {len(lines)} lines lost in {times} strikes, "
          f"{max(gaps, default=0)} at most")
    assert len(gaps) <= 2 * times, gaps


@pytest.mark.parametrize("times", [
    2, pytest.param(10, marks=pytest.mark.long)])
def test_SY_19_restarts_lose_what_the_kernel_held_and_repeat_nothing(
        place, times):
    r = Receiver(place, TCP)

    def restart():
        r.stop()
        r.start()
    lines = numbered(0, 1000 * (times + 2))
    numbers = break_and_count(r, times, restart, lines)
    say_lost(numbers, lines, times)


@pytest.mark.parametrize("times", [
    2, pytest.param(100, marks=pytest.mark.long)])
def test_SY_30_kill_9_under_load_loses_only_what_was_not_spooled(
        place, times):
    r = Receiver(place, TCP)

    def strike():
        agent = r.weir.child("agent")
        os.kill(agent, 9)
        r.weir.child("agent", other_than=agent)
    lines = numbered(0, 1000 * (times + 2))
    numbers = break_and_count(r, times, strike, lines)
    say_lost(numbers, lines, times)


def test_SY_29_what_holds_nothing_is_no_line(place):
    r = Receiver(place, UDP, TCP)
    r.send_datagrams(b"", b"\n", b"\r\n", bytes(60 << 10), b"\0")
    r.send_stream(b"\n\n\r\n" + bytes(64 << 10))
    r.send_datagrams(b"<13>alive")
    assert r.texts(1) == ["<13>alive"]
    assert r.counts()["empty"] == 5
