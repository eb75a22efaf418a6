"""A page with our widget on it, without a kernel: the browser's side is real, the Python side is real, the wire between is short.

Layout, keyboard and axe are quick to try here. What the wire itself does is tried through a real kernel in test_widget_kern.py.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from leerlijn import build
from leerlijn import widget as bron
from leerlijn.widget import lees
from leerlijn.widget.sessie import Oefening, Toets
from leerlijn.widget.wandeling import Dossier, Gesprek

VOORBEELD = Path(__file__).parent.parent / "voorbeeldcursus"
THEMA = Path(bron.__file__).parent.parent / "share/jupyter/voila/templates/leerlijn/static/theme.css"
ADRES = "http://onderdeel.test/"
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'"
PAGINA = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Proef</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="theme.css"><link rel="stylesheet" href="onderdeel.css"><link rel="stylesheet" href="pagina.css">
<script type="module" src="start.js"></script></head><body><main><h1>Proef</h1><h2>Oefenen</h2></main></body></html>"""
STIJL = "body { margin: 0; padding: 1rem; background: var(--ll-paper, Canvas); color: var(--ll-ink, CanvasText); color-scheme: light dark; font-family: sans-serif; } main { max-width: 46rem; margin: auto; }"
START = """import onderdeel from "./onderdeel.js";
const main = document.querySelector("main");
window.modellen = [];
for (const spec of await (await window.specs())) {
  const i = window.modellen.length, luister = {};
  const model = {
    get: () => spec, on: (n, f) => (luister[n] ??= new Set()).add(f), off: (n, f) => luister[n]?.delete(f),
    send: async (b) => { window.verstuurd.push(b); if (window.stil) return; for (const uit of await window.naarPython(i, b)) model.ontvang(uit); },
    ontvang: (b) => { for (const f of luister["msg:custom"] ?? []) f(b); },
  };
  window.modellen.push(model);
  const el = document.createElement("div");
  main.append(el);
  onderdeel.render({ model, el, signal: new AbortController().signal });
}
document.documentElement.dataset.klaar = "";
"""


def cursusmap(map_: Path) -> Path:
    """The tiny course, built and installed as a learner has it."""
    bronmap = Path(shutil.copytree(VOORBEELD, map_ / "bron"))
    uit = build.build(bronmap)
    doel = map_ / "leerlijn"
    build.install(uit, doel)
    return doel


def oefening(cursus: Path, *ids: str) -> Oefening:
    cel, publiek, sleutel = lees.lesson(cursus / "proef")
    return Oefening(cel, [i for i in publiek["items"] if not ids or i["id"] in ids], sleutel["items"])


def casus(cursus: Path, naam: str):
    cel, publiek, sleutel = lees.lesson(cursus / "proef")
    deel = next(c for c in publiek["casussen"] if c["id"] == naam)
    return (Gesprek if deel["vorm"] == "gesprek" else Dossier)(cel, deel, sleutel["casussen"][naam])


def toets(cursus: Path, hand_in=None, receipt=None) -> Toets:
    cel, publiek = lees.exam(cursus / "toetsen" / "proef")
    return Toets(cel, publiek["items"], hand_in or (lambda m: None), receipt or (lambda m: None))


def open_page(page, *sessies, thema: bool = True):
    """Show the sessions on `page`; returns the page. `page.verstuurd()` gives what the browser sent."""

    def antwoord(i: int, bericht):
        later = []
        eerst = sessies[i].receive(bericht, later.append)
        return json.loads(json.dumps([eerst, *(taak() for taak in later)]))

    def dien(route):
        naam = route.request.url.removeprefix(ADRES)
        if naam.startswith("fonts/"):
            return route.fulfill(path=THEMA.parent / naam)
        tekst, soort = {
            "": (PAGINA, "text/html"),
            "theme.css": (THEMA.read_text() if thema else "", "text/css"),
            "onderdeel.css": (bron.stijl(), "text/css"),
            "pagina.css": (STIJL, "text/css"),
            "onderdeel.js": (bron.bundel(), "text/javascript"),
            "start.js": (START, "text/javascript"),
        }.get(naam, ("", "text/plain"))
        route.fulfill(body=tekst, content_type=f"{soort}; charset=utf-8", headers={"Content-Security-Policy": CSP})

    if not getattr(page, "klaargezet", False):
        page.add_init_script("window.verstuurd = []; window.stil = false;")
        page.expose_function("naarPython", lambda i, b: page.antwoord(i, b))
        page.expose_function("specs", lambda: json.loads(json.dumps([s.spec() for s in page.sessies])))
        page.klaargezet = True
    page.antwoord, page.sessies = antwoord, sessies
    page.unroute_all()
    page.route(f"{ADRES}**", dien)
    page.goto(ADRES)
    page.wait_for_selector("html[data-klaar]")
    page.verstuurd = lambda: page.evaluate("window.verstuurd")
    return page
