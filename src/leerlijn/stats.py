"""Classical item and test statistics, vectorised: one pass of matrix products over persons x items.

`punten` is always a float array of persons x items without gaps, in points; `maximum` holds the points an item can give.
Figures that cannot be said (no spread, too few items) are NaN. Intervals: stats_interval.py. How few persons is too few to
show anything is not decided here but in report_grens.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats as sps

from . import stats_interval as si

DEEL = 0.27  # share of the persons in the upper and in the lower group (Kelley, 1939)


def _deel(a: Any, b: Any) -> Any:
    """a / b, NaN where b is zero or rounding noise."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    with np.errstate(all="ignore"):
        return np.where(np.abs(b) > 1e-12, a / b, np.nan)


def facility(punten: np.ndarray, maximum: np.ndarray, meetellen: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Mean share of an item's points, with Wilson's interval, and the number of persons it rests on.

    meetellen: persons x items of bool; False leaves a person out for that item, as for what was not answered.
    """
    mee = np.ones(punten.shape, bool) if meetellen is None else meetellen
    n = mee.sum(0)
    p = _deel(np.where(mee, punten, 0.0).sum(0), n * np.asarray(maximum, float))
    laag, hoog = si.wilson(p, n)
    return {"n": n, "waarde": p, "laag": laag, "hoog": hoog}


def _momenten(punten: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Centred points, covariance matrix, covariance of each item with the total, variance of the total."""
    gecentreerd = punten - punten.mean(0)
    cov = gecentreerd.T @ gecentreerd / max(1, len(punten) - 1)
    return gecentreerd, cov, cov.sum(1), float(cov.sum())


def item_rest(punten: np.ndarray) -> dict[str, np.ndarray]:
    """Correlation of an item with the sum of all others; times 100 it is Moodle's discrimination index. Fisher's interval.

    Also `item_totaal`, the correlation with the sum of all, which flatters short tests.
    """
    _, cov, met_totaal, var_totaal = _momenten(punten)
    var = np.diag(cov)
    var_rest = np.maximum(0.0, var_totaal + var - 2 * met_totaal)
    r = _deel(met_totaal - var, np.sqrt(var * var_rest))
    laag, hoog = si.fisher(r, len(punten))
    return {"waarde": r, "laag": laag, "hoog": hoog, "item_totaal": _deel(met_totaal, np.sqrt(var * var_totaal))}


def discriminative_efficiency(punten: np.ndarray) -> dict[str, np.ndarray]:
    """Covariance of item and rest as a share of the largest that these marks allow: both columns sorted (Moodle, quiz statistics).

    Interval: Fisher's for the correlation, divided by the largest correlation, which is taken as given.
    """
    gecentreerd, cov, met_totaal, var_totaal = _momenten(punten)
    var = np.diag(cov)
    rest = gecentreerd.sum(1)[:, None] - gecentreerd
    grootst = (np.sort(gecentreerd, axis=0) * np.sort(rest, axis=0)).sum(0) / max(1, len(punten) - 1)
    r, r_max = (_deel(c, np.sqrt(var * np.maximum(0.0, var_totaal + var - 2 * met_totaal))) for c in (met_totaal - var, grootst))
    laag, hoog = si.fisher(r, len(punten))
    return {"waarde": _deel(r, r_max), "laag": _deel(laag, r_max), "hoog": np.minimum(1.0, _deel(hoog, r_max))}


def effective_weight(punten: np.ndarray) -> dict[str, np.ndarray]:
    """Share of an item in the spread of the total: sqrt(max(0, cov(item, total))), scaled to sum to 1 (Moodle, quiz statistics).

    Interval by the delta method on the sample covariances; NaN for an item whose covariance is not above zero.
    """
    gecentreerd, _, met_totaal, _ = _momenten(punten)
    s = np.sqrt(np.maximum(0.0, met_totaal))
    som = s.sum()
    g = _deel(s, som)
    producten = gecentreerd * gecentreerd.sum(1)[:, None]
    producten = producten - producten.mean(0)
    m = producten.T @ producten / len(punten)
    helling = np.where(s > 0, _deel(1.0, 2 * s), 0.0)
    a = (np.diag(helling) - np.outer(g, helling)) / som if som > 0 else np.full((len(s), len(s)), np.nan)
    fout = si._z(si.NIVEAU) * np.sqrt(np.maximum(0.0, np.einsum("ij,jk,ik->i", a, m, a)) / len(punten))
    fout = np.where(s > 0, fout, np.nan)
    return {"waarde": g, "laag": np.clip(g - fout, 0, 1), "hoog": np.clip(g + fout, 0, 1)}


def tail_weights(totaal: np.ndarray, deel: float = DEEL) -> tuple[np.ndarray, np.ndarray]:
    """Weights 0..1 of the persons in the upper and lower group. Persons with the same total at the edge share what is left of it."""

    def bovenste(x: np.ndarray) -> np.ndarray:
        plaats = deel * len(x)
        grens = np.sort(x)[::-1][min(len(x) - 1, int(np.ceil(plaats)) - 1)]
        boven, gelijk = x > grens, x == grens
        return boven + gelijk * max(0.0, plaats - boven.sum()) / max(1, gelijk.sum())

    return bovenste(totaal), bovenste(-totaal)


def discrimination_index(punten: np.ndarray, maximum: np.ndarray) -> dict[str, np.ndarray]:
    """Facility among the best 27 % less that among the lowest 27 %. Kelley (1939), J. Educ. Psychol. 30, 17-24. Newcombe's interval."""
    hoog_w, laag_w = tail_weights(punten.sum(1))
    boven, onder = (w @ punten / w.sum() / maximum for w in (hoog_w, laag_w))
    laag, hoog = si.newcombe(boven, hoog_w.sum(), onder, laag_w.sum())
    return {"waarde": boven - onder, "laag": laag, "hoog": hoog}


def alpha(punten: np.ndarray) -> dict[str, Any]:
    """Cronbach's alpha (1951, Psychometrika 16, 297-334); times 100 it is Moodle's coefficient of internal consistency. Feldt's interval."""
    n, k = punten.shape
    _, cov, _, var_totaal = _momenten(punten)
    a = float(k / (k - 1) * (1 - _deel(np.trace(cov), var_totaal))) if k > 1 else np.nan
    laag, hoog = si.feldt(a, n, k)
    return {"waarde": a, "laag": float(laag), "hoog": float(hoog)}


def alpha_if_deleted(punten: np.ndarray) -> dict[str, np.ndarray]:
    """Alpha of the test without each item in turn. Feldt's interval."""
    n, k = punten.shape
    if k < 3:
        leeg = np.full(k, np.nan)
        return {"waarde": leeg, "laag": leeg, "hoog": leeg}
    _, cov, met_totaal, var_totaal = _momenten(punten)
    var = np.diag(cov)
    a = (k - 1) / (k - 2) * (1 - _deel(var.sum() - var, var_totaal + var - 2 * met_totaal))
    laag, hoog = si.feldt(a, n, k - 1)
    return {"waarde": a, "laag": laag, "hoog": hoog}


def test_statistics(punten: np.ndarray) -> dict[str, dict[str, float]]:
    """The test as a whole, each figure with its interval: gemiddelde, sd (points), alpha, foutverhouding, meetfout (points), scheefheid, welving.

    Error ratio = sqrt(1 - alpha), standard error = error ratio * SD, skewness k3/k2^1.5 and kurtosis k4/k2^2 by k-statistics, all as in
    Moodle's quiz statistics.
    """
    n, k = punten.shape
    totaal = punten.sum(1)
    gemiddelde, sd = float(totaal.mean()), float(totaal.std(ddof=1)) if n > 1 else np.nan
    a = alpha(punten)
    verhouding, laag, hoog = (float(np.sqrt(max(0.0, 1 - x))) if np.isfinite(x) else np.nan for x in (a["waarde"], a["hoog"], a["laag"]))
    se_scheef, se_welving = si.shape_errors(n)
    z = si._z(si.NIVEAU)
    k2 = sps.kstat(totaal, 2) if n > 3 else 0.0
    scheef = float(_deel(sps.kstat(totaal, 3), k2**1.5)) if k2 > 0 else np.nan
    welving = float(_deel(sps.kstat(totaal, 4), k2**2)) if k2 > 0 else np.nan

    def schatting(waarde: float, interval: tuple[Any, Any]) -> dict[str, float]:
        return {"waarde": waarde, "laag": float(interval[0]), "hoog": float(interval[1])}

    return {
        "gemiddelde": schatting(gemiddelde, si.mean_interval(gemiddelde, sd, n)),
        "sd": schatting(sd, si.sd_interval(sd, n)),
        "alpha": a,
        "foutverhouding": schatting(verhouding, (laag, hoog)),
        "meetfout": schatting(verhouding * sd, si.error_interval(verhouding * sd, n, k)),
        "scheefheid": schatting(scheef, (scheef - z * se_scheef, scheef + z * se_scheef)),
        "welving": schatting(welving, (welving - z * se_welving, welving + z * se_welving)),
    }


def item_statistics(punten: np.ndarray, maximum: np.ndarray, meetellen: np.ndarray | None = None) -> dict[str, dict[str, np.ndarray]]:
    """All statistics per item, by their Dutch names as the report and its CSV have them. Each holds waarde, laag and hoog per item."""
    return {
        "p": facility(punten, maximum, meetellen),
        "rest": item_rest(punten),
        "d": discrimination_index(punten, maximum),
        "doelmatigheid": discriminative_efficiency(punten),
        "gewicht": effective_weight(punten),
        "alpha_zonder": alpha_if_deleted(punten),
    }
