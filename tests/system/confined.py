"""weir in a world that fails: replaced functions, mounts, limits.

`shim` compiles tests/system/shim/NAME.c; `Namespace` has mounts and a host
name that nobody else sees.  What a host cannot do skips the test.
"""

import os
import pathlib
import shlex
import shutil
import subprocess

import pytest

from process import die_with_parent, wait_for
from torment import Torment
from weir import BINARY, RELEASE

SHIMS = pathlib.Path(__file__).parent / "shim"


def shim(place, name, argument=""):
    """How to start weir with it: keywords for Place.start."""
    if not os.access(RELEASE, os.X_OK) or not shutil.which("cc"):
        pytest.skip("needs build/release and cc: it replaces functions")
    library = place / f"{name}.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror",
                    "-O1", "-D_GNU_SOURCE", "-o", str(library),
                    str(SHIMS / f"{name}.c")], check=True)
    return {"binary": RELEASE,
            "env": {"LD_PRELOAD": str(library), "WEIR_SHIM": str(argument)}}


def wrapped(place, command, binary=BINARY):
    """A binary that is weir, started by `command WEIR ...`."""
    path = place / "wrapped"
    path.write_text(f'#!/bin/sh\nexec {command} {shlex.quote(str(binary))} '
                    '"$@"\n')
    path.chmod(0o700)
    return str(path)


class Namespace:
    """Mounts and a host name of its own, for as long as it is open."""

    def __init__(self, place, script):
        self.place = place
        root = [] if os.geteuid() == 0 else ["--map-root-user"]
        ready = place / "namespace"
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--uts", *root, "sh", "-ec",
             f"{script}\ntouch {shlex.quote(str(ready))}\n"
             "exec sleep infinity"],
            cwd=place.path, stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent)
        wait_for(lambda: ready.exists() or self.holder.poll() is not None, 30,
                 "a namespace")
        if not ready.exists():
            pytest.skip("needs namespaces and mounts of its own")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.holder.kill()
        self.holder.wait()

    def binary(self):
        user = "" if os.geteuid() == 0 else "--user --preserve-credentials "
        return wrapped(
            self.place, f"nsenter --target {self.holder.pid} --mount --uts "
            f"{user}sh -c 'cd \"$0\" && exec \"$@\"' "
            + shlex.quote(str(self.place)))

    def path(self, name):
        """A file of the place, as it is in there."""
        return pathlib.Path(f"/proc/{self.holder.pid}/root{self.place / name}")


class Elsewhere(Torment):
    """A torment of weir with a replaced function."""

    def __init__(self, place, how, *args, **more):
        self.how = how
        super().__init__(place, *args, env=how["env"], **more)

    def start(self):
        return self.place.start(self.role, env=self.env,
                                binary=self.how["binary"])
