"""Which practice questions come back, and when (the page "Herhalen"). Pure: from a learner's own answers and a day.

Remembering again after days holds far better than practice in one go (Landauer & Bjork 1978; over 29 studies g = 0.74: Latimier, Peyre &
Ramus 2021, Educational Psychology Review 33). Whether the gaps grow makes no clear difference at the end (g = 0.03, same review), but growing
gaps keep more right along the way (Kang, Lindsey, Mozer & Pashler 2014, Psychonomic Bulletin & Review 21), so here they grow. How long the
gaps are, what counts as right and how long a round is, are conventions of this course. Standard library only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from . import score, termijn

INTERVALLEN = (3, 10, 30, 90)  # days after the first, second, third right answer in a row, and after each later one
PER_RONDE = 8
GENOEG = 0.8  # credit that counts as right: of seven judgements one may be a colour off
GOK = 1  # certainty of who says to have guessed
NIET = ("open", "zin")  # nobody can say what is right there
WEG = "/herhalen"  # after the id of a question, as `item` of a line in the answer file: whether it may come back


@dataclass(frozen=True)
class Antwoord:
    """One answer to a question. gok: right perhaps, but the learner said that it was a guess."""

    dag: date
    goed: bool
    gok: bool = False


@dataclass(frozen=True)
class Vraag:
    """A practised question and the day on which it comes back. plek: which questions stand together in the lesson."""

    module: str
    item: str
    plek: str
    terug: date


def comes_back(antwoorden: Iterable[Antwoord]) -> date:
    """The day on which a question comes back after these answers, of any order. Raises ValueError without answers.

    Wrong, however sure: again after the shortest interval. Right: one interval further, but for a guess, which repeats the last one.
    Only the first answer of a day is remembering: after it the explanation was in sight. Right before its day changes nothing.
    """
    rij, terug, vorige = 0, None, None
    for a in sorted(antwoorden, key=lambda a: a.dag):
        if a.dag == vorige:
            continue
        vorige = a.dag
        if not a.goed:
            rij, terug = 0, a.dag + timedelta(INTERVALLEN[0])
        elif terug is None or a.dag >= terug:
            rij = max(1, rij if a.gok else rij + 1)
            terug = a.dag + timedelta(INTERVALLEN[min(rij, len(INTERVALLEN)) - 1])
    if terug is None:
        raise ValueError("a question that was never answered does not come back")
    return terug


def day(t: Any) -> date | None:
    """The day of a time in an answer file, in the Netherlands; None when it is no time."""
    try:
        return termijn.day(datetime.fromisoformat(t))
    except (TypeError, ValueError, OverflowError):
        return None


def left_out(regels: Iterable[dict[str, Any]]) -> set[str]:
    """Questions that this learner does not want back. The subject may touch someone: then once is enough."""
    return {item.removesuffix(WEG) for item, komt in {r["item"]: r["antwoord"] for r in regels if r["item"].endswith(WEG)}.items() if komt is False}


def practised(module: str, publiek: dict[str, Any], sleutels: dict[str, Any], regels: Iterable[dict[str, Any]], vandaag: date, voor: date | None = None) -> list[Vraag]:
    """The questions of a module that were practised, in the order of the module.

    publiek: oefening.json; sleutels: the items of oefening-sleutel.json; regels: lines of the learner's private file; voor: leave out what
    was answered on this day or later. A time after `vandaag` is of a clock that was wrong, and counts as today. What was left out is not there.
    """
    regels = list(regels)
    per: dict[str, dict[date, Antwoord]] = {}
    for r in regels:
        sleutel, dag = sleutels.get(r["item"]), day(r.get("t"))
        if sleutel is None or sleutel["soort"] in NIET or dag is None or (voor and min(dag, vandaag) >= voor):
            continue
        dag = min(dag, vandaag)
        if dag in per.get(r["item"], ()):
            continue  # see comes_back; and a file full of tries is not worth reckoning
        uitslag = score.score(sleutel, r["antwoord"])
        if uitslag.status == "beantwoord":
            per.setdefault(r["item"], {})[dag] = Antwoord(dag, uitslag.credit >= GENOEG, r.get("zekerheid") == GOK)
    plek = {i: naam for naam, ids in publiek.get("plekken", {}).items() for i in ids}
    ids = [i["id"] for i in publiek.get("items", []) if i["id"] not in publiek.get("alleen_in_les", ())]
    weg = left_out(regels)
    return [Vraag(module, i, plek.get(i, ""), comes_back(per[i].values())) for i in ids if i in per and i not in weg]


def due(vragen: Iterable[Vraag], vandaag: date) -> list[Vraag]:
    """What is ready on this day: longest waiting first, and modules by turns among those of the same day."""
    telt: Counter[tuple[date, str]] = Counter()
    beurt: dict[Vraag, int] = {}
    for v in vragen:
        if v.terug <= vandaag:
            beurt[v] = telt[v.terug, v.module]
            telt[v.terug, v.module] += 1
    return sorted(beurt, key=lambda v: (v.terug, beurt[v]))


def next_day(vragen: Iterable[Vraag], vandaag: date) -> date | None:
    """The first day after `vandaag` on which something comes back."""
    return min((v.terug for v in vragen if v.terug > vandaag), default=None)


def rounds(klaar: list[Vraag]) -> list[list[Vraag]]:
    """What is ready in rounds of at most PER_RONDE, each in mixed order."""
    return [_mix(klaar[n : n + PER_RONDE]) for n in range(0, len(klaar), PER_RONDE)]


def _mix(ronde: list[Vraag]) -> list[Vraag]:
    """Neighbours of different modules as long as that can be, else from different places in the lesson, where as a rule another case stands."""
    over, uit = list(ronde), []
    while over:
        vorige = uit[-1] if uit else None
        modules, plekken = Counter(v.module for v in over), Counter((v.module, v.plek) for v in over)

        def bezwaar(v: Vraag) -> tuple[bool, bool, int, int]:
            zelfde = vorige is not None and v.module == vorige.module
            return zelfde, zelfde and v.plek == vorige.plek, -modules[v.module], -plekken[v.module, v.plek]

        uit.append(min(over, key=bezwaar))  # of equals the one that waits longest
        over.remove(uit[-1])
    return uit
