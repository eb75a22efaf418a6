"""A share of a group, shown so that no small number can be worked out from it: "92%" of 12 is 11, and so tells of one person.

Where the number behind a share, or the rest of the group, is below the limit (report_grens), every share that such a number could give
is reckoned. What is shown then is the same whatever the number is: a margin round all of them, and their middle when they are close.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from . import report_grens as grens
from . import stats_interval as si
from .report_tekst import Schatting

DICHTBIJ = 0.05  # widest range of possible shares of which the middle is still shown


def of_yes(ja: np.ndarray) -> Schatting | None:
    """Share of learners of whom something is true. ja: one bool a learner; how many there are is known to the reader. None below 5."""
    n, wel = len(ja), int(np.sum(ja))
    if n < grens.KLEIN:
        return None
    if not (grens.small(wel) or grens.small(n - wel)):
        return _exact(wel / n, n)
    if n < 2 * grens.KLEIN:  # both may be small: "below 5" would say how many
        return _any((i / n, n) for i in range(1, n))
    return _any((i / n if grens.small(wel) else 1 - i / n, n) for i in range(1, grens.KLEIN))


def of_scores(delen: np.ndarray, n: int) -> Schatting | None:
    """Mean of a score between 0 and 1. delen: of who count; n: learners in all, known to the reader. None when fewer than 5 count.

    Hidden are how many do not count, when that is a small number, and how many have one of only two scores.
    """
    mee, buiten = len(delen), n - len(delen)
    if mee < grens.KLEIN:
        return None
    waarden, aantal = np.unique(np.round(delen, 9), return_counts=True)
    mogelijk = [k for k in range(n - grens.KLEIN + 1, n) if k >= grens.KLEIN] if grens.small(buiten) else [mee]
    if len(waarden) == 2 and grens.small(int(aantal.min())):
        veel, weinig = waarden[np.argmax(aantal)], waarden[np.argmin(aantal)]
        return _any((veel + (weinig - veel) * i / k, k) for k in mogelijk for i in range(1, grens.KLEIN))
    if not grens.small(buiten):
        return _exact(float(np.mean(delen)), mee)
    if len(waarden) == 1:
        return _any((float(waarden[0]), k) for k in mogelijk)
    return _any((min(1.0, float(np.sum(delen)) / k), k) for k in mogelijk)


def _exact(p: float, n: int) -> Schatting:
    laag, hoog = si.wilson(p, n)
    return {"waarde": float(p), "laag": float(laag), "hoog": float(hoog)}


def _any(mogelijk: Iterable[tuple[float, int]]) -> Schatting:
    """The same figure for all of these (share, number of learners)."""
    p, n = (np.array(x, float) for x in zip(*mogelijk))
    laag, hoog = si.wilson(p, n)
    midden = float((p.min() + p.max()) / 2) if np.ptp(p) <= DICHTBIJ else None
    return {"waarde": midden, "laag": float(laag.min()), "hoog": float(hoog.max())}
