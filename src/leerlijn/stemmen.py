"""The files that panel members send in: read with care, and merged into quizzes/panel/<module>.yaml.

A vote file is JSON of at most 200 kB: {"leerlijn": "stemmen", "v": 1, "cursus", "module", "lid": random word of this member, "t": ISO time,
"editie": {item: fingerprint}, "stemmen": {item: answer}}. No name in it, and none in what comes out.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from . import panel
from .content import Inhoud
from .errors import LeerlijnError

MAX_BYTES = 200_000
KOP = "# Stemmen van het panel, gemaakt met `leerlijn panel voeg-samen`. Alleen 'samenstelling' vul je zelf in: beroepen, geen namen.\n"
_LID = re.compile(r"^[0-9a-f]{16,64}$")
_TIJD = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")  # as a browser writes it, so that text compares as time


@dataclass
class Bundel:
    """stemmen: module -> member -> item -> answer; gemeld: per file what was not taken and why, in Dutch."""

    stemmen: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    gemeld: list[str] = field(default_factory=list)


def read(bestanden: Iterable[Path], inhoud: Inhoud) -> Bundel:
    """All usable votes in the files; of two files of one member about a module the later one counts. Never raises for what is in a file."""
    uit, gehad = Bundel(), {}
    for pad in sorted(bestanden):
        try:
            data = _bestand(pad, inhoud)
            stemmen, fout = _stemmen(data, inhoud)
        except LeerlijnError as e:
            uit.gemeld.append(f"{pad.name}: {e}")
            continue
        uit.gemeld += [f"{pad.name}: {f}" for f in fout]
        plek = (data["module"], data["lid"])
        if stemmen and data["t"] >= gehad.get(plek, ""):
            gehad[plek] = data["t"]
            uit.stemmen.setdefault(data["module"], {})[data["lid"]] = stemmen
    return uit


def _bestand(pad: Path, inhoud: Inhoud) -> dict[str, Any]:
    try:
        fd = os.open(pad, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(fd, "rb") as f:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise OSError
            rauw = f.read(MAX_BYTES + 1)
    except OSError:
        raise LeerlijnError("is geen gewoon bestand of is niet te lezen. Vraag het lid om het bestand opnieuw te sturen.") from None
    if len(rauw) > MAX_BYTES:
        raise LeerlijnError(f"is groter dan {MAX_BYTES // 1000} kB en kan geen stembestand zijn.")
    try:
        data = json.loads(rauw)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("leerlijn") != "stemmen" or data.get("v") != 1:
        raise LeerlijnError("is geen stembestand van deze leerlijn. Vraag het lid om het bestand dat de panelpagina opsloeg.")
    goed = all(isinstance(data.get(v), str) for v in ("module", "lid", "t")) and all(isinstance(data.get(v), dict) for v in ("editie", "stemmen"))
    if not goed or not _LID.match(data["lid"]) or not _TIJD.match(data["t"]):
        raise LeerlijnError("mist gegevens of is veranderd. Vraag het lid om het bestand opnieuw te maken.")
    if data.get("cursus") != inhoud.cursus.cursus or data["module"] not in inhoud.items:
        raise LeerlijnError("hoort bij een andere cursus of module.")
    return data


def _stemmen(data: dict[str, Any], inhoud: Inhoud) -> tuple[dict[str, Any], list[str]]:
    """Complete votes on questions as they are now, and what was left out."""
    stemmen, fout = {}, []
    items = {i.id: i for i in panel.votable(inhoud.items[data["module"]])}
    for ident, antwoord in data["stemmen"].items():
        if ident not in items:
            fout.append(f"over '{str(ident)[:60]}' wordt niet (meer) gestemd; overgeslagen.")
        elif data["editie"].get(ident) != panel.fingerprint(items[ident]):
            fout.append(f"de tekst van '{ident}' is veranderd na deze stem; overgeslagen.")
        elif not panel.complete(items[ident], antwoord):
            fout.append(f"de stem over '{ident}' is niet compleet; overgeslagen.")
        else:
            stemmen[ident] = antwoord
    return stemmen, fout


def merge(inhoud: Inhoud, bundel: Bundel, vandaag: date | None = None) -> dict[str, str]:
    """The text of quizzes/panel/<module>.yaml per module that was voted on; what was written as `samenstelling` before is kept."""
    uit = {}
    for module, leden in sorted(bundel.stemmen.items()):
        eerder = inhoud.panels.get(module)
        regels = [KOP, f"module: {module}\n", f"datum: {(vandaag or date.today()).isoformat()}\n", f"leden: {len(leden)}\n"]
        regels.append(f"samenstelling: {json.dumps(eerder.samenstelling, ensure_ascii=False)}\n" if eerder and eerder.samenstelling else "samenstelling:\n")
        regels.append("items:\n")
        for item in panel.votable(inhoud.items[module]):
            antwoorden = [s[item.id] for s in leden.values() if item.id in s]
            if antwoorden:
                regels.append(f"  - id: {item.id}\n    vingerafdruk: {panel.fingerprint(item)!r}\n    leden: {len(antwoorden)}\n    stemmen:  # aantal stemmen per {_schaal(item)}\n")
                regels += [f"      {deel}: {telling}\n" for deel, telling in panel.tally(item, antwoorden).items()]
        uit[module] = "".join(regels)
    return uit


def fewer(inhoud: Inhoud, bundel: Bundel) -> dict[str, tuple[int, int]]:
    """Modules in which these files hold votes of fewer members than were merged before: module -> (before, now).

    Merging replaces, so that is what happens when only the files of new members are given.
    """
    eerder = {m: p.leden for m, p in inhoud.panels.items()}
    return {m: (eerder[m], len(leden)) for m, leden in sorted(bundel.stemmen.items()) if len(leden) < eerder.get(m, 0)}


def _schaal(item: Any) -> str:
    return "cijfer 1 tot en met 5" if item.soort == "oordeel" else "vlag: groen, geel, rood, zwart"


def write(root: Path, teksten: dict[str, str]) -> list[Path]:
    """Write the merged files; each whole or not at all. Returns their paths."""
    uit = []
    for module, tekst in teksten.items():
        doel = root / "quizzes" / "panel" / f"{module}.yaml"
        doel.parent.mkdir(parents=True, exist_ok=True)
        half = doel.with_suffix(".half")
        half.write_text(tekst, encoding="utf-8")
        os.replace(half, doel)
        uit.append(doel)
    return uit
