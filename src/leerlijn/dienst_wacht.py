"""Keeps one part of the shared service alive: `python -m leerlijn.dienst_wacht <arguments of leerlijn.dienst>`.

The hub starts a service again too, but looks only every thirty seconds; a learner waits for this one about three. Standard library only.
"""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from types import FrameType

WACHTEN = (0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before the next try; the last one goes on
GEZOND = 60.0  # seconds after which a start counts as good
GENADE = 20.0  # seconds to end in
_PDEATHSIG = 1


def _die_with_parent() -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGTERM)  # a service without its guard would hold the port


def main(argv: list[str]) -> int:
    """Run until SIGINT or SIGTERM. argv: arguments of the service. Returns 0, or the service's code when it refuses to start."""
    stoppen = False
    proces: subprocess.Popen[bytes] | None = None

    def stop(_sein: int, _frame: FrameType | None) -> None:
        nonlocal stoppen
        stoppen = True
        if proces is not None:
            proces.terminate()

    # Set by hand: whoever is started by a shell in the background gets SIGINT ignored, and the hub stops services with it.
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    keer = 0
    while True:
        begin = time.monotonic()
        proces = subprocess.Popen([sys.executable, "-P", "-m", "leerlijn.dienst", *argv], stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent)
        if stoppen:
            proces.terminate()
        code = _wait(proces, lambda: stoppen)
        if stoppen:
            return 0
        if code in (2, 3):  # it said why: trying again changes nothing
            return code
        keer = 0 if time.monotonic() - begin > GEZOND else keer
        print(f"De dienst is gestopt ({code}) en begint opnieuw.", file=sys.stderr, flush=True)
        time.sleep(WACHTEN[min(keer, len(WACHTEN) - 1)])
        keer += 1


def _wait(proces: subprocess.Popen[bytes], stoppen) -> int:
    sinds = None
    while True:
        try:
            return proces.wait(0.2)
        except subprocess.TimeoutExpired:
            if stoppen():
                sinds = sinds or time.monotonic()
                if time.monotonic() - sinds > GENADE:
                    proces.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
