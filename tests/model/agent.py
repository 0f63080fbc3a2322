"""What the agent does, and what happens to it.

Each step takes a state and yields (what it is, the state after it) for every
way in which it can go; none, if it cannot happen now.
"""

from world import (REFUSED, SENT, SETTLED, WAITING, Checkpoint, put,
                   read_ahead, saves)


def publish(state, context):
    """The broker stores a line of the window (window_next).  Until then it
    is all one whether it was sent."""
    in_turn = True
    for i, (message, how) in enumerate(state.window):
        if how == REFUSED or (how == WAITING and in_turn):
            yield (("the broker stores {}", message), state._replace(
                window=put(state.window, i, (message, SENT)),
                queue=state.queue + ((message, False),),
                wire=max(state.wire, message.pos)))
        in_turn = in_turn and how != WAITING


def confirm(state, context):
    """In any order (broker/confirms.h).  A confirm that is lost on its way
    is one that was not given: both ends of the connection forget it."""
    for i, (message, how) in enumerate(state.window):
        if how == SENT:
            yield (("the broker confirms {}", message), settle(
                mark_confirmed(state, message)._replace(
                    window=put(state.window, i, (message, SETTLED))),
                context.scenario))


def mark_confirmed(state, message):
    open_copy = (message, False)
    for name in ("queue", "unacked"):
        copies = getattr(state, name)
        if open_copy in copies:
            i = copies.index(open_copy)
            return state._replace(**{name: put(copies, i, (message, True))})
    return state  # consumed and acked before its confirm


def settle(state, scenario):
    """`safe` moves over settled lines from the front, and over no other."""
    window, safe, ends = state.window, state.safe, state.safe_ends
    while window and window[0][1] == SETTLED:
        message = window[0][0]
        assert message.pos > safe and message.prev == ends[message.key]
        window, safe = window[1:], message.pos
        ends = put(ends, message.key, message.pos)
    return read_ahead(
        state._replace(window=window, safe=safe, safe_ends=ends), scenario)


def nack(state, context):
    """The line is sent again, unchanged, behind others (window_refuse).  A
    queue may have stored it all the same: another one did not."""
    if "nack" not in context.scenario.kinds or not state.faults:
        return
    for i, (message, how) in enumerate(state.window):
        if how != SENT:
            continue
        after = state._replace(
            faults=state.faults - 1,
            window=put(state.window, i, (message, REFUSED)))
        yield ("the broker nacks {}, having stored it", message), after
        copy = (message, False)
        if copy in state.queue:
            i = state.queue.index(copy)
            yield (("the broker nacks {}", message), after._replace(
                queue=state.queue[:i] + state.queue[i + 1:]))


def disconnect(state, context):
    """A session ends: what is not settled is to be sent again.  Of what was
    under way some may arrive later, when nobody expects it."""
    under_way = [m for m, how in state.window if how in (WAITING, REFUSED)]
    window = tuple((m, how if how == SETTLED else WAITING)
                   for m, how in state.window)
    held = len(under_way) if "zombie" in context.scenario.kinds else 0
    for n in context.choices.upto(held):
        wire = max([state.wire] + [m.pos for m in under_way[:n]])
        yield n, state._replace(
            faults=state.faults - 1, window=window, wire=wire,
            zombies=tuple(sorted(state.zombies + tuple(under_way[:n]))))


def cut(state, context):
    """The connection is lost, or the shipper is killed."""
    if "cut" in context.scenario.kinds and state.faults and state.window:
        for n, after in disconnect(state, context):
            yield ("the publisher's connection is cut, {} frames live on",
                   n), after


def zombie(state, context):
    for i, message in enumerate(state.zombies):
        if i == 0 or message != state.zombies[i - 1]:
            yield (("a frame of an old connection arrives: {}", message),
                   state._replace(
                       zombies=state.zombies[:i] + state.zombies[i + 1:],
                       queue=state.queue + ((message, False),)))


def kill(state, context):
    """kill -9 at any moment, and what may have changed when it starts again
    from the checkpoint.  Down time is no state: others' steps during it may
    as well come before or after."""
    if not state.faults or "agent" not in context.scenario.kinds:
        return
    said = "the agent is killed (saved: {}; {} frames live on), "
    for n, after in disconnect(state, context):
        for saved in saves(state, context.scenario):
            for what, then in starts(after._replace(saved=saved), context):
                yield (said + what, saved.safe, n), then


def starts(state, context):
    kinds = context.scenario.kinds
    yield "and starts again", start(state, context, setup=state.setup)
    if "setup" in kinds:
        yield ("and starts under another configuration",
               start(state, context, setup=1 - state.setup))
    if "boot" in kinds:
        yield ("the host loses power and keeps the file",
               start(state, context))
        yield ("the host loses power, other bytes stand above safe",
               start(renew(state, state.saved.safe), context))
    if "rewrite" in kinds and (state.saved.safe or "early" in kinds):
        yield ("the file is written anew",
               start_anew(renew(state, 0), context))
    if "state" in kinds:
        yield "its state is lost", new_source(state, context, 0)


def resume(state, context, setup=None):
    """Under the id of the checkpoint, from there (tail_open)."""
    saved = state.saved
    setup = saved.setup if setup is None else setup
    if not context.rule.saves_setup_late:
        saved = saved._replace(setup=setup)
    return read_ahead(state._replace(
        setup=setup, saved=saved, read=saved.safe,
        ends=saved.ends, safe=saved.safe, safe_ends=saved.ends, window=()),
        context.scenario)


def start(state, context, setup=None):
    """What was published above `safe` may not be what is read there now."""
    if context.rule.keeps_id or setup == state.saved.setup:
        return resume(state, context, setup)
    return new_source(state, context, state.saved.safe, setup)


def start_anew(state, context):
    """The bytes before `safe` tell, if there are any."""
    if not context.rule.checks_bytes or state.saved.safe == 0:
        return resume(state, context)
    return new_source(state, context, 0)


def new_source(state, context, at, setup=None):
    """A new id, in the checkpoint before its first line is published.  What
    is read again may come again."""
    saved = state.saved
    none = (0,) * context.scenario.keys
    again = tuple((n, state.file[n - 1])
                  for n in range(at + 1, state.wire + 1))
    source = state.sources + 1
    setup = saved.setup if setup is None else setup
    retired = saved.retired + ((saved.source, saved.ends),)
    return read_ahead(state._replace(
        source=source, sources=source, setup=setup, read=at, ends=none,
        safe=at, safe_ends=none, window=(), wire=at,
        saved=Checkpoint(source, at, none, setup, at, retired),
        excused=tuple(sorted(state.excused + again))), context.scenario)


def renew(state, at):
    """Other bytes stand above `at`.  What was safe there is owed still."""
    old = tuple((n, state.file[n - 1])
                for n in range(at + 1, state.saved.safe + 1))
    file = tuple(v + 1 if n > at else v for n, v in enumerate(state.file, 1))
    return state._replace(file=file, owed=state.owed + old)


def reload(state, context):
    """A clean stop (or HUP), all settled and saved; then other cuts and keys
    from there on, under the same id.  All: what an agent that was killed
    published as well, which this one must have read again (read_up)."""
    drained = all(how == WAITING for m, how in state.window) and (
        state.wire <= state.safe or context.rule.forgets_the_dead)
    if ("reload" not in context.scenario.kinds or not state.faults
            or not drained):
        return
    setup = 1 - state.setup
    saved = state.saved._replace(
        safe=state.safe, ends=state.safe_ends, since=state.safe)
    yield (("the agent stops, drained, and starts under another"
            " configuration",),
           resume(state._replace(faults=state.faults - 1, saved=saved),
                  context, setup))


PROGRESS = (publish, confirm)
FAULTS = (nack, cut, zombie, kill, reload)
