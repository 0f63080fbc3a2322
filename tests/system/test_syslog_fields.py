"""What a syslog message says, as others see it: on the broker, and in JSON."""

import base64
import json
import os

import pika

import amqp
from process import wait_for
from receiver import VECTORS, Receiver

LINES = b"""\
<34>1 2003-10-11T22:14:15.003Z web su 12 ID47 [a@1 b="\\"" c="1" c="2"][d] x
Nov 21 09:01:02 db postgres[7]: ERROR: relation
<999>1 - h a - - - [odd
"""

FILE = """\
    [broker]
    url = {url}
    [agent]
    host = alpha
    [input in]
    path = {place}/in.log
    parse = syslog
    zone = +01:00
    """

STREAM = """\
    [stream s]
    bind = #
    queue = {queue}
    path = {place}/out.log
    format = json
    """


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def test_SY_12_data_travel_as_a_table_and_arrive_as_an_object(place, vhost):
    place.config(FILE.format(url=vhost.url, place=place) +
                 STREAM.format(queue="q", place=place))
    (place / "in.log").write_bytes(LINES)
    listener = amqp.Subscriber(vhost.url, "#")
    place.run("run", "--once", "--idle", "500ms")
    first, second, third = listener.take(3)
    assert [m.body for m in (first, second, third)] == LINES.splitlines()
    assert [m.key for m in (first, second, third)] == [
        "crit.auth", "err.user", "info.user"]
    headers = first.properties.headers
    assert headers["data"] == {"a@1": {"b": '"', "c": ["1", "2"]}, "d": {}}
    assert text(headers["time"]) == "2003-10-11T22:14:15.003000000Z"
    assert first.properties.timestamp == 1065910455
    assert [text(headers[k]) for k in ("host", "pid", "msgid")] == [
        "web", "12", "ID47"]
    assert first.properties.app_id == "su"
    assert text(second.properties.headers["time"])[4:] == \
        "-11-21T08:01:02.000000000Z"
    assert third.properties.headers["malformed"] is True
    assert "data" not in third.properties.headers
    out = [json.loads(line) for line in open(place / "out.log", "rb")]
    assert out[0]["data"] == headers["data"]
    assert [line["text"].encode() for line in out] == LINES.splitlines()
    assert (out[1]["host"], out[1]["program"], out[1]["pid"]) == (
        "db", "postgres", "7")
    assert out[2]["malformed"] is True


def test_without_a_broker_the_same_is_written(place):
    place.config(FILE.format(url="local:", place=place) +
                 STREAM.format(queue="q", place=place))
    (place / "in.log").write_bytes(LINES)
    place.run("run", "--once", "--idle", "500ms")
    out = [json.loads(line) for line in open(place / "out.log", "rb")]
    assert [line["key"] for line in out] == [
        "crit.auth", "err.user", "info.user"]
    assert out[0]["data"] == {"a@1": {"b": '"', "c": ["1", "2"]}, "d": {}}
    assert (out[0]["host"], out[0]["msgid"]) == ("web", "ID47")


def nested(depth):
    table = {}
    for _ in range(depth):
        table = {"t": table}
    return table


HOSTILE = [
    {"data": {"ok": {"a": "1", "b c": "2", "n": 5, "l": ["x", 7, {}]},
              "no]": {"a": "1"}, "text": "x"}},
    {"data": {str(i): {str(k): "v" for k in range(30)} for i in range(200)}},
    {"data": "text"}, {"data": [1, 2]}, {"data": nested(400)},
]


def test_hostile_tables_are_lines_like_any_other(place, vhost):
    place.config(f"""\
        [broker]
        url = {vhost.url}
        """ + STREAM.format(queue="q", place=place))
    run = place.start("collector")
    for headers in HOSTILE:
        amqp.publish(vhost.url, ("err.local0", b"x"),
                     properties=pika.BasicProperties(headers=headers))
    wait_for(lambda: (place / "out.log").exists() and
             (place / "out.log").read_bytes().count(b"\n") == len(HOSTILE),
             30, "a line of each")
    assert run.stop() == 0
    out = [json.loads(line) for line in open(place / "out.log", "rb")]
    assert out[0]["data"] == {"ok": {"a": "1", "l": "x"}}
    assert len(out[1]["data"]) == 64
    assert sum(len(e) for e in out[1]["data"].values()) == 256
    assert all("data" not in line for line in out[2:4])
    assert out[4]["data"] == {"t": {}}


def told(record):
    """The fields of a line of JSON, by the names of the vectors."""
    return {"hostname": record.get("host"), "procid": record.get("pid"),
            "appname": record.get("program"), "msgid": record.get("msgid"),
            "program": record.get("program"),
            "structured_data": record.get("data"),
            "facility": record["facility"], "severity": record["severity"]}


def test_SY_01_fields_are_those_that_the_vectors_expect(place):
    with open(VECTORS / "syslog_messages.json", encoding="utf-8") as f:
        wanted = {base64.b64decode(v["raw_b64"]): v for v in json.load(f)
                  if v["raw_b64"]}
    r = Receiver(place, "udp://127.0.0.1:PORT")
    r.send_datagrams(*wanted)
    seen = {base64.b64decode(rec["raw"]) if "raw" in rec
            else rec["text"].encode(): rec
            for rec in r.wait_records(len(wanted))}
    assert seen.keys() == wanted.keys()
    compared = 0
    for raw, vector in wanted.items():
        assert vector["valid"] or seen[raw]["malformed"], vector["id"]
        expect = vector["expect"] if vector["valid"] else {}
        for field, found in told(seen[raw]).items():
            if isinstance(expect.get(field), (str, dict)):
                assert found == expect[field], (vector["id"], field)
                compared += 1
    assert compared > 120


def test_SY_11_what_is_nil_is_absent(place):
    r = Receiver(place, "udp://127.0.0.1:PORT")
    r.send_datagrams(b"<1>1 - - - - - -", b"<14>1 - h - - - - x")
    nil, other = r.wait_records(2)
    assert nil["key"] == "alert.kern" and nil["text"] == "<1>1 - - - - - -"
    assert not {"host", "program", "pid", "msgid", "data"} & nil.keys()
    assert other["host"] == "h" and "program" not in other


def test_SY_18_a_program_of_this_host_names_no_other(place):
    r = Receiver(place, "unix-dgram:HERE/log")
    r.send_datagrams(b"<13>Nov 21 10:00:00 my app: x",
                     f"<13>Nov 21 10:00:00 {os.uname()[1]} app[1]: x".encode(),
                     path=place / "log")
    first, second = r.wait_records(2)
    assert first["host"] == second["host"]
    assert (first["program"], second["program"]) == ("my app", "app")


def test_all_parts_of_a_message_have_its_fields(place):
    """Only the first has the header; none of them goes to another file."""
    r = Receiver(place, "udp://127.0.0.1:PORT", "tcp://127.0.0.1:PORT",
                 "unix-dgram:HERE/log", more=f"""\
max_line = 100
            zone = UTC
            [stream hosts]
            bind = #
            path = {place}/hosts/${{host}}.${{program}}""")
    old = b"<131>Nov 21 09:01:02 h app[12]: " + b"x" * 300
    new = b"<131>1 2026-11-21T09:01:02Z h app 12 ID - " + b"x" * 300
    r.send_datagrams(old, new, old + b"\n")
    r.send_stream(old + b"\n" + b"%d %b" % (len(new), new))
    r.send_datagrams(b"<131>Nov 21 09:01:02 my app: " + b"x" * 300,
                     path=place / "log")
    records = r.wait_records(24)
    for rec in records:
        local = rec["peer"].startswith("uid ")
        assert rec["key"] == "err.local0" and rec["part"] > 0
        assert (rec["host"] == "h") != local
        assert rec["program"] == ("my app" if local else "app")
        assert rec["pid"] == (str(os.getpid()) if local else "12")
        assert rec["time"].endswith("-11-21T09:01:02.000000000Z")
    assert sum(rec.get("msgid") == "ID" for rec in records) == 8
    wait_for(lambda: len(list((place / "hosts").iterdir())) == 2, 10, "files")


def test_SY_04_05_25_26_odd_messages_are_lines_too(place):
    """In a file for each host, as long as a host may be and as hostile."""
    hosts = ["h", "a/b", "me@x", "..", "../../etc", "\x1b[31mred", "h" * 300]
    odd = ["<192>x", "<999>x", "<8000000000000000000000000000000>x", "no PRI",
           "<>x", "<-1>x", "<013>x", "<13 unterminated"]
    stamps = ["Feb 29 10:00:00", "Dec 31 23:59:59", "Mar 29 02:30:00",
              "1970-01-01T00:00:00Z", "2106-02-07T06:28:16Z",
              "9999-12-31T23:59:59Z", "2026-11-21T10:00:00.123456789Z"]
    r = Receiver(place, "udp://127.0.0.1:PORT", more=f"""\
zone = Europe/Berlin
            [stream hosts]
            bind = #
            path = {place}/hosts/${{host}}/log""")
    r.send_datagrams(
        *(m.encode() for m in odd),
        *(f"<14>Nov 21 09:01:02 {h} app: x".encode() for h in hosts),
        *(f"<14>{s} h app: x".encode() for s in stamps))
    records = r.wait_records(len(odd) + len(hosts) + len(stamps))
    for rec in records[:len(odd)]:
        assert rec["key"] == "notice.user", rec
        assert rec["host"] == "127.0.0.1"
        assert rec.get("malformed", False) == (rec["text"] != "no PRI")
    assert r.counts()["malformed"] == sum("malformed" in rec
                                          for rec in records)
    named = records[len(odd):len(odd) + len(hosts)]
    assert [rec["host"] for rec in named] == hosts
    assert all(rec["program"] == "app" for rec in records[len(odd):])
    wait_for(lambda: len(list((place / "hosts").glob("*/log"))) == 8, 30,
             "a file of each host and of the sender")
    assert not (place / "etc").exists() and not (place / "hosts/log").exists()
    r.stop()
