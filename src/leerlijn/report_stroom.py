"""Numbers on the ways through a branching case, small ones hidden so that none can be worked out from the others.

What goes into a stop comes out of it, so one shown number may give another away, rows and stops further on. Whether it does is asked of a
linear program: between which values can a hidden number lie for a reader who adds and subtracts? Its matrix is that of a network, so that the
answers are whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from . import report_grens as grens

Weg = tuple[str, str, int]  # from, to, number of learners, 1 or more


@dataclass(frozen=True)
class Stroom:
    """wegen: what is shown of each way, in the order given; knopen: of each stop."""

    wegen: list[grens.Getal]
    knopen: dict[str, grens.Getal]


def hide(start: str, n: int, wegen: list[Weg]) -> Stroom:
    """start: where all n learners, known to the reader, begin; wegen: every way that somebody went, none of them in a circle."""
    weg = {i for i, (_, _, a) in enumerate(wegen) if grens.small(a)}
    while told := [i for i in sorted(weg) if grens.small(wegen[i][2]) and _told(i, start, n, wegen, weg)]:
        bij = {wegen[i][k] for i in told for k in (0, 1)}
        over = [(not bij & set(wegen[i][:2]), wegen[i][2], i) for i in range(len(wegen)) if i not in weg]
        if not over:  # nothing left to hide
            break
        weg.add(min(over)[2])  # the smallest next to one that is told, else the smallest
    return Stroom([_hidden(a) if i in weg else a for i, (_, _, a) in enumerate(wegen)], {k: _stop(k, start, n, wegen, weg) for k in _stops(start, wegen)})


def _hidden(aantal: int) -> grens.Getal:
    return grens.MINDER if grens.small(aantal) else grens.MEER


def _stops(start: str, wegen: list[Weg]) -> list[str]:
    return list(dict.fromkeys([start, *(k for van, naar, _ in wegen for k in (van, naar))]))


def _stop(knoop: str, start: str, n: int, wegen: list[Weg], weg: set[int]) -> grens.Getal:
    """How many came to a stop: shown when all that lead there are."""
    if knoop == start:
        return n
    binnen = [i for i, w in enumerate(wegen) if w[1] == knoop]
    aantal = sum(wegen[i][2] for i in binnen)
    return _hidden(aantal) if weg & set(binnen) or grens.small(aantal) else aantal


def _told(welk: int, start: str, n: int, wegen: list[Weg], weg: set[int]) -> bool:
    """Whether a reader can work out a hidden number from all that is shown."""
    lijst = sorted(weg)
    gelijk, naar, hoogstens, tot = [], [], [], []
    for knoop in _stops(start, wegen):
        erin, eruit = (np.array([float(wegen[i][k] == knoop) for i in lijst]) for k in (1, 0))
        zichtbaar = {k: sum(w[2] for i, w in enumerate(wegen) if i not in weg and w[k] == knoop) for k in (0, 1)}
        if any(w[0] == knoop for w in wegen):
            gelijk.append(erin - eruit)
            naar.append(zichtbaar[0] - zichtbaar[1] - n * (knoop == start))
        stand = _stop(knoop, start, n, wegen, weg)
        if stand == grens.MINDER:
            hoogstens.append(erin)
            tot.append(grens.KLEIN - 1 - zichtbaar[1])
        elif stand == grens.MEER:
            hoogstens.append(-erin)
            tot.append(zichtbaar[1] - grens.KLEIN)
    vak = [(1, grens.KLEIN - 1) if grens.small(wegen[i][2]) else (grens.KLEIN, n) for i in lijst]
    doel = np.array([float(i == welk) for i in lijst])
    ruimte = {"A_eq": gelijk or None, "b_eq": naar or None, "A_ub": hoogstens or None, "b_ub": tot or None, "bounds": vak}
    return linprog(doel, **ruimte).fun > -linprog(-doel, **ruimte).fun - 0.5
