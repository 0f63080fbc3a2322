"""Log lines to feed to weir, always the same ones."""

import random

WORDS = ("request served", "GET /healthz 200", "[error] disk full",
         "WARN slow query 312 ms", "error=nil", "0 errors",
         "<30>daemon: started", '{"level":"debug","msg":"cache hit"}',
         "DEBUG tick", "connection from 10.0.0.7 closed")


def numbered(count, first=0, size=0, tag="line"):
    """`count` lines, each with its number, of `size` bytes or as short."""
    return b"".join(
        f"{tag} {n:07d} {WORDS[n % len(WORDS)]}".ljust(size - 1, ".").encode()
        + b"\n" for n in range(first, first + count))


def mixed_lines(count, seed=1, big=900_000):
    """Lines of every kind a file can hold, some of them huge."""
    dice = random.Random(seed)
    kinds = (
        lambda n: b"plain line %d" % n,
        lambda n: b"with a carriage return %d\r" % n,
        lambda n: b"a NUL \0 inside %d \0" % n,
        lambda n: b"invalid UTF-8 \xff\xfe\xc3\x28 %d" % n,
        lambda n: b"",
        lambda n: b"[error] %d failed" % n,
        lambda n: b'{"level":"warn","n":%d}' % n,
        lambda n: b"\t leading and trailing blanks %d  " % n,
        lambda n: dice.randbytes(dice.randrange(300)).replace(b"\n", b" "),
        lambda n: "gr\u00fc\u00dfe \u2713 %d".encode() % n,
    )
    lines = [kinds[n % len(kinds)](n) for n in range(count)]
    # Alone, at both ends, and many in a row: more than any window holds.
    many = range(count // 2, count // 2 + min(40, count // 100))
    for at in (0, count // 4, *many, count - 1):
        lines[at] = dice.randbytes(big).replace(b"\n", b".")
    return b"\n".join(lines) + b"\n"
