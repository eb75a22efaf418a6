"""Reading a course: all problems in one run, each with its file and line."""

import pytest

from leerlijn import content
from leerlijn.errors import ContentError


def vervang(map_, bestand, oud, nieuw):
    pad = map_ / bestand
    tekst = pad.read_text(encoding="utf-8")
    assert tekst.count(oud) >= 1
    pad.write_text(tekst.replace(oud, nieuw, 1), encoding="utf-8")
    return tekst[: tekst.index(oud)].count("\n") + 1


def test_the_tiny_course_reads_whole(inhoud):
    assert [m.id for m in inhoud.modules] == ["proef", "later"]
    assert len(inhoud.items["proef"]) == 12 and {i.soort for i in inhoud.items["proef"]} == {
        "een-goed", "meer-goed", "volgorde", "koppel", "vlaggen", "signalen", "oordeel", "open", "zin"}
    assert set(inhoud.casussen) == {"gesprek-met-bo", "week-van-sam"}
    assert inhoud.items["proef"][0].zekerheid is True


def test_place_of_an_object_and_of_a_field(inhoud):
    bestand, regel = inhoud.plaats("eerst-overleggen", ("opties", 1, "uitleg"))
    tekst = (inhoud.root / bestand).read_text().splitlines()
    assert tekst[regel - 1].strip().startswith("uitleg: Zekerheid komt")
    assert inhoud.plaats("bestaat-niet") == ("?", 1)


FOUTEN = [
    ("quizzes/proef.yaml", "    zekerheid: ja", "    zekerhied: ja", "model-onbekend-veld", "zekerheid"),
    ("quizzes/proef.yaml", "soort: een-goed", "soort: eengoed", "model-keuze", "een-goed"),
    ("quizzes/proef.yaml", "        uitleg: Samen zie je meer dan alleen.\n", "", "model-ontbreekt", "uitleg"),
    ("quizzes/proef.yaml", "goed: ja", "goed: misschien", "model-ja-nee", "ja of nee"),
    ("quizzes/proef.yaml", "bron: [H-01]", "bron: [H1]", "model-vorm", "H-21"),
    ("quizzes/proef.yaml", "punten: 2", "punten: veel", "model-getal", "getal"),
    ("quizzes/proef.yaml", "bron: [H-01]", "bron: []", "model-te-kort", "minstens 1"),
    ("quizzes/proef.yaml", "module: proef", "module: anders", "module-naam", "module: proef"),
    ("casuistiek/gesprek-met-bo.yaml", "id: gesprek-met-bo", "id: gesprek-met-co", "casus-naam", "gesprek-met-co.yaml"),
    ("casuistiek/gesprek-met-bo.yaml", "vorm: gesprek\n", "", "model-ontbreekt", "vorm"),
    ("source_material/feiten/proef.yaml", "2020-01-01", "ooit", "model-datum", "2027"),
    ("quizzes/proef.yaml", "  - id: feit-of-duiding", "  - id: eerst-overleggen", "dubbele-id", "nieuwe id"),
    ("modules/cursus.yaml", "studielast: 20", "studielast: 0", "model-getal", "meer dan"),
]


@pytest.mark.parametrize("bestand, oud, nieuw, code, woord", FOUTEN, ids=[f"{f[3]}-{i}" for i, f in enumerate(FOUTEN)])
def test_one_mistake_gives_one_message(voorbeeld, bestand, oud, nieuw, code, woord):
    vervang(voorbeeld, bestand, oud, nieuw)
    _, fouten = content.read(voorbeeld)
    assert [f.code for f in fouten] == [code]
    assert fouten[0].bestand == bestand and woord in fouten[0].wat + fouten[0].herstel


def test_line_is_that_of_the_mistake(voorbeeld):
    regel = vervang(voorbeeld, "quizzes/proef.yaml", "punten: 4", "punten: vier")
    assert content.read(voorbeeld)[1][0].regel == regel


def test_all_problems_in_one_run(voorbeeld):
    vervang(voorbeeld, "quizzes/proef.yaml", "soort: een-goed", "soort: eengoed")
    vervang(voorbeeld, "casuistiek/week-van-sam.yaml", "titel:", "tietel:")
    (voorbeeld / "modules/01-proef/les.ipynb").write_text("{")
    codes = {f.code for f in content.read(voorbeeld)[1]}
    assert {"model-keuze", "model-onbekend-veld", "model-ontbreekt", "notebook-vorm"} <= codes
    with pytest.raises(ContentError, match="quizzes/proef.yaml:"):
        content.load(voorbeeld)


def test_a_course_without_a_list_says_so(tmp_path):
    assert content.read(tmp_path)[1][0].bestand == "modules/cursus.yaml"
