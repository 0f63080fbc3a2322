"""Disks that are full, broken or slow: small mounts, and a library before libc.

The library does what files in the process's directory say, so a test turns a
fault on and off while weir runs.  A sanitizer will not have it in front of
itself: it goes with the release binary.
"""

import contextlib
import os
import shutil
import subprocess
import textwrap

import pytest

from weir import RELEASE

SOURCE = r"""
    #define _GNU_SOURCE
    #include <errno.h>
    #include <signal.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/syscall.h>
    #include <unistd.h>

    /* Does the name of what is open hold `part`? */
    static int is_named(int fd, const char *part)
    {
        char link[32], name[4096];
        snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        ssize_t n = readlink(link, name, sizeof(name) - 1);
        name[n > 0 ? n : 0] = '\0';
        return strstr(name, part) != NULL;
    }

    static int is_on(const char *fault)
    {
        return access(fault, F_OK) == 0;
    }

    /* slow: a sync takes 500 ms.  eio: one of an output fails. */
    int fdatasync(int fd)
    {
        if (is_on("slow"))
            usleep(500000);
        if (is_named(fd, "/out/") && is_on("eio")) {
            errno = EIO;
            return -1;
        }
        return (int)syscall(SYS_fdatasync, fd);
    }

    /* full: a write to an output is short, and the next has no room. */
    ssize_t write(int fd, const void *data, size_t size)
    {
        static int was_short;
        if (size > 1 && is_named(fd, "/out/") && is_on("full")) {
            if (was_short) {
                was_short = 0;
                errno = ENOSPC;
                return -1;
            }
            was_short = 1;
            size = size / 2 + 1;
        }
        return syscall(SYS_write, fd, data, size);
    }

    /* torn: its length says which write of a page to a ledger's log is
     * broken off by death. */
    ssize_t pwrite64(int fd, const void *data, size_t size, off_t at)
    {
        static long passed;
        FILE *torn;
        if (size >= 4096 && is_named(fd, "/ledger/") &&
            is_named(fd, "-wal") && (torn = fopen("torn", "r")) != NULL) {
            fseek(torn, 0, SEEK_END);
            if (++passed > ftell(torn)) {
                syscall(SYS_pwrite64, fd, data, size / 2, at);
                kill(getpid(), SIGKILL);
            }
            fclose(torn);
        }
        return syscall(SYS_pwrite64, fd, data, size, at);
    }

    ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
    {
        return pwrite64(fd, data, size, at);
    }
    """


def faulty_disk(place):
    """What to start a process with, so that files in `place` break it."""
    if not os.access(RELEASE, os.X_OK) or not shutil.which("cc"):
        pytest.skip("needs build/release and cc: it goes before libc")
    (place / "disk.c").write_text(textwrap.dedent(SOURCE))
    subprocess.run(["cc", "-shared", "-fPIC", "-O", "-o",
                    str(place / "disk.so"), str(place / "disk.c")],
                   check=True)
    return {"binary": RELEASE, "env": {"LD_PRELOAD": str(place / "disk.so")}}


def mount(*words):
    return subprocess.run(["mount", *words],
                          capture_output=True).returncode == 0


@contextlib.contextmanager
def small_disk(place, folder, size):
    """A file system of its own for one folder; all of `place` ends with it."""
    folder.mkdir(exist_ok=True)
    if not mount("-t", "tmpfs", "-o", f"size={size}", "weir-test",
                 str(folder)):
        pytest.skip("may not mount a small file system here")
    try:
        yield folder
    finally:
        place.end()
        subprocess.run(["umount", "-l", str(folder)])


def fill(path):
    """Take all the room that is left."""
    with open(path, "wb", buffering=0) as ballast:
        for size in (4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(size))
