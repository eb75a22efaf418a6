"""Whether the course covers what it promises: outcomes, cores, recommendations and the source page of 2017 against theory, practice, test and case.

A row counts by facts. Theory is 'a/b': of the b facts behind the row, lessons name a. For a learning outcome the facts are those of its
own items and cases; for a recommendation or a section of the source page they are listed in source_material/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .check_tekst import Stuk, alle_items, meld, verwijzingen
from .check_verwijzing import bron_van
from .content import Inhoud
from .errors import Probleem
from .melding import naaste

JAAR = re.compile(r"\b(?:19|20)\d\d\b")
KOP = f"{'theorie':>9}{'oefening':>10}{'toets':>7}{'casus':>7}  "
BREED = 28


@dataclass
class Rij:
    """One row of the matrix. ding: what it is about, for the place of an error; feiten: the facts behind it; in_les: those that a lesson names."""

    ding: Any
    id: str
    tekst: str
    feiten: set[str]
    in_les: set[str]
    oefening: int
    toets: int
    casus: int

    @property
    def leeg(self) -> list[str]:
        """Columns in which nothing stands. A case may be absent: not everything suits one."""
        return [naam for naam, n in (("theorie", len(self.in_les)), ("oefening", self.oefening), ("toets", self.toets)) if not n]

    def __str__(self) -> str:
        theorie, tekst = f"{len(self.in_les)}/{len(self.feiten)}", " ".join(self.tekst.split())
        return f"{self.id:<{BREED}}{theorie:>9}{self.oefening:>10}{self.toets:>7}{self.casus:>7}  {tekst if len(tekst) < 70 else tekst[:67] + '...'}"


class Dekking:
    """The rows of the matrix, each group made once."""

    def __init__(self, inhoud: Inhoud, teksten: list[Stuk]):
        self.inhoud = inhoud
        self.items = [i for _, i in alle_items(inhoud) if not i.vervallen]
        self.bron = {d.id: {f for f, _, _ in bron_van(inhoud, d)} for d in [*self.items, *inhoud.casussen.values()]}
        self.cellen = {f"{t.module}/{t.van}": t for t in teksten if t.soort == "les"}
        self.les: dict[str, set[str]] = {}
        for t in self.cellen.values():
            self.les.setdefault(t.module, set()).update(f for f, _ in verwijzingen(t.tekst))

    def _rij(self, ding: Any, ident: str, tekst: str, feiten: set[str], items: Iterable[Any], modules: set[str]) -> Rij:
        gebruik = [i.gebruik for i in items]
        in_les = feiten & set().union(*(self.les.get(m, set()) for m in modules))
        casussen = sum(c.module in modules and bool(self.bron[c.id] & feiten) for c in self.inhoud.casussen.values())
        return Rij(ding, ident, tekst, feiten, in_les, gebruik.count("oefening"), gebruik.count("toets"), casussen)

    def _van_uitkomsten(self, ding: Any, tekst: str, uitkomsten: list[Any]) -> Rij:
        ids = {u.id for u in uitkomsten}
        items = [i for i in self.items if i.leerdoel in ids]
        feiten = set().union(*(self.bron[d.id] for d in [*items, *(c for c in self.inhoud.casussen.values() if c.leerdoel in ids)]))
        return self._rij(ding, ding.id, tekst, feiten, items, {u.module for u in uitkomsten})

    def _van_feiten(self, ding: Any, tekst: str) -> Rij:
        feiten = set(ding.feiten)
        return self._rij(ding, ding.id, tekst, feiten, (i for i in self.items if self.bron[i.id] & feiten), {m.id for m in self.inhoud.modules})

    @cached_property
    def uitkomsten(self) -> list[Rij]:
        """Only of modules that have items."""
        return [self._van_uitkomsten(u, u.tekst, [u]) for u in self.inhoud.leeruitkomsten.values() if self.inhoud.items.get(u.module)]

    @cached_property
    def kernen(self) -> list[Rij]:
        alle = self.inhoud.leeruitkomsten.values()
        return [self._van_uitkomsten(k, k.tekst, [u for u in alle if k.id in u.kernen]) for k in self.inhoud.kernen.values() if not k.kader]

    @cached_property
    def aanbevelingen(self) -> list[Rij]:
        return [self._van_feiten(a, a.tekst) for a in getattr(self.inhoud.aanbevelingen, "aanbevelingen", [])]

    @cached_property
    def onderdelen(self) -> list[Rij]:
        return [self._van_feiten(d, d.deel) for d in getattr(self.inhoud.bronpagina, "onderdelen", [])]

    @property
    def rijen(self) -> list[Rij]:
        return [*self.uitkomsten, *self.kernen, *self.aanbevelingen, *self.onderdelen]


def check(inhoud: Inhoud, teksten: list[Stuk]) -> Iterator[Probleem]:
    """No row is empty, every recommendation is accounted for, and what is outdated is said in a lesson with its year."""
    dekking = Dekking(inhoud, teksten)
    for rij in dekking.rijen:
        if rij.leeg:
            plek = _plaats(inhoud, rij.ding)
            yield Probleem(*plek, f"'{rij.id}' komt niet voor in: {', '.join(rij.leeg)}.", "Behandel een van de feiten ervan in een les, een oefening en een toetsvraag.", "dekking-leeg")
    yield from _nummers(inhoud)
    yield from _leerdoelen(inhoud)
    for v in inhoud.verouderd.values():
        yield from _verouderd(inhoud, dekking, v)


def _plaats(inhoud: Inhoud, ding: Any) -> tuple[str, int]:
    """Recommendations and sections stand within one object per file; the others have a place of their own."""
    for bestand, veld in ((inhoud.aanbevelingen, "aanbevelingen"), (inhoud.bronpagina, "onderdelen")):
        for n, een in enumerate(getattr(bestand, veld, [])):
            if een is ding:
                return inhoud.plaats(bestand, (veld, n))
    return inhoud.plaats(ding)


def _nummers(inhoud: Inhoud) -> Iterator[Probleem]:
    if not (a := inhoud.aanbevelingen):
        return
    nummers = sorted([een.nummer for een in a.aanbevelingen] + a.niet_gevonden)
    if nummers != list(range(1, a.aantal + 1)):
        yield meld(inhoud, a, "aanbeveling-nummer", f"Van de {a.aantal} aanbevelingen staan hier de nummers {', '.join(map(str, nummers))}.", "Elk nummer staat precies een keer bij 'aanbevelingen' of bij 'niet_gevonden'.", "niet_gevonden")


def _leerdoelen(inhoud: Inhoud) -> Iterator[Probleem]:
    for ding in [*getattr(inhoud.aanbevelingen, "aanbevelingen", []), *getattr(inhoud.bronpagina, "onderdelen", [])]:
        for u in ding.leeruitkomsten:
            if u not in inhoud.leeruitkomsten:
                yield Probleem(*_plaats(inhoud, ding), f"De leeruitkomst '{u}' van '{ding.id}' bestaat niet.{naaste(u, inhoud.leeruitkomsten)}", "Gebruik een id uit source_material/leeruitkomsten.yaml.", "dekking-leerdoel")
        for f in ding.feiten:
            if f not in inhoud.feiten:
                yield Probleem(*_plaats(inhoud, ding), f"'{ding.id}' verwijst naar feit {f}, maar dat bestaat niet.{naaste(f, inhoud.feiten)}", "Zoek het goede nummer op in source_material/feiten/.", "dekking-feit")


def _verouderd(inhoud: Inhoud, dekking: Dekking, v: Any) -> Iterator[Probleem]:
    """Of a point that facts carry: at least one lesson says it, and says since when. Points without facts stand on the page with changes only."""
    for f in v.feiten:
        if f not in inhoud.feiten:
            yield meld(inhoud, v, "dekking-feit", f"'{v.id}' verwijst naar feit {f}, maar dat bestaat niet.{naaste(f, inhoud.feiten)}", "Zoek het goede nummer op in source_material/feiten/.", "feiten")
    if v.feiten and not v.plaats:
        yield meld(inhoud, v, "verouderd-plaats", f"Geen les zegt wat er veranderde bij '{v.id}'.", "Zeg het in een les, en noem hier bij 'plaats' de module en de cel.")
    for n, plaats in enumerate(v.plaats):
        cel = dekking.cellen.get(plaats)
        if cel is None:
            yield meld(inhoud, v, "verouderd-plaats", f"De plaats '{plaats}' van '{v.id}' bestaat niet.{naaste(plaats, dekking.cellen)}", "Schrijf module/cel, zoals herkennen/woorden-doen-ertoe.", ("plaats", n))
        elif not set(v.feiten) & {f for f, _ in verwijzingen(cel.tekst)}:
            yield meld(inhoud, v, "verouderd-plaats", f"De cel '{plaats}' noemt geen enkel feit van '{v.id}'.", f"Noem daar {', '.join(v.feiten)}, of kies een andere cel.", ("plaats", n))
        elif not JAAR.search(cel.tekst):
            yield meld(inhoud, v, "verouderd-wanneer", f"De cel '{plaats}' zegt niet sinds wanneer '{v.id}' anders is.", "Noem een jaar.", ("plaats", n))


def matrix(inhoud: Inhoud, teksten: list[Stuk]) -> str:
    """All rows as plain text, and where the course says what changed since the source page."""
    dekking = Dekking(inhoud, teksten)
    uit: list[str] = []
    for kop, rijen in (("leerdoel", dekking.uitkomsten), ("kern van de themacompetentie", dekking.kernen), ("aanbeveling (2017)", dekking.aanbevelingen), ("deel van de bronpagina", dekking.onderdelen)):
        if rijen:
            uit += ["", f"{kop:<{BREED}}{KOP}", *map(str, rijen)]
        if kop.startswith("aanbeveling") and inhoud.aanbevelingen and (weg := inhoud.aanbevelingen.niet_gevonden):
            uit.append(f"de tekst van aanbeveling {', '.join(map(str, weg))} van de {inhoud.aanbevelingen.aantal} is niet gevonden: die hebben geen rij")
    if inhoud.verouderd:
        uit += ["", f"{'veranderd sinds de bronpagina':<{BREED}}  waar een les het zegt"]
        uit += [f"{v.id:<{BREED}}  {', '.join(v.plaats) or 'alleen op de pagina met veranderingen'} ({v.sinds})" for v in inhoud.verouderd.values()]
    return "\n".join([*uit[1:], "", "theorie: van de feiten achter de rij staan er zoveel in een les; casus: zoveel gesprekken en dossiers rusten op een van die feiten"])


def telling(inhoud: Inhoud, teksten: list[Stuk]) -> str:
    """The matrix in one line."""
    d = Dekking(inhoud, teksten)
    leeg = sum(bool(r.leeg) for r in d.rijen)
    delen = f"{len(d.uitkomsten)} leeruitkomsten, {len(d.kernen)} kernen, {len(d.aanbevelingen)} aanbevelingen en {len(d.onderdelen)} delen van de bronpagina"
    return f"Matrix: {delen}; {leeg or 'geen'} lege rij{'en' if leeg > 1 else ''}. Alles zien: leerlijn check --matrix"
