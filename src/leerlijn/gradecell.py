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


def points(credit: float, maximum: float) -> float:
    """Points for a share of the maximum: always finite and within 0 and the maximum. Anything odd is 0."""
    waarde = maximum * credit if isinstance(credit, (int, float)) and math.isfinite(credit) else 0.0
    return round(min(maximum, max(0.0, waarde)), 4)


def load_key(pad: Path) -> dict[str, Any]:
    """The key of one test. Raises LeerlijnError when it can't be read: then nothing is graded, rather than graded wrongly."""
    try:
        sleutel = json.loads(pad.read_text("utf-8"))
        sleutel["items"], sleutel["publiek"], sleutel["volgorde"]  # noqa: B018 - all three must be there
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise LeerlijnError(f"De sleutel {pad} is niet te lezen. Doe eerst: leerlijn build") from e
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
    ident, maximum = meta["grade_id"], float(meta["points"])
    if ident not in sleutel["items"]:
        raise LeerlijnError(f"De sleutel heeft geen vraag '{ident}'. De cursus is na het vrijgeven veranderd: bouw opnieuw.")
    item, antwoord = sleutel["items"][ident], antwoorden.get(ident)
    uitslag = score.score(item, antwoord)
    let_op = ""
    if uitslag.status == "onleesbaar":
        let_op = VORM
        gemeld.append(f"Vraag {ident}: {let_op}")
    gekregen = points(uitslag.credit, maximum)
    tekst = artikel.bouw(
        item, sleutel["publiek"].get(ident, {}), antwoord, feit.marked(sleutel.get("feiten", {})),
        nummer=sleutel["volgorde"].index(ident) + 1, gekregen=gekregen, punten=maximum, gemeld=let_op,
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
