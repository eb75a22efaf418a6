"""When a hand-in is late, and which day it is: one answer for all ways of handing in, collecting, grading and repeating. Standard library only."""

from __future__ import annotations

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

NEDERLAND = ZoneInfo("Europe/Amsterdam")  # where the course is given: a server often runs in UTC, where a day ends at one or two at night

MAANDEN = "januari februari maart april mei juni juli augustus september oktober november december".split()

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


def in_words(dag: date) -> str:
    """As a reader writes it: 26 november 2026."""
    return f"{dag.day} {MAANDEN[dag.month - 1]} {dag.year}"


def moment(tijd: str) -> str:
    """Day and time in the Netherlands of an ISO time in UTC ('2026-01-05T10:00:00+00:00', '2026-01-05 10:00 UTC'); other text as it is."""
    try:
        t = datetime.fromisoformat(tijd.removesuffix(" UTC"))
    except ValueError:
        return tijd
    t = t.replace(tzinfo=t.tzinfo or timezone.utc).astimezone(NEDERLAND)
    return f"{in_words(t.date())} om {t.hour}.{t.minute:02} uur"
