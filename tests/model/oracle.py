"""What must be true: in every state, and when all is quiet."""

import collections

from world import Message, next_line


def anywhere(state, context):
    """What is wrong with this state; None if nothing is."""
    twice = repeated(state)
    if twice:
        return twice
    written = set(state.output)
    for message, confirmed in state.unacked[:state.ackable]:
        if not written.issuperset(message.text):
            return f"{message} is to be acked and is not in the output"
    if not state.saved.safe <= state.safe <= state.read:
        return "the checkpoint is ahead of what is safe"
    return None


def repeated(state):
    for line, count in collections.Counter(state.output).items():
        if count > 1 + state.excused.count(line):
            return f"line {name(line)} is in the output {count} times"
    return None


def name(line):
    return str(line[0]) + "'" * line[1]


def quiet(state, context):
    """Every process runs, every queue is empty, nothing is in hand: what was
    lost must be known."""
    gaps = holes(state, context)
    written = set(state.output)
    told = {line for m in state.lost
            if not written.issuperset(m.text) and inside(m, gaps)
            for line in m.text}
    silent = lost(state, told)
    if silent:
        return silent
    for chain, gap in gaps if not forgot(context) else ():
        if not any(inside(m, [(chain, gap)]) for m in state.lost):
            return f"verify reports {gap} of {chain}, where nothing is lost"
    return repeated(state)


def lost(state, told):
    written = set(state.output)
    must = tuple((n, v) for n, v in enumerate(state.file, 1)) + state.owed
    for line in must:
        if line not in written and line not in told:
            return f"line {name(line)} is lost and nothing says so"
    return None


def silent_loss(state, context):
    """Not even verify can tell."""
    return lost(state, ()) if not holes(state, context) else None


def loss(state, context):
    return lost(state, ())


def twice(state, context):
    return repeated(state)


def forgot(context):
    """A new ledger does not know what an old one had."""
    return "ledger" in context.scenario.kinds


def inside(message, gaps):
    return any(chain == (message.source, message.key)
               and gap[0] < message.pos <= gap[1] for chain, gap in gaps)


def holes(state, context):
    """weir verify: the agent's chain ends against the ledger's intervals."""
    ledger = dict(state.ledger)
    sides = state.saved.retired + ((state.source, state.safe_ends),)
    return [((source, key), gap)
            for source, ends in sides for key, end in enumerate(ends)
            for gap in context.rule.missing(ledger.get((source, key), ()), end)]


def resend(state, context):
    """weir resend: what the holes of the present source say is read again
    and goes to this queue alone, under its old positions.  Refused where
    another configuration made the lines: they would be other ones."""
    again = []
    for (source, key), (low, high) in holes(state, context):
        if source != state.source or low < state.saved.since:
            continue
        at, prev = low, low
        while at < high:
            found, at, text = next_line(context.scenario, state.setup,
                                        state.file, at)
            if found == key:
                again.append((Message(source, key, prev, at, text), True))
                prev = at
    if again:
        yield (("weir resend sends again {}",
                ", ".join(str(m) for m, confirmed in again)),
               state._replace(queue=state.queue + tuple(again)))
