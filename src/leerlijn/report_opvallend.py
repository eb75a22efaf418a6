"""Items worth a look: what is seen, and what a teacher can do about it. Rules look at the interval, not only at the figure.

A rule speaks of an item only when there is enough to go on (report_grens); an item that was replaced already is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from . import report_grens as grens
from . import stats_keuze
from .report_data import Gegevens
from .report_tekst import citaat, getal, marge, procent, waarde

MOEILIJK, MAKKELIJK, OPEN = 0.4, 0.85, 0.05  # upper end of p, lower end of p, lower end of the share that was left open
ZEKER = 0.99  # level of the interval behind a doubt about the key: there are many choices, and each is looked at


@dataclass(frozen=True)
class Opvallend:
    """ernst: 1 look first, 2 worth a look, 3 good to know."""

    item: str
    nummer: int
    code: str
    ernst: int
    kop: str
    zin: str
    doe: str


def find(g: Gegevens, vragen: list[dict[str, Any]], rest: dict[str, np.ndarray]) -> list[Opvallend]:
    """vragen: rows as report.make has them; rest: per item the score on all other items, absent when groups are too small."""
    uit = []
    for v, rij in zip(g.vragen, vragen):
        if v.vervallen or g.n < grens.VRAAG:
            continue
        for regel in (_sleutel, _negatief, _moeite, _afleiders, _open):
            uit += [Opvallend(v.id, v.nummer, *r) for r in regel(g, v, rij, rest.get(v.id))]
    return sorted(uit, key=lambda o: (o.ernst, o.nummer))


def _sleutel(g: Gegevens, v: Any, rij: dict[str, Any], rest: np.ndarray | None) -> list[tuple]:
    if rest is None:
        return []
    verdacht = []
    for deel in g.delen.get(v.id, []):
        c = np.array(deel.codes)
        if (c >= 0).sum() < grens.VERBAND:
            continue
        r = stats_keuze.choice_rest(c, len(deel.keuzes), rest, ZEKER)
        juist = r["waarde"][deel.juist] if deel.juist >= 0 else np.nan
        for i, k in enumerate(deel.keuzes):
            if not k.goed and r["laag"][i] > 0 and not juist > 0:
                verdacht.append(citaat(k.tekst) + (f" bij {citaat(deel.tekst)}" if deel.tekst else ""))
    if not verdacht:
        return []
    return [(
        "sleutel", 1, "Misschien klopt de sleutel niet",
        f"Wie hoog scoort op de rest van de toets, kiest juist vaker {' en '.join(verdacht[:3])}. De sleutel rekent dat fout.",
        "Leg de vraag en de sleutel voor aan een vakdeskundige. Klopt de sleutel niet? Geef de punten met de hand en maak een nieuwe vraag met een nieuwe id.",
    )]  # fmt: skip


def _negatief(g: Gegevens, v: Any, rij: dict[str, Any], rest: np.ndarray | None) -> list[tuple]:
    s = rij.get("rest")
    if rest is None or not s or not s["waarde"] < 0:
        return []
    zeker = s["hoog"] < 0
    zin = f"Het verband met de rest van de toets is negatief: {marge(s)}. " + (
        "Wie de rest goed maakt, maakt deze vraag dus vaker fout." if zeker else "De marge loopt tot boven nul, dus het kan ook toeval zijn."
    )
    doe = "Zoek naar een dubbelzinnige zin, een tweede goed antwoord of een strikvraag. Laat twee deelnemers hardop denken bij deze vraag."
    return [("negatief", 1 if zeker else 2, "Sterke deelnemers doen het hier niet beter", zin, doe)]


def _moeite(g: Gegevens, v: Any, rij: dict[str, Any], rest: np.ndarray | None) -> list[tuple]:
    p = rij.get("p")
    if not p:
        return []
    if p["hoog"] < MOEILIJK:
        zin = f"Wie antwoordt, haalt gemiddeld {marge(p, procent)} van de punten."
        doe = "Kijk of de les dit duidelijk uitlegt en of de vraag zonder puzzelen te lezen is. Bespreek de vraag in de groep."
        return [("moeilijk", 2, "Erg moeilijk", zin, doe)]
    if p["laag"] > MAKKELIJK:
        zin = f"Wie antwoordt, haalt gemiddeld {marge(p, procent)} van de punten."
        doe = "Dat is prima bij iets wat iedereen moet weten. Wil je verschil zien? Maak dan de foute antwoorden aannemelijker."
        return [("makkelijk", 3, "Erg makkelijk", zin, doe)]
    return []


def _afleiders(g: Gegevens, v: Any, rij: dict[str, Any], rest: np.ndarray | None) -> list[tuple]:
    if v.soort != "een-goed":
        return []
    deel = g.delen[v.id][0] if g.delen.get(v.id) else None
    if deel is None or sum(c >= 0 for c in deel.codes) < grens.VERBAND:
        return []
    aantal = stats_keuze.choice_counts(np.array(deel.codes), len(deel.keuzes))
    niemand = [citaat(k.tekst) for k, a in zip(deel.keuzes, aantal) if a == 0 and not k.goed]
    if not niemand:
        return []
    zin = f"Niemand die antwoordde, kiest {' of '.join(niemand)}."
    return [("afleider", 3, "Een fout antwoord dat niemand kiest", zin, "Vervang het door een vergissing die je in de praktijk hoort, of haal het weg in een nieuwe vraag.")]


def _open(g: Gegevens, v: Any, rij: dict[str, Any], rest: np.ndarray | None) -> list[tuple]:
    uit = []
    open_ = rij.get("open")
    if open_ and open_["laag"] > OPEN:
        zin = f"{waarde(open_, procent)} liet deze vraag open. Dat is iets anders dan fout."
        uit.append(("onbeantwoord", 2, "Vaak niet beantwoord", zin, "Vraag na waarom. Is de vraag onduidelijk, te lang, of is hij op een klein scherm niet goed te zien?"))
    if rij.get("onleesbaar"):
        zin = "Minstens één antwoord had een vorm die niet bij de vraag hoort. Het telt als 0 punten."
        uit.append(("onleesbaar", 2, "Een antwoord is niet te lezen", zin, "Open in formgrader de inzendingen met een vlaggetje en vraag het de deelnemer na."))
    return uit


def summary(o: Opvallend) -> str:
    """One line for the terminal."""
    return f"{getal(o.nummer, 0):>3}. {o.item}: {o.kop}. {o.zin}\n     Doe: {o.doe}"
