"""Rules for a closing module: one without learning outcomes of its own, whose test goes over those of the whole course."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .check_tekst import alle_items, meld
from .content import Inhoud
from .errors import Probleem

WOORD = re.compile(r"\w+")
RIJ = 3  # words in a row that are compared
MIN_RIJEN = 8  # fewer say too little about a text
ZELFDE = 0.5  # measured: what really is new shares at most a third with any other question of the course


def is_afsluiting(inhoud: Inhoud, module: str) -> bool:
    """Whether no outcome belongs to the module while the course does have outcomes. module: id."""
    return bool(inhoud.leeruitkomsten) and all(u.module != module for u in inhoud.leeruitkomsten.values())


def is_terugblik(inhoud: Inhoud, module: str) -> bool:
    """Whether a closing module comes after another one: it is shorter, and asks months later what is still known. module: id."""
    slot = [m.id for m in inhoud.modules if is_afsluiting(inhoud, m.id)]
    return module in slot[1:]


def check(inhoud: Inhoud) -> Iterator[Probleem]:
    """Every outcome has a test item that is scored by itself, and no test item was met before; `na_dagen` has a closing test to count from."""
    yield from _na_dagen(inhoud)
    for m in inhoud.modules:
        toets = [i for i in inhoud.items.get(m.id, []) if i.gebruik == "toets" and not i.vervallen]
        if toets and is_afsluiting(inhoud, m.id):
            yield from _uitkomsten(inhoud, m, toets)
            yield from _hergebruik(inhoud, toets)


def _na_dagen(inhoud: Inhoud) -> Iterator[Probleem]:
    vorige = None
    for n, m in enumerate(inhoud.modules):
        if m.na_dagen and not (vorige and is_afsluiting(inhoud, vorige.id) and any(i.gebruik == "toets" and not i.vervallen for i in inhoud.items.get(vorige.id, []))):
            yield meld(inhoud, inhoud.cursus, "na-dagen", f"Bij module '{m.id}' staat na_dagen, maar de module daarvoor heeft geen eindtoets om vanaf te tellen.",
                       "Zet de module meteen na de afsluiting, of haal na_dagen weg.", ("modules", n, "na_dagen"))  # fmt: skip
        vorige = m


def _uitkomsten(inhoud: Inhoud, m: Any, toets: list[Any]) -> Iterator[Probleem]:
    gedekt = {i.leerdoel for i in toets if i.soort != "open"}
    for u in inhoud.leeruitkomsten.values():
        if u.id not in gedekt:
            yield Probleem(f"quizzes/{m.id}.yaml", 1, f"De eindtoets heeft geen vraag bij leerdoel '{u.id}' die vanzelf wordt nagekeken.", "Maak er minstens een, met een nieuwe situatie.", "uitkomst-afsluiting")


def _hergebruik(inhoud: Inhoud, toets: list[Any]) -> Iterator[Probleem]:
    """Test items that share half of their words in a row with an item elsewhere: learners know those already."""
    eigen = {i.id for i in toets}
    elders = [(i.id, rijen) for _, i in alle_items(inhoud) if i.id not in eigen and len(rijen := _rijen(i)) >= MIN_RIJEN]
    for item in toets:
        rijen = _rijen(item)
        if len(rijen) < MIN_RIJEN:
            continue
        deel, ident = max(((len(rijen & ander) / min(len(rijen), len(ander)), i) for i, ander in elders), default=(0.0, ""))
        if deel >= ZELFDE:
            yield meld(inhoud, item, "toets-hergebruik", f"Toetsvraag '{item.id}' lijkt sterk op '{ident}', en die kent de deelnemer al.", "Bedenk een nieuwe situatie bij hetzelfde leerdoel.", "vraag")


def _rijen(item: Any) -> set[tuple[str, ...]]:
    woorden = WOORD.findall(f"{item.situatie or ''} {item.vraag}".lower())
    return set(zip(*(woorden[n:] for n in range(RIJ))))
