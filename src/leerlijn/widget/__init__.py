"""The widget's browser side: small ES modules here, joined into the one module that anywidget and the slim host load.

No build step for anybody: joining is taking off imports and exports, which all stand in one fixed form.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

MAP = Path(__file__).parent
BEGIN = "onderdeel.js"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z]+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?=function|class|const)", re.M)


@cache
def bundel() -> str:
    """All ES modules as one, in an order in which each stands after what it uses. Top-level names are unique across files; a test says so."""
    delen: dict[str, str] = {}

    def neem(naam: str) -> None:
        if naam not in delen:
            bron = (MAP / naam).read_text(encoding="utf-8")
            delen[naam] = ""  # a circle would end here instead of never
            for nodig in _IMPORT.findall(bron):
                neem(nodig)
            del delen[naam]  # so that it comes after what it uses
            delen[naam] = _EXPORT.sub("", _IMPORT.sub("", bron)).strip()

    neem(BEGIN)
    return "\n\n".join(f"// --- {naam}\n{tekst}" for naam, tekst in delen.items()) + "\n"


@cache
def stijl() -> str:
    """The stylesheet."""
    return (MAP / "onderdeel.css").read_text(encoding="utf-8")


def write_static(target_dir: Path) -> list[Path]:
    """Write onderdeel.js and onderdeel.css for a server that has them as static files; returns their paths."""
    target_dir = Path(target_dir)
    target_dir.mkdir(parents=True, exist_ok=True)
    uit = []
    for naam, tekst in (("onderdeel.js", bundel()), ("onderdeel.css", stijl())):
        doel = target_dir / naam
        if not doel.is_file() or doel.read_text(encoding="utf-8") != tekst:
            doel.write_text(tekst, encoding="utf-8")
        uit.append(doel)
    return uit
