"""An answer taken apart into choices: one small set of choices per part of an item, the same for every kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .score import SCHAAL, panel_choice


@dataclass(frozen=True)
class Keuze:
    """One thing that can be chosen in a part. goed: whether the key says so."""

    id: Any
    tekst: str
    goed: bool


@dataclass
class Deel:
    """A part of an item in which one choice is made. codes: per learner the place of the choice in `keuzes`, -1 for none."""

    id: str
    tekst: str
    keuzes: list[Keuze]
    codes: list[int] = field(default_factory=list)

    @property
    def juist(self) -> int:
        """Place of the right choice, -1 when there is none."""
        return next((i for i, k in enumerate(self.keuzes) if k.goed), -1)


AANGEVINKT = ("niet aangevinkt", "aangevinkt")


def delen(sleutel: dict[str, Any]) -> list[Deel]:
    """The parts of an item by its key (split.key_item). An open question has none."""
    tekst = sleutel.get("tekst", {})
    match sleutel["soort"]:
        case "een-goed":
            return [Deel("", "", [Keuze(o, tekst.get(o, o), o in sleutel["goed"]) for o in sleutel["opties"]])]
        case "meer-goed":
            return [_vinkje(o, tekst.get(o, o), o in sleutel["goed"]) for o in sleutel["opties"]]
        case "signalen":
            return [_vinkje(f, tekst.get(f, f), f in sleutel["signalen"]) for f in sleutel["fragmenten"]]
        case "koppel":
            return [Deel(li, tekst.get(li, li), [Keuze(r, tekst.get(r, r), r == re) for r in sleutel["rechts"]]) for li, re in sleutel["paren"].items()]
        case "vlaggen":
            return [Deel(c, c, [Keuze(k, k, k == juist) for k in SCHAAL]) for c, juist in _juist(sleutel).items()]
        case "oordeel":
            return [Deel(a, tekst.get(a, a), [Keuze(n, str(n), n == juist) for n in range(1, 6)]) for a, juist in _juist(sleutel).items()]
        case "volgorde":
            plaatsen = range(1, len(sleutel["volgorde"]) + 1)
            return [Deel(s, tekst.get(s, s), [Keuze(n, f"plaats {n}", n == i) for n in plaatsen]) for i, s in enumerate(sleutel["volgorde"], 1)]
    return []


def _juist(sleutel: dict[str, Any]) -> dict[str, Any]:
    """Per part of a judgement the right value: what most of the panel chose, else the editors' own."""
    eigen = sleutel[sleutel["soort"]]
    stemmen = sleutel.get("panel", {}).get("stemmen", {})
    return {deel: panel_choice(stemmen[deel], waarde) if deel in stemmen else waarde for deel, waarde in eigen.items()}


def _vinkje(ident: str, tekst: str, goed: bool) -> Deel:
    return Deel(ident, tekst, [Keuze(0, AANGEVINKT[0], not goed), Keuze(1, AANGEVINKT[1], goed)])


def codes(sleutel: dict[str, Any], antwoord: Any, uit: list[Deel]) -> list[int]:
    """Per part the place of what was chosen, -1 for nothing. antwoord: readable (score.score said so), or None."""
    if antwoord is None:
        return [-1] * len(uit)
    match sleutel["soort"]:
        case "een-goed":
            gekozen = {"": antwoord}
        case "meer-goed" | "signalen":
            gekozen = {d.id: int(d.id in antwoord) for d in uit}
        case "volgorde":
            gekozen = {s: i for i, s in enumerate(antwoord, 1)}
        case _:
            gekozen = antwoord
    return [next((i for i, k in enumerate(d.keuzes) if k.id == gekozen.get(d.id)), -1) for d in uit]
