"""Scoring: a table per kind, and for anything at all a credit between 0 and 1."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leerlijn import content, score, split
from tests.conftest import VOORBEELD

SLEUTELS = {i.id: split.key_item(i) for i in content.load(VOORBEELD).items["proef"]}
GROEN = {c: "groen" for c in (*split.CRITERIA, "vlag")}

TABEL = [
    ("eerst-overleggen", "collega", 1),
    ("eerst-overleggen", "wachten", 0),
    ("feit-of-duiding", ["laat", "stil"], 1),
    ("feit-of-duiding", ["laat"], 0.5),
    ("feit-of-duiding", ["laat", "boos"], 0),
    ("feit-of-duiding", ["boos", "dwars"], 0),
    ("feit-of-duiding", ["laat", "stil", "boos", "dwars"], 0),
    ("stappen-van-overleg", ["zien", "delen", "besluiten"], 1),
    ("stappen-van-overleg", ["delen", "zien", "besluiten"], 1 / 3),
    ("stappen-van-overleg", ["besluiten", "delen", "zien"], 0),
    ("wie-doet-wat", {"af": "meedenken", "tl": "rooster", "jij": "verslag"}, 1),
    ("wie-doet-wat", {"af": "meedenken", "tl": "koffie"}, 1 / 3),
    ("samen-naar-de-film", GROEN, 1),
    ("samen-naar-de-film", GROEN | {"impact": "geel"}, 6.5 / 7),
    ("samen-naar-de-film", GROEN | {"impact": "rood"}, 6 / 7),
    ("verslag-lezen", ["telefoon", "moe"], 1),
    ("verslag-lezen", ["telefoon", "moe", "school"], 0.5),
    ("verslag-lezen", ["school"], 0),
    ("wat-past", {"bespreken": 5, "negeren": 2, "opschrijven": 5}, 1),
    ("wat-past", {"bespreken": 1, "negeren": 2, "opschrijven": 5}, 2 / 3),
]


@pytest.mark.parametrize("item, antwoord, credit", TABEL)
def test_credit(item, antwoord, credit):
    uitslag = score.score(SLEUTELS[item], antwoord)
    assert uitslag.status == "beantwoord" and math.isclose(uitslag.credit, credit)


@pytest.mark.parametrize("item", SLEUTELS)
@pytest.mark.parametrize("leeg", [None, "", [], {}])
def test_unanswered_is_not_wrong(item, leeg):
    assert score.score(SLEUTELS[item], leeg) == score.ONBEANTWOORD


RAAR = [True, 1, 10**400, float("nan"), float("inf"), "onbekend", ["onbekend"], ["laat", "laat"], {"af": "onbekend"}, {"bespreken": True},
        {"bespreken": 6}, {"bespreken": 5.0}, [["laat"]], [None], {"toestemming": "paars"}, ["zien"], b"x", object(), "x" * 100_000, {"af": ["meedenken"]}]


@pytest.mark.parametrize("item", SLEUTELS)
@pytest.mark.parametrize("raar", RAAR, ids=range(len(RAAR)))
def test_what_cannot_be_read_earns_nothing_and_is_said(item, raar):
    if SLEUTELS[item]["soort"] in ("open", "zin") and isinstance(raar, str) and len(raar) <= score.MAX_TEKST:
        return
    assert score.score(SLEUTELS[item], raar) == score.ONLEESBAAR


json_achtig = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["collega", "laat", "zien", "af", "vlag", "groen", "meedenken"]),
    lambda k: st.lists(k, max_size=6) | st.dictionaries(st.sampled_from(["af", "tl", "toestemming", "vlag", "bespreken", "x"]), k, max_size=6), max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SLEUTELS)), json_achtig)
def test_any_answer_gives_a_credit_between_0_and_1(item, antwoord):
    uitslag = score.score(SLEUTELS[item], antwoord)
    assert 0 <= uitslag.credit <= 1 and uitslag.status in ("beantwoord", "onbeantwoord", "onleesbaar")
    terug = score.feedback(SLEUTELS[item], antwoord, {})
    assert 0 <= terug["credit"] <= 1


@given(st.permutations(["zien", "delen", "besluiten"]))
def test_order_only_the_right_one_is_full(volgorde):
    assert (score.score(SLEUTELS["stappen-van-overleg"], volgorde).credit == 1) == (volgorde == ["zien", "delen", "besluiten"])


def test_certainty_points():
    assert [[score.certainty_points(z, g) for z in (1, 2, 3)] for g in (True, False)] == [[1, 2, 3], [0, -2, -6]]


def test_feedback_names_hits_misses_and_false_alarms():
    delen = {d["id"]: d["teken"] for d in score.feedback(SLEUTELS["verslag-lezen"], ["telefoon", "school"], {})["delen"]}
    assert delen == {"telefoon": "goed", "moe": "gemist", "school": "fout", "voetbal": "neutraal", "lachen": "neutraal"}


def test_feedback_carries_the_facts_it_rests_on():
    terug = score.feedback(SLEUTELS["eerst-overleggen"], "collega", {"H-01": {"id": "H-01", "stelling": "x"}})
    assert terug["feiten"] == [{"id": "H-01", "stelling": "x"}] and terug["oordeel"] == "goed"
    assert all(d["uitleg"] for d in terug["delen"])
