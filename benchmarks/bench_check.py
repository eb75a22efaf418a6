"""How long `leerlijn check` takes: on the course as it is, and on made content of seven modules, one and ten times as much.

Prints seconds of a fresh process (what an author waits for; processor time, so that other work does not count) and of each part, and how the time grows with the content.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from meting import toon  # noqa: E402

from tests.check_hulp import cursus, module, schrijf  # noqa: E402

DOEL = 2.0  # seconds: an author checks after every few lines
KEER = 10
MODULES = dict(zip(("herkennen", "praten", "vlaggen", "politie", "trauma", "online", "melden"), "HSVPTOM"))


def vers(map_: Path, keer: int = 3, opdracht: str = "check", vooraf: Callable[[], None] = lambda: None) -> tuple[float, float]:
    """A command of `leerlijn` in a fresh process: seconds of processor and of the clock, each the best of `keer`. vooraf: done before each."""
    cpu, klok = [], []
    for _ in range(keer):
        vooraf()
        voor, begin = os.times(), time.perf_counter()
        subprocess.run([sys.executable, "-m", "leerlijn.cli", opdracht], cwd=map_, capture_output=True)
        klok.append(time.perf_counter() - begin)
        na = os.times()
        cpu.append(na.children_user + na.children_system - voor.children_user - voor.children_system)
    return min(cpu), min(klok)


def delen(map_: Path) -> tuple[dict[str, float], int]:
    """Processor seconds per part, in this process (other work on the machine does not count), and the number of words that people read."""
    from leerlijn import check, check_beeld, check_casus, check_items, check_notebook, check_spelling, check_taal, check_tekst, check_toets, check_verwijzing, content

    uit: dict[str, float] = {}

    def meet(naam, doe):
        begin = time.process_time()
        waarde = doe()
        waarde = waarde if isinstance(waarde, tuple) else list(waarde) if hasattr(waarde, "__iter__") else waarde
        uit[naam] = time.process_time() - begin
        return waarde

    check_spelling.standaard.cache_clear()
    inhoud = meet("lezen", lambda: content.read(map_))[0]
    teksten = meet("teksten", lambda: check_tekst.stukken(inhoud))
    meet("items", lambda: check_items.check(inhoud))
    meet("casussen", lambda: check_casus.check(inhoud))
    meet("verwijzingen", lambda: check_verwijzing.check(inhoud, teksten, check.date.today()))
    meet("notebooks", lambda: check_notebook.check(inhoud))
    meet("beelden", lambda: check_beeld.check(inhoud))
    meet("aantallen", lambda: check_toets.check(inhoud, teksten))
    meet("woordenboek", lambda: check_spelling.standaard())
    meet("taal", lambda: check_taal.check(inhoud, teksten))
    return uit, sum(check_tekst.tel_woorden(t.tekst) for t in teksten)


def vol(map_: Path, keer: int) -> Path:
    """Write the content of seven full modules below `map_`, `keer` times as much of everything."""
    return schrijf(map_, cursus(*(module(m, letter, keer=keer, woorden=3000) for m, letter in MODULES.items())))


def main() -> bool:
    """Print the figures; whether the target is met."""
    tijd, klok = vers(ROOT)
    goed = toon("leerlijn check, deze cursus, vers proces", tijd, "s", DOEL, toelichting=f"klok {klok:.2f} s")
    gemeten = {}
    for n in (1, KEER):
        with tempfile.TemporaryDirectory() as tijdelijk:
            map_ = vol(Path(tijdelijk), n)
            (tijd, klok), (per_deel, woorden) = vers(map_, 3 if n == 1 else 1), delen(map_)
        gemeten[n] = sum(per_deel.values())
        goed &= toon(f"leerlijn check, 7 volle modules, {n}x, vers proces", tijd, "s", DOEL if n == 1 else None, toelichting=f"klok {klok:.2f} s, {woorden} woorden")
        print("    " + " · ".join(f"{naam} {s * 1000:.0f} ms" for naam, s in per_deel.items()))
    return toon(f"groei bij {KEER}x zo veel inhoud (lineair is {KEER})", gemeten[KEER] / gemeten[1], "keer", 1.2 * KEER) and goed


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
