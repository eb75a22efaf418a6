"""Feedback from the teacher: fetched from the exchange, read with an HTML parser and cleaned before the course page shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import inlevering, uitwisseling
from .errors import LeerlijnError

MAX_BYTES = 5_000_000
# What an article of ours is made of, and nothing more: the allow-list for formgrader, the feedback page and the course page.
TAGS = ["article", "br", "div", "em", "h1", "h2", "h3", "h4", "li", "ol", "p", "section", "small", "span", "strong", "ul"]
ATTRIBUTES = {"*": ["class"], "article": ["class", "data-item"], "span": ["class", "aria-hidden"]}


def fetch(course_dir: Path, module: str) -> int:
    """Fetch released feedback on the test of a module. Gives the number of pages; they stand in toetsen/<module>/feedback/<time>/.

    course_dir: the learner's course folder. Takes about a second. Raises LeerlijnError with a Dutch sentence.
    """
    toetsen = Path(course_dir).absolute() / "toetsen"
    cursus = inlevering.read_json(toetsen / module / "cursus.json")
    if "course" not in cursus or cursus.get("assignment") != module:
        raise LeerlijnError("De map van deze toets is niet compleet. Sluit de cursus en start hem opnieuw.")
    uitkomst = uitwisseling.run_child("haal", map_=str(toetsen), course=cursus["course"], assignment=module)
    if "fout" in uitkomst:
        raise LeerlijnError("De terugkoppeling is niet op te halen. Probeer het later opnieuw of vraag je docent.")
    return uitkomst["gehaald"]


def load(course_dir: Path, module_id: str) -> dict[str, Any] | None:
    """The newest fetched feedback on a test, or None when there is none that can be read.

    Gives {t, punten, max, aftrek, items: [{item, html, punten, max, opmerking}]}: t is the time of the hand-in as ISO 8601 UTC; html is
    clean (allow-list TAGS, no links, no styles); opmerking is plain text of the teacher, "" when there is none.
    """
    paginas = sorted(Path(course_dir, "toetsen", module_id, "feedback").glob("*/toets.html"), reverse=True)
    for pagina in paginas:
        try:
            if pagina.is_symlink() or pagina.stat().st_size > MAX_BYTES:
                continue
            uit = parse(pagina.read_text("utf-8", "replace"))
        except (OSError, ValueError, KeyError):
            continue
        if uit["items"]:
            return {"t": inlevering.iso(pagina.parent.name), **uit}
    return None


def parse(tekst: str) -> dict[str, Any]:
    """Points, fragments and comments out of a feedback page. Raises ValueError or KeyError when it is no page of ours."""
    from bs4 import BeautifulSoup  # here, as the learner's server needs them only on the course page

    soep = BeautifulSoup(tekst, "html.parser")
    kop = soep.select_one("header.ll-kop")
    if kop is None:
        raise ValueError("no feedback page")
    items = []
    for sectie in soep.select("section.ll-item[data-item]"):
        artikel, opmerking = sectie.select_one("article.ll-feedback"), sectie.select_one("div.ll-opmerking")
        items.append(
            {
                "item": sectie["data-item"],
                "html": clean(str(artikel)) if artikel else "",
                "punten": float(sectie["data-punten"]),
                "max": float(sectie["data-max"]),
                "opmerking": "\n".join(p.get_text() for p in opmerking.select("p")) if opmerking else "",
            }
        )
    return {"punten": float(kop["data-punten"]), "max": float(kop["data-max"]), "aftrek": float(kop.get("data-aftrek", 0)), "items": items}


def clean(tekst: str) -> str:
    """HTML with our own tags only; anything else is taken out, its text stays."""
    import bleach

    return bleach.clean(tekst, tags=TAGS, attributes=ATTRIBUTES, strip=True, strip_comments=True)
