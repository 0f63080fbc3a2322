"""A model of the delivery rule (docs/delivery.md), explored to its ends.

	python3 -B tests/model [--large] [--walks N] [--seed S]
	python3 -B tests/model --replay S

Explores every state of some small worlds in which agent, broker and collector
die, connections are cut and old frames come late: the rule must hold in all.
Then wrong rules, each of which must fail, with its shortest counterexample.
Then N walks at random (10,000) through a larger world; a walk is known by its
seed and can be taken again.  Exits 1 if anything is not as it must be.

What stands for what:

	world.py	record/record.h, agent/source.h, agent/chains.h,
			agent/checkpoint.h, agent/window.h
	agent.py	agent/checkpoint.c (old or new id), agent/window.c,
			broker/link.h, broker/confirms.h
	broker.py	RabbitMQ: a durable queue, confirms
	collector.py	collector/stream.h, collector/ledger.h
	rules.py	collector/intervals.h, and what is not done
	oracle.py	weir verify, weir resend, and the promise
"""

import argparse
import secrets
import sys
import time

import rules
import traces
from checker import explore, said
from scenarios import falsified, scenarios
from walks import walk, walks


def check_the_rule(large):
    print("The rule holds in every state of:", flush=True)
    states, good = 0, True
    for scenario in scenarios(large):
        start = time.monotonic()
        found = explore(scenario, rules.Right)
        states += found.states
        good = good and not found.wrong
        print("  " + traces.explored(scenario, found,
                                     time.monotonic() - start), flush=True)
        if found.wrong:
            print(traces.told(found.trace, found.wrong))
    print(f"  {states} states in all")
    return good


def check_the_wrong():
    """Each must fail, or the model would see nothing."""
    good = True
    for rule, wanted, scenario in falsified():
        found = explore(scenario, rule, wanted)
        name = ("a limit of the rule" if rule is rules.Right else rule.name)
        print(f"\n{name}; {scenario.name}:")
        print(traces.told(found.trace, found.wrong) if found.wrong
              else "   NOT SEEN TO FAIL")
        good = good and bool(found.wrong)
    return good


def check_walks(count, seed):
    print(f"\n{count} walks at random from seed {seed}", flush=True)
    start = time.monotonic()
    done, steps, failed, wrong, labels = walks(count, seed)
    print(f"  {done} walks, {steps} steps,"
          f" {time.monotonic() - start:.1f} s")
    if failed is not None:
        print(f"  seed {failed}: take it again with --replay {failed}")
        print(traces.told(labels, wrong))
    return failed is None


def replay(seed):
    _, wrong, labels = walk(seed)
    print(traces.told([said(label) for label in labels],
                      wrong or "nothing is wrong"))
    return not wrong


def main():
    options = argparse.ArgumentParser(prog="tests/model")
    options.add_argument("--large", action="store_true")
    options.add_argument("--walks", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=secrets.randbits(32))
    options.add_argument("--replay", type=int, metavar="SEED")
    given = options.parse_args()
    if given.replay is not None:
        return replay(given.replay)
    # All three, whatever the first one says.
    return all([check_the_rule(given.large), check_the_wrong(),
                check_walks(given.walks, given.seed)])


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
