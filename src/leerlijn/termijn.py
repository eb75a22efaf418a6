"""When a hand-in is late, and which day it is: one answer for all ways of handing in, collecting, grading and repeating. Standard library only."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

NEDERLAND = ZoneInfo("Europe/Amsterdam")  # where the course is given: a server often runs in UTC, where a day ends at one or two at night

# A deadline is a whole second, because formgrader's field for it holds no part of one, and ends when that second is over.
SECONDE = 1.0


def late(tijd: datetime, tot: datetime | None) -> bool:
    """Whether something of this time comes after a deadline; both naive UTC. Without a deadline nothing does."""
    return tot is not None and (tijd - tot).total_seconds() >= SECONDE


def day(tijd: datetime) -> date:
    """The day in the Netherlands; a time without a zone is one there."""
    return (tijd if tijd.tzinfo is None else tijd.astimezone(NEDERLAND)).date()


def today() -> date:
    """The day that it is now in the Netherlands."""
    return datetime.now(NEDERLAND).date()
