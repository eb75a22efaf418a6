"""The public part holds nothing that gives an answer away."""

import json

import pytest

from leerlijn import split

GEHEIM = ("goed", "uitleg", "paren", "signaal", "signalen", "oordeel", "voorbeeld", "voorbeelden", "criteria", "vlag", "reactie", "bron", "rechts_van")


def _sleutels(data):
    if isinstance(data, dict):
        return set(data) | set().union(*map(_sleutels, data.values())) if data else set()
    return set().union(*map(_sleutels, data)) if isinstance(data, list) and data else set()


@pytest.mark.parametrize("soort", ["een-goed", "meer-goed", "volgorde", "koppel", "vlaggen", "signalen", "oordeel", "open", "zin"])
def test_public_part_by_kind(items, soort):
    for item in (i for i in items.values() if i.soort == soort):
        publiek = split.public_item(item)
        assert not _sleutels(publiek) & set(GEHEIM)
        tekst = json.dumps(publiek, ensure_ascii=False)
        for uitleg in split.key_item(item)["uitleg"].values():
            assert not uitleg or uitleg not in tekst


def test_order_of_the_public_part_is_not_the_authors(items):
    stappen = [s["id"] for s in split.public_item(items["stappen-van-overleg"])["stappen"]]
    assert sorted(stappen) == sorted(s.id for s in items["stappen-van-overleg"].stappen)
    assert stappen == [s["id"] for s in split.public_item(items["stappen-van-overleg"])["stappen"]]


def test_a_new_secret_field_stays_secret(items):
    """The allow-list: what split does not name does not get out."""
    item = items["eerst-overleggen"].model_copy(update={"nieuw_geheim": "x"})
    assert "nieuw_geheim" not in split.public_item(item)


def test_key_has_an_explanation_for_every_part(items):
    for item in items.values():
        sleutel = split.key_item(item)
        assert set(sleutel["bron"]) >= set(item.bron)
        for deel in sleutel.get("opties", sleutel.get("fragmenten", sleutel.get("volgorde", []))):
            assert sleutel["uitleg"][deel]


def test_public_case_has_no_nodes_and_no_signals(inhoud):
    gesprek = split.public_case(inhoud.casussen["gesprek-met-bo"])
    assert "knopen" not in gesprek and "start" not in gesprek
    assert not _sleutels(split.public_case(inhoud.casussen["week-van-sam"])) & set(GEHEIM)
