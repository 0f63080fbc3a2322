"""Every state that can be reached, the nearest first."""

import itertools
from typing import NamedTuple

import agent
import broker
import collector
import oracle
from choices import Every
from world import Scenario, begin

PROGRESS = agent.PROGRESS + collector.PROGRESS + broker.PROGRESS
FAULTS = agent.FAULTS + collector.FAULTS + broker.FAULTS


class Context(NamedTuple):
    scenario: Scenario
    rule: type
    choices: object = Every


class Found(NamedTuple):
    states: int
    quiet: int  # of them
    wrong: str  # "" if nothing is
    trace: list  # what happened, shortest first


def successors(state, context):
    """(all steps, is it quiet).  Quiet is where only faults, or an operator
    who resends, can go on."""
    if not state.faults:
        return last_steps(state, context)
    steps = [s for step in PROGRESS for s in step(state, context)]
    is_quiet = not steps
    if is_quiet:
        steps.extend(oracle.resend(state, context))
    for fault in FAULTS:
        steps.extend(fault(state, context))
    return steps, is_quiet


def last_steps(state, context):
    """When no fault is left to interrupt them, only the order in which
    messages enter the queue makes a difference: publishes and frames of old
    connections in any order, all else one step after the other."""
    steps = list(agent.publish(state, context))
    for step in (agent.confirm, collector.take, collector.commit,
                 collector.ack):
        if not steps:
            steps.extend(itertools.islice(step(state, context), 1))
    is_quiet = not steps
    if is_quiet:
        steps.extend(oracle.resend(state, context))
    steps.extend(agent.zombie(state, context))
    return steps, is_quiet


def explore(scenario, rule, wanted=None):
    """Breadth first, so that what is found wrong is found on a shortest way.
    With `wanted` nothing counts but what that finds when all is quiet: of a
    wrong rule the damage itself is to be seen, not its first omen.

    Of a state seen only its hash (64 bits) is kept, and its parent's: at 10^6
    states two share one with a probability of 3 * 10^-8.
    """
    context = Context(scenario, rule)
    first = begin(scenario)
    parents = {hash(first): None}
    level, quiet = [first], 0
    while level:
        following = []
        for state in level:
            wrong = None if wanted else oracle.anywhere(state, context)
            steps, is_quiet = successors(state, context)
            if is_quiet:
                quiet += 1
                wrong = wrong or (wanted or oracle.quiet)(state, context)
            if wrong:
                return Found(len(parents), quiet, wrong,
                             retrace(first, state, parents, context))
            mark = hash(state)
            for label, after in steps:
                key = hash(after)
                if key not in parents:
                    parents[key] = mark
                    following.append(after)
        level = following
    return Found(len(parents), quiet, "", [])


def retrace(first, last, parents, context):
    """The labels on the way, by taking it again."""
    way, mark = [], hash(last)
    while mark is not None:
        way.append(mark)
        mark = parents[mark]
    trace, state = [], first
    for mark in reversed(way[:-1]):
        label, state = next(s for s in successors(state, context)[0]
                            if hash(s[1]) == mark)
        trace.append(said(label))
    return trace


def said(label):
    return label[0].format(*label[1:])
