"""Everything on paper: handouts, a reader per module, the full reader, and for teachers the notes, as pdf in _build/druk/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from . import feit
from .content import Inhoud, load
from .druk_pdf import DRUK, write_pdf
from .druk_tekst import chapter, sheet
from .errors import LeerlijnError
from .serve_settings import TEMPLATES

Meld = Callable[[str], None]
SOORTEN = ("handout", "reader", "docent")
LETTERMATEN = (12, 11.5, 11, 10.5, 10, 9.5, 9)  # of a handout, in points: the largest that fits on its page


@dataclass(frozen=True)
class Stuk:
    """One document: name of its file, its HTML, how many pages it may have (0: any number) and the file to shorten if it has more."""

    naam: str
    html: str
    hoogstens: int = 0
    bron: str = ""


@lru_cache(maxsize=1)
def templates() -> Environment:
    return Environment(loader=FileSystemLoader([DRUK, TEMPLATES / "leerlijn"]), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def make(root: Path, uit: Path | None = None, *, module: str | None = None, soorten: tuple[str, ...] = ("handout", "reader"), meld: Meld = lambda _: None) -> list[Path]:
    """Write the documents and return their paths.

    uit: folder (default root/_build/druk); module: id of the one module to make, default all and the full reader; soorten: from
    SOORTEN; meld: called with one line per file. Raises ContentError for bad content, and LeerlijnError for an unknown module, for
    nothing to print, without Pango, and, when all is written, for a handout that is longer than its one page.
    """
    inhoud, uit = load(root), uit or root / "_build" / "druk"
    gemaakt, te_lang = [], []
    for stuk in documents(inhoud, module, soorten):
        n = write_pdf(stuk.html, uit / stuk.naam, stuk.hoogstens, LETTERMATEN if stuk.hoogstens else ())
        gemaakt.append(uit / stuk.naam)
        meld(f"{stuk.naam}: {n} {'bladzijde' if n == 1 else 'bladzijden'}")
        if stuk.hoogstens and n > stuk.hoogstens:
            te_lang.append(f"{stuk.naam} telt {n} bladzijden en hoort op {stuk.hoogstens} A4 te passen. Maak de tekst korter in {stuk.bron}.")
    if te_lang:
        raise LeerlijnError("\n".join(te_lang))
    if not gemaakt:
        raise LeerlijnError("Er is niets te printen: hiervoor is nog geen tekst geschreven.")
    return gemaakt


def documents(inhoud: Inhoud, module: str | None, soorten: tuple[str, ...]) -> Iterator[Stuk]:
    """The documents asked for, one at a time. A module that has no lesson or sheet yet is passed over."""
    genummerd = [(n, m) for n, m in enumerate(inhoud.modules, 1) if module in (None, m.id)]
    if not genummerd:
        raise LeerlijnError(f"Er is geen module '{module}'. Kies uit: {', '.join(m.id for m in inhoud.modules)}.")
    for soort in (s for s in ("handout", "docent") if s in soorten):
        for n, m in genummerd:
            html = sheet(inhoud.root / "modules" / m.map, f"{soort}.md")
            if html:
                yield _blad(inhoud, soort, n, m, html)
    if "reader" not in soorten:
        return
    hoofdstukken = [chapter(inhoud, m, n) for n, m in genummerd if f"modules/{m.map}/les.ipynb" in inhoud.notebooks]
    for h in hoofdstukken:
        yield Stuk(f"reader-{h['id']}.pdf", _reader(inhoud, [h], volledig=False))
    if module is None and hoofdstukken:
        yield Stuk("reader.pdf", _reader(inhoud, hoofdstukken, volledig=True))


def _blad(inhoud: Inhoud, soort: str, nummer: int, m: Any, html: str) -> Stuk:
    pagina = templates().get_template("blad.html.j2").render(
        soort=soort, nummer=nummer, module=m, html=Markup(html), **_algemeen(inhoud)
    )
    return Stuk(f"{soort}-{m.id}.pdf", pagina, 1 if soort == "handout" else 0, f"modules/{m.map}/{soort}.md")


def _algemeen(inhoud: Inhoud) -> dict[str, Any]:
    """What every document tells of itself. The date of an edition is the last day on which a source or contact was looked at."""
    dagen = [d.gezien for d in (*inhoud.bronnen.values(), *inhoud.contacten.values())]
    return {"cursus": inhoud.cursus, "editie": max(dagen).isoformat() if dagen else None}


def _reader(inhoud: Inhoud, hoofdstukken: list[dict[str, Any]], volledig: bool) -> str:
    termen = {t for h in hoofdstukken for t in h["termen"]}
    begrippen = sorted((b for b in inhoud.begrippen.values() if volledig or b.id in termen), key=lambda b: b.begrip.lower())
    nodig = {f for h in hoofdstukken for f in h["feiten"]} | {f for b in begrippen for f in b.feiten}
    verlopen = {f.id for f in inhoud.feiten.values() if feit.is_due(f.controleer_voor)}
    feiten = [inhoud.feiten[f] for f in sorted(nodig) if f in inhoud.feiten]
    gebruikt = {b for f in feiten for b in f.bronnen}
    bronnen = [b for b in inhoud.bronnen.values() if b.id in gebruikt]
    return templates().get_template("reader.html.j2").render(
        volledig=volledig,
        hoofdstukken=[{**h, "html": Markup(h["html"])} for h in hoofdstukken],
        begrippen=begrippen,
        feiten=feiten,
        verlopen=verlopen,
        bronnen=bronnen,
        gelezen=Counter(b.gezien.isoformat() for b in bronnen).most_common(1)[0][0] if bronnen else None,  # said once, not at each
        contacten=sorted(inhoud.contacten.values(), key=lambda k: not k.voor_deelnemer),
        **_algemeen(inhoud),
    )
