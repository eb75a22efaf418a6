"""Exercises on paper: the public part of an item or case, with room to answer. No key, no explanation: see docs/docent.md.

Pure: takes what split.public_item and split.public_case give, so nothing that is secret can reach the paper.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from .artikel import CRITERIA, opgemaakt
from .split import CRITERIA as ZES

Beeld = Callable[[str, str], str]
OPDRACHT = {
    "een-goed": "Kies één antwoord.",
    "meer-goed": "Kies alle antwoorden die goed zijn.",
    "volgorde": "Zet de stappen op volgorde: schrijf 1 bij de eerste stap.",
    "koppel": "Schrijf bij elke regel de letter van wat erbij hoort.",
    "vlaggen": "Beoordeel eerst de zes criteria. Kies daarna de vlag voor het geheel.",
    "signalen": "Kruis aan wat je met je team wilt bespreken.",
    "oordeel": "Geef elke actie een cijfer: 1 is schadelijk, 5 is heel passend.",
    "open": "Schrijf geen namen van echte jongeren of ouders op.",
    "zin": "Schrijf op wat je zou zeggen.",
}
VLAGGEN = ("groen", "geel", "rood", "zwart")
ROND, VAK, REGEL = '<span class="rond"></span>', '<span class="vak"></span>', '<p class="schrijflijn"></p>'
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def question(item: dict[str, Any], nummer: str, beeld: Beeld) -> str:
    """HTML of one practice item. item: as split.public_item gives it; nummer: such as '3.12'; beeld: (url, alt) -> HTML."""
    plaat = item.get("afbeelding")
    delen = [
        f'<section class="vraag vraag-{item["soort"]}"><h3>Oefening {nummer}</h3>',
        _waarschuwing(item.get("waarschuwing")),
        f'<div class="situatie">{opgemaakt(item["situatie"])}</div>' if item.get("situatie") else "",
        f'<figure class="beeld">{beeld(plaat["bestand"], plaat["alt"])}</figure>' if plaat else "",
        f'<div class="situatie">{opgemaakt(item["jongere"])}</div>' if item.get("jongere") else "",
        f'<div class="vraagtekst">{opgemaakt(item["vraag"])}</div>',
        f'<p class="opdracht">{OPDRACHT[item["soort"]]}</p>',
        _antwoord(item),
        _zekerheid() if item.get("zekerheid") else "",
        "</section>\n",
    ]
    return "".join(delen)


def case(casus: dict[str, Any], nummer: str) -> str:
    """HTML of a case. A conversation branches, so paper can only say where it is; a file with signals can be worked through."""
    kop = f'<section class="vraag casus-{casus["vorm"]}"><h3>Casus {nummer}: {escape(casus["titel"])}</h3>{_waarschuwing(casus["waarschuwing"])}{opgemaakt(casus["intro"])}'
    if casus["vorm"] == "gesprek":
        lijf = '<p class="opdracht">In dit gesprek bepaalt elke keuze hoe het verdergaat. Je loopt het in de digitale les.</p>'
    else:
        lijf = f'<p class="opdracht">{OPDRACHT["signalen"]}</p>{_fragmenten(casus["fragmenten"])}'
    return f"{kop}{lijf}</section>\n"


def _waarschuwing(tekst: str | None) -> str:
    return f'<p class="waarschuwing">{escape(tekst)}</p>' if tekst else ""


def _antwoord(item: dict[str, Any]) -> str:
    match item["soort"]:
        case "een-goed" | "meer-goed":
            teken = ROND if item["soort"] == "een-goed" else VAK
            return _lijst(f"{teken}{_kaal(o['tekst'])}" for o in item["opties"])
        case "volgorde":
            return _lijst(f'<span class="invul"></span>{_kaal(s["tekst"])}' for s in item["stappen"])
        case "koppel":
            links = _lijst(f'<span class="invul"></span>{_kaal(k["tekst"])}' for k in item["links"])
            rechts = _lijst(f"<b>{LETTERS[i]}</b>{_kaal(k['tekst'])}" for i, k in enumerate(item["rechts"]))
            return f'<div class="koppel">{links}{rechts}</div>'
        case "vlaggen":
            return _raster("Criterium", [v.capitalize() for v in VLAGGEN], [CRITERIA[c] for c in (*ZES, "vlag")])
        case "oordeel":
            return _raster("Actie", ["1", "2", "3", "4", "5"], [_kaal(a["tekst"]) for a in item["acties"]])
        case "signalen":
            return _fragmenten(item["fragmenten"])
        case "open":
            return REGEL * min(10, max(4, round(item["woorden"] / 15)))
        case _:
            return REGEL * 3


def _kaal(tekst: str) -> str:
    """Light markdown of one paragraph without its <p>."""
    return opgemaakt(tekst).replace("<p>", " ").replace("</p>", " ").strip()


def _lijst(regels: Any) -> str:
    return '<ul class="antwoorden">' + "".join(f"<li>{r}</li>" for r in regels) + "</ul>"


def _raster(kop: str, kolommen: list[str], rijen: list[str]) -> str:
    boven = "".join(f'<th scope="col" class="smal">{k}</th>' for k in kolommen)
    lijf = "".join(f'<tr><th scope="row">{r}</th>{f"<td class=smal>{ROND}</td>" * len(kolommen)}</tr>' for r in rijen)
    return f'<table class="raster"><thead><tr><th scope="col">{kop}</th>{boven}</tr></thead><tbody>{lijf}</tbody></table>'


def _fragmenten(fragmenten: list[dict[str, Any]]) -> str:
    met = any(f.get("wanneer") for f in fragmenten)
    kop = ('<th scope="col">Wanneer</th>' if met else "") + '<th scope="col">Wat er staat</th><th scope="col" class="smal">Bespreken</th>'
    lijf = "".join(
        "<tr>" + (f'<td class="wanneer">{escape(f.get("wanneer") or "")}</td>' if met else "") + f'<td>{_kaal(f["tekst"])}</td><td class="smal">{VAK}</td></tr>' for f in fragmenten
    )
    return f'<table class="fragmenten"><thead><tr>{kop}</tr></thead><tbody>{lijf}</tbody></table>'


def _zekerheid() -> str:
    return f'<p class="zekerheid">Hoe zeker ben je? &nbsp; {ROND} gok &nbsp; {ROND} redelijk zeker &nbsp; {ROND} heel zeker</p>'
