"""How long `leerlijn build` takes from nothing: on the course as it is, and on made content of seven modules, one and ten times as much.

Processor seconds of a fresh process, as bench_check does; and how the time of building alone grows with the content.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from bench_check import KEER, ROOT, vers, vol
from meting import median, toon

from leerlijn import build

DOEL = 5.0  # seconds: `make start` builds every time
GEBOUWD = ("_build", "grading/source", "grading/sleutels")


def wis(map_: Path) -> None:
    for naam in GEBOUWD:
        shutil.rmtree(map_ / naam, ignore_errors=True)


def bouw(map_: Path) -> float:
    """Processor seconds of one build from nothing, in this process."""
    wis(map_)
    begin = time.process_time()
    build.build(map_)
    return time.process_time() - begin


def main() -> bool:
    """Print the figures; whether the target is met."""
    with tempfile.TemporaryDirectory() as tijdelijk:
        hier = Path(tijdelijk)
        for naam in ("modules", "quizzes", "casuistiek", "source_material"):
            shutil.copytree(ROOT / naam, hier / naam)
        (hier / "grading").mkdir()
        shutil.copy(ROOT / "grading/beleid.yaml", hier / "grading")
        tijd, klok = vers(hier, 3, "build", lambda: wis(hier))
        assert (hier / "_build/cursus/cursus.json").is_file()
    goed = toon("leerlijn build, deze cursus, vers proces", tijd, "s", DOEL, toelichting=f"klok {klok:.2f} s")
    alleen = {}
    for n in (1, KEER):
        with tempfile.TemporaryDirectory() as tijdelijk:
            map_ = vol(Path(tijdelijk), n)
            tijd, klok = vers(map_, 3 if n == 1 else 1, "build", lambda: wis(map_))
            aantal = sum(1 for p in (map_ / "_build").rglob("*") if p.is_file())
            goed &= toon(f"leerlijn build, 7 volle modules, {n}x, vers proces", tijd, "s", DOEL if n == 1 else None, toelichting=f"klok {klok:.2f} s, {aantal} bestanden")
            alleen[n] = median(bouw(map_) for _ in range(3 if n == 1 else 1))
    return toon(f"groei bij {KEER}x zo veel inhoud (lineair is {KEER})", alleen[KEER] / alleen[1], "keer", 1.2 * KEER) and goed


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
