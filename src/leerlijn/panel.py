"""What a panel votes on, and what its votes come to. Pure: items and votes in, counts out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from . import score
from .split import CRITERIA, key_item, public_item

SOORTEN = ("oordeel", "vlaggen")
KLEIN = 10  # members; fewer give a key that one member can turn (Gagnon et al. 2005 advise more than 10 for script concordance tests)


def votable(items: Iterable[Any]) -> list[Any]:
    """The items that experts should judge."""
    return [i for i in items if i.soort in SOORTEN and not i.vervallen]


def parts(item: Any) -> tuple[str, ...]:
    """What is voted on: the actions of an oordeel item, the six criteria and the flag of a vlaggen item."""
    return tuple(a.id for a in item.acties) if item.soort == "oordeel" else (*CRITERIA, "vlag")


def fingerprint(item: Any) -> str:
    """Twelve hex digits of what a voter saw: votes never move to a question that was changed after the vote."""
    gezien = {v: w for v, w in public_item(item).items() if v in ("id", "soort", "situatie", "vraag", "acties")}
    return hashlib.sha256(json.dumps(gezien, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def steps(item: Any) -> tuple[str | int, ...]:
    """The values of the scale, in the order in which votes are counted."""
    return (1, 2, 3, 4, 5) if item.soort == "oordeel" else score.SCHAAL


def complete(item: Any, antwoord: Any) -> bool:
    """Whether this is a vote on every part of the item, each with a value of the scale."""
    leesbaar = score.score(key_item(item), antwoord).status == "beantwoord"
    return leesbaar and set(antwoord) == set(parts(item))


def fits(item: Any, stem: Any) -> bool:
    """Whether these votes (model_panel.PanelItem) add up and are about the item as it is now. Others are no key."""
    telling = stem.stemmen
    return (
        item.soort in SOORTEN
        and stem.vingerafdruk == fingerprint(item)
        and set(telling) == set(parts(item))
        and all(len(t) == len(steps(item)) and sum(t) == stem.leden for t in telling.values())
    )


def key(item: Any, stemmen: dict[str, Any]) -> dict[str, Any]:
    """split.key_item with the votes on the item, if there are any that fit. stemmen: item id -> PanelItem."""
    stem = stemmen.get(item.id)
    return key_item(item, stem if stem is not None and fits(item, stem) else None)


def tally(item: Any, antwoorden: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Votes per part and value. antwoorden: complete votes, one a member."""
    return {deel: [sum(a[deel] == trede for a in antwoorden) for trede in steps(item)] for deel in parts(item)}


def spread(telling: list[int]) -> float:
    """How far the members are apart on one part: their mean distance from the median member, in steps of the scale. 0: all the same."""
    rij = [i for i, n in enumerate(telling) for _ in range(n)]
    midden = rij[(len(rij) - 1) // 2] if rij else 0
    return sum(abs(i - midden) for i in rij) / len(rij) if rij else 0.0
