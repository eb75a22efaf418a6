"""Every kind of item taken apart into choices, with the keys of the real course."""

import pytest

from leerlijn import content, report_keuze, score, split

from .groep import ROOT, Groep


@pytest.fixture(scope="module")
def sleutels():
    inhoud, _ = content.read(ROOT)
    return [split.key_item(i) for rij in inhoud.items.values() for i in rij if i.gebruik == "toets"]


def test_every_kind_has_one_right_choice_a_part(sleutels):
    soorten = set()
    for k in sleutels:
        delen = report_keuze.delen(k)
        soorten.add(k["soort"])
        assert bool(delen) is (k["soort"] != "open"), k["id"]
        for d in delen:
            assert sum(x.goed for x in d.keuzes) == 1 and d.juist >= 0, (k["id"], d.id)
    assert soorten >= {"een-goed", "meer-goed", "volgorde", "koppel", "vlaggen", "signalen", "oordeel", "open"}


def test_the_right_answer_gives_the_right_choices_and_full_credit(sleutels, tmp_path):
    groep = Groep(tmp_path, 1)
    for k in sleutels:
        delen = report_keuze.delen(k)
        if delen:
            antwoord = groep._antwoord(k, 1.0)
            assert score.score(k, antwoord).credit == pytest.approx(1.0), k["id"]
            assert report_keuze.codes(k, antwoord, delen) == [d.juist for d in delen], k["id"]
            assert report_keuze.codes(k, None, delen) == [-1] * len(delen)


def test_a_panel_says_what_is_right():
    k = {"soort": "oordeel", "oordeel": {"bellen": 2, "wachten": 1}, "tekst": {}, "panel": {"leden": 9, "stemmen": {"bellen": [0, 1, 1, 2, 5]}}}
    assert [d.keuzes[d.juist].id for d in report_keuze.delen(k)] == [5, 1]
