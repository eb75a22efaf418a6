"""What comes back when: worked examples of each rule, and what must hold for any practice whatever."""

import time
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerlijn import herhaal
from leerlijn.herhaal import Antwoord, Vraag
from leerlijn.termijn import NEDERLAND

NUL = date(2026, 11, 2)


def op(dag, goed=True, gok=False):
    return Antwoord(NUL + timedelta(dag), goed, gok)


@pytest.mark.parametrize(
    "antwoorden, dag",
    [
        ([op(0)], 3),
        ([op(0, False)], 3),
        ([op(0, False, gok=True)], 3),
        ([op(0), op(3)], 13),
        ([op(0), op(3), op(13), op(43)], 43 + 90),
        ([op(0), op(3), op(13), op(43), op(133)], 133 + 90),
        ([op(0), op(20)], 30),  # later than asked: counted from the answer
        ([op(0, False), op(3)], 6),  # two right in a row before it moves on
        ([op(0, False), op(3), op(6)], 16),
        ([op(0), op(3), op(13, False)], 16),  # wrong: the shortest interval again
        ([op(0), op(3), op(13, False), op(16), op(19)], 29),
        ([op(0), op(3, gok=True)], 6),  # a guess repeats the interval
        ([op(0), op(3), op(13, gok=True)], 23),
        ([op(0, gok=True)], 3),
        ([op(0), op(1), op(2)], 3),  # before its day: no gain
        ([op(0), op(3), op(5, False)], 8),  # but a mistake is one
        ([op(0, False), op(0), op(0)], 3),  # the explanation was in sight
        ([op(0), op(3), op(3, False), op(3, False)], 13),
    ],
)
def test_each_rule(antwoorden, dag):
    assert herhaal.comes_back(antwoorden) == NUL + timedelta(dag)


def test_what_was_never_answered_does_not_come_back():
    with pytest.raises(ValueError):
        herhaal.comes_back([])


rijen = st.lists(st.builds(op, st.integers(0, 400), st.booleans(), st.booleans()), min_size=1, max_size=30)


@given(rijen)
def test_it_always_comes_back_after_the_last_mistake_and_in_time(rij):
    terug = herhaal.comes_back(rij)
    eerste = {}
    for a in rij:
        eerste.setdefault(a.dag, a)
    laatste = max(eerste)
    assert min(eerste) + timedelta(3) <= terug <= laatste + timedelta(herhaal.INTERVALLEN[-1])
    if not eerste[laatste].goed:
        assert terug == laatste + timedelta(herhaal.INTERVALLEN[0])


@given(rijen, st.booleans())
def test_right_before_its_day_and_a_second_try_change_nothing(rij, goed):
    terug, laatste = herhaal.comes_back(rij), max(a.dag for a in rij)
    assert herhaal.comes_back([*rij, Antwoord(laatste, goed)]) == terug
    if laatste + timedelta(1) < terug:
        assert herhaal.comes_back([*rij, Antwoord(laatste + timedelta(1), True)]) == terug


@given(st.integers(1, 12))
def test_who_is_right_each_time_is_asked_less_and_less_often(keer):
    rij, gaten = [op(0)], []
    for _ in range(keer):
        terug = herhaal.comes_back(rij)
        gaten.append((terug - rij[-1].dag).days)
        rij.append(Antwoord(terug, True))
    assert gaten == [*herhaal.INTERVALLEN, *[herhaal.INTERVALLEN[-1]] * keer][:keer]


vragen = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(-40, 10)), max_size=40).map(
    lambda rij: [Vraag(m, f"i{n}", p, NUL + timedelta(d)) for n, (m, p, d) in enumerate(rij)]
)


@given(vragen)
def test_ready_and_later_are_all_there_is(alle):
    klaar = herhaal.due(alle, NUL)
    assert [v.terug for v in klaar] == sorted(v.terug for v in alle if v.terug <= NUL)
    later = [v.terug for v in alle if v not in klaar]
    assert herhaal.next_day(alle, NUL) == (min(later) if later else None)


@given(vragen)
def test_rounds_hold_each_question_once_and_the_oldest_come_first(alle):
    klaar = herhaal.due(alle, NUL)
    rondes = herhaal.rounds(klaar)
    assert [sorted(r, key=klaar.index) for r in rondes] == [klaar[n : n + 8] for n in range(0, len(klaar), 8)]


@given(vragen)
def test_neighbours_differ_as_long_as_that_can_be(alle):
    for ronde in herhaal.rounds(herhaal.due(alle, NUL)):
        telt = Counter(v.module for v in ronde)
        if max(telt.values()) <= (len(ronde) + 1) // 2:
            assert all(a.module != b.module for a, b in zip(ronde, ronde[1:]))
        if len(telt) == 1 and max(Counter(v.plek for v in ronde).values()) <= (len(ronde) + 1) // 2:
            assert all(a.plek != b.plek for a, b in zip(ronde, ronde[1:]))


def test_modules_take_turns_among_what_is_equally_old():
    alle = [Vraag(m, f"{m}{n}", "", NUL) for m in "ab" for n in range(20)]
    assert Counter(v.module for v in herhaal.due(alle, NUL)[:8]) == {"a": 4, "b": 4}


# --- from an answer file ---------------------------------------------------------------------------------------

SLEUTELS = {
    "a": {"soort": "een-goed", "opties": ["ja", "nee"], "goed": ["ja"]},
    "b": {"soort": "koppel", "paren": dict.fromkeys("vwxyz", "r"), "rechts": ["r", "s"]},
    "plan": {"soort": "open"}, "zeg": {"soort": "zin"}, "alleen": {"soort": "een-goed", "opties": ["ja"], "goed": ["ja"]},
}  # fmt: skip
PUBLIEK = {"items": [{"id": i} for i in ("b", "a", "plan", "zeg", "alleen")], "plekken": {"hier": ["a", "b"]}, "alleen_in_les": ["alleen"]}


def om(dag, uur=12):
    """A time of that day in the Netherlands, as an answer file may hold it."""
    return (datetime(NUL.year, NUL.month, NUL.day, uur, tzinfo=NEDERLAND) + timedelta(dag)).isoformat()


NU, LATER = om(0), om(3)


def regel(item, antwoord, t=NU, **extra):
    return {"item": item, "antwoord": antwoord, "t": t, **extra}


def geoefend(*regels, vandaag=NUL, voor=None):
    return herhaal.practised("m", PUBLIEK, SLEUTELS, regels, vandaag, voor)


def test_what_was_practised_comes_back_in_the_order_of_the_module():
    assert geoefend(regel("a", "nee"), regel("b", {"v": "r"})) == [Vraag("m", "b", "hier", NUL + timedelta(3)), Vraag("m", "a", "hier", NUL + timedelta(3))]


@pytest.mark.parametrize("r", [regel("plan", "Ik overleg."), regel("zeg", "Hoe is het?"), regel("alleen", "ja"), regel("weg", "ja"), regel("een-gesprek", [["begin", "keuze"]]),
                               regel("a", ""), regel("a", "bestaat-niet"), regel("a", "ja", None), regel("a", "ja", "gisteren"), {"item": "a", "antwoord": "ja"}])  # fmt: skip
def test_what_does_not_come_back(r):
    assert geoefend(r) == []


@pytest.mark.parametrize("goed, dag", [(5, 13), (4, 13), (3, 6)])
def test_nearly_all_right_is_right(goed, dag):
    half = dict(zip("vwxyz", "r" * goed + "s" * (5 - goed)))
    (v,) = geoefend(regel("b", dict.fromkeys("vwxyz", "r")), regel("b", half, LATER), vandaag=NUL + timedelta(3))
    assert v.terug == NUL + timedelta(dag)


def test_a_guess_is_seen():
    (v,) = geoefend(regel("a", "ja"), regel("a", "ja", LATER, zekerheid=1), vandaag=NUL + timedelta(3))
    assert v.terug == NUL + timedelta(6)


def test_a_clock_that_ran_ahead_does_not_hide_a_question():
    assert geoefend(regel("a", "ja", "2099-01-01T00:00:00Z"))[0].terug == NUL + timedelta(3)


def test_as_it_stood_before_a_day():
    later = regel("a", "ja", LATER)
    assert geoefend(regel("a", "ja"), later, vandaag=NUL + timedelta(3), voor=NUL + timedelta(3))[0].terug == NUL + timedelta(3)
    assert geoefend(later, vandaag=NUL + timedelta(3), voor=NUL + timedelta(3)) == []


@pytest.fixture(params=["Europe/Amsterdam", "UTC", "Pacific/Auckland"])
def ergens(request, monkeypatch):
    """A server in some zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "t, dag",
    [
        ("2026-11-01T22:59:59+00:00", -1), ("2026-11-01T23:00:00+00:00", 0), ("2026-11-02T22:59:59.999+00:00", 0),  # winter
        ("2026-10-24T21:59:59+00:00", -9), ("2026-10-24T22:00:00+00:00", -8), ("2026-10-25T22:59:59+00:00", -8), ("2026-10-25T23:00:00+00:00", -7),  # 25 hours
        ("2027-03-27T23:00:00+00:00", 146), ("2027-03-28T21:59:59+00:00", 146), ("2027-03-28T22:00:00+00:00", 147),  # 23 hours
        ("2028-02-29T12:00:00+00:00", 484), ("2026-11-02T00:30:00+01:00", 0), ("2026-11-02T00:30:00", 0),
    ],
)  # fmt: skip
def test_a_day_ends_at_midnight_in_the_netherlands_wherever_the_server_stands(ergens, t, dag):
    assert herhaal.day(t) == NUL + timedelta(dag)


def test_of_a_file_full_of_tries_only_the_first_of_a_day_is_reckoned(monkeypatch):
    echt, gerekend = herhaal.score.score, []
    monkeypatch.setattr(herhaal.score, "score", lambda *a: gerekend.append(a) or echt(*a))
    (v,) = geoefend(regel("a", ""), *[regel("a", w) for w in ("nee", "ja") * 200], *[regel("a", "ja", LATER)] * 200, vandaag=NUL + timedelta(3))
    assert v.terug == NUL + timedelta(6) and len(gerekend) == 3


@pytest.mark.parametrize("t", [None, 5, [], "", "x", "2026-13-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_is_none(t):
    assert herhaal.day(t) is None or herhaal.day(t).year in (1, 9999)
