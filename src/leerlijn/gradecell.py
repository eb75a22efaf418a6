"""From answers to a graded notebook: points, articles and flags per cell. One path for nbgrader autograde and `leerlijn grade`.

Works on notebooks as plain dicts (nbformat's nodes are dicts too) and knows no gradebook. Nothing is executed, and every way
out is a number between 0 and the points of the item: nbgrader gives full marks for what is missing or is no number.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import answers, artikel, feit, score
from .errors import LeerlijnError

MAX_ANTWOORDEN = 1_000_000  # bytes; a handed-in file holds one line an item
ANTWOORDEN = "antwoorden.jsonl"
NIETS = "Er is niets beantwoord, of er is geen antwoordbestand ingeleverd."
VORM = "Het antwoord heeft een vorm die niet bij de vraag hoort. Het telt als 0 punten; vraag het de deelnemer na."
LEEG = "Niet beantwoord."  # the comment on an open question without an answer


@dataclass(frozen=True, slots=True)
class Cel:
    """What goes into the gradebook for one graded cell.

    auto: points, None when a teacher has to judge; open: the cell carries a comment too; leeg: open and not answered.
    """

    item: str
    auto: float | None
    open: bool
    leeg: bool


def maximum(naam: str, punten: Any) -> float:
    """Points to be earned with cell `naam`. Raises LeerlijnError when that is no number above 0: nbgrader would give a share of anything."""
    if not isinstance(punten, (int, float)) or isinstance(punten, bool) or not 0 < punten < 1e6:
        raise LeerlijnError(f"Vraag {naam} heeft in het cijferboek geen gewoon aantal punten ({punten!r:.20}). Er is niets nagekeken. Zet de toets opnieuw klaar.")
    return float(punten)


def points(credit: float, hoogstens: float) -> float:
    """Points for a share of the maximum: always finite and within 0 and the maximum. Anything odd is 0."""
    heel = isinstance(credit, (int, float)) and math.isfinite(credit) and math.isfinite(hoogstens)
    return round(max(0.0, min(hoogstens, hoogstens * credit)), 4) if heel and hoogstens > 0 else 0.0


def load_key(pad: Path) -> dict[str, Any]:
    """The key of one test. Raises LeerlijnError when it can't be read: then nothing is graded, rather than graded wrongly.

    Each item is tried with its own best answer: a damaged key that would mark everybody wrong is found here.
    """
    try:
        sleutel = json.loads(pad.read_text("utf-8"))
        sleutel["publiek"], sleutel["volgorde"]  # noqa: B018 - must be there
        stuk = [naam for naam, item in sleutel["items"].items() if not score.whole(item)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
        raise LeerlijnError(f"De sleutel {pad} is niet te lezen. Doe eerst: leerlijn build") from e
    if stuk:
        raise LeerlijnError(f"De sleutel {pad} klopt niet bij: {', '.join(stuk)}. Er is niets nagekeken. Doe eerst: leerlijn build")
    return sleutel


def read_answers(map_: Path, sleutel: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Item id -> answer from a collected folder, and what the teacher has to know about the file, in Dutch. Never raises for its content."""
    gelezen = answers.read(map_ / ANTWOORDEN, bekend=set(sleutel["items"]), limiet=MAX_ANTWOORDEN)
    gemeld = list(gelezen.gemeld)
    if not gelezen.laatste and not gemeld:
        gemeld.append(NIETS)
    return {item: regel.get("antwoord") for item, regel in gelezen.laatste.items()}, gemeld


def grade(nb: dict[str, Any], sleutel: dict[str, Any], antwoorden: dict[str, Any]) -> tuple[list[Cel], list[str]]:
    """Score all graded cells of the released notebook `nb`, in place; gives the cells and sentences for the teacher.

    Raises LeerlijnError when a cell has no key.
    """
    cellen: list[Cel] = []
    gemeld: list[str] = []
    for cel in nb["cells"]:
        if cel["cell_type"] == "code":
            cel["outputs"], cel["execution_count"] = [], None
        if cel["metadata"].get("nbgrader", {}).get("grade"):
            cellen.append(_cell(cel, sleutel, antwoorden, gemeld))
    return cellen, gemeld


def _cell(cel: dict[str, Any], sleutel: dict[str, Any], antwoorden: dict[str, Any], gemeld: list[str]) -> Cel:
    meta = cel["metadata"]["nbgrader"]
    ident, hoogstens = meta["grade_id"], maximum(meta["grade_id"], meta["points"])
    if ident not in sleutel["items"]:
        raise LeerlijnError(f"De sleutel heeft geen vraag '{ident}'. De cursus is na het vrijgeven veranderd: bouw opnieuw.")
    item, antwoord = sleutel["items"][ident], antwoorden.get(ident)
    uitslag = score.score(item, antwoord)
    let_op = ""
    if uitslag.status == "onleesbaar":
        let_op = VORM
        gemeld.append(f"Vraag {ident}: {let_op}")
    gekregen = points(uitslag.credit, hoogstens)
    tekst = artikel.bouw(
        item, sleutel["publiek"].get(ident, {}), antwoord, feit.marked(sleutel.get("feiten", {})),
        nummer=sleutel["volgorde"].index(ident) + 1, gekregen=gekregen, punten=hoogstens, gemeld=let_op,
    )  # fmt: skip
    if cel["cell_type"] == "code":
        data = {"text/plain": repr(gekregen), "text/html": tekst}  # plain is what nbgrader grades, html is what is shown
        cel["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}]
        return Cel(ident, gekregen, open=False, leeg=False)
    cel["source"] = tekst
    leeg = uitslag.status == "onbeantwoord"
    if leeg:  # an unchanged checksum is nbgrader's sign for: 0, nothing to grade by hand
        meta["checksum"] = checksum(cel)
    return Cel(ident, 0.0 if leeg else None, open=True, leeg=leeg)


def checksum(cel: dict[str, Any]) -> str:
    """nbgrader's checksum of a graded cell (nbgrader.utils.compute_checksum; a test holds the two together)."""
    meta = cel["metadata"]["nbgrader"]
    oplossing = bool(meta.get("solution"))
    vergrendeld = not oplossing and (bool(meta.get("grade")) or bool(meta.get("locked")))
    delen = [cel["source"], cel["cell_type"], str(bool(meta.get("grade"))), str(oplossing), str(vergrendeld), meta["grade_id"]]
    if meta.get("grade"):
        delen.append(str(float(meta["points"])))
    return hashlib.md5("".join(delen).encode(), usedforsecurity=False).hexdigest()
