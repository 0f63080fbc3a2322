"""Killed again and again under load: every line arrives, once, in order.

The short form kills each process five times and the broker twice, and passes
every stop point once; `scripts/torture` does it at length.
"""

import os
import pathlib
import time

import pytest

from process import wait_for
from torment import Torment, stop_points

SHORT = {"agent": 5, "shipper": 5, "collector": 5, "run": 2, "broker": 2}
LONG = {"agent": 100, "shipper": 100, "collector": 100, "run": 20,
        "broker": 20}
FRESH = 3.5  # s: RabbitMQ 3.10 loses a quorum queue killed younger than that


def kills(long, local):
    """{role: times}; WEIR_KILLS and WEIR_BROKER_KILLS override."""
    counts = dict(LONG if long else SHORT)
    for role in counts:
        name = "WEIR_BROKER_KILLS" if role == "broker" else "WEIR_KILLS"
        counts[role] = int(os.environ.get(name, counts[role]))
    if local:
        del counts["broker"], counts["shipper"]
    return counts


@pytest.mark.parametrize("long", [
    False, pytest.param(True, marks=pytest.mark.long)],
    ids=["short", "long"])
@pytest.mark.parametrize("kind", ["quorum", "classic"])
def test_AG_01_kill_9_of_anyone_at_any_moment_changes_nothing(
        place, own_broker, own_vhost, dice, kind, long):
    torment = Torment(place, own_vhost.url, dice, queue_type=kind)
    torment.flowing()
    safe = time.monotonic() + FRESH
    for role in in_turn(dice, kills(long, local=False)):
        if role == "broker":
            time.sleep(max(0, safe - time.monotonic()))
            own_broker.kill9()
            own_broker.start()
        else:
            torment.kill(role)
        torment.some_time()
    print(torment.must_be_exact(), "lines")


@pytest.mark.parametrize("long", [
    False, pytest.param(True, marks=pytest.mark.long)],
    ids=["short", "long"])
def test_kill_9_of_anyone_changes_nothing_without_a_broker(
        place, dice, long):
    torment = Torment(place, "local:", dice)
    for role in in_turn(dice, kills(long, local=True)):
        torment.some_time()
        torment.kill(role)
    print(torment.must_be_exact(), "lines")


def in_turn(dice, counts):
    """All the roles as often as they are to die, shuffled."""
    roles = [role for role, count in counts.items() for _ in range(count)]
    dice.shuffle(roles)
    return roles


# -- stop points --------------------------------------------------------------

POINTS = stop_points()


# Passed by what cannot be read again, or by what the broker will not have:
# their tests are elsewhere, since a pipe gives nothing twice.
ELSEWHERE = {"spool": "test_spool.py", "rejected": "test_spool.py",
             "rpc": "test_rpc.py", "resend": "test_rpc.py",
             "cut": "test_ledger.py", "journal": "test_journal.py",
             "bookmark": "test_journal.py", "kmsg": "test_kmsg.py"}


def elsewhere(point):
    return ELSEWHERE.get(point.partition("-")[0])


def runs_of(point):
    """Every way to run that passes it."""
    if elsewhere(point):
        return []
    if point.startswith(("local-", "tail-")):
        return ["local"]
    if point.startswith(("ship-", "consume-")):
        return ["amqp"]
    return ["amqp", "local"]


def test_the_stop_points_are_found():
    assert {"ship-publish", "consume-ack", "local-confirm", "after-ledger",
            "checkpoint-write"} <= set(POINTS)
    assert all((pathlib.Path(__file__).parent / elsewhere(point)).exists()
               for point in POINTS if elsewhere(point))


def pytest_generate_tests(metafunc):
    """Every way to die: once, or ten times with --long."""
    if "point" in metafunc.fixturenames:
        times = 10 if metafunc.config.option.long else 1
        metafunc.parametrize("point,where,again", [
            (point, where, again) for point in sorted(POINTS)
            for where in runs_of(point) for again in range(times)])


# Passed when a process starts, or when one starts after an unclean end: only
# a few times in a life.
RARE = {"ledger-open", "cut-back"}
# Passed once for each file, or rotation.
FEW = {"tail-new", "tail-rename"}


def test_AG_02_death_at_a_stop_point_changes_nothing(
        place, vhost, dice, point, where, again):
    died = place / "died"
    count = 1 if point in RARE else dice.randrange(1, 4) if point in FEW \
        else dice.randrange(1, 20)
    url = vhost.url if where == "amqp" else "local:"
    torment = Torment(place, url, dice,
                      env={"WEIR_FAULT": f"{point}:{count}:{died}"})
    end = time.monotonic() + 60
    while point in RARE and not died.exists():
        assert time.monotonic() < end, f"{point} is not passed"
        torment.run.child("collector")
        torment.some_time(2)  # for it to have written something
        torment.kill("collector")
    wait_for(died.exists, 60, f"{point} to be passed {count} times")
    torment.some_time()
    torment.must_be_exact()
