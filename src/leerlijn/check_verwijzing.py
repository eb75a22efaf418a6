"""Rules about names: ids that are used twice, and references to what does not exist or may not be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from .check_tekst import Stuk, alle_items, meld, verwijzingen
from .content import Inhoud
from .errors import Probleem
from .melding import naaste

Plek = tuple[str, int]
MIDDEL = re.compile(r"[Zz]ekerheid:? middel|\b[éÉ]én (?:\w+ )?bron\b")
VAKOORDEEL = re.compile(r"[Vv]akoordeel")


def check(inhoud: Inhoud, teksten: list[Stuk], vandaag: date) -> Iterator[Probleem]:
    """All rules about ids and references. vandaag: decides which facts are due for a check."""
    yield from _dubbel(inhoud)
    yield from _modules(inhoud)
    yield from _leerdoelen(inhoud)
    yield from _bronnen(inhoud)
    yield from _begrippen(inhoud)
    yield from _feiten(inhoud, teksten, vandaag)
    yield from _zekerheid(inhoud, teksten)


def gebruikte_feiten(inhoud: Inhoud, teksten: list[Stuk]) -> Iterator[tuple[str, Plek, str]]:
    """(fact id, file and line, what uses it) for items, cases, lessons and pages for teachers."""
    for _, item in alle_items(inhoud):
        if not item.vervallen:
            yield from bron_van(inhoud, item)
    for casus in inhoud.casussen.values():
        yield from bron_van(inhoud, casus)
    for t in teksten:
        if t.soort in ("les", "toets", "tekst"):
            for feit, plek in verwijzingen(t.tekst):
                yield feit, (t.bestand, t.regel_op(plek)), f"'{t.van}'"


def bron_van(inhoud: Inhoud, ding: Any) -> Iterator[tuple[str, Plek, str]]:
    """(fact id, file and line, name) of every fact that an item or case names, in its parts too."""
    naam = f"'{ding.id}'"
    for i, feit in enumerate(getattr(ding, "bron", None) or []):
        yield feit, inhoud.plaats(ding, ("bron", i)), naam
    for lijst in ("opties", "acties"):
        for i, deel in enumerate(getattr(ding, lijst, [])):
            for feit in deel.bron:
                yield feit, inhoud.plaats(ding, (lijst, i, "bron")), naam
    for knoop_id, knoop in getattr(ding, "knopen", {}).items():
        for feit in knoop.bron:
            yield feit, inhoud.plaats(ding, ("knopen", knoop_id, "bron")), naam
        for i, keuze in enumerate(knoop.keuzes):
            for feit in keuze.bron:
                yield feit, inhoud.plaats(ding, ("knopen", knoop_id, "keuzes", i, "bron")), naam


def _dubbel(inhoud: Inhoud) -> Iterator[Probleem]:
    gezien: dict[str, Plek] = {}
    for ding in [*(i for _, i in alle_items(inhoud)), *inhoud.casussen.values()]:
        if ding.id in gezien:
            bestand, regel = gezien[ding.id]
            yield meld(inhoud, ding, "dubbele-id", f"De id '{ding.id}' bestaat al in {bestand} op regel {regel}.", "Kies een nieuwe id; een id blijft voor altijd.", "id")
        gezien.setdefault(ding.id, inhoud.plaats(ding, "id"))
    for module, item in alle_items(inhoud):
        if item.plek and item.plek != item.id and item.plek in {i.id for i in inhoud.items[module]}:
            yield meld(inhoud, item, "plek-is-id", f"De plek '{item.plek}' is ook de id van een vraag.", "Geef de plek een andere naam.", "plek")


def _modules(inhoud: Inhoud) -> Iterator[Probleem]:
    if not inhoud.cursus:
        return
    bekend = [m.id for m in inhoud.modules]
    waar: dict[str, int] = {}
    for i, m in enumerate(inhoud.modules):
        for veld in (m.id, m.map):
            if veld in waar and waar[veld] != i:
                yield meld(inhoud, inhoud.cursus, "module-dubbel", f"'{veld}' staat twee keer in de lijst van modules.", "Geef elke module een eigen id en map.", ("modules", i))
            waar[veld] = i
    for naam in inhoud.items:
        if naam not in bekend:
            yield Probleem(f"quizzes/{naam}.yaml", 1, f"Er is geen module '{naam}'.{naaste(naam, bekend)}", "Zet de module in modules/cursus.yaml, of verbeter de naam van het bestand.", "module-onbekend")
    for ding in [*inhoud.casussen.values(), *inhoud.leeruitkomsten.values()]:
        if ding.module not in bekend:
            yield meld(inhoud, ding, "module-onbekend", f"'{ding.id}' hoort bij module '{ding.module}', maar die bestaat niet.{naaste(ding.module, bekend)}", "Gebruik een id uit modules/cursus.yaml.", "module")
    for naam in inhoud.beleid.inleveren_tot if inhoud.beleid else ():
        if naam not in bekend:
            yield meld(inhoud, inhoud.beleid, "module-onbekend", f"Bij 'inleveren_tot' staat module '{naam}', maar die bestaat niet.{naaste(naam, bekend)}", "Gebruik een id uit modules/cursus.yaml.", ("inleveren_tot", naam))


def _leerdoelen(inhoud: Inhoud) -> Iterator[Probleem]:
    eigen = {u.module for u in inhoud.leeruitkomsten.values()}
    for module, ding in [*alle_items(inhoud), *((c.module, c) for c in inhoud.casussen.values())]:
        uitkomst = inhoud.leeruitkomsten.get(ding.leerdoel)
        if uitkomst is None:
            dichtbij = [u.id for u in inhoud.leeruitkomsten.values() if u.module == module] or list(inhoud.leeruitkomsten)
            yield meld(inhoud, ding, "leerdoel-onbekend", f"Het leerdoel '{ding.leerdoel}' van '{ding.id}' bestaat niet.{naaste(ding.leerdoel, dichtbij)}", "Gebruik een id uit source_material/leeruitkomsten.yaml.", "leerdoel")
        elif module in eigen and uitkomst.module != module:
            yield meld(inhoud, ding, "leerdoel-elders", f"Het leerdoel '{ding.leerdoel}' van '{ding.id}' hoort bij module '{uitkomst.module}'.", "Kies een leerdoel van deze module.", "leerdoel")


def _bronnen(inhoud: Inhoud) -> Iterator[Probleem]:
    for feit in inhoud.feiten.values():
        for i, sleutel in enumerate(feit.bronnen):
            if sleutel not in inhoud.bronnen:
                yield meld(inhoud, feit, "bron-onbekend", f"Feit {feit.id} noemt bron '{sleutel}', maar die bestaat niet.{naaste(sleutel, inhoud.bronnen)}", "Gebruik een id uit source_material/bronnen.yaml.", ("bronnen", i))
        if not feit.bronnen and not feit.vakoordeel and not feit.niet_gebruiken:
            yield meld(inhoud, feit, "feit-zonder-bron", f"Feit {feit.id} heeft geen bron en is niet gemerkt als vakoordeel.", "Noem een bron, of zet 'vakoordeel: ja'.", "bronnen")


def _begrippen(inhoud: Inhoud) -> Iterator[Probleem]:
    gezien: dict[str, str] = {}
    for begrip in inhoud.begrippen.values():
        for vorm in {begrip.begrip.lower(), *(o.lower() for o in begrip.ook)}:
            if gezien.get(vorm, begrip.id) != begrip.id:
                yield meld(inhoud, begrip, "begrip-dubbel", f"'{vorm}' staat bij '{begrip.id}' en bij '{gezien[vorm]}'.", "Laat het bij een van de twee staan.")
            gezien.setdefault(vorm, begrip.id)


def _feiten(inhoud: Inhoud, teksten: list[Stuk], vandaag: date) -> Iterator[Probleem]:
    noemt = [(f, inhoud.plaats(d, ("feiten", i)), f"'{d.id}'") for d in [*inhoud.begrippen.values(), *inhoud.leeruitkomsten.values()] for i, f in enumerate(d.feiten)]
    verlopen: set[str] = set()
    for ident, plek, naam in noemt:
        if ident not in inhoud.feiten:
            yield _onbekend(inhoud, ident, plek, naam)
    for ident, plek, naam in gebruikte_feiten(inhoud, teksten):
        feit = inhoud.feiten.get(ident)
        if feit is None:
            yield _onbekend(inhoud, ident, plek, naam)
        elif feit.niet_gebruiken:
            yield Probleem(*plek, f"{naam} gebruikt feit {ident}, en dat mag niet meer worden gebruikt.", "Kies een ander feit, of haal de bewering weg.", "feit-niet-gebruiken")
        elif feit.zekerheid == "laag":
            yield Probleem(*plek, f"{naam} gebruikt feit {ident}, maar daarvan is de zekerheid laag.", "Kies een feit dat beter is onderbouwd.", "feit-laag")
        elif feit.controleer_voor and feit.controleer_voor < vandaag:
            verlopen.add(ident)
    for ident in sorted(verlopen):
        feit = inhoud.feiten[ident]
        yield meld(inhoud, feit, "let-op-feit-verlopen", f"Feit {ident} moest voor {feit.controleer_voor:%d-%m-%Y} zijn gecontroleerd.", "Controleer het bij de bron en zet een nieuwe datum bij 'controleer_voor'.", "controleer_voor")


def _zekerheid(inhoud: Inhoud, teksten: list[Stuk]) -> Iterator[Probleem]:
    """A lesson says itself where it is less sure: who reads on paper has no panel to open. Items and cases show it with every fact."""
    for t in teksten:
        # What stands before a lesson is an announcement and no claim.
        if t.soort != "les" or t.van == "vooraf":
            continue
        oordeel = VAKOORDEEL.search(t.tekst)
        for ident, plek in verwijzingen(t.tekst):
            feit = inhoud.feiten.get(ident)
            if feit is None:
                continue
            if feit.zekerheid == "middel" and not MIDDEL.search(t.tekst) and not (feit.vakoordeel and oordeel):
                yield Probleem(t.bestand, t.regel_op(plek), f"'{t.van}' noemt feit {ident}, maar zegt niet dat de zekerheid middel is.", "Schrijf er '(zekerheid middel)' bij.", "feit-middel")
            if set(feit.bronnen) == {"VAKOORDEEL"} and not oordeel:
                yield Probleem(t.bestand, t.regel_op(plek), f"'{t.van}' noemt feit {ident}, maar zegt niet dat het een vakoordeel is.", "Schrijf er '(vakoordeel)' bij.", "feit-vakoordeel")


def _onbekend(inhoud: Inhoud, ident: str, plek: Plek, naam: str) -> Probleem:
    letter = [f for f in inhoud.feiten if f[:1] == ident[:1]]
    return Probleem(*plek, f"{naam} verwijst naar feit {ident}, maar dat bestaat niet.{naaste(ident, letter or inhoud.feiten)}", "Zoek het goede nummer op in source_material/feiten/.", "feit-onbekend")
