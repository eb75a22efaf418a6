"""Intervals against published examples, and against how often they hold what they should."""

import numpy as np
import pytest

from leerlijn import stats
from leerlijn import stats_interval as si


def test_wilson_published():
    """Newcombe (1998), Stat. Med. 17, 857-872, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for r, n, laag, hoog in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)):
        assert si.wilson(r / n, n) == pytest.approx((laag, hoog), abs=5e-5)


def test_newcombe_published():
    """Newcombe (1998), Stat. Med. 17, 873-890, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10."""
    assert si.newcombe(56 / 70, 70, 48 / 80, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert si.newcombe(0.9, 10, 0.3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_fisher_by_hand():
    """r = 0.5, n = 28: z = 0.5493 +- 1.96/5."""
    assert si.fisher(0.5, 28) == pytest.approx((np.tanh(0.549306 - 0.391993), np.tanh(0.549306 + 0.391993)), abs=1e-5)
    assert np.isnan(si.fisher(0.5, 3)).all()


def test_feldt_and_the_error_of_measurement_hold_what_they_should():
    """2,000 groups of 40 persons on 8 parallel items with alpha 0.8: about 95 % of the intervals hold the truth."""
    rng, n, k = np.random.default_rng(11), 40, 8
    ware = rng.normal(size=(2000, n, 1)) * 0.5**0.5  # variance 0.5 beside error 1: alpha = 8*0.5/(8*0.5+1) = 0.8
    raak_a = raak_f = 0
    for groep in ware + rng.normal(size=(2000, n, k)):
        uit = stats.test_statistics(groep)
        raak_a += uit["alpha"]["laag"] < 0.8 < uit["alpha"]["hoog"]
        raak_f += uit["meetfout"]["laag"] < k**0.5 < uit["meetfout"]["hoog"]
    assert 0.935 < raak_a / 2000 < 0.965 and 0.935 < raak_f / 2000 < 0.965


def test_wilson_is_on_the_safe_side_for_partial_credit():
    """Scores of 0, half and whole: the interval holds the mean at least as often as it says."""
    rng = np.random.default_rng(3)
    scores = rng.choice([0, 0.5, 1], p=[0.2, 0.3, 0.5], size=(4000, 25))
    laag, hoog = si.wilson(scores.mean(1), 25)
    assert ((laag <= 0.65) & (hoog >= 0.65)).mean() >= 0.95


def test_too_few_is_nan():
    assert np.isnan(si.mean_interval(1.0, 0.0, 1)).all() and np.isnan(si.sd_interval(0.0, 1)).all()
    assert np.isnan(si.feldt(0.5, 1, 3)).all() and np.isnan(si.error_interval(1.0, 5, 1)).all() and np.isnan(si.shape_errors(3)).all()
