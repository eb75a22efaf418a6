"""The figures of a group: what is withheld at which size, what is pointed at, what counts and what does not."""

import copy
import json
from datetime import date, datetime

import numpy as np
import pytest

from leerlijn import report, report_data, report_tekst
from leerlijn.report_data import Gegevens, Vraag
from leerlijn.report_keuze import Deel, Keuze

from .groep import Groep, project

FOUT = "toets-een-signaal"  # the item whose key the tests spoil
LEEG = "toets-tempo"  # the item that many leave open


def maak(n, k=8, seed=5):
    """A group straight from numbers: k items of one point with four choices, the first one right."""
    rng = np.random.default_rng(seed)
    goed = rng.random((n, k)) < 1 / (1 + np.exp(-1.5 * rng.normal(size=(n, 1))))
    codes = np.where(goed, 0, rng.integers(1, 4, (n, k)))
    vragen = [Vraag(f"toets-v{i}", i + 1, "een-goed", f"Vraag {i}?", f"doel-{i % 2}", 1.0, {"soort": "een-goed"}) for i in range(k)]
    delen = {q.id: [Deel("", "", [Keuze(c, c, c == "a") for c in "abcd"], codes[:, i].tolist())] for i, q in enumerate(vragen)}
    tijden = [datetime(2030, 3, 1 + i % 9, 10 + i % 4) for i in range(n)]
    return Gegevens("proef", "Proef", vragen, goed.astype(float), np.ones((n, k), int), delen, tijden, 0.6, None, {"doel-0": "nul", "doel-1": "een"})


@pytest.fixture(scope="module")
def groep(tmp_path_factory):
    """120 simulated learners who know the right answer, while the key of one item on the disk is wrong."""
    root = project(tmp_path_factory.mktemp("groep") / "project")
    pad = root / "grading" / "sleutels" / "herkennen.json"
    waar = json.loads(pad.read_text("utf-8"))
    stuk = copy.deepcopy(waar)
    item = stuk["items"][FOUT]
    item["goed"] = [next(o for o in item["opties"] if o not in item["goed"])]
    pad.chmod(0o600)
    pad.write_text(json.dumps(stuk), "utf-8")
    g = Groep(root, 120, seed=3)
    g.toets("herkennen", sleutel=waar, open_laten={LEEG: 0.3})
    g.toets("vlaggensysteem", wacht=True)
    return root


def test_a_wrong_key_is_pointed_at_first(groep):
    v = report.of_module(groep, "herkennen")
    eerste = v.opvallend[0]
    assert (eerste.item, eerste.code, eerste.ernst) == (FOUT, "sleutel", 1)
    assert "vakdeskundige" in eerste.doe and "‘" in eerste.zin
    assert {o.item for o in v.opvallend if o.code in ("sleutel", "negatief")} == {FOUT}
    assert any(o.code == "negatief" and o.item == FOUT for o in v.opvallend)


def test_what_was_left_open_is_counted_apart(groep):
    v = report.of_module(groep, "herkennen")
    rij = next(r for r in v.vragen if r["id"] == LEEG)
    assert 25 < rij["onbeantwoord"] < 50 and any(o.code == "onbeantwoord" and o.item == LEEG for o in v.opvallend)
    g = report_data.load(groep, "herkennen")
    j = [q.id for q in g.vragen].index(LEEG)
    open_ = g.stand[:, j] == report_data.ONBEANTWOORD
    assert rij["p"]["waarde"] == pytest.approx(g.punten[~open_, j].mean() / g.maximum[j])  # not dragged down by who left it open


def test_what_waits_for_a_teacher_does_not_count(groep):
    v = report.of_module(groep, "vlaggensysteem")
    wacht = [r["id"] for r in v.vragen if r["wacht"]]
    assert len(wacht) == 1 and f"({report_tekst.name(wacht[0])})" in v.meldingen[0] and wacht[0] not in v.meldingen[0] and "p" not in next(r for r in v.vragen if r["wacht"])
    assert v.maximum == sum(r["punten"] for r in v.vragen if not r["wacht"])
    assert np.isfinite(v.toets["alpha"]["waarde"])


@pytest.mark.parametrize("n, wel, niet", [
    (4, [], ["toets", "geslaagd", "verdeling", "vragen", "keuzes", "leerdoelen", "opvallend", "tijden"]),
    (9, ["toets"], ["geslaagd", "verdeling", "keuzes", "leerdoelen", "opvallend", "tijden"]),
    (29, ["toets", "geslaagd", "verdeling", "vragen", "keuzes", "leerdoelen", "tijden"], []),
    (30, ["toets", "geslaagd", "verdeling", "vragen", "keuzes", "leerdoelen", "tijden"], []),
])
def test_what_a_small_group_gets(n, wel, niet):
    v = report.make(maak(n))
    assert all(getattr(v, veld) for veld in wel) and not any(getattr(v, veld) for veld in niet)
    assert bool(v.meldingen)
    groot = n >= 30
    assert ("alpha" in v.toets) is groot and any("rest" in r for r in v.vragen) is groot
    assert any("p" in r for r in v.vragen) is (n >= 10)
    if v.keuzes:
        assert v.keuzes["toets-v0"]["groepen"] == (["laag", "midden", "hoog"] if groot else ["iedereen"])


def test_no_small_number_is_left_anywhere():
    v = report.make(maak(31))
    getallen = [a for k in v.keuzes.values() for d in k["delen"] for rij in d["aantal"] for a in rij]
    getallen += [*v.verdeling, *v.tijden["dagen"], *v.tijden["uren"], *(r["onbeantwoord"] for r in v.vragen)]
    assert "<5" in getallen and not [g for g in getallen if isinstance(g, int) and 0 < g < 5]


def test_easy_hard_unused_and_unreadable_are_pointed_at():
    g = maak(80)
    g.punten[:, 0], g.delen["toets-v0"][0].codes = 1.0, [0] * 80
    g.punten[:, 1] = 0.0
    g.stand[3, 2] = report_data.ONLEESBAAR
    codes = {(o.item, o.code) for o in report.make(g).opvallend}
    assert {("toets-v0", "makkelijk"), ("toets-v0", "afleider"), ("toets-v1", "moeilijk"), ("toets-v2", "onleesbaar")} <= codes


def test_a_replaced_item_is_shown_but_not_pointed_at():
    g = maak(80)
    g.punten[:, 1] = 0.0
    g.vragen[1].vervallen = date(2030, 5, 1)
    v = report.make(g)
    assert v.vragen[1]["vervallen"] == date(2030, 5, 1) and "toets-v1" not in {o.item for o in v.opvallend}
    assert v.vragen[1]["p"]["waarde"] == 0.0


def test_outcomes_and_pass_mark_by_hand():
    g = maak(40, k=4)
    v = report.make(g)
    deel = g.punten[:, [0, 2]].mean(1)
    assert v.leerdoelen[0]["punten"]["waarde"] == pytest.approx(deel.mean())
    assert v.leerdoelen[0]["beheerst"]["waarde"] == pytest.approx((deel >= 0.6).mean())
    assert v.geslaagd["waarde"] == pytest.approx((g.punten.mean(1) >= 0.6).mean())


def test_irt_only_for_large_groups():
    assert "vanaf 100" in report.make(maak(40), irt=True).irt["melding"]
    klein, groot = report.make(maak(120), irt=True).irt, report.make(maak(260), irt=True).irt
    assert klein["vragen"][0]["a"] is None and klein["vragen"][0]["b1"] is not None
    assert groot["melding"] == "" and all(r["a"] > 0 for r in groot["vragen"])
