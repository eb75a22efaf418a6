"""Where the shared service keeps what, and who belongs to which part of it. Standard library only: the hub's configuration reads it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from .intake import student_ok

NAAM = re.compile(r"[\w.@-]{1,100}")  # no `+` and no `/`: a name becomes part of the name of a folder


def _hash(naam: str) -> str:
    return hashlib.sha256(naam.encode()).hexdigest()


def learner_folder(gegevens: Path, cursus: str, naam: str) -> Path:
    """Folder with the answers of one learner. gegevens: data folder of the service; cursus: course id; naam: name in the hub.

    The name itself stands nowhere in it, so no name can lead to another place.
    """
    return gegevens / cursus / f"l-{_hash(naam)[:20]}"


def shard_of(naam: str, delen: int) -> int:
    """Which part of the service (0 to delen - 1) a learner always comes to."""
    return int(_hash(naam)[-8:], 16) % delen


def hand_in_name(naam: str) -> str | None:
    """The name as it stands in the name of a hand-in, or None when it can't: nbgrader splits those at `+`."""
    return naam if NAAM.fullmatch(naam) and student_ok(naam) else None  # what the teacher's side would refuse is said here
