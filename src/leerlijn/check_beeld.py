"""Rules for pictures: SVG that says what it shows, brings nothing from outside and can be inlined in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from .check_tekst import meld
from .content import Inhoud
from .errors import Probleem
from .melding import naaste

SVG = "{http://www.w3.org/2000/svg}"
MAG = {"svg", "title", "desc", "g", "defs", "marker", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text", "tspan", "use", "symbol", "clipPath", "pattern"}  # fmt: skip
MIN_LETTER = 15
MIN_DESC = 40
MAX_BYTES = 100_000


def check(inhoud: Inhoud) -> Iterator[Probleem]:
    """Every picture beside a lesson, and every picture that an item names."""
    getoond = "\n".join(str(c["source"]) for nb in inhoud.notebooks.values() for c in nb["cells"])
    for m in inhoud.modules:
        items = inhoud.items.get(m.id, [])
        for pad in sorted(p for p in (inhoud.root / "modules" / m.map / "beeld").glob("*") if p.is_file()):
            bestand = pad.relative_to(inhoud.root).as_posix()
            yield from (svg(pad, bestand) if pad.suffix == ".svg" else [_fout(bestand, "beeld-soort", "Dit is geen SVG.", "Teken het beeld als SVG.")])
            if f"modules/{m.map}/les.ipynb" in inhoud.notebooks and f"beeld/{pad.name}" not in getoond and not any(i.afbeelding and i.afbeelding.bestand == f"beeld/{pad.name}" for i in items):
                yield _fout(bestand, "let-op-beeld-ongebruikt", "Dit beeld staat in geen enkele les of vraag.", "Gebruik het, of verwijder het.")
        for item in items:
            if item.afbeelding and not (inhoud.root / "modules" / m.map / item.afbeelding.bestand).is_file():
                er = [f"beeld/{p.name}" for p in (inhoud.root / "modules" / m.map / "beeld").glob("*")]
                yield meld(inhoud, item, "beeld-onbekend", f"Het beeld '{item.afbeelding.bestand}' van '{item.id}' bestaat niet.{naaste(item.afbeelding.bestand, er)}", f"Zet het in modules/{m.map}/beeld/.", ("afbeelding", "bestand"))


def _fout(bestand: str, code: str, wat: str, herstel: str, regel: int = 1) -> Probleem:
    return Probleem(bestand, regel, wat, herstel, code)


def svg(pad: Path, bestand: str) -> Iterator[Probleem]:
    """Rules of one SVG file."""
    tekst = pad.read_text(encoding="utf-8", errors="replace")
    if len(tekst) > MAX_BYTES:
        yield _fout(bestand, "svg-groot", f"Dit beeld is groter dan {MAX_BYTES // 1000} kB.", "Maak het eenvoudiger.")
        return
    if re.search(r"<!(?:DOCTYPE|ENTITY)", tekst):
        yield _fout(bestand, "svg-vreemd", "Er staat een DOCTYPE of ENTITY in.", "Verwijder die regel.", _regel(tekst, r"<!(?:DOCTYPE|ENTITY)"))
        return
    try:
        wortel = ElementTree.fromstring(tekst)
    except ElementTree.ParseError as e:
        yield _fout(bestand, "svg-vorm", "Dit is geen geldige SVG.", "Controleer of elk teken < een eigen > heeft en of & als &amp; is geschreven.", e.position[0])
        return
    yield from _beschrijving(wortel, bestand, pad.stem)
    yield from _delen(wortel, bestand, pad.stem, tekst)


def _beschrijving(wortel: ElementTree.Element, bestand: str, naam: str) -> Iterator[Probleem]:
    titel, desc = wortel.find(f"{SVG}title"), wortel.find(f"{SVG}desc")
    if titel is None or not (titel.text or "").strip():
        yield _fout(bestand, "svg-titel", "Er is geen <title>.", f'Zet vooraan <title id="{naam}-t">...</title>.')
    if desc is None or len((desc.text or "").strip()) < MIN_DESC:
        yield _fout(bestand, "svg-desc", "Er is geen <desc> met een volledige beschrijving.", f'Zet na de titel <desc id="{naam}-d">...</desc> met alles wat het beeld vertelt.')
    if wortel.get("role") != "img" or set((wortel.get("aria-labelledby") or "").split()) != {f"{naam}-t", f"{naam}-d"}:
        yield _fout(bestand, "svg-rol", "De SVG zegt niet hoe hij heet.", f'Zet op <svg>: role="img" aria-labelledby="{naam}-t {naam}-d".')
    if not wortel.get("viewBox"):
        yield _fout(bestand, "svg-maat", "De SVG heeft geen viewBox.", 'Zet op <svg> bijvoorbeeld viewBox="0 0 720 400".')


def _delen(wortel: ElementTree.Element, bestand: str, naam: str, tekst: str) -> Iterator[Probleem]:
    for deel in wortel.iter():
        soort = str(deel.tag).removeprefix(SVG)
        if soort not in MAG:
            yield _fout(bestand, "svg-vreemd", f"<{soort}> mag niet in een beeld.", "Gebruik alleen vormen en tekst, met attributen voor kleur.", _regel(tekst, f"<{re.escape(soort)}\\b"))
        for sleutel, waarde in deel.attrib.items():
            kaal = sleutel.rpartition("}")[2]
            if kaal.lower().startswith("on") or kaal == "style":
                yield _fout(bestand, "svg-vreemd", f"Het attribuut '{kaal}' mag niet in een beeld.", "Gebruik een class en gewone attributen.", _regel(tekst, f"\\b{re.escape(kaal)}="))
            if (kaal == "href" and not waarde.startswith("#")) or re.search(r"url\(\s*['\"]?(?!#)", waarde) or "javascript:" in waarde.lower():
                yield _fout(bestand, "svg-buiten", f"Het beeld haalt iets van buiten: {waarde[:40]}.", "Verwijs alleen naar delen van hetzelfde bestand, met #.", _regel(tekst, re.escape(waarde)))
            if kaal == "id" and not waarde.startswith(naam):
                yield _fout(bestand, "svg-id", f"De id '{waarde}' begint niet met '{naam}'.", "Dan botst hij niet met een ander beeld op dezelfde pagina.", _regel(tekst, re.escape(waarde)))
            if kaal == "font-size" and (m := re.match(r"[\d.]+", waarde)) and float(m.group()) < MIN_LETTER:
                yield _fout(bestand, "svg-letter", f"Tekst van {waarde} is te klein om te lezen.", f"Gebruik minstens {MIN_LETTER}.", _regel(tekst, f'font-size="{re.escape(waarde)}"'))


def _regel(tekst: str, patroon: str) -> int:
    m = re.search(patroon, tekst)
    return tekst.count("\n", 0, m.start()) + 1 if m else 1
