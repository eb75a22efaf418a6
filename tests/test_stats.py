"""The statistics reproduce what is published for LSAT6, and what a hand computes on a small test with partial credit."""

import numpy as np
import pytest

from leerlijn import stats

from .lsat6 import lsat6

EEN = np.ones(5)
# Five persons, three items of 2, 1 and 3 points: small enough to follow with a pencil.
#              totals 6, 4, 1, 3, 0;  rest of item 1: 4 3 1 1 0,  of item 2: 5 3 0 3 0,  of item 3: 3 2 1 2 0
KLEIN = np.array([[2, 1, 3], [1, 1, 2], [0, 1, 0], [2, 0, 1], [0, 0, 0]], float)
MAXIMUM = np.array([2.0, 1.0, 3.0])


def gelijk(gekregen, gedrukt, cijfers):
    assert [round(float(x), cijfers) for x in np.atleast_1d(gekregen)] == list(np.atleast_1d(gedrukt))


def test_lsat6_published_table():
    x = lsat6()
    items = stats.item_statistics(x, EEN)
    gelijk(items["p"]["waarde"], [0.924, 0.709, 0.553, 0.763, 0.870], 3)
    p = items["p"]["waarde"]
    gelijk(np.log(p / (1 - p)), [2.4980, 0.8905, 0.2128, 1.1692, 1.9010], 4)
    gelijk(items["rest"]["item_totaal"], [0.3620, 0.5668, 0.6184, 0.5344, 0.4354], 4)
    gelijk(items["rest"]["waarde"], [0.1128, 0.1532, 0.1728, 0.1444, 0.1216], 4)
    gelijk(items["alpha_zonder"]["waarde"], [0.2754, 0.2376, 0.2168, 0.2459, 0.2663], 4)
    toets = stats.test_statistics(x)
    gelijk(toets["alpha"]["waarde"], 0.2950, 4)
    gelijk(toets["gemiddelde"]["waarde"], 3.819, 3)
    gelijk(toets["sd"]["waarde"], 1.035, 3)
    assert np.bincount(x.sum(1).astype(int)).tolist() == [3, 20, 85, 237, 357, 298]


def test_moodle_formulas_per_item_by_hand():
    # variances 1, 0.3, 1.7; of the rest 2.7, 4.7, 1.3; covariances item-rest 1, 0.35, 1.35; item-total 2, 0.65, 3.05
    items = stats.item_statistics(KLEIN, MAXIMUM)
    assert items["p"]["waarde"] == pytest.approx([1 / 2, 0.6, 1.2 / 3])
    assert items["rest"]["waarde"] == pytest.approx([1 / 2.7**0.5, 0.35 / (0.3 * 4.7) ** 0.5, 1.35 / (1.7 * 1.3) ** 0.5])
    # largest covariance with both columns sorted: 1.5, 1.1 and 1.35 (item 3 is in order already)
    assert items["doelmatigheid"]["waarde"] == pytest.approx([1 / 1.5, 0.35 / 1.1, 1.0])
    wortels = np.sqrt([2, 0.65, 3.05])
    assert items["gewicht"]["waarde"] == pytest.approx(wortels / wortels.sum())
    assert items["alpha_zonder"]["waarde"] == pytest.approx([2 * (1 - 2 / 2.7), 2 * (1 - 2.7 / 4.7), 2 * (1 - 1.3 / 1.3)])


def test_moodle_formulas_of_the_test_by_hand():
    toets = stats.test_statistics(KLEIN)
    alpha = 3 / 2 * (1 - 3.0 / 5.7)  # sum of item variances 3.0, variance of the total 5.7
    assert toets["gemiddelde"]["waarde"] == pytest.approx(14 / 5)
    assert toets["alpha"]["waarde"] == pytest.approx(alpha)
    assert toets["foutverhouding"]["waarde"] == pytest.approx((1 - alpha) ** 0.5)
    assert toets["meetfout"]["waarde"] == pytest.approx((1 - alpha) ** 0.5 * 5.7**0.5)
    # moments about 2.8: m2 = 4.56, m3 = 1.344, m4 = 35.7792; k3 = 25 m3/12 = 2.8; k4 = 25 (6 m4 - 12 m2^2)/24 = -36.3
    assert toets["scheefheid"]["waarde"] == pytest.approx(2.8 / 5.7**1.5)
    assert toets["welving"]["waarde"] == pytest.approx(-36.3 / 5.7**2)


def test_discrimination_index_by_hand():
    """27 % of five is 1.35 person: the best whole, and 0.35 of the next; likewise below."""
    boven, onder = stats.tail_weights(KLEIN.sum(1))
    assert boven.tolist() == pytest.approx([1, 0.35, 0, 0, 0]) and onder.tolist() == pytest.approx([0, 0, 0.35, 0, 1])
    d = stats.discrimination_index(KLEIN, MAXIMUM)["waarde"]
    assert d == pytest.approx([(2 + 0.35 * 1) / 1.35 / 2, 1 - 0.35 / 1.35, (3 + 0.35 * 2) / 1.35 / 3])
    gelijk_totaal = np.array([3.0, 3, 3, 3])
    boven, onder = stats.tail_weights(gelijk_totaal)
    assert boven.tolist() == onder.tolist() == pytest.approx([0.27] * 4)


def test_unanswered_can_be_left_out():
    mee = np.ones((5, 3), bool)
    mee[4, 0] = False
    p = stats.facility(KLEIN, MAXIMUM, mee)
    assert p["n"].tolist() == [4, 5, 5] and p["waarde"][0] == pytest.approx(5 / 8)


def test_what_can_not_be_said_is_nan():
    vast = np.ones((4, 3))
    items, toets = stats.item_statistics(vast, np.ones(3)), stats.test_statistics(vast)
    assert all(np.isnan(items[n]["waarde"]).all() for n in ("rest", "doelmatigheid", "gewicht", "alpha_zonder"))
    assert np.isnan([toets[n]["waarde"] for n in ("alpha", "foutverhouding", "scheefheid", "welving")]).all()
    een = stats.test_statistics(np.array([[1.0, 0.0]]))
    assert np.isnan(een["sd"]["waarde"]) and np.isnan(een["alpha"]["laag"])


def test_every_figure_lies_inside_its_interval():
    for uit in (stats.item_statistics(lsat6(), EEN), stats.test_statistics(lsat6())):
        for naam, s in uit.items():
            assert (np.asarray(s["laag"]) < s["waarde"]).all() and (np.asarray(s["hoog"]) > s["waarde"]).all(), naam


def test_intervals_of_weight_and_efficiency_agree_with_a_bootstrap():
    """Delta method and Fisher's z against 400 resamples of LSAT6: the same width within a fifth."""
    x, rng = lsat6(), np.random.default_rng(7)
    for functie in (stats.effective_weight, stats.discriminative_efficiency):
        trekking = np.array([functie(x[rng.integers(0, len(x), len(x))])["waarde"] for _ in range(400)])
        breedte = np.diff(np.quantile(trekking, [0.025, 0.975], axis=0), axis=0)[0]
        onze = functie(x)
        assert (onze["hoog"] - onze["laag"]) == pytest.approx(breedte, rel=0.2)
