"""The teacher's policy in numbers: deadline, deduction for handing in late. Pure, and the same for every way of grading."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from . import content, termijn
from .model import Beleid, Cursus


def load(pad: Path) -> Beleid:
    """The policy in a file such as grading/beleid.yaml. Raises ContentError with file, line and what to do."""
    return content.load_file(pad, Beleid)


def course(root: Path) -> Cursus:
    """The course under `root`, as modules/cursus.yaml has it. Raises ContentError."""
    return content.load_file(root / "modules" / "cursus.yaml", Cursus)


def deadline(beleid: Beleid, module: str) -> datetime | None:
    """Last moment to hand in: the end of the day in the Netherlands, as naive UTC the way nbgrader keeps it.

    The last second of the day: what is handed in within it is in time (termijn.late).
    """
    dag: date | None = beleid.inleveren_tot.get(module)
    if dag is None:
        return None
    eind = datetime.combine(dag, time(23, 59, 59), termijn.NEDERLAND)
    return eind.astimezone(timezone.utc).replace(tzinfo=None)


def penalty(score: float, seconds_late: float, per_day: float) -> float:
    """Points off for being late: a share of the score for each day or part of one, never more than the score. None within the last second."""
    if seconds_late < termijn.SECONDE:
        return 0.0
    dagen = math.ceil(timedelta(seconds=seconds_late) / timedelta(days=1))
    return round(min(score, score * per_day * dagen), 2)
