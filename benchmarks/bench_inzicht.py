"""All item and test statistics of 100,000 learners x 60 items, with intervals and choices by score group."""

from __future__ import annotations

import time

import numpy as np
from meting import toon

from leerlijn import stats, stats_keuze

DEELNEMERS, VRAGEN, OPTIES = 100_000, 60, 4


def main() -> bool:
    rng = np.random.default_rng(1)
    kans = 1 / (1 + np.exp(-(rng.normal(size=(DEELNEMERS, 1)) - rng.normal(size=VRAGEN))))
    punten = (rng.random((DEELNEMERS, VRAGEN)) < kans).astype(float)
    codes = np.where(punten > 0, 0, rng.integers(1, OPTIES, punten.shape))
    begin = time.perf_counter()
    stats.item_statistics(punten, np.ones(VRAGEN))
    stats.test_statistics(punten)
    totaal = punten.sum(1)
    for i in range(VRAGEN):
        rest = totaal - punten[:, i]
        stats_keuze.choice_counts(codes[:, i], OPTIES, stats_keuze.score_groups(rest))
        stats_keuze.choice_rest(codes[:, i], OPTIES, rest)
    return toon("cijfers over 100.000 deelnemers x 60 vragen", time.perf_counter() - begin, "s", 10)


if __name__ == "__main__":
    main()
