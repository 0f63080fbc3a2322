"""What the broker does to both sides: it may die, and it may forget."""

from agent import disconnect
from collector import lose_consumer


def crash(state, context):
    """What was not confirmed may be kept or lost, each message by itself; a
    lossy broker (no fsync before the confirm) loses confirmed ones too."""
    kinds = context.scenario.kinds
    if "broker" not in kinds or not state.faults:
        return
    lossy = "lossy" in kinds
    held = state.unacked + state.queue
    may_go = tuple(i for i, (m, confirmed) in enumerate(held)
                   if lossy or not confirmed)
    for gone in context.choices.subsets(may_go):
        kept = tuple(c for i, c in enumerate(held) if i not in gone)
        lost = tuple(held[i][0] for i in gone if held[i][1])
        names = ", ".join(str(held[i][0]) for i in gone) or "nothing"
        after = lose_consumer(state)._replace(
            queue=kept, lost=state.lost + lost)
        for n, both in disconnect(after, context):
            yield ("the broker dies and loses {}", names), both


PROGRESS = ()
FAULTS = (crash,)
