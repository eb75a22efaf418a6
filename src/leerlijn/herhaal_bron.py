"""What the page "Herhalen" and the card on the course page read: practice of all modules and the learner's private answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from . import answers, herhaal

NOTEBOOK = "herhalen.ipynb"  # in the learner edition, beside cursus.json
BRON = Path(__file__).parent / "share" / NOTEBOOK


@dataclass(frozen=True)
class Bron:
    """Practice of one module. publiek, sleutels: as in herhaal.practised; regels: this learner's answers."""

    module: str
    titel: str
    publiek: dict[str, Any]
    sleutels: dict[str, Any]
    regels: list[dict[str, Any]]


def sources(wortel: Path, eigen: Path, lees: Callable[[Path], Any], antwoorden: Callable[[Path], answers.Gelezen] = answers.read) -> list[Bron]:
    """Modules of the edition in `wortel` in which this learner practised. eigen: folder of the learner; lees: a file of the course as JSON, {} when there is none;
    antwoorden: reads an answer file."""
    uit = []
    for m in lees(wortel / "cursus.json").get("modules", []):
        regels = antwoorden(eigen / "prive" / f"{m['id']}.jsonl").regels
        if regels and m.get("beschikbaar"):
            map_ = wortel / m["id"]
            uit.append(Bron(m["id"], m["titel"], lees(map_ / "oefening.json"), lees(map_ / "oefening-sleutel.json").get("items", {}), regels))
    return uit


def questions(bronnen: list[Bron], vandaag: date, voor: date | None = None) -> list[herhaal.Vraag]:
    """Every question that was practised; see herhaal.practised."""
    return [v for b in bronnen for v in herhaal.practised(b.module, b.publiek, b.sleutels, b.regels, vandaag, voor)]
