"""Choices by score group and their relation with the rest of the test."""

import numpy as np
import pytest

from leerlijn import stats_keuze as sk

REST = np.arange(9.0)


def test_groups_are_thirds_and_equal_scores_stay_together():
    assert sk.score_groups(REST).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert sk.score_groups(np.array([1.0, 5, 5, 5, 5, 9])).tolist() == [0, 1, 1, 1, 1, 2]
    assert len(set(sk.score_groups(np.ones(7)))) == 1


def test_counts_by_group():
    codes = np.array([0, 0, 1, 0, 1, -1, 1, 1, 1])
    assert sk.choice_counts(codes, 3).tolist() == [3, 5, 0]
    assert sk.choice_counts(codes, 3, sk.score_groups(REST)).tolist() == [[2, 1, 0], [1, 1, 0], [0, 3, 0]]


def test_correlation_of_a_choice_with_the_rest():
    codes = np.array([0, 0, 0, 0, 1, 1, 1, 1, -1])
    uit = sk.choice_rest(codes, 3, REST)
    r = np.corrcoef(codes[:8] == 1, REST[:8])[0, 1]
    assert uit["n"] == 8 and uit["waarde"][1] == pytest.approx(r) and uit["waarde"][0] == pytest.approx(-r)
    assert np.isnan(uit["waarde"][2]) and uit["laag"][1] < r < uit["hoog"][1]
    assert np.isnan(sk.choice_rest(codes, 2, np.ones(9))["waarde"]).all()
