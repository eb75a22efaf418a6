"""The panel edition: one page a module that a member opens from a file, without server or account, and that holds no key.

The questions are drawn by the widget of the lessons. What a member chose stays in the browser until saved as a file to send in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from . import panel, split, widget
from .content import Inhoud
from .errors import LeerlijnError
from .widget import lees

SHARE = Path(__file__).parent / "share"
STATIC = SHARE / "jupyter" / "voila" / "templates" / "leerlijn" / "static"
MINUTEN_PER_VRAAG = 2.5  # as the study load of the tests is reckoned


def write(inhoud: Inhoud, uit: Path, modules: list[str] | None = None) -> list[Path]:
    """Write <uit>/panel-<module>.html for each module (default: all) that has something to vote on; returns the paths.

    Raises LeerlijnError for a module that does not exist or has nothing to vote on.
    """
    bekend = {m.id: m for m in inhoud.modules}
    gevraagd = modules or [m for m in bekend if panel.votable(inhoud.items.get(m, []))]
    uit.mkdir(parents=True, exist_ok=True)
    geschreven = []
    for naam in gevraagd:
        if naam not in bekend:
            raise LeerlijnError(f"Er is geen module '{naam}'. Kies uit: {', '.join(bekend)}.")
        items = panel.votable(inhoud.items.get(naam, []))
        if not items:
            raise LeerlijnError(f"Module '{naam}' heeft geen vragen van de soort oordeel of vlaggen. Kies een andere module.")
        doel = uit / f"panel-{naam}.html"
        doel.write_text(page(inhoud, bekend[naam], items), encoding="utf-8")
        geschreven.append(doel)
    return geschreven


def page(inhoud: Inhoud, module: Any, items: list[Any]) -> str:
    """The whole page as one HTML text."""
    cel = lees.Cel(inhoud.root / "modules" / module.map, inhoud.root / "modules", module.map)
    gegevens = {
        "cursus": inhoud.cursus.cursus,
        "module": module.id,
        "redactie": inhoud.cursus.redactie,
        "editie": {i.id: panel.fingerprint(i) for i in items},
        "items": [lees.for_learner(split.public_item(i) | {"zekerheid": False}, "", cel) for i in items],
    }
    code = widget.bundel().replace("export default { render };\n", "") + (SHARE / "panel" / "stembus.js").read_text(encoding="utf-8")
    code = code.replace("</", "<\\/")  # nothing in it may end the script element
    som = "sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    omgeving = Environment(loader=FileSystemLoader(SHARE / "panel"), autoescape=False)
    return omgeving.get_template("pagina.html.j2").render(
        cursus=inhoud.cursus.titel,
        titel=module.titel,
        redactie=inhoud.cursus.redactie,
        aantal=len(items),
        minuten=round(len(items) * MINUTEN_PER_VRAAG / 5) * 5 or 5,
        contacten=[c for c in inhoud.contacten.values() if c.voor_deelnemer],
        gegevens=json.dumps(gegevens, ensure_ascii=False).replace("<", "\\u003c"),
        code=code,
        somcode=som,
        stijl=_stijl(),
    )


def _stijl() -> str:
    """All styles in one text, typeface included: the page asks nothing of anybody."""
    lees_css = {n: (STATIC / n).read_text(encoding="utf-8") for n in ("theme.css", "nlds.css", "pagina.css")}
    thema = re.sub(r'url\("(fonts/[^"]+)"\)', lambda m: f'url("data:font/woff2;base64,{base64.b64encode((STATIC / m[1]).read_bytes()).decode()}")', lees_css["theme.css"])
    pagina = re.sub(r'@import url\("nlds\.css"\) layer\(nlds\);', "", lees_css["pagina.css"])
    return f"@layer nlds {{ {lees_css['nlds.css']} }}\n{thema}\n{pagina}\n{widget.stijl()}"
