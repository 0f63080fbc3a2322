"""Compares what was sent with what came out.

A line names itself at its start, `FILE.INCARNATION NUMBER.PART `, so that one
that is lost, repeated, late or damaged can be told from any other.  What can
be ordered is a chain: the lines of one incarnation with one severity.
"""

import collections
import re

IDENTITY = re.compile(rb"([a-z0-9]+\.\d+) (\d{8}\.\d{2}) ")
SHOWN = 5

Sent = collections.namedtuple("Sent", "source number offset end key text")


def identity(text):
    """(source, number) as the line itself has them; None if it has none."""
    match = IDENTITY.match(text)
    return match.groups() if match else None


class Verdict:
    """What differs, by kind; false when nothing does."""

    KINDS = ("lost", "repeated", "late", "damaged", "foreign")

    def __init__(self):
        self.found = collections.OrderedDict((k, []) for k in self.KINDS)

    def add(self, kind, text):
        self.found[kind].append(text)

    def __bool__(self):
        return any(self.found.values())

    def __getattr__(self, kind):
        try:
            return self.found[kind]
        except KeyError:
            raise AttributeError(kind) from None

    def __str__(self):
        said = []
        for kind, all_of_it in self.found.items():
            if all_of_it:
                said.append(f"{len(all_of_it)} {kind}:")
                said += [f"    {text}" for text in all_of_it[:SHOWN]]
                if len(all_of_it) > SHOWN:
                    said.append(f"    ... and {len(all_of_it) - SHOWN} more")
        return "\n".join(said) or "no difference"


def short(text):
    return repr(text if len(text) <= 90 else text[:60] + b"..." + text[-20:])


def place_of(line):
    return (f"{line.source.decode()} bytes {line.offset}-{line.end} "
            f"({line.key}): {short(line.text)}")


def compare(sent, output):
    """`sent` is a list of Sent, `output` the lines of one stream's file.

    Order is kept per chain if every line comes after all those of its chain
    that were sent before it; of a repeated line the first copy counts.
    """
    verdict = Verdict()
    known = {(s.source, s.number): s for s in sent}
    seen = collections.Counter()
    last = {}  # of a chain: (number, line of the output)
    for at, text in enumerate(output, 1):
        who = identity(text)
        line = known.get(who)
        if line is None:
            verdict.add("foreign", f"line {at}: {short(text)}")
            continue
        if line.text != text:
            verdict.add("damaged", f"line {at}: {short(text)} is not "
                        f"{place_of(line)}")
            continue
        seen[who] += 1
        if seen[who] > 1:
            verdict.add("repeated", f"line {at}: {place_of(line)}")
            continue
        chain = (line.source, line.key)
        before = last.get(chain)
        if before and before[0] > line.number:
            verdict.add("late", f"line {at}: {place_of(line)} after "
                        f"{before[0].decode()} in line {before[1]}")
        else:
            last[chain] = (line.number, at)
    for who, line in known.items():
        if not seen[who]:
            verdict.add("lost", place_of(line))
    return verdict


def lines_of(*paths):
    """The lines of one stream's segments, oldest first."""
    lines = []
    for path in paths:
        data = path.read_bytes()
        lines += data.split(b"\n")
        if lines[-1] == b"":
            lines.pop()
    return lines
