"""Rules for language: sentences that are not too long, texts that are not too hard, spelling, and words that may not be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .check_spelling import MAP, Woordenboek, standaard, woorden
from .check_tekst import Stuk, alle_items, meld, plat, tel_plat, tel_woorden, zinnen
from .content import Inhoud
from .errors import Probleem

MAX_ZIN = 30
# Flesch-Douma: 100 is very easy, 0 very hard. Measured here: the fact register, written for experts, has a median of 44; lessons
# 74 to 80 and never below 50; an article of the criminal code -2. A lesson that reads like the register is too hard for B1.
MIN_FLESCH = 45
MIN_WOORDEN = 60
A2_ZIN, A2_VRAGEN, A2_LETTERGREPEN = 12, 1, 5
LETTERGREEP = re.compile(r"aai|ooi|oei|eeuw|ieuw|[aeou]u|[aou]i|ei|ij|ie|eu|oe|aa|ee|oo|uu|[aeiouyáéíóúàèìòùâêîôûäëïöü]")
GOED = "goed"
UIT_REGISTER = ("feit", "begrip")  # worded once, in the fact register, for every reader
RODE_DRAAD = "casuistiek/README.md"  # for authors only


@dataclass(frozen=True)
class Verboden:
    """A pattern that may not stand in the content. waar: 'overal', 'goed' (right answers only) or 'citaat' (allowed in quotes in one module)."""

    patroon: re.Pattern[str]
    waar: str
    herstel: str


def check(inhoud: Inhoud, teksten: list[Stuk]) -> Iterator[Probleem]:
    """All rules for language."""
    for t in teksten:
        if t.soort not in UIT_REGISTER and t.bestand != RODE_DRAAD:
            yield from lange_zinnen(t)
        yield from verboden_woorden(t)
    yield from _spelling(teksten)
    yield from _leesbaarheid(teksten)
    yield from _goede_antwoorden(inhoud)
    yield from _a2(inhoud)


def _spelling(teksten: list[Stuk]) -> Iterator[Probleem]:
    """One report per unknown word, at its first place: the same name stands in a dozen places."""
    boek, onbekend, bekend = standaard(), {}, set()
    for t in teksten:
        glad = plat(t.tekst)
        for woord, plek in woorden(glad):
            if boek.kent(woord) or _afgebroken(boek, woord, glad, plek):
                bekend.add(woord.lower())
            else:
                onbekend.setdefault(woord, []).append((t.bestand, t.regel_op(plek)))
    for woord, plekken in onbekend.items():
        beter = boek.lijkt_op(woord, bekend)
        wat = f"Het woord '{woord[:60]}' staat niet in het woordenboek." + (f" Bedoel je '{beter}'?" if beter else "")
        yield Probleem(*min(plekken), wat, "Verbeter het, of zet het in src/leerlijn/woorden/woorden.txt als het klopt.", "spelling")


def _afgebroken(boek: Woordenboek, woord: str, tekst: str, plek: int) -> bool:
    """First half of 'vervoers- en verblijfkosten', an abbreviation with its point, a part after a digit."""
    na, voor = tekst[plek + len(woord) : plek + len(woord) + 1], tekst[plek - 1 : plek] if plek else ""
    return (na == "-" and boek.als_begin(woord)) or (na == "." and boek.kent(f"{woord}.")) or (voor.isdigit() and len(woord) <= 3)


def lange_zinnen(t: Stuk) -> Iterator[Probleem]:
    """Sentences over MAX_ZIN words."""
    for zin, plek in zinnen(plat(t.tekst)):
        if len(zin) > 2 * MAX_ZIN and (n := tel_plat(zin)) > MAX_ZIN:
            yield Probleem(t.bestand, t.regel_op(plek), f"Een zin van {n} woorden in '{t.van}': {' '.join(zin.split()[:6])} ...", f"Maak er twee zinnen van; {MAX_ZIN} woorden is het meest.", "lange-zin")


def lettergrepen(woord: str) -> int:
    """Syllables of a Dutch word, counted as groups of vowels."""
    return max(1, len(LETTERGREEP.findall(woord.lower())))


def flesch_douma(tekst: str) -> float | None:
    """Reading ease by Flesch, with the numbers of Douma for Dutch (206.835 - 0.93 words per sentence - 77 syllables per word).

    None for a text that is too short to measure. The same formula as textstat for 'nl'; loading textstat takes longer than our
    whole check, and its syllables are hyphenation points, which miss a syllable of one letter (o-ver, a-vond).
    """
    if len(tekst) < 3 * MIN_WOORDEN:
        return None
    zin = [z for z, _ in zinnen(plat(tekst)) if tel_plat(z) > 2]
    alle = [w for z in zin for w, _ in woorden(z)]
    if len(alle) < MIN_WOORDEN:
        return None
    return 206.835 - 0.93 * len(alle) / len(zin) - 77 * sum(map(_grepen, alle)) / len(alle)


_grepen = lru_cache(maxsize=None)(lettergrepen)


def _leesbaarheid(teksten: list[Stuk]) -> Iterator[Probleem]:
    for t in teksten:
        if t.soort in ("les", "item", "casus") and (waarde := flesch_douma(t.tekst)) is not None and waarde < MIN_FLESCH:
            yield Probleem(t.bestand, t.regel, f"De tekst '{'.'.join(map(str, (t.van, *t.veld)))}' leest moeilijk (Flesch-Douma {waarde:.0f}; {MIN_FLESCH} is de grens).", "Gebruik kortere zinnen en kortere woorden.", "let-op-leesbaarheid")


@lru_cache(maxsize=1)
def _lijst() -> tuple[Verboden, ...]:
    return tuple(lees_verboden((MAP / "verboden.txt").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _ergens() -> re.Pattern[str]:
    """All words that may stand nowhere, in one pattern: most texts hold none of them."""
    return re.compile("|".join(v.patroon.pattern for v in _lijst() if v.waar != GOED), re.I)


def lees_verboden(tekst: str) -> Iterator[Verboden]:
    """Lines `patroon | waar | herstel` of the list of forbidden words."""
    for regel in tekst.splitlines():
        if regel.strip() and not regel.startswith("#"):
            patroon, waar, herstel = (d.strip() for d in regel.split(" | "))
            yield Verboden(re.compile(rf"\b(?:{patroon})\b", re.I), waar, herstel)


def verboden_woorden(t: Stuk) -> Iterator[Probleem]:
    """Words that may not be used at all, or only between quotes in the module that explains them."""
    if t.soort == "feit" or not _ergens().search(t.tekst):  # facts name sources and their words
        return
    for v in _lijst():
        if v.waar == GOED:
            continue
        for m in v.patroon.finditer(t.tekst):
            if not (v.waar.startswith("citaat") and _mag(t, v.waar.partition(":")[2]) and _aangehaald(t.tekst, m)):
                yield Probleem(t.bestand, t.regel_op(m.start()), f"In '{t.van}' staat '{m.group()}'.", v.herstel, "verboden-woord")


def _mag(t: Stuk, module: str) -> bool:
    return t.module == module or t.soort == "begrip" or t.bestand == RODE_DRAAD


def _aangehaald(tekst: str, m: re.Match[str]) -> bool:
    return tekst[m.start() - 1 : m.start()] in tuple("'\"‘“*") and tekst[m.end() : m.end() + 1] in tuple("'\"’”*")


def _goede_antwoorden(inhoud: Inhoud) -> Iterator[Probleem]:
    """Reproaches that stand in an answer that earns points."""
    for ding, veld, tekst in goede_teksten(inhoud):
        for v in _lijst():
            if v.waar == GOED and (m := v.patroon.search(tekst)):
                yield meld(inhoud, ding, "verwijt", f"Een goed antwoord van '{ding.id}' bevat een verwijt: '{m.group()}'.", v.herstel, veld)


def goede_teksten(inhoud: Inhoud) -> Iterator[tuple[Any, tuple[Any, ...], str]]:
    """Texts that are scored as right or given as an example."""
    for _, item in alle_items(inhoud):
        for i, optie in enumerate(getattr(item, "opties", [])):
            if optie.goed:
                yield item, ("opties", i, "tekst"), optie.tekst
        for i, actie in enumerate(getattr(item, "acties", [])):
            if actie.oordeel >= 4:
                yield item, ("acties", i, "tekst"), actie.tekst
        for veld in ("stappen", "voorbeelden"):
            for i, deel in enumerate(getattr(item, veld, [])):
                yield item, (veld, i), getattr(deel, "tekst", deel)
        if item.soort == "open":
            yield item, ("voorbeeld",), item.voorbeeld
    for casus in inhoud.casussen.values():
        for naam, knoop in getattr(casus, "knopen", {}).items():
            meest = max((k.punten for k in knoop.keuzes), default=0)
            for i, keuze in enumerate(knoop.keuzes):
                if keuze.punten and keuze.punten == meest:
                    yield casus, ("knopen", naam, "keuzes", i, "tekst"), keuze.tekst


def _a2(inhoud: Inhoud) -> Iterator[Probleem]:
    """What a learner is shown as an example for a youth with an LVB keeps to the rules that the learner gets."""
    for _, item in alle_items(inhoud):
        for i, voorbeeld in enumerate(getattr(item, "voorbeelden", [])):
            for wat in a2_fouten(voorbeeld):
                yield meld(inhoud, item, "zin-a2", f"Een voorbeeld van '{item.id}' is te moeilijk: {wat}.", "Gebruik korte zinnen, gewone woorden en een vraag tegelijk.", ("voorbeelden", i))


def a2_fouten(tekst: str) -> list[str]:
    """Why a text is harder than A2; empty when it is not."""
    uit = [f"een zin van {n} woorden" for z, _ in zinnen(tekst) if (n := tel_woorden(z)) > A2_ZIN]
    if (n := tekst.count("?")) > A2_VRAGEN:
        uit.append(f"{n} vragen tegelijk")
    return uit + [f"het woord '{w}'" for w, _ in woorden(tekst) if lettergrepen(w) >= A2_LETTERGREPEN]
