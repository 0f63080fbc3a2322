"""What is explored: each scenario has all faults that have to do with each
other, and as many at once as a minute allows."""

from world import Scenario

A, B = 0, 1

# Of lines 1 to 3: what each configuration makes of them.
ONE_CHAIN = (((A, 1), (A, 2), (A, 3)),)
TWO_CHAINS = (((A, 1), (B, 2), (A, 3)),)
OTHER_KEYS = (((B, 1), (A, 2), (B, 3)), ((A, 1), (A, 2), (B, 3)))
OTHER_CUTS = (((A, 1), (A, 2), (A, 3)), ((A, 2), (A, 3)))

BROKER = frozenset("cut zombie nack broker".split())
SIDES = frozenset("agent collector consumer reorder".split())
ALL = BROKER | SIDES


def scenarios(large):
    """`large`: one fault more in each, some hours."""
    more = 1 if large else 0
    return [
        Scenario("one chain, every fault", ONE_CHAIN, 2, 2 + more, ALL),
        Scenario("two chains, every fault", TWO_CHAINS, 2, 2 + more, ALL),
        Scenario("a publisher's faults", (ONE_CHAIN[0][:2],), 2, 3 + more,
                 BROKER | {"agent"}),
        Scenario("a collector's faults", (ONE_CHAIN[0][:2],), 2, 3 + more,
                 SIDES | {"broker"}),
        Scenario("a lossy broker", TWO_CHAINS, 2, 2 + more, ALL | {"lossy"}),
        Scenario("other keys", OTHER_KEYS, 2, 2 + more,
                 ALL | {"setup", "reload", "lossy"}),
        Scenario("other cuts", OTHER_CUTS, 2, 2 + more,
                 ALL | {"setup", "reload", "lossy"}),
        Scenario("power loss at the agent", ONE_CHAIN, 2, 2 + more,
                 ALL | {"boot"}),
        Scenario("a file written anew", ONE_CHAIN, 2, 2 + more,
                 ALL | {"rewrite"}),
        Scenario("lost state", (ONE_CHAIN[0][:2],), 2, 2 + more,
                 ALL | {"state", "ledger"}),
    ]
