"""Shared practice: what learners chose to give, read without trust, and withheld for a handful."""

import json
import os
import pwd

import pytest

from leerlijn import beleid, casus, gedeeld, report_gedeeld

from .groep import ROOT, Groep

MODULE, CASUS = "herkennen", "avonddienst-met-milan"
ZEKER = {"1": [1, 2], "2": [3, 4], "3": [5, 5]}


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("LEERLIJN_UITWISSELING", str(tmp_path / "uitwisseling"))
    monkeypatch.delenv("LEERLIJN_DIENSTEN", raising=False)
    for naam in ("modules", "quizzes", "casuistiek", "source_material"):
        (tmp_path / naam).symlink_to(ROOT / naam)
    (tmp_path / "grading" / "gedeeld").mkdir(parents=True)
    return tmp_path


def test_figures_of_a_group(root):
    Groep(root, 40).deel(MODULE)
    g = report_gedeeld.load(root, MODULE)
    z = report_gedeeld.certainty(g)
    assert z["deelnemers"] == g.aantal == 40 and g.meldingen == []
    gok, redelijk, heel = (r["goed"]["waarde"] for r in z["niveaus"])
    assert gok < redelijk < heel
    assert all(r["goed"]["laag"] < r["goed"]["waarde"] < r["goed"]["hoog"] for r in z["niveaus"])
    (p,) = report_gedeeld.paths(g)
    assert p["id"] == CASUS and p["knopen"][p["start"]]["aantal"] == 40
    assert not [a for a in (*(k["aantal"] for k in p["keuzes"]), *(k["aantal"] for k in p["knopen"].values())) if isinstance(a, int) and 0 < a < 5]
    assert sum(k["beste"] for k in p["keuzes"]) >= 3


def test_what_is_shared_from_the_page_counts_too(root, tmp_path, monkeypatch):
    """Files given by hand, those in the exchange (all of one account, so one learner) and those of the shared service, together."""
    inbound, dienst = tmp_path / "uitwisseling" / beleid.course(ROOT).cursus / "inbound", tmp_path / "dienst"
    for m in (inbound, dienst):
        m.mkdir(parents=True)
    monkeypatch.setenv("LEERLIJN_DIENSTEN", f"{pwd.getpwuid(os.getuid()).pw_name}:{dienst}")
    stuk = [json.dumps({"v": 1, "module": m, "zekerheid": ZEKER, "paden": {}}).encode() for m in (MODULE, MODULE, "vlaggensysteem")]
    (root / "grading" / "gedeeld" / "a.json").write_bytes(stuk[0])
    gedeeld.place(inbound, {f"{n:032x}": s for n, s in enumerate(stuk)}, 0o644)
    gedeeld.place(dienst, {f"{n + 8:032x}": s for n, s in enumerate(stuk)}, 0o640)
    assert report_gedeeld.load(root, MODULE).aantal == 1 + 1 + 2
    assert report_gedeeld.load(root, "vlaggensysteem").aantal == 2
    gedeeld.take_back(dienst, [f"{8:032x}"])
    assert report_gedeeld.load(root, MODULE).aantal == 3  # taken back: gone at the next report
    monkeypatch.setenv("LEERLIJN_ZELFDE_ACCOUNT", "1")
    assert report_gedeeld.load(root, MODULE).aantal == 4


def test_a_handful_is_not_shown(root):
    Groep(root, 4).deel(MODULE)
    g = report_gedeeld.load(root, MODULE)
    assert report_gedeeld.certainty(g) is None and report_gedeeld.paths(g) == [] and "Minder dan 5" in g.meldingen[0]


def test_nobody_shared(root):
    g = report_gedeeld.load(root, MODULE)
    assert (g.aantal, g.meldingen, report_gedeeld.certainty(g)) == (0, [], None)


@pytest.mark.parametrize("inhoud", [
    b"", b"\xff\xfe", b"[]", b"[" * 50_000, b"x" * 200_000,
    json.dumps({"v": 2, "module": MODULE, "zekerheid": ZEKER, "paden": {}}).encode(),
    json.dumps({"v": 1, "module": MODULE, "zekerheid": {**ZEKER, "3": [6, 5]}, "paden": {}}).encode(),
    json.dumps({"v": 1, "module": MODULE, "zekerheid": {**ZEKER, "1": [True, True]}, "paden": {}}).encode(),
    json.dumps({"v": 1, "module": MODULE, "zekerheid": {**ZEKER, "1": [10**9, 10**9]}, "paden": {}}).encode(),
    b'{"v": 1, "module": "herkennen", "zekerheid": {"1": [NaN, 1], "2": [0, 0], "3": [0, 0]}, "paden": {}}',
])
def test_a_file_that_is_not_in_order_is_skipped_and_counted(root, inhoud):
    (root / "grading" / "gedeeld" / "a.json").write_bytes(inhoud)
    g = report_gedeeld.load(root, MODULE)
    assert g.aantal == 0 and g.meldingen == ["1 bestand(en) met gedeelde oefening zijn niet te lezen en niet meegeteld."]


def test_links_and_pipes_are_refused(root, tmp_path):
    map_ = root / "grading" / "gedeeld"
    (tmp_path / "geheim.json").write_text(json.dumps({"v": 1, "module": MODULE, "zekerheid": ZEKER, "paden": {}}))
    (map_ / "link.json").symlink_to(tmp_path / "geheim.json")
    os.mkfifo(map_ / "pijp.json")
    g = report_gedeeld.load(root, MODULE)
    assert g.aantal == 0 and g.meldingen[0].startswith("2 ")


def test_impossible_walks_do_not_count(root):
    """A walk counts only when it can be walked to an end; another case, a stranger's node or half a walk does not."""
    Groep(root, 5).deel(MODULE)
    goed = report_gedeeld.load(root, MODULE)
    heel = [list(s) for s in casus.beste_pad(goed.casussen[CASUS])[1]]
    for i, paden in enumerate(({CASUS: heel[:-1]}, {CASUS: [["<script>", "x"]]}, {"vreemd": heel}, {CASUS: "tekst"}, {CASUS: [[1, 2, 3], None]})):
        (root / "grading" / "gedeeld" / f"x{i}.json").write_text(json.dumps({"v": 1, "module": MODULE, "zekerheid": ZEKER, "paden": paden}))
    g = report_gedeeld.load(root, MODULE)
    assert g.aantal == 10 and len(g.paden[CASUS]) == 5
