"""Before Voila starts a kernel for a page: look up which lesson it is, turn its text into HTML, and send that.

Runs as Voila's `prelaunch_hook`. What the rest of the template needs goes into the notebook's metadata, in memory only.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from tornado.web import HTTPError, RequestHandler

from . import feit, serve_hulp
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
        pagina = page(course_dir, module, soort, notebook, base_url)
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
    env = Environment(loader=FileSystemLoader(TEMPLATES / "leerlijn"), autoescape=True)
    env.globals |= {"contact": serve_hulp.contact, "woorden": serve_hulp.words, "zin": serve_hulp.sentence}
    return env


def find_page(c: dict[str, Any], pad: str) -> tuple[dict[str, Any], str] | None:
    """The module and kind ('les', 'toets' or 'herhalen', which is of all modules) of a notebook path, if it is a page of the course."""
    if pad and c.get("herhalen") == pad:
        return {"id": "", "titel": "Herhalen", "herhalen": pad}, "herhalen"
    for m in c.get("modules", []):
        for soort in ("les", "toets"):
            if m.get("beschikbaar") and m.get(soort) == pad:
                return m, soort
    return None


def page(course_dir: Path, module: dict[str, Any], soort: str, notebook: Any, base_url: str) -> dict[str, Any]:
    """Everything that the template shows beside the cells. Also gives each markdown cell its HTML, in cell.metadata['html']."""
    cellen = [cel for cel in notebook.cells if cel.cell_type == "markdown"]
    titel = notebook.metadata.get("title") or module["titel"]
    html, pagina = _page(course_dir, module[soort], titel, tuple(cel.source for cel in cellen), base_url, _stamp(course_dir, module[soort]))
    for cel, tekst in zip(cellen, html, strict=True):
        cel.metadata["html"] = tekst
    return dict(pagina)


def _stamp(course_dir: Path, pad: str) -> tuple[int, ...]:
    """Changes when a file changes of which `_page` makes a page, and every day: facts have dates."""
    beeld = sorted((course_dir / pad).parent.glob("beeld/*"))
    return (date.today().toordinal(), *(p.stat().st_mtime_ns for p in (course_dir / "cursus.json", course_dir / "feiten.json", *beeld) if p.is_file()))


@lru_cache(maxsize=64)  # the same for every learner, and a third of what a page costs the server
def _page(course_dir: Path, pad: str, titel: str, bron: tuple[str, ...], base_url: str, _: tuple[int, ...]) -> tuple[list[str], dict[str, Any]]:
    c = read_json(course_dir / "cursus.json")
    module, soort = find_page(c, pad)  # type: ignore[misc]  # `prepare` found it
    begrippen = {b["id"]: b for b in c.get("begrippen", [])}
    tekst = PageText(list(begrippen.values()), partial(picture, course_dir, pad.rpartition("/")[0], base_url))
    html = [tekst.cell(b) for b in bron]
    feiten = feit.marked(optional_json(course_dir / "feiten.json", {}))
    titel = next((t for n, _, t in tekst.koppen if n == 1), None) or titel
    vorige, volgende = neighbours(c, module["id"], soort)
    for buur in (vorige, volgende):
        if buur:
            buur["url"] = lesson_url(base_url, buur["pad"])
    nodig = [*tekst.feiten, *(f for i in tekst.termen for f in begrippen[i].get("feiten", ()))]
    gebruikt = {f: feiten[f] for f in nodig if f in feiten}
    return html, {
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
    kaart = [k for k in c.get("contacten", []) if k.get("voor_deelnemer")]
    return [{**k, **{v: serve_hulp.words(k[v]) for v in ("waarvoor", "contact") if v in k}} for k in kaart]


def report_url(redactie: str | None, titel: str, pad: str) -> str | None:
    """A mail to the editors with the page filled in; the page itself adds the section the reader is at."""
    if not redactie:
        return None
    tekst = f"Pagina: {titel} ({pad})\nOnderdeel: (hele pagina)\n\nWat klopt er niet?\n\n"
    return f"mailto:{quote(redactie)}?subject={quote(f'Klopt dit? {titel}')}&body={quote(tekst)}"
