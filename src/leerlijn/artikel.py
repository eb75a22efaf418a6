"""What is shown of one scored item, to teacher and learner alike: question, answer in words, points and reasons.

Pure: from key, public item and answer to one `<article class="ll-feedback">` without scripts, links or styles. Everything that
comes from a learner is written as text; in a markdown cell the article stays one HTML block, as it holds no blank line.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Any

from . import score

WOORDEN = {
    "een-goed": {"goed": "gekozen: goed", "fout": "gekozen: niet goed", "gemist": "dit was het goede antwoord", "neutraal": "niet gekozen"},
    "meer-goed": {"goed": "aangevinkt: goed", "fout": "aangevinkt: hoort er niet bij", "gemist": "gemist", "neutraal": "niet aangevinkt: goed"},
    "signalen": {"goed": "gemarkeerd: een signaal", "fout": "gemarkeerd: geen signaal", "gemist": "gemist signaal", "neutraal": "geen signaal"},
}
TEKENS = {"goed": "✓", "deels": "≈", "fout": "✗", "gemist": "○", "neutraal": "·"}
CRITERIA = {
    "toestemming": "Toestemming", "vrijwilligheid": "Vrijwilligheid", "gelijkwaardigheid": "Gelijkwaardigheid",
    "ontwikkeling": "Ontwikkeling", "context": "Context", "impact": "Impact", "vlag": "De vlag",
}  # fmt: skip
SCHAAL = "1 is schadelijk, 5 is heel passend."
REDACTIE = "Redactiesleutel: dit oordeel is nog niet vergeleken met dat van een panel van vakmensen."
PANEL = "Sleutel van een panel van {} vakmensen: hoe meer van hen hetzelfde kozen als jij, hoe meer punten."
OORDELEN = {"goed": "goed", "deels": "deels goed", "fout": "niet goed", "open": "open vraag"}
# Where markdown, maths or an attachment could begin: written as a reference, so that it is a letter and nothing else.
_LETTERLIJK = str.maketrans({c: f"&#{ord(c)};" for c in "&<>\"'\\`*_[]{}()#+-.!|~$^=@:/"})


def getal(waarde: float) -> str:
    """A number as a Dutch reader writes it: 1.5 is 1,5 and 2.0 is 2."""
    return f"{round(float(waarde), 2):g}".replace(".", ",")


def plat(tekst: Any) -> str:
    """A learner's text as HTML that is text and nothing else: no mark-up, no markdown, no links, no maths; line ends kept."""
    schoon = "".join(c if c == "\n" or c.isprintable() else " " if c.isspace() else "" for c in str(tekst))
    regels = [r.strip().translate(_LETTERLIJK) for r in schoon.split("\n")]
    alineas = "\n".join(regels).split("\n\n")
    return "".join("<p>" + a.strip("\n").replace("\n", "<br>") + "</p>" for a in alineas if a.strip())


@lru_cache(4096)  # a group has the same texts of the author many times over
def opgemaakt(tekst: str | None) -> str:
    """An author's light markdown (paragraphs, bold, italic, lists) as HTML on one line."""
    uit: list[str] = []
    for blok in re.split(r"\n\s*\n", (tekst or "").strip()):
        regels, lijst, alinea = blok.split("\n"), [], []
        for regel in regels:
            if regel.lstrip().startswith("- "):
                lijst.append(regel.lstrip()[2:])
            elif lijst and regel.strip():
                lijst[-1] += " " + regel.strip()
            elif regel.strip():
                alinea.append(regel.strip())
        if alinea:
            uit.append(f"<p>{_vet(' '.join(alinea))}</p>")
        if lijst:
            uit.append("<ul>" + "".join(f"<li>{_vet(r)}</li>" for r in lijst) + "</ul>")
    return "".join(uit)


def _vet(tekst: str) -> str:
    veilig = html.escape(tekst)
    veilig = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", veilig)
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", veilig)


@lru_cache(4096)
def _regel(tekst: str | None) -> str:
    """Light markdown of one paragraph without its <p>."""
    return " ".join(re.sub(r"</?p>", " ", opgemaakt(tekst)).split())


def bouw(
    sleutel: dict[str, Any],
    publiek: dict[str, Any],
    antwoord: Any,
    feiten: dict[str, Any],
    *,
    nummer: int,
    gekregen: float,
    punten: float,
    gemeld: str = "",
) -> str:
    """The article of one item.

    sleutel, publiek: as split.key_item and split.public_item give them; antwoord: the value in the answer file; feiten: fact id ->
    fact; nummer: place in the test, from 1; gekregen, punten: points earned and to be earned; gemeld: a sentence for the teacher.
    """
    uitkomst = score.feedback(sleutel, antwoord, feiten)
    status, open_vraag = uitkomst["status"], uitkomst["oordeel"] == "open"
    if status == "onbeantwoord":
        stand = "niet beantwoord"
    elif status == "onleesbaar":
        stand = "antwoord niet leesbaar"
    else:
        stand = OORDELEN[uitkomst["oordeel"]]
    ident, klasse = html.escape(sleutel["id"], quote=True), uitkomst["oordeel"] if status == "beantwoord" else status
    telling = f"{getal(punten)} punten te halen" if open_vraag else f"{getal(gekregen)} van {getal(punten)} {'punt' if punten == 1 else 'punten'}"
    delen = [
        f'<article class="ll-feedback ll-{klasse}" data-item="{ident}">',
        f'<h3>Vraag {nummer}</h3><p class="ll-score"><strong>{telling}</strong> · {stand}</p>',
        f'<div class="ll-situatie">{opgemaakt(publiek["situatie"])}</div>' if publiek.get("situatie") else "",
        f'<div class="ll-vraag">{opgemaakt(publiek.get("vraag"))}</div>',
        f'<p class="ll-gemeld"><strong>Let op:</strong> {html.escape(gemeld)}</p>' if gemeld else "",
        _open(uitkomst, antwoord) if open_vraag else _antwoorden(sleutel, uitkomst),
        f'<div class="ll-uitleg"><h4>Uitleg</h4>{opgemaakt(uitkomst["uitleg"])}</div>' if uitkomst["uitleg"] else "",
        f'<div class="ll-uitleg"><h4>Passende reactie</h4>{opgemaakt(uitkomst["reactie"])}</div>' if uitkomst["reactie"] else "",
        _feiten(uitkomst["feiten"]),
        "</article>",
    ]
    return "".join(d for d in delen if d).replace("\n", " ")


def _antwoorden(sleutel: dict[str, Any], uitkomst: dict[str, Any]) -> str:
    soort = uitkomst["soort"]
    kop = "Je antwoord" if uitkomst["status"] == "beantwoord" else "De antwoorden"
    rijen = []
    for deel in uitkomst["delen"]:
        teken = deel["teken"]
        if uitkomst["status"] != "beantwoord":
            teken = "gemist" if deel["teken"] == "gemist" else "neutraal"
        naam, gegeven = _woorden(soort, sleutel, deel, uitkomst["status"] == "beantwoord")
        uitleg = f'<div class="ll-uitleg">{opgemaakt(deel["uitleg"])}</div>' if deel["uitleg"] else ""
        rijen.append(
            f'<li class="ll-deel ll-{teken}"><p><span class="ll-teken" aria-hidden="true">{TEKENS[teken]}</span> '
            f'<span class="ll-tekst">{naam}</span> <span class="ll-keus">({gegeven})</span></p>{uitleg}</li>'
        )
    sleutelzin = PANEL.format(uitkomst["panel"]) if uitkomst["panel"] else REDACTIE
    voet = {"oordeel": f'<p class="ll-redactie">{SCHAAL} {sleutelzin}</p>', "vlaggen": f'<p class="ll-redactie">{sleutelzin}</p>'}.get(soort, "")
    return f'<h4>{kop}</h4><ul class="ll-delen">{"".join(rijen)}</ul>{voet}'


def _woorden(soort: str, sleutel: dict[str, Any], deel: dict[str, Any], beantwoord: bool) -> tuple[str, str]:
    """Name of a part and what the learner made of it, both as safe HTML."""
    if soort in WOORDEN:
        gegeven = WOORDEN[soort][deel["teken"]]
        if not beantwoord:
            gegeven = "hoort erbij" if deel["juist"] else "hoort er niet bij"
        return _regel(deel["tekst"]), gegeven
    tekst = sleutel["tekst"]
    if soort == "koppel":
        gaf, juist = (_regel(tekst[deel[v]]) if deel[v] else "niets" for v in ("gekozen", "juist"))
    elif soort == "volgorde":
        gaf, juist = (f"plaats {deel[v]}" if deel[v] else "geen plaats" for v in ("gekozen", "juist"))
    else:
        gaf, juist = (str(deel[v]) if deel[v] is not None else "niets" for v in ("gekozen", "juist"))
    if "stemmen" in deel:
        naam = CRITERIA.get(deel["id"], deel["id"]) if soort == "vlaggen" else _regel(deel["tekst"])
        return naam, (f"jij: {gaf}; " if beantwoord else "") + verdeling(deel["stemmen"], soort)
    maat = "de redactie" if soort == "oordeel" else "goed is"
    naam = CRITERIA.get(deel["id"], deel["id"]) if soort == "vlaggen" else _regel(deel["tekst"])
    if not beantwoord:
        return naam, f"{maat}: {juist}"
    return naam, f"jij: {gaf}" if gaf == juist else f"jij: {gaf}; {maat}: {juist}"


def verdeling(telling: list[int], soort: str) -> str:
    """What the members of a panel chose, in words: 'panel: 8 keer 4, 3 keer 5'."""
    namen = score.SCHAAL if soort == "vlaggen" else range(1, 6)
    return "panel: " + ", ".join(f"{n} keer {naam}" for n, naam in sorted(zip(telling, namen), key=lambda p: -p[0]) if n)


def _open(uitkomst: dict[str, Any], antwoord: Any) -> str:
    leeg = "Niet beantwoord." if uitkomst["status"] == "onbeantwoord" else "Dit antwoord is niet te lezen."
    tekst = plat(antwoord) if uitkomst["status"] == "beantwoord" else f"<p><em>{leeg}</em></p>"
    rubriek = "".join(
        f"<li>{_regel(r['tekst'])} <strong>({getal(r['punten'])} {'punt' if r['punten'] == 1 else 'punten'})</strong>"
        + (f'<div class="ll-uitleg">{opgemaakt(r["uitleg"])}</div>' if r.get("uitleg") else "")
        + "</li>"
        for r in uitkomst["rubriek"] or []
    )
    voorbeelden = uitkomst["voorbeeld"] if isinstance(uitkomst["voorbeeld"], list) else [uitkomst["voorbeeld"] or ""]
    goed = "".join(opgemaakt(v) for v in voorbeelden)
    voorbeeld = f'<div class="ll-uitleg"><h4>Voorbeeld van een goed antwoord</h4>{goed}</div>' if goed else ""
    rubriek = f'<h4>Waar je docent op let</h4><ul class="ll-rubriek">{rubriek}</ul>' if rubriek else ""
    return f'<h4>Je antwoord</h4><div class="ll-eigen">{tekst}</div>{rubriek}{voorbeeld}'


def _feiten(feiten: list[dict[str, Any]]) -> str:
    if not feiten:
        return ""
    rijen = []
    for feit in feiten:
        bronnen = "; ".join(f"{b['organisatie']}, {b['titel']} ({b['jaar']})" for b in feit.get("bronnen", []) if isinstance(b, dict))
        zeker = "" if feit.get("zekerheid", "hoog") == "hoog" else f"zekerheid: {feit['zekerheid']}"
        regel = " · ".join(html.escape(d) for d in (bronnen, zeker, "vakoordeel" if feit.get("vakoordeel") else "", "controledatum voorbij" if feit.get("verlopen") else "") if d)
        rijen.append(f"<li>{_regel(feit['stelling'])}" + (f" <small>{regel}</small>" if regel else "") + "</li>")
    return f'<div class="ll-uitleg"><h4>Waar dit op rust</h4><ul class="ll-feiten">{"".join(rijen)}</ul></div>'
