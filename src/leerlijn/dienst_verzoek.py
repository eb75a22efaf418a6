"""Asking the shared service to hand in: a small file from the locked kernel, a small file back. Standard library only.

A kernel can write in its learner's folder and nowhere else, so it leaves `verzoek/<id>.vraag` there with the name of the module;
the service, which knows whose folder that is, does the work and leaves `verzoek/<id>.antwoord`.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from pathlib import Path
from typing import Any

from .errors import HandInError

MAP = "verzoek"
VRAAG = re.compile(r"([0-9a-f]{32})\.vraag")
MODULE = re.compile(r"[a-z][a-z0-9-]{0,80}")
WACHTEN = 90.0  # seconds that the learner waits for an answer
OUD = 120.0  # seconds after which nobody waits any more
MAX_BYTES = 2_000
GEEN_ANTWOORD = "Inleveren duurt te lang. Je antwoorden zijn bewaard. Laad de pagina opnieuw en kijk of er staat dat je hebt ingeleverd."


def ask(eigen: Path, module: str, wachten: float = WACHTEN) -> dict[str, Any]:
    """In the kernel: ask for handing in the test of `module` and wait for the receipt (fields of handin.Kwitantie).

    eigen: the learner's own folder; wachten: seconds. Raises HandInError with the service's Dutch sentence.
    """
    map_ = eigen / MAP
    naam = secrets.token_hex(16)
    vraag, antwoord = map_ / f"{naam}.vraag", map_ / f"{naam}.antwoord"
    try:
        map_.mkdir(parents=True, exist_ok=True)
        half = map_ / f"{naam}.half"
        half.write_text(module, "utf-8")
        os.replace(half, vraag)
        eind = time.monotonic() + wachten
        while time.monotonic() < eind:
            if antwoord.exists():
                uit = json.loads(antwoord.read_text("utf-8"))
                antwoord.unlink()
                if "fout" in uit:
                    raise HandInError(uit["fout"])
                return uit
            time.sleep(0.05)
        vraag.unlink(missing_ok=True)
    except (OSError, ValueError) as e:
        raise HandInError("Inleveren lukte niet. Je antwoorden zijn bewaard. Probeer het zo opnieuw of vraag je docent om hulp.") from e
    raise HandInError(GEEN_ANTWOORD)


def take(eigen: Path) -> list[tuple[Path, str]]:
    """In the service: the requests that wait in a learner's folder as (path for the answer, module). Each is given once.

    What nobody waits for any more, request or answer, is taken away.
    """
    try:
        namen = os.listdir(eigen / MAP)
    except OSError:
        return []
    uit = []
    for naam in namen[:100]:
        pad, m = eigen / MAP / naam, VRAAG.fullmatch(naam)
        tekst, oud = _read(pad)
        if not m and not oud:
            continue
        try:
            pad.unlink()
        except OSError:
            continue  # a folder, or the kernel was quicker
        if m and not oud and MODULE.fullmatch(tekst):
            uit.append((eigen / MAP / f"{m[1]}.antwoord", tekst))
    return uit


def _read(pad: Path) -> tuple[str, bool]:
    try:
        fd = os.open(pad, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(fd, "rb") as f:
            return f.read(MAX_BYTES).decode("utf-8", "replace").strip(), time.time() - os.fstat(fd).st_mtime > OUD
    except OSError:
        return "", True


def answer(pad: Path, uitkomst: dict[str, Any]) -> None:
    """In the service: give the answer to a request. A kernel that ended meanwhile never reads it; that is no failure."""
    try:
        half = pad.with_suffix(".klaar")
        fd = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with open(fd, "w", encoding="utf-8") as f:
            json.dump(uitkomst, f)
        os.replace(half, pad)
    except OSError:
        pass
