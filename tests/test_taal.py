"""The language check for what a learner would say: each rule, and what must not be called wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerlijn import taal


def let_op(tekst):
    return {a["code"] for a in taal.advies(tekst) if a["teken"] == "let-op"}


@pytest.mark.parametrize(
    "tekst, code",
    [
        ("Ik wil graag met jou praten over wat er gisteren in de kamer allemaal is gebeurd.", "zinslengte"),
        ("Hoe was je dag? Wat heb je gedaan?", "vragen"),
        ("Hoe was je dag en wat heb je gedaan?", "vragen"),
        ("Wil je thee, water, melk of sap?", "keuzes"),
        ("Wat is de consequentie?", "woorden"),
        ("Wil je naar de vertrouwenspersoon?", "woorden"),
        ("Zit je niet lekker in je vel?", "beeldspraak"),
        ("Voel jij je onder druk gezet?", "beeldspraak"),
        ("Ik zeg nooit niets.", "ontkenning"),
        ("Dat is niet ongewoon.", "ontkenning"),
        ("Waarom ging je mee?", "verwijt"),
        ("Ik hoor je. " * 15, "omvang"),
    ],
)
def test_what_is_noticed(tekst, code):
    assert code in let_op(tekst)


@pytest.mark.parametrize(
    "tekst",
    [
        "Hoe was je dag?",
        "Wil je thee of water?",
        "Ik heb tijd voor jou. Wil je praten?",
        "Je hoeft niet te antwoorden.",
        "Ik ben niet boos. Je krijgt geen straf.",
        "Dat kun je niet ontdekken.",
        "Vertel maar. Ik luister.",
    ],
)
def test_what_is_good(tekst):
    assert let_op(tekst) == set()
    assert taal.advies(tekst)[0]["teken"] == "goed"


def test_attention_comes_first_and_tells_how():
    uit = taal.advies("Waarom ga je niet naar de vertrouwenspersoon?")
    assert [a["teken"] for a in uit] == sorted((a["teken"] for a in uit), reverse=True)
    assert "'vertrouwenspersoon' (lang woord)" in " ".join(a["tekst"] for a in uit)
    assert "gevolg" in next(a["tekst"] for a in taal.advies("Dat is een consequentie.") if a["code"] == "woorden")


@pytest.mark.parametrize("leeg", ["", "  ", "?!", "😀😀", "123"])
def test_without_words_there_is_no_advice(leeg):
    assert taal.advies(leeg) == []


@pytest.mark.parametrize("woord, aantal", [("huis", 1), ("praten", 2), ("beeldspraak", 2), ("vertrouwenspersoon", 5), ("dag", 1), ("moeilijk", 2)])
def test_syllables(woord, aantal):
    assert taal.lettergrepen(woord) == aantal


@given(st.text(max_size=2000))
def test_any_text_gives_a_list(tekst):
    for a in taal.advies(tekst):
        assert set(a) == {"code", "teken", "tekst"} and a["tekst"]


def test_a_long_text_is_quick():
    import time

    begin = time.monotonic()
    taal.advies("en wat niet, of waarom geen " * 700)
    assert time.monotonic() - begin < 1
