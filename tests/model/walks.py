"""Long ways at random, where all states are too many (EO-12)."""

import random

import agent
import oracle
from checker import FAULTS, PROGRESS, Context, said
from choices import AtRandom
from rules import Right
from world import Scenario, begin

# Six lines; another configuration keys and cuts them otherwise.
SETUPS = (((0, 1), (1, 2), (0, 3), (0, 4), (1, 5), (0, 6)),
          ((1, 1), (0, 2), (0, 4), (1, 5), (1, 6)))
KINDS = ("agent cut zombie nack broker lossy collector consumer reorder"
         " setup reload boot rewrite").split()


def scenario_of(random):
    """Each walk has its own faults, so that rare ones meet undisturbed."""
    kinds = frozenset(k for k in KINDS if random.random() < 0.7)
    return Scenario("a walk", SETUPS, random.randint(1, 5),
                    random.randint(1, 10), kinds)


def walk(seed, rule=Right):
    """(steps taken, what is wrong or "", labels)."""
    dice = random.Random(seed)
    context = Context(scenario_of(dice), rule, AtRandom(dice))
    state, labels = begin(context.scenario), []
    eagerness = dice.choice((0.02, 0.1, 0.3))  # of faults
    while True:
        label, after = step(state, context, dice, eagerness)
        if label is None:
            return len(labels), oracle.quiet(state, context) or "", labels
        labels.append(label)
        state = after
        wrong = oracle.anywhere(state, context)
        if wrong:
            return len(labels), wrong, labels


def step(state, context, dice, eagerness):
    """One step of those that can be taken; (None, None) when all is quiet and
    nothing is left to happen."""
    kinds = PROGRESS
    if dice.random() < eagerness:
        kinds = FAULTS
    taken = one_of(kinds, state, context, dice)
    if taken is None and kinds is FAULTS:
        taken = one_of(PROGRESS, state, context, dice)
    if taken is None:
        wrong = oracle.quiet(state, context)
        steps = [] if wrong else list(oracle.resend(state, context))
        steps.extend(() if wrong else agent.zombie(state, context))
        taken = dice.choice(steps) if steps else (None, None)
    return taken


def one_of(kinds, state, context, dice):
    for kind in dice.sample(kinds, len(kinds)):
        steps = list(kind(state, context))
        if steps:
            return dice.choice(steps)
    return None


def walks(count, seed, rule=Right):
    """Walk number n has the seed `seed + n`; stops at the first that fails.
    Returns (walks, steps, seed that failed or None, what, labels)."""
    steps = 0
    for n in range(count):
        taken, wrong, labels = walk(seed + n, rule)
        steps += taken
        if wrong:
            return n + 1, steps, seed + n, wrong, [said(s) for s in labels]
    return count, steps, None, "", []
