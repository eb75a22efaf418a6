"""Divide an item or case into what a learner may see and what only scoring may see.

The public part is made by an ALLOW-list: a field that nobody thought of stays secret.
"""

from __future__ import annotations

import hashlib
from typing import Any

CRITERIA = ("toestemming", "vrijwilligheid", "gelijkwaardigheid", "ontwikkeling", "context", "impact")
ALGEMEEN = ("id", "soort", "gebruik", "leerdoel", "niveau", "punten", "zekerheid", "waarschuwing", "situatie", "vraag")


def _hash_order(item_id: str, rij: list[Any]) -> list[Any]:
    """A fixed order that says nothing of the order in the author's file, where the right one may stand first."""
    return sorted(rij, key=lambda r: hashlib.sha256(f"{item_id}/{r['id']}".encode()).digest())


def _pick(rij: list[Any], *velden: str) -> list[dict[str, Any]]:
    return [{v: getattr(r, v) for v in velden} for r in rij]


def public_item(item: Any) -> dict[str, Any]:
    """What the page may hold of an item (model.Item) before it was answered. JSON-ready."""
    uit = {v: getattr(item, v) for v in ALGEMEEN}
    uit["afbeelding"] = {"bestand": item.afbeelding.bestand, "alt": item.afbeelding.alt} if item.afbeelding else None
    match item.soort:
        case "een-goed" | "meer-goed":
            opties = _pick(item.opties, "id", "tekst")
            uit |= {"vaste_volgorde": item.vaste_volgorde, "opties": opties if item.vaste_volgorde else _hash_order(item.id, opties)}
        case "volgorde":
            uit["stappen"] = _hash_order(item.id, _pick(item.stappen, "id", "tekst"))
        case "koppel":
            uit |= {"links": _pick(item.links, "id", "tekst"), "rechts": _hash_order(item.id, _pick(item.rechts, "id", "tekst"))}
        case "signalen":
            uit |= {"vorm": item.vorm, "fragmenten": _pick(item.fragmenten, "id", "wanneer", "tekst")}
        case "oordeel":
            uit["acties"] = _pick(item.acties, "id", "tekst")
        case "open":
            uit |= {"woorden": item.woorden, "rubriek": _pick(item.rubriek, "id", "tekst", "punten")}
        case "zin":
            uit["jongere"] = item.jongere
    return uit


def key_item(item: Any, panel: Any = None) -> dict[str, Any]:
    """What scoring and feedback need of an item. For test items this never leaves the teacher's side.

    panel: votes of experts on this item (model_panel.PanelItem), if there are any; they are the key then.
    """
    delen = _delen(item)
    sleutel: dict[str, Any] = {
        "id": item.id,
        "soort": item.soort,
        "punten": item.punten,
        "bron": sorted({*item.bron, *(b for d in delen for b in getattr(d, "bron", []))}),
        "uitleg": {"": item.uitleg or "", **{d.id: d.uitleg or "" for d in delen if hasattr(d, "uitleg")}},
        "tekst": {d.id: d.tekst for d in delen},
    }
    match item.soort:
        case "een-goed" | "meer-goed":
            sleutel |= {"goed": [o.id for o in item.opties if o.goed], "opties": [o.id for o in item.opties]}
        case "volgorde":
            sleutel["volgorde"] = [s.id for s in item.stappen]
        case "koppel":
            sleutel |= {"paren": {p.links: p.rechts for p in item.paren}, "rechts": [k.id for k in item.rechts]}
            sleutel["uitleg"] |= {p.links: p.uitleg for p in item.paren}
        case "vlaggen":
            gevlagd = {c: getattr(item.criteria, c) for c in CRITERIA} | {"vlag": item.vlag}
            sleutel |= {"vlaggen": {c: g.vlag for c, g in gevlagd.items()}, "reactie": item.reactie}
            sleutel["uitleg"] |= {c: g.uitleg for c, g in gevlagd.items()}
        case "signalen":
            sleutel |= {"signalen": [f.id for f in item.fragmenten if f.signaal], "fragmenten": [f.id for f in item.fragmenten]}
        case "oordeel":
            sleutel["oordeel"] = {a.id: a.oordeel for a in item.acties}
        case "open":
            sleutel |= {"rubriek": [r.model_dump() for r in item.rubriek], "voorbeeld": item.voorbeeld}
        case "zin":
            sleutel["voorbeelden"] = list(item.voorbeelden)
    if panel is not None:
        sleutel["panel"] = {"leden": panel.leden, "stemmen": {deel: list(telling) for deel, telling in panel.stemmen.items()}}
    return sleutel


def _delen(item: Any) -> list[Any]:
    for naam in ("opties", "stappen", "fragmenten", "acties"):
        if hasattr(item, naam):
            return list(getattr(item, naam))
    return [*item.links, *item.rechts] if item.soort == "koppel" else []


def public_case(casus: Any) -> dict[str, Any]:
    """What the page may hold of a case before it is walked: no nodes, no signals."""
    uit = {v: getattr(casus, v) for v in ("id", "vorm", "module", "titel", "leerdoel", "waarschuwing", "intro")}
    if casus.vorm == "dossier":
        uit |= {"bronsoort": casus.bronsoort, "fragmenten": _pick(casus.fragmenten, "id", "wanneer", "tekst")}
    return uit


def key_case(casus: Any) -> dict[str, Any]:
    """The whole case as JSON. Cases are practice; the kernel reads this file, the page never does."""
    sleutel = casus.model_dump(mode="json")
    if casus.vorm == "dossier":
        # The same shape as an item of kind signalen, so that one function scores both.
        sleutel |= {
            "soort": "signalen",
            "punten": None,
            "signalen": [f.id for f in casus.fragmenten if f.signaal],
            "tekst": {f.id: f.tekst for f in casus.fragmenten},
            "uitleg": {"": casus.nabespreking, **{f.id: f.uitleg for f in casus.fragmenten}},
        }
        sleutel["fragmenten"] = [f.id for f in casus.fragmenten]
    return sleutel
