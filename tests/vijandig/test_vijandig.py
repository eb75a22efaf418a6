"""Nothing hostile gets through: the whole table of gevallen.py in one batch, graded by `leerlijn grade` and by nbgrader."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from leerlijn import cli, feedback, grade, intake

from tests.cijfers import copy
from tests.keten import MODULE, regels, released, texts

from .gevallen import ALLES, EERLIJK, FORMULE, GEVALLEN, TIJD

GEHEIM = ["Twijfel is juist een reden", "De reden is een uitleg", "Ik vertel eerst wat ik zag", '"goed"', '"uitleg"']  # of the key
OMHOOG = ("Popen", "fork", "forkpty", "posix_spawn", "system", "execv", "execve")  # the ways a program starts another


@pytest.fixture(scope="module")
def beurs(tmp_path_factory):
    """A released course, with the whole table in its exchange, once."""
    with released(tmp_path_factory.mktemp("vijandig"), uitleg_tonen="na-deadline", inleveren_tot={MODULE: "2199-12-31"}) as k:
        for wie, antwoorden in EERLIJK.items():
            k.lever_met_de_hand(wie, regels(antwoorden), TIJD)
        for g in GEVALLEN:
            g.leg(k, g.wie)
        yield k


@pytest.fixture(scope="module", params=["leerlijn", "nbgrader"])
def batch(request, beurs, tmp_path_factory):
    """All of it collected and graded one way, in this process, where nothing may start a program; gives course, text for the teacher, starts."""
    k = copy(beurs, tmp_path_factory.mktemp(request.param) / "project")
    gestart: list[str] = []
    with pytest.MonkeyPatch.context() as mp:
        mp.chdir(k.root)
        api = k.api()
        for naam in OMHOOG:
            plek = subprocess if naam == "Popen" else os
            mp.setattr(plek, naam, lambda *a, naam=naam, **kw: gestart.append(f"{naam} {a}") or pytest.fail("a program was started"))
        mp.setattr("nbgrader.preprocessors.Execute.preprocess", lambda *a, **kw: gestart.append("kernel"))
        if request.param == "leerlijn":
            assert cli.main(["grade", MODULE]) == 0
            zegt = (k.grading / "nakijken.log").read_text("utf-8")
        else:
            opgehaald, nagekeken = api.collect(MODULE), api.autograde(MODULE, "*")
            assert opgehaald["success"] and nagekeken["success"], (opgehaald, nagekeken)
            zegt = opgehaald["log"] + nagekeken["log"]
    return k, zegt, gestart


def test_enough_cases():
    assert len(GEVALLEN) >= 60 and len({g.naam for g in GEVALLEN}) == len({g.wie for g in GEVALLEN}) == len(GEVALLEN)


def test_no_code_of_a_learner_ran(batch):
    k, _, gestart = batch
    assert gestart == [] and not (k.tmp / "kanarie").exists()


def test_the_batch_went_on_and_the_others_are_graded_right(batch):
    k, _, _ = batch
    verwacht = {"aaa-eerlijk": (2.0, 2.0, True), "mmm-eerlijk": (0.0, 1.0, False), "zzz-eerlijk": (2.0, 2.0, True)}
    assert {wie: outcome(k, wie) for wie in EERLIJK} == verwacht
    with k.gradebook() as gb:
        assert not any(gb.find_submission_notebook("toets", MODULE, wie).flagged for wie in EERLIJK)
        assert {s.id for s in gb.students} == set(EERLIJK) | {g.wie for g in GEVALLEN if g.punten}
        assert {n.max_score for n in gb.notebook_submissions("toets", MODULE)} == {8.0}


def outcome(k, wie):
    p = k.punten(wie)
    assert all(0 <= (auto or 0) <= 4 for auto, _, _ in p.values())
    return p["toets-overleg"][0], p["toets-feiten"][0], p["toets-open"][2]


@pytest.mark.parametrize("g", GEVALLEN, ids=[g.naam for g in GEVALLEN])
def test_case(batch, g):
    """What it earns, that it is marked, and that the teacher reads a clear line about whom."""
    k, zegt, _ = batch
    if g.punten is None:
        with k.gradebook() as gb:
            assert g.wie not in {s.id for s in gb.students}
        assert g.wie in (".", "..") or "/" in g.wie or not (k.grading / "submitted" / g.wie).exists()
    else:
        assert outcome(k, g.wie) == g.punten
        with k.gradebook() as gb:
            assert bool(gb.find_submission_notebook("toets", MODULE, g.wie).flagged) is g.vlag
    zinnen = [r for r in zegt.splitlines() if re.search(g.ziet, r)] if g.ziet else []
    if g.ziet and g.naam != "half":
        assert any(intake.leesbaar(g.wie)[:40] in z for z in zinnen), zegt[-2000:]
    assert not g.ziet or zinnen


@pytest.mark.parametrize("g", [g for g in GEVALLEN if g.ziet and "|" not in g.ziet and not g.vlag and g.punten is None and g.naam != "half"], ids=lambda g: g.naam)
def test_what_is_refused_is_set_aside(batch, g):
    k, _, _ = batch
    aktes = [json.loads(p.read_text("utf-8")) for p in (k.grading / "geweigerd").glob("*.json")]
    (akte,) = [a for a in aktes if a["student"] == intake.leesbaar(g.wie, 300) or a["naam"] == g.wie]
    assert re.search(g.ziet.removeprefix("rommel: "), akte["reden"])
    assert set(akte) == {"naam", "student", "module", "tijd", "reden", "bestanden", "gezien"}  # a record, never a copy of what was refused


def test_records_and_log_do_nothing_to_a_terminal(batch):
    k, zegt, _ = batch
    bestanden = [*(k.grading / "geweigerd").iterdir(), *k.grading.glob("nakijken.log")]
    assert len(bestanden) > 20 and all(len(p.name) < 200 and p.name.isprintable() for p in bestanden)
    for tekst in [zegt, *(p.read_text("utf-8") for p in bestanden)]:
        assert [c for c in tekst if not c.isprintable() and c not in "\n\t"] == []
    assert not any(r.startswith(("root", "GEWEIGERD: niemand")) for r in zegt.splitlines())  # no learner starts a line of their own


def test_nothing_stands_outside_its_place(batch):
    """Only our own files in the collected and graded folders; no links; and nothing beside the folders of learners."""
    k, _, _ = batch
    for stap in ("submitted", "autograded"):
        for map_ in (k.grading / stap).iterdir():
            assert [m.name for m in map_.iterdir()] == [MODULE]
            namen = {p.name for p in (map_ / MODULE).iterdir()}
            assert namen <= {"toets.ipynb", "antwoorden.jsonl", "timestamp.txt", "submission_secret.txt", "publiek.json", "cursus.json"}, map_
            assert not [p for p in (map_ / MODULE).rglob("*") if p.is_symlink() or not p.is_file()]
    assert sleutel_is_heel(k)


def sleutel_is_heel(k):
    return oct((k.grading / "sleutels" / f"{MODULE}.json").stat().st_mode & 0o777) == "0o600"


def test_learner_text_is_text_in_the_graded_notebook(batch):
    from bs4 import BeautifulSoup

    k, _, _ = batch
    for pad in (k.grading / "autograded").glob("*/*/toets.ipynb"):
        nb = json.loads(pad.read_text("utf-8"))
        for cel in nb["cells"]:
            for html in ["".join(o["data"]["text/html"]) for o in cel.get("outputs", [])] or [c for c in ["".join(cel["source"])] if "ll-feedback" in c]:
                assert {t.name for t in BeautifulSoup(html, "html.parser").find_all()} <= set(feedback.TAGS)
                assert not [w for w in ("](", "javascript:", "http://", "$$", "```", "style=", "onerror=") if w in html]
    html = next(c for c in nb_of(k, "k-html")["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "toets-open")["source"]
    assert "window" in BeautifulSoup("".join(html), "html.parser").get_text()  # it is there, as letters


def nb_of(k, wie):
    return json.loads((k.grading / "autograded" / wie / MODULE / "toets.ipynb").read_text("utf-8"))


def test_no_key_where_a_learner_can_read(batch):
    """Feedback of a hostile and an honest learner, released before the deadline that the policy waits for."""
    k, _, _ = batch
    api = k.api()
    for wie in ("aaa-eerlijk", "k-harde-verwijzing", "k-html", "k-waar"):
        for stap in (api.generate_feedback, api.release_feedback):
            assert (uitkomst := stap(MODULE, wie))["success"], uitkomst
    gelezen = texts(k.course_dir / "toetsen", k.uit / k.course / "outbound", k.uit / k.course / "feedback", k.grading / "release")
    assert len([p for p in gelezen if p.suffix == ".html"]) >= 4
    assert not [(p, g) for p, t in gelezen.items() for g in GEHEIM if g in t]
    eigen = [p for p in gelezen if p.suffix == ".html"]
    assert not [(p, w) for p in eigen for w in ("<script", "<img", "<svg", "<a ", "<iframe", "javascript:window") if w in gelezen[p] and w != "javascript:window"]


def test_exported_figures_hold_no_formula_and_no_answer(batch, monkeypatch):
    """nbgrader's own CSV: it quotes nothing, so names must be harmless; and a cell that begins a formula is in none of them."""
    from leerlijn import report, report_csv

    k, _, _ = batch
    monkeypatch.chdir(k.root)
    from nbgrader.plugins.export import CsvExportPlugin

    doel = k.grading / "cijfers.csv"
    with k.gradebook() as gb:
        CsvExportPlugin(to=str(doel)).export(gb)
    with open(doel, encoding="utf-8", newline="") as f:
        rijen = list(csv.reader(f))
    assert {len(r) for r in rijen} == {11} and len(rijen) == 1 + len(EERLIJK) + len([g for g in GEVALLEN if g.punten])
    gemaakt = [doel, *report_csv.write([report.of_module(k.root, MODULE)], k.grading / "tabellen")]
    assert len(gemaakt) > 3
    for pad in gemaakt:
        tekst = pad.read_text("utf-8-sig")
        cellen = [c.strip() for r in csv.reader(tekst.splitlines(), delimiter="," if pad == doel else ";") for c in r]
        assert [c for c in cellen if c[:1] in ("=", "@", "+") or (c[:1] == "-" and not re.fullmatch(r"-[\d,.]+", c))] == []
        assert not [w for w in FORMULE.split("\n") if w in tekst]


@pytest.mark.parametrize("lms", ["moodle", "brightspace", "canvas"])
def test_our_own_export_holds_no_formula_no_name_and_no_answer(batch, lms):
    """The names are in the file for the LMS only, and there no cell begins a formula."""
    import openpyxl

    from leerlijn import export

    k, _, _ = batch
    gemaakt = export.write(k.root, [MODULE], k.grading / f"export-{lms}", lms)
    assert {p.suffix for p in gemaakt} == {".csv", ".xlsx"}
    for pad in gemaakt:
        if pad.suffix == ".xlsx":
            bladen = openpyxl.load_workbook(pad)
            cellen = [c for blad in bladen for rij in blad.iter_rows() for c in rij]
            assert not [c.value for c in cellen if c.data_type == "f"]
            waarden = [str(c.value) for c in cellen if c.value is not None]
        else:
            tekst = pad.read_text("utf-8-sig")
            waarden = [c for r in csv.reader(tekst.splitlines(), delimiter="," if pad.stem == lms else ";") for c in r]
        assert [w for w in waarden if w[:1] in ("=", "@", "+", "\t") or (w[:1] == "-" and not re.fullmatch(r"-[\d,.]+", w))] == []
        if pad.stem != lms:
            assert not [w for w in waarden if w in EERLIJK or w.startswith("k-")]
        assert not [r for r in FORMULE.split("\n") for w in waarden if r in w]


def test_what_a_learner_gets_to_see_of_it_is_text(batch, tmp_path):
    """The zip of `leerlijn inzage`: only tags of the page itself, no key."""
    import zipfile

    from bs4 import BeautifulSoup

    from leerlijn import bewaard, inzage, persoon

    k, _, _ = batch
    mappen = bewaard.of_project(k.root)
    for wie in ("k-html", "k-stuurtekens", "k-verwijzing", "k-harde-verwijzing", "aaa-eerlijk"):
        with zipfile.ZipFile(inzage.write(mappen, persoon.find(mappen, wie), tmp_path)) as z:
            assert all(n.isprintable() and ".." not in n and not n.startswith("/") for n in z.namelist())
            alles = {n: z.read(n).decode("utf-8", "replace") for n in z.namelist()}
        assert not [(n, g) for n, t in alles.items() for g in GEHEIM if g in t]
        soep = BeautifulSoup(alles["overzicht.html"], "html.parser")
        assert not soep.find_all(["script", "img", "svg", "iframe"]) and not [a for t in soep.find_all() for a in t.attrs if a.startswith("on")]
        assert not [a["href"] for a in soep.find_all("a") if "javascript" in a.get("href", "") or "buiten.example" in a.get("href", "")]


def test_again_gives_the_same(batch):
    """Running it once more collects nothing new, tells nothing twice, and changes no grade."""
    k, _, _ = batch
    voor = {wie: k.punten(wie) for wie in [*EERLIJK, *(g.wie for g in GEVALLEN if g.punten)]}
    (verslag,) = grade.run(k.root, [MODULE], meld=lambda _: None)
    assert verslag.mislukt == [] and {wie: k.punten(wie) for wie in voor} == voor
    assert verslag.geweigerd == []


def test_all_points_only_for_right_answers(batch):
    """Nobody got a point that their answers do not earn: full marks only where the file held the right answers."""
    k, _, _ = batch
    vol = {wie for wie in [*EERLIJK, *(g.wie for g in GEVALLEN if g.punten)] if outcome(k, wie)[:2] == ALLES[:2]}
    assert vol == {"aaa-eerlijk", "zzz-eerlijk", *(g.wie for g in GEVALLEN if g.punten == ALLES)}


def test_path_of_everything_is_below_the_project(batch):
    k, _, _ = batch
    assert not [p for p in Path(k.root).rglob("*") if p.is_symlink()]
