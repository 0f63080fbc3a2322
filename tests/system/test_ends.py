"""The end of a chain whose source is gone: what was lost there is named,
told gone, and written all the same should it come after all."""

import gzip

import pika
import pytest

import amqp
from process import wait_for
from test_proof import (BROKER, FILE, NO_LEAK_CHECK, case, chained, content,
                        kinds_of_loss, sometimes)

__all__ = ["case"]  # a fixture
NOTHING = {"all": set(), "errors": set()}


def given_up(it):
    """{stream: {(key, from, to)}}: all that is amiss by `weir verify` is
    gone, and this is it."""
    found = {s.name: set() for s in it.streams}
    for page in it.ask("verify", code=0):
        assert "missing" not in page
        if page.get("given_up") == "gone":
            assert page["host"] == "web1"
            assert page["path"] == f"{it.agent_place}/in.log"
            found[page["stream"]].add(
                (page["key"].partition(".")[0], page["from"], page["to"]))
    return found


@pytest.mark.parametrize("how", ["truncated", "deleted", *sometimes(
    "deleted and running", "deleted and killed", "retired")])
def test_the_end_of_what_is_gone_is_named_and_given_up(case, dice, how):
    data = content(600, dice)
    kinds = kinds_of_loss(chained(data))
    lost = set(kinds["last"] + kinds["whole"])
    it = case(lost.__contains__)
    it.patience = "1s"
    it.publish(data)
    if "deleted" in how:
        (it.agent_place / "in.log").unlink()
    if how == "deleted":
        assert it.agent.stop() == 0
        it.start()
    elif how == "deleted and running":
        it.wait_gone()
    elif how == "truncated":
        (it.agent_place / "in.log").write_bytes(b"")
        it.wait_gone()
    else:  # of the old id under another configuration, nothing is sent again
        it.wait_saved(data)
        it.agent.kill9()
        if how == "retired":
            it.configure(max_line=500)
        it.start()
    it.wait_ready()
    expected = it.expected(data, lost)
    assert it.missing(code=1) == expected
    said = it.resend("--all")
    assert said.count("gone: ") == 3 and "sent again" not in said, said
    assert given_up(it) == expected
    it.end()


@pytest.mark.parametrize("how", ["stopped", *sometimes("running")])
def test_what_is_compressed_by_now_is_sent_again(case, dice, how):
    data = content(600, dice)
    lost = set(kinds_of_loss(chained(data))["row"])
    it = case(lost.__contains__, input=FILE + "\n    rotate_wait = 1s")
    it.publish(data)
    it.wait_saved(data)
    if how == "stopped":
        assert it.agent.stop() == 0
    file = it.agent_place / "in.log"
    (it.agent_place / "in.log.1.gz").write_bytes(gzip.compress(data))
    file.unlink()
    if how == "stopped":
        it.start()
    else:
        it.wait_gone()
    it.wait_ready()
    it.must_name_exactly(data)
    said = it.must_close(data)
    assert said.count("sent again") == 2, said
    it.end()


@pytest.mark.parametrize("code", ["utf-16le", *sometimes("utf-16be")])
def test_utf_16_is_sent_again_as_it_was_sent(case, dice, code):
    data = b"".join(line for line in content(300, dice).splitlines(True)
                    if len(line) < 400)
    middle = [x for x in chained(data) if x.key == "err"][30:35]
    it = case({x.text for x in middle}.__contains__,
              input=FILE + f"\n    encoding = {code}")
    (it.agent_place / "in.log").write_bytes(
        ("\ufeff" + data.decode()).encode(code))
    it.start()
    it.arrived(data)
    it.wait_ready()
    for holes in it.missing(code=1).values():
        assert len(holes) == 1
    said = it.must_close(data)
    assert said.count("sent again") == 2, said
    it.end()


def test_a_line_of_what_was_given_up_is_written_once_when_it_comes(
        case, vhost):
    """Another consumer held it all the while."""
    lines = [b"request %d served" % n for n in range(3)]
    it = case(lambda text: False)
    it.patience = "1s"
    out = it.streams[0].place / "all.log"
    file = it.agent_place / "in.log"
    file.write_bytes(lines[0] + b"\n")
    it.start()
    wait_for(lambda: out.exists() and out.read_bytes() == lines[0] + b"\n",
             20, "the first line")
    assert it.collectors.pop().stop() == 0
    with open(file, "ab") as log:
        log.write(b"\n".join(lines[1:]) + b"\n")
    wait_for(lambda: amqp.depth(vhost.url, "all") == 2, 20, "two lines")
    with pika.BlockingConnection(pika.URLParameters(vhost.url)) as other:
        method, _, body = other.channel().basic_get("all")
        assert body == lines[1] and not method.redelivered
        it.collectors.append(
            it.streams[0].place.start("collector", env=NO_LEAK_CHECK))
        wait_for(lambda: lines[2] in out.read_bytes(), 20, "the last line")
        file.unlink()
        assert it.agent.stop() == 0
        it.start()
        it.wait_ready()
        length = len(lines[0]) + 1
        hole = {("info", length, 2 * length)}
        assert it.missing(code=1)["all"] == hole
        assert it.resend("--all").count("gone: ") == 1
        assert given_up(it)["all"] == hole
    wait_for(lambda: sorted(out.read_bytes().splitlines()) == lines, 20,
             "the line that was held, once")
    assert given_up(it) == NOTHING
    it.end()


OTHER_AGENT = """\
    [agent]
    host = web1
    [input in]
    path = {place}/in.log
    """


def test_that_an_agent_knows_nothing_of_it_gives_nothing_up(
        case, dice, places, vhost):
    """Two of one host's name: the one that could send it is down.  Who is
    sure that there is none may say so."""
    data = content(600, dice)
    lost = set(kinds_of_loss(chained(data))["row"])
    it = case(lost.__contains__)
    it.patience = "1s"
    it.publish(data)
    assert it.agent.stop() == 0
    place = places()
    place.config(BROKER.format(url=vhost.url)
                 + OTHER_AGENT.format(place=place))
    it.agent = place.start("agent", env=NO_LEAK_CHECK)
    it.wait_ready()
    said = it.resend("--all", code=1)
    assert said.count("no agent that answers has the source") == 2, said
    assert it.missing(code=1) == it.expected(data, lost)
    said = it.resend("--all", "--give-up")
    assert said.count("gone: no agent that answers has the source") == 2, said
    assert given_up(it) == it.expected(data, lost)
    it.end()
