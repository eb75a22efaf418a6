"""The process of which kernels are copies (fork): it has loaded all that a lesson needs and does nothing else.

Started by leerlijn.dienst_kopie, one per part of the service. It never sees an answer, a name or a page: what it passes on is where the
new kernel works, and only the copy reads that. One thread, three standard streams and one line to the service: with anything more
it says so and ends, and kernels start in the ordinary way. Linux only.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import signal
import socket
import sys
import time
from typing import Any

from . import dienst_kern, spare

MAX_BYTES = 150_000  # of one order; an environment of the service has a thousand
RUIMTE = 3000  # bytes kept free for the command line and for the environment, so that `ps` can show what a copy has become
GEDULD = 10.0  # seconds that a copy waits to become a child of the service


def unfit(lijn: int) -> str:
    """Why copies of this process would not be sound; empty when they are. lijn: file descriptor of the line to the service."""
    draden, open_ = os.listdir("/proc/self/task"), {int(n) for n in os.listdir("/proc/self/fd")}
    over = {n for n in open_ - {0, 1, 2, lijn} if os.path.exists(f"/proc/self/fd/{n}")}  # not the one that read this list
    return f"{len(draden)} draden" if len(draden) != 1 else f"open bestanden: {sorted(over)}" if over else ""


def wait_for_orders(lijn: socket.socket) -> dict[str, Any] | None:
    """Make a copy for every order, until the service ends: then None. In a copy: its order, {"args", "env", "cwd"}.

    A copy is made in two steps, so that the process between them can end and the copy becomes a child of the service (which has
    asked for that), as every other kernel: the service waits for it, and it ends when the service does.
    """
    while opdracht := _order(lijn):
        lees, schrijf = os.pipe()
        try:
            tussen = os.fork()
        except OSError:
            tussen = -1
        if tussen == 0:
            kern = _fork()
            if kern != 0:
                os.write(schrijf, b"%d" % kern)
                os._exit(0)
            os.close(lees)
            os.close(schrijf)
            lijn.close()
            return json.loads(opdracht)
        os.close(schrijf)
        pid = os.read(lees, 20) if tussen > 0 else b""
        os.close(lees)
        if tussen > 0:
            os.waitpid(tussen, 0)
        lijn.send(pid or b"-1")
    return None


def _order(lijn: socket.socket) -> bytes:
    """The next order; nothing when the service has ended, also when it did not read what we last said."""
    try:
        return lijn.recv(MAX_BYTES)
    except ConnectionError:
        return b""


def _fork() -> int:
    try:
        return os.fork()
    except OSError:
        return -1


def become(opdracht: dict[str, Any]) -> None:
    """In a copy: take on what belongs to one learner, lock it, and be a kernel."""
    os.setsid()
    env = opdracht["env"]
    eind = time.monotonic() + GEDULD
    while os.getppid() != int(env["JPY_PARENT_PID"]):
        if time.monotonic() > eind:
            os._exit(1)  # the service ended meanwhile
        time.sleep(0.002)
    for sein in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(sein, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(opdracht["cwd"])
    relabel(opdracht["args"], env)
    sys.argv = opdracht["args"][3:]
    spare.serve(dienst_kern.close(opdracht["args"][opdracht["args"].index("-f") :]))


def relabel(args: list[str], env: dict[str, str]) -> None:
    """Let `ps` and /proc show the command and the environment of this copy. Each is cut off where the room ends.

    The two are one after another in memory, at the places that fields 48 to 51 of /proc/self/stat give: see proc(5).
    """
    with open("/proc/self/stat", encoding="utf-8", errors="replace") as f:
        plek = [int(w) for w in f.read().rpartition(")")[2].split()[45:49]]
    for (van, tot), woorden in zip((plek[:2], plek[2:]), (args, [f"{k}={v}" for k, v in env.items()]), strict=True):
        if van and tot > van:
            ctypes.memmove(van, "\0".join(woorden).encode()[: tot - van - 1].ljust(tot - van, b"\0"), tot - van)


def main(argv: list[str]) -> None:
    """argv: [file descriptor of the line to the service, ...]. What follows only keeps room free."""
    lijn = socket.socket(fileno=int(argv[0]))
    spare.load()
    if wat := unfit(lijn.fileno()):
        lijn.send(wat.encode())
        return
    gc.collect()
    gc.freeze()  # else the first round of the collector in each copy writes in all of the memory that they share
    with contextlib.suppress(ConnectionError):
        lijn.send(b"klaar")
    opdracht = wait_for_orders(lijn)
    if opdracht is not None:
        become(opdracht)


if __name__ == "__main__":
    main(sys.argv[1:])
