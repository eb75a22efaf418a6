"""One number for one learner, wherever it is read: export, spreadsheet, LMS columns, what goes to a learning environment, feedback and inzage."""

import csv
import io
import json
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa

from leerlijn import aanmelding, bewaard, cijfers_lms, eindpunten, export, feedback, gradebook, inzage, persoon
from leerlijn.serve_lesson import templates

from .cijfers import extend, judge
from .keten import GOED, MODULE, graded
from .lms import Lms

# Handed in a day late; a tenth goes off. Nothing is graded again after what the teacher does here, as when points are given in formgrader.
VERWACHT = {
    "ann": 6.75,  # 4 + 3 + 0,5 extra, and a tenth off
    "ben": 5.4,  # 4 + 2: the teacher changed a scored question too
    "cas": None,  # an open answer waits
    "dirk": None,  # a question without points, as after an edit by hand
    "eva": None,  # a row is gone
    "fay": 0.0,  # more points off than there are
    "gea": 7.0,  # extra time: nothing off
}


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    with graded(tmp_path_factory.mktemp("eind"), dict.fromkeys(VERWACHT, GOED), inleveren_tot={MODULE: "2026-01-01"}, aftrek_per_dag=0.1) as k:
        adres = gradebook.url(k.grading)
        for wie in VERWACHT:
            if wie != "cas":
                judge(adres, wie, "toets-open", manual_score=3.0, needs_manual_grade=False)
        judge(adres, "ann", "toets-open", extra_credit=0.5)
        judge(adres, "ben", "toets-feiten", manual_score=1.0)
        judge(adres, "dirk", "toets-feiten", auto_score=None)
        judge(adres, "fay", "toets-open", extra_credit=-20.0)
        extend(adres, "gea", timedelta(days=2))
        yield k


@pytest.fixture(scope="module")
def zonder_rij(keten):
    """As `keten`, in which one row of the gradebook is gone: nbgrader itself can't make feedback of that."""
    g, n, s, b = gradebook.grade.c, gradebook.submitted_notebook.c, gradebook.submitted_assignment.c, gradebook.base_cell.c
    engine = sa.create_engine(gradebook.url(keten.grading))
    with engine.begin() as db:
        nb = sa.select(n.id).join(gradebook.submitted_assignment, s.id == n.assignment_id).where(s.student_id == "eva").scalar_subquery()
        assert db.execute(sa.delete(gradebook.grade).where(g.notebook_id == nb, g.cell_id.in_(sa.select(b.id).where(b.name == "toets-feiten")))).rowcount == 1
    engine.dispose()
    return keten


def number(tekst):
    return None if tekst in ("", None) else float(str(tekst).replace(",", "."))


def test_feedback_page_of_each_learner(keten, tmp_path):
    """Before the row goes: what waits is a score so far, on the teacher's page and on that in the course, and says so."""
    gezien = {}
    for wie in VERWACHT:
        assert (uitkomst := keten.api().generate_feedback(MODULE, wie, force=True))["success"], uitkomst
        tekst = (keten.grading / "feedback" / wie / MODULE / "toets.html").read_text("utf-8")
        terug = feedback.parse(tekst)
        gezien[wie] = None if terug["wacht"] else terug["punten"]
        assert terug["max"] == 8.0 and (("tussenstand" in tekst) is terug["wacht"])
        pagina = templates().get_template("feedback.html.j2").render(titel="x", feedback={"t": None, **terug}, static_url=str, contacten=[], cursus=None, basis="/")
        assert ("tussenstand" in pagina) is terug["wacht"]
    assert gezien == {**VERWACHT, "eva": 6.3}


def test_files_for_spreadsheet_and_lms(zonder_rij, tmp_path):
    codes = {export.opaque(export.secret(zonder_rij.grading), wie): wie for wie in VERWACHT}
    for lms, kolom in (("moodle", "username"), ("brightspace", "Username"), ("canvas", "SIS Login ID")):
        export.write(zonder_rij.root, [MODULE], tmp_path, lms)
        rijen = [r for r in csv.DictReader(io.StringIO((tmp_path / f"{lms}.csv").read_text("utf-8"))) if r[kolom]]
        punten = next(k for k in rijen[0] if k.startswith("Een proefmodule"))
        assert {r[kolom]: number(r[punten]) for r in rijen} == VERWACHT, lms
    rijen = csv.DictReader(io.StringIO((tmp_path / "cijfers.csv").read_text("utf-8-sig")), delimiter=";")
    assert {codes[r["deelnemer"]]: (number(r["punten"]), r["van"]) for r in rijen} == {w: (p, "8,0") for w, p in VERWACHT.items()}
    kop, *rijen = openpyxl.load_workbook(tmp_path / "cijfers.xlsx")["Modules"].iter_rows(values_only=True)
    assert {codes[r[kop.index("deelnemer")]]: r[kop.index("punten")] for r in rijen} == VERWACHT


def test_what_goes_to_a_learning_environment(zonder_rij, tmp_path):
    lms = Lms()
    try:
        koppeling = cijfers_lms.load(lms.connect(tmp_path / "sleutels"))
        (tmp_path / "wie").mkdir()
        for wie in VERWACHT:
            aanmelding.keep_launch(tmp_path / "wie", wie, lms.claims(f"sub-{wie}"))
        v = cijfers_lms.send(eindpunten.of_course(zonder_rij.grading), tmp_path / "wie", "proefcursus", {}, koppeling, tmp_path / "staat.json", proef=False)
        assert (v.verzonden, v.wacht, v.mislukt, v.onbekend) == (4, 3, [], [])
        assert {wie.removeprefix("sub-"): (d["scoreGiven"], d["scoreMaximum"]) for (_, wie), d in lms.scores.items()} == {w: (p, 8.0) for w, p in VERWACHT.items() if p is not None}
        assert {regel["scoreMaximum"] for regel in lms.lijst} == {8.0}
    finally:
        lms.stop()


def test_what_a_learner_is_shown_of_it(zonder_rij):
    m = bewaard.of_project(zonder_rij.root)
    for wie, punten in VERWACHT.items():
        gegevens = json.loads(json.dumps(inzage.collect(m, persoon.find(m, wie))))
        assert gegevens["toetsen"][0]["punten"] == punten
        assert ("niet klaar met nakijken" in inzage.page(gegevens)) is (punten is None)
