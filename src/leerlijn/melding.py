"""pydantic's errors in Dutch, for authors: what is wrong and how to mend it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel

from .errors import Probleem

Pad = tuple[Any, ...]


def naaste(woord: str, keuzes: Any) -> str:
    """' Bedoel je ...?' with the nearest of `keuzes`, or an empty string."""
    beste = get_close_matches(str(woord), [str(k) for k in keuzes], n=1, cutoff=0.6)
    return f" Bedoel je '{beste[0]}'?" if beste else ""


def velden(model: Any) -> set[str]:
    """All field names of a model, or of every member of a union of models."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        return set(model.model_fields)
    return set().union(*(velden(a) for a in get_args(model))) if get_args(model) else set()


def problemen(fouten: list[dict[str, Any]], data: Any, regels: dict[Pad, int], begin: Pad, bestand: str, bekend: set[str]) -> list[Probleem]:
    """One Probleem per pydantic error.

    fouten: `ValidationError.errors()`; data: what was validated; regels: line per path; begin: path of `data` in the file;
    bekend: names of fields that exist, for 'Bedoel je'.
    """
    return [Probleem(bestand, _regel(pad := _pad(f["loc"], data), regels, begin), *_tekst(f, pad, bekend)) for f in fouten]


def _pad(loc: Pad, data: Any) -> Pad:
    """The path in the author's data: pydantic adds names of union members, which the author never wrote."""
    pad: list[Any] = []
    for i, stap in enumerate(loc):
        binnen = (isinstance(data, dict) and stap in data) or (isinstance(data, list) and isinstance(stap, int) and stap < len(data))
        if binnen:
            data = data[stap]
            pad.append(stap)
        elif i == len(loc) - 1:
            pad.append(stap)
    return tuple(pad)


def _regel(pad: Pad, regels: dict[Pad, int], begin: Pad) -> int:
    heel = (*begin, *pad)
    while heel and heel not in regels:
        heel = heel[:-1]
    return regels.get(heel, 1)


def _tekst(f: dict[str, Any], pad: Pad, bekend: set[str]) -> tuple[str, str, str]:
    veld, ctx, soort = (str(pad[-1]) if pad else "?"), f.get("ctx", {}), f["type"]
    waarde = str(f.get("input"))[:60]
    if soort == "missing":
        return f"Het veld '{veld}' ontbreekt.", f"Voeg een regel '{veld}: ...' toe.", "model-ontbreekt"
    if soort == "extra_forbidden":
        komma = " Staat er een komma in een tekst tussen { }? Zet die tekst dan tussen aanhalingstekens." if " " in veld else ""
        return f"Het veld '{veld}' bestaat niet.{naaste(veld, bekend)}", f"Verbeter de naam of verwijder het veld.{komma}", "model-onbekend-veld"
    if soort in ("literal_error", "union_tag_invalid", "enum"):
        mag = ctx.get("expected") or ctx.get("expected_tags", "")
        return f"'{waarde if soort == 'literal_error' else ctx.get('tag')}' kan hier niet.", f"Kies een van: {mag}.", "model-keuze"
    if soort == "union_tag_not_found":
        naam = ctx.get("discriminator", "soort").strip("'")
        return f"Het veld '{naam}' ontbreekt.", f"Voeg een regel '{naam}: ...' toe.", "model-ontbreekt"
    if soort == "string_pattern_mismatch":
        return f"'{waarde}' heeft niet de goede vorm voor '{veld}'.", "Gebruik kleine letters, cijfers en streepjes, of bij een feit een letter en twee cijfers (H-21).", "model-vorm"
    if soort in ("too_short", "string_too_short"):
        return f"'{veld}' heeft er te weinig.", f"Er zijn er minstens {ctx.get('min_length')} nodig.", "model-te-kort"
    if soort in ("too_long", "string_too_long"):
        return f"'{veld}' is te lang.", f"Het mogen er hoogstens {ctx.get('max_length')} zijn.", "model-te-lang"
    if soort in ("string_type", "list_type", "dict_type", "model_type", "model_attributes_type"):
        wat = {"string_type": "een tekst", "list_type": "een lijst met streepjes"}.get(soort, "een groep velden")
        return f"'{veld}' is leeg of heeft de verkeerde vorm.", f"Hier hoort {wat}.", "model-vorm"
    if soort.startswith("bool"):
        return f"'{waarde}' kan niet bij '{veld}'.", "Schrijf ja of nee.", "model-ja-nee"
    if soort.startswith(("int", "float", "greater", "less")):
        grens = ", ".join(f"{naam} {ctx[k]}" for k, naam in (("ge", "minstens"), ("gt", "meer dan"), ("le", "hoogstens")) if k in ctx)
        return f"'{waarde}' kan niet bij '{veld}'.", f"Schrijf een getal{', ' + grens if grens else ''}.", "model-getal"
    if soort.startswith("date"):
        return f"'{waarde}' is geen datum.", "Schrijf jaar-maand-dag, zoals 2027-03-01.", "model-datum"
    return f"'{veld}' klopt niet ({f['msg']}).", "Vergelijk met een voorbeeld dat wel werkt.", "model-vorm"
