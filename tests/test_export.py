"""Points as files: opaque ids, nothing a spreadsheet would run, open questions apart, and what an LMS reads back."""

import csv
import io
import stat

import openpyxl
import pandas as pd
import pytest

from leerlijn import cli, export, gradebook
from leerlijn.errors import LeerlijnError

from .cijfers import judge
from .keten import GOED, MODULE, graded

NAMEN = ("ann", "ben", "cas")


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    groep = {"ann": GOED, "ben": {"toets-overleg": "zwijgen", "toets-open": "Iets."}, "cas": {"toets-overleg": "delen"}}
    with graded(tmp_path_factory.mktemp("export"), groep) as k:
        judge(gradebook.url(k.grading), "ann", "toets-open", manual_score=3.5, extra_credit=0.5, needs_manual_grade=False)
        yield k


@pytest.fixture
def map_(keten, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(keten.root)
    assert cli.main(["export", "--naar", str(tmp_path / "uit"), "--lms", "moodle"]) == 0
    assert "inlognamen" in capsys.readouterr().out
    return tmp_path / "uit"


def read(pad):
    return list(csv.DictReader(io.StringIO(pad.read_text("utf-8-sig")), delimiter=";"))


def test_modules_and_outcomes(map_, keten):
    rijen = {r["punten"]: r for r in read(map_ / "cijfers.csv")}
    assert set(rijen) == {"8,0", "", "2,0"}
    assert (rijen["8,0"]["van"], rijen["8,0"]["voldoende"], rijen["8,0"]["onbeantwoord"], rijen["8,0"]["stand"]) == ("8,0", "ja", "0", "klaar")
    assert (rijen[""]["stand"], rijen[""]["voldoende"], rijen[""]["onbeantwoord"]) == ("wacht op docent", "", "1")
    assert (rijen["2,0"]["voldoende"], rijen["2,0"]["onbeantwoord"]) == ("nee", "2")  # not answered, and not wrong
    doelen = read(map_ / "leerdoelen.csv")
    codes = {r["deelnemer"] for r in doelen}
    assert len(codes) == 3 and all(c.startswith("d-") and len(c) == 14 for c in codes)
    for code in codes:
        som = [float(r["van"].replace(",", ".")) for r in doelen if r["deelnemer"] == code]
        assert sum(som) == 8.0
    boek = openpyxl.load_workbook(map_ / "cijfers.xlsx")
    assert boek.sheetnames == ["Modules", "Leerdoelen", "Vragen", "Uitleg"] and boek["Vragen"].max_row == 1 + 3 * 3
    assert {r[6].value for r in boek["Vragen"].iter_rows(min_row=2)} == {"beantwoord", "onbeantwoord", "wacht op docent"}


def test_no_name_but_for_the_lms(map_, keten):
    for pad in (map_ / "cijfers.csv", map_ / "leerdoelen.csv"):
        velden = {v for r in read(pad) for v in r.values()}
        assert not velden & set(NAMEN)
    boek = openpyxl.load_workbook(map_ / "cijfers.xlsx")
    assert not {c.value for blad in boek for rij in blad.iter_rows() for c in rij} & set(NAMEN)
    assert {stat.S_IMODE(p.stat().st_mode) for p in map_.iterdir()} == {0o600} and stat.S_IMODE((keten.grading / export.GEHEIM).stat().st_mode) == 0o600
    assert (map_ / "moodle.csv").read_text().splitlines()[0] == "username,Een proefmodule"
    assert sorted((map_ / "moodle.csv").read_text().splitlines()[1:]) == ["ann,8.0", "ben,", "cas,2.0"]


def test_the_same_code_each_time_and_another_elsewhere(map_, keten):
    codes = {r["deelnemer"] for r in read(map_ / "cijfers.csv")}
    sleutel = export.secret(keten.grading)
    assert codes == {export.opaque(sleutel, n) for n in NAMEN} and export.opaque(b"anders", "ann") not in codes


@pytest.mark.parametrize("x", ["=1+1", "+31 6", "-1", "@SOM(A1)", "\t=1", "\r=1", "\n=1", " =1", "|cmd", "%x", "＝1+1", "\x00=1"])
def test_no_formula(x, tmp_path):
    veilig = export.safe(x)
    assert veilig.startswith("'")
    pd.DataFrame({"a": [veilig]}).to_excel(tmp_path / "x.xlsx", index=False)
    assert openpyxl.load_workbook(tmp_path / "x.xlsx").active["A2"].data_type == "s"
    assert [export.safe(v) for v in ("gewoon", "a=b", 3, -1.5, None)] == ["gewoon", "a=b", 3, -1.5, None]


def test_columns_of_each_lms():
    lms = pd.DataFrame([{"wie": "ann", "toets": "T", "punten": 7.5, "van": 8.0}, {"wie": "ben", "toets": "T", "punten": None, "van": 8.0}])
    assert export.for_lms(lms, "brightspace").to_csv(index=False).split() == ["Username,T", "Points", "Grade,End-of-Line", "Indicator", "ann,7.5,#", "ben,,#"]
    canvas = export.for_lms(lms, "canvas").to_csv(index=False).splitlines()
    assert canvas == ["Student,ID,SIS User ID,SIS Login ID,Section,T", "    Points Possible,,,,,8.0", "ann,,,ann,,7.5", "ben,,,ben,,"]


def test_nothing_graded(keten, tmp_path, monkeypatch):
    with pytest.raises(LeerlijnError, match="nog niets nagekeken"):
        export.tables(keten.root, ["onbekend"])
