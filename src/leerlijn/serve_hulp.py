"""How to reach whoever helps: the words of source_material/contacten.yaml, with each number, address and site in them to click."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from .serve_text import FEIT

NUMMER = r"\+31(?: ?\d){9}|0\d{1,3}[- ]\d(?: ?\d){3,7}"  # Dutch, as contacten.yaml writes them; a short one only where it is the contact's own
MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"


def contact(k: dict[str, Any]) -> Markup:
    """HTML of one contact (`contact`, and maybe `telefoon` and `web`). No word or digit of it is lost; references to facts stay out."""
    tekst = words(k["contact"])
    for eigen in (k.get("web"), k.get("telefoon")):
        if eigen and not re.search(_whole(eigen), tekst):
            tekst = f"{eigen}; {tekst}"
    patroon = re.compile("|".join([f"(?P<mail>{MAIL})", *([f"(?P<web>{_whole(k['web'])})"] if k.get("web") else []), f"(?P<tel>{_phones(k.get('telefoon'))})"]))
    if not patroon.match(tekst):  # an address keeps its letters
        tekst = sentence(tekst)
    uit, eind = Markup(), 0
    for m in patroon.finditer(tekst):
        uit += escape(tekst[eind : m.start()]) + _link(m.lastgroup or "", m.group())
        eind = m.end()
    return uit + escape(tekst[eind:])


def words(tekst: str) -> str:
    """Without references to facts, which are for authors here."""
    return re.sub(rf"\s*{FEIT}", "", tekst)


def sentence(tekst: str) -> str:
    """With a capital to begin with; names further on keep theirs."""
    return tekst[:1].upper() + tekst[1:]


def _phones(eigen: str | None) -> str:
    return "|".join([*([_whole(eigen)] if eigen else []), rf"(?<![\w-])(?:{NUMMER})(?![\w-])"])


def _whole(woord: str) -> str:
    """113 is no part of 0800-0113, and not of 113.nl."""
    return rf"(?<![\w.-]){re.escape(woord)}(?![\w-]|\.\w)"


def _link(soort: str, wat: str) -> Markup:
    if soort == "tel":
        return Markup('<a href="tel:{}">{}</a>').format(re.sub(r"[ -]", "", wat), wat)
    if soort == "mail":
        return Markup('<a href="mailto:{}">{}</a>').format(wat, wat)
    return Markup('<a href="{}" rel="noreferrer noopener">{}</a>').format(wat if wat.startswith("http") else f"https://{wat}", wat)
