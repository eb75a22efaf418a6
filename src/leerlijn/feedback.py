"""Feedback from the teacher: fetched from the exchange, read with an HTML parser and cleaned before the course page shows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import handin, inlevering, uitwisseling
from .errors import LeerlijnError

MAX_BYTES = 5_000_000
# What an article of ours is made of, and nothing more: the allow-list for formgrader, the feedback page and the course page.
TAGS = ["article", "br", "div", "em", "h1", "h2", "h3", "h4", "li", "ol", "p", "section", "small", "span", "strong", "ul"]
ATTRIBUTES = {"*": ["class"], "article": ["class", "data-item"], "span": ["class", "aria-hidden"]}


def fetch(course_dir: Path, module: str) -> int:
    """Fetch released feedback on the test of a module. Gives the number of pages; they stand in toetsen/<module>/feedback/<time>/.

    course_dir: the learner's course folder. Cheap enough for each visit: only when the exchange changed since the last time, or
    something was handed in, does a child process look (about a second). Raises LeerlijnError with a Dutch sentence.
    """
    toetsen = Path(course_dir).absolute() / "toetsen"
    cursus = inlevering.read_json(toetsen / module / "cursus.json")
    if "course" not in cursus or cursus.get("assignment") != module:
        raise LeerlijnError("De map van deze toets is niet compleet. Sluit de cursus en start hem opnieuw.")
    merk = toetsen / module / "feedback" / ".stand.json"
    keer = inlevering.read_json(handin.receipt_path(toetsen / module)).get("keer")
    vorige = inlevering.read_json(merk)
    if vorige.get("keer") == keer and isinstance(vorige.get("bron"), str) and uitwisseling.stand(Path(vorige["bron"])) == vorige.get("stand"):
        return vorige.get("gehaald", 0)
    uitkomst = uitwisseling.run_child("haal", map_=str(toetsen), course=cursus["course"], assignment=module)
    if "fout" in uitkomst:
        raise LeerlijnError("De terugkoppeling is niet op te halen. Probeer het later opnieuw of vraag je docent.")
    try:
        merk.parent.mkdir(exist_ok=True)
        merk.write_text(json.dumps({**uitkomst, "keer": keer}), "utf-8")
    except OSError:
        pass  # then the next visit looks again
    return uitkomst["gehaald"]


def load(course_dir: Path, module_id: str) -> dict[str, Any] | None:
    """The newest fetched feedback on a test, or None when there is none that can be read.

    Gives {t, punten, max, aftrek, cesuur, wacht, items: [{item, html, punten, max, opmerking, wacht}]}: t is the time of the hand-in as
    ISO 8601 UTC; cesuur is the share of the points for a pass; wacht says that a teacher has yet to grade it; html is clean (allow-list
    TAGS, no links, no styles) and ends with the teacher's points where those count; opmerking is the teacher's plain text or "".
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
    kop = soep.find("header", class_="ll-kop")
    if kop is None:
        raise ValueError("no feedback page")
    items = []
    for sectie in soep.find_all("section", class_="ll-item"):
        delen = sectie.find_all(["article", "p"], class_=["ll-feedback", "ll-docent"])
        opmerking = sectie.find("div", class_="ll-opmerking")
        items.append(
            {
                "item": sectie["data-item"],
                "html": clean("".join(map(str, delen))),
                "punten": float(sectie["data-punten"]),
                "max": float(sectie["data-max"]),
                "opmerking": "\n".join(p.get_text() for p in opmerking.find_all("p")) if opmerking else "",
                "wacht": "data-wacht" in sectie.attrs,
            }
        )
    uit = {v: float(kop.get(f"data-{v}", 0)) for v in ("punten", "max", "aftrek", "cesuur")}
    return {**uit, "wacht": any(i["wacht"] for i in items), "items": items}


def clean(tekst: str) -> str:
    """HTML with our own tags only; anything else is taken out, its text stays."""
    import bleach

    return bleach.clean(tekst, tags=TAGS, attributes=ATTRIBUTES, strip=True, strip_comments=True)
