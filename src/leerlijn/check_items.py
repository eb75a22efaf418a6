"""Rules for one item at a time: keys that can be scored, and what belongs to practice or to a test."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .check_tekst import alle_items, meld, velden
from .content import Inhoud
from .errors import Probleem
from .melding import naaste
from .score import SCHAAL
from .split import CRITERIA

DELEN = {"opties": "optie", "stappen": "stap", "links": "regel", "rechts": "regel", "fragmenten": "fragment", "acties": "actie", "rubriek": "regel"}
VERZAMEL = re.compile(r"\b(?:boven|onder)staande\b|^(?:alle|geen van de) (?:antwoorden|opties)\b|^(?:antwoord|optie)? ?[a-d] (?:en|of) [a-d]\b", re.I)
OPMAAK = re.compile(r"<[a-z/][^>]*>|\]\(|^#{1,6} |https?://|^```", re.I | re.M)
NIET_ALT = re.compile(r"^(?:afbeelding|plaatje|figuur|foto|diagram)\b", re.I)
MIN_ALT_WOORDEN = 3


def check(inhoud: Inhoud) -> Iterator[Probleem]:
    """All rules that need only the item itself."""
    yield from _dubbel(inhoud)
    for _, item in alle_items(inhoud):
        yield from _gebruik(inhoud, item)
        yield from _delen(inhoud, item)
        yield from _sleutel(inhoud, item)
        yield from _tekst(inhoud, item)
    for casus in inhoud.casussen.values():
        yield from _tekst(inhoud, casus)
        if casus.vorm == "dossier":
            yield from _delen(inhoud, casus)
            yield from signalen(inhoud, casus)


def _dubbel(inhoud: Inhoud) -> Iterator[Probleem]:
    """A question that stands in the course twice: as a rule copied and forgotten."""
    gezien: dict[str, str] = {}
    for _, item in alle_items(inhoud):
        tekst = " ".join(f"{item.situatie or ''} {item.vraag} {getattr(item, 'jongere', '')} {[o.tekst for o in getattr(item, 'opties', [])]}".lower().split())
        if not item.vervallen and tekst in gezien:
            yield meld(inhoud, item, "vraag-dubbel", f"'{item.id}' vraagt precies hetzelfde als '{gezien[tekst]}'.", "Verander de vraag, of verwijder er een.", "vraag")
        gezien.setdefault(tekst, item.id)


def _gebruik(inhoud: Inhoud, item: Any) -> Iterator[Probleem]:
    toets = item.gebruik == "toets"
    if toets and item.punten is None:
        yield meld(inhoud, item, "toets-punten", f"Toetsvraag '{item.id}' heeft geen punten.", "Voeg een regel 'punten: ...' toe.")
    if toets and item.zekerheid:
        yield meld(inhoud, item, "toets-zekerheid", f"Toetsvraag '{item.id}' vraagt hoe zeker iemand is.", "Verwijder 'zekerheid': dat vragen we alleen bij oefenen.", "zekerheid")
    if toets and item.plek:
        yield meld(inhoud, item, "toets-plek", f"Toetsvraag '{item.id}' heeft een plek in de les.", "Verwijder 'plek', of maak er een oefening van.", "plek")
    if toets and not item.herhalen:
        yield meld(inhoud, item, "toets-herhalen", f"Bij toetsvraag '{item.id}' staat herhalen: nee.", "Verwijder 'herhalen': een toetsvraag komt nooit terug bij Herhalen.", "herhalen")
    if not toets and not item.plek:
        yield meld(inhoud, item, "oefening-plek", f"Oefening '{item.id}' heeft geen plek in de les.", "Voeg 'plek: ...' toe met de naam waarmee de les hem oproept.")
    if not toets and item.punten is not None:
        yield meld(inhoud, item, "oefening-punten", f"Oefening '{item.id}' heeft punten.", "Verwijder 'punten': oefenen telt niet mee.", "punten")
    if toets and item.soort == "zin":
        yield meld(inhoud, item, "zin-toets", f"Vraag '{item.id}' is van de soort 'zin'; die kan alleen oefening zijn.", "Zet 'gebruik: oefening', of maak er een open vraag van.", "soort")


def _delen(inhoud: Inhoud, ding: Any) -> Iterator[Probleem]:
    """Ids and texts of options and other parts differ from each other."""
    for lijst, naam in DELEN.items():
        delen = getattr(ding, lijst, None) or []
        for veld, code, herstel in (("id", "deel-dubbel", "Geef elk deel een eigen id."), ("tekst", "tekst-dubbel", "Maak de teksten verschillend.")):
            gezien: set[str] = set()
            for i, deel in enumerate(delen):
                waarde = getattr(deel, veld).strip().lower()
                if waarde in gezien:
                    kort = waarde if len(waarde) < 50 else waarde[:47] + "..."
                    yield meld(inhoud, ding, code, f"In '{ding.id}' staat {naam} '{kort}' twee keer bij '{lijst}'.", herstel, (lijst, i, veld))
                gezien.add(waarde)


def _sleutel(inhoud: Inhoud, item: Any) -> Iterator[Probleem]:
    match item.soort:
        case "een-goed":
            goed = sum(o.goed for o in item.opties)
            if goed != 1:
                yield meld(inhoud, item, "goed-aantal", f"Vraag '{item.id}' heeft {goed} goede opties; bij 'een-goed' is er precies een goed.", "Zet 'goed: ja' bij precies een optie.", "opties")
        case "meer-goed":
            goed = sum(o.goed for o in item.opties)
            if goed < 2 or goed == len(item.opties):
                yield meld(inhoud, item, "goed-aantal", f"Vraag '{item.id}' heeft {goed} goede opties van de {len(item.opties)}.", "Bij 'meer-goed' zijn er minstens twee goed en minstens een fout.", "opties")
        case "koppel":
            yield from _koppel(inhoud, item)
        case "signalen":
            yield from signalen(inhoud, item)
        case "vlaggen":
            yield from _vlag(inhoud, item)
        case "oordeel":
            oordelen = [a.oordeel for a in item.acties]
            if max(oordelen) - min(oordelen) < 2:
                yield meld(inhoud, item, "oordeel-spreiding", f"Alle acties van '{item.id}' krijgen bijna hetzelfde oordeel.", "Zorg voor minstens een passende (4 of 5) en een minder passende actie (1 of 2).", "acties")
        case "open":
            som = sum(c.punten for c in item.rubriek)
            if item.punten is not None and abs(som - item.punten) > 1e-9:
                yield meld(inhoud, item, "open-punten", f"De rubriek van '{item.id}' telt op tot {som:g} punten, maar de vraag is {item.punten:g} punten waard.", "Maak beide gelijk.", "rubriek")


def _koppel(inhoud: Inhoud, item: Any) -> Iterator[Probleem]:
    links, rechts = [k.id for k in item.links], [k.id for k in item.rechts]
    for i, paar in enumerate(item.paren):
        for kant, bekend in (("links", links), ("rechts", rechts)):
            ident = getattr(paar, kant)
            if ident not in bekend:
                yield meld(inhoud, item, "koppel-kant", f"Bij '{item.id}' verwijst een paar naar '{ident}', maar dat staat niet bij '{kant}'.{naaste(ident, bekend)}", f"Gebruik een id uit de lijst '{kant}'.", ("paren", i, kant))
    aantal = Counter(p.links for p in item.paren)
    for i, ident in enumerate(links):
        if aantal[ident] != 1:
            yield meld(inhoud, item, "koppel-compleet", f"Bij '{item.id}' komt '{ident}' {aantal[ident]} keer voor in de paren.", "Elke regel van 'links' hoort precies een keer in 'paren'.", ("links", i))


def _vlag(inhoud: Inhoud, item: Any) -> Iterator[Probleem]:
    """Green needs all six criteria in order; beyond that the colour is a weighing and no sum, so only outliers are told (V-09, V-10)."""
    kleuren = [getattr(item.criteria, c).vlag for c in CRITERIA]
    if item.vlag.vlag == "groen" and set(kleuren) != {"groen"}:
        yield meld(inhoud, item, "vlag-groen", f"'{item.id}' krijgt een groene vlag, maar niet alle criteria zijn groen.", "Groen kan alleen als alle zes criteria in orde zijn.", ("vlag", "vlag"))
    elif SCHAAL.index(item.vlag.vlag) > max(map(SCHAAL.index, kleuren)) + 1:
        yield meld(inhoud, item, "let-op-vlag", f"De vlag van '{item.id}' is veel zwaarder dan elk van de criteria.", "Controleer de vlag, of leg het verschil uit.", ("vlag", "vlag"))


def signalen(inhoud: Inhoud, ding: Any) -> Iterator[Probleem]:
    """A file needs something to find and something to leave alone: false alarms count as well as misses."""
    wel = sum(f.signaal for f in ding.fragmenten)
    if wel < 2 or len(ding.fragmenten) - wel < 2:
        yield meld(inhoud, ding, "signalen-aantal", f"'{ding.id}' heeft {wel} signalen op {len(ding.fragmenten)} fragmenten.", "Zorg voor minstens twee signalen en minstens twee fragmenten die geen signaal zijn.", "fragmenten")


def _tekst(inhoud: Inhoud, ding: Any) -> Iterator[Probleem]:
    for i, optie in enumerate(getattr(ding, "opties", [])):
        if VERZAMEL.search(optie.tekst):
            yield meld(inhoud, ding, "optie-verwijst", f"Optie '{optie.id}' van '{ding.id}' verwijst naar andere opties.", "Schrijf uit wat je bedoelt: opties staan bij iedereen in een andere volgorde.", ("opties", i, "tekst"))
    for pad, tekst in velden(ding):
        if m := OPMAAK.search(tekst):
            yield meld(inhoud, ding, "tekst-opmaak", f"In '{ding.id}' staat '{m.group().strip()}': een link, kop of HTML.", "Gebruik alleen gewone tekst, **vet**, *cursief* en lijstjes met '- '.", pad)
    if (beeld := getattr(ding, "afbeelding", None)) and (slecht := alt_fout(beeld.alt)):
        yield meld(inhoud, ding, "beeld-alt", f"De alt-tekst bij '{ding.id}' {slecht}.", "Schrijf in een zin wat iemand die het beeld niet ziet moet weten.", ("afbeelding", "alt"))


def alt_fout(alt: str) -> str | None:
    """What is wrong with an alternative text, or None."""
    if not alt.strip():
        return "is leeg"
    if len(alt.split()) < MIN_ALT_WOORDEN:
        return f"is korter dan {MIN_ALT_WOORDEN} woorden"
    return "begint met het woord voor het soort beeld" if NIET_ALT.match(alt.strip()) and len(alt.split()) < 6 else None
