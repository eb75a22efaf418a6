"""Small numbers are hidden, and can't be worked out from what is left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerlijn import report_grens as grens


@pytest.mark.parametrize("rij, uit", [
    ([12, 8, 0], [12, 8, 0]),
    ([12, 3, 0], ["5+", "<5", 0]),  # else 15 in all minus 12 is 3
    ([20, 6, 3], [20, "5+", "<5"]),
    ([20, 2, 3], [20, "<5", "<5"]),
    ([20, 1, 1], ["5+", "<5", "<5"]),  # 2 in all: each is 1
    ([20, 9, 4, 4], [20, "5+", "<5", "<5"]),  # 8 in all: each is 4
    ([20, 5, 1], ["5+", "5+", "<5"]),  # 6 in all, of which at least 5
    ([3, 0, 0], ["<5", 0, 0]),
    ([0, 0], [0, 0]),
])
def test_hide(rij, uit):
    assert grens.hide(rij) == uit


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_no_small_number_can_be_worked_out(rij):
    uit = grens.hide(rij)
    assert not any(isinstance(u, int) and 0 < u < grens.KLEIN for u in uit)
    verborgen = [u for u in uit if isinstance(u, str)]
    kan = [range(1, grens.KLEIN) if u == grens.MINDER else range(grens.KLEIN, 400) for u in verborgen]
    minst, meest = sum(k[0] for k in kan), sum(k[-1] for k in kan)
    som = sum(r for r, u in zip(rij, uit) if isinstance(u, str))
    assert minst < som < meest or not verborgen or len(verborgen) == sum(r > 0 for r in rij)  # one way only, unless nothing is left to hide
    assert len(verborgen) != 1 or sum(r > 0 for r in rij) == 1
    assert all((u == 0) == (r == 0) for u, r in zip(uit, rij))


def test_one():
    assert [grens.one(n) for n in (0, 1, 4, 5, 9)] == [0, "<5", "<5", 5, 9]


@pytest.mark.parametrize("n, woord", [(4, "te klein"), (9, "Cijfers per vraag"), (29, "brede marges"), (99, "niet als bewijs"), (100, None)])
def test_a_small_group_is_told(n, woord):
    zinnen = " ".join(grens.warnings(n))
    assert woord in zinnen if woord else zinnen == ""
