"""What the report reads: a gradebook that nbgrader and `leerlijn grade` filled, and answer files of any content."""

import json
from datetime import datetime

import numpy as np
import pytest

from leerlijn import grade, gradebook, report, report_data
from leerlijn.errors import LeerlijnError

from . import postgres
from .cijfers import hand_over, judge
from .groep import Groep, project
from .keten import GOED, MODULE, released

TIJD = "2030-01-01 10:00:00.000000 UTC"
VRAGEN = ["toets-overleg", "toets-feiten", "toets-open"]


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    """A real course: released by nbgrader, three hand-ins graded by `leerlijn grade`, one open answer judged."""
    with released(tmp_path_factory.mktemp("data")) as k:
        hand_over(k, "noor", GOED, TIJD)
        hand_over(k, "sammie", {"toets-overleg": "zwijgen", "toets-feiten": ["deur", "geen optie"]}, TIJD)
        hand_over(k, "zoë", "geen json\n", "2030-01-01 23:30:00.000000 UTC")
        grade.run(k.root, [MODULE], ophalen=False, meld=lambda _: None)
        judge(f"sqlite:///{k.grading}/gradebook.db", "noor", "toets-open", manual_score=3.0, needs_manual_grade=False)
    return k


def test_points_standing_and_choices(keten):
    g = report_data.load(keten.root, MODULE)
    assert [v.id for v in g.vragen] == VRAGEN and g.maximum.tolist() == [2, 2, 4] and g.n == 3
    rij = sorted(zip(g.punten.tolist(), g.stand.tolist()), reverse=True)
    assert rij == [([2.0, 2.0, 3.0], [1, 1, 1]), ([0.0, 0.0, 0.0], [1, -1, 0]), ([0.0, 0.0, 0.0], [0, 0, 0])]
    overleg = g.delen["toets-overleg"][0]
    assert sorted(overleg.keuzes[c].id if c >= 0 else "" for c in overleg.codes) == ["", "delen", "zwijgen"]
    assert g.delen["toets-open"] == [] and g.vragen[0].leerdoel in g.leerdoelen
    assert sorted(g.ingeleverd)[-1].replace(tzinfo=None) == datetime(2030, 1, 2, 0, 30)  # Dutch time


def test_nothing_of_a_learner_is_kept(keten):
    tekst = repr(report_data.load(keten.root, MODULE))
    assert not [w for w in ("noor", "sammie", "zoë", GOED["toets-open"]) if w in tekst]


def test_what_a_teacher_has_yet_to_grade_is_open(keten):
    judge(f"sqlite:///{keten.grading}/gradebook.db", "sammie", "toets-open", needs_manual_grade=True)
    try:
        assert np.isnan(report_data.load(keten.root, MODULE).punten[:, 2]).sum() == 1
    finally:
        judge(f"sqlite:///{keten.grading}/gradebook.db", "sammie", "toets-open", needs_manual_grade=False)


def test_modules_and_what_is_missing(keten, tmp_path):
    assert report_data.modules(keten.root) == [MODULE]
    with pytest.raises(LeerlijnError, match="nog niets nagekeken"):
        report_data.load(keten.root, "bestaat-niet")
    leeg = project(tmp_path / "leeg", keten.root)
    with pytest.raises(LeerlijnError, match="nog geen cijferboek"):
        report_data.modules(leeg)


def test_an_item_that_the_test_holds_no_longer(tmp_path):
    """It was graded, so it stays in the figures, marked; its choices can't be read any more."""
    root = project(tmp_path / "p")
    Groep(root, 3).toets("herkennen")
    pad = root / "grading" / "sleutels" / "herkennen.json"
    sleutel = json.loads(pad.read_text("utf-8"))
    weg = sleutel["volgorde"].pop(0)
    del sleutel["items"][weg], sleutel["publiek"][weg]
    pad.write_text(json.dumps(sleutel), "utf-8")
    g = report_data.load(root, "herkennen")
    laatste = g.vragen[-1]
    assert (laatste.id, laatste.vervallen) == (weg, True) and weg not in g.delen
    assert (g.stand[:, -1] == report_data.ONBEKEND).all() and not np.isnan(g.punten).any()


def test_without_answer_files_the_points_are_still_there(tmp_path):
    root = project(tmp_path / "p")
    Groep(root, 4).toets("herkennen")
    (root / "grading" / "submitted").rename(tmp_path / "weg")
    g = report_data.load(root, "herkennen")
    assert (g.stand == report_data.ONBEKEND).all() and g.punten.sum() > 0


def test_the_same_figures_from_postgresql(tmp_path, monkeypatch):
    """The same simulated group in both kinds of gradebook gives the same report."""
    uit = []
    with postgres.server() as server:
        for soort in ("sqlite", "postgres"):
            root = project(tmp_path / soort)
            if soort == "postgres":
                monkeypatch.setenv("LEERLIJN_CIJFERBOEK", postgres.create(server, "inzicht"))
            Groep(root, 31, db=gradebook.url(root / "grading")).toets("herkennen")
            v = report.of_module(root, "herkennen")
            uit.append((v.toets["alpha"]["waarde"], v.geslaagd, [r["p"] for r in v.vragen], v.verdeling, v.tijden, v.opvallend))
        assert not (tmp_path / "postgres" / "grading" / "gradebook.db").exists()
    assert uit[0][0] == pytest.approx(uit[1][0]) and uit[0][1] == uit[1][1] and uit[0][3:] == uit[1][3:]
    assert [r["waarde"] for r in uit[0][2]] == pytest.approx([r["waarde"] for r in uit[1][2]])
