"""The world as one value: a file, the agent that follows it, the broker, the
collector, and what an observer notes who sees them all.

Everything is a tuple of numbers, so that a state can be hashed and compared.
A byte of the file is a whole line here: line n ends at offset n.  The text of
a message is the lines that went into it, each as (number, version): a file
that is written anew has the same numbers and other versions.
"""

from typing import NamedTuple


class Message(NamedTuple):
    """What is on the wire (record/record.h): all of it comes from the bytes
    and the configuration, so a repeat is equal to its first copy."""
    source: int
    key: int
    prev: int
    pos: int
    text: tuple

    def __str__(self):
        lines = "+".join(f"line {n}" + "'" * version
                         for n, version in self.text)
        return (f"S{self.source}/{'abcdef'[self.key]}"
                f" ({self.prev},{self.pos}] \"{lines}\"")


# What became of a line in the window (agent/window.h).
WAITING = 0  # sealed; to be sent in its turn, or under way and not stored
SENT = 1  # stored by the broker, which has not answered
REFUSED = 2  # nacked: sent again some time, holding back nothing
SETTLED = 3  # confirmed, but something before it is not


class Checkpoint(NamedTuple):
    """agent/checkpoint.h: what survives the agent."""
    source: int
    safe: int
    ends: tuple  # by key: where each chain was at `safe`
    setup: int  # fingerprint of the configuration that cuts and keys
    since: int  # the setup was another one below this
    retired: tuple  # (source, ends) of those given up, for verify


class State(NamedTuple):
    # The file: the version of each line.
    file: tuple

    # The agent's memory: agent/source.h, agent/chains.h, agent/window.h.
    source: int
    setup: int
    read: int
    ends: tuple  # by key: the line linked last
    safe: int
    safe_ends: tuple
    window: tuple  # (message, WAITING ...) in the order of the source
    saved: Checkpoint  # the oldest one that may stand there

    # The broker: (message, confirmed) each, in order.
    queue: tuple
    unacked: tuple  # delivered on the collector's present connection
    zombies: tuple  # frames of old connections that may still arrive

    # The collector: collector/stream.h, collector/commit.h, the ledger.
    taken: tuple  # (message, new, its tag is of this connection)
    memory: tuple  # the ledger with what was taken
    ackable: int  # of `unacked`: committed, the ack may go
    ledger: tuple  # ((source, key), intervals), committed with `output`
    output: tuple  # the lines within the committed length, sorted

    # The observer.
    faults: int  # that may still happen
    sources: int  # made so far
    wire: int  # how far the present source may have been published
    lost: tuple  # messages that the broker lost after confirming them
    excused: tuple  # lines that the promise lets come once more
    owed: tuple  # lines no longer in the file that must be there once


class Scenario(NamedTuple):
    """What may happen, and how much of it."""
    name: str
    setups: tuple  # for each configuration: (key, pos) of what it cuts
    window: int
    faults: int
    kinds: frozenset  # of faults, by name
    keys: int = 2


def begin(scenario):
    lines = scenario.setups[0][-1][1]
    none = (0,) * scenario.keys
    state = State(
        file=(0,) * lines, source=1, setup=0, read=0, ends=none, safe=0,
        safe_ends=none, window=(), saved=Checkpoint(1, 0, none, 0, 0, ()),
        queue=(), unacked=(), zombies=(), taken=(), memory=(),
        ackable=0, ledger=(), output=(), faults=scenario.faults, sources=1,
        wire=0, lost=(), excused=(), owed=())
    return read_ahead(state, scenario)


def next_line(scenario, setup, file, at):
    """(key, pos, text) of what is cut next from offset `at`; None at the end."""
    for key, pos in scenario.setups[setup]:
        if pos > at:
            return key, pos, tuple((n, file[n - 1])
                                   for n in range(at + 1, pos + 1))
    return None


def read_ahead(state, scenario):
    """Read until the window is full.  Reading early loses no behaviour: a
    line that waits in the window is a line that was not read."""
    window, read, ends = state.window, state.read, state.ends
    while len(window) < scenario.window:
        line = next_line(scenario, state.setup, state.file, read)
        if line is None:
            break
        key, pos, text = line
        message = Message(state.source, key, ends[key], pos, text)
        window += ((message, WAITING),)
        ends = put(ends, key, pos)
        read = pos
    return state._replace(window=window, read=read, ends=ends)


def saves(state, scenario):
    """What may stand in the checkpoint now: it is written at moments that
    nobody controls, so what it was at the last start, or `safe` at any time
    since.  To choose when it is read is to have saved whenever one likes."""
    yield state.saved
    at, ends = state.saved.safe, state.saved.ends
    while at < state.safe:
        key, at, text = next_line(scenario, state.setup, state.file, at)
        ends = put(ends, key, at)
        yield state.saved._replace(safe=at, ends=ends, setup=state.setup)


def put(items, index, value):
    return items[:index] + (value,) + items[index + 1:]
