"""Agreement of two markers: published figures, the interval by another road, and what can't be said."""

import math

import numpy as np
import pytest

from leerlijn import stats_lezers


def pairs(tabel):
    return zip(*[(i, j) for i, rij in enumerate(tabel) for j, n in enumerate(rij) for _ in range(n)])


def test_plain_kappa_of_a_textbook_table():
    """Two readers, 50 proposals: 20 both yes, 15 both no, 5 and 10 apart gives exactly 0.4."""
    a, b = pairs([[20, 5], [10, 15]])
    k = stats_lezers.kappa(a, b, kwadratisch=False)
    assert k["waarde"] == pytest.approx(0.4) and k["laag"] == pytest.approx(0.151, abs=5e-4) and k["hoog"] == pytest.approx(0.649, abs=5e-4)


def test_weighted_kappa_with_its_interval_by_the_delta_method():
    """Fleiss' standard error is that of the delta method on the multinomial counts: here with slopes by small steps."""
    tabel = np.array([[14, 3, 1], [4, 22, 6], [0, 5, 25]])
    a, b = pairs(tabel)
    k = stats_lezers.kappa(a, b)
    p, n = tabel / tabel.sum(), tabel.sum()
    w = 1 - np.subtract.outer(range(3), range(3)) ** 2 / 4

    def kap(q):
        q = q / q.sum()
        toeval = q.sum(1) @ w @ q.sum(0)
        return ((w * q).sum() - toeval) / (1 - toeval)

    stap = 1e-6
    helling = np.array([(kap(p + stap * e) - kap(p - stap * e)) / (2 * stap) for e in np.eye(9).reshape(9, 3, 3)])
    cov = (np.diag(p.ravel()) - np.outer(p.ravel(), p.ravel())) / n
    assert k["waarde"] == pytest.approx(kap(p)) and (k["hoog"] - k["laag"]) / 2 == pytest.approx(1.959964 * math.sqrt(helling @ cov @ helling), rel=1e-4)


def test_no_spread_is_nothing_to_agree_on():
    assert math.isnan(stats_lezers.kappa([1, 1, 1], [1, 1, 1])["waarde"])
    assert stats_lezers.kappa([0, 1, 2, 2], [0, 1, 2, 2])["waarde"] == 1.0


def test_mean_difference():
    d = stats_lezers.mean_difference([3, 4, 5, 6], [2, 4, 4, 6])
    assert d["waarde"] == 0.5 and d["laag"] < 0 < d["hoog"]
