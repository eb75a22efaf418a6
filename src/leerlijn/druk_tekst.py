"""A lesson as running text for paper: theory and exercises in turn, terms and facts as references inside the document."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from . import split
from .check_notebook import aanroep
from .content import Inhoud
from .druk_beeld import picture
from .druk_vragen import case, question
from .serve_text import PageText

_KNOP = re.compile(r'<button type="button" class="begrip" data-begrip="([^"]+)">(.*?)</button>')


class PaperText(PageText):
    """PageText for a document that can't be clicked open: a term leads to the glossary, a fact to the notes at the back.

    voor: put before every anchor, so that chapters of one document don't collide. noten: whether the document has notes and a
    glossary; without, a term is plain text and a fact its number.
    """

    def __init__(self, begrippen: list[dict[str, Any]], image: Callable[[str, str], str], voor: str = "", noten: bool = True):
        super().__init__(begrippen, image)
        self.voor, self.noten = voor, noten

    def text(self, text: str) -> str:
        return _KNOP.sub(r'<a class="begrip" href="#begrip-\1">\2</a>' if self.noten else r"\2", super().text(text))

    def feit(self, ids: str) -> str:
        super().feit(ids)
        los = ids.split()
        namen = ", ".join(f'<a href="#feit-{i}">{i}</a>' if self.noten else i for i in los)
        return f'<span class="feit">[{namen}]</span>'

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        kop = super().heading(text, level, **attrs)
        return kop.replace(' id="', f' id="{self.voor}', 1)

    def table(self, text: str) -> str:
        return f"<table>\n{text}</table>\n"


def chapter(inhoud: Inhoud, module: Any, nummer: int) -> dict[str, Any]:
    """One lesson: {id, nummer, titel, koppen [(anchor, text)], html, feiten, termen}. The lesson must exist."""
    map_ = inhoud.root / "modules" / module.map
    beeld = partial(picture, map_)
    tekst = PaperText([b.model_dump() for b in inhoud.begrippen.values()], beeld, f"{module.id}-")
    vragen = _Vragen(inhoud, module, nummer, beeld)
    delen = []
    for cel in inhoud.notebooks[f"modules/{module.map}/les.ipynb"]["cells"]:
        bron = "".join(cel["source"])
        if cel["cell_type"] == "markdown":
            delen.append(f'<div class="cel cel-{cel.get("id", "")}">{tekst.cell(bron)}</div>\n')
        elif cel["cell_type"] == "code":
            delen.append(vragen.cell(bron))
    return {
        "id": module.id,
        "nummer": nummer,
        "titel": next((t for n, _, t in tekst.koppen if n == 1), module.titel),
        "studielast": module.studielast,
        "koppen": [(f"{tekst.voor}{a}", t) for n, a, t in tekst.koppen if n == 2],
        "html": "".join(delen),
        "feiten": list(tekst.feiten),
        "termen": list(tekst.termen),
    }


class _Vragen:
    """The exercises of one lesson, numbered through. Holds public parts only."""

    def __init__(self, inhoud: Inhoud, module: Any, nummer: int, beeld: Callable[[str, str], str]):
        self.items = [split.public_item(i) for i in inhoud.items.get(module.id, []) if i.gebruik == "oefening" and not i.vervallen]
        self.plek = {i.id: i.plek for i in inhoud.items.get(module.id, [])}
        self.casussen = {c.id: split.public_case(c) for c in inhoud.casussen.values() if c.module == module.id}
        self.nummer, self.beeld = nummer, beeld
        self.vraag = self.casus = 0

    def cell(self, bron: str) -> str:
        naam, wat = aanroep(bron.strip()) or ("", [])
        if naam == "casus" and wat[0] in self.casussen:
            self.casus += 1
            return case(self.casussen[wat[0]], f"{self.nummer}.{self.casus}")
        uit = []
        for item in (i for w in wat for i in self.items if naam == "oefening" and w in (i["id"], self.plek[i["id"]])):
            self.vraag += 1
            uit.append(question(item, f"{self.nummer}.{self.vraag}", self.beeld))
        return "".join(uit) or '<p class="opdracht">Dit onderdeel staat in de digitale les.</p>\n'


def sheet(map_: Path, naam: str) -> str | None:
    """HTML of a markdown file of a module (handout.md, docent.md); None when it is not there."""
    pad = map_ / naam
    if not pad.is_file():
        return None
    return PaperText([], partial(picture, map_), noten=False).cell(pad.read_text(encoding="utf-8"))
