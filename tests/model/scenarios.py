"""What is explored: each scenario has all faults that have to do with each
other, and as many at once as a minute allows."""

import oracle
import rules
from world import Scenario

A, B = 0, 1

# Of lines 1 to 3: what each configuration makes of them.
ONE_CHAIN = (((A, 1), (A, 2), (A, 3)),)
TWO_CHAINS = (((A, 1), (B, 2), (A, 3)),)
OTHER_KEYS = (((B, 1), (A, 2), (B, 3)), ((A, 1), (A, 2), (B, 3)))
OTHER_CUTS = (((A, 1), (A, 2), (A, 3)), ((A, 2), (A, 3)))

BROKER = frozenset("cut zombie nack broker".split())
COLLECTOR = frozenset("collector consumer reorder broker".split())
ALL = BROKER | COLLECTOR | {"agent"}
SETUPS = ALL | {"setup", "reload"}
FEW = frozenset({"agent", "broker"})

TWO_LINES = (ONE_CHAIN[0][:2],)


def scenarios(large=False):
    """`large`: one fault more in each; an hour or more, and much memory."""
    more = 1 if large else 0

    def of(name, setups, faults, kinds, window=2):
        return Scenario(name, setups, window, faults + more, frozenset(kinds))

    return [
        of("two lines, any two faults", TWO_LINES, 2, ALL),
        of("three lines, any fault", ONE_CHAIN, 1, ALL, window=3),
        of("two chains, any fault", TWO_CHAINS, 1, ALL, window=3),
        of("three faults of the collector", TWO_LINES, 3,
           COLLECTOR - {"broker"}),
        of("a lossy broker", TWO_CHAINS, 1, ALL | {"lossy"}, window=3),
        of("a lossy broker twice", TWO_LINES, 2, {"broker", "lossy"}),
        of("other keys", OTHER_KEYS, 1, SETUPS | {"lossy"}),
        of("other cuts", OTHER_CUTS, 1, SETUPS | {"lossy"}),
        of("other keys, two faults", OTHER_KEYS, 2,
           FEW | {"setup", "reload"}, window=1),
        of("other cuts, two faults", OTHER_CUTS, 2,
           FEW | {"setup", "reload"}, window=1),
        of("power loss at the agent", TWO_LINES, 2, FEW | {"boot"}),
        of("a file written anew", ONE_CHAIN, 2, FEW | {"rewrite"}, window=1),
        of("lost state, lost ledger", TWO_LINES, 2,
           {"agent", "collector", "state", "ledger"}),
    ]


def falsified():
    """(rule, what it must do, scenario): (a) to (g) of rules.py, and a limit
    of the right one."""
    def of(rule, wanted, name, setups, faults, kinds, window=2):
        return rule, wanted, Scenario(name, setups, window, faults,
                                      frozenset(kinds.split()))

    silent, loss, twice = oracle.silent_loss, oracle.loss, oracle.twice
    return [
        of(rules.HighestOffset, silent, "a broker is killed",
           TWO_LINES, 1, "broker"),
        of(rules.HighestOffset, silent, "a consumer requeues",
           TWO_LINES, 1, "consumer reorder"),
        of(rules.RepeatAckedAtOnce, loss,
           "a collector reconnects and is killed",
           TWO_LINES, 2, "consumer collector"),
        of(rules.OldIdKept, silent, "keys change at a restart",
           OTHER_KEYS, 2, "agent broker setup"),
        of(rules.OldIdKept, silent, "cuts change at a restart",
           OTHER_CUTS, 2, "agent broker setup"),
        of(rules.OldIdKept, silent, "the agent's host loses power",
           TWO_LINES, 1, "agent boot"),
        of(rules.OldIdKept, silent, "a file is written anew",
           TWO_LINES, 1, "agent rewrite"),
        of(rules.GivenUpMerged, silent, "a consumer requeues what is gone",
           TWO_LINES, 2, "consumer reorder gone"),
        of(rules.NoCutBack, twice, "a collector is killed",
           TWO_LINES, 1, "collector"),
        of(rules.DrainedTooSoon, twice, "an agent killed, then stopped",
           OTHER_KEYS, 2, "agent reload", window=1),
        of(rules.SetupSavedLate, twice,
           "an agent stopped, killed under another configuration, and back",
           OTHER_KEYS, 2, "agent setup reload", window=1),
        of(rules.Right, silent,
           "a file written anew before anything of it was saved",
           TWO_LINES, 1, "agent rewrite early"),
    ]
