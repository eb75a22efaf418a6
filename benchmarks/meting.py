"""Shared by the benchmarks: one line per figure, with its target, as ratio or as absolute figure where the target is one."""

from __future__ import annotations

import statistics
from collections.abc import Iterable


def median(getallen: Iterable[float]) -> float:
    return statistics.median(getallen)


def p95(getallen: Iterable[float]) -> float:
    rij = sorted(getallen)
    return rij[min(len(rij) - 1, int(0.95 * len(rij)))]


def toon(wat: str, waarde: float, eenheid: str, doel: float | None = None, hoogstens: bool = True, toelichting: str = "") -> bool:
    """Print one figure beside its target. Returns whether the target is met; without a target always True."""
    goed = doel is None or (waarde <= doel if hoogstens else waarde >= doel)
    grens = "" if doel is None else f"  (doel {'<=' if hoogstens else '>='} {doel:g} {eenheid}: {'gehaald' if goed else 'NIET GEHAALD'})"
    print(f"{wat:<58} {waarde:>9.3g} {eenheid}{grens}  {toelichting}".rstrip(), flush=True)
    return goed
