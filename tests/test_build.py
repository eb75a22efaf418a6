"""The two editions: golden output of the tiny course, no test key with the learner, and no answer ever touched."""

import json
import os
from pathlib import Path

import pytest

from leerlijn import answers, build, content, split
from leerlijn.errors import ContentError

from .conftest import ROOT

GOUD = Path(__file__).parent / "voorbeeldcursus_gebouwd"


@pytest.fixture
def gebouwd(voorbeeld):
    return build.build(voorbeeld)


def _bestanden(map_):
    return {p.relative_to(map_).as_posix(): p.read_text(encoding="utf-8") for p in sorted(map_.rglob("*")) if p.is_file()}


def test_learner_edition_is_the_golden_one(gebouwd):
    """To renew after a change on purpose: LEERLIJN_GOUD=1 pytest tests/test_build.py, and read the diff."""
    nu = {n: t for n, t in _bestanden(gebouwd).items() if n != "zoeken.json"}
    if os.environ.get("LEERLIJN_GOUD"):
        for naam, tekst in nu.items():
            (GOUD / naam).parent.mkdir(parents=True, exist_ok=True)
            (GOUD / naam).write_text(tekst, encoding="utf-8")
    assert nu == _bestanden(GOUD)


def test_no_test_key_reaches_the_learner(voorbeeld, gebouwd):
    alles = "\n".join(_bestanden(gebouwd).values())
    toets = [i for i in content.load(voorbeeld).items["proef"] if i.gebruik == "toets"]
    for item in toets:
        for uitleg in split.key_item(item)["uitleg"].values():
            assert not uitleg or uitleg not in alles
    assert not (gebouwd / "sleutels").exists() and "sleutel" not in "".join(n for n in _bestanden(gebouwd) if n.startswith("toetsen/"))


def test_nothing_secret_goes_into_the_nbgrader_source(voorbeeld, gebouwd):
    bron = voorbeeld / "grading" / "source" / "proef"
    assert {p.name for p in bron.iterdir()} == {"toets.ipynb", "publiek.json", "cursus.json"}
    assert '"goed"' not in (bron / "publiek.json").read_text()


def test_keys_are_readable_by_the_teacher_only(voorbeeld, gebouwd):
    sleutel = voorbeeld / "grading" / "sleutels" / "proef.json"
    assert oct(sleutel.stat().st_mode & 0o777) == "0o600"
    data = json.loads(sleutel.read_text())
    assert data["volgorde"] == ["toets-overleg", "toets-feiten", "toets-open"] and set(data["items"]) == set(data["volgorde"])


def test_a_second_build_writes_nothing(voorbeeld, gebouwd):
    eerst = {p: p.stat().st_mtime_ns for p in gebouwd.rglob("*") if p.is_file() and p.name != "zoeken.json"}
    build.build(voorbeeld)
    assert eerst == {p: p.stat().st_mtime_ns for p in eerst}


def test_bad_content_builds_nothing(voorbeeld):
    pad = voorbeeld / "quizzes" / "proef.yaml"
    pad.write_text(pad.read_text().replace("soort: een-goed", "soort: eengoed"))
    with pytest.raises(ContentError):
        build.build(voorbeeld)
    assert not (voorbeeld / "_build").exists() and not (voorbeeld / "grading" / "sleutels").exists()


def test_a_new_edition_keeps_every_answer(voorbeeld, gebouwd, tmp_path):
    cursusmap = tmp_path / "deelnemer"
    assert build.install(gebouwd, cursusmap) > 5
    gemaakt = [cursusmap / "toetsen/proef/antwoorden.jsonl", cursusmap / "prive/proef.jsonl"]
    for pad in gemaakt:
        answers.append(pad, "toets-overleg", "delen")
    (cursusmap / "toetsen/proef/feedback/2026").mkdir(parents=True)
    les = voorbeeld / "modules/01-proef/les.ipynb"
    les.write_text(les.read_text().replace("Van elke soort oefening één.", "Van elke soort oefening precies één."))
    (voorbeeld / "modules/01-proef/beeld/stappen.svg").unlink()
    assert build.install(build.build(voorbeeld), cursusmap) >= 1
    assert "precies één" in (cursusmap / "proef/les.ipynb").read_text()
    assert all(answers.read(p).laatste["toets-overleg"]["antwoord"] == "delen" for p in gemaakt)
    assert (cursusmap / "toetsen/proef/feedback/2026").is_dir()


def test_a_file_that_left_the_course_leaves_the_learners_folder(voorbeeld, gebouwd, tmp_path):
    build.install(gebouwd, tmp_path / "d")
    (gebouwd / "proef/beeld/stappen.svg").unlink()
    build.install(gebouwd, tmp_path / "d")
    assert not (tmp_path / "d/proef/beeld/stappen.svg").exists() and (tmp_path / "d/proef/les.ipynb").exists()


def test_an_edited_course_file_is_put_back(gebouwd, tmp_path):
    build.install(gebouwd, tmp_path / "d")
    (tmp_path / "d/toetsen/proef/publiek.json").write_text("{}")
    assert build.install(gebouwd, tmp_path / "d") == 1
    assert json.loads((tmp_path / "d/toetsen/proef/publiek.json").read_text())["module"] == "proef"


def test_a_released_test_is_frozen(voorbeeld, gebouwd):
    (voorbeeld / "grading/release/proef").mkdir(parents=True)
    pad = voorbeeld / "quizzes/proef.yaml"
    oud = pad.read_text()
    pad.write_text(oud.replace("punten: 4\n    vraag", "punten: 4\n    uitleg: Goed om te weten.\n    vraag"))
    build.build(voorbeeld)  # an explanation may still be improved
    pad.write_text(oud.replace("        tekst: Je deelt je twijfel met een collega.\n        goed: ja", "        tekst: Je deelt je twijfel met een collega.").replace(
        "        tekst: Je zoekt eerst zelf naar bewijs.", "        tekst: Je zoekt eerst zelf naar bewijs.\n        goed: ja"))
    with pytest.raises(ContentError, match="al vrijgegeven"):
        build.build(voorbeeld)


def test_facts_carry_their_sources_and_check_date(inhoud):
    feiten = build.feiten_json(inhoud)
    assert feiten["H-02"]["controleer_voor"] == "2020-01-01" and feiten["H-01"]["controleer_voor"] is None
    assert feiten["H-01"]["bronnen"][0]["organisatie"] == "Voorbeeldinstituut"


def test_a_reader_gets_no_words_meant_for_authors():
    feiten = build.feiten_json(content.load(ROOT)).values()
    jaren = {f["jaar"] for f in feiten} | {b["jaar"] for f in feiten for b in f["bronnen"]}
    assert not [j for j in jaren if "nieuwer dan" in j and j != "jaar onbekend, nieuwer dan de bronpagina"]
    assert not [b for f in feiten for b in f["bronnen"] if b["organisatie"].startswith("(")]


def test_what_changed_points_at_the_section_of_a_lesson(gebouwd):
    cursus = json.loads((gebouwd / "cursus.json").read_text(encoding="utf-8"))
    assert [v["lezen"] for v in cursus["veranderd"]] == [[{"module": "proef", "cel": "overleg-uitleg", "kop": "Overleggen"}]]
    assert all(not b.get("buiten_register") for b in cursus["bronnen"])


def test_a_course_in_use_survives_a_new_edition(voorbeeld, gebouwd, tmp_path):
    """Released and answered; then practice and an explanation change, and a released question does not: in the own folder and in the shared service's."""
    (voorbeeld / "grading/release/proef").mkdir(parents=True)
    eigen, dienst, wortel = tmp_path / "eigen", tmp_path / "gegevens/proefcursus/l-abc", tmp_path / "cursusmap"
    for map_ in (eigen, wortel):
        build.install(gebouwd, map_)
    for map_ in (eigen, dienst):
        answers.append(map_ / "toetsen/proef/antwoorden.jsonl", "toets-overleg", "delen")
        answers.append(map_ / "prive/proef.jsonl", "eerst-overleggen", "collega")
    gemaakt = {p: p.read_bytes() for m in (eigen, dienst) for p in m.rglob("*.jsonl")}
    toets = {p.name: p.read_bytes() for p in (wortel / "toetsen/proef").iterdir()}
    sleutel = json.loads((voorbeeld / "grading/sleutels/proef.json").read_text())["items"]
    quiz, les = voorbeeld / "quizzes/proef.yaml", voorbeeld / "modules/01-proef/les.ipynb"
    oud = quiz.read_text()
    quiz.write_text(oud.replace("punten: 4\n", "punten: 5\n", 1))
    assert quiz.read_text() != oud
    with pytest.raises(ContentError, match="al vrijgegeven"):
        build.build(voorbeeld)
    assert json.loads((voorbeeld / "grading/sleutels/proef.json").read_text())["items"] == sleutel  # refused: nothing is half done
    quiz.write_text(oud)
    les.write_text(les.read_text().replace("Van elke soort oefening één.", "Tweede editie."))
    nieuw = build.build(voorbeeld)
    for map_ in (eigen, wortel):
        assert build.install(nieuw, map_) >= 1 and "Tweede editie" in (map_ / "proef/les.ipynb").read_text()
    assert {p: p.read_bytes() for p in gemaakt} == gemaakt and len(gemaakt) == 4
    assert {n: (wortel / "toetsen/proef" / n).read_bytes() for n in toets} == toets
