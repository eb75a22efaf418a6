"""Walks through a conversation."""

import random

from hypothesis import given
from hypothesis import strategies as st

from leerlijn import casus, content, split
from tests.conftest import VOORBEELD

BO = split.key_case(content.load(VOORBEELD).casussen["gesprek-met-bo"])


def test_a_walk_is_replayed():
    s = casus.stand(BO, [["begin", "vertel"], ["verder", "samen"]])
    assert s.klaar and s.knoop == "einde-samen" and s.punten == 4 and s.gezet == {"feiten"}


def test_what_was_said_before_matters_later():
    assert [k["id"] for k in casus.stand(BO, [["begin", "niets"], ["twijfel", "toch"]]).keuzes] == ["vragen"]
    assert [k["id"] for k in casus.stand(BO, [["begin", "vertel"]]).keuzes] == ["samen", "vragen"]


def test_best_path_is_the_maximum():
    punten, pad, eind = casus.beste_pad(BO)
    assert (punten, eind) == (4, "einde-samen") and casus.stand(BO, pad).punten == 4


def test_an_impossible_step_ends_the_replay_and_keeps_what_was_good():
    s = casus.stand(BO, [["begin", "niets"], ["twijfel", "samen"], ["verder", "vragen"]])
    assert s.knoop == "twijfel" and s.pad == [("begin", "niets")]


@given(st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda k: st.lists(k, max_size=4), max_leaves=10))
def test_any_record_can_be_replayed(stappen):
    assert casus.stand(BO, stappen).knoop in BO["knopen"]


@given(st.integers())
def test_no_walk_beats_the_best(seed):
    kies, stappen = random.Random(seed), []
    while not (s := casus.stand(BO, stappen)).klaar:
        stappen.append((s.knoop, kies.choice(s.keuzes)["id"]))
    assert s.punten <= casus.beste_pad(BO)[0]
