"""A fact whose check date has passed is marked on the day that it is shown, on every page, without a new build."""

import json
import shutil
from datetime import date

import pytest

from leerlijn import artikel, build, check, content, feit, serve_course, toon
from tests.conftest import ROOT, VOORBEELD

VANDAAG = date(2027, 3, 5)


@pytest.mark.parametrize("wanneer, voorbij", [("2027-03-04", True), ("2027-03-05", False), (date(2026, 1, 1), True), (None, False), ("", False), ("volgend jaar", False), (20270304, False)])
def test_the_day_itself_is_not_too_late(wanneer, voorbij):
    assert feit.is_due(wanneer, VANDAAG) is voorbij


def test_only_what_is_due_is_copied():
    feiten = {"H-01": {"id": "H-01", "controleer_voor": "2027-03-04"}, "H-02": {"id": "H-02", "controleer_voor": None}, "H-03": "stuk"}
    uit = feit.marked(feiten, VANDAAG)
    assert uit["H-01"]["verlopen"] is True and "verlopen" not in feiten["H-01"]
    assert uit["H-02"] is feiten["H-02"] and uit["H-03"] == "stuk"


@pytest.fixture
def lang_geleden(tmp_path):
    """The tiny course as a hub has it: built when no fact was due. Now the date of H-01 has passed, with nothing built since."""
    map_ = tmp_path / "leerlijn"
    shutil.copytree(VOORBEELD.parent / "voorbeeldcursus_gebouwd", map_)
    feiten = json.loads((map_ / "feiten.json").read_text("utf-8"))
    feiten["H-01"]["controleer_voor"], feiten["H-02"]["controleer_voor"] = "2026-01-01", "2999-01-01"
    (map_ / "feiten.json").write_text(json.dumps(feiten), "utf-8")
    return map_


def test_pages_and_widget_say_it_without_a_new_build(lang_geleden, monkeypatch):
    feiten = serve_course.course(lang_geleden, "/")["feiten"]
    assert feiten["H-01"]["verlopen"] and not feiten["H-02"].get("verlopen")
    monkeypatch.chdir(lang_geleden / "proef")
    uit = toon.oefening("eerst-overleggen")._sessie.receive({"type": "antwoord", "nr": "1", "item": "eerst-overleggen", "antwoord": "collega", "zekerheid": 1}, lambda f: None)
    assert [(f["id"], f.get("verlopen")) for f in uit["feiten"]] == [("H-01", True)]


def test_feedback_of_the_teacher_says_it(voorbeeld):
    build.build(voorbeeld)
    sleutel = json.loads((voorbeeld / "grading/sleutels/proef.json").read_text("utf-8"))
    ident = next(i for i, s in sleutel["items"].items() if s["bron"])
    eerste = sleutel["items"][ident]["bron"][0]
    for dag, gezegd in ((date(1999, 1, 1), False), (date(2030, 1, 1), True)):
        sleutel["feiten"][eerste]["controleer_voor"] = "2020-01-01"
        html = artikel.bouw(sleutel["items"][ident], sleutel["publiek"][ident], None, feit.marked(sleutel["feiten"], dag), nummer=1, gekregen=0, punten=2)
        assert ("controledatum voorbij" in html) is gezegd


def test_when_the_check_date_of_a_real_fact_has_passed_it_is_reported_and_marked():
    """The whole course a year later: every fact that is due is marked, and those in use are reported with file and line."""
    later = date(2027, 11, 23)
    echt, _ = content.read(ROOT)
    op_tijd = {f.id for f in echt.feiten.values() if f.controleer_voor and f.controleer_voor < later and not f.niet_gebruiken}
    gemerkt = {i for i, f in feit.marked(build.feiten_json(echt), later).items() if f.get("verlopen")}
    assert op_tijd and gemerkt == op_tijd
    gemeld = {p.wat.split()[1]: p for p in check.check(echt, later) if p.code == "let-op-feit-verlopen"}
    assert gemeld and set(gemeld) <= op_tijd
    for ident, p in gemeld.items():
        assert "controleer_voor" in (ROOT / p.bestand).read_text(encoding="utf-8").splitlines()[p.regel - 1], ident
