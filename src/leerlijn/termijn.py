"""When a hand-in is late: one answer for all ways of handing in, collecting and grading. Standard library only."""

from __future__ import annotations

from datetime import datetime

# A deadline is a whole second, because formgrader's field for it holds no part of one, and ends when that second is over.
SECONDE = 1.0


def late(tijd: datetime, tot: datetime | None) -> bool:
    """Whether something of this time comes after a deadline; both naive UTC. Without a deadline nothing does."""
    return tot is not None and (tijd - tot).total_seconds() >= SECONDE
