"""The dashboard for teachers, in grading/inzicht.ipynb: choose a test and what to look at. Runs in Voila and in JupyterLab.

    from leerlijn import inzicht
    inzicht.dashboard()
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import ipywidgets as w

from .errors import LeerlijnError

KLASSE = "ll-inzicht"
# What can be chosen -> the parts of the report that it shows (share/rapport/delen.html.j2).
DELEN = {
    "Overzicht": ("kern", "opvallend", "scores"),
    "Alle vragen": ("vragen",),
    "Wat koos de groep?": ("keuzes",),
    "Leerdoelen": ("leerdoelen",),
    "De toets als geheel": ("toets",),
    "Tijd van inleveren": ("tijden",),
    "Zekerheid (alleen gedeelde oefening)": ("zekerheid",),
    "Wegen door casussen (alleen gedeelde oefening)": ("casussen",),
}
NIETS = {
    "zekerheid": "Er zijn geen gedeelde oefeningen van minstens 5 deelnemers. Hoe delen werkt, staat in docs/inzicht.md.",
    "casussen": "Er zijn geen gedeelde oefeningen van minstens 5 deelnemers. Hoe delen werkt, staat in docs/inzicht.md.",
}
LEEG = "Deze groep is te klein om dit te laten zien."


def dashboard(map_: Path | None = None) -> w.Widget:
    """The dashboard as a widget. map_: a folder of the project, by default where the notebook stands. Never raises: it shows a sentence."""
    from . import report_html

    stijl = w.HTML(f"<style>{report_html.style_inside(KLASSE)}</style>")
    uit = w.HTML()
    try:
        return w.VBox([stijl, *_bediening(_project(map_ or Path.cwd()), uit), uit])
    except LeerlijnError as e:
        uit.value = _blok(_melding(str(e)))
        return w.VBox([stijl, uit])


def _project(map_: Path) -> Path:
    for kandidaat in (map_, *map_.parents):
        if (kandidaat / "modules" / "cursus.yaml").is_file():
            return kandidaat
    raise LeerlijnError("Dit notebook staat niet in de map van een leerlijn. Zet het in de map grading/ en open het opnieuw.")


def _bediening(root: Path, uit: w.HTML) -> list[w.Widget]:
    """The two choices and the button; `uit` shows what was chosen."""
    from . import content, report_data

    inhoud, _ = content.read(root)
    titels = {m.id: m.titel for m in inhoud.modules}
    modules = report_data.modules(root)
    if not modules:
        raise LeerlijnError("Er is nog geen toets nagekeken. Doe eerst: leerlijn grade <module>")
    breed = {"layout": w.Layout(width="min(100%, 34rem)"), "style": {"description_width": "5rem"}}
    toets = w.Dropdown(options=[(titels.get(m, m), m) for m in modules], description="Toets", **breed)
    deel = w.Dropdown(options=list(DELEN), description="Onderdeel", **breed)
    opnieuw = w.Button(description="Lees het cijferboek opnieuw", icon="refresh", layout=w.Layout(width="auto", align_self="flex-start", margin="2px 2px 1rem 5.6rem"))
    gelezen: dict[str, Any] = {}

    def toon(_: Any = None) -> None:
        uit.value = _blok(_deel(root, toets.value, deel.value, gelezen))

    def vergeet(_: Any) -> None:
        gelezen.clear()
        toon()

    for keuze in (toets, deel):
        keuze.observe(toon, names="value")
    opnieuw.on_click(vergeet)
    toon()
    return [toets, deel, opnieuw]


def _deel(root: Path, module: str, naam: str, gelezen: dict[str, Any]) -> str:
    from . import report, report_html

    try:
        v = gelezen.get(module) or gelezen.setdefault(module, report.of_module(root, module))
    except LeerlijnError as e:
        return _melding(str(e))
    kop = f"<h2>{html.escape(v.titel)}</h2>" + "".join(_melding(m) for m in v.meldingen)
    delen = "".join(report_html.part(v, d) for d in DELEN[naam]).strip()
    return kop + (delen or _melding(next((NIETS[d] for d in DELEN[naam] if d in NIETS), LEEG)))


def _melding(tekst: str) -> str:
    return f'<p class="melding">{html.escape(tekst)}</p>'


def _blok(inhoud: str) -> str:
    return f'<div class="{KLASSE}" lang="nl" role="region" aria-label="Cijfers" aria-live="polite">{inhoud}</div>'
