"""The lock on a learner's kernel: Landlock (Linux) and limits of its own, set by the process on itself. Standard library only.

After `lock` the process and all that it starts can read what it was given to read, write in the learner's folder, and open no
connection. There is no way back. Needs no rights, no container and no second account. Numbers: landlock(7), linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

STRENG, BESTANDEN, UIT = "streng", "bestanden", "uit"
NODIG = {STRENG: 4, BESTANDEN: 3, UIT: 0}  # version of Landlock: 4 (Linux 6.7) knows TCP, 3 (Linux 6.2) truncation
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every kind of processor
_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE, _READ, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << n for n in range(6))
_MAKE_CHAR, _MAKE_DIR, _MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM, _REFER, _TRUNCATE, _IOCTL = (1 << n for n in range(6, 16))
LEZEN = _EXECUTE | _READ | _READ_DIR
# Not among these: links, pipes, sockets and devices. The service reads in this folder and must not be led elsewhere.
EIGEN = _WRITE | _READ | _READ_DIR | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_OF_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL

GRENZEN = {  # of one kernel; a lesson uses a tenth of these
    "RLIMIT_AS": 2 << 30,  # bytes of address space
    "RLIMIT_FSIZE": 16 << 20,  # bytes of one file
    "RLIMIT_NOFILE": 256,
    "RLIMIT_CORE": 0,
    "RLIMIT_NPROC": 8192,  # threads of the whole account: no fork bomb
}


def version() -> int:
    """Version of Landlock that this system has, 0 for none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, ctypes.CDLL(None, use_errno=True).syscall(_CREATE_RULESET, None, 0, 1))


def limit() -> None:
    """Set the limits of one kernel on this process; a lower one that holds already stays."""
    for naam, waarde in GRENZEN.items():
        soort = getattr(resource, naam, None)
        if soort is None:
            continue
        hard = resource.getrlimit(soort)[1]
        waarde = waarde if hard == resource.RLIM_INFINITY else min(waarde, hard)
        resource.setrlimit(soort, (waarde, waarde))
    os.nice(5)  # who makes the pages goes before who runs the exercises


def lock(lezen: Iterable[str | Path], eigen: Iterable[str | Path], poorten: Iterable[int], minstens: str = STRENG) -> int:
    """Lock this process as far as the system can. Returns the version of Landlock used.

    lezen: files and folders to read; eigen: folders to read and write; poorten: TCP ports to listen on (never to connect to);
    minstens: `streng`, `bestanden` or `uit`. Raises RuntimeError when the system can do less than `minstens`.
    Must run before the process has a second thread: the lock holds for the thread that sets it and what that starts.
    """
    abi = version()
    if abi < NODIG[minstens]:
        raise RuntimeError(f"Landlock {NODIG[minstens]} is nodig voor slot={minstens}; dit systeem heeft versie {abi}.")
    if abi == 0:
        return 0
    c = ctypes.CDLL(None, use_errno=True)
    alles = (1 << 13) - 1 | (_REFER if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0) | (_IOCTL if abi >= 5 else 0)
    # Files, TCP (bind and connect), and from version 6: abstract sockets and signals to others.
    regels = struct.pack("QQQ", alles, 3, 3)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    fd = _call(c, _CREATE_RULESET, regels, len(regels), 0)
    for paden, recht in ((lezen, LEZEN), (eigen, EIGEN)):
        for pad in dict.fromkeys(str(p) for p in paden):
            if not os.path.exists(pad):
                continue
            plek = os.open(pad, os.O_PATH | os.O_CLOEXEC)
            mag = (recht if os.path.isdir(pad) else recht & _OF_A_FILE) & alles
            _call(c, _ADD_RULE, fd, 1, struct.pack("=Qi", mag, plek), 0)
            os.close(plek)
    if abi >= 4:
        for poort in poorten:
            _call(c, _ADD_RULE, fd, 2, struct.pack("QQ", 1, poort), 0)
    if c.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    _call(c, _RESTRICT_SELF, fd, 0)
    os.close(fd)
    return abi


def _call(c: ctypes.CDLL, nummer: int, *args: object) -> int:
    uit = c.syscall(nummer, *args)
    if uit < 0:
        nr = ctypes.get_errno()
        raise OSError(nr, os.strerror(nr))
    return uit
