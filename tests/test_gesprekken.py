"""The branching conversations of the course as wholes: they end well and badly, each for a reason that is told, and never punish an honest doubt."""

from __future__ import annotations

from collections import Counter

import pytest

from leerlijn import check_casus, content
from tests.conftest import ROOT

INHOUD = content.read(ROOT)[0]
GESPREKKEN = {c.id: c for c in INHOUD.casussen.values() if c.vorm == "gesprek"}
GRAFEN = {naam: check_casus.staten(c.model_dump(mode="json"))[0] for naam, c in GESPREKKEN.items()}


def paden(naam: str) -> Counter:
    """How many different paths lead to each end; states are counted from the ends backwards, for there are no circles."""
    graaf, geteld = GRAFEN[naam], {}
    stapel = [(next(iter(graaf)), False)]
    while stapel:
        staat, klaar = stapel.pop()
        if klaar:
            geteld[staat] = sum((geteld[v] for _, v in graaf[staat]), Counter()) if graaf[staat] else Counter({staat[0]: 1})
        elif staat not in geteld:
            stapel += [(staat, True), *((v, False) for _, v in graaf[staat])]
    return geteld[next(iter(graaf))]


def test_many_paths_end_well_and_many_badly():
    aantal, eindes = Counter(), Counter()
    for naam, casus in GESPREKKEN.items():
        for knoop, n in paden(naam).items():
            aantal[casus.knopen[knoop].einde] += n
            eindes[casus.knopen[knoop].einde] += 1
    print(f"{len(GESPREKKEN)} gesprekken; paden: {dict(aantal)}; verschillende eindes: {dict(eindes)}")
    assert min(aantal[e] for e in ("goed", "wisselend", "zorgelijk")) >= 20
    # Different stories, and not twenty ways to the same last page.
    assert sum(eindes.values()) >= 40 and eindes["goed"] >= 12 and eindes["zorgelijk"] >= 12


@pytest.mark.parametrize("naam", GESPREKKEN)
def test_a_conversation_can_end_in_three_ways(naam):
    casus = GESPREKKEN[naam]
    assert {casus.knopen[k].einde for k in paden(naam)} == {"goed", "wisselend", "zorgelijk"}


@pytest.mark.parametrize("naam", GESPREKKEN)
def test_every_end_says_why_and_rests_on_facts(naam):
    for ident, knoop in GESPREKKEN[naam].knopen.items():
        if knoop.einde:
            assert len(knoop.uitleg.split()) >= 12 and knoop.bron, ident


@pytest.mark.parametrize("naam", GESPREKKEN)
def test_whoever_makes_no_mistake_never_ends_badly(naam):
    """From the start, and from every state that was reached with sound choices only."""
    zonder_fout = check_casus.tot_einde(GESPREKKEN[naam], GRAFEN[naam], "zorgelijk", fouten=False)
    assert next(iter(GRAFEN[naam])) not in zonder_fout


@pytest.mark.parametrize("naam", GESPREKKEN)
def test_after_an_honest_doubt_a_good_end_stays_in_reach(naam):
    casus, graaf = GESPREKKEN[naam], GRAFEN[naam]
    goed = check_casus.tot_einde(casus, graaf, "goed")
    twijfels = {(knoop, k.id): k for knoop, inhoud in casus.knopen.items() for k in inhoud.keuzes if k.twijfel}
    assert twijfels
    for staat, zetten in graaf.items():
        for keuze, volgende in zetten:
            if k := twijfels.get((staat[0], keuze)):
                assert k.punten >= 1 and casus.knopen[volgende[0]].einde != "zorgelijk"
                assert volgende in goed or staat not in goed
