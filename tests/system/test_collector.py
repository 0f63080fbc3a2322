"""Streams: their files, formats and trouble."""

import json
import re
import signal
import subprocess

import pika
import pytest

import amqp
from lines import numbered
from process import wait_for

LOCAL = """\
    [broker]
    url = local:
    [agent]
    host = {host}
    [input in]
    path = {place}/in.log
    program = {program}
    facility = local3
    [stream s]
    bind = #
    {stream}
    """


def run_local(place, stream, lines, host="alpha", program="app"):
    (place / "in.log").write_bytes(lines)
    place.config(LOCAL.format(place=place, stream=stream, host=host,
                              program=program))
    return place.start("run", "--once", "--idle", "200ms")


def test_sighup_opens_the_files_again(place):
    (place / "in.log").write_bytes(b"one\n")
    place.config(LOCAL.format(place=place, host="h", program="p",
                              stream=f"path = {place}/out.log"))
    run = place.start("run")
    place.wait_for("out.log", b"one\n")
    (place / "out.log").rename(place / "out.log.1")
    run.signal(signal.SIGHUP)
    run.wait_said("(?i)reopen")
    with open(place / "in.log", "ab") as log:
        log.write(b"two\n")
    place.wait_for("out.log", b"two\n")
    assert (place / "out.log.1").read_bytes() == b"one\n"
    assert run.stop() == 0


def test_a_collector_reopens_on_sighup_too(place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        [stream s]
        bind = #
        path = {place}/out.log
        """)
    run = place.start("collector")
    amqp.publish(vhost.url, ("a", b"one"))
    place.wait_for("out.log", b"one\n")
    (place / "out.log").rename(place / "out.log.1")
    run.signal(signal.SIGHUP)
    run.wait_said("(?i)reopen")
    amqp.publish(vhost.url, ("a", b"two"))
    place.wait_for("out.log", b"two\n")
    assert run.stop() == 0


def test_path_templates_part_a_stream_into_files(place):
    run = run_local(
        place, f"path = {place}/o/${{host}}/${{facility}}-${{severity}}"
        "-${program}-%Y.log", b"[error] broken\nfine\n[error] again\n")
    assert run.wait() == 0
    (folder,) = (place / "o").iterdir()
    files = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert folder.name == "alpha"
    assert {re.sub(r"\d{4}", "YYYY", name): data
            for name, data in files.items()} == {
        "local3-err-app-YYYY.log": b"[error] broken\n[error] again\n",
        "local3-info-app-YYYY.log": b"fine\n"}


HOSTILE = ["../../../../etc/cron.d/x", "..", ".", "/etc/passwd", "a/b", "",
           "a\0b", "-rf", "new\nline", "\x1b[31m", "x" * 5000, "%n%s",
           "${host}", "\xff\xfe"]


COLLECTOR = """\
    [broker]
    url = {url}
    [stream s]
    bind = #
    queue = s
    path = {base}/${{host}}/${{program}}.log
    """


def send_from(vhost, host, program, body=b"evil"):
    amqp.publish(vhost.url, ("info.user", body), properties=pika
                 .BasicProperties(headers={"host": host}, app_id=program))


def test_hostile_fields_never_leave_the_base_directory(place, vhost):
    base = place / "base"
    place.config(COLLECTOR.format(url=vhost.url, base=base))
    run = place.start("collector")
    sent = 0
    for name in HOSTILE:
        send_from(vhost, name, "p")
        sent += 1
        if len(name.encode()) < 250:
            send_from(vhost, "h", name)
            sent += 1

    def written():
        return sum(p.read_bytes().count(b"evil\n")
                   for p in base.rglob("*") if p.is_file())
    wait_for(lambda: written() == sent, 30, f"{sent} lines under {base}")
    assert run.stop() == 0
    names = {p.name for p in place.path.iterdir()}
    assert names <= {"base", "state", "run", "weir.ini", "err.0", "out.0"}
    assert max(len(p.relative_to(base).parts) for p in base.rglob("*")) == 2


def test_through_a_planted_link_nothing_is_written(place, vhost):
    base, outside = place / "base", place / "outside"
    outside.mkdir()
    base.mkdir()
    (base / "folder").symlink_to(outside)
    place.config(COLLECTOR.format(url=vhost.url, base=base))
    run = place.start("collector")
    send_from(vhost, "folder", "p", b"one")
    run.wait_said("symbolic link")
    assert list(outside.iterdir()) == []
    (base / "folder").unlink()
    place.wait_for("base/folder/p.log", b"one\n")
    assert run.count_said("symbolic link") == 1
    # In place of the file itself it is no better.
    (outside / "victim").write_bytes(b"untouched\n")
    (base / "folder/q.log").symlink_to(outside / "victim")
    send_from(vhost, "folder", "q", b"two")
    wait_for(lambda: run.count_said("symbolic link") == 2, 30, "a word of it")
    assert (outside / "victim").read_bytes() == b"untouched\n"
    (base / "folder/q.log").unlink()
    place.wait_for("base/folder/q.log", b"two\n")
    assert run.stop() == 0


def test_a_json_stream_tells_all_that_is_known(place):
    run = run_local(place, f"path = {place}/out.json\n    format = json",
                    b"[error] \"quoted\" \xff\n")
    assert run.wait() == 0
    (line,) = (place / "out.json").read_text().splitlines()
    record = json.loads(line)
    assert record["severity"] == "err" and record["facility"] == "local3"
    assert record["host"] == "alpha" and record["program"] == "app"
    assert record["path"] == str(place / "in.log")
    assert record["key"] == "err.local3"
    assert record["text"] == '[error] "quoted" \ufffd'
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z",
                        record["time"])
    assert record["raw"]


def test_a_stream_to_standard_output_is_data_and_nothing_else(place):
    run = run_local(place, "type = stdout", numbered(100))
    assert run.wait() == 0
    assert run.out() == numbered(100)


def test_filters_of_a_stream_keep_what_they_name(place):
    place.config(LOCAL.format(
        place=place, host="h", program="p",
        stream=f"path = {place}/out.log\n    filters = wanted, unwanted\n"
        "    [filter wanted]\n    type = keep\n    pattern = GET|slow\n"
        "    [filter unwanted]\n    type = drop\n    pattern = healthz"))
    (place / "in.log").write_bytes(numbered(100))
    place.run("run", "--once", "--idle", "200ms")
    expected = [line for line in numbered(100).splitlines()
                if b"slow" in line]
    assert (place / "out.log").read_bytes().splitlines() == expected


def test_a_full_disk_holds_lines_back_until_there_is_room(place, vhost):
    small = place / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "weir-test",
                       str(small)], capture_output=True).returncode != 0:
        pytest.skip("may not mount a small file system here")
    try:
        place.config(f"""\
            [broker]
            url = {vhost.url}
            [input in]
            path = {place}/in.log
            [stream s]
            bind = #
            queue = s
            path = {small}/out.log
            """)
        ballast = small / "ballast"
        ballast.write_bytes(bytes(128 << 10))
        lines = numbered(2000, size=100)
        (place / "in.log").write_bytes(lines)
        run = place.start("run")
        run.wait_said("(?i)no space left")
        assert run.alive()
        ballast.unlink()
        wait_for(lambda: (small / "out.log").stat().st_size >= len(lines), 30,
                 "the lines held back")
        assert set((small / "out.log").read_bytes().splitlines()) == \
            set(lines.splitlines())
        assert run.count_said("(?i)no space left") <= 5
        assert run.stop() == 0
    finally:
        place.end()
        subprocess.run(["umount", str(small)])


def test_a_folder_that_cannot_be_made_is_said_and_tried_again(place):
    (place / "in.log").write_bytes(b"patience\n")
    (place / "out").write_bytes(b"a file where a folder should be")
    place.config(LOCAL.format(place=place, host="h", program="p",
                              stream=f"path = {place}/out/x.log"))
    run = place.start("run")
    run.wait_said(str(place / "out"))
    (place / "out").unlink()
    place.wait_for("out/x.log", b"patience\n")
    assert run.stop() == 0
