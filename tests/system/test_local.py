"""One process tree without a broker, and the same with one."""

import filecmp
import os
import signal

import pytest

import journal
from lines import mixed_lines, numbered
from process import wait_for
from weir import RELEASE

PARTED = """\
    [broker]
    url = {url}

    [input app]
    path = {place}/app.log
    facility = local0
    program = app

    [input web]
    path = {place}/web.log
    facility = daemon
    severity = notice
    filters = no-health

    [filter no-health]
    type = drop
    pattern = GET /healthz

    [filter slow]
    type = keep
    pattern = (?i)SLOW

    [stream all]
    bind = #
    path = {place}/{out}/all-${{facility}}.log

    [stream errors]
    bind = error.* crit.* warn.*
    path = {place}/{out}/errors-${{program}}.log

    [stream slow]
    bind = #.local0
    filters = slow
    path = {place}/{out}/slow.log
    """


def part(place, url, out):
    """Run the configuration once; {file name: bytes} of its streams."""
    place.config(PARTED.format(url=url, place=place, out=out), f"{out}.ini")
    (place / "state").rename(place / f"state-{out}")  # none of the other's
    (place / "state").mkdir()
    place.run("run", "--once", "--idle", "1s", config=f"{out}.ini")
    return {p.name: p.read_bytes() for p in (place / out).iterdir()}


def test_the_same_configuration_writes_the_same_with_and_without_a_broker(
        place, vhost):
    (place / "app.log").write_bytes(numbered(500) + mixed_lines(200))
    (place / "web.log").write_bytes(numbered(500, tag="web"))
    local = part(place, "local:", "local")
    assert local == part(place, vhost.url, "amqp")
    assert local["all-local0.log"] == (place / "app.log").read_bytes()
    web = (place / "web.log").read_bytes().splitlines(keepends=True)
    assert local["all-daemon.log"].splitlines(keepends=True) == \
        [line for line in web if b"GET /healthz" not in line]
    assert b"[error] disk full" in local["errors-app.log"]
    assert b"error=nil" not in local["errors-app.log"]
    assert local["slow.log"].count(b"\n") == local["slow.log"].count(b"slow")


@pytest.mark.parametrize("broker_url", ["local", "amqp"])
def test_every_kind_of_line_passes_byte_for_byte(place, vhost, mixed,
                                                 broker_url):
    (place / "in.log").write_bytes(mixed)
    place.config(f"""\
        [broker]
        url = {vhost.url if broker_url == "amqp" else "local:"}
        [input in]
        path = {place}/in.log
        [stream out]
        bind = #
        path = {place}/out.log
        """)
    place.run("run", "--once", "--idle", "1s", timeout=120)
    assert (place / "out.log").read_bytes() == mixed


def test_appended_lines_come_out_while_it_runs_and_sigterm_ends_it(place):
    (place / "in.log").write_bytes(b"first\n")
    place.config(f"""\
        [broker]
        url = local:
        [input in]
        path = {place}/in.log
        [stream out]
        bind = #
        path = {place}/out.log
        """)
    run = place.start("run")
    place.wait_for("out.log", b"first\n")
    with open(place / "in.log", "ab") as log:
        log.write(b"second\n")
    place.wait_for("out.log", b"first\nsecond\n", timeout=10)
    assert run.stop(timeout=15) == 0


def test_a_full_tree_of_processes_has_its_roles_and_dies_with_its_parent(
        place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [input in]
        path = {place}/in.log
        [stream out]
        bind = #
        path = {place}/out.log
        """)
    (place / "in.log").write_bytes(b"one\n")
    run = place.start("run")
    place.wait_for("out.log", b"one\n")
    assert sorted(run.tree().values()) == \
        ["agent", "collector", "rpc", "rpc", "run", "shipper"]
    run.kill9()


@pytest.mark.parametrize("role", ["agent", "collector"])
def test_run_replaces_a_child_that_is_killed_and_loses_nothing(
        place, vhost, role):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [input in]
        path = {place}/in.log
        [stream out]
        bind = #
        queue = out
        path = {place}/out.log
        sync = commit
        """)
    lines = numbered(20000)
    (place / "in.log").write_bytes(lines)
    run = place.start("run")
    wait_for(lambda: (place / "out.log").exists(), 30, "the first line")
    victim = run.child(role)
    os.kill(victim, signal.SIGKILL)
    assert run.child(role, other_than=victim) != victim

    def complete():
        got = (place / "out.log").read_bytes().splitlines()
        return set(got) >= set(lines.splitlines())
    wait_for(complete, 60, "every line", every=0.2)
    assert run.stop(timeout=15) == 0


@pytest.mark.parametrize("count", [
    20_000, pytest.param(1_000_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("broker_url", ["local", "amqp"])
def test_mixed_lines_pass_in_little_memory(place, vhost, broker_url, count):
    if not os.access(RELEASE, os.X_OK):
        pytest.skip("needs build/release: sanitizers take memory of their own")
    (place / "in.log").write_bytes(mixed_lines(count))
    place.config(f"""\
        [broker]
        url = {vhost.url if broker_url == "amqp" else "local:"}
        [input in]
        path = {place}/in.log
        [stream out]
        bind = #
        path = {place}/out.log
        """)
    run = place.start("run", "--once", "--idle", "2s", binary=RELEASE)
    most = {}

    def ended():
        for role, size in run.memory().items():
            most[role] = max(size, most.get(role, 0))
        return not run.alive()
    wait_for(ended, 900, f"{count} lines", every=0.02)
    assert run.wait() == 0
    assert filecmp.cmp(place / "in.log", place / "out.log", shallow=False)
    print({role: f"{size >> 20} MiB" for role, size in most.items()})
    assert {"run", "agent", "collector"} <= set(most)
    assert max(most.values()) < 40 << 20, most


@pytest.mark.parametrize("missing", [
    "type = kmsg\n        path = {}/none",
    pytest.param("type = journal\n        journal_path = {}/none",
                 marks=pytest.mark.skipif(not journal.is_there(),
                                          reason="needs libsystemd"))])
def test_once_ends_when_an_input_cannot_be_read_and_does_the_rest(
        place, missing):
    (place / "in.log").write_bytes(numbered(100))
    place.config(f"""\
        [broker]
        url = local:
        [input kernel]
        {missing.format(place)}
        [input files]
        path = {place}/in.log
        [stream all]
        bind = #
        path = {place}/all.log
        """)
    run = place.run("run", "--once", code=66)
    assert run.count_said("input kernel: .*none") == 1
    assert not run.count_said("starting again")
    assert (place / "all.log").read_bytes() == numbered(100)
