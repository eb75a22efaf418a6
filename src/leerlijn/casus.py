"""Walks through a branching conversation: where the learner is, what can be chosen, and which path is best.

The record of a walk is a list of (node, choice); everything else follows from it. Works on the plain JSON of a case
(split.key_case). Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

Stap = tuple[str, str]


@dataclass
class Stand:
    """Where a walk stands. pad: (node, choice) so far; keuzes: what can be chosen now; klaar: at an end."""

    knoop: str
    gezet: frozenset[str]
    punten: int
    keuzes: list[dict[str, Any]]
    klaar: bool
    pad: list[Stap] = field(default_factory=list)


def begin(casus: dict[str, Any]) -> tuple[str, frozenset[str]]:
    return casus["start"], frozenset()


def kan(keuze: dict[str, Any], gezet: frozenset[str]) -> bool:
    """Whether a choice is on offer, given what was set before."""
    return all((a[1:] not in gezet) if a.startswith("!") else (a in gezet) for a in keuze["als"])


def keuzes(casus: dict[str, Any], knoop: str, gezet: frozenset[str]) -> list[dict[str, Any]]:
    return [k for k in casus["knopen"][knoop]["keuzes"] if kan(k, gezet)]


def volg(keuze: dict[str, Any], gezet: frozenset[str]) -> tuple[str, frozenset[str]]:
    return keuze["naar"], gezet | frozenset(keuze["zet"])


def stand(casus: dict[str, Any], stappen: Any) -> Stand:
    """Replay a record. A step that is not possible (edited file, changed case) ends the replay there: what was good stays."""
    knoop, gezet = begin(casus)
    punten, pad = 0, []
    for stap in stappen if isinstance(stappen, list) else []:
        if not (isinstance(stap, (list, tuple)) and len(stap) == 2 and stap[0] == knoop):
            break
        keuze = next((k for k in keuzes(casus, knoop, gezet) if k["id"] == stap[1]), None)
        if keuze is None:
            break
        pad.append((knoop, keuze["id"]))
        punten += keuze["punten"]
        knoop, gezet = volg(keuze, gezet)
    nu = keuzes(casus, knoop, gezet)
    return Stand(knoop, gezet, punten, nu, not nu, pad)


def beste_pad(casus: dict[str, Any]) -> tuple[int, list[Stap], str]:
    """Points, steps and end node of the best path; of equal ones the shortest, then the one whose end is 'goed'.

    Needs a case without circles (the checker proves that).
    """

    @lru_cache(maxsize=None)
    def van(knoop: str, gezet: frozenset[str]) -> tuple[int, int, int, tuple[Stap, ...], str]:
        nu = keuzes(casus, knoop, gezet)
        if not nu:
            return 0, int(casus["knopen"][knoop]["einde"] == "goed"), 0, (), knoop
        mogelijk = []
        for k in nu:
            punten, goed, lengte, pad, eind = van(*volg(k, gezet))
            mogelijk.append((punten + k["punten"], goed, lengte - 1, ((knoop, k["id"]), *pad), eind))
        return max(mogelijk, key=lambda m: m[:3])

    punten, _, _, pad, eind = van(*begin(casus))
    return punten, list(pad), eind
