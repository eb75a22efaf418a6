"""Fail closed: what is damaged on the teacher's own side, or changes while it is read, never turns into points or into 'wrong'."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from datetime import datetime

import pytest
import sqlalchemy as sa

from leerlijn import beleid, content, grade, gradebook, gradecell, intake, report_data
from leerlijn.errors import LeerlijnError
from tests.cijfers import copy, hand_over, judge
from tests.keten import GOED, MODULE, released

TIJD = "2026-01-02 10:00:00.000000 UTC"


@pytest.fixture(scope="module")
def vrijgegeven(tmp_path_factory):
    with released(tmp_path_factory.mktemp("dicht")) as k:
        yield k


@pytest.fixture
def keten(vrijgegeven, tmp_path):
    k = copy(vrijgegeven, tmp_path / "project")
    for wie in ("ann", "ben"):
        hand_over(k, wie, GOED, TIJD)
    return k


def run(k):
    return grade.run(k.root, [MODULE], ophalen=False, meld=lambda _: None)[0]


def sql(k, opdracht, **waarden):
    engine = sa.create_engine(gradebook.url(k.grading))
    with engine.begin() as db:
        db.execute(sa.text(opdracht), waarden)
    engine.dispose()


def spoil(k, verander):
    pad = k.grading / "sleutels" / f"{MODULE}.json"
    sleutel = json.loads(pad.read_text("utf-8"))
    verander(sleutel)
    pad.write_text(json.dumps(sleutel), "utf-8")


STUKKE_SLEUTELS = [
    lambda s: s.pop("volgorde"),
    lambda s: s.update(items=[]),
    lambda s: s["items"].update({"toets-overleg": None}),
    lambda s: s["items"]["toets-overleg"].update(goed=[]),
    lambda s: s["items"]["toets-overleg"].update(goed=["bestaat-niet"]),
    lambda s: s["items"]["toets-overleg"].update(soort="raden"),
    lambda s: s["items"]["toets-overleg"].pop("opties"),
    lambda s: s["items"]["toets-feiten"].update(goed=[]),
    lambda s: s["items"]["toets-feiten"].update(goed=["deur", "deur"]),
    lambda s: s["items"].pop("toets-feiten"),
]


@pytest.mark.parametrize("verander", STUKKE_SLEUTELS, ids=range(len(STUKKE_SLEUTELS)))
def test_damaged_key_grades_nobody(keten, verander):
    spoil(keten, verander)
    with pytest.raises(LeerlijnError, match="sleutel"):
        run(keten)
    assert not (keten.grading / "autograded").exists()


def test_damaged_key_in_nbgrader(keten):
    spoil(keten, lambda s: s["items"]["toets-overleg"].update(goed=[]))
    uitkomst = keten.api().autograde(MODULE, "*")
    assert not uitkomst["success"] and "klopt niet bij: toets-overleg" in uitkomst["log"]
    assert not list((keten.grading / "autograded").glob("*/*/toets.ipynb"))


@pytest.mark.parametrize("inhoud", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_key_that_is_no_key(tmp_path, inhoud):
    (tmp_path / "s.json").write_bytes(inhoud)
    with pytest.raises(LeerlijnError, match="niet te lezen"):
        gradecell.load_key(tmp_path / "s.json")


def test_release_that_misses_a_question(keten):
    """nbgrader alone would give nobody points for it, and say nothing."""
    pad = keten.grading / "release" / MODULE / "toets.ipynb"
    nb = json.loads(pad.read_text("utf-8"))
    nb["cells"] = [c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") != "toets-feiten"]
    pad.write_text(json.dumps(nb), "utf-8")
    uitkomst = keten.api().autograde(MODULE, "*")
    assert not uitkomst["success"] and "mist: toets-feiten" in uitkomst["log"]
    with pytest.raises(LeerlijnError, match="horen niet bij elkaar"):
        run(keten)


@pytest.mark.parametrize("punten", ["-2", "0", "'veel'", "9e999"])
def test_points_in_the_gradebook_that_are_none(keten, punten):
    sql(keten, f"UPDATE grade_cells SET max_score = {punten} WHERE id IN (SELECT id FROM base_cell WHERE name = 'toets-overleg')")
    with pytest.raises(LeerlijnError, match="toets-overleg heeft in het cijferboek geen gewoon aantal punten"):
        run(keten)
    uitkomst = keten.api().autograde(MODULE, "*")
    assert not uitkomst["success"] and not list((keten.grading / "autograded").glob("*/*/toets.ipynb"))


@pytest.mark.parametrize("waarde", ["-50", "9e999", "'tekst'", "1000"])
def test_grades_changed_by_hand_are_put_right(keten, waarde):
    run(keten)
    sql(keten, f"UPDATE grade SET auto_score = {waarde} WHERE cell_id IN (SELECT id FROM base_cell WHERE name = 'toets-overleg')")
    verslag = run(keten)
    assert (verslag.nagekeken, verslag.ongewijzigd, verslag.let_op) == (2, 0, [])
    assert keten.punten("ann")["toets-overleg"] == (2.0, None, False)
    assert run(keten).ongewijzigd == 2


def test_grade_that_was_thrown_away_comes_back(keten):
    run(keten)
    sql(keten, "DELETE FROM grade WHERE cell_id IN (SELECT id FROM base_cell WHERE name = 'toets-feiten')")
    assert run(keten).nagekeken == 2 and keten.punten("ben")["toets-feiten"][0] == 2.0


@pytest.mark.parametrize("waarde", [-3.0, float("inf"), 99.0])
def test_odd_points_of_a_teacher_are_told_and_left(keten, waarde):
    """What a teacher filled in is never overwritten; it is said each time until it is mended."""
    keten.beleid(inleveren_tot={MODULE: "2026-01-01"}, aftrek_per_dag=0.1)
    run(keten)
    judge(gradebook.url(keten.grading), "ann", "toets-open", manual_score=waarde, needs_manual_grade=False)
    for _ in range(2):
        assert "ann: de punten van toets-open in het cijferboek kloppen niet. Kijk ze na in formgrader." in run(keten).let_op
    with keten.gradebook() as gb:
        nb = gb.find_submission_notebook("toets", MODULE, "ann")
        assert nb.grades and 0 <= nb.late_submission_penalty < 1000
    if waarde == float("inf"):  # no figure in a report comes from it
        assert not __import__("numpy").isinf(report_data.load(keten.root, MODULE).punten).any()


@pytest.mark.parametrize(
    "tekst",
    ["cesuur: .nan", "cesuur: 0.6\naftrek_per_dag: .inf", "cesuur: 0.6\npogingen: -1", "cesuur: 0.6\nuitleg_tonen: altijd", "cesuur: 0.6\nte_laat: misschien",
     "cesuur: 0.6\ninleveren_tot: {proef: morgen}", "cesuur: ja", "cesuur: 0.6\nuitleg_tonnen: nooit", "[]", "", "\x00"],
)  # fmt: skip
def test_odd_policy_is_refused(tmp_path, tekst):
    (tmp_path / "beleid.yaml").write_text(tekst, "utf-8")
    with pytest.raises(content.ContentError):
        beleid.load(tmp_path / "beleid.yaml")


def test_explanation_waits_for_the_deadline_of_formgrader(keten):
    """A deadline that the teacher set in formgrader counts where the policy names none."""
    keten.beleid(uitleg_tonen="na-deadline")
    run(keten)
    with keten.gradebook() as gb:
        gb.update_or_create_assignment(MODULE, duedate=datetime(2199, 1, 1))
    api = keten.api()
    assert (uitkomst := api.generate_feedback(MODULE, "ann"))["success"], uitkomst
    pad = keten.grading / "feedback" / "ann" / MODULE / "toets.html"
    assert "Twijfel is juist" not in pad.read_text("utf-8")
    with keten.gradebook() as gb:
        gb.update_or_create_assignment(MODULE, duedate=datetime(2026, 1, 3))
    assert (uitkomst := api.generate_feedback(MODULE, "ann", force=True))["success"], uitkomst
    assert "Twijfel is juist" in pad.read_text("utf-8")


# --- what changes while it is read ------------------------------------------------------------------------------------


def test_file_that_is_swapped_while_it_is_read(tmp_path):
    """A learner's program swaps file, link, pipe and hard link as fast as it can: what is read is the learner's own, or nothing."""
    geheim, eigen, pad = tmp_path / "geheim", tmp_path / "eigen", tmp_path / "map" / "antwoorden.jsonl"
    pad.parent.mkdir()
    geheim.write_bytes(b"van de docent")
    eigen.write_bytes(b"van mij")
    klaar = threading.Event()

    def wissel():
        n = 0
        while not klaar.is_set():
            half = pad.parent / f"n{n % 4}"
            half.unlink(missing_ok=True)
            (lambda: half.write_bytes(b"van mij"), lambda: half.symlink_to(geheim), lambda: os.mkfifo(half), lambda: os.link(geheim, half))[n % 4]()
            os.replace(half, pad)
            n += 1

    draad = threading.Thread(target=wissel)
    draad.start()
    try:
        gezien = set()
        fd = os.open(pad.parent, os.O_RDONLY)
        eind = time.monotonic() + 120  # on a busy machine the other thread gets its turn late
        while len(gezien) <= 3 and time.monotonic() < eind:
            gezien.add(intake.read_file("antwoorden.jsonl", 1000, dir_fd=fd, uid=os.geteuid()))
        os.close(fd)
    finally:
        klaar.set()
        draad.join(60)
    assert {data for data, _ in gezien} <= {None, b"van mij", b""} and len({r for _, r in gezien if r}) >= 2


def test_file_that_grows_while_it_is_read(tmp_path, monkeypatch):
    """A small file at the look, a large one at the reading."""
    pad = tmp_path / "a"
    pad.write_bytes(b"x")
    echt = os.fstat

    def groeit(fd):
        info = echt(fd)
        pad.write_bytes(b"x" * 5000)
        return info

    monkeypatch.setattr(os, "fstat", groeit)
    assert intake.read_file(pad, 1000) == (None, "is groter dan 1 kB")


def test_folder_that_goes_away_halfway(vrijgegeven, tmp_path, monkeypatch):
    """Thrown away, or swapped for a link to the teacher's folder, between the look and the copy: the others are graded."""
    k = copy(vrijgegeven, tmp_path / "project")
    k.course_id, k.uit = vrijgegeven.course, tmp_path / "uit"
    monkeypatch.setenv("LEERLIJN_UITWISSELING", str(k.uit))
    mappen = {wie: k.uit / k.course / "inbound" / f"{wie}+{MODULE}+{TIJD}+abc" for wie in ("ann", "ben", "cas")}
    for wie in mappen:
        k.lever_met_de_hand(wie, json.dumps({"v": 1, "item": "toets-overleg", "antwoord": "delen"}), TIJD)
    echt = intake.stage

    def stage(i, *args, **kw):
        if i.student == "ann":
            shutil.rmtree(i.pad)
        if i.student == "ben":
            shutil.rmtree(i.pad)
            i.pad.symlink_to(k.grading / "sleutels")
        return echt(i, *args, **kw)

    monkeypatch.setattr(intake, "stage", stage)
    (verslag,) = grade.run(k.root, [MODULE], meld=lambda _: None)
    assert verslag.mislukt == [] and len([z for z in verslag.geweigerd if "vervangen" in z]) == 2
    assert [p.name for p in (k.grading / "autograded").iterdir()] == ["cas"] and k.punten("cas")["toets-overleg"][0] == 2.0
