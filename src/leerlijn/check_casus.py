"""Proofs about a branching conversation: every state (node and flags) is walked, so that no learner gets stuck."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from . import casus as wandeling
from .check_tekst import meld
from .content import Inhoud
from .errors import Probleem
from .melding import naaste

MIN_KNOPEN, MIN_EINDES = 8, 3
MAX_STATEN = 20_000
Staat = tuple[str, frozenset[str]]


def check(inhoud: Inhoud) -> Iterator[Probleem]:
    """All rules for branching conversations."""
    for casus in inhoud.casussen.values():
        if casus.vorm == "gesprek":
            yield from gesprek(inhoud, casus)


def gesprek(inhoud: Inhoud, casus: Any) -> Iterator[Probleem]:
    """Rules of one conversation. The proofs run only when every name in it exists."""
    fouten = [*_namen(inhoud, casus), *_knopen(inhoud, casus)]
    yield from fouten
    if not any(f.code in ("casus-start", "casus-doel") for f in fouten):
        yield from _bewijzen(inhoud, casus)
    yield from _maat(inhoud, casus)


def staten(casus: dict[str, Any]) -> tuple[dict[Staat, list[tuple[str, Staat]]], bool]:
    """Every reachable state of a case (plain JSON) with its moves (choice id, next state); False when there are too many."""
    begin = wandeling.begin(casus)
    uit: dict[Staat, list[tuple[str, Staat]]] = {begin: []}
    rij = deque([begin])
    while rij:
        if len(uit) > MAX_STATEN:
            return uit, False
        staat = rij.popleft()
        for keuze in wandeling.keuzes(casus, *staat):
            volgende = wandeling.volg(keuze, staat[1])
            uit[staat].append((keuze["id"], volgende))
            if volgende not in uit:
                uit[volgende] = []
                rij.append(volgende)
    return uit, True


def kring(graaf: dict[Staat, list[tuple[str, Staat]]], begin: Staat) -> list[str]:
    """Nodes of a circle in the graph of states, or an empty list."""
    pad, op_pad, klaar = [begin], {begin}, set()
    stapel = [iter(graaf[begin])]
    while stapel:
        for _, volgende in stapel[-1]:
            if volgende in op_pad:
                return [s[0] for s in pad[pad.index(volgende) :]]
            if volgende not in klaar:
                pad.append(volgende)
                op_pad.add(volgende)
                stapel.append(iter(graaf[volgende]))
                break
        else:
            stapel.pop()
            op_pad.discard(pad[-1])
            klaar.add(pad.pop())
    return []


def _namen(inhoud: Inhoud, casus: Any) -> Iterator[Probleem]:
    if casus.start not in casus.knopen:
        yield meld(inhoud, casus, "casus-start", f"De startknoop '{casus.start}' van '{casus.id}' bestaat niet.{naaste(casus.start, casus.knopen)}", "Noem bij 'start' een knoop die er is.", "start")
    gezet = {z for k in casus.knopen.values() for keuze in k.keuzes for z in keuze.zet}
    gevraagd = {a.lstrip("!") for k in casus.knopen.values() for keuze in k.keuzes for a in keuze.als}
    for naam, knoop in casus.knopen.items():
        ids: set[str] = set()
        for i, keuze in enumerate(knoop.keuzes):
            plek = ("knopen", naam, "keuzes", i)
            if keuze.naar not in casus.knopen:
                yield meld(inhoud, casus, "casus-doel", f"Keuze '{keuze.id}' gaat naar '{keuze.naar}', maar die knoop bestaat niet.{naaste(keuze.naar, casus.knopen)}", "Maak de knoop, of verbeter de naam.", (*plek, "naar"))
            if keuze.id in ids:
                yield meld(inhoud, casus, "deel-dubbel", f"In knoop '{naam}' staat keuze '{keuze.id}' twee keer.", "Geef elke keuze een eigen id.", (*plek, "id"))
            ids.add(keuze.id)
            for a in keuze.als:
                if a.lstrip("!") not in gezet:
                    yield meld(inhoud, casus, "casus-vlag-onbekend", f"Keuze '{keuze.id}' vraagt om '{a}', maar geen enkele keuze zet dat.{naaste(a.lstrip('!'), gezet)}", "Zet het met 'zet' bij een eerdere keuze, of verbeter de naam.", (*plek, "als"))
            for z in keuze.zet:
                if z not in gevraagd:
                    yield meld(inhoud, casus, "casus-vlag-ongebruikt", f"Keuze '{keuze.id}' zet '{z}', maar daar gebeurt later niets mee.", "Gebruik het met 'als' bij een latere keuze, of verwijder het.", (*plek, "zet"))


def _knopen(inhoud: Inhoud, casus: Any) -> Iterator[Probleem]:
    for naam, knoop in casus.knopen.items():
        plek = ("knopen", naam)
        if knoop.einde and knoop.keuzes:
            yield meld(inhoud, casus, "casus-einde-keuzes", f"Knoop '{naam}' is een einde, maar heeft ook keuzes.", "Verwijder 'einde' of de keuzes.", plek)
        if not knoop.einde and not knoop.keuzes:
            yield meld(inhoud, casus, "casus-doodlopend", f"Bij knoop '{naam}' houdt het gesprek op zonder einde.", "Voeg keuzes toe, of 'einde: goed', 'wisselend' of 'zorgelijk'.", plek)
        if knoop.einde and not knoop.uitleg:
            yield meld(inhoud, casus, "casus-einde-uitleg", f"Einde '{naam}' legt niet uit waarom het zo afliep.", "Voeg 'uitleg: ...' toe.", plek)


def _bewijzen(inhoud: Inhoud, casus: Any) -> Iterator[Probleem]:
    plat = casus.model_dump(mode="json")
    graaf, compleet = staten(plat)
    if not compleet:
        yield meld(inhoud, casus, "casus-groot", f"'{casus.id}' kent meer dan {MAX_STATEN} standen en is niet na te rekenen.", "Gebruik minder verschillende woorden bij 'zet'.")
        return
    bezocht = {knoop for knoop, _ in graaf}
    for naam in casus.knopen:
        if naam not in bezocht:
            yield meld(inhoud, casus, "casus-onbereikbaar", f"Knoop '{naam}' is nooit te bereiken.", "Laat een keuze ernaartoe gaan, controleer 'als', of verwijder de knoop.", ("knopen", naam))
    gekozen = {(knoop, keuze) for (knoop, _), zetten in graaf.items() for keuze, _ in zetten}
    for naam in bezocht:
        for i, keuze in enumerate(casus.knopen[naam].keuzes):
            if (naam, keuze.id) not in gekozen:
                yield meld(inhoud, casus, "casus-keuze-nooit", f"Keuze '{keuze.id}' in knoop '{naam}' is nooit te kiezen.", "Controleer wat er bij 'als' staat.", ("knopen", naam, "keuzes", i, "als"))
    for (knoop, gezet), zetten in graaf.items():
        if not zetten and casus.knopen[knoop].keuzes:
            met = ", ".join(sorted(gezet)) or "niets"
            yield meld(inhoud, casus, "casus-vast", f"Bij knoop '{knoop}' is geen enkele keuze mogelijk als dit gezet is: {met}.", "Maak een keuze zonder 'als', of een voor dit geval.", ("knopen", knoop))
    if rond := kring(graaf, wandeling.begin(plat)):
        yield meld(inhoud, casus, "casus-kring", f"Het gesprek kan rondgaan: {' > '.join([*rond, rond[0]])}.", "Laat een van de keuzes verdergaan in plaats van terug.", ("knopen", rond[0]))
        return
    yield from _afloop(inhoud, casus, graaf)
    punten, _, eind = wandeling.beste_pad(plat)
    if casus.knopen[eind].einde and casus.knopen[eind].einde != "goed":
        yield meld(inhoud, casus, "casus-beste-pad", f"Het pad met de meeste punten ({punten}) eindigt bij '{eind}', en dat is geen goed einde.", "Geef de beste keuzes de meeste punten.", ("knopen", eind))


def tot_einde(casus: Any, graaf: dict[Staat, list[tuple[str, Staat]]], soort: str, fouten: bool = True) -> set[Staat]:
    """States from which an end of this kind can be reached; without `fouten` only along choices that earn a point or more."""
    punten = {(naam, k.id): k.punten for naam, knoop in casus.knopen.items() for k in knoop.keuzes}
    terug: dict[Staat, list[Staat]] = {s: [] for s in graaf}
    for staat, zetten in graaf.items():
        for keuze, volgende in zetten:
            if fouten or punten[staat[0], keuze]:
                terug[volgende].append(staat)
    uit = {s for s in graaf if casus.knopen[s[0]].einde == soort}
    rij = deque(uit)
    while rij:
        for vorige in terug[rij.popleft()]:
            if vorige not in uit:
                uit.add(vorige)
                rij.append(vorige)
    return uit


def _afloop(inhoud: Inhoud, casus: Any, graaf: dict[Staat, list[tuple[str, Staat]]]) -> Iterator[Probleem]:
    """A bad end has a choice behind it that a colleague would not make, and an honest doubt is never what leads there."""
    begin = next(iter(graaf))
    if begin in tot_einde(casus, graaf, "zorgelijk", fouten=False):
        yield meld(inhoud, casus, "casus-zorgelijk", f"In '{casus.id}' kan iemand zorgelijk eindigen zonder één keuze van 0 punten.", "Laat zulke keuzes anders aflopen, of geef de keuze die het verschil maakt 0 punten.", "knopen")
    goed = tot_einde(casus, graaf, "goed")
    gezien = False
    for (naam, gezet), zetten in graaf.items():
        for keuze, volgende in zetten:
            i = next(n for n, k in enumerate(casus.knopen[naam].keuzes) if k.id == keuze)
            if not casus.knopen[naam].keuzes[i].twijfel:
                continue
            gezien = True
            straf = (
                "levert 0 punten op" if not casus.knopen[naam].keuzes[i].punten
                else "leidt meteen naar een zorgelijk einde" if casus.knopen[volgende[0]].einde == "zorgelijk"
                else "maakt een goed einde onmogelijk" if (naam, gezet) in goed and volgende not in goed
                else None
            )  # fmt: skip
            if straf:
                yield meld(inhoud, casus, "casus-twijfel", f"Keuze '{keuze}' in knoop '{naam}' is een eerlijke twijfel en {straf}.", "Beloon twijfel: geef punten en laat een goed einde mogelijk.", ("knopen", naam, "keuzes", i))
    if not gezien:
        yield meld(inhoud, casus, "casus-geen-twijfel", f"In '{casus.id}' kan niemand zeggen dat die twijfelt of iets niet weet.", "Maak een keuze waarin dat mag, met 'twijfel: ja'.", "knopen")


def _maat(inhoud: Inhoud, casus: Any) -> Iterator[Probleem]:
    eindes = [k for k in casus.knopen.values() if k.einde]
    if len(casus.knopen) < MIN_KNOPEN:
        yield meld(inhoud, casus, "casus-klein", f"'{casus.id}' heeft {len(casus.knopen)} knopen.", f"Maak er minstens {MIN_KNOPEN}.", "knopen")
    if len(eindes) < MIN_EINDES or len({k.einde for k in eindes}) < 2:
        yield meld(inhoud, casus, "casus-eindes", f"'{casus.id}' heeft {len(eindes)} eindes van {len({k.einde for k in eindes})} soort(en).", f"Maak minstens {MIN_EINDES} eindes, waarvan niet alles 'goed' is.", "knopen")
