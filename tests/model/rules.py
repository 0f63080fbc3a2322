"""The delivery rule, and wrong ones that look as good.

A rule says what the collector takes for a repeat and when it acks one, what
an output is after a crash, and when the agent goes on under an old id.
"""

from world import Message


class Right:
    """As it is implemented; docs/delivery.md has it in words."""
    name = "the rule"
    acks_repeats_at_once = False
    cuts_back = True
    keeps_id = False  # though bytes, cuts or keys above `safe` may differ
    checks_bytes = True  # before `safe`, at every start (agent/tail.c)
    forgets_the_dead = False  # who published above `safe` and was killed
    saves_setup_late = False  # with `safe`, not before it makes a line

    @staticmethod
    def see(known, message):
        """(is it new, what is known with it).  Known: the union of the
        intervals (prev, pos], as sorted pairs that do not touch."""
        low, high = message.prev, message.pos
        new = not any(a < high <= b for a, b in known)
        apart = []
        for a, b in known:
            if b < low or high < a:
                apart.append((a, b))
            else:
                low, high = min(a, low), max(b, high)
        return new, tuple(sorted(apart + [(low, high)]))

    @staticmethod
    def give_up(state, chain, gap):
        """The state in which `gap` of `chain` is given up.  It is kept
        beside the ledger and is nothing to a line: all is as it was."""
        return state

    @staticmethod
    def missing(known, end):
        """What `weir verify` finds: (0, end] without what is known."""
        gaps, at = [], 0
        for a, b in known:
            if at < a and at < end:
                gaps.append((at, min(a, end)))
            at = max(at, b)
        if at < end:
            gaps.append((at, end))
        return gaps


class HighestOffset(Right):
    name = "wrong (a): the highest offset alone"

    @staticmethod
    def see(known, message):
        highest = known[0][1] if known else 0
        return (message.pos > highest,
                ((0, max(message.pos, highest)),))


class RepeatAckedAtOnce(Right):
    name = "wrong (b): a repeat is acked before its first copy's commit"
    acks_repeats_at_once = True


class OldIdKept(Right):
    name = "wrong (c): the old id, though cuts, keys or bytes may differ"
    keeps_id = True
    checks_bytes = False


class DrainedTooSoon(Right):
    name = "wrong (e): drained means that nothing waits in this process"
    forgets_the_dead = True


class SetupSavedLate(Right):
    name = "wrong (f): another configuration is used before it is saved"
    saves_setup_late = True


class GivenUpMerged(Right):
    name = "wrong (g): what is given up becomes part of what was seen"

    @staticmethod
    def give_up(state, chain, gap):
        def merged(ledger):
            known = dict(ledger)
            known[chain] = Right.see(
                known.get(chain, ()), Message(*chain, *gap, ()))[1]
            return tuple(sorted(known.items()))
        return state._replace(memory=merged(state.memory),
                              ledger=merged(state.ledger))


class NoCutBack(Right):
    name = "wrong (d): an output keeps what was appended and not committed"
    cuts_back = False
