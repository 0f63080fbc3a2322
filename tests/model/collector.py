"""What the collector does, and what happens to it."""


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


def append(state, context):
    """A commit begins with all that was taken; more may come meanwhile."""
    if state.taken and not state.appended:
        yield (("the collector appends {} lines and syncs",
                sum(new for m, new, live in state.taken)),
               state._replace(appended=len(state.taken)))


def commit(state, context):
    """Lengths and intervals become durable in one transaction."""
    if not state.appended:
        return
    done = state.taken[:state.appended]
    ledger = dict(state.ledger)
    for message, new, live in done:
        chain = (message.source, message.key)
        ledger[chain] = context.rule.see(ledger.get(chain, ()), message)[1]
    yield (("the collector commits the ledger",), state._replace(
        taken=state.taken[state.appended:], appended=0,
        ackable=state.ackable + sum(live for m, new, live in done),
        ledger=tuple(sorted(ledger.items())),
        output=written(state)))


def written(state):
    """The output with what was appended to it."""
    lines = [line for message, new, live in state.taken[:state.appended]
             if new for line in message.text]
    return tuple(sorted(state.output + tuple(lines)))


def ack(state, context):
    """One basic.ack(multiple) for all that is committed.  An ack that is lost
    on its way is one that was not sent."""
    if state.ackable:
        yield (("the collector acks {} deliveries", state.ackable),
               state._replace(unacked=state.unacked[state.ackable:],
                              ackable=0))


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
    output = state.output if context.rule.cuts_back else written(state)
    after = lose_consumer(state)._replace(
        faults=state.faults - 1, taken=(), appended=0, memory=state.ledger,
        output=output)
    if state.taken or state.ackable:
        yield ("the collector is killed and starts again",), after
    if "ledger" in context.scenario.kinds:
        output = written(state)
        yield (("the collector is killed and its ledger is lost",),
               after._replace(memory=(), ledger=(), output=output,
                              excused=tuple(sorted(state.excused + output))))


PROGRESS = (take, append, commit, ack)
FAULTS = (cut, kill)
