"""What a cell needs of the learner's folder: items, keys of practice, facts, pictures and the learner's own order.

Standard library only. A file that is missing or broken becomes a Dutch sentence.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import feit, termijn
from ..errors import LeerlijnError

BEELD = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
MAX_BEELD = 400_000


@dataclass(frozen=True)
class Cel:
    """map: folder of the notebook; wortel: folder of the course; module: module id."""

    map: Path
    wortel: Path
    module: str

    @property
    def eigen(self) -> Path:
        """Folder for what this learner makes: the course folder itself, but in a service where many share the course."""
        return Path(os.environ.get("LEERLIJN_EIGEN") or self.wortel)

    @property
    def naam(self) -> str:
        """Name of this place for the browser's own memory: another learner at the same browser has another one."""
        return f"{self.eigen.name}/{self.module}"

    @property
    def prive(self) -> Path:
        return self.eigen / "prive" / f"{self.module}.jsonl"

    @property
    def toetsmap(self) -> Path:
        """Folder of the test in which answers are kept."""
        return self.map if self.eigen == self.wortel else self.eigen / "toetsen" / self.module

    @property
    def toetsantwoorden(self) -> Path:
        return self.toetsmap / "antwoorden.jsonl"


@lru_cache(maxsize=8)
def _parsed(pad: Path, _mtime: int) -> Any:
    """One copy of a course file for all cells of a page: a lesson has ten, and each would hold the whole file."""
    return json.loads(pad.read_text(encoding="utf-8"))


def read_json(pad: Path) -> dict[str, Any]:
    """A JSON object from a course file, not to be changed. Raises LeerlijnError in words for a learner, without the path."""
    try:
        data = _parsed(pad, pad.stat().st_mtime_ns)
    except FileNotFoundError:
        raise LeerlijnError(
            f"Het bestand '{pad.name}' ontbreekt naast deze pagina. Sluit de cursus en start hem opnieuw; helpt dat niet, vraag je docent om hulp."
        ) from None
    except (OSError, ValueError, RecursionError):
        raise LeerlijnError(
            f"Het bestand '{pad.name}' is niet te lezen. Sluit de cursus en start hem opnieuw; helpt dat niet, vraag je docent om hulp."
        ) from None
    if not isinstance(data, dict):
        raise LeerlijnError(f"Het bestand '{pad.name}' heeft niet de goede vorm. Sluit de cursus en start hem opnieuw; helpt dat niet, vraag je docent om hulp.")
    return data


def optional_json(pad: Path) -> dict[str, Any]:
    """As read_json, but empty for a file that the page can do without."""
    try:
        return read_json(pad)
    except LeerlijnError:
        return {}


def facts(wortel: Path) -> dict[str, Any]:
    """Facts of the course by id, those marked whose check date has passed."""
    return feit.marked(optional_json(wortel / "feiten.json"))


def lesson(map_: Path) -> tuple[Cel, dict[str, Any], dict[str, Any]]:
    """The cell, public part and keys of the practice beside a lesson notebook in `map_`."""
    publiek = read_json(map_ / "oefening.json")
    sleutel = read_json(map_ / "oefening-sleutel.json")
    return Cel(map_, map_.parent, str(publiek.get("module", map_.name))), publiek, sleutel


def exam(map_: Path) -> tuple[Cel, dict[str, Any]]:
    """The cell and public part of the test beside a test notebook in `map_`. There is no key of a test on this side."""
    publiek = read_json(map_ / "publiek.json")
    return Cel(map_, map_.parent.parent, str(publiek.get("module", map_.name))), publiek


def own_seed(wortel: Path) -> str:
    """A random word of this learner, made once: it gives everyone an own order of options that stays the same."""
    pad = wortel / "prive" / "kenmerk.json"
    for _ in range(2):
        kenmerk = optional_json(pad).get("kenmerk")
        if isinstance(kenmerk, str) and kenmerk:
            return kenmerk
        try:
            pad.parent.mkdir(parents=True, exist_ok=True)
            half = pad.with_name(f".kenmerk-{secrets.token_hex(4)}")
            half.write_text(json.dumps({"kenmerk": secrets.token_hex(16)}), encoding="utf-8")
            try:
                os.link(half, pad)  # two kernels that start at once agree on the first
            except FileExistsError:
                pass
            finally:
                half.unlink()
        except OSError:
            break  # read-only, or no links here: the same order for everyone is still an order
    return ""


def shuffled(seed: str, plek: str, rij: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`rij` in the learner's own fixed order."""
    return sorted(rij, key=lambda r: hashlib.sha256(f"{seed}/{plek}/{r['id']}".encode()).digest())


def for_learner(item: dict[str, Any], seed: str, cel: Cel) -> dict[str, Any]:
    """A public item as this learner sees it: own order where order means nothing, picture as data."""
    uit = dict(item)
    for veld in ("opties", "stappen", "rechts"):
        if veld in item and not item.get("vaste_volgorde"):
            uit[veld] = shuffled(seed, item["id"], item[veld])
    if item.get("afbeelding"):
        uit["afbeelding"] = {"alt": item["afbeelding"].get("alt", ""), "bron": _beeld(item["afbeelding"].get("bestand", ""), cel)}
    return uit


def _beeld(bestand: str, cel: Cel) -> str | None:
    """A picture of the module as a data address: the same on every page and server, and no extra request."""
    for map_ in (cel.map, cel.wortel / cel.module):
        pad = (map_ / bestand).resolve()
        soort = BEELD.get(pad.suffix.lower())
        if soort and pad.is_relative_to(map_.resolve()) and pad.is_file() and pad.stat().st_size <= MAX_BEELD:
            return f"data:{soort};base64,{base64.b64encode(pad.read_bytes()).decode('ascii')}"
    return None


def day_in_words(iso: str) -> str:
    """'2027-03-05' as '5 maart 2027'; empty when it is no date."""
    try:
        return termijn.in_words(date.fromisoformat(iso))
    except (TypeError, ValueError):
        return ""
