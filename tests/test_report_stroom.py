"""Ways through a case: whoever knows what goes in and out of every stop can't work out a small number, however they add and subtract."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from leerlijn import report_grens as grens
from leerlijn import report_stroom as stroom


def test_a_stop_that_nearly_all_come_to_tells_of_who_does_not():
    s = stroom.hide("a", 40, [("a", "b", 38), ("a", "c", 2), ("b", "einde", 38), ("c", "einde", 2)])
    assert s.wegen == ["5+", "<5", "5+", "<5"] and s.knopen == {"a": 40, "b": "5+", "c": "<5", "einde": "5+"}


def test_a_small_number_far_from_what_would_give_it_away():
    """3 of 33 came to x another way; after x the two shown numbers add up to 33."""
    wegen = [("a", "x", 30), ("a", "b", 10), ("b", "x", 3), ("b", "y", 7), ("x", "p", 20), ("x", "q", 13)]
    s = stroom.hide("a", 40, wegen)
    assert s.wegen[2] == "<5" and s.knopen["x"] == "5+" and "5+" in s.wegen[4:] and s.wegen != [a for *_, a in wegen]


def test_large_numbers_and_one_way_are_shown():
    wegen = [("a", "b", 20), ("a", "c", 20), ("b", "d", 20), ("c", "d", 20)]
    s = stroom.hide("a", 40, wegen)
    assert s.wegen == [20] * 4 and s.knopen == {"a": 40, "b": 20, "c": 20, "d": 40}
    assert stroom.hide("a", 6, [("a", "b", 6)]).wegen == [6] and stroom.hide("a", 6, []).knopen == {"a": 6}


VORM = [("a", "b"), ("a", "c"), ("b", "c"), ("b", "d"), ("c", "d"), ("c", "e")]  # which stops a way joins


def getoond(n, aantal):
    wegen = [(*v, a) for v, a in zip(VORM, aantal) if a]
    s = stroom.hide("a", n, wegen)
    alle = iter(s.wegen)
    return tuple(next(alle) if a else 0 for a in aantal), tuple(sorted((k, v) for k, v in s.knopen.items()))


def past(n, aantal, beeld):
    """Whether these numbers could lie behind what is shown. Written apart from the code: by trying."""
    wegen, knopen = beeld
    goed = all(w == a if isinstance(w, int) else 0 < a < 5 if w == grens.MINDER else a >= 5 for w, a in zip(wegen, aantal))
    for k, v in knopen:
        erin = n if k == "a" else sum(a for (_, naar), a in zip(VORM, aantal) if naar == k)
        eruit = sum(a for (van, _), a in zip(VORM, aantal) if van == k)
        goed &= (v == erin if isinstance(v, int) else 0 < erin < 5 if v == grens.MINDER else erin >= 5) and (erin == eruit or not any(a for (van, _), a in zip(VORM, aantal) if van == k))
    return goed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 1), min_size=3, max_size=3), min_size=5, max_size=18))
def test_each_small_number_could_be_another(keuzes):
    n, aantal = len(keuzes), [0] * 6
    for een, twee, drie in keuzes:
        aantal[een] += 1
        if een == 0:
            aantal[2 + twee] += 1
        if een == 1 or twee == 0:
            aantal[4 + drie] += 1
    beeld = getoond(n, aantal)
    assert past(n, aantal, beeld)
    klein = [i for i, a in enumerate(aantal) if grens.small(a)]
    assert all(beeld[0][i] == grens.MINDER for i in klein)
    assume(klein and any(isinstance(w, int) and w for w in beeld[0]))  # else all is hidden that can be
    waarden = {i: set() for i in klein}
    for ab, bc, ce in product(range(n + 1), repeat=3):
        for cd in range(n + 1):
            ander = [ab, n - ab, bc, ab - bc, cd, ce]
            if min(ander) >= 0 and n - ab + bc == cd + ce and [bool(x) for x in ander] == [bool(x) for x in aantal] and past(n, ander, beeld):
                for i in klein:
                    waarden[i].add(ander[i])
    assert all(len(w) > 1 for w in waarden.values()), (aantal, beeld, waarden)


@pytest.mark.parametrize("n", [5, 40])
def test_nothing_left_to_hide(n):
    """One learner went another way, on one road only: all is hidden, and it ends."""
    assert stroom.hide("a", n, [("a", "b", n - 1), ("a", "c", 1)]).wegen == [grens.MINDER if n - 1 < 5 else grens.MEER, grens.MINDER]
