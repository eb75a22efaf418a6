"""A learner's own choice to share a summary of practice: counts of certainty and, apart, first walks through cases. No name, time or text.

Nothing leaves by itself. From the page `/delen` it goes where hand-ins go (gedeeld.py) and is taken back from there; `leerlijn deel` writes
a file that the learner gives to the teacher, who puts it in grading/gedeeld/.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from threading import Lock
from typing import Any

from . import answers, casus, gedeeld, inlevering, intake, score
from .errors import LeerlijnError
from .widget import lees

VERSIE = 1
RECORD = "delen/gedeeld.json"  # in the learner's own folder: where it went, under which codes
CODE = re.compile(r"[0-9a-f]{32}")
_slot = Lock()  # sharing and stopping at once must not leave a file that nobody knows of


def summary(cursusmap: Path, module: str, eigen: Path | None = None) -> dict[str, Any]:
    """What would be shared of a module: {"v", "module", "zekerheid": {"1": [right, all], ...}, "paden": {case: [[node, choice], ...]}}.

    eigen: the learner's own folder, if that is another. Only first answers count, and the first walk to an end. Raises LeerlijnError when the
    course has no such module.
    """
    sleutel = lees.read_json(cursusmap / module / "oefening-sleutel.json")
    regels = answers.read((eigen or cursusmap) / "prive" / f"{module}.jsonl").regels
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


def summaries(cursusmap: Path, eigen: Path) -> list[dict[str, Any]]:
    """Summaries of all modules with something to share, in the order of the course."""
    alle = [summary(cursusmap, m, eigen) for m in modules(cursusmap) if (cursusmap / m / "oefening-sleutel.json").is_file()]
    return chosen(alle, True)


def chosen(samenvattingen: list[dict[str, Any]], paden: bool) -> list[dict[str, Any]]:
    """Those with something in them. paden: with walks through cases; else without these."""
    rij = samenvattingen if paden else [{**s, "paden": {}} for s in samenvattingen]
    return [s for s in rij if s["paden"] or any(alle for _, alle in s["zekerheid"].values())]


def modules(cursusmap: Path) -> list[str]:
    return [m["id"] for m in lees.read_json(cursusmap / "cursus.json").get("modules", [])]


def digest(samenvattingen: list[dict[str, Any]]) -> str:
    """A word for exactly these summaries: what is sent is what the learner saw."""
    return hashlib.sha256(json.dumps(samenvattingen, sort_keys=True).encode()).hexdigest()[:16]


# --- to the teacher, and back --------------------------------------------------------------------------------------------


def share(eigen: Path, map_: Path, samenvattingen: Iterable[dict[str, Any]], mode: int = 0o644, oud: Path | None = None) -> None:
    """Put these summaries in a folder of hand-ins in place of what this learner shared before. eigen: the learner's own folder, which keeps
    under which codes; mode: rights of the files; oud: where it was shared before, which may be another folder. Raises LeerlijnError."""
    rij = list(samenvattingen)
    with _slot:
        try:
            nieuw, eerder = {_code(eigen, s["module"]): json.dumps(s, ensure_ascii=False).encode() for s in rij}, codes(eigen)
            if oud and oud != map_ and oud.is_dir():
                gedeeld.take_back(oud, eerder)
            _keep(eigen, map_, eerder | set(nieuw))  # noted before it goes: whatever breaks off, all of it can be taken back
            gedeeld.place(map_, nieuw, mode)
            gedeeld.take_back(map_, eerder - set(nieuw))
            _keep(eigen, map_, set(nieuw))
        except OSError as e:
            raise LeerlijnError("Delen lukte niet. Kijk hieronder wat je nu deelt. Probeer het later opnieuw of vraag de beheerder om hulp.") from e


def stop(eigen: Path, map_: Path | None = None) -> None:
    """Take back all that this learner shared from the page. map_: where it is, by default where the learner's own folder says. Raises LeerlijnError."""
    with _slot:
        try:
            if plek := map_ or place(eigen):
                gedeeld.take_back(plek, codes(eigen))
            _record(eigen).unlink(missing_ok=True)
        except OSError as e:
            raise LeerlijnError("Stoppen lukte niet: wat je deelde, staat er nog. Probeer het later opnieuw of vraag de beheerder om hulp.") from e


def shared(eigen: Path, map_: Path | None = None) -> tuple[list[dict[str, Any]], str | None]:
    """What the teacher's side holds of this learner now, read there, and since when (ISO 8601 UTC): ([], None) when nothing.

    Raises LeerlijnError when nobody can tell, because the folder is not there now.
    """
    plek, rij, uit, tijden = map_ or place(eigen), codes(eigen), [], []
    if plek and rij and not os.path.isdir(plek):  # of Path, is_dir raises where we may not look
        raise LeerlijnError("Wat je deelt, is nu niet te zien: de map waar ingeleverd werk aankomt, is er niet. Kijk later nog eens of vraag de beheerder om hulp.")
    for code in sorted(rij) if plek else ():
        pad = plek / gedeeld.name(code)
        try:
            tijd = pad.lstat().st_mtime
        except OSError:
            continue  # taken away on that side: too old, or erased
        ruw, _ = intake.read_file(pad, gedeeld.MAX_BESTAND)
        if ruw is not None and (data := gedeeld.parse(ruw)):
            uit.append(data)
            tijden.append(tijd)
    return uit, datetime.fromtimestamp(max(tijden), timezone.utc).isoformat(timespec="seconds") if tijden else None


def place(eigen: Path) -> Path | None:
    """The folder that this learner shared in last, as their own folder says."""
    map_ = inlevering.read_json(_record(eigen)).get("map")
    return Path(map_) if isinstance(map_, str) else None


def _record(eigen: Path) -> Path:
    return eigen / RECORD


def codes(eigen: Path) -> set[str]:
    """The codes under which this learner shares, as their own folder says."""
    rij = inlevering.read_json(_record(eigen)).get("codes")
    return {c for c in rij if isinstance(c, str) and CODE.fullmatch(c)} if isinstance(rij, list) else set()


def _code(eigen: Path, module: str) -> str:
    """The word under which a learner shares a module: always the same, and nobody can tell from it whose it is."""
    if not (zaad := lees.own_seed(eigen)):
        raise OSError("the learner's folder can't be written")
    return hashlib.sha256(f"delen/{zaad}/{module}".encode()).hexdigest()[:32]


def _keep(eigen: Path, map_: Path, codes: set[str]) -> None:
    pad = _record(eigen)
    pad.parent.mkdir(parents=True, exist_ok=True)
    half = pad.with_suffix(".half")
    half.write_text(json.dumps({"map": str(map_), "codes": sorted(codes)}), encoding="utf-8")
    half.replace(pad)


# --- to a file of one's own ----------------------------------------------------------------------------------------------


def write(cursusmap: Path, samenvatting: dict[str, Any]) -> Path:
    """Write the summary to delen/<opaque>.json in the learner's folder. The same learner and module give the same name, so that a
    later file takes the place of an earlier one. Raises LeerlijnError when it can't be written."""
    naam = hashlib.sha256(f"{lees.own_seed(cursusmap)}/{samenvatting['module']}".encode()).hexdigest()[:16]
    pad = cursusmap / "delen" / f"{naam}.json"
    try:
        pad.parent.mkdir(parents=True, exist_ok=True)
        pad.write_text(json.dumps(samenvatting, ensure_ascii=False), encoding="utf-8")
    except OSError as e:
        raise LeerlijnError(f"Het bestand om te delen is niet te schrijven in {pad.parent}. Maak ruimte of vraag de beheerder om rechten.") from e
    return pad


def in_words(samenvatting: dict[str, Any]) -> str:
    """For the learner, before anything is written."""
    z = samenvatting["zekerheid"]
    regels = [f"  - {naam}: {z[n][0]} van {z[n][1]} goed" for n, naam in gedeeld.NIVEAUS.items()]
    paden = [f"  - {naam}: {len(pad)} keuzes" for naam, pad in samenvatting["paden"].items()] or ["  - geen"]
    return "\n".join(["Hoe zeker je was bij je eerste antwoorden:", *regels, "Je eerste weg door deze casussen:", *paden])
