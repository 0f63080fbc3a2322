"""Where a fault can go many ways: all of them, or one at random."""

import itertools


class Every:
    @staticmethod
    def upto(n):
        return range(n + 1)

    @staticmethod
    def subsets(items):
        for mask in itertools.product((False, True), repeat=len(items)):
            yield tuple(itertools.compress(items, mask))

    @staticmethod
    def orders(items):
        return sorted(set(itertools.permutations(items)))


class AtRandom:
    def __init__(self, random):
        self.random = random

    def upto(self, n):
        return (self.random.randint(0, n),)

    def subsets(self, items):
        return (tuple(i for i in items if self.random.random() < 0.5),)

    def orders(self, items):
        return (tuple(self.random.sample(items, len(items))),)
