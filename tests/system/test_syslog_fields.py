"""What a syslog message says, as others see it: on the broker, and in JSON."""

import json

import pika

import amqp
from process import wait_for

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
