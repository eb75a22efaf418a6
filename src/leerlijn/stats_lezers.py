"""Agreement of two markers who judged the same work: weighted kappa and the mean difference, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats as sps

from . import stats_interval as si


def mean_difference(eerste: Sequence[float], tweede: Sequence[float]) -> dict[str, float]:
    """Mean of eerste - tweede (points), with Student's interval for paired values and the SD of the differences."""
    d = np.asarray(eerste, float) - np.asarray(tweede, float)
    sd = float(d.std(ddof=1)) if len(d) > 1 else float("nan")
    laag, hoog = si.mean_interval(float(d.mean()), sd, len(d))
    return {"waarde": float(d.mean()), "laag": float(laag), "hoog": float(hoog), "sd": sd}


def kappa(eerste: Sequence[Any], tweede: Sequence[Any], kwadratisch: bool = True, niveau: float = si.NIVEAU) -> dict[str, float]:
    """Cohen's kappa of two markers over the same n works; weighted by squared distance for ordered points, else plain.

    Cohen (1960), Educ. Psychol. Meas. 20, 37-46, and (1968), Psychol. Bull. 70, 213-220; standard error for large n: Fleiss, Cohen & Everitt
    (1969), Psychol. Bull. 72, 323-327. NaN when both markers always gave one and the same value: then nothing is left to agree on.
    """
    waarden, plaats = np.unique(np.concatenate([eerste, tweede]), return_inverse=True)
    n, k = len(eerste), len(waarden)
    p = np.zeros((k, k))
    np.add.at(p, (plaats[:n], plaats[n:]), 1.0 / n)
    afstand = np.subtract.outer(waarden.astype(float), waarden.astype(float)) ** 2 if kwadratisch else 1.0 - np.eye(k)
    w = 1.0 - afstand / (afstand.max() or 1.0)
    rij, kolom = p.sum(1), p.sum(0)
    waargenomen, toeval = float((w * p).sum()), float(rij @ w @ kolom)
    if 1.0 - toeval < 1e-12:
        return dict.fromkeys(("waarde", "laag", "hoog"), float("nan"))
    kap = (waargenomen - toeval) / (1.0 - toeval)
    gemiddeld = np.add.outer(w @ kolom, rij @ w)
    var = (p * (w - gemiddeld * (1.0 - kap)) ** 2).sum() - (kap - toeval * (1.0 - kap)) ** 2
    fout = float(np.sqrt(max(0.0, var) / n) / (1.0 - toeval)) * float(sps.norm.ppf(0.5 + niveau / 2))
    return {"waarde": float(kap), "laag": max(-1.0, kap - fout), "hoog": min(1.0, kap + fout)}
