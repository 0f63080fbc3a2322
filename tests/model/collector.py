"""What the collector does, and what happens to it."""

import oracle


def take(state, context):
    """A delivery is taken in hand (stream_take): the ledger in memory says
    whether it is new."""
    if not state.queue:
        return
    copy, rest = state.queue[0], state.queue[1:]
    message = copy[0]
    chain = (message.source, message.key)
    memory = dict(state.memory)
    new, known = context.rule.see(memory.get(chain, ()), message)
    memory[chain] = known
    after = state._replace(queue=rest, memory=tuple(sorted(memory.items())))
    if not new and context.rule.acks_repeats_at_once:
        yield ("the collector takes {}, a repeat, and acks it", message), after
        return
    yield (("the collector takes {}" + ("" if new else ", a repeat"), message),
           after._replace(unacked=state.unacked + (copy,),
                          taken=state.taken + ((message, new, True),)))


def commit(state, context):
    """What was taken up to some point is appended and synced, and its lengths
    and intervals become durable in one transaction.  That alone counts: what
    was appended before it is cut back by a crash.  Then the ack goes, or is
    late, or is lost, until a later one covers it (basic.ack, multiple)."""
    for n in range(1, len(state.taken) + 1):
        ledger = dict(state.ledger)
        for message, new, live in state.taken[:n]:
            chain = (message.source, message.key)
            ledger[chain] = context.rule.see(
                ledger.get(chain, ()), message)[1]
        ackable = state.ackable + sum(
            live for m, new, live in state.taken[:n])
        after = state._replace(
            taken=state.taken[n:], ackable=ackable,
            ledger=tuple(sorted(ledger.items())), output=written(state, n))
        label = "the collector commits {} deliveries", n
        if ackable:
            yield (label[0] + " and acks", n), acked(after)
        yield label, after


def written(state, n):
    """The output with the first `n` of what was taken appended."""
    lines = [line for message, new, live in state.taken[:n]
             if new for line in message.text]
    return tuple(sorted(state.output + tuple(lines)))


def acked(state):
    return state._replace(unacked=state.unacked[state.ackable:], ackable=0)


def ack(state, context):
    """A late one.  Sooner is no other state: see commit."""
    if state.ackable and not state.queue and not state.taken:
        yield ("the collector acks {} deliveries", state.ackable), acked(state)


def lose_consumer(state):
    """The deliveries of a connection end with it; what was taken stays in
    hand, but nobody waits for its ack."""
    return state._replace(
        queue=state.unacked + state.queue, unacked=(), ackable=0,
        taken=tuple((m, new, False) for m, new, live in state.taken))


def requeued(state, context, before):
    """In the old order, or (a thieving consumer) in any."""
    if "reorder" not in context.scenario.kinds:
        return (state.queue,) if before.unacked else ()
    return context.choices.orders(state.queue)


def cut(state, context):
    if "consumer" not in context.scenario.kinds or not state.faults:
        return
    after = lose_consumer(state)._replace(faults=state.faults - 1)
    for queue in requeued(after, context, state):
        yield (("the collector's connection is cut, the queue is now {}",
                ", ".join(str(m) for m, confirmed in queue) or "empty"),
               after._replace(queue=queue))


def kill(state, context):
    """kill -9; the output is cut back to its committed length at start."""
    if "collector" not in context.scenario.kinds or not state.faults:
        return
    after = lose_consumer(state)._replace(
        faults=state.faults - 1, taken=(), memory=state.ledger)
    if context.rule.cuts_back:
        if state.taken or state.ackable:
            yield ("the collector is killed and starts again",), after
    else:
        for n in range(1, len(state.taken) + 1):
            yield (("the collector is killed, having appended {}", n),
                   after._replace(output=written(state, n)))
    if "ledger" in context.scenario.kinds:
        for n in context.choices.upto(len(state.taken)):
            output = written(state, n)
            yield (("the collector is killed, having appended {}, and its"
                    " ledger is lost", n),
                   after._replace(
                       memory=(), ledger=(), output=output,
                       excused=tuple(sorted(state.excused + output))))


def give_up(state, context):
    """Somebody asks while a line is held elsewhere, and the agent says that
    its source is gone."""
    if "gone" not in context.scenario.kinds or not state.faults:
        return
    for chain, gap in oracle.holes(state, context):
        yield (("{} of source {} is given up", gap, chain[0]),
               context.rule.give_up(
                   state._replace(faults=state.faults - 1), chain, gap))


PROGRESS = (take, commit, ack)
FAULTS = (cut, kill, give_up)
