"""Scoring: a pure function of key and answer. Fails closed: what can't be read earns nothing and is said to be unreadable.

Standard library only: a learner's kernel imports this.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

MAX_TEKST = 20_000
SCHAAL = ("groen", "geel", "rood", "zwart")
GEWICHT_ZEKER = {1: (1, 0), 2: (2, -2), 3: (3, -6)}


@dataclass(frozen=True)
class Uitslag:
    """credit: share of the points, 0 to 1. status: 'beantwoord', 'onbeantwoord' or 'onleesbaar' (flagged for the teacher)."""

    credit: float
    status: str


ONBEANTWOORD, ONLEESBAAR = Uitslag(0.0, "onbeantwoord"), Uitslag(0.0, "onleesbaar")


def score(sleutel: dict[str, Any], antwoord: Any) -> Uitslag:
    """Credit for one answer.

    sleutel: key of the item (split.key_item); antwoord: what the learner's file holds, of any type at all.
    Rules per kind: meer-goed = (right ticks - wrong ticks) / right options; volgorde = max(0, 2C/P - 1), Kendall's tau
    rescaled, with C concordant of P pairs; vlaggen = mean over criteria and flag of 1, or 0.5 when one colour off;
    signalen = max(0, hits - false alarms) / signals; oordeel = mean of 1 - distance/4. Open and zin earn nothing here.
    Where a panel voted (`panel` in the key), oordeel and vlaggen earn per part votes / modal votes (aggregate scoring, as in
    script concordance tests: Norman 1985; Charlin et al. 2000).
    """
    if antwoord is None or antwoord == "" or antwoord == [] or antwoord == {}:
        return ONBEANTWOORD
    if not _leesbaar(sleutel, antwoord):
        return ONLEESBAAR
    if sleutel["soort"] in ("open", "zin"):
        return Uitslag(0.0, "beantwoord") if antwoord.strip() else ONBEANTWOORD
    return Uitslag(min(1.0, max(0.0, _credit(sleutel, antwoord))), "beantwoord")


def best(sleutel: dict[str, Any]) -> Any:
    """An answer that earns all there is to earn. Raises KeyError and the like when the key is damaged."""
    if "panel" in sleutel:
        return {deel: panel_choice(telling, sleutel[sleutel["soort"]][deel]) for deel, telling in sleutel["panel"]["stemmen"].items()}
    match sleutel["soort"]:
        case "een-goed":
            return sleutel["goed"][0]
        case "open" | "zin":
            return "Een antwoord."
        case soort:
            return sleutel[{"meer-goed": "goed", "koppel": "paren"}.get(soort, soort)]


def whole(sleutel: dict[str, Any]) -> bool:
    """Whether the key gives full credit for its own best answer: a damaged one does not. Never raises."""
    try:
        uitslag = score(sleutel, best(sleutel))
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError):
        return False
    return uitslag.status == "beantwoord" and (sleutel["soort"] in ("open", "zin") or uitslag.credit > 0.9999)


def _ids(antwoord: Any, bekend: list[str]) -> bool:
    """A list of known ids, none twice."""
    return isinstance(antwoord, list) and all(isinstance(a, str) and a in bekend for a in antwoord) and len(set(antwoord)) == len(antwoord)


def _map(antwoord: Any, sleutels: Any, waarden: Any) -> bool:
    """A mapping of known ids to known values. True is not 1 here."""
    return isinstance(antwoord, dict) and all(
        k in sleutels and type(v) in (str, int) and v in waarden for k, v in antwoord.items()
    )


def _leesbaar(sleutel: dict[str, Any], antwoord: Any) -> bool:
    match sleutel["soort"]:
        case "een-goed":
            return isinstance(antwoord, str) and antwoord in sleutel["opties"]
        case "meer-goed":
            return _ids(antwoord, sleutel["opties"])
        case "volgorde":
            return _ids(antwoord, sleutel["volgorde"]) and len(antwoord) == len(sleutel["volgorde"])
        case "koppel":
            return _map(antwoord, sleutel["paren"], sleutel["rechts"])
        case "vlaggen":
            return _map(antwoord, sleutel["vlaggen"], SCHAAL)
        case "signalen":
            return _ids(antwoord, sleutel["fragmenten"])
        case "oordeel":
            return _map(antwoord, sleutel["oordeel"], (1, 2, 3, 4, 5))
        case "open" | "zin":
            return isinstance(antwoord, str) and len(antwoord) <= MAX_TEKST
    return False


def _credit(sleutel: dict[str, Any], antwoord: Any) -> float:
    if "panel" in sleutel:
        stemmen = sleutel["panel"]["stemmen"]
        return sum(_steun(telling, antwoord.get(deel)) for deel, telling in stemmen.items()) / len(stemmen)
    match sleutel["soort"]:
        case "een-goed":
            return float([antwoord] == sleutel["goed"])
        case "meer-goed":
            raak = len(set(antwoord) & set(sleutel["goed"]))
            return (raak - (len(antwoord) - raak)) / len(sleutel["goed"])
        case "volgorde":
            plek = {a: i for i, a in enumerate(antwoord)}
            paren = list(combinations(sleutel["volgorde"], 2))
            return 2 * sum(plek[a] < plek[b] for a, b in paren) / len(paren) - 1
        case "koppel":
            return sum(antwoord.get(links) == rechts for links, rechts in sleutel["paren"].items()) / len(sleutel["paren"])
        case "vlaggen":
            return sum(_vlag(antwoord.get(c), v) for c, v in sleutel["vlaggen"].items()) / len(sleutel["vlaggen"])
        case "signalen":
            raak = len(set(antwoord) & set(sleutel["signalen"]))
            return (raak - (len(antwoord) - raak)) / len(sleutel["signalen"])
        case "oordeel":
            juist = sleutel["oordeel"]
            return sum(1 - abs(antwoord[a] - o) / 4 for a, o in juist.items() if a in antwoord) / len(juist)
    return 0.0


def _vlag(gegeven: str | None, juist: str) -> float:
    afstand = abs(SCHAAL.index(gegeven) - SCHAAL.index(juist)) if gegeven else 9
    return {0: 1.0, 1: 0.5}.get(afstand, 0.0)


def _trede(waarde: str | int) -> int:
    """Place of a judgement on its scale, from 0."""
    return SCHAAL.index(waarde) if isinstance(waarde, str) else waarde - 1


def _steun(telling: list[int], gegeven: str | int | None) -> float:
    """Votes for the given value against those for the most chosen one. telling: votes per value of the scale."""
    return telling[_trede(gegeven)] / max(telling) if gegeven is not None and max(telling) else 0.0


def panel_choice(telling: list[int], redactie: str | int) -> str | int:
    """The value that most members chose; of several the one nearest to the editors' own, the lower one first."""
    hoogste = [i for i, n in enumerate(telling) if n == max(telling)]
    trede = min(hoogste, key=lambda i: (abs(i - _trede(redactie)), i))
    return SCHAAL[trede] if isinstance(redactie, str) else trede + 1


def certainty_points(zekerheid: int, goed: bool) -> int:
    """Points for a sure or unsure answer: 1/2/3 when right, 0/-2/-6 when wrong (Gardner-Medwin, certainty-based marking)."""
    return GEWICHT_ZEKER[zekerheid][0 if goed else 1]


def feedback(sleutel: dict[str, Any], antwoord: Any, feiten: dict[str, Any]) -> dict[str, Any]:
    """What the learner reads after answering: per part whether it was chosen, whether it is right, and why.

    feiten: fact id -> fact as in feiten.json. Unknown fact ids are left out. JSON-ready; shape as described in docs/techniek.md.
    """
    uitslag = score(sleutel, antwoord)
    gegeven = antwoord if uitslag.status == "beantwoord" else None
    soort = sleutel["soort"]
    oordeel = "open" if soort in ("open", "zin") else "goed" if uitslag.credit >= 0.999 else "deels" if uitslag.credit > 0 else "fout"
    return {
        "item": sleutel["id"],
        "soort": soort,
        "credit": round(uitslag.credit, 4),
        "status": uitslag.status,
        "oordeel": oordeel,
        "delen": _delen(sleutel, gegeven),
        "uitleg": sleutel["uitleg"].get("", ""),
        "voorbeeld": sleutel.get("voorbeelden") or sleutel.get("voorbeeld"),
        "rubriek": sleutel.get("rubriek"),
        "reactie": sleutel.get("reactie"),
        "panel": sleutel.get("panel", {}).get("leden"),
        "feiten": [feiten[f] for f in sleutel["bron"] if f in feiten],
    }


def _deel(sleutel: dict[str, Any], ident: str, gekozen: Any, juist: Any, teken: str) -> dict[str, Any]:
    return {"id": ident, "tekst": sleutel["tekst"].get(ident, ""), "gekozen": gekozen, "juist": juist, "teken": teken, "uitleg": sleutel["uitleg"].get(ident, "")}


def _delen(sleutel: dict[str, Any], antwoord: Any) -> list[dict[str, Any]]:
    soort = sleutel["soort"]
    if soort in ("een-goed", "meer-goed", "signalen"):
        alle, goed = (sleutel["fragmenten"], sleutel["signalen"]) if soort == "signalen" else (sleutel["opties"], sleutel["goed"])
        gekozen = {antwoord} if isinstance(antwoord, str) else set(antwoord or [])
        teken = {(True, True): "goed", (True, False): "fout", (False, True): "gemist", (False, False): "neutraal"}
        return [_deel(sleutel, i, i in gekozen, i in goed, teken[i in gekozen, i in goed]) for i in alle]
    if soort == "volgorde":
        plek = {a: i + 1 for i, a in enumerate(antwoord or [])}
        return [_deel(sleutel, s, plek.get(s), i, "goed" if plek.get(s) == i else "fout") for i, s in enumerate(sleutel["volgorde"], 1)]
    if soort == "koppel":
        gaf = antwoord or {}
        return [_deel(sleutel, li, gaf.get(li), re, "goed" if gaf.get(li) == re else "fout") for li, re in sleutel["paren"].items()]
    if "panel" in sleutel:
        return [_paneldeel(sleutel, deel, telling, (antwoord or {}).get(deel)) for deel, telling in sleutel["panel"]["stemmen"].items()]
    if soort == "vlaggen":
        gaf, naam = antwoord or {}, {1.0: "goed", 0.5: "deels", 0.0: "fout"}
        return [_deel(sleutel, c, gaf.get(c), v, naam[_vlag(gaf.get(c), v)]) for c, v in sleutel["vlaggen"].items()]
    if soort == "oordeel":
        gaf = antwoord or {}
        return [_deel(sleutel, a, gaf.get(a), o, _afstand(gaf.get(a), o)) for a, o in sleutel["oordeel"].items()]
    return []


def _paneldeel(sleutel: dict[str, Any], deel: str, telling: list[int], gegeven: Any) -> dict[str, Any]:
    steun = _steun(telling, gegeven)
    teken = "goed" if steun == 1 else "deels" if steun > 0 else "fout"
    juist = panel_choice(telling, sleutel[sleutel["soort"]][deel])
    return _deel(sleutel, deel, gegeven, juist, teken) | {"stemmen": telling}


def _afstand(gegeven: int | None, juist: int) -> str:
    return "fout" if gegeven is None or abs(gegeven - juist) > 1 else "goed" if gegeven == juist else "deels"
