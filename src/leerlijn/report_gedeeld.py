"""What learners chose to share of their practice (deel.py, gedeeld.py), as figures of a group. Files are strangers' text: all of it is checked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import beleid, casus, content, gedeeld, inlevering, intake, report_stroom, split
from . import report_grens as grens
from . import stats_interval as si
from .gedeeld import NIVEAUS


@dataclass
class Gedeeld:
    """zekerheid: a learner's [right, all] per level; paden: case id -> walks that reached an end; casussen: case id -> key."""

    zekerheid: list[dict[str, list[int]]] = field(default_factory=list)
    paden: dict[str, list[list[casus.Stap]]] = field(default_factory=dict)
    casussen: dict[str, dict[str, Any]] = field(default_factory=dict)
    aantal: int = 0
    meldingen: list[str] = field(default_factory=list)


def load(root: Path, module: str) -> Gedeeld:
    """What learners share of a module: from their page, read where hand-ins arrive, and files that they gave, in grading/gedeeld/.

    Whatever is not in order is skipped and counted; of one learner only the last counts, as far as can be seen who that is.
    """
    uit = Gedeeld()
    gelezen, stuk = _read_all(root)
    if not gelezen and not stuk:
        return uit
    inhoud, _ = content.read(root)
    uit.casussen = {k: split.key_case(c) for k, c in inhoud.casussen.items() if c.module == module and c.vorm == "gesprek"}
    van: dict[str, dict[str, Any]] = {}
    for wie, ruw in gelezen:
        data = gedeeld.parse(ruw)
        stuk += data is None
        if data and data["module"] == module:
            van[wie] = data
    uit.aantal = len(van)
    for data in van.values():
        uit.zekerheid.append(data["zekerheid"])
        for naam, stappen in data["paden"].items():
            if naam in uit.casussen and (stand := casus.stand(uit.casussen[naam], stappen)).klaar:
                uit.paden.setdefault(naam, []).append(stand.pad)
    if stuk:
        uit.meldingen.append(f"{stuk} bestand(en) met gedeelde oefening zijn niet te lezen en niet meegeteld.")
    if 0 < uit.aantal < grens.KLEIN:
        uit.meldingen.append(f"Minder dan {grens.KLEIN} deelnemers deelden hun oefening. Zekerheid en wegen door de casus laten we dan niet zien.")
    return uit


def _read_all(root: Path) -> tuple[list[tuple[str, bytes]], int]:
    """(whose, contents) of every shared file of the course, and how many could not be read."""
    gelezen, stuk = [], 0
    for pad in sorted((root / "grading" / "gedeeld").glob("*.json")):
        ruw, _ = intake.read_file(pad, gedeeld.MAX_BESTAND)
        stuk += ruw is None
        gelezen += [(pad.name, ruw)] if ruw is not None else []
    inbound = inlevering.default_root() / beleid.course(root).cursus / "inbound"
    erbij, meer = gedeeld.arrived(inbound, zelfde_account=intake.same_account(), diensten=intake.services())
    return gelezen + erbij, stuk + meer


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
    tel = Counter(stap for pad in wandelingen for stap in pad)
    stroom = report_stroom.hide(k["start"], len(wandelingen), [(van, _keuze(k, (van, c))["naar"], aantal) for (van, c), aantal in tel.items()])
    getoond = dict(zip(tel, stroom.wegen))
    beste = set(casus.beste_pad(k)[1])
    keuzes = [
        {"van": van, "id": c["id"], "naar": c["naar"], "tekst": " ".join(c["tekst"].split()), "punten": c["punten"], "beste": (van, c["id"]) in beste, "aantal": getoond.get((van, c["id"]), 0)}
        for van in stroom.knopen for c in k["knopen"][van]["keuzes"]
    ]  # fmt: skip
    knopen = {n: {"aantal": a, "tekst": " ".join(k["knopen"][n]["tekst"].split()), "einde": k["knopen"][n]["einde"]} for n, a in stroom.knopen.items()}
    return {"id": k["id"], "titel": k["titel"], "n": len(wandelingen), "start": k["start"], "knopen": knopen, "keuzes": keuzes}


def _keuze(k: dict[str, Any], stap: casus.Stap) -> dict[str, Any]:
    return next(c for c in k["knopen"][stap[0]]["keuzes"] if c["id"] == stap[1])
