"""The second marker: whose work they read, where the two differ, and how well they agree."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from . import rubriek
from .rubriek import Werk

Schatting = dict[str, float]


def share(beleid: Any) -> float:
    """The share (0 to 1) of hand-ins that the policy gives to a second marker."""
    waarde = beleid.tweede_lezer
    return {"geen": 0.0, "alle": 1.0}[waarde] if isinstance(waarde, str) else float(waarde)


def chosen(werken: Iterable[Werk], module: str, deel: float) -> list[Werk]:
    """The hand-ins for a second marker: a share by chance, the same at each look, and what a second marker has begun with already.

    By chance but fixed: in the order of a hash of learner and module. A hand-in that comes later can push nobody out who was begun with.
    """
    mee = [w for w in werken if not w.leeg]
    rij = sorted(mee, key=lambda w: hashlib.sha256(f"{module}/{w.student}".encode("utf-8", "replace")).digest())
    gekozen = {w.nummer for w in rij[: math.ceil(deel * len(mee))]} | {w.nummer for w in mee if "tweede" in w.oordelen}
    return [w for w in mee if w.nummer in gekozen]


@dataclass
class Vergelijking:
    """Two markers on one question. samen: read by both; verschillen: those of them where any criterion differs; onbeslist: of these, not settled.

    verschil: mean of first - second in points, with interval; kappa: criterion -> weighted kappa with interval. Both empty for few answers.
    """

    gekozen: int = 0
    samen: list[Werk] = field(default_factory=list)
    verschillen: list[Werk] = field(default_factory=list)
    onbeslist: list[Werk] = field(default_factory=list)
    verschil: Schatting | None = None
    kappa: dict[str, Schatting] = field(default_factory=dict)


def compare(werken: list[Werk], item: dict[str, Any], module: str, deel: float) -> Vergelijking:
    """Compare first and second marker on one question. item: of rubriek.open_items."""
    from . import report_grens as grens  # here: numpy and scipy, which no other page of a marker needs
    from . import stats_lezers

    uit = Vergelijking(gekozen=len(chosen(werken, module, deel)))
    uit.samen = [w for w in werken if all(r in w.oordelen and rubriek.complete(item["rubriek"], w.oordelen[r].criteria) for r in ("eerste", "tweede"))]
    uit.verschillen = [w for w in uit.samen if w.oordelen["eerste"].criteria != w.oordelen["tweede"].criteria]
    uit.onbeslist = [w for w in uit.verschillen if "besluit" not in w.oordelen]
    paren = [(w.oordelen["eerste"], w.oordelen["tweede"]) for w in uit.samen]
    if len(paren) >= grens.VRAAG:
        uit.verschil = stats_lezers.mean_difference([a.totaal for a, _ in paren], [b.totaal for _, b in paren])
    if len(paren) >= grens.VERBAND:
        for r in item["rubriek"]:
            uit.kappa[r["id"]] = stats_lezers.kappa([a.criteria[r["id"]] for a, _ in paren], [b.criteria[r["id"]] for _, b in paren])
    return uit


def agree_words(k: float) -> str:
    """Landis & Koch (1977), Biometrics 33, 159-174: names for ranges of kappa, by convention and not by proof."""
    if not math.isfinite(k):
        return "niet te zeggen"
    return next(naam for tot, naam in ((0.2, "gering"), (0.4, "matig"), (0.6, "redelijk"), (0.8, "goed"), (math.inf, "zeer goed")) if k <= tot)
