"""A learner's own choice to share a summary of practice: counts of certainty and first walks through cases. No name, time or text.

Nothing leaves the learner's folder by itself: this writes one file that the learner gives to the teacher, who puts it in grading/gedeeld/.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from . import answers, casus, score
from .errors import LeerlijnError
from .widget import lees

VERSIE = 1


def summary(cursusmap: Path, module: str) -> dict[str, Any]:
    """What would be shared of a module: {"v", "module", "zekerheid": {"1": [right, all], ...}, "paden": {case: [[node, choice], ...]}}.

    Only first answers count, and the first walk to an end. Raises LeerlijnError when the learner has no such module.
    """
    sleutel = lees.read_json(cursusmap / module / "oefening-sleutel.json")
    regels = answers.read(cursusmap / "prive" / f"{module}.jsonl").regels
    zekerheid: dict[str, list[int]] = {str(z): [0, 0] for z in score.GEWICHT_ZEKER}
    gezien: set[str] = set()
    paden: dict[str, list[Any]] = {}
    for r in regels:
        item, z, k = r["item"], r.get("zekerheid"), sleutel.get("casussen", {}).get(r["item"])
        if item in sleutel["items"] and item not in gezien and type(z) is int and str(z) in zekerheid:
            gezien.add(item)
            goed = score.score(sleutel["items"][item], r["antwoord"]).credit >= 0.999
            zekerheid[str(z)] = [zekerheid[str(z)][0] + int(goed), zekerheid[str(z)][1] + 1]
        elif k and k["vorm"] == "gesprek" and item not in paden and (stand := casus.stand(k, r["antwoord"])).klaar:
            paden[item] = [list(stap) for stap in stand.pad]
    return {"v": VERSIE, "module": module, "zekerheid": zekerheid, "paden": paden}


def write(cursusmap: Path, gedeeld: dict[str, Any]) -> Path:
    """Write the summary to delen/<opaque>.json in the learner's folder. The same learner and module give the same name, so that a
    later file takes the place of an earlier one. Raises LeerlijnError when it can't be written."""
    naam = hashlib.sha256(f"{lees.own_seed(cursusmap)}/{gedeeld['module']}".encode()).hexdigest()[:16]
    pad = cursusmap / "delen" / f"{naam}.json"
    try:
        pad.parent.mkdir(parents=True, exist_ok=True)
        pad.write_text(json.dumps(gedeeld, ensure_ascii=False), encoding="utf-8")
    except OSError as e:
        raise LeerlijnError(f"Het bestand om te delen is niet te schrijven in {pad.parent}. Maak ruimte of vraag de beheerder om rechten.") from e
    return pad


def in_words(gedeeld: dict[str, Any]) -> str:
    """For the learner, before anything is written."""
    z = gedeeld["zekerheid"]
    regels = [f"  - {naam}: {z[n][0]} van {z[n][1]} goed" for n, naam in (("1", "gok"), ("2", "redelijk zeker"), ("3", "heel zeker"))]
    paden = [f"  - {naam}: {len(pad)} keuzes" for naam, pad in gedeeld["paden"].items()] or ["  - geen"]
    return "\n".join(["Hoe zeker je was bij je eerste antwoorden:", *regels, "Je eerste weg door deze casussen:", *paden])
