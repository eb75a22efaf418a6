"""The whole chain on a real PostgreSQL server: nbgrader, `leerlijn grade`, formgrader's pages, feedback, export, two graders at once."""

import csv
import json
import os
import subprocess
import sys
import urllib.request

import pytest
import sqlalchemy as sa

from leerlijn import docent, grade, gradebook, lab
from leerlijn.errors import LeerlijnError

from . import postgres
from .cijfers import copy, rows
from .keten import GOED, MODULE, Keten, regels

TIJD = "2026-01-02 10:00:00.000000 UTC"


@pytest.fixture(scope="module")
def server():
    with postgres.server() as adres:
        yield adres


@pytest.fixture(scope="module")
def keten(server, tmp_path_factory):
    k = Keten(tmp_path_factory.mktemp("pg"))
    k.env |= {"LEERLIJN_CIJFERBOEK": postgres.create(server, "cijfers"), "LEERLIJN_ZELFDE_ACCOUNT": "1"}
    with pytest.MonkeyPatch.context() as mp:
        for naam, waarde in k.env.items():
            mp.setenv(naam, waarde)
        k.beleid(inleveren_tot={MODULE: "2026-01-01"}, aftrek_per_dag=0.1)
        k.release()
        k.lever_met_de_hand("ann", regels(GOED), TIJD)
        k.lever_met_de_hand("ben", regels({"toets-overleg": "zwijgen", "toets-feiten": [7]}), TIJD)
        k.lever_met_de_hand("leeg", "", "2026-01-01 10:00:00.000000 UTC")
        yield k


def test_1_graded_and_the_same_as_in_sqlite(keten, tmp_path, monkeypatch):
    assert not (keten.grading / "gradebook.db").exists()
    (verslag,) = grade.run(keten.root, [MODULE])
    assert (verslag.nagekeken, verslag.wacht, verslag.mislukt) == (3, 1, [])
    (weer,) = grade.run(keten.root, [MODULE])
    assert (weer.nagekeken, weer.ongewijzigd) == (0, 3)
    ons = copy(keten, tmp_path / "sqlite")
    monkeypatch.delenv("LEERLIJN_CIJFERBOEK")
    (verslag,) = grade.run(ons.root, [MODULE], opnieuw=True)  # nbgrader makes the absent gradebook from the released source
    assert rows(gradebook.url(ons.grading)) == rows(keten.env["LEERLIJN_CIJFERBOEK"].replace("postgresql:", "postgresql+psycopg:"))
    assert {i.name for i in gradebook.INDEXEN} <= indexes(keten.env["LEERLIJN_CIJFERBOEK"].replace("postgresql:", "postgresql+psycopg:"))


def indexes(url):
    engine = sa.create_engine(url)
    kijk = sa.inspect(engine)
    uit = {i["name"] for t in kijk.get_table_names() for i in kijk.get_indexes(t)}
    engine.dispose()
    return uit


def ask(adres, pad, token, **data):
    vraag = urllib.request.Request(f"{adres}{pad}", headers={"Authorization": f"token {token}", "Content-Type": "application/json"})
    if data:
        vraag.method, vraag.data = "PUT", json.dumps(data).encode()
    with urllib.request.urlopen(vraag, timeout=60) as antwoord:
        tekst = antwoord.read().decode()
    return json.loads(tekst) if "/api/" in pad else tekst


def test_2_formgrader_shows_and_saves(keten):
    grade.run(keten.root, [MODULE])
    proces, adres = docent.start(keten.grading, token="proef", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        basis = adres.split("/formgrader")[0]
        for pagina in ("manage_assignments", f"manage_submissions/{MODULE}", f"gradebook/{MODULE}/toets", "manage_students"):
            assert "formgrade" in ask(basis, f"/formgrader/{pagina}", "proef").lower()
        (toets,) = ask(basis, "/formgrader/api/assignments", "proef")
        assert (toets["num_submissions"], toets["max_score"]) == (3, 8.0)
        werk = {w["student"]: w for w in ask(basis, f"/formgrader/api/submissions/{MODULE}", "proef")}
        assert [werk[n]["score"] for n in ("ann", "ben", "leeg")] == [4.0, 0.0, 0.0] and werk["ann"]["autograded"]
        (nb,) = [w for w in ask(basis, f"/formgrader/api/submitted_notebooks/{MODULE}/toets", "proef") if w["student"] == "ann"]
        assert "Waar je docent op let" in ask(basis, f"/formgrader/submissions/{nb['id']}/?index=0", "proef")
        (open_,) = [g for g in ask(basis, f"/formgrader/api/grades?submission_id={nb['id']}", "proef") if g["name"] == "toets-open"]
        ask(basis, f"/formgrader/api/grade/{open_['id']}", "proef", manual_score=3.0, extra_credit=0.5)
    finally:
        lab.stop(proces)
    (verslag,) = grade.run(keten.root, [MODULE])
    assert (verslag.ongewijzigd, verslag.wacht) == (3, 0)  # what the teacher judged stays judged
    boek = rows(gradebook.url(keten.grading))
    (aftrek,) = [r["late_submission_penalty"] for r in boek["submitted_notebook"].values() if r["late_submission_penalty"]]
    assert aftrek == 0.75  # one day, of 4 + 3 + 0.5: reckoned from the teacher's points


def test_3_feedback_export_and_a_later_stock_autograde(keten):
    for student in ("ann", "ben"):
        assert (uitkomst := keten.api().generate_feedback(MODULE, student))["success"], uitkomst
    assert "Niet beantwoord" in (keten.grading / "feedback" / "ben" / MODULE / "toets.html").read_text("utf-8")
    keten.nbgrader("export", "--to", "cijfers.csv")
    with open(keten.grading / "cijfers.csv", encoding="utf-8") as f:
        punten = {r["student_id"]: float(r["score"]) for r in csv.DictReader(f)}
    assert punten == {"ann": 6.75, "ben": 0.0, "leeg": 0.0}
    grade.run(keten.root, [MODULE], opnieuw=True)
    voor = rows(gradebook.url(keten.grading))
    assert (uitkomst := keten.api().autograde(MODULE, "ann", force=True))["success"], uitkomst
    assert rows(gradebook.url(keten.grading)) == voor


def test_4_two_graders_at_once(keten, server, tmp_path, monkeypatch):
    """From two folders into one gradebook, learners partly the same: all is there once, none waits for ever."""
    for n in range(30):
        keten.lever_met_de_hand(f"p{n:02}", regels(GOED), TIJD)
    monkeypatch.setenv("LEERLIJN_CIJFERBOEK", postgres.create(server, "samen"))
    mappen = [copy(keten, tmp_path / n) for n in ("een", "twee")]
    assert (uitkomst := mappen[0].api().generate_assignment(MODULE, force=True))["success"], uitkomst
    opdracht = [sys.executable, "-m", "leerlijn.cli", "grade", MODULE, "--opnieuw"]
    rij = [subprocess.Popen(opdracht, cwd=k.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for k in mappen]
    for proces in rij:
        _, fout = proces.communicate(timeout=120)
        assert proces.returncode == 0, fout
    boek = rows(os.environ["LEERLIJN_CIJFERBOEK"].replace("postgresql:", "postgresql+psycopg:"))
    assert len(boek["submitted_assignment"]) == 33 and len(boek["grade"]) == 99
    assert {k: v for k, v in boek["grade"].items() if "p07" in str(k)} and all(v["auto_score"] != 1.0 for v in boek["grade"].values())


def test_refuses_what_it_does_not_know(server, monkeypatch, tmp_path):
    for adres, zin in (
        (postgres.create(server, "ascii", "SQL_ASCII"), "UTF8"),
        (server.format("bestaat_niet"), "niet te openen"),
        ("postgresql://leerlijn:geheim@127.0.0.1:1/x?connect_timeout=2", "niet te openen"),
        ("mysql://x/y", "niet te openen|geen SQLite"),
    ):
        monkeypatch.setenv("LEERLIJN_CIJFERBOEK", adres)
        with pytest.raises(LeerlijnError, match=zin) as fout:
            gradebook.connect(gradebook.url(tmp_path))
        assert "geheim" not in str(fout.value)
    monkeypatch.setenv("LEERLIJN_CIJFERBOEK", postgres.create(server, "nieuw"))
    assert gradebook.connect(gradebook.url(tmp_path)) is None
