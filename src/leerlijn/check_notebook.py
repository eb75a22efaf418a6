"""Rules for notebooks: bare in git, two-line code cells that only show what exists, and the order of a lesson."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from .check_items import alt_fout
from .check_tekst import Stuk, bron, cel_regels
from .content import Inhoud
from .errors import Probleem
from .melding import naaste

WOORD_ID = re.compile(r"^[a-z][a-z0-9-]*$")
BEELD = re.compile(r"!\[([^\]]*)\]\(\s*([^)\s]*)[^)]*\)")
HTML = re.compile(r"<(?!https?:)[a-zA-Z/!][^>]*>")
# Maths as Jupyter writes it: $x^2$, $$...$$, \(...\), \[...\], \begin{...}. An amount like $5 is none.
FORMULE = re.compile(r"\$\$|(?<![\w$\\])\$(?![\s$])[^$\n]*(?<![\s\\])\$(?![\w$])|\\[(\[]|\\begin\{")
BEGIN = ("titel", "vooraf", "leeruitkomsten", "openingscasus")
SLOT = ("morgen", "verder")
MAX_REGELS = 2
IMPORT = "from leerlijn import toon"
Roep = tuple[str, list[str]]


def check(inhoud: Inhoud) -> Iterator[Probleem]:
    """All rules for notebooks, and for what they ought to show."""
    mappen = {m.map: m for m in inhoud.modules}
    for bestand, nb in inhoud.notebooks.items():
        lezer = _Notebook(inhoud, bestand, nb, mappen.get(bestand.split("/")[1]))
        yield from lezer.kaal()
        yield from lezer.code()
        yield from lezer.tekst()
        if lezer.les:
            yield from lezer.opbouw()
    for m in inhoud.modules:
        yield from _getoond(inhoud, m)


def formules(teksten: list[Stuk]) -> Iterator[Probleem]:
    """Maths in any text: JupyterLab would draw it, a page and a pdf of ours show the bare signs."""
    for t in teksten:
        if "$" not in t.tekst and "\\" not in t.tekst:
            continue
        zonder_code = re.sub(r"```.*?```|`[^`\n]*`", lambda m: re.sub(r"[^\n]", " ", m.group()), t.tekst, flags=re.S)
        if m := FORMULE.search(zonder_code):
            yield Probleem(
                t.bestand, t.regel_op(m.start()), f"Er staat een formule in '{t.van}': {m.group()[:30]}", "Een pagina kan geen formule tonen. Schrijf het in woorden, of maak er een beeld van.", "tekst-formule"
            )


class _Notebook:
    """One notebook with the lines of its cells."""

    def __init__(self, inhoud: Inhoud, bestand: str, nb: dict[str, Any], module: Any):
        self.inhoud, self.bestand, self.nb, self.module = inhoud, bestand, nb, module
        self.les = bestand.endswith("/les.ipynb")
        self.regels = cel_regels(inhoud, bestand)

    def _meld(self, code: str, i: int, wat: str, herstel: str, erbij: int = 0) -> Probleem:
        regel = self.regels[i] + erbij if 0 <= i < len(self.regels) else 1
        waar = f" (cel '{self.nb['cells'][i].get('id', i + 1)}')" if i >= 0 else ""
        return Probleem(self.bestand, regel, wat.rstrip(".") + waar + ".", herstel, code)

    def kaal(self) -> Iterator[Probleem]:
        """No outputs, no counts, no metadata beyond the few that are allowed, ids that are words."""
        herstel = "Draai 'Alle uitvoer wissen' en sla het notebook op, of laat 'make schoon' het doen."
        if extra := set(self.nb.get("metadata") or {}) - {"kernelspec", "language_info", "title"}:
            yield self._meld("notebook-kaal", -1, f"Het notebook heeft metadata die hier niet horen: {', '.join(sorted(extra))}", herstel)
        gezien: set[str] = set()
        for i, cel in enumerate(self.nb["cells"]):
            if cel.get("outputs") or cel.get("execution_count") is not None:
                yield self._meld("notebook-kaal", i, "Er staat uitvoer in het notebook", herstel)
            if cel.get("metadata"):
                yield self._meld("notebook-kaal", i, f"Een cel heeft metadata: {', '.join(sorted(map(str, cel['metadata'])))}", herstel)
            ident = str(cel.get("id", ""))
            if not WOORD_ID.match(ident) or re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f-]+)?", ident):
                yield self._meld("notebook-cel-id", i, f"De cel heeft geen woord als id maar '{ident}'", "Geef de cel een id van kleine letters en streepjes, zoals 'wat-is-uitbuiting'.")
            if ident in gezien:
                yield self._meld("notebook-cel-id", i, f"De id '{ident}' komt twee keer voor", "Geef elke cel een eigen id.")
            gezien.add(ident)

    def code(self) -> Iterator[Probleem]:
        """Code cells hold the import and one call, to something that exists."""
        gezien: set[str] = set()
        for i, cel in enumerate(self.nb["cells"]):
            if cel.get("cell_type") != "code":
                continue
            tekst = bron(cel).strip()
            if len(tekst.split("\n")) > MAX_REGELS:
                yield self._meld("code-lang", i, f"De codecel heeft meer dan {MAX_REGELS} regels", f"Schrijf alleen '{IMPORT}' en een regel met toon.")
            roep = aanroep(tekst)
            if roep is None:
                yield self._meld("code-anders", i, "De codecel bevat iets anders dan de import en een aanroep", f"Schrijf '{IMPORT}' en dan toon.oefening(\"...\"), toon.casus(\"...\") of toon.toets().")
                continue
            yield from self._roep(i, roep, gezien)

    def _roep(self, i: int, roep: Roep, gezien: set[str]) -> Iterator[Probleem]:
        naam, wat = roep
        if naam == "toets":
            if self.les:
                yield self._meld("toon-toets", i, "De toets staat in een les", "Zet toon.toets() alleen in toets.ipynb.", 1)
            return
        if self.module is None:
            return
        items = self.inhoud.items.get(self.module.id, [])
        casussen = [c.id for c in self.inhoud.casussen.values() if c.module == self.module.id]
        bekend = casussen if naam == "casus" else [x for it in items if it.gebruik == "oefening" for x in (it.id, it.plek) if x]
        for w in wat:
            if w in gezien:
                yield self._meld("toon-dubbel", i, f"'{w}' wordt twee keer getoond", "Toon het een keer.", 1)
            gezien.add(w)
            if w in bekend:
                continue
            if naam == "oefening" and w in {it.id for it in items}:
                yield self._meld("toon-toets", i, f"'{w}' is een toetsvraag en kan niet in de les", "Toon een oefening, of maak er een oefening van.", 1)
            else:
                soort = "casus" if naam == "casus" else "oefening of plek"
                yield self._meld("toon-onbekend", i, f"Er is in deze module geen {soort} '{w}'.{naaste(w, bekend)}", "Verbeter de naam, of schrijf wat er getoond moet worden.", 1)

    def tekst(self) -> Iterator[Probleem]:
        """Markdown cells: pictures with alternative text that exist, no HTML."""
        map_ = (self.inhoud.root / self.bestand).parent
        for i, cel in enumerate(self.nb["cells"]):
            if cel.get("cell_type") != "markdown":
                continue
            tekst = bron(cel)
            for m in BEELD.finditer(tekst):
                op = tekst.count("\n", 0, m.start())
                if slecht := alt_fout(m.group(1)):
                    yield self._meld("beeld-alt", i, f"De alt-tekst bij {m.group(2)} {slecht}", "Schrijf in een zin wat iemand die het beeld niet ziet moet weten.", op)
                if not (map_ / m.group(2)).is_file():
                    er = sorted(f"beeld/{p.name}" for p in (map_ / "beeld").glob("*"))
                    yield self._meld("beeld-onbekend", i, f"Het beeld '{m.group(2)}' bestaat niet.{naaste(m.group(2), er)}", "Zet het bestand in de map beeld/ van de module.", op)
            if m := HTML.search(re.sub(r"`[^`]*`", "", tekst)):
                yield self._meld("tekst-opmaak", i, f"Er staat HTML in de tekst: {m.group()[:30]}", "Gebruik alleen markdown.", tekst.count("\n", 0, m.start()))

    def opbouw(self) -> Iterator[Probleem]:
        """A lesson starts and ends with the same cells everywhere; one title, no level skipped."""
        ids = [str(c.get("id", "")) for c in self.nb["cells"]]
        if tuple(ids[: len(BEGIN)]) != BEGIN:
            yield self._meld("les-opbouw", -1, f"De les begint met {', '.join(ids[: len(BEGIN)]) or 'niets'}", f"Begin met de cellen {', '.join(BEGIN)}.")
        if [i for i in ids if i in SLOT] != list(SLOT):
            yield self._meld("les-opbouw", -1, "De les eindigt niet met 'morgen' en 'verder'", "Sluit af met de cellen 'morgen' (wat je morgen anders doet) en 'verder'.")
        vorig = 0
        for i, cel in enumerate(self.nb["cells"]):
            if cel.get("cell_type") != "markdown":
                continue
            for n, regel in enumerate(bron(cel).split("\n")):
                diep = len(regel) - len(regel.lstrip("#")) if re.match(r"#{1,6} ", regel) else 0
                if diep == 1 and (i > 0 or vorig):
                    yield self._meld("les-koppen", i, "Een titel met een enkel # staat alleen in de eerste cel", "Gebruik ## voor een deel en ### daarbinnen.", n)
                elif diep > max(vorig + 1, 1) or diep > 3:
                    yield self._meld("les-koppen", i, f"Een kop met {diep} hekjes komt na een kop met {vorig}", "Sla geen niveau over en ga niet dieper dan ###.", n)
                vorig = diep or vorig


def aanroep(tekst: str) -> Roep | None:
    """Name and arguments of the one call in a code cell, or None when the cell holds anything else."""
    try:
        delen = ast.parse(tekst).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    if len(delen) != 2 or not isinstance(delen[0], ast.ImportFrom) or ast.unparse(delen[0]) != IMPORT:
        return None
    roep = delen[1].value if isinstance(delen[1], ast.Expr) else None
    if not isinstance(roep, ast.Call) or roep.keywords or not isinstance(roep.func, ast.Attribute):
        return None
    if not isinstance(roep.func.value, ast.Name) or roep.func.value.id != "toon":
        return None
    if not all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in roep.args):
        return None
    aantal = {"oefening": range(1, 50), "casus": range(1, 2), "toets": range(0, 1)}.get(roep.func.attr, ())
    return (roep.func.attr, [a.value for a in roep.args]) if len(roep.args) in aantal else None


def getoond(inhoud: Inhoud, module: Any, naam: str = "les.ipynb") -> tuple[set[str], bool]:
    """What a notebook of a module shows (places, items, cases), and whether it shows the test."""
    uit: set[str] = set()
    toets = False
    for cel in inhoud.notebooks.get(f"modules/{module.map}/{naam}", {"cells": []})["cells"]:
        if cel.get("cell_type") == "code" and (roep := aanroep(bron(cel).strip())):
            uit.update(roep[1])
            toets |= roep[0] == "toets"
    return uit, toets


def _getoond(inhoud: Inhoud, module: Any) -> Iterator[Probleem]:
    """Every exercise and case of a module that has a quiz file is shown somewhere."""
    items = [i for i in inhoud.items.get(module.id, []) if not i.vervallen]
    les, toets = f"modules/{module.map}/les.ipynb", f"modules/{module.map}/toets.ipynb"
    if not items:
        return
    if les not in inhoud.notebooks:
        yield Probleem(f"quizzes/{module.id}.yaml", 1, f"Module '{module.id}' heeft vragen, maar geen les.", f"Maak {les}.", "les-ontbreekt")
    elif les in inhoud.notebooks:
        wel, _ = getoond(inhoud, module)
        for ding in [*(i for i in items if i.gebruik == "oefening"), *(c for c in inhoud.casussen.values() if c.module == module.id)]:
            if ding.id not in wel and getattr(ding, "plek", None) not in wel:
                hoe = f'toon.oefening("{ding.plek or ding.id}")' if hasattr(ding, "plek") else f'toon.casus("{ding.id}")'
                yield Probleem(*inhoud.plaats(ding), f"'{ding.id}' wordt nergens in de les getoond.", f"Zet {hoe} in {les}.", "niet-getoond")
    if any(i.gebruik == "toets" for i in items) and (toets not in inhoud.notebooks or not getoond(inhoud, module, "toets.ipynb")[1]):
        yield Probleem(f"quizzes/{module.id}.yaml", 1, f"Module '{module.id}' heeft toetsvragen, maar geen notebook met toon.toets().", f"Maak {toets}.", "toets-ontbreekt")
