"""What was chosen, by score group, and how each choice goes with the rest of the test. Pure, vectorised.

A choice variable is an int array of one code a person: 0..m-1 for the choice, -1 for nothing chosen.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import stats_interval as si

GROEPEN = ("laag", "midden", "hoog")


def score_groups(rest: np.ndarray) -> np.ndarray:
    """0, 1 or 2 a person: lowest, middle, highest third of the score on all other items. Who has the same score is in the same group."""
    rij = np.sort(rest)
    midden = (np.searchsorted(rij, rest, "left") + np.searchsorted(rij, rest, "right")) / 2  # equal scores share the middle of their ranks
    return np.minimum(len(GROEPEN) - 1, (midden * len(GROEPEN) / max(1, len(rest))).astype(int))


def choice_counts(codes: np.ndarray, aantal: int, groep: np.ndarray | None = None) -> np.ndarray:
    """How often each of `aantal` choices was made: an array of choices, or of groups x choices when `groep` (0..2) is given."""
    mee = codes >= 0
    if groep is None:
        return np.bincount(codes[mee], minlength=aantal)
    plat = np.bincount(groep[mee] * aantal + codes[mee], minlength=aantal * len(GROEPEN))
    return plat.reshape(len(GROEPEN), aantal)


def choice_rest(codes: np.ndarray, aantal: int, rest: np.ndarray, niveau: float = si.NIVEAU) -> dict[str, Any]:
    """Point-biserial correlation of having made each choice with the score on all other items, with Fisher's interval.

    Persons who chose nothing are left out. A wrong choice that goes together with a high score is the sign of a wrong key.
    """
    mee = codes >= 0
    x = (codes[mee][:, None] == np.arange(aantal)).astype(float)
    y = rest[mee]
    n = len(y)
    if n < 4 or np.ptp(y) == 0:
        leeg = np.full(aantal, np.nan)
        return {"n": n, "waarde": leeg, "laag": leeg, "hoog": leeg}
    xc, yc = x - x.mean(0), y - y.mean()
    with np.errstate(all="ignore"):
        r = (xc * yc[:, None]).sum(0) / np.sqrt((xc**2).sum(0) * (yc**2).sum())
    laag, hoog = si.fisher(r, n, niveau)
    return {"n": n, "waarde": r, "laag": laag, "hoog": hoog}
