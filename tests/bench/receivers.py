"""Those that receive syslog over TCP and write it to a file: weir with its
embedded router, syslog-ng and rsyslog, as their documentation sets them up
for speed."""

import os
import pathlib

PEERS = pathlib.Path(os.environ.get("WEIR_PEERS", "/usr/local/lib/weir-peers"))
ROOT = pathlib.Path(__file__).resolve().parents[2]

WEIR = """\
[weir]
state = {place}/state
runtime = {place}/run
log_level = warn
[broker]
url = local:
[input net]
type = syslog
listen = tcp://127.0.0.1:{port}
[stream all]
bind = #
path = {place}/out
sync = {sync}
"""

SYSLOG_NG = """\
@version: 3.38
options {{ stats-freq(0); time-reopen(1); use-dns(no); }};
source net {{ network(transport("tcp") ip("127.0.0.1") port({port})
    max-connections(2000) log-iw-size(200000) log-fetch-limit(1000)
    flags({flags})); }};
destination out {{ file("{place}/out" template("$MSG\\n")); }};
log {{ source(net); destination(out); flags(flow-control); }};
"""

RSYSLOG = """\
global(workDirectory="{place}")
module(load="imtcp" maxSessions="2000")
main_queue(queue.size="100000" queue.dequeueBatchSize="1024")
input(type="imtcp" port="{port}" address="127.0.0.1")
template(name="raw" type="string" string="%rawmsg%\\n")
action(type="omfile" file="{place}/out" template="raw" asyncWriting="{how}"
       flushOnTXEnd="{flush}" ioBufferSize="64k")
"""


def environment():
    """Where the unpacked packages have their libraries."""
    usr = PEERS / "usr"
    folders = sorted({str(p.parent) for p in usr.rglob("*.so*")})
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(folders),
            "SYSLOGNG_PREFIX": str(usr)}


def weir(place, port, sync="commit"):
    (place / "weir.ini").write_text(
        WEIR.format(place=place, port=port, sync=sync))
    for folder in ("state", "run"):
        (place / folder).mkdir()
    binary = os.environ.get("WEIR", str(ROOT / "build/release/weir"))
    return [binary, "run", "-c", f"{place}/weir.ini"]


def weir_unsynced(place, port):
    return weir(place, port, "none")


def syslog_ng(place, port, flags="no-parse"):
    (place / "ng.conf").write_text(
        SYSLOG_NG.format(place=place, port=port, flags=flags))
    return [str(PEERS / "usr/sbin/syslog-ng"), "--foreground", "--no-caps",
            f"--cfgfile={place}/ng.conf", f"--persist-file={place}/persist",
            f"--control={place}/ctl", f"--pidfile={place}/pid",
            f"--module-path={PEERS}/usr/lib/syslog-ng/3.38"]


def syslog_ng_parsing(place, port):
    return syslog_ng(place, port, "validate-utf8")


def rsyslog(place, port, how="off", flush="on"):
    (place / "rs.conf").write_text(
        RSYSLOG.format(place=place, port=port, how=how, flush=flush))
    return [str(PEERS / "usr/sbin/rsyslogd"), "-n", "-f", f"{place}/rs.conf",
            "-i", f"{place}/pid",
            "-M", f"{PEERS}/usr/lib/x86_64-linux-gnu/rsyslog"]


def rsyslog_buffered(place, port):
    return rsyslog(place, port, "on", "off")


ALL = {
    "weir local:": weir,
    "weir local:, sync = none": weir_unsynced,
    "syslog-ng no-parse": syslog_ng,
    "syslog-ng parsing": syslog_ng_parsing,
    "rsyslog": rsyslog,
    "rsyslog, asynchronous": rsyslog_buffered,
}
