"""A diagram of the course as part of the page, so that the theme can colour it: light, dark and print."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache
from html import escape
from pathlib import Path

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
MAG = set(
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs marker use symbol clipPath mask pattern "
    "linearGradient radialGradient stop".split()
)
MAX_BYTES = 500_000


def inline_svg(bestand: Path, alt: str) -> str | None:
    """The drawing as an <svg> element that is named by `alt` and described by its own <desc>; None when it can't be used."""
    try:
        info = bestand.stat()
        return _inline(bestand, alt, info.st_mtime_ns) if info.st_size <= MAX_BYTES else None
    except (OSError, ValueError, ET.ParseError):
        return None


@lru_cache(maxsize=256)
def _inline(bestand: Path, alt: str, mtime_ns: int) -> str | None:
    bron = bestand.read_text(encoding="utf-8")
    if re.search(r"<!(DOCTYPE|ENTITY)", bron, re.I):  # entities could grow without end
        return None
    wortel = ET.fromstring(bron)
    if wortel.tag != f"{{{SVG}}}svg":
        return None
    _clean(wortel)
    for naam in ("width", "height", "aria-labelledby"):
        wortel.attrib.pop(naam, None)
    wortel.attrib["role"] = "img"
    wortel.attrib["focusable"] = "false"
    if alt:
        wortel.attrib["aria-label"] = alt
    desc = next((k.get("id") for k in wortel if k.tag == f"{{{SVG}}}desc" and k.get("id")), None)
    if desc:
        wortel.attrib["aria-describedby"] = desc
    ET.register_namespace("", SVG)  # here: the register is one for the process, and other libraries (WeasyPrint) write in it too
    return ET.tostring(wortel, encoding="unicode", short_empty_elements=True)


def _clean(element: ET.Element) -> None:
    for naam, waarde in list(element.attrib.items()):
        kort = naam.rsplit("}", 1)[-1].lower()
        extern = (kort == "href" or naam == XLINK) and not waarde.startswith("#")
        if kort.startswith("on") or kort == "style" or extern or re.search(r"url\(\s*['\"]?(?!#)", waarde) or "javascript:" in waarde.lower():
            del element.attrib[naam]
    for kind in list(element):
        if isinstance(kind.tag, str) and kind.tag.startswith(f"{{{SVG}}}") and kind.tag.rsplit("}", 1)[-1] in MAG:
            _clean(kind)
        else:
            element.remove(kind)


def picture(course_dir: Path, map_: str, base_url: str, url: str, alt: str) -> str:
    """HTML of a picture in a lesson. map_: folder of the notebook, relative to the course folder; url: as the author wrote it."""
    doel = (course_dir / map_ / url).resolve()
    if ":" in url or not doel.is_relative_to(course_dir.resolve()) or not doel.is_file():
        return f'<span class="geen-beeld">Afbeelding ontbreekt: {escape(alt)}</span>'
    if doel.suffix == ".svg":
        svg = inline_svg(doel, alt)
        if svg:
            return svg
    pad = doel.relative_to(course_dir.resolve()).as_posix()
    return f'<img src="{escape(base_url)}voila/files/{escape(pad)}" alt="{escape(alt)}" loading="lazy">'
