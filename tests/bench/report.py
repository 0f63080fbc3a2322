"""Runs as ratios and medians, in plain text.

A ratio is taken within each round, whose cases ran one after the other, and
then the median over the rounds: a machine that drifts drifts in both.
"""

import statistics

AGENT, RAW, FILE, COMMIT, NONE, OLD_COMMIT, OLD_NONE = (
    "agent -> consumer", "raw loop -> consumer", "run -> file",
    "local: sync=commit", "local: sync=none",
    "before: sync=commit", "before: sync=none")
PROCESSES = ("reader", "shipper", "raw loop", "collector", "supervisor",
             "consumer", "broker")
MILLION = 1_000_000
MIB = 1 << 20


def speed(run):
    return run["lines"] / run["seconds"]


def cpu(run, *names):
    """CPU seconds per million lines of the processes named."""
    return sum(run["cpu"].get(n, 0) for n in names) * MILLION / run["lines"]


def publisher_cpu(run):
    return cpu(run, "reader", "shipper", "raw loop")


def all_cpu(run):
    return cpu(run, *PROCESSES)


def broker_cpu(run):
    return cpu(run, "broker")


# What is compared, of which two cases, by what, and which way is good.
RATIOS = (
    ("lines/s: weir agent / raw loop", AGENT, RAW, speed, "more is better"),
    ("publisher's CPU: weir agent / raw loop", AGENT, RAW, publisher_cpu,
     "less is better"),
    ("  of which shipper alone / raw loop", AGENT, RAW,
     lambda run: cpu(run, "shipper", "raw loop"), "less is better"),
    ("broker's CPU: weir agent / raw loop", AGENT, RAW, broker_cpu,
     "less is better"),
    ("lines/s: weir to a file / to the consumer", FILE, AGENT, speed,
     "1 = collector no brake"),
    ("lines/s: local: sync=commit / sync=none", COMMIT, NONE, speed,
     "1 = syncing is free"),
    ("all CPU: local: sync=commit / sync=none", COMMIT, NONE, all_cpu,
     "less is better"),
    ("lines/s: local: sync=commit / before", COMMIT, OLD_COMMIT, speed,
     "more is better"),
    ("all CPU: local: sync=commit / before", COMMIT, OLD_COMMIT, all_cpu,
     "less is better"),
    ("lines/s: sync=commit / before, sync=none", COMMIT, OLD_NONE, speed,
     "1 = free altogether"),
)


def ratios(rounds):
    """[(title, [ratio of each round], what it means)]"""
    return [(title, [of(r[a]) / of(r[b]) if of(r[b]) else float("nan")
                     for r in rounds], meaning)
            for title, a, b, of, meaning in RATIOS
            if a in rounds[0] and b in rounds[0]]


def _ratio_lines(rounds):
    yield "Ratios (median of the rounds; least - most)"
    for title, values, meaning in ratios(rounds):
        yield (f"  {title:<43}{statistics.median(values):6.2f}  "
               f"({min(values):.2f} - {max(values):.2f})  {meaning}")


def _case_lines(rounds):
    yield (f"{'Cases (medians)':<24}{'lines/s':>10}{'least - most':>22}"
           f"{'seconds':>9}{'headers':>9}")
    for name in rounds[0]:
        runs = [r[name] for r in rounds]
        speeds = [speed(run) for run in runs]
        bytes_each = [run["properties"] for run in runs if "properties" in run]
        yield (f"  {name:<22}{statistics.median(speeds):>10,.0f}"
               f"{f'{min(speeds):,.0f} - {max(speeds):,.0f}':>22}"
               f"{statistics.median(r['seconds'] for r in runs):>9.2f}"
               + (f"{statistics.median(bytes_each):>7.0f} B"
                  if bytes_each else f"{'-':>9}"))


def _process_lines(rounds):
    yield (f"{'Processes (medians)':<24}{'':<12}{'CPU s / million lines':>22}"
           f"{'peak PSS MiB':>15}")
    for name in rounds[0]:
        runs = [r[name] for r in rounds]
        for process in (p for p in PROCESSES if p in runs[0]["cpu"]):
            seconds = statistics.median(cpu(run, process) for run in runs)
            peak = statistics.median(run["peak"].get(process, 0)
                                     for run in runs) / MIB
            yield f"  {name:<22}{process:<12}{seconds:>22.2f}{peak:>15.1f}"
            name = ""


def _wrong_lines(rounds):
    wrong = [f"  round {number}, {name}: {run['wrong']}"
             for number, r in enumerate(rounds, 1)
             for name, run in r.items() if run["wrong"]]
    if not wrong:
        yield ("Nothing was lost or doubled; every output is the input, byte "
               "for byte.")
    else:
        yield "WRONG:"
        yield from wrong


def text(rounds):
    share = statistics.median(run["meter"] for r in rounds
                              for run in r.values())
    parts = (_ratio_lines, _case_lines, _process_lines, _wrong_lines)
    return "\n\n".join("\n".join(part(rounds)) for part in parts) + (
        f"\nMeasuring took {share:.0%} of one core.")
