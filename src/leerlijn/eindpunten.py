"""Final points of a learner for a test: the one sum behind an export, what goes to a learning environment, feedback and `leerlijn inzage`.

The deduction for being late is reckoned here from the points as they are now, not read back: formgrader keeps the one of the last time that
was graded, and a teacher may have judged something since.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from . import beleid as regels
from . import gradebook as gb
from .errors import LeerlijnError
from .model import Beleid


@dataclass(frozen=True, slots=True)
class Eindpunten:
    """stand: points so far, with extra points and after deduction; aftrek: points off for being late; maximum: of the whole test;
    wacht: ids of questions without points, because a teacher has to judge them or their row is not right."""

    wie: str
    module: str
    stand: float
    maximum: float
    aftrek: float
    wacht: tuple[str, ...] = ()

    @property
    def punten(self) -> float | None:
        """What counts; None as long as something waits: too few would look like the real thing."""
        return None if self.wacht else self.stand


def of_course(grading: Path, modules: Iterable[str] = ()) -> list[Eindpunten]:
    """As load(), for the gradebook and the policy of a folder grading/. Raises LeerlijnError, also when there is no gradebook yet."""
    engine = gb.connect(gb.url(grading))
    if engine is None:
        raise LeerlijnError("Er is nog geen cijferboek. Kijk eerst een toets na: leerlijn grade <module>. Staat het elders? Zet dan LEERLIJN_CIJFERBOEK.")
    try:
        with engine.connect() as db:
            return load(db, regels.load(grading / "beleid.yaml"), modules)
    except gb.DatabaseError as e:
        raise LeerlijnError(f"Het cijferboek is niet te lezen: {gb.oorzaak(e)}. Probeer het zo opnieuw.") from e
    finally:
        engine.dispose()


def load(db: sa.Connection, beleid: Beleid, modules: Iterable[str] = (), wie: str | None = None) -> list[Eindpunten]:
    """Of all hand-ins in the gradebook, or of these modules, or of one learner; in the order of module and learner."""
    s, n, g, b, a, m = gb.submitted_assignment.c, gb.submitted_notebook.c, gb.grade.c, gb.base_cell.c, gb.assignment.c, gb.grade_cells.c
    vraag = (
        sa.select(a.name, s.student_id, s.timestamp, a.duedate, s.extension, b.name, m.max_score, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
        .select_from(gb.submitted_notebook.join(gb.submitted_assignment, s.id == n.assignment_id).join(gb.assignment, a.id == s.assignment_id)
                     .join(gb.base_cell, b.notebook_id == n.notebook_id).join(gb.grade_cells, m.id == b.id)
                     .outerjoin(gb.grade, sa.and_(g.notebook_id == n.id, g.cell_id == b.id)))
        .order_by(a.name, s.student_id, b.name)
    )  # fmt: skip
    if namen := list(modules):
        vraag = vraag.where(a.name.in_(namen))
    if wie is not None:
        vraag = vraag.where(s.student_id == wie)
    groepen: dict[tuple[Any, ...], list[Any]] = {}
    for module, student, tijd, duedate, uitstel, *rest in db.execute(vraag):
        groepen.setdefault((module, student, tijd, duedate, uitstel), []).append(rest)
    return [_total(sleutel, rijen, beleid) for sleutel, rijen in groepen.items()]


def _total(sleutel: tuple[Any, ...], rijen: list[Any], beleid: Beleid) -> Eindpunten:
    module, wie, tijd, duedate, uitstel = sleutel
    punten: dict[str, float | None] = {}
    for item, _, auto, hand, extra, nodig in rijen:
        eigen = _number(auto if hand is None else hand)
        punten[item] = None if nodig or eigen is None else eigen + (_number(extra) or 0.0)
    som = sum(p for p in punten.values() if p is not None)
    aftrek = gb.deduction(som, tijd, regels.deadline(beleid, module) or duedate, uitstel, beleid.aftrek_per_dag) or 0.0
    wacht = tuple(item for item, p in punten.items() if p is None)
    return Eindpunten(wie, module, round(max(0.0, som - aftrek), 4), float(sum(r[1] for r in rijen)), aftrek, wacht)


def _number(x: Any) -> float | None:
    """None for what is no finite number: nobody gave that as points."""
    return float(x) if isinstance(x, (int, float)) and math.isfinite(x) else None
