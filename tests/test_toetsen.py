"""Nobody passes a test by a trick: whoever always takes the longest, the shortest or the first option does no better than chance would.

Nor whoever goes by the form of an option: how many sentences it has, whether it asks something, whether it gives a reason."""

from __future__ import annotations

import math
import re

import pytest

from leerlijn import content, score, split
from leerlijn.widget import lees
from tests.conftest import ROOT

INHOUD = content.read(ROOT)[0]
MODULES = [m.id for m in INHOUD.modules if any(i.gebruik == "toets" for i in INHOUD.items.get(m.id, []))]
ZICHTBAAR = 0.9  # an option has to be a tenth shorter than the next before a reader sees it


def _langste(item) -> float:
    return _punten(item, max(item.opties, key=lambda o: len(o.tekst)).id)


def _kortste(item) -> float:
    eerste, tweede = sorted(item.opties, key=lambda o: len(o.tekst))[:2]
    return _punten(item, eerste.id) if len(eerste.tekst) <= ZICHTBAAR * len(tweede.tekst) else _kans(item)[0]


def _meeste(patroon: str, teken: int = 1):
    """Takes the option in which `patroon` occurs most (teken 1) or least (-1); among equals, any."""

    def kies(item) -> float:
        aantal = {o.id: teken * len(re.findall(patroon, o.tekst)) for o in item.opties}
        beste = [o for o, n in aantal.items() if n == max(aantal.values())]
        return sum(_punten(item, o) for o in beste) / len(beste)

    return kies


KIEZEN = {
    "langste": _langste,
    "zichtbaar kortste": _kortste,
    "meeste zinnen": _meeste(r"[.?!](?=\s|[\"']|$)"),
    "een vraag": _meeste(r"\?"),
    "zonder reden": _meeste(r"\b(?:want|zodat|omdat)\b", -1),
}
DEELNEMERS = 300


def _keuzevragen(module):
    return [i for i in INHOUD.items[module] if i.gebruik == "toets" and i.soort in ("een-goed", "meer-goed") and not i.vervallen]


def _punten(item, optie) -> float:
    antwoord = [optie] if item.soort == "meer-goed" else optie
    return score.score(split.key_item(item), antwoord).credit


def _kans(item) -> tuple[float, float]:
    """Mean and variance of the credit of one option taken blindly."""
    mogelijk = [_punten(item, o.id) for o in item.opties]
    gemiddeld = sum(mogelijk) / len(mogelijk)
    return gemiddeld, sum((m - gemiddeld) ** 2 for m in mogelijk) / len(mogelijk)


@pytest.mark.parametrize("truc", KIEZEN)
@pytest.mark.parametrize("module", MODULES)
def test_a_trick_earns_no_more_than_chance(module, truc):
    """One standard deviation above blind choice is the limit: what chance itself gives one time in six."""
    vragen = _keuzevragen(module)
    assert len(vragen) >= 6
    behaald = sum(KIEZEN[truc](i) for i in vragen)
    kans = [_kans(i) for i in vragen]
    verwacht, spreiding = sum(k[0] for k in kans), math.sqrt(sum(k[1] for k in kans))
    regel = f"{module}, {truc}: {behaald:.1f} van {len(vragen)} punten; blind kiezen geeft {verwacht:.1f} (spreiding {spreiding:.1f})"
    print(regel)
    assert behaald <= verwacht + spreiding, regel


@pytest.mark.parametrize("module", MODULES)
def test_the_first_option_on_the_page_earns_what_chance_gives(module):
    """Every learner has an own order of options; over many learners the first one is as good as any."""
    vragen = _keuzevragen(module)
    publiek = {i.id: split.public_item(i)["opties"] for i in vragen if not i.vaste_volgorde}
    los = [i for i in vragen if i.id in publiek]
    totaal = sum(_punten(i, lees.shuffled(f"deelnemer-{n}", i.id, publiek[i.id])[0]["id"]) for n in range(DEELNEMERS) for i in los)
    kans = [_kans(i) for i in los]
    verwacht, spreiding = sum(k[0] for k in kans), math.sqrt(sum(k[1] for k in kans) / DEELNEMERS)
    regel = f"{module}, eerste op de pagina: {totaal / DEELNEMERS:.2f} van {len(los)} punten; blind kiezen geeft {verwacht:.2f}"
    print(regel)
    assert abs(totaal / DEELNEMERS - verwacht) <= 4 * spreiding, regel


@pytest.mark.parametrize("module", MODULES)
def test_half_or_more_of_a_test_is_about_a_situation(module):
    toets = [i for i in INHOUD.items[module] if i.gebruik == "toets"]
    assert sum(i.niveau != "weten" for i in toets) * 2 >= len(toets)
