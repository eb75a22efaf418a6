"""Before Voila starts a kernel for a page: look up which lesson it is, turn its text into HTML, and send that.

Runs as Voila's `prelaunch_hook`. What the rest of the template needs goes into the notebook's metadata, in memory only.
"""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from tornado.web import HTTPError, RequestHandler

from . import feit
from .errors import LeerlijnError
from .serve_course import lesson_url, neighbours, optional_json, read_json
from .serve_settings import TEMPLATES, WIDGETS
from .serve_static import static_prefix
from .serve_svg import picture
from .serve_text import PageText


def prepare(course_dir: Path, slank: bool, req: RequestHandler, notebook: Any, cwd: str) -> Any:
    """Voila's prelaunch_hook: gives the notebook as the page shows it, or answers 404 for one that is no page of the course."""
    pad = (req.path_args or [""])[0].strip("/")
    try:
        c = read_json(course_dir / "cursus.json")
    except LeerlijnError as e:
        raise HTTPError(503, str(e)) from e
    plek = find_page(c, pad)
    if plek is None:
        raise HTTPError(404, "no page of the course")
    module, soort = plek
    # Grading cells are for the teacher's machine: not shown, and not run.
    notebook.cells = [cel for cel in notebook.cells if "nbgrader" not in cel.metadata and cel.cell_type in ("markdown", "code")]
    if slank:
        base_url = req.settings["base_url"]
        pagina = page(course_dir, c, module, soort, notebook, base_url)
        pagina["uitloggen"] = getattr(getattr(req, "home", None), "uitloggen", None)
        pagina["xsrf"] = req.xsrf_token.decode()  # sets the cookie too, while headers can still be sent
        notebook.metadata["leerlijn"] = pagina
        html = templates().get_template("les.html.j2").render(p=pagina, cellen=notebook.cells)
        if check := getattr(req.kernel_manager, "check_room", None):
            check(req.current_user.username)  # now, as after this the answer can't become another one
        # All that can be read goes out now: Voila starts a kernel before it looks at the template.
        req.write(html)
        req.flush()
    return notebook


@lru_cache(maxsize=1)
def templates() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES / "leerlijn"), autoescape=True)


def find_page(c: dict[str, Any], pad: str) -> tuple[dict[str, Any], str] | None:
    """The module and kind ('les' or 'toets') of a notebook path, if it is a page of the course."""
    for m in c.get("modules", []):
        for soort in ("les", "toets"):
            if m.get("beschikbaar") and m.get(soort) == pad:
                return m, soort
    return None


def page(course_dir: Path, c: dict[str, Any], module: dict[str, Any], soort: str, notebook: Any, base_url: str) -> dict[str, Any]:
    """Everything that the template shows beside the cells. Also gives each markdown cell its HTML, in cell.metadata['html']."""
    pad = module[soort]
    begrippen = {b["id"]: b for b in c.get("begrippen", [])}
    tekst = PageText(list(begrippen.values()), partial(picture, course_dir, pad.rpartition("/")[0], base_url))
    for cel in notebook.cells:
        if cel.cell_type == "markdown":
            cel.metadata["html"] = tekst.cell(cel.source)
    feiten = feit.marked(optional_json(course_dir / "feiten.json", {}))
    titel = next((t for n, _, t in tekst.koppen if n == 1), None) or notebook.metadata.get("title") or module["titel"]
    vorige, volgende = neighbours(c, module["id"], soort)
    for buur in (vorige, volgende):
        if buur:
            buur["url"] = lesson_url(base_url, buur["pad"])
    nodig = [*tekst.feiten, *(f for i in tekst.termen for f in begrippen[i].get("feiten", ()))]
    gebruikt = {f: feiten[f] for f in nodig if f in feiten}
    return {
        "titel": titel,
        "soort": soort,
        "pad": pad,
        "cursus": c.get("titel", ""),
        "module": {"id": module["id"], "titel": module["titel"], "studielast": module.get("studielast")},
        "secties": [{"anker": a, "tekst": t} for n, a, t in tekst.koppen if n == 2],
        "feiten": gebruikt,
        "begrippen": {i: {k: begrippen[i].get(k) for k in ("id", "begrip", "omschrijving", "feiten")} for i in tekst.termen},
        "contacten": help_contacts(c),
        "handout_url": f"{base_url}handout/{module['id']}" if soort == "les" and module.get("handout") else None,
        "vorige": vorige,
        "volgende": volgende,
        "redactie": c.get("redactie"),
        "meld_url": report_url(c.get("redactie"), titel, pad),
        "getoetst": c.get("getoetst"),
        "basis": base_url,
        "static": static_prefix(base_url),
        "widgets": {naam: static_prefix(base_url) + bestand for naam, bestand in WIDGETS.items()},
    }


def help_contacts(c: dict[str, Any]) -> list[dict[str, Any]]:
    """Contacts for the learner's own sake: the help card on every page."""
    return [k for k in c.get("contacten", []) if k.get("voor_deelnemer")]


def report_url(redactie: str | None, titel: str, pad: str) -> str | None:
    """A mail to the editors with the page filled in; the page itself adds the section the reader is at."""
    if not redactie:
        return None
    tekst = f"Pagina: {titel} ({pad})\nOnderdeel: (hele pagina)\n\nWat klopt er niet?\n\n"
    return f"mailto:{quote(redactie)}?subject={quote(f'Klopt dit? {titel}')}&body={quote(tekst)}"
