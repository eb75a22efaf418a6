"""Diagrams on paper: the same drawings as on the page, with the colours of the theme written into the drawing itself.

On the page a drawing takes its colours from the style sheet. A pdf holds it as a picture of its own, which sees no style sheet of
the page, so the same rules are put inside it, with the values of theme.css filled in.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from html import escape, unescape
from pathlib import Path

from .serve_settings import STATIC
from .serve_svg import inline_svg

LETTER = "Atkinson Hyperlegible Next"
_MEDIA = re.compile(r"@(?:media|font-face)[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_REGEL = re.compile(r"^(?:\.d-|\[class\*=\"d-)[^{]*\{[^}]*\}", re.M)
_DESC = re.compile(r"<desc[^>]*>(.*?)</desc>", re.S)


@lru_cache(maxsize=1)
def waarden() -> dict[str, str]:
    """Every custom property of theme.css on paper, with references to others filled in."""
    css = _MEDIA.sub("", re.sub(r"/\*.*?\*/", "", (STATIC / "theme.css").read_text(encoding="utf-8"), flags=re.S))
    uit = dict(re.findall(r"(--[\w-]+)\s*:\s*([^;]+);", css))
    return {naam: vul_in(waarde, uit) for naam, waarde in uit.items()}


def vul_in(tekst: str, uit: dict[str, str]) -> str:
    """`tekst` with each var(--name) replaced by its value; a name that is not there stays as it is."""
    for _ in range(8):  # deeper than any theme; a theme that refers to itself ends as well
        nieuw = re.sub(r"var\((--[\w-]+)\)", lambda m: uit.get(m[1], m[0]), tekst)
        if nieuw == tekst:
            break
        tekst = nieuw
    return tekst


@lru_cache(maxsize=1)
def stijl() -> str:
    """The rules for drawings in pagina.css, as a drawing that stands alone needs them."""
    scherm = _MEDIA.sub("", (STATIC / "pagina.css").read_text(encoding="utf-8"))
    # On screen two tints differ; in black and white only white, grey and dark do.
    return "\n".join(vul_in(r, waarden()) for r in [*_REGEL.findall(scherm), ".d-vlak { fill: var(--ll-paper); }"])


def drawing(bestand: Path) -> str | None:
    """The SVG with its colours and typeface inside; None when the file is no drawing that can be used."""
    svg = inline_svg(bestand, "")
    if svg is None:
        return None
    svg = re.sub(r'font-family="[^"]*"', f'font-family="{LETTER}"', svg)
    return re.sub(r"(<svg[^>]*>)", lambda m: f"{m[1]}<style>{stijl()}</style>", svg, count=1)


def picture(map_: Path, url: str, alt: str) -> str:
    """HTML of a picture for a pdf. map_: folder of the module; url: as the author wrote it.

    Who listens to the pdf can't open the long description apart, so that stands in the alternative text, after `alt`.
    """
    doel = (map_ / url).resolve()
    svg = drawing(doel) if ":" not in url and doel.is_relative_to(map_.resolve()) and doel.suffix == ".svg" else None
    if svg is None:
        return f'<span class="geen-beeld">Afbeelding ontbreekt: {escape(alt)}</span>'
    desc = _DESC.search(svg)
    voluit = " ".join(f"{alt.rstrip('.')}. {re.sub(r'<[^>]+>', '', desc[1])}".split()) if desc else alt
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(unescape(voluit))}">'
