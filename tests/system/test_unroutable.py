"""unroutable = hold: lines wait for somebody to bind a queue for them."""

import amqp

CONFIG = """\
    [broker]
    url = {url}
    unroutable = hold
    [agent]
    hold = 64K
    [input in]
    path = {place}/*.log
    """


def lines(word, first, count, size=0):
    return b"".join(b"[%s] %06d" % (word, n) + b"." * size + b"\n"
                    for n in range(first, first + count))


def test_BR_12_held_lines_go_out_in_order_when_a_queue_is_bound(place, vhost):
    place.config(CONFIG.format(url=vhost.url, place=place))
    (place / "in.log").write_bytes(lines(b"error", 0, 100))
    agent = place.start("agent")
    agent.wait_said("err.user: no queue is bound for it: its lines are held")
    amqp.declare_queue(vhost.url, "q", "err.*")
    agent.wait_said("err.user: a queue is bound: [0-9]+ held lines go out")
    with open(place / "in.log", "ab") as log:
        log.write(lines(b"error", 100, 10))
    got = amqp.drain(vhost.url, "q", 110)
    assert b"".join(body + b"\n" for body in got) == lines(b"error", 0, 110)
    assert agent.stop() == 0


def test_BR_13_held_keys_do_not_block_others(place, vhost):
    place.config(CONFIG.format(url=vhost.url, place=place))
    amqp.declare_queue(vhost.url, "q", "err.*")
    mixed = b"".join(lines(b"error", n, 1) + lines(b"notice", n, 1)
                     for n in range(200))
    (place / "in.log").write_bytes(mixed)
    agent = place.start("agent")
    got = amqp.drain(vhost.url, "q", 200)
    assert b"".join(body + b"\n" for body in got) == lines(b"error", 0, 200)
    amqp.declare_queue(vhost.url, "others", "notice.*")
    got = amqp.drain(vhost.url, "others", 200)
    assert b"".join(body + b"\n" for body in got) == lines(b"notice", 0, 200)
    assert agent.stop() == 0


def test_a_file_with_enough_lines_held_waits_and_others_go_on(place, vhost):
    place.config(CONFIG.format(url=vhost.url, place=place))
    amqp.declare_queue(vhost.url, "q", "err.*")
    (place / "held.log").write_bytes(lines(b"notice", 0, 5000, size=100))
    agent = place.start("agent")
    agent.wait_said("notice.user: no queue is bound")
    (place / "other.log").write_bytes(lines(b"error", 0, 50))
    got = amqp.drain(vhost.url, "q", 50)
    assert b"".join(body + b"\n" for body in got) == lines(b"error", 0, 50)
    amqp.declare_queue(vhost.url, "late", "notice.*")
    got = amqp.drain(vhost.url, "late", 5000)
    assert b"".join(body + b"\n" for body in got) == \
        lines(b"notice", 0, 5000, size=100)
    assert agent.stop() == 0


def test_held_lines_survive_a_kill(place, vhost):
    place.config(CONFIG.format(url=vhost.url, place=place))
    (place / "in.log").write_bytes(lines(b"error", 0, 100))
    agent = place.start("agent")
    agent.wait_said("err.user: no queue is bound")
    agent.kill9()
    agent = place.start("agent")
    agent.wait_said("err.user: no queue is bound")
    amqp.declare_queue(vhost.url, "q", "err.*")
    got = amqp.drain(vhost.url, "q", 100)
    assert b"".join(body + b"\n" for body in got) == lines(b"error", 0, 100)
    assert agent.stop() == 0


def test_an_agent_with_held_lines_stops_at_once_and_says_so(place, vhost):
    place.config(CONFIG.format(url=vhost.url, place=place))
    (place / "in.log").write_bytes(lines(b"error", 0, 100))
    agent = place.start("agent")
    agent.wait_said("err.user: no queue is bound")
    assert agent.stop(timeout=8) == 0
    assert agent.count_said("lines held that no queue is bound for") == 1


def test_once_ends_with_held_lines_and_says_so(place, vhost):
    place.config(CONFIG.format(url=vhost.url, place=place))
    (place / "in.log").write_bytes(lines(b"error", 0, 100))
    run = place.run("run", "--once", code=69)
    assert run.count_said("lines held that no queue is bound for") == 1
    assert not run.count_said("starting again")
