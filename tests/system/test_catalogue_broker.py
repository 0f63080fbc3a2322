"""What a broker can do to weir, by the names of the failure catalogue.

Each test puts `weir run` under load with rotations and does one thing to the
broker or to the way there; what must come out is every line, once, in order.
Others with such names are in test_outage.py.
"""

import os
import shutil
import signal
import subprocess
import textwrap
import time

import pytest

import amqp
import hostile
from lines import numbered
from process import wait_for
from proxy import Blackhole, Forge, Permute, Publishes, Swallow, Tune
from torment import Torment, settle
from weir import RELEASE

SIMPLE = """\
    [broker]
    url = {url}
    heartbeat = {heartbeat}
    reconnect_max = 1s
    {broker}
    [input in]
    path = {path}
    [stream s]
    bind = {bind}
    queue = q
    path = {place}/out/out.log
    """


def start(place, url, lines=b"", verb="run", broker="", path=None, bind="#",
          heartbeat="1s", **how):
    """One input, one stream, and these lines."""
    (place / "in.log").write_bytes(lines)
    place.config(SIMPLE.format(
        place=place, url=url, broker=broker, heartbeat=heartbeat, bind=bind,
        path=path or place / "in.log"))
    return place.start(verb, **how)


def append(place, lines):
    with open(place / "in.log", "ab") as log:
        log.write(lines)


def times(short, long):
    """A fault's length or count, in the short form and with --long."""
    return pytest.mark.parametrize("times", [
        pytest.param(short, id=f"{short}"),
        pytest.param(long, id=f"{long}", marks=pytest.mark.long)])


def pass_time(seconds, torment):
    """A fault has a length; weir must live through it."""
    end = time.monotonic() + seconds
    wait_for(lambda: time.monotonic() > end or not torment.run.alive(),
             seconds + 5, "time to pass", every=0.1)
    assert torment.run.alive(), torment.run.err()


def assert_flat(before, after):
    """{role: bytes} twice: nobody grew by more than the windows hold."""
    for role, size in after.items():
        assert size < before.get(role, size) + (48 << 20), (before, after)


# -- the broker goes, blocks, refuses -----------------------------------------


@times(3, 20)
def test_BR_03_an_application_that_stops_and_starts_costs_nothing(
        place, own_broker, own_vhost, dice, times):
    torment = Torment(place, own_vhost.url, dice)
    torment.flowing()
    for _ in range(times):
        torment.some_time()
        own_broker.eval("rabbit:stop(), rabbit:start()")
    torment.must_be_exact()


@times(5, 20)
def test_BR_03_connections_closed_by_an_operator_cost_nothing(
        place, vhost, dice, times):
    torment = Torment(place, vhost.url, dice)
    torment.flowing()
    for _ in range(times):
        torment.some_time(1.0)
        close_connections(vhost)
    torment.must_be_exact()


def close_connections(vhost):
    """Those of one virtual host, as rabbitmqctl does it."""
    vhost.broker.eval(
        '[rabbit_networking:close_connection(rabbit_misc:pget(pid, C), '
        '"test") || C <- rabbit_networking:connection_info_all([pid, vhost]),'
        f' rabbit_misc:pget(vhost, C) =:= <<"{vhost.name}">>]')


def memory_alarm(node, on):
    node.alarm(on)


def disk_alarm(node, on):
    limit = "1 bsl 62" if on else "1000000"
    node.eval(f"rabbit_disk_monitor:set_disk_free_limit({limit})")
    wait_for(lambda: ("disk" in node.eval("rabbit_alarm:get_alarms()")) == on,
             20, f"the disk alarm to be {on}")


@times(8, 60)
@pytest.mark.parametrize("alarm", [
    pytest.param(memory_alarm, id="BR_04_memory"),
    pytest.param(disk_alarm, id="BR_05_disk")])
def test_BR_04_BR_05_an_alarm_is_sat_out_in_constant_memory(
        place, own_broker, own_vhost, dice, alarm, times):
    torment = Torment(place, own_vhost.url, dice)
    torment.flowing()
    before = torment.run.memory()
    alarm(own_broker, True)
    try:
        torment.run.wait_said("blocked by the broker")
        shipper = torment.run.child("shipper")
        pass_time(times, torment)
        assert_flat(before, torment.run.memory())
        assert torment.run.child("shipper") == shipper
        assert not torment.run.count_said("no sign of life")
    finally:
        alarm(own_broker, False)
    torment.run.wait_said("no longer blocked")
    torment.must_be_exact()


def test_BR_06_frames_of_an_agent_killed_while_blocked_are_no_repeats(
        place, own_broker, own_vhost, dice):
    torment = Torment(place, own_vhost.url, dice)
    torment.flowing()
    own_broker.alarm(True)
    torment.run.wait_said("blocked by the broker")
    torment.some_time()
    torment.kill("agent")
    torment.some_time()
    own_broker.alarm(False)
    torment.must_be_exact()


def test_BR_07_an_exchange_deleted_in_mid_flight_is_said_and_made_again(
        place, vhost):
    run = start(place, vhost.url, numbered(500))
    place.wait_for("out/out.log", numbered(500))
    connection = amqp.connect(vhost.url)
    connection.channel().exchange_delete("logs")
    connection.close()
    append(place, numbered(1, first=500))
    run.wait_said(r"(?i)no exchange 'logs'|404|NOT_FOUND")
    # The queue's bindings went with it; who binds is the collector.
    os.kill(run.child("collector"), signal.SIGKILL)
    wait_for(lambda: amqp.publish_once(vhost.url, "info.user", b"bound"), 30,
             "the queue to be bound again")
    append(place, numbered(500, first=501))
    wanted = set(numbered(500, first=501).splitlines())
    wait_for(lambda: wanted <= set(
        (place / "out/out.log").read_bytes().splitlines()), 60, "the rest")
    assert run.stop() == 0


def permit(vhost, user, pattern, topic=None):
    every = f'<<"{pattern}">>'
    vhost.broker.eval(
        f'rabbit_auth_backend_internal:set_permissions(<<"{user}">>, '
        f'<<"{vhost.name}">>, {every}, {every}, {every}, <<"weir">>)')
    vhost.broker.eval(
        f'rabbit_auth_backend_internal:set_topic_permissions(<<"{user}">>, '
        f'<<"{vhost.name}">>, <<"logs">>, <<"{topic or ".*"}">>, <<".*">>, '
        '<<"weir">>)')


@pytest.mark.parametrize("pattern,topic", [
    ("", None), (".*", "^(?!err).*")], ids=["everything", "topic"])
def test_BR_08_permissions_taken_and_given_back_cost_nothing(
        place, vhost, dice, pattern, topic):
    user = f"user-{vhost.name}"
    vhost.broker.add_user(user, "right", vhost.name)
    permit(vhost, user, ".*")
    torment = Torment(place, vhost.as_user(user, "right"), dice)
    torment.flowing()
    permit(vhost, user, pattern, topic)
    close_connections(vhost)  # a channel remembers what it was allowed
    torment.run.wait_said(r"ACCESS_REFUSED|access to")
    said = torment.run.err().count("\n")
    pass_time(4, torment)
    assert torment.run.err().count("\n") - said < 60, "a hot loop"
    permit(vhost, user, ".*")
    torment.must_be_exact()


# -- nobody listens, or the queue is full -------------------------------------


def lines_out(place):
    out = place / "out/out.log"
    return out.read_bytes().splitlines() if out.exists() else []


def test_BR_12_lines_nobody_wants_are_returned_held_and_kept_for_who_comes(
        place, vhost):
    lines = numbered(100)
    agent = start(place, vhost.url, lines, "agent",
                  broker="unroutable = hold")
    # Returned, then confirmed: the return decides, and nothing is settled.
    agent.wait_said("no queue is bound for it: its lines are held")
    agent = assert_held(place, agent)
    place.start("collector")
    append(place, numbered(50, first=100))
    wanted = numbered(150).splitlines()
    wait_for(lambda: sorted(lines_out(place)) == sorted(wanted), 90,
             "every line once", every=0.2)
    for is_error in (True, False):  # the order of each key is kept
        assert [line for line in lines_out(place)
                if (b"[error]" in line) is is_error] == \
            [line for line in wanted if (b"[error]" in line) is is_error]
    assert agent.stop() == 0


def assert_held(place, agent):
    """Held lines survive their agent; the next one."""
    agent.kill9()
    agent = place.start("agent")
    agent.wait_said("no queue is bound for it: its lines are held")
    return agent


def test_BR_13_held_keys_do_not_hold_up_the_others(place, vhost):
    lines = numbered(3000)
    errors = [line for line in lines.splitlines() if b"[error]" in line]
    agent = start(place, vhost.url, b"", "agent",
                  broker="unroutable = hold", bind="err.*")
    collector = place.start("collector")
    wait_for(lambda: amqp.depth(vhost.url, "q") is not None, 30, "the queue")
    append(place, lines)
    place.wait_for("out/out.log", b"\n".join(errors) + b"\n")
    amqp.declare_queue(vhost.url, "q", "#")  # somebody binds the others
    wait_for(lambda: sorted(lines_out(place)) == sorted(lines.splitlines()),
             90, "the others", every=0.2)
    others = [line for line in lines.splitlines() if line not in errors]
    assert [line for line in lines_out(place) if line in errors] == errors
    assert len(others) > 1000
    assert agent.stop() == 0
    assert collector.stop() == 0


def test_BR_15_a_queue_that_refuses_when_full_gets_all_once_it_is_drained(
        place, vhost):
    amqp.declare_queue(vhost.url, "q", "#")
    vhost.broker.eval(
        f'rabbit_policy:set(<<"{vhost.name}">>, <<"full">>, <<"^q$">>, '
        '[{<<"max-length">>, 100}, {<<"overflow">>, <<"reject-publish">>}], '
        '0, <<"queues">>, <<"weir">>)')
    lines = numbered(1000)
    agent = start(place, vhost.url, lines, "agent")
    wait_for(lambda: amqp.depth(vhost.url, "q") >= 100, 30, "a full queue")
    place.start("collector")
    wait_for(lambda: (place / "out/out.log").exists() and sorted(
        (place / "out/out.log").read_bytes().splitlines())
        == sorted(lines.splitlines()), 90, "every line once", every=0.2)
    assert agent.stop() == 0


# -- confirms that are strange ------------------------------------------------


class TakenAndRefused(Publishes):
    """One of two queues takes the message and the other cannot: a nack."""

    def __init__(self, dice):
        super().__init__()
        self.dice = dice
        self.refused = 0

    def answered(self, link, name, tag):
        if self.dice.random() < 0.02:
            self.refused += 1
            name = "basic.nack"
        return super().answered(link, name, tag)


def test_BR_17_EO_04_what_one_queue_took_and_another_refused_comes_once(
        place, vhost, dice, proxies):
    script = TakenAndRefused(dice)
    torment = Torment(place, proxies(vhost.url, script).url, dice)
    wait_for(lambda: script.refused > 50, 60, "some to be refused")
    torment.must_be_exact()


def test_BR_18_confirms_in_any_order_settle_what_they_name_and_no_more(
        place, vhost, dice, proxies):
    script = Permute(dice)
    torment = Torment(place, proxies(vhost.url, script).url, dice)
    torment.flowing()
    for role in ("agent", "shipper", "agent"):
        torment.some_time()
        torment.kill(role)
    torment.must_be_exact()


def test_BR_19_a_confirm_for_a_tag_never_used_ends_the_connection(
        place, vhost, dice, proxies):
    script = Forge(10**9, after=100)
    torment = Torment(place, proxies(vhost.url, script).url, dice)
    torment.run.wait_said("confirmed what was never published")
    torment.must_be_exact()


def test_BR_19_a_confirm_for_tag_0_is_for_no_tag_that_ever_was(
        place, vhost, dice, proxies):
    script = Forge(0, multiple=True, after=100)
    torment = Torment(place, proxies(vhost.url, script).url, dice)
    torment.run.wait_said("confirmed what was never published")
    torment.must_be_exact()


def test_BR_20_without_confirms_reading_stops_and_memory_is_flat(
        place, vhost, dice, proxies):
    script = Swallow()
    proxy = proxies(vhost.url, script)
    torment = Torment(place, proxy.url, dice, broker="confirm_window = 500")
    torment.flowing()
    wait_for(lambda: script.messages >= 500, 30, "a full window")
    before = torment.run.memory()
    pass_time(5, torment)
    assert_flat(before, torment.run.memory())
    # What was sent once is not sent again and again meanwhile.
    assert script.messages <= 500 * len(proxy.links)
    script.on = False
    for link in proxy.links:
        link.cut()
    torment.must_be_exact()


# -- the way there ------------------------------------------------------------


@times(6, 300)
def test_BR_21_a_frozen_broker_is_left_and_found_again(
        place, own_broker, own_vhost, dice, times):
    torment = Torment(place, own_vhost.url, dice, heartbeat="1s")
    torment.flowing()
    own_broker.freeze()
    try:
        torment.run.wait_said("no sign of life from the broker")
        pass_time(times, torment)
    finally:
        own_broker.thaw()
    torment.must_be_exact()


@times(1, 5)
def test_BR_22_a_link_that_is_down_for_a_while_costs_nothing(
        place, vhost, dice, proxies, times):
    script = Blackhole(to_broker=True, to_client=True)
    torment = Torment(place, proxies(vhost.url, script).url, dice,
                      heartbeat="1s")
    torment.flowing()
    for _ in range(times):
        script.on = True
        pass_time(6 if times == 1 else 90, torment)
        script.release()
        torment.some_time(3)
    assert torment.run.count_said("no sign of life")
    torment.must_be_exact()


@pytest.mark.parametrize("way", ["to_broker", "to_client"])
def test_BR_24_a_one_way_blackhole_is_noticed_in_two_heartbeats(
        place, vhost, dice, proxies, way):
    script = Blackhole(**{way: True})
    torment = Torment(place, proxies(vhost.url, script).url, dice,
                      heartbeat="1s")
    torment.flowing()
    script.on = True
    began = time.monotonic()
    torment.run.wait_said(r"no sign of life|closed|reset|timed out")
    # Two heartbeats, RabbitMQ's rounding of them, and a busy machine.
    assert time.monotonic() - began < 2 + 4
    script.release()
    torment.must_be_exact()


@pytest.mark.parametrize("frame_max", [4096, 8192, 0])
def test_BR_28_any_frame_max_passes_long_bodies_and_long_paths(
        place, vhost, proxies, frame_max):
    proxy = proxies(vhost.url, Tune(frame_max=frame_max))
    folder = place / "in" / "/".join(["d" * 250] * 14)
    folder.mkdir(parents=True)
    lines = b"b" * (1 << 20) + b"\n" + numbered(200)
    (folder / "in.log").write_bytes(lines)
    run = start(place, proxy.url, path=folder / "in.log")
    place.wait_for("out/out.log", lines)
    assert max(proxy.script.agreed) <= (frame_max or 1 << 31)
    assert run.stop() == 0


def test_BR_28_a_frame_max_below_the_protocols_least_is_taken_for_that(
        place, vhost, proxies):
    proxy = proxies(vhost.url, Tune(frame_max=100))
    run = start(place, proxy.url, numbered(100))
    place.wait_for("out/out.log", numbered(100))
    assert set(proxy.script.agreed) == {4096}
    assert run.stop() == 0


def test_BR_29_a_virtual_host_without_room_is_said_and_waited_for(
        place, vhost):
    limit = f'rabbit_vhost_limit:set(<<"{vhost.name}">>, ' \
        '[{<<"max-connections">>, %d}], <<"weir">>)'
    vhost.broker.eval(limit % 0)
    run = start(place, vhost.url, numbered(100))
    run.wait_said(r"(?i)limit|NOT_ALLOWED")
    vhost.broker.eval(limit % -1)
    place.wait_for("out/out.log", numbered(100), timeout=90)
    assert run.stop() == 0


def test_BR_29_one_channel_is_enough(place, vhost, proxies):
    proxy = proxies(vhost.url, Tune(channel_max=1))
    run = start(place, proxy.url, numbered(100))
    place.wait_for("out/out.log", numbered(100))
    assert run.stop() == 0


SLOW_SYNC = r"""
    #include <unistd.h>
    #include <sys/syscall.h>
    int fdatasync(int fd) {
        if (access("slow", F_OK) == 0)
            sleep(5);
        return (int)syscall(SYS_fdatasync, fd);
    }
    """


@times(12, 60)
@pytest.mark.parametrize("heartbeat", [0, 1])
def test_BR_30_a_slow_disk_does_not_stop_the_heart(
        place, vhost, proxies, heartbeat, times):
    if not os.access(RELEASE, os.X_OK) or not shutil.which("cc"):
        pytest.skip("needs build/release and cc: it replaces fdatasync")
    (place / "slow.c").write_text(textwrap.dedent(SLOW_SYNC))
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(place / "slow.so"),
                    str(place / "slow.c")], check=True)
    proxy = proxies(vhost.url, Tune(heartbeat=heartbeat))
    run = start(place, proxy.url, numbered(10), binary=RELEASE,
                env={"LD_PRELOAD": str(place / "slow.so")})
    place.wait_for("out/out.log", numbered(10))
    (place / "slow").touch()
    count, end = 10, time.monotonic() + times
    while time.monotonic() < end:
        append(place, numbered(10, first=count))
        count += 10
        time.sleep(0.5)
    place.wait_for("out/out.log", numbered(count), timeout=60)
    assert not run.count_said("no sign of life|closed|reset"), run.err()
    assert len(proxy.links) == 4  # lines and questions, on either side
    (place / "slow").unlink()
    assert run.stop() == 0


@pytest.mark.parametrize("count,rate", [
    (1500, 100_000),
    pytest.param(1_000_000, 10_000, marks=pytest.mark.long)])
def test_BR_31_a_thin_line_is_slow_and_nothing_else(
        place, vhost, proxies, count, rate):
    # Each line weighs some 500 bytes on the wire, both ways.
    run = start(place, proxies(vhost.url, rate=rate).url, numbered(count),
                heartbeat="30s")
    out = place / "out/out.log"
    wait_for(lambda: out.exists() and out.stat().st_size, 60, "the stream")
    before = run.memory()
    place.wait_for("out/out.log", numbered(count), timeout=60 + 2 * count)
    assert_flat(before, run.memory())
    assert run.stop(timeout=60) == 0


# -- a broker that means no good ----------------------------------------------


@pytest.mark.parametrize("verb", ["agent", "collector"])
def test_BR_33_hostile_replies_are_no_more_than_a_failed_connection(
        place, verb):
    with hostile.Server(hostile.REPLIES) as server:
        process = start(place, server.url, numbered(100), verb)
        wait_for(lambda: server.served > len(hostile.REPLIES) or
                 not process.alive(), 120, "every reply to be served")
        assert process.alive(), process.err()
        if verb == "collector":
            assert process.count_said("a delivery tag came twice")
        sizes = process.memory()
        assert max(sizes.values()) < 200 << 20, sizes  # under ASan
        assert process.stop() in (0, 75)


@times(10, 300)
def test_BR_33_frames_damaged_at_random_crash_nobody(
        place, vhost, dice, proxies, times):
    script = hostile.Damage(dice)
    run = start(place, proxies(vhost.url, script).url, numbered(20_000))
    wait_for(lambda: script.damaged >= times or not run.alive(), 60 + 5 * times,
             "frames to be damaged")
    assert run.alive(), run.err()
    script.on = False
    run.stop()  # what was damaged may also be a confirm: only alive counts


def test_BR_35_a_consumer_timed_out_on_a_full_disk_comes_back(
        place, own_broker, own_vhost, dice):
    set_env = "application:set_env(rabbit, {}, {})"
    own_broker.eval(set_env.format("consumer_timeout", 2000))
    own_broker.eval(set_env.format("channel_tick_interval", 500))
    try:
        place.path.joinpath("out").write_text("in the way")
        torment = Torment(place, own_vhost.url, dice)
        torment.run.wait_said("(?i)timeout|PRECONDITION_FAILED")
        (place / "out").unlink()
        torment.must_be_exact()
    finally:
        own_broker.eval(set_env.format("consumer_timeout", 1800000))
        own_broker.eval(set_env.format("channel_tick_interval", 60000))


def test_BR_37_a_queue_deleted_under_its_consumer_is_declared_again(
        place, vhost):
    run = start(place, vhost.url, numbered(100))
    place.wait_for("out/out.log", numbered(100))
    connection = amqp.connect(vhost.url)
    connection.channel().queue_delete("q")
    connection.close()
    run.wait_said("cancelled us")
    wait_for(lambda: amqp.publish_once(vhost.url, "info.user", b"bound"), 30,
             "the queue to be there again")
    append(place, numbered(100, first=100))
    place.wait_for("out/out.log", numbered(100) + b"bound\n"
                   + numbered(100, first=100))
    assert run.stop() == 0


@pytest.mark.parametrize("count", [
    20_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_BR_40_a_broker_restarted_under_a_long_queue_repeats_nothing(
        place, own_broker, own_vhost, count):
    amqp.declare_queue(own_vhost.url, "q", "#")
    lines = numbered(count)
    agent = start(place, own_vhost.url, lines, "agent")
    wait_for(lambda: amqp.depth(own_vhost.url, "q") == count, 600, "the queue",
             every=0.2)
    collector = place.start("collector")
    wait_for(lambda: (place / "out/out.log").exists(), 30, "the stream")
    own_broker.stop()
    own_broker.start()
    place.wait_for("out/out.log", lines, timeout=120)
    assert settle(own_vhost.url, "q")
    assert agent.stop() == 0 and collector.stop() == 0
    place.wait_for("out/out.log", lines)
