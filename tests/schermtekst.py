"""What never belongs in the text of a page: the traces of a template, a script or markdown that went wrong."""

from __future__ import annotations

import re

SPOREN = {
    "een waarde die er niet is": r"\b(?:None|null|undefined|NaN)\b|\[object ",
    "een sjabloon": r"\{\{|\}\}|\{%|%\}",
    "HTML als letters": r"&(?:amp|lt|gt|quot|nbsp|#x?[0-9a-f]+);|</?(?:p|b|br|span|strong|em|li|a)\b",
    "markdown als letters": r"\*\*|`|\]\(|^#{1,6} ",
    "een verwijzing voor auteurs": r"\[[A-Z]-\d{2}(?:,|\])|\bC\d-[A-Z]{2,}",
    "een datum voor computers": r"\b20\d\d-\d\d-\d\d\b",
    "haakjes om niets": r"\(\s*\)|\[\s*\]",
    "een leesteken na een spatie": r"\w [,;:.!?](?=\s|$)",
    "leestekens achter elkaar": r"(?<!\.)\.\.(?!\.)|,[,.;]|;[.,;]|[,;:]…",
    "een half nummer": r"\b0[89]00-\d{1,3}\b",
}
_SPOOR = {naam: re.compile(patroon, re.M) for naam, patroon in SPOREN.items()}


def traces(tekst: str) -> list[str]:
    """Each trace in the text of a page, with the words around it."""
    return [f"{naam}: {tekst[max(0, m.start() - 40) : m.end() + 40]!r}" for naam, patroon in _SPOOR.items() for m in patroon.finditer(tekst)]
