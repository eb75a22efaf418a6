"""The search index: Dutch word forms, what is in it and what is not, and that lunr's own reader understands it."""

import json

import pytest
from lunr.index import Index

from leerlijn import build, search, serve_text


def _doc(nr, titel, tekst, soort="les"):
    return {"id": f"d{nr}", "soort": soort, "titel": titel, "tekst": tekst, "url": f"les#{nr}"}


def _vind(register, *woorden):
    """Titles found by the stems of these words, best first."""
    index = Index.load(register["index"])
    stammen = [search.stem(w) for w in woorden]
    hits = index.query(_vraag(index, stammen))
    return [register["documenten"][int(h["ref"])]["titel"] for h in hits]


def _vraag(index, stammen):
    q = index.create_query()
    for s in stammen:
        q.term(s, use_pipeline=False)
    return q


@pytest.mark.parametrize(
    "een, ander",
    [
        ("signaal", "signalen"),
        ("stap", "stappen"),
        ("brief", "brieven"),
        ("huis", "huizen"),
        ("grens", "grenzen"),
        ("gesprek", "gesprekken"),
        ("vlag", "vlaggen"),
        ("jongere", "jongeren"),
        ("vermoeden", "vermoedens"),
        ("overleg", "overleggen"),
        ("kwetsbaar", "kwetsbare"),
    ],
)
def test_forms_of_a_word_meet(een, ander):
    assert search.stem(een) == search.stem(ander)


@pytest.mark.parametrize("een, ander", [("melden", "meten"), ("groep", "groei"), ("pesten", "post"), ("hulp", "huls")])
def test_other_words_do_not_meet(een, ander):
    assert search.stem(een) != search.stem(ander)


def test_singular_finds_plural():
    register = search.make_index([_doc(1, "Kijken", "Je ziet signalen."), _doc(2, "Praten", "Je praat met de jongere.")])
    assert _vind(register, "signaal") == ["Kijken"]
    assert register["woorden"]["signalen"] == "signal" and "de" not in register["woorden"]


def test_titles_and_terms_come_first():
    register = search.make_index(
        [
            _doc(1, "Een les", "Grooming komt hier een keer langs, naast veel andere woorden over werk."),
            _doc(2, "Grooming", "Iemand die contact zoekt met een minderjarige.", "begrip"),
        ]
    )
    assert _vind(register, "grooming")[0] == "Grooming"


def test_words_without_accents_and_with_hyphens():
    assert search.words("Cliënt in de LVB-zorg, regio’s") == ["client", "lvb-zorg", "lvb", "zorg", "regio's"]


def test_the_same_documents_give_the_same_index():
    docs = [_doc(1, "Kijken", "Je ziet signalen."), _doc(2, "Praten", "Je praat.")]
    assert json.dumps(search.make_index(docs)) == json.dumps(search.make_index(docs))


def test_mistakes_of_the_caller_are_refused():
    with pytest.raises(ValueError, match="d1"):
        search.make_index([_doc(1, "a", "b"), _doc(1, "c", "d")])
    with pytest.raises(ValueError, match="vraag"):
        search.make_index([_doc(1, "a", "b", "vraag")])


@pytest.mark.parametrize(
    "bron, tekst",
    [
        ("Overleg **altijd**. [H-01, H-02] Ook *nu*.", "Overleg altijd. Ook nu."),
        ("- een\n- twee", "een twee"),
        ("![Drie stappen](beeld/x.svg)", "Drie stappen."),
        ("| Stap | Wie |\n|---|---|\n| zien | jij |", "Stap · Wie · zien · jij"),
    ],
)
def test_markdown_to_text(bron, tekst):
    assert search.to_text(bron) == tekst


@pytest.fixture
def gebouwd(voorbeeld):
    return build.build(voorbeeld)


def test_a_built_course(gebouwd):
    docs = search.collect(gebouwd)
    per_soort = {s: [d for d in docs if d["soort"] == s] for s in search.GEWICHT}
    assert all(per_soort.values())
    assert {"voila/render/proef/les.ipynb#overleggen", "voila/render/proef/les.ipynb"} <= {d["url"] for d in per_soort["les"]}
    # A fact leads to the section that uses it.
    assert next(d for d in per_soort["feit"] if d["id"] == "feit:H-01")["url"] == "voila/render/proef/les.ipynb#overleggen"
    geschreven = json.loads((gebouwd / "zoeken.json").read_text("utf-8"))
    assert geschreven.pop("som") and geschreven == json.loads(json.dumps(search.make_index(docs)))


def test_no_test_question_and_no_key_can_be_found(gebouwd):
    """Search is open to every learner at any time; tests are not in it."""
    tekst = (gebouwd / "zoeken.json").read_text("utf-8")
    for bestand in gebouwd.glob("toetsen/*/publiek.json"):
        for item in json.loads(bestand.read_text("utf-8"))["items"]:
            assert item["vraag"].strip() not in tekst
    for bestand in gebouwd.glob("*/oefening-sleutel.json"):
        for sleutel in json.loads(bestand.read_text("utf-8"))["items"].values():
            assert not any(u and u in tekst for u in sleutel["uitleg"].values())


@pytest.mark.parametrize("kop", ["Wat is ‘geen’ bewijs?", "Één keer", "Vlaggen: groen, geel", "***", "Vooraf"])
def test_anchors_are_those_of_the_page(kop):
    assert search.anchor(kop) == serve_text.anchor(kop)


def test_anchors_of_a_lesson_are_those_of_the_page():
    bron = ["# Les\n\n## Vooraf\n\ntekst", "## Vooraf\n\nmeer\n\n### Kijk **goed**, nu\n\nslot"]
    pagina = serve_text.PageText([], lambda url, alt: "")
    for b in bron:
        pagina.cell(b)
    nb = {"cells": [{"cell_type": "markdown", "source": [b]} for b in bron]}
    docs = search._lesson({"id": "m", "les": "m/les.ipynb", "titel": "Les"}, nb, {})
    assert {d["url"].partition("#")[2] for d in docs} - {""} == {a for n, a, _ in pagina.koppen if n > 1}
