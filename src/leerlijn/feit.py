"""Whether a fact is due to be checked again: seen on the day that it is shown, since a server may run for a year on one build.

Standard library only.
"""

from __future__ import annotations

from datetime import date
from typing import Any


def is_due(controleer_voor: date | str | None, vandaag: date | None = None) -> bool:
    """Whether the date before which a fact had to be checked lies behind us. controleer_voor: date, or ISO text; anything else is no date."""
    try:
        dag = date.fromisoformat(controleer_voor) if isinstance(controleer_voor, str) else controleer_voor
    except ValueError:
        return False
    return isinstance(dag, date) and dag < (vandaag or date.today())


def marked(feiten: dict[str, Any], vandaag: date | None = None) -> dict[str, Any]:
    """Facts of feiten.json by id, with `verlopen` (true) on those that are due. Nothing else is copied: a kernel has one for each cell."""
    return {i: {**f, "verlopen": True} if isinstance(f, dict) and is_due(f.get("controleer_voor"), vandaag) else f for i, f in feiten.items()}
