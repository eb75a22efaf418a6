"""What learners chose to share of their practice (deel.py), as figures of a group. Files are strangers' text: all of it is checked."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import casus, content, split
from . import report_grens as grens
from . import stats_interval as si

MAX_BESTAND = 100_000  # bytes
MAX_ANTWOORDEN = 1000  # a learner can have at one level
NIVEAUS = {"1": "gok", "2": "redelijk zeker", "3": "heel zeker"}


@dataclass
class Gedeeld:
    """zekerheid: a learner's [right, all] per level; paden: case id -> walks that reached an end; casussen: case id -> key."""

    zekerheid: list[dict[str, list[int]]] = field(default_factory=list)
    paden: dict[str, list[list[casus.Stap]]] = field(default_factory=dict)
    casussen: dict[str, dict[str, Any]] = field(default_factory=dict)
    aantal: int = 0
    meldingen: list[str] = field(default_factory=list)


def load(root: Path, module: str) -> Gedeeld:
    """Read grading/gedeeld/*.json of a module. Whatever is not in order is skipped and counted."""
    uit, stuk = Gedeeld(), 0
    bestanden = sorted((root / "grading" / "gedeeld").glob("*.json"))
    if not bestanden:
        return uit
    inhoud, _ = content.read(root)
    uit.casussen = {k: split.key_case(c) for k, c in inhoud.casussen.items() if c.module == module and c.vorm == "gesprek"}
    for pad in bestanden:
        data = _read(pad)
        if data is None:
            stuk += 1
        elif data["module"] == module:
            uit.aantal += 1
            uit.zekerheid.append(data["zekerheid"])
            for naam, stappen in data["paden"].items():
                if naam in uit.casussen and (stand := casus.stand(uit.casussen[naam], stappen)).klaar:
                    uit.paden.setdefault(naam, []).append(stand.pad)
    if stuk:
        uit.meldingen.append(f"{stuk} bestand(en) in grading/gedeeld zijn niet te lezen en niet meegeteld.")
    if 0 < uit.aantal < grens.KLEIN:
        uit.meldingen.append(f"Minder dan {grens.KLEIN} deelnemers deelden hun oefening. Zekerheid en wegen door de casus laten we dan niet zien.")
    return uit


def _read(pad: Path) -> dict[str, Any] | None:
    """The file when it has the right shape, else None. Links and anything but a regular file are refused."""
    try:
        fd = os.open(pad, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(fd, "rb") as f:
            if not stat.S_ISREG(os.fstat(f.fileno()).st_mode):
                return None
            data = json.loads(f.read(MAX_BESTAND + 1)[: MAX_BESTAND + 1].decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("v") != 1 or not isinstance(data.get("module"), str):
        return None
    zekerheid, paden = data.get("zekerheid"), data.get("paden")
    if not isinstance(zekerheid, dict) or not isinstance(paden, dict) or not all(_telling(zekerheid.get(n)) for n in NIVEAUS):
        return None
    return {"module": data["module"], "zekerheid": {n: zekerheid[n] for n in NIVEAUS}, "paden": paden}


def _telling(x: Any) -> bool:
    return isinstance(x, list) and len(x) == 2 and all(type(g) is int for g in x) and 0 <= x[0] <= x[1] <= MAX_ANTWOORDEN


def certainty(g: Gedeeld) -> dict[str, Any] | None:
    """Share right per level of certainty. None without shared files or with too few; a level that too few used is None."""
    if g.aantal < grens.KLEIN:
        return None
    rijen = []
    for n, naam in NIVEAUS.items():
        goed, alle = [z[n][0] for z in g.zekerheid], [z[n][1] for z in g.zekerheid]
        rij: dict[str, Any] = {"niveau": int(n), "naam": naam, "goed": None}
        mensen = [sum(a > 0 for a in alle), sum(g > 0 for g in goed), sum(a > g for g, a in zip(goed, alle))]  # who used it, was right, was wrong
        if mensen[0] >= grens.KLEIN and not any(map(grens.small, mensen)):
            p, laag, hoog = si.clustered(goed, alle)
            rij |= {"goed": {"waarde": p, "laag": laag, "hoog": hoog}, "antwoorden": sum(alle)}
        rijen.append(rij)
    return {"deelnemers": g.aantal, "niveaus": rijen}


def paths(g: Gedeeld) -> list[dict[str, Any]]:
    """Per case with enough walks: nodes and choices, with how many came there. Small numbers are hidden, nodes nobody saw are left out."""
    return [_case(g.casussen[naam], wandelingen) for naam, wandelingen in g.paden.items() if len(wandelingen) >= grens.KLEIN]


def _case(k: dict[str, Any], wandelingen: list[list[casus.Stap]]) -> dict[str, Any]:
    tel: dict[tuple[str, str], int] = {}
    bezoek: dict[str, int] = {k["start"]: len(wandelingen)}
    for pad in wandelingen:
        for stap in pad:
            tel[stap] = tel.get(stap, 0) + 1
            naar = _keuze(k, stap)["naar"]
            bezoek[naar] = bezoek.get(naar, 0) + 1
    beste = set(casus.beste_pad(k)[1])
    keuzes = []
    for knoop in bezoek:
        rij = k["knopen"][knoop]["keuzes"]
        aantallen = grens.hide([tel.get((knoop, c["id"]), 0) for c in rij]) if rij else []
        for c, aantal in zip(rij, aantallen):
            keuzes.append({"van": knoop, "id": c["id"], "naar": c["naar"], "tekst": " ".join(c["tekst"].split()), "punten": c["punten"],
                           "beste": (knoop, c["id"]) in beste, "aantal": aantal})  # fmt: skip
    knopen = {n: {"aantal": grens.one(a), "tekst": " ".join(k["knopen"][n]["tekst"].split()), "einde": k["knopen"][n]["einde"]} for n, a in bezoek.items()}
    return {"id": k["id"], "titel": k["titel"], "n": len(wandelingen), "start": k["start"], "knopen": knopen, "keuzes": keuzes}


def _keuze(k: dict[str, Any], stap: casus.Stap) -> dict[str, Any]:
    return next(c for c in k["knopen"][stap[0]]["keuzes"] if c["id"] == stap[1])
