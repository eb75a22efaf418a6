"""Numbers as Dutch readers write them."""

from __future__ import annotations

import math
from typing import Any

Schatting = dict[str, Any]  # waarde, laag, hoog; None or NaN where it can't be said
GEEN = "–"


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


def kort(tekst: str, lengte: int = 60) -> str:
    """Cut between words."""
    return tekst if len(tekst) <= lengte else tekst[: lengte - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
