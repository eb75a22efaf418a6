"""The layers of the engine: imports point down only, and the learner's kernel stays small."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAKKET = Path(__file__).parent.parent / "src" / "leerlijn"
# A name stands for the module and for modules that begin with it and an underscore.
LAGEN = [
    ("errors", "model"),
    ("yamltekst", "melding", "content", "check", "split", "score", "casus", "taal", "bronnotebook", "artikel", "schema", "stats", "beleid", "panel", "feit", "termijn"),
    ("answers", "besloten", "eigenaar", "herhaal", "search", "build", "inlevering", "report", "gradecell", "gradebook", "eindpunten", "rubriek", "export", "intake", "stemmen", "reservekopie", "gedeeld"),
    ("toon", "widget", "grader", "collect", "uitwisseling", "handin", "feedback", "docent", "serve", "dienst", "grade", "druk", "deel", "inzicht", "paneluitgave",
     "spare", "lab", "schrijven", "schrijfhulp", "beoordeel", "persoon", "inzage", "bewaard", "bewaartermijn", "toegankelijk",
     "aanmelding", "cijfers_lms", "hub_instelling"),
    ("cli",),
]
# Who may use which heavy library. Everybody else is refused.
ZWAAR = {
    "pydantic": ("model", "melding", "content", "schema", "check"),
    "yaml": ("yamltekst",),
    "ipywidgets": ("toon", "inzicht", "spare"),
    "anywidget": ("toon",),
    "nbgrader": ("grader", "collect", "uitwisseling", "docent", "beoordeel"),
    "voila": ("serve", "dienst"),
    "weasyprint": ("druk",),
    "pandas": ("report", "export"),
    "scipy": ("stats", "report"),
    "girth": ("stats",),
    "matplotlib": ("report",),
    "sqlalchemy": ("gradebook", "eindpunten", "rubriek", "report", "persoon", "inzage", "bewaard"),
}
# What a learner's kernel loads before anything is asked of it.
ALLEEN_STANDAARD = ("errors", "score", "casus", "answers", "taal", "feit", "termijn", "herhaal", "herhaal_bron")


def _hoort_bij(naam, groep):
    return any(naam == g or naam.startswith(g + "_") for g in groep)


def _laag(naam):
    return next((i for i, groep in enumerate(LAGEN) if _hoort_bij(naam, groep)), None)


def _modules():
    for pad in sorted(PAKKET.rglob("*.py")):
        delen = pad.relative_to(PAKKET).with_suffix("").parts
        if delen[0] != "share" and delen != ("__init__",):
            yield delen[0], pad


def _imports(pad):
    for knoop in ast.walk(ast.parse(pad.read_text(encoding="utf-8"))):
        if isinstance(knoop, ast.Import):
            yield from (("", a.name.split(".")[0]) for a in knoop.names)
        elif isinstance(knoop, ast.ImportFrom) and knoop.level:
            yield from (("leerlijn", (knoop.module or a.name).split(".")[0]) for a in knoop.names)
        elif isinstance(knoop, ast.ImportFrom):
            delen = knoop.module.split(".")
            if delen[0] == "leerlijn":
                yield from (("leerlijn", delen[1] if len(delen) > 1 else a.name) for a in knoop.names)
            else:
                yield "", delen[0]


MODULES = list(_modules())


@pytest.mark.parametrize("naam, pad", MODULES, ids=[p.name for _, p in MODULES])
def test_imports_point_down(naam, pad):
    laag = _laag(naam)
    assert laag is not None, f"{pad.name} hoort nog bij geen laag: zet het in LAGEN"
    for bron, wat in _imports(pad):
        if bron == "leerlijn" and _laag(wat) is not None:
            assert _laag(wat) <= laag, f"{pad.name} gebruikt {wat} uit een hogere laag"
        elif not bron and wat in ZWAAR:
            assert _hoort_bij(naam, ZWAAR[wat]), f"{pad.name} mag {wat} niet gebruiken"
        elif not bron and naam in ALLEEN_STANDAARD:
            assert wat in sys.stdlib_module_names, f"{pad.name} mag alleen de standaardbibliotheek gebruiken, niet {wat}"


def test_who_contributes_reads_of_every_module():
    tabel: dict[int, list[str]] = {}
    for regel in (PAKKET.parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines():
        if kop := re.match(r"\| ([0-4])[ a-z]* \| (.*?) \|", regel):
            tabel.setdefault(int(kop[1]), []).extend(n.rstrip("/") for n in re.findall(r"`([a-z_]+/?)`", kop[2]))
    for laag, namen in enumerate(LAGEN):
        assert not set(namen) - set(tabel[laag]), "zet deze modules in de tabel van CONTRIBUTING.md"
        assert not set(tabel[laag]) - set(namen) - {"share"}, "deze modules zijn er niet meer, of staan in een andere laag"


def test_files_stay_small():
    regels = sorted(len(p.read_text(encoding="utf-8").splitlines()) for _, p in MODULES)
    assert regels[-1] <= 400 and regels[len(regels) // 2] <= 200


def test_a_learners_kernel_loads_nothing_heavy():
    code = "import sys; from leerlijn import toon; print([m for m in ('pydantic','yaml','pandas','nbgrader','voila','numpy') if m in sys.modules])"
    uit = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert uit.stdout.strip() == "[]"
