"""The report as one HTML page that opens without a server: pictures, tables and typeface are in it, nothing comes from outside."""

from __future__ import annotations

import base64
import math
import re
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from . import report_plaat, report_route, termijn
from .report import Verslag
from .report_beeld import STATIC, Plaat
from .report_tekst import getal, procent, waarde

MAP = Path(__file__).parent / "share" / "rapport"
PLATEN = SimpleNamespace(
    scores=report_plaat.scores, items=report_plaat.items, outcomes=report_plaat.outcomes, choices=report_plaat.choices, times=report_plaat.times,
    certainty=report_plaat.certainty, irt=report_plaat.irt, route=report_route.draw,
)  # fmt: skip
TOETSCIJFERS = [
    ("gemiddelde", "Gemiddelde (punten)", "Wat de groep gemiddeld haalt."),
    ("sd", "Spreiding (punten)", "Hoe ver scores uit elkaar liggen: de standaardafwijking."),
    ("alpha", "Betrouwbaarheid (alfa)", "Of de vragen samen hetzelfde meten, van 0 tot 1. Keer 100 is dit de coefficient of internal consistency van Moodle."),
    ("foutverhouding", "Foutverhouding", "Welk deel van de spreiding toeval is."),
    ("meetfout", "Meetfout (punten)", "Zoveel kan een score schelen door toeval, naar boven en naar beneden."),
    ("scheefheid", "Scheefheid", "Onder nul: de meeste scores zijn hoog, met een staart naar beneden."),
    ("welving", "Welving", "Boven nul: veel scores dicht bij het gemiddelde en enkele ver weg."),
]
WOORDEN = [
    ("Deel van de punten", "Het gemiddelde van wat deelnemers op een vraag haalden, gedeeld door het maximum. Wie de vraag open liet, telt hier niet mee."),
    ("Marge", "Met een andere, even grote groep was het cijfer anders geweest. De marge laat zien hoe ver het er door toeval naast kan zitten (95%-betrouwbaarheidsinterval)."),
    ("Verband met de rest", "Maakt wie de rest van de toets goed maakt, ook deze vraag goed? Van −1 tot 1. Rond nul zegt de vraag weinig; onder nul klopt er vaak iets niet."),
    ("Hoog − laag", "Het deel van de punten bij de beste 27% van de groep, min dat bij de laagste 27%."),
    ("Doelmatigheid", "Het verband als deel van het hoogste dat met deze scores mogelijk was."),
    ("Effectief gewicht", "Hoeveel deze vraag bijdraagt aan de verschillen in de eindscore."),
    ("Alfa zonder vraag", "De betrouwbaarheid als je deze vraag weglaat. Wordt die duidelijk hoger, dan past de vraag niet bij de rest."),
    ("Alleen een marge", "Bij een deel van de groep laten we het cijfer weg als je er een klein aantal mee kunt uitrekenen. De marge past dan bij elk aantal dat het kan zijn."),
    ("<5 en 5+", "Kleine aantallen laten we niet precies zien. 5+ is een aantal dat we verbergen omdat je anders het kleine aantal kunt uitrekenen."),
]  # fmt: skip


def render(verslagen: list[Verslag], cursus: str = "", vandaag: date | None = None) -> str:
    """One page for all reports. cursus: title of the course; vandaag: date on the page."""
    een = len(verslagen) == 1
    return _env().get_template("rapport.html.j2").render(
        verslagen=verslagen,
        titel="Inzicht in de toets" if een else "Inzicht in de toetsen",
        cursus=cursus,
        datum=termijn.in_words(vandaag or date.today()),
        stijl=Markup(_thema() + (MAP / "rapport.css").read_text("utf-8")),  # noqa: S704 - our own files
    )


def part(v: Verslag, naam: str) -> str:
    """One part of a report as HTML without a page around it. naam: a macro of delen.html.j2, such as "vragen"."""
    return str(getattr(_env().get_template("delen.html.j2").module, naam)(v))


def style_inside(klasse: str) -> str:
    """The style of the report for a place in another page: light only, and nothing of it outside `.klasse`."""
    thema = _thema()
    letters, rest = thema[: thema.index("/* 1.")], thema[thema.index("/* 1.") :]
    licht = re.sub(r"@media screen and \(prefers-color-scheme: dark\) \{.*?\n\}", "", rest, flags=re.S).replace("color-scheme: light dark;", "")
    regels = re.sub(r"@page \{[^}]*\}", "", (MAP / "rapport.css").read_text("utf-8"))
    grond = "background: var(--ll-paper); color: var(--ll-ink); font: 1.0625rem/1.55 var(--ll-font);"
    return f"{letters}{licht.replace(':root', f'.{klasse}')} .{klasse} {{ {grond}\n{regels}\n> h2:first-child {{ border: 0; margin-block: 1rem; padding: 0; }} }}"


@lru_cache(maxsize=1)
def _env() -> Environment:
    env = Environment(loader=FileSystemLoader(MAP), autoescape=True, trim_blocks=True)
    env.globals |= {
        "getal": getal, "procent": procent, "waarde": waarde, "naam": report_plaat.name, "platen": PLATEN, "svg": _svg, "dag": termijn.in_words, "dagen": _dagen, "gekozen": _gekozen,
        "heel": lambda x: x is not None and math.isfinite(x), "bekijken": lambda v: {o.item for o in v.opvallend if o.ernst < 3},
        "toetscijfers": TOETSCIJFERS, "woorden": WOORDEN,
    }  # fmt: skip
    return env


def _svg(plaat: Plaat, ident: str, breed: bool = False) -> Markup:
    tekst = plaat.svg(ident)
    return Markup(tekst.replace('class="plaat"', 'class="plaat breed"', 1) if breed else tekst)  # noqa: S704 - escaped where it is made


def _dagen(t: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(termijn.in_words(t["eerste"] + timedelta(days=i * t["stap"])), a) for i, a in enumerate(t["dagen"]) if a]


def _gekozen(deel: dict[str, Any], alle: bool) -> list[int]:
    """Choices that are worth a row: all, or the right one and what somebody chose."""
    return [i for i in range(len(deel["keuzes"])) if alle or i == deel["juist"] or any(a[i] for a in deel["aantal"])]


@lru_cache(maxsize=1)
def _thema() -> str:
    """theme.css with its fonts inside."""
    thema = (STATIC / "theme.css").read_text("utf-8")

    def insluiten(m: re.Match[str]) -> str:
        return f'url("data:font/woff2;base64,{base64.b64encode((STATIC / m.group(1)).read_bytes()).decode()}")'

    return re.sub(r'url\("(fonts/[\w-]+\.woff2)"\)', insluiten, thema)
