"""Grading inside nbgrader: nothing runs, nothing hostile gets through, every way out is a number from 0 to the maximum."""

import json
import math
import os
import shutil
import subprocess
from datetime import date, datetime

import pytest

from leerlijn import artikel, bronnotebook, score

from .keten import GOED, MODULE, regels, released

EERLIJK = {"toets-overleg": "delen", "toets-feiten": ["deur", "verdriet", "huil"], "toets-open": "Ik vertel wat ik zag."}
HTML = '<img src=x onerror="alert(1)"><script>alert(1)</script>'


def notebook(grading):
    return json.loads((grading / "release" / MODULE / "toets.ipynb").read_text("utf-8"))


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    """One course, released, with a handful of submissions of every kind in submitted/, graded in one go in this process."""
    with released(tmp_path_factory.mktemp("grader")) as k, pytest.MonkeyPatch.context() as mp:
        api = k.api()
        hostile(k)
        assert (uitkomst := api.collect(MODULE))["success"], uitkomst
        in_submitted(k)
        gestart = []
        mp.setattr(subprocess, "Popen", lambda *a, **kw: gestart.append(a) or pytest.fail("a process was started"))
        mp.setattr(os, "fork", lambda: gestart.append("fork") or pytest.fail("a process was started"))
        mp.setattr("nbgrader.preprocessors.Execute.preprocess", lambda *a, **kw: gestart.append("kernel"))
        k.logs = {s: api.autograde(MODULE, s) for s in sorted(p.name for p in (k.grading / "submitted").iterdir())}
        k.gestart = gestart
        yield k


def hostile(k):
    """What someone could put in the exchange."""
    k.lever_met_de_hand("eerlijk", regels(EERLIJK))
    k.lever_met_de_hand("html", regels({**GOED, "toets-open": HTML + "\n\n# kop\n\n[x](javascript:alert(1)) ![](http://buiten.example/x.png)"}))
    k.lever_met_de_hand("leeg", "")
    k.lever_met_de_hand("stuk", '{"v":1,"item":"toets-overleg"\n\x00\n[1]\n' + regels({"toets-overleg": "delen"}) + "[" * 5000)
    k.lever_met_de_hand("vorm", regels({"toets-overleg": ["delen"], "toets-feiten": {"deur": True}, "toets-open": {"a": 1}}))
    k.lever_met_de_hand("groot", regels(GOED) + "x" * 1_100_000)
    link = k.lever_met_de_hand("link", "")
    (link / "antwoorden.jsonl").unlink()
    (link / "antwoorden.jsonl").symlink_to(k.grading / "sleutels" / f"{MODULE}.json")
    (link / "extra.txt").symlink_to(k.grading / "sleutels" / f"{MODULE}.json")
    (link / "toets.ipynb").symlink_to(k.grading / "source" / MODULE / "toets.ipynb")
    tijd = k.lever_met_de_hand("tijd", regels(GOED))
    (tijd / "timestamp.txt").write_text("geen tijd")
    half = k.lever_met_de_hand("half", regels(GOED))
    (half / "submission_secret.txt").unlink()


def in_submitted(k):
    """Notebooks that got past collecting, as when a teacher copies them by hand."""
    for student in ("dubbel", "punten"):
        map_ = k.grading / "submitted" / student / MODULE
        shutil.copytree(k.grading / "submitted" / "eerlijk" / MODULE, map_)
        nb = notebook(k.grading)
        cel = nb["cells"][2]
        cel["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": ["2.0"]}}]
        if student == "dubbel":
            nb["cells"].append({**cel, "id": "nog-eens"})
        else:
            cel["metadata"]["nbgrader"] |= {"points": 100, "schema_version": 99}
            nb["cells"].append({"cell_type": "markdown", "id": "kwaad", "metadata": {}, "source": HTML})
        (map_ / "toets.ipynb").write_text(json.dumps(nb), "utf-8")


def test_nothing_was_started(keten):
    assert keten.gestart == []
    assert all(log["success"] for log in keten.logs.values()), keten.logs


@pytest.mark.parametrize(
    ("student", "overleg", "feiten", "wacht"),
    [
        ("eerlijk", 2.0, 1.0, True),
        ("html", 2.0, 2.0, True),
        ("tijd", 2.0, 2.0, True),
        ("leeg", 0.0, 0.0, False),  # nothing to grade by hand
        ("stuk", 2.0, 0.0, False),  # the one good line counts
        ("vorm", 0.0, 0.0, True),  # an open answer that can't be read: a teacher looks
        ("groot", 0.0, 0.0, False),
        ("link", 0.0, 0.0, False),
        ("dubbel", 2.0, 1.0, True),
        ("punten", 2.0, 1.0, True),
    ],
)
def test_points(keten, student, overleg, feiten, wacht):
    punten = keten.punten(student)
    assert (punten["toets-overleg"][0], punten["toets-feiten"][0], punten["toets-open"][2]) == (overleg, feiten, wacht)
    with keten.gradebook() as gb:
        assert gb.find_submission_notebook("toets", MODULE, student).max_score == 8.0


def test_half_hand_in_waits(keten):
    assert not (keten.grading / "submitted" / "half").exists()


@pytest.mark.parametrize("student", ["leeg", "stuk", "vorm", "groot", "link"])
def test_teacher_is_told(keten, student):
    with keten.gradebook() as gb:
        assert gb.find_submission_notebook("toets", MODULE, student).flagged
    assert "WARNING" in keten.logs[student]["log"]


def test_links_bring_nothing_in(keten):
    for stap in ("submitted", "autograded"):
        map_ = keten.grading / stap / "link" / MODULE
        assert not [p for p in map_.iterdir() if p.is_symlink() or p.name == "extra.txt"]
        assert "uitleg" not in "".join(p.read_text("utf-8") for p in map_.glob("*.jsonl"))


def test_learner_text_is_text(keten):
    for student in ("html", "punten"):
        tekst = (keten.grading / "autograded" / student / MODULE / "toets.ipynb").read_text("utf-8")
        assert not [w for w in ("<img", "<script", "javascript:", "](", "http://") if w in tekst]


def test_other_name_is_refused(keten, monkeypatch):
    monkeypatch.delenv("LEERLIJN_ZELFDE_ACCOUNT")
    keten.lever_met_de_hand("iemand-anders", regels(GOED))
    uitkomst = keten.api().collect(MODULE)
    assert "GEWEIGERD" in uitkomst["log"]
    assert not (keten.grading / "submitted" / "iemand-anders").exists()


def test_before_duedate_takes_the_one_in_time(keten):
    keten.beleid(inleveren_tot={MODULE: "2029-12-31"})
    for tijd, keus in (("2029-12-30 10:00:00.000000 UTC", "delen"), ("2030-01-02 10:00:00.000000 UTC", "zwijgen")):
        keten.lever_met_de_hand("vroeg", regels({"toets-overleg": keus}), tijd)
    api = keten.api()
    api.config.ExchangeCollect.before_duedate = True  # `nbgrader collect --before-duedate`
    assert (uitkomst := api.collect(MODULE))["success"], uitkomst
    assert '"delen"' in (keten.grading / "submitted" / "vroeg" / MODULE / "antwoorden.jsonl").read_text("utf-8")


def test_policy_late_and_without_explanation(keten, monkeypatch):
    from leerlijn import feedback

    keten.beleid(inleveren_tot={MODULE: "2029-12-31"}, aftrek_per_dag=0.1, uitleg_tonen="nooit")  # handed in on 1 January 2030, 10:00 UTC
    api = keten.api()
    assert (uitkomst := api.autograde(MODULE, "eerlijk", force=True))["success"], uitkomst
    with keten.gradebook() as gb:
        nb = gb.find_submission_notebook("toets", MODULE, "eerlijk")
        assert gb.find_assignment(MODULE).duedate == datetime(2029, 12, 31, 22, 59, 59)
        assert (nb.score, nb.late_submission_penalty) == (3.0, 0.3)
    assert (uitkomst := api.generate_feedback(MODULE, "eerlijk"))["success"], uitkomst
    tekst = (keten.grading / "feedback" / "eerlijk" / MODULE / "toets.html").read_text("utf-8")
    terug = feedback.parse(tekst)
    assert (terug["punten"], terug["aftrek"]) == (2.7, 0.3)
    assert "tussenstand" in tekst and "nog nakijken" in tekst
    assert not [w for w in ("Twijfel is juist", "Je deelt je twijfel", "Waar dit op rust", "hoort er niet bij") if w in tekst]
    assert "Waar je docent op let" in tekst  # the rubric is no key


def test_points_are_always_a_number():
    from leerlijn import beleid, gradecell

    waarden = [gradecell.points(c, 2.0) for c in (0.5, 1.0, 7, -3, math.nan, math.inf, -math.inf, None, "1")]
    assert waarden == [1.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert beleid.deadline(beleid.Beleid(cesuur=0.5, inleveren_tot={"a": date(2030, 7, 1)}), "a") == datetime(2030, 7, 1, 21, 59, 59)


def test_missing_key_is_no_marks(keten, monkeypatch):
    sleutel = keten.grading / "sleutels" / f"{MODULE}.json"
    sleutel.rename(sleutel.with_suffix(".weg"))
    try:
        uitkomst = keten.api().autograde(MODULE, "html", force=True)
    finally:
        sleutel.with_suffix(".weg").rename(sleutel)
    assert not uitkomst["success"] and "leerlijn build" in uitkomst["log"]
    assert not (keten.grading / "autograded" / "html" / MODULE / "toets.ipynb").exists()


@pytest.mark.parametrize("tekst", [HTML, "a\n\n\nb", "'\"&<>", "$x$ \\(y\\) `z`", "\x1b[31m\x00", "![](attachment:x.png)", "- [ ] x\n\n    code", "é漢🙂"])
def test_plain_text_stays_plain(tekst):
    from bs4 import BeautifulSoup
    from nbconvert.filters import markdown2html

    html = f"<article>{artikel.plat(tekst)}</article>"
    assert "\n" not in html
    soep = BeautifulSoup(markdown2html(html), "html.parser")
    assert {t.name for t in soep.find_all()} <= {"article", "p", "br"}
    zichtbaar = "".join(c for c in tekst if c.isprintable() and not c.isspace())
    assert "".join(soep.get_text().split()) == "".join(zichtbaar.split())


def test_every_kind_has_an_article(items):
    from leerlijn import split

    for item in items.values():
        sleutel, publiek = split.key_item(item), split.public_item(item)
        for antwoord in (None, goed_antwoord(sleutel), ["x"]):
            html = artikel.bouw(sleutel, publiek, antwoord, {}, nummer=1, gekregen=0, punten=2, gemeld="let op <b>")
            assert html.startswith('<article class="ll-feedback') and html.endswith("</article>") and "\n" not in html
            assert artikel.opgemaakt(item.vraag) in html and "let op &lt;b&gt;" in html
            assert ("Redactiesleutel" in html) == (item.soort in ("oordeel", "vlaggen"))
            if antwoord is None:
                assert "niet beantwoord" in html.lower()


def test_facts_say_how_sure_they_are(items):
    from leerlijn import split

    item = items["toets-overleg"]
    feit = {"stelling": "Een <feit>.", "zekerheid": "middel", "vakoordeel": True, "bronnen": [{"organisatie": "O", "titel": "T & U", "jaar": "2024"}]}
    html = artikel.bouw(split.key_item(item), split.public_item(item), "delen", {"H-01": feit}, nummer=1, gekregen=2, punten=2)
    assert "Een &lt;feit&gt;. <small>O, T &amp; U (2024) · zekerheid: middel · vakoordeel</small>" in html


def goed_antwoord(sleutel):
    antwoord = {
        "een-goed": lambda: sleutel["goed"][0], "meer-goed": lambda: sleutel["goed"], "volgorde": lambda: sleutel["volgorde"],
        "koppel": lambda: sleutel["paren"], "vlaggen": lambda: sleutel["vlaggen"], "signalen": lambda: sleutel["signalen"],
        "oordeel": lambda: sleutel["oordeel"], "open": lambda: "tekst", "zin": lambda: "tekst",
    }[sleutel["soort"]]()  # fmt: skip
    assert score.score(sleutel, antwoord).status == "beantwoord"
    return antwoord


def test_source_notebook():
    nb = {"cells": [{"id": "titel", "cell_type": "markdown", "metadata": {}, "source": ["# Toets"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    voor = json.dumps(nb)
    uit = bronnotebook.make_source(nb, [{"id": "a", "soort": "een-goed", "punten": 2}, {"id": "b", "soort": "open", "punten": 4}])
    assert json.dumps(nb) == voor and uit["cells"][0] == nb["cells"][0]
    auto, open_ = (c["metadata"]["nbgrader"] for c in uit["cells"][1:])
    assert (auto["solution"], auto["locked"], auto["points"]) == (False, True, 2.0)
    assert (open_["solution"], open_["locked"], open_["points"]) == (True, False, 4.0)
    assert uit["cells"][1]["source"].endswith('toon.punten("a")')
    for fout in ([{"id": "a", "soort": "open", "punten": None}], [{"id": "a", "soort": "open", "punten": 1}] * 2):
        with pytest.raises(ValueError):
            bronnotebook.make_source(nb, fout)
    with pytest.raises(ValueError):
        bronnotebook.make_source(uit, [])
