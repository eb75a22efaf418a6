"""`leerlijn grade` and `nbgrader autograde` give the same gradebook, row for row, whatever was handed in and whatever a teacher did."""

import json
import shutil
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leerlijn import grade

from .cijfers import copy, extend, hand_over, judge, notebooks, rows
from .keten import GOED, MODULE, released

WIE = ("a", "b", "c")
ITEMS = list(GOED)
RAAR = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["delen", "deur", "huil", "verdriet", "zwijgen"])),
    lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=3), s, max_size=2),
    max_leaves=4,
)
ECHT = st.fixed_dictionaries(
    {},
    optional={
        "toets-overleg": st.sampled_from(["delen", "zwijgen", "wachten", ""]) | RAAR,
        "toets-feiten": st.lists(st.sampled_from(["deur", "huil", "verdriet"]), max_size=3) | RAAR,
        "toets-open": st.text(max_size=30) | RAAR,
        "onbekend": RAAR,
    },
)
WERK = st.one_of(ECHT, ECHT.map(lambda d: json.dumps({"v": 1, "item": "toets-overleg", "antwoord": d}) + "\n[1]\n\x00"), st.text(max_size=20))
DAG = st.integers(28, 31).map(lambda d: f"2029-12-{d} 22:59:59.000000 UTC") | st.integers(1, 5).map(lambda d: f"2030-01-0{d} 10:00:00.250000 UTC")
OORDEEL = st.fixed_dictionaries(
    {"needs_manual_grade": st.booleans()},
    optional={"manual_score": st.sampled_from([0.0, 1.5, 3.0]), "extra_credit": st.sampled_from([0.5, 1.0]), "manual_comment": st.just("Goed gezien.")},
)


@pytest.fixture(scope="module")
def paar(tmp_path_factory):
    """The same released course twice: one graded by nbgrader, one by us."""
    tmp = tmp_path_factory.mktemp("gelijk")
    with released(tmp) as k:
        shutil.copy(k.grading / "gradebook.db", tmp / "leeg.db")
        yield k, copy(k, tmp / "ons"), tmp / "leeg.db"


def book(k):
    return f"sqlite:///{k.grading}/gradebook.db"


def both(paar, force):
    nb, ons, _ = paar
    api = nb.api()
    for student in sorted(p.name for p in (nb.grading / "submitted").iterdir()):
        uitkomst = api.autograde(MODULE, student, force=force)
        assert uitkomst["success"], uitkomst
    (verslag,) = grade.run(ons.root, [MODULE], ophalen=False, opnieuw=force)
    assert verslag.mislukt == []


def same(paar, force):
    nb, ons, _ = paar
    links, rechts = rows(book(nb)), rows(book(ons))
    if not force:  # nbgrader lets an old deduction stand when a teacher gave points since; we reckon it anew
        for kant in (links, rechts):
            for rij in kant["submitted_notebook"].values():
                rij.pop("late_submission_penalty")
    assert links == rechts
    assert notebooks(nb.grading) == notebooks(ons.grading)


@settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(*[st.tuples(WERK, DAG)] * 3),
    st.lists(st.tuples(st.sampled_from(WIE), st.sampled_from(ITEMS), OORDEEL), max_size=4),
    st.dictionaries(st.sampled_from(WIE), WERK, max_size=2),
    st.sampled_from([0, 0.1, 0.5]),
    st.booleans(),
    st.dictionaries(st.sampled_from(WIE), st.sampled_from([timedelta(hours=36), timedelta(days=4)]), max_size=2),
)
def test_same_rows(paar, werk, oordelen, nog_eens, aftrek, force, uitstel):
    for k in paar[:2]:
        k.beleid(inleveren_tot={MODULE: "2029-12-31"}, aftrek_per_dag=aftrek)
        for map_ in ("submitted", "autograded", ".nakijken"):
            shutil.rmtree(k.grading / map_, ignore_errors=True)
        shutil.copy(paar[2], k.grading / "gradebook.db")
        for wie, (antwoorden, tijd) in zip(WIE, werk):
            hand_over(k, wie, antwoorden, tijd)
    both(paar, False)
    same(paar, True)
    for k in paar[:2]:
        for wie, item, waarden in oordelen:
            judge(book(k), wie, item, **waarden)
        for wie, extra in uitstel.items():
            extend(book(k), wie, extra)
        for wie, antwoorden in nog_eens.items():
            hand_over(k, wie, antwoorden, "2030-01-06 09:00:00.000000 UTC")
    both(paar, force)
    same(paar, force)


def test_a_later_stock_autograde_changes_nothing(paar):
    """On our gradebook and our folders: nbgrader finds its own work."""
    nb, ons, leeg = paar
    shutil.copy(leeg, ons.grading / "gradebook.db")
    shutil.rmtree(ons.grading / ".nakijken", ignore_errors=True)
    hand_over(ons, "a", GOED, "2030-01-02 10:00:00.000000 UTC")
    grade.run(ons.root, [MODULE], ophalen=False, opnieuw=True)
    judge(book(ons), "a", "toets-open", manual_score=2.0, needs_manual_grade=False, manual_comment="Kort.")
    grade.run(ons.root, [MODULE], ophalen=False, opnieuw=True)
    voor = rows(book(ons))
    for student in sorted(p.name for p in (ons.grading / "submitted").iterdir()):
        assert (uitkomst := ons.api().autograde(MODULE, student, force=True))["success"], uitkomst
    assert rows(book(ons)) == voor
