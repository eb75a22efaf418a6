"""Confidence intervals, each a pure function of numbers or arrays. 95 % unless another level is asked for.

All take and give numpy arrays or floats; what cannot be said (too few, no spread) is NaN, never a guess.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats as sps

NIVEAU = 0.95
Paar = tuple[Any, Any]


def _z(niveau: float) -> float:
    return float(sps.norm.ppf(0.5 + niveau / 2))


def wilson(p: Any, n: Any, niveau: float = NIVEAU) -> Paar:
    """Score interval of a proportion p (0..1) out of n. Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.

    Also used for the mean of scores between 0 and 1: their variance is at most p(1 - p), so that the interval is then on the safe side.
    """
    p, n = np.asarray(p, float), np.asarray(n, float)
    z2 = _z(niveau) ** 2
    with np.errstate(all="ignore"):
        midden = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = np.sqrt(z2) / (1 + z2 / n) * np.sqrt(p * (1 - p) / n + z2 / (4 * n**2))
        return np.clip(midden - half, 0, 1), np.clip(midden + half, 0, 1)


def newcombe(p1: Any, n1: Any, p2: Any, n2: Any, niveau: float = NIVEAU) -> Paar:
    """Interval of p1 - p2 of two separate groups: the hybrid score method, Newcombe (1998), Stat. Med. 17, 873-890, method 10."""
    laag1, hoog1 = wilson(p1, n1, niveau)
    laag2, hoog2 = wilson(p2, n2, niveau)
    verschil = np.asarray(p1, float) - np.asarray(p2, float)
    return verschil - np.hypot(p1 - laag1, hoog2 - p2), verschil + np.hypot(hoog1 - p1, p2 - laag2)


def fisher(r: Any, n: Any, niveau: float = NIVEAU) -> Paar:
    """Interval of a correlation r over n pairs by the z transformation. Fisher (1921), Metron 1, 3-32. Needs n > 3."""
    r, n = np.asarray(r, float), np.asarray(n, float)
    with np.errstate(all="ignore"):
        fout = np.where(n > 3, _z(niveau) / np.sqrt(n - 3), np.nan)
        z = np.arctanh(np.clip(r, -1, 1))
        return np.tanh(z - fout), np.tanh(z + fout)


def feldt(alpha: Any, n: int, k: int, niveau: float = NIVEAU) -> Paar:
    """Interval of Cronbach's alpha over n persons and k items: (1 - alpha)/(1 - alpha^) follows F(n-1, (n-1)(k-1)).

    Feldt (1965), Psychometrika 30, 357-370; in this form Feldt, Woodruff & Salih (1987), Appl. Psychol. Meas. 11, 93-103.
    """
    if n < 2 or k < 2:
        return np.full(np.shape(alpha), np.nan), np.full(np.shape(alpha), np.nan)
    a, b, staart = n - 1, (n - 1) * (k - 1), (1 - niveau) / 2
    over = 1 - np.asarray(alpha, float)
    return 1 - over * sps.f.ppf(1 - staart, a, b), 1 - over * sps.f.ppf(staart, a, b)


def error_interval(fout: float, n: int, k: int, niveau: float = NIVEAU) -> Paar:
    """Interval of the standard error of measurement in points, SD * sqrt(1 - alpha).

    Its square is k times the residual mean square of the persons-by-items analysis of variance, so that it follows chi-square with
    (n-1)(k-1) degrees of freedom: the same model as Feldt's.
    """
    if n < 2 or k < 2:
        return np.nan, np.nan
    df, staart = (n - 1) * (k - 1), (1 - niveau) / 2
    return fout * np.sqrt(df / sps.chi2.ppf(1 - staart, df)), fout * np.sqrt(df / sps.chi2.ppf(staart, df))


def mean_interval(gemiddelde: float, sd: float, n: int, niveau: float = NIVEAU) -> Paar:
    """Interval of a mean by Student (1908), Biometrika 6, 1-25."""
    if n < 2:
        return np.nan, np.nan
    half = float(sps.t.ppf(0.5 + niveau / 2, n - 1)) * sd / np.sqrt(n)
    return gemiddelde - half, gemiddelde + half


def sd_interval(sd: float, n: int, niveau: float = NIVEAU) -> Paar:
    """Interval of a standard deviation by chi-square, for scores near the normal curve."""
    if n < 2:
        return np.nan, np.nan
    staart = (1 - niveau) / 2
    return sd * np.sqrt((n - 1) / sps.chi2.ppf(1 - staart, n - 1)), sd * np.sqrt((n - 1) / sps.chi2.ppf(staart, n - 1))


def shape_errors(n: int) -> tuple[float, float]:
    """Standard errors of skewness and kurtosis by k-statistics, for scores near the normal curve.

    Joanes & Gill (1998), The Statistician 47, 183-189. Need n > 2 and n > 3.
    """
    if n < 4:
        return np.nan, np.nan
    scheef = np.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
    return float(scheef), float(2 * scheef * np.sqrt((n**2 - 1) / ((n - 3) * (n + 5))))


def clustered(goed: Any, totaal: Any, niveau: float = NIVEAU) -> tuple[float, float, float]:
    """Share goed/totaal over persons who each gave several answers, with an interval that counts persons, not answers.

    Wilson's interval with the effective number p(1-p)/var, var the usual one of a ratio over persons: Korn & Graubard (1998), Surv.
    Methodol. 24, 193-201, who use it with another interval. At most the number of answers; without spread the number of persons.
    """
    g, t = np.asarray(goed, float), np.asarray(totaal, float)
    g, t = g[t > 0], t[t > 0]
    if not len(t):
        return np.nan, np.nan, np.nan
    p, m = g.sum() / t.sum(), len(t)
    var = m / (m - 1) * ((g - p * t) ** 2).sum() / t.sum() ** 2 if m > 1 else 0.0
    n = min(t.sum(), p * (1 - p) / var) if var > 0 else m
    laag, hoog = wilson(p, max(n, 1), niveau)
    return float(p), float(laag), float(hoog)
