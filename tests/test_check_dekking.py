"""No row of the matrix is empty, every recommendation is accounted for, and what is outdated is said with its year."""

import copy

import pytest

from leerlijn import check, cli, content
from tests.conftest import ROOT

from .check_hulp import cursus, module, schrijf
from .test_check_items import VANDAAG, M, fouten, vind, zet

AANBEVELINGEN, BRONPAGINA, VEROUDERD, UITKOMSTEN = (f"source_material/{n}.yaml" for n in ("aanbevelingen", "bronpagina", "verouderd", "leeruitkomsten"))
RIJ = {"leeruitkomsten": [f"{M}-doel-0"], "feiten": ["H-01", "H-02"]}
GOED = cursus(module(M, "H")) | {
    AANBEVELINGEN: {"opmerking": "Over.", "aantal": "3", "niet_gevonden": ["2"], "aanbevelingen": [
        {"id": f"aanbeveling-{n}", "nummer": str(n), "voor": "iedereen", "tekst": "Doe dit.", "bronnen": ["BRON"], **RIJ} for n in (1, 3)]},
    BRONPAGINA: {"opmerking": "Over.", "bronnen": ["BRON"], "onderdelen": [{"id": "deel-een", "deel": "Een deel", **RIJ}]},
    VEROUDERD: {"verouderd": [{"id": "oud", "bron_zei": "Toen.", "nu": "Nu.", "sinds": "2020", "plaats": [f"{M}/deel-1"], "feiten": ["H-01"]},
                              {"id": "zonder-feit", "bron_zei": "Toen.", "nu": "Nu.", "sinds": "2020", "bronnen": ["BRON"]}]},
}  # fmt: skip
GOED["source_material/bronnen.yaml"]["bronnen"].append({"id": "BRON", "organisatie": "Instituut", "titel": "Bericht", "jaar": "2017", "gezien": "2026-11-26", "buiten_register": "ja"})
GOED[UITKOMSTEN] |= {"kernen": [{"id": "LO-A", "tekst": "Een kern."}, {"id": "LO-D", "tekst": "Het kader.", "kader": "ja"}]}
for _u in GOED[UITKOMSTEN]["leeruitkomsten"]:
    _u["kernen"] = ["LO-A"]
LES = f"modules/01-{M}/les.ipynb"
next(c for c in GOED[LES]["cells"] if c["id"] == "deel-1")["source"].append("\nSinds 2020 is dat anders. [H-01]\n")


def rij(b, bestand=AANBEVELINGEN, lijst="aanbevelingen"):
    return b[bestand][lijst][0]


def deel1(b):
    return next(c for c in b[LES]["cells"] if c["id"] == "deel-1")


def alleen_in_toets(b):
    """A fact that a lesson and a test name, and no exercise: one column of its row stays empty."""
    b["source_material/feiten/herkennen.yaml"]["feiten"].append(b["source_material/feiten/herkennen.yaml"]["feiten"][0] | {"id": "H-50"})
    deel1(b)["source"].append("Dat staat ook vast. [H-50]\n")
    next(i for i in b[f"quizzes/{M}.yaml"]["items"] if i["gebruik"] == "toets")["bron"] = ["H-50"]
    zet(rij(b), feiten=["H-50"])


def test_a_course_that_covers_everything_is_silent(tmp_path):
    assert check.run(schrijf(tmp_path, GOED), VANDAAG) == []


@fouten(
    ("dekking-leeg", alleen_in_toets),
    ("dekking-leeg", lambda b: b[UITKOMSTEN]["kernen"].append({"id": "LO-B", "tekst": "Een kern die niemand leert."})),
    ("dekking-leeg", lambda b: zet(rij(b, BRONPAGINA, "onderdelen"), feiten=[])),
    ("dekking-leerdoel", lambda b: zet(rij(b), leeruitkomsten=["herkennen-doel-9"])),
    ("dekking-feit", lambda b: zet(rij(b, BRONPAGINA, "onderdelen"), feiten=["H-01", "H-99"])),
    ("dekking-feit", lambda b: zet(rij(b, VEROUDERD, "verouderd"), feiten=["H-01", "H-99"])),
    ("aanbeveling-nummer", lambda b: zet(b[AANBEVELINGEN], niet_gevonden=[])),
    ("aanbeveling-nummer", lambda b: zet(rij(b), nummer="2")),
    ("verouderd-plaats", lambda b: rij(b, VEROUDERD, "verouderd").pop("plaats")),
    ("verouderd-plaats", lambda b: zet(rij(b, VEROUDERD, "verouderd"), plaats=[f"{M}/deel-99"])),
    ("verouderd-plaats", lambda b: zet(rij(b, VEROUDERD, "verouderd"), feiten=["H-05"])),
    ("verouderd-wanneer", lambda b: zet(deel1(b), source="## Deel 1\n\nDat staat vast. [H-01]\n")),
)
def test_a_gap_is_found(tmp_path, code, stuk):
    assert code in vind(tmp_path, stuk, GOED)


def test_an_error_stands_at_the_row_that_is_empty(tmp_path):
    probleem = vind(tmp_path, alleen_in_toets, GOED)["dekking-leeg"]
    tekst = (tmp_path / AANBEVELINGEN).read_text(encoding="utf-8").split("\n")
    assert probleem.bestand == AANBEVELINGEN and "aanbeveling-1" in "".join(tekst[probleem.regel - 2 : probleem.regel + 1])
    assert "oefening" in probleem.wat and "theorie" not in probleem.wat


def test_matrix_counts_per_row_and_says_what_was_not_found(tmp_path):
    regels = check.matrix(content.load(schrijf(tmp_path, GOED))).splitlines()
    vind_rij = {r.split()[0]: r.split() for r in regels if r}
    assert vind_rij[f"{M}-doel-0"][1:5] == ["6/6", "10", "8", "2"]
    assert vind_rij["LO-A"][2:4] == ["20", "15"] and "LO-D" not in vind_rij
    assert vind_rij["aanbeveling-3"][1] == "2/2" and "aanbeveling-2" not in vind_rij
    assert any("aanbeveling 2 van de 3 is niet gevonden" in r for r in regels)
    assert f"{M}/deel-1" in vind_rij["oud"] and "pagina met veranderingen" in " ".join(vind_rij["zonder-feit"])


def test_check_tells_the_matrix_in_a_line_and_whole_when_asked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(schrijf(tmp_path, copy.deepcopy(GOED)))
    assert cli.main(["check"]) == 0
    assert "Matrix: 2 leeruitkomsten, 1 kernen, 2 aanbevelingen en 1 delen van de bronpagina; geen lege rij" in capsys.readouterr().out
    assert cli.main(["check", "--matrix"]) == 0
    assert "aanbeveling-1" in capsys.readouterr().out


@pytest.mark.parametrize("groep, aantal", [("kernen", 3), ("aanbevelingen", 4), ("onderdelen", 27)])
def test_the_course_itself_has_no_empty_row(groep, aantal):
    from leerlijn import check_dekking, check_tekst

    inhoud = content.load(ROOT)
    rijen = getattr(check_dekking.Dekking(inhoud, check_tekst.stukken(inhoud)), groep)
    assert len(rijen) == aantal and not [r.id for r in rijen if r.leeg or len(r.in_les) < len(r.feiten) / 2]
