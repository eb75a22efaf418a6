"""Numbers as Dutch readers write them."""

from __future__ import annotations

import math
from typing import Any

Schatting = dict[str, Any]  # waarde, laag, hoog; None or NaN where it can't be said
GEEN = "–"
HOOFDLETTERS = {"avim", "csg", "emdr", "emm", "lvb", "ptss"}  # in an id they are small


def getal(x: Any, cijfers: int = 2) -> str:
    """With a comma and a real minus sign; a dash when there is no number."""
    if x is None or not math.isfinite(x):
        return GEEN
    tekst = f"{x:.{cijfers}f}".replace(".", ",")
    return tekst.replace("-", "−") if tekst.strip("-0,") else tekst.lstrip("-")


def procent(x: Any, cijfers: int = 0) -> str:
    return GEEN if x is None or not math.isfinite(x) else f"{getal(100 * x, cijfers)}%"


def marge(s: Schatting | None, vorm: Any = getal) -> str:
    """`waarde (laag tot hoog)`; the interval is left out when it can't be said, the value when it is withheld (report_aandeel)."""
    if not s:
        return GEEN
    tussen = f"{vorm(s['laag'])} tot {vorm(s['hoog'])}" if all(s[k] is not None and math.isfinite(s[k]) for k in ("laag", "hoog")) else ""
    if s["waarde"] is None:
        return tussen or GEEN
    return f"{vorm(s['waarde'])} ({tussen})" if tussen and math.isfinite(s["waarde"]) else vorm(s["waarde"])


def waarde(s: Schatting, vorm: Any = getal) -> str:
    """The value without its interval; the interval where the value is withheld."""
    return marge(s, vorm) if s["waarde"] is None else vorm(s["waarde"])


def name(item: str) -> str:
    """An item's id as words."""
    woorden = " ".join(w.upper() if w in HOOFDLETTERS else w for w in item.removeprefix("toets-").split("-"))
    return woorden[:1].upper() + woorden[1:]


def citaat(tekst: str) -> str:
    """Cut, and between quotes: those of a text that is all spoken make way."""
    heel = tekst[1:-1] if tekst.count('"') == 2 and tekst[0] == tekst[-1] == '"' else tekst
    return f"‘{kort(heel)}’"


def kort(tekst: str, lengte: int = 60) -> str:
    """Cut between words."""
    return tekst if len(tekst) <= lengte else tekst[: lengte - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
