"""Lines like those of a busy host, always the same ones.

About 150 bytes each, in the formats that programs really write.  The last
digits of a line are its number, so that a consumer can tell what is lost and
what came twice.  Some ten thousand different lines take turns: far apart
enough that no compressor sees the repetition.
"""

import os
import random

DIFFERENT = 10_007

LEVELS = ["info"] * 70 + ["debug"] * 10 + ["warn"] * 12 + ["error"] * 8
TEXTS = (
    "request served method={verb} path=/api/v2/orders/{n} status={status} "
    "bytes={n} duration={ms}ms client={ip}",
    "upstream timed out (110: Connection timed out) while reading response "
    "header from upstream, client: {ip}, server: shop",
    "statement took {ms} ms: UPDATE orders SET state = 'paid' WHERE id = {n}",
    "connection received: host={ip} port={port} database=orders user=app",
    "cache miss key=session:{hex} shard={k} took={ms}us",
    "job invoice-{n} attempt {k} finished in {ms} ms, 0 errors",
    "Accepted publickey for deploy from {ip} port {port} ssh2: RSA {hex}",
)
# With how often each is met; \0 stands for the number.
SHAPES = (
    ("Nov {day:2} {time} {host} {program}[{pid}]: {LEVEL} {text} id=\0", 8),
    ("2026-11-{day:02}T{time}.{ms:04}Z [{level}] {program}: {text} id=\0", 5),
    ('{{"time":"2026-11-{day:02}T{time}Z","level":"{level}",'
     '"logger":"{program}","msg":"{text}","id":"\0"}}', 4),
    ("time=2026-11-{day:02}T{time}Z level={level} app={program} "
     'msg="{text}" id=\0', 3),
    ('{ip} - - [{day:02}/Nov/2026:{time} +0000] "{verb} /shop/item/{n}?s={hex}'
     ' HTTP/1.1" {status} {n} "-" "Mozilla/5.0 (X11; Linux x86_64)" id=\0', 6),
    ("<30>Nov {day:2} {time} {host} {program}[{pid}]: {text} id=\0", 2),
)


def _line(dice):
    shape, = dice.choices([s for s, _ in SHAPES], [w for _, w in SHAPES])
    level = dice.choice(LEVELS)
    words = {
        "day": dice.randint(1, 28),
        "time": "%02d:%02d:%02d" % (dice.randrange(24), dice.randrange(60),
                                    dice.randrange(60)),
        "host": dice.choice(("web", "db", "app", "mx"))
        + str(dice.randint(1, 9)),
        "program": dice.choice(("api-gateway", "billing", "postgres", "nginx",
                                "sshd", "worker", "postfix/smtpd")),
        "pid": dice.randint(300, 32000), "port": dice.randint(1024, 65000),
        "level": level, "LEVEL": level.upper(),
        "n": dice.randrange(9_000_000), "k": dice.randrange(64),
        "ms": dice.randrange(3000), "hex": f"{dice.getrandbits(64):016x}",
        "status": dice.choice((200, 200, 200, 301, 404, 500)),
        "verb": dice.choice(("GET", "GET", "GET", "POST")),
        "ip": "10.%d.%d.%d" % tuple(dice.randrange(256) for _ in range(3)),
    }
    text = dice.choice(TEXTS).format(**words)
    return shape.format(**words, text=text).encode() + b"\n"


def write(path, count):
    """Write the first `count` lines; they are on the disk when it returns."""
    dice = random.Random(1)
    lines = [_line(dice).split(b"\0") for _ in range(DIFFERENT)]
    with open(path, "wb", buffering=1 << 20) as out:
        for number in range(count):
            before, after = lines[number % DIFFERENT]
            out.write(b"%s%08d%s" % (before, number, after))
        out.flush()
        os.fsync(out.fileno())
