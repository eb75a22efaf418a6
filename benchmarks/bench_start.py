"""How soon the course is up at a second start: content read, edition built and installed, first page served."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import urllib.request

from bench_pagina import ROOT, vrije_poort
from meting import median, toon


def start(map_: str, poort: int) -> float:
    """Seconds from the command to the first page."""
    begin = time.perf_counter()
    proces = subprocess.Popen(
        ["leerlijn", "start", "--port", str(poort), "--niet-openen"], cwd=ROOT, env={**os.environ, "LEERLIJN_MAP": map_}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - begin < 120:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{poort}/", timeout=2).read()
                return time.perf_counter() - begin
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the course did not come up")
    finally:
        proces.send_signal(signal.SIGINT)
        proces.wait(30)


def main() -> bool:
    with tempfile.TemporaryDirectory() as map_:
        start(map_, vrije_poort())
        return toon("tweede start tot de eerste pagina, mediaan van 3", median(start(map_, vrije_poort()) for _ in range(3)), "s", 5)


if __name__ == "__main__":
    main()
