"""Every rule about names, facts, notebooks, pictures and counts, with a broken example of each."""

import re
from pathlib import Path

import pytest

from leerlijn import check, check_notebook, content

from .check_hulp import SVG, cursus, module, schrijf, toon
from .test_check_items import GESPREK, GOED, QUIZ, M, fouten, vind, vraag, zet

MAP = f"modules/01-{M}"
LES, TOETS, DOCENT, HANDOUT = f"{MAP}/les.ipynb", f"{MAP}/toets.ipynb", f"{MAP}/docent.md", f"{MAP}/handout.md"
BEELD = f"{MAP}/beeld/route.svg"
FEITEN = f"source_material/feiten/{M}.yaml"
TWEE = cursus(module(M, "H"), module("melden", "M"))


def cel(b, ident, bestand=LES):
    return next(c for c in b[bestand]["cells"] if c["id"] == ident)


def feit(b, nr=0):
    return b[FEITEN]["feiten"][nr]


def weg(b, ident, bestand=LES):
    b[bestand]["cells"].remove(cel(b, ident, bestand))


def svg(oud, nieuw):
    return lambda b: b.update({BEELD: SVG.replace(oud, nieuw)})


@fouten(
    ("dubbele-id", lambda b: zet(b["quizzes/melden.yaml"]["items"][0], id=f"{M}-oefening-0")),
    ("plek-is-id", lambda b: zet(vraag(b, "een-goed"), plek=f"{M}-oefening-3")),
    ("module-dubbel", lambda b: zet(b["modules/cursus.yaml"]["modules"][1], map=f"01-{M}")),
    ("module-onbekend", lambda b: zet(b[GESPREK], module="herkenen")),
    ("module-onbekend", lambda b: b["modules/cursus.yaml"]["modules"].pop()),
    ("module-onbekend", lambda b: b.update({"grading/beleid.yaml": {"cesuur": "0.6", "inleveren_tot": {"herkenen": "2027-01-01"}}})),
    ("leerdoel-onbekend", lambda b: zet(vraag(b, "een-goed"), leerdoel=f"{M}-doel-9")),
    ("leerdoel-elders", lambda b: zet(vraag(b, "een-goed"), leerdoel="melden-doel-0")),
    ("bron-onbekend", lambda b: zet(feit(b), bronnen=["broon"])),
    ("feit-zonder-bron", lambda b: zet(feit(b), bronnen=[])),
    ("begrip-dubbel", lambda b: b["source_material/begrippen.yaml"]["begrippen"].append({"id": "ander", "begrip": "Signalen", "omschrijving": "Iets."})),
    ("feit-onbekend", lambda b: zet(vraag(b, "een-goed"), bron=["H-99"])),
    ("feit-onbekend", lambda b: zet(vraag(b, "een-goed")["opties"][0], bron=["H-99"])),
    ("feit-onbekend", lambda b: zet(b[GESPREK]["knopen"]["goed"], bron=["H-99"])),
    ("feit-onbekend", lambda b: zet(b["source_material/begrippen.yaml"]["begrippen"][0], feiten=["H-99"])),
    ("feit-onbekend", lambda b: cel(b, "deel-1")["source"].append("Zeker. [H-01, H-99]")),
    ("feit-onbekend", lambda b: b.update({DOCENT: "# Docent\n\nZeker. [H-99]\n"})),
    ("feit-laag", lambda b: zet(feit(b), zekerheid="laag")),
    ("feit-niet-gebruiken", lambda b: zet(feit(b), niet_gebruiken="ja")),
    ("feit-middel", lambda b: zet(feit(b, 1), zekerheid="middel")),
    ("feit-vakoordeel", lambda b: (zet(feit(b, 1), bronnen=["VAKOORDEEL"], vakoordeel="ja"))),
    ("let-op-feit-verlopen", lambda b: zet(feit(b), controleer_voor="2026-11-23")),
)
def test_references(tmp_path, code, stuk):
    assert code in vind(tmp_path, stuk, TWEE)


def test_a_fact_that_is_not_due_or_not_used_is_no_problem(tmp_path):
    def stuk(b):
        zet(feit(b), controleer_voor="2026-11-24")
        b[FEITEN]["feiten"].append(feit(b) | {"id": "H-50", "zekerheid": "laag", "controleer_voor": "2020-01-01"})

    assert vind(tmp_path, stuk) == {}


def test_the_line_of_a_reference_in_a_notebook_and_in_a_page(tmp_path):
    def stuk(b):
        cel(b, "deel-1")["source"].append("Zeker. [H-98]\n")
        b[DOCENT] = "# Docent\n\nZeker. [H-99]\n"

    schrijf(tmp_path, GOED)
    vind(tmp_path, stuk)
    gevonden = {p.bestand: p for p in check.run(tmp_path) if p.code == "feit-onbekend"}
    for naam, ident in ((LES, "[H-98]"), (DOCENT, "[H-99]")):
        assert ident in (tmp_path / naam).read_text().splitlines()[gevonden[naam].regel - 1]


@fouten(
    ("notebook-kaal", lambda b: zet(cel(b, "oefenen"), outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}])),
    ("notebook-kaal", lambda b: zet(cel(b, "oefenen"), execution_count=3)),
    ("notebook-kaal", lambda b: zet(cel(b, "oefenen"), metadata={"collapsed": True})),
    ("notebook-kaal", lambda b: zet(b[LES]["metadata"], widgets={})),
    ("notebook-cel-id", lambda b: zet(cel(b, "oefenen"), id="a1b2c3d4")),
    ("notebook-cel-id", lambda b: zet(cel(b, "deel-2"), id="deel-1")),
    ("notebook-cel-id", lambda b: cel(b, "deel-2").pop("id")),
    ("code-lang", lambda b: zet(cel(b, "oefenen"), source="from leerlijn import toon\n\ntoon.toets()")),
    ("code-anders", lambda b: zet(cel(b, "oefenen"), source="import os")),
    ("toon-onbekend", lambda b: zet(cel(b, "oefenen"), source=toon(f'oefening("{M}-plek-8")'))),
    ("toon-onbekend", lambda b: zet(cel(b, "casus-0"), source=toon(f'casus("{M}-gesprek-1")'))),
    ("toon-toets", lambda b: zet(cel(b, "oefenen"), source=toon("toets()"))),
    ("toon-toets", lambda b: zet(cel(b, "oefenen"), source=toon(f'oefening("{M}-toets-0")'))),
    ("toon-dubbel", lambda b: zet(cel(b, "dossier"), source=toon(f'casus("{M}-gesprek-0")'))),
    ("niet-getoond", lambda b: weg(b, "dossier")),
    ("niet-getoond", lambda b: zet(vraag(b, "een-goed"), plek="nergens")),
    ("les-ontbreekt", lambda b: b.pop(LES)),
    ("toets-ontbreekt", lambda b: b.pop(TOETS)),
    ("toets-ontbreekt", lambda b: weg(b, "toets", TOETS)),
    ("beeld-alt", lambda b: zet(cel(b, "route"), source="![](beeld/route.svg)")),
    ("beeld-alt", lambda b: zet(cel(b, "route"), source="![Afbeelding van route](beeld/route.svg)")),
    ("beeld-onbekend", lambda b: zet(cel(b, "route"), source="![Drie vakken en pijlen](beeld/ruote.svg)")),
    ("beeld-onbekend", lambda b: zet(vraag(b, "een-goed"), afbeelding={"bestand": "beeld/x.svg", "alt": "Drie vakken en pijlen"})),
    ("tekst-opmaak", lambda b: zet(cel(b, "deel-1"), source="Een <span>woord</span>.")),
    *(("tekst-formule", lambda b, f=f: zet(cel(b, "deel-1"), source=f"Zo: {f} is het.")) for f in ("$x^2$", "$$", r"\(x\)", r"\[y", r"\begin{align}")),
    ("tekst-formule", lambda b: zet(vraag(b, "een-goed"), vraag="Wat is $a + b$ hier?")),
    ("les-opbouw", lambda b: weg(b, "vooraf")),
    ("les-opbouw", lambda b: weg(b, "verder")),
    ("les-koppen", lambda b: zet(cel(b, "deel-1"), source="# Nog een titel")),
    ("les-koppen", lambda b: zet(cel(b, "vooraf"), source="### Te diep")),
)
def test_notebooks(tmp_path, code, stuk):
    assert code in vind(tmp_path, stuk)


def test_an_amount_is_no_formula(tmp_path):
    assert "tekst-formule" not in vind(tmp_path, lambda b: zet(cel(b, "deel-1"), source=r"Het kost $5 of $10, en `$code$` ook. Een pad: map\bestand."))


@pytest.mark.parametrize("roep", ["toon.toets(1)", "toon.oefening()", "toon.oefening(naam)", 'toon.oefening("a", keer=2)', 'toon.casus("a", "b")', 'toon.wis("a")', '__import__("os")', "toon"])
def test_code_cells_may_only_make_the_calls_that_exist(roep):
    assert check_notebook.aanroep(f"from leerlijn import toon\n{roep}") is None


def test_code_cells_that_are_good():
    assert check_notebook.aanroep(toon('oefening("a", "b")')) == ("oefening", ["a", "b"])
    assert check_notebook.aanroep(toon("toets()")) == ("toets", [])
    assert check_notebook.aanroep("from os import toon\ntoon.toets()") is None


@fouten(
    ("svg-titel", svg("<title id=\"route-t\">De route</title>", "")),
    ("svg-desc", svg("Drie vakken van links naar rechts: zien, bespreken, besluiten. Pijlen verbinden ze.", "Kort.")),
    ("svg-rol", svg(' role="img"', "")),
    ("svg-maat", svg(' viewBox="0 0 720 200"', "")),
    ("svg-vreemd", svg("<rect", "<script>1</script><rect")),
    ("svg-vreemd", svg("<rect", "<style>rect{}</style><rect")),
    ("svg-vreemd", svg("<rect", '<rect onclick="x()"')),
    ("svg-vreemd", svg("<svg", "<!DOCTYPE svg><svg")),
    ("svg-buiten", svg("<rect", '<use href="https://leerlijn.example/x.svg#a"/><rect')),
    ("svg-buiten", svg("<rect", '<rect mask="url(x.svg#a)"')),
    ("svg-id", svg("<rect", '<rect id="vak"')),
    ("svg-letter", svg('font-size="17"', 'font-size="12"')),
    ("svg-vorm", svg("</svg>", "")),
    ("svg-groot", svg("<rect", f"<!-- {'x' * 100_001} --><rect")),
    ("beeld-soort", lambda b: b.update({f"{MAP}/beeld/foto.png": "x"})),
    ("let-op-beeld-ongebruikt", lambda b: zet(cel(b, "route"), source="Geen beeld.")),
)
def test_pictures(tmp_path, code, stuk):
    assert code in vind(tmp_path, stuk)


def houd(b, welke):
    b[QUIZ]["items"] = [i for n, i in enumerate(b[QUIZ]["items"]) if welke(n, i)]


def langste(b):
    for i in b[QUIZ]["items"]:
        if i["soort"] == "een-goed":
            next(o for o in i["opties"] if o.get("goed"))["tekst"] += " Dat doe je rustig en samen met het team."


def vooraan(b):
    for i in b[QUIZ]["items"]:
        if i["soort"] == "een-goed":
            i |= {"vaste_volgorde": "ja", "opties": sorted(i["opties"], key=lambda o: "goed" not in o)}


@fouten(
    ("uitkomst-oefening", lambda b: houd(b, lambda n, i: i["gebruik"] == "toets" or i["leerdoel"].endswith("0"))),
    ("uitkomst-toets", lambda b: houd(b, lambda n, i: i["gebruik"] == "oefening" or i["leerdoel"].endswith("0"))),
    ("maat-oefening", lambda b: houd(b, lambda n, i: n > 0)),
    ("maat-soorten", lambda b: houd(b, lambda n, i: i["gebruik"] == "toets" or i["soort"] in ("een-goed", "koppel", "zin", "volgorde", "open"))),
    ("maat-toets", lambda b: houd(b, lambda n, i: n != 20)),
    ("maat-open", lambda b: houd(b, lambda n, i: i["gebruik"] == "oefening" or i["soort"] != "open")),
    ("maat-situatie", lambda b: [i.pop("situatie") for i in b[QUIZ]["items"] if i["gebruik"] == "toets" and i["soort"] != "vlaggen"]),
    ("maat-casus", lambda b: (b.pop(GESPREK), weg(b, "casus-0"))),
    ("maat-docent", lambda b: b.pop(DOCENT)),
    ("maat-handout", lambda b: b.pop(HANDOUT)),
    ("maat-beelden", lambda b: weg(b, "trap")),
    ("maat-morgen", lambda b: zet(cel(b, "morgen"), source="## Wat je morgen anders doet\n\n- Kijken.\n- Luisteren.\n")),
    ("maat-morgen", lambda b: cel(b, "morgen")["source"].extend(["- Kijken.\n"] * 3)),
    ("maat-theorie", lambda b: [weg(b, f"deel-{n}") for n in (1, 2, 3)]),
    ("let-op-lang", lambda b: cel(b, "deel-1")["source"].extend(["Je vraagt het rustig.\n\n"] * 500)),
    ("let-op-feiten", lambda b: b[FEITEN]["feiten"].extend(b[FEITEN]["feiten"][0] | {"id": f"H-{n}"} for n in range(20, 40))),
    ("let-op-niet-geleerd", lambda b: (b[FEITEN]["feiten"].append(feit(b) | {"id": "H-50"}), zet(vraag(b, "een-goed", "toets"), bron=["H-50"]))),
    ("toets-langste", langste),
    ("toets-plaats", vooraan),
)
def test_counts(tmp_path, code, stuk):
    assert code in vind(tmp_path, stuk)


def test_retired_items_do_not_count(tmp_path):
    assert "maat-oefening" in vind(tmp_path, lambda b: zet(vraag(b, "een-goed"), vervallen="2026-01-01"))


def test_a_module_without_a_quiz_file_has_no_size(tmp_path):
    def stuk(b):
        for naam in (QUIZ, LES, TOETS, DOCENT, BEELD, GESPREK, GESPREK.replace("gesprek-0", "dossier")):
            b.pop(naam)

    assert vind(tmp_path, stuk) == {}


def test_warnings_are_told_apart(tmp_path):
    schrijf(tmp_path, GOED)
    (tmp_path / "modules" / f"01-{M}" / "beeld" / "extra.svg").write_text(SVG.replace("route", "extra"))
    gevonden = check.run(tmp_path)
    assert [p.code for p in gevonden] == ["let-op-beeld-ongebruikt"] and check.fouten(gevonden) == []


def test_a_folder_without_content_is_told_and_nothing_breaks(tmp_path):
    assert [p.code for p in check.run(tmp_path)] == ["yaml-lezen"]


@pytest.mark.parametrize("spoiled", [{"metadata": None}, {"cells": []}, {"cells": [{"source": ["# x", 3]}]}, {"cells": [{"cell_type": "code", "source": None, "metadata": [1], "outputs": 3}]},
                                     {"cells": [{"cell_type": "code", "id": 7, "source": "(" * 5000}]}, {"cells": [{"cell_type": "markdown", "id": "x", "source": "a" * 300_000 + "@"}]},
                                     {"cells": [{"cell_type": "markdown", "id": "x", "source": "<" * 100_000 + "[](" * 1000}]}])  # fmt: skip
def test_odd_notebooks_never_break_the_checker(tmp_path, spoiled):
    assert isinstance(vind(tmp_path, lambda b: b[LES].update(spoiled)), dict)


def test_whatever_field_is_left_out_the_checker_goes_on(tmp_path):
    """One field after the other taken away from the quiz file: always an answer, never an exception."""
    bestanden = dict(GOED)
    items = GOED[QUIZ]["items"]
    for n, veld in enumerate(sorted({k for i in items for k in i})):
        bestanden[QUIZ] = {"module": M, "items": [{k: v for k, v in i.items() if k != veld} for i in items]}
        assert check.run(schrijf(tmp_path / str(n), bestanden)) or veld in ("uitleg",)


def test_every_rule_has_a_broken_example():
    """Codes are permanent names; a rule that no test breaks may have stopped working without a sound."""
    hier = Path(__file__).parent
    vorm = r'"((?:let-op-)?(?:toets|oefening|maat|uitkomst|casus|deel|tekst|goed|koppel|signalen|oordeel|open|optie|beeld|svg|notebook|code|toon|les|niet|dubbele|plek|module|leerdoel|bron|feit|begrip|lange|verboden|zin|vlag|vraag|feiten|lang|leesbaarheid|dekking|verouderd|aanbeveling)-[a-z-]+)"'
    codes = {c for p in Path(check.__file__).parent.glob("check_*.py") for c in re.findall(vorm, p.read_text(encoding="utf-8"))}
    proeven = "".join((hier / f"test_check_{n}.py").read_text(encoding="utf-8") for n in ("items", "verwijzing", "taal", "dekking", "afsluiting"))
    assert len(codes) > 70 and sorted(c for c in codes if f'"{c}"' not in proeven) == []
