"""Counts per module: enough items for every outcome, the size of a full module, and tests that give nothing away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from . import split
from .check_afsluiting import is_afsluiting, is_terugblik
from .check_notebook import BEELD
from .check_tekst import LIJST, Stuk, bron, meld, tel_woorden, verwijzingen
from .check_verwijzing import bron_van, gebruikte_feiten
from .content import Inhoud
from .errors import Probleem


class Maat(NamedTuple):
    """The least that a module holds; situatie: share of the test items that are about a situation."""

    oefeningen: int
    soorten: int
    automatisch: int
    situatie: float
    gesprekken: int = 1
    woorden: tuple[int, int] = (2000, 3500)


GEWOON, AFSLUITING, TERUGBLIK = Maat(20, 6, 14, 0.5), Maat(12, 6, 40, 0.6), Maat(6, 5, 32, 0.6, 0, (800, 2000))
MIN_OEFENING, MIN_TOETS, OPEN = 3, 2, 1
BEELDEN, MORGEN = 4, range(3, 6)
FEITEN = 0.6
MIN_VRAGEN, LANGSTE, ZELFDE_PLEK = 8, 0.4, 0.5
SITUATIE = ("vlaggen", "signalen")


def check(inhoud: Inhoud, teksten: list[Stuk]) -> Iterator[Probleem]:
    """Only for modules with a quiz file. A closing module has no outcomes and facts of its own: it goes over all of them."""
    gebruikt = {f for f, _, _ in gebruikte_feiten(inhoud, teksten)}
    for m in inhoud.modules:
        items = [i for i in inhoud.items.get(m.id, []) if not i.vervallen]
        if not items:
            continue
        yield from verraadt(m, items)
        slot = is_afsluiting(inhoud, m.id)
        if uitkomsten := [u for u in inhoud.leeruitkomsten.values() if u.module == m.id]:
            yield from _uitkomsten(inhoud, items, uitkomsten)
            yield from _feiten(inhoud, m, gebruikt)
        if uitkomsten or slot:
            maat = TERUGBLIK if is_terugblik(inhoud, m.id) else AFSLUITING if slot else GEWOON
            yield from _maat(inhoud, m, items, maat)
            yield from _theorie(m, teksten, maat)
            yield from _geleerd(inhoud, [x.id for x in inhoud.modules] if slot else [m.id], items, teksten)


def _uitkomsten(inhoud: Inhoud, items: list[Any], uitkomsten: list[Any]) -> Iterator[Probleem]:
    telling = Counter((i.leerdoel, i.gebruik) for i in items)
    for u in uitkomsten:
        for gebruik, nodig, naam in (("oefening", MIN_OEFENING, "oefeningen"), ("toets", MIN_TOETS, "toetsvragen")):
            if (n := telling[u.id, gebruik]) < nodig:
                yield meld(inhoud, u, f"uitkomst-{gebruik}", f"Leerdoel '{u.id}' heeft {n} {naam}.", f"Maak er minstens {nodig} in quizzes/{u.module}.yaml.")


def _maat(inhoud: Inhoud, m: Any, items: list[Any], maat: Maat) -> Iterator[Probleem]:
    oefening, toets = ([i for i in items if i.gebruik == g] for g in ("oefening", "toets"))
    soorten = {i.soort for i in oefening}
    open_ = [i for i in toets if i.soort == "open"]
    situatie = [i for i in toets if i.situatie or i.soort in SITUATIE]
    casussen = [c for c in inhoud.casussen.values() if c.module == m.id and c.vorm == "gesprek"]
    nodig = (
        ("maat-oefening", len(oefening) >= maat.oefeningen, f"{len(oefening)} oefeningen", f"Maak er minstens {maat.oefeningen}."),
        ("maat-soorten", len(soorten) >= maat.soorten, f"oefeningen van {len(soorten)} soorten", f"Gebruik minstens {maat.soorten} soorten."),
        ("maat-toets", len(toets) - len(open_) >= maat.automatisch, f"{len(toets) - len(open_)} toetsvragen die vanzelf worden nagekeken", f"Maak er minstens {maat.automatisch}."),
        ("maat-open", len(open_) >= OPEN, f"{len(open_)} open toetsvragen", "Maak er minstens een, met een rubriek."),
        ("maat-situatie", len(situatie) >= maat.situatie * len(toets), f"{len(situatie)} van de {len(toets)} toetsvragen over een situatie", f"Geef minstens {maat.situatie:.0%} van de toetsvragen een 'situatie'."),
        ("maat-casus", len(casussen) >= maat.gesprekken, "geen gesprek dat zich vertakt", "Maak er een in casuistiek/."),
        ("maat-docent", (inhoud.root / "modules" / m.map / "docent.md").is_file(), "geen docent.md", f"Schrijf modules/{m.map}/docent.md."),
        ("maat-handout", (inhoud.root / "modules" / m.map / "handout.md").is_file(), "geen handout.md", f"Schrijf modules/{m.map}/handout.md: één bladzijde om te printen."),
        *_les_maat(inhoud, m),
    )  # fmt: skip
    for code, goed, wat, herstel in nodig:
        if not goed:
            yield Probleem(f"quizzes/{m.id}.yaml", 1, f"Module '{m.id}' heeft {wat}.", herstel, code)


def _les_maat(inhoud: Inhoud, m: Any) -> Iterator[tuple[str, bool, str, str]]:
    """Diagrams in the lesson, and the few things that a learner will do tomorrow."""
    cellen = inhoud.notebooks.get(f"modules/{m.map}/les.ipynb", {"cells": []})["cells"]
    if not cellen:
        return  # told as les-ontbreekt
    beelden = {b for c in cellen if c.get("cell_type") == "markdown" for _, b in BEELD.findall(bron(c)) if b.endswith(".svg")}
    yield "maat-beelden", len(beelden) >= BEELDEN, f"{len(beelden)} diagrammen in de les", f"Teken er minstens {BEELDEN}, als SVG in modules/{m.map}/beeld/."
    punten = sum(bool(LIJST.match(r)) for c in cellen if c.get("id") == "morgen" for r in bron(c).split("\n"))
    yield "maat-morgen", punten in MORGEN, f"{punten} punten bij 'Wat je morgen anders doet'", f"Noem er {MORGEN.start} tot {MORGEN.stop - 1}, in de cel 'morgen' van de les."


def _theorie(m: Any, teksten: list[Stuk], maat: Maat) -> Iterator[Probleem]:
    les = [t for t in teksten if t.soort == "les" and t.module == m.id]
    woorden = sum(tel_woorden(t.tekst) for t in les)
    minst, meest = maat.woorden
    if les and woorden < minst:
        yield Probleem(les[0].bestand, 1, f"De les heeft {woorden} woorden.", f"Een les heeft er {minst} tot {meest}.", "maat-theorie")
    if woorden > meest:
        yield Probleem(les[0].bestand, 1, f"De les heeft {woorden} woorden.", f"Kort in tot ongeveer {meest}, of verdeel de les.", "let-op-lang")


def _feiten(inhoud: Inhoud, m: Any, gebruikt: set[str]) -> Iterator[Probleem]:
    eigen = [f for f in inhoud.feiten.values() if f.id[0] in m.feiten and not f.niet_gebruiken and f.zekerheid != "laag"]
    if eigen and (deel := sum(f.id in gebruikt for f in eigen) / len(eigen)) < FEITEN:
        ongebruikt = ", ".join(f.id for f in eigen if f.id not in gebruikt)
        yield Probleem(f"quizzes/{m.id}.yaml", 1, f"Module '{m.id}' gebruikt {deel:.0%} van haar feiten.", f"Gebruik er minstens {FEITEN:.0%}. Nog niet gebruikt: {ongebruikt}.", "let-op-feiten")


def verraadt(m: Any, items: list[Any]) -> Iterator[Probleem]:
    """Whether length or place of the right option tells the answer, over the een-goed items of a module."""
    vragen = [i for i in items if i.soort == "een-goed" and sum(o.goed for o in i.opties) == 1]
    if len(vragen) < MIN_VRAGEN:
        return
    langste = [i for i in vragen if _goede_is_langste(i)]
    if len(langste) > LANGSTE * len(vragen):
        namen = ", ".join(i.id for i in langste)
        yield Probleem(f"quizzes/{m.id}.yaml", 1, f"Bij {len(langste)} van de {len(vragen)} vragen met een goede optie is de goede het langst.", f"Maak goede opties korter of foute langer: {namen}.", "toets-langste")
    plekken = Counter(_plek(i) for i in vragen)
    plek, aantal = plekken.most_common(1)[0]
    if aantal > ZELFDE_PLEK * len(vragen):
        yield Probleem(f"quizzes/{m.id}.yaml", 1, f"Bij {aantal} van de {len(vragen)} vragen staat de goede optie op plaats {plek + 1}.", "Verander de volgorde bij vragen met 'vaste_volgorde', of haal dat veld weg.", "toets-plaats")


def _goede_is_langste(item: Any) -> bool:
    lengtes = sorted(((len(o.tekst), o.goed) for o in item.opties), reverse=True)
    return lengtes[0][1] and lengtes[0][0] > lengtes[1][0]


def _plek(item: Any) -> int:
    """Place of the right option as the page gets it: options are shuffled unless the author fixed their order."""
    goed = next(o.id for o in item.opties if o.goed)
    return [o["id"] for o in split.public_item(item)["opties"]].index(goed)


def geleerd(inhoud: Inhoud, module: str, teksten: list[Stuk]) -> set[str]:
    """Facts that a learner meets before the test: in the lesson, in practice items and in cases of the module."""
    uit = {f for t in teksten if t.soort == "les" and t.module == module for f, _ in verwijzingen(t.tekst)}
    dingen = [i for i in inhoud.items.get(module, []) if i.gebruik == "oefening"] + [c for c in inhoud.casussen.values() if c.module == module]
    return uit | {f for d in dingen for f, _, _ in bron_van(inhoud, d)}


def _geleerd(inhoud: Inhoud, modules: list[str], items: list[Any], teksten: list[Stuk]) -> Iterator[Probleem]:
    bekend = {f for m in modules for f in geleerd(inhoud, m, teksten)}
    for item in items:
        if item.gebruik == "toets" and not bekend & set(item.bron):
            yield meld(inhoud, item, "let-op-niet-geleerd", f"Toetsvraag '{item.id}' rust op {', '.join(item.bron)}, en dat komt in de les en de oefeningen niet voor.", "Behandel het in de les, of kies een ander feit.", "bron")
