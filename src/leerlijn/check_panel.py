"""Rules for the votes of a panel: about questions as they are now, adding up, and enough of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import score
from .check_tekst import alle_items, meld
from .content import Inhoud
from .errors import Probleem
from .melding import naaste
from .panel import KLEIN, SOORTEN, fingerprint, fits, steps

OPNIEUW = "Laat het panel opnieuw stemmen, of haal deze vraag uit het bestand."


def check(inhoud: Inhoud) -> Iterator[Probleem]:
    """Everything about quizzes/panel/; nothing when there is no panel."""
    items = {i.id: i for _, i in alle_items(inhoud)}
    for panel in inhoud.panels.values():
        if panel.leden < KLEIN:
            yield meld(inhoud, panel, "let-op-panel-klein", f"Het panel van {panel.module} heeft {panel.leden} leden; bij minder dan {KLEIN} kan één stem de sleutel keren.",
                       f"Vraag meer vakmensen, tot minstens {KLEIN}.", "leden")
        for stem in panel.items:
            item = items.get(stem.id)
            if item is None or item.soort not in SOORTEN:
                yield meld(inhoud, stem, "panel-vraag", f"Het panel stemde over '{stem.id}', maar dat is geen vraag van de soort oordeel of vlaggen.{naaste(stem.id, items)}", OPNIEUW)
            else:
                yield from _stemmen(inhoud, stem, item)


def _stemmen(inhoud: Inhoud, stem: Any, item: Any) -> Iterator[Probleem]:
    trap = len(steps(item))
    if stem.vingerafdruk != fingerprint(item):
        yield meld(inhoud, stem, "panel-tekst", f"De tekst van '{item.id}' is veranderd nadat het panel stemde.", OPNIEUW, "vingerafdruk")
    elif not fits(item, stem):
        yield meld(inhoud, stem, "panel-telling", f"De stemmen bij '{item.id}' kloppen niet: elk onderdeel heeft {trap} getallen die optellen tot {stem.leden}.",
                   "Maak het bestand opnieuw met 'leerlijn panel voeg-samen'.", "stemmen")
    else:
        yield from _anders(inhoud, stem, item)


def _anders(inhoud: Inhoud, stem: Any, item: Any) -> Iterator[Probleem]:
    for deel, telling in stem.stemmen.items():
        eigen = _editorial(item, deel)
        if (keus := score.panel_choice(telling, eigen)) != eigen:
            yield meld(inhoud, item, "let-op-panel-anders", f"Bij '{item.id}' kiest het panel voor '{deel}' het vaakst {keus}, de redactie {eigen}.", "Lees de uitleg na: past zij nog bij de keuze van het panel?")


def _editorial(item: Any, deel: str) -> str | int:
    if item.soort == "oordeel":
        return next(a.oordeel for a in item.acties if a.id == deel)
    return (item.vlag if deel == "vlag" else getattr(item.criteria, deel)).vlag
