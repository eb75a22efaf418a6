"""What the gradebook keeps of learners: per hand-in, and taking it away. For SQLite and PostgreSQL, within one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import sqlalchemy as sa

from . import gradebook as gb
from . import rubriek

S, N = gb.submitted_assignment.c, gb.submitted_notebook.c


@dataclass(frozen=True, slots=True)
class Rij:
    """One hand-in in the gradebook. wanneer: naive UTC, None when the gradebook does not say."""

    nummer: str
    wie: str
    module: str
    wanneer: datetime | None


def rows(db: sa.Connection) -> list[Rij]:
    """All hand-ins."""
    vraag = sa.select(S.id, S.student_id, gb.assignment.c.name, S.timestamp).join(gb.assignment, gb.assignment.c.id == S.assignment_id).order_by(S.student_id, gb.assignment.c.name)
    return [Rij(*r) for r in db.execute(vraag)]


def students(db: sa.Connection) -> set[str]:
    """Learners that the gradebook knows, with or without a hand-in."""
    return set(db.scalars(sa.select(gb.student.c.id)))


def remove(db: sa.Connection, rijen: Iterable[Rij]) -> dict[str, int]:
    """Take these hand-ins away, within gradebook.writing(): points, comments, points per criterion; and the names of learners who have nothing left.

    Gives table -> number of rows.
    """
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("PRAGMA secure_delete=ON")  # else the text stays in the free pages of the file
    weg: dict[str, int] = {}
    met_rubriek = rubriek.has_table(db)
    rijen = list(rijen)

    def tel(tabel: sa.FromClause, *waar: sa.ColumnElement[bool]) -> None:
        naam = tabel.name  # type: ignore[attr-defined]
        weg[naam] = weg.get(naam, 0) + db.execute(sa.delete(tabel).where(*waar)).rowcount  # type: ignore[arg-type]

    it = iter(rijen)
    while stuk := list(islice(it, gb.STAP)):
        nummers = [r.nummer for r in stuk]
        boeken = sa.select(N.id).where(N.assignment_id.in_(nummers))
        for tabel in (gb.grade, gb.comment):
            tel(tabel, tabel.c.notebook_id.in_(boeken))
        tel(gb.submitted_notebook, N.assignment_id.in_(nummers))
        tel(gb.submitted_assignment, S.id.in_(nummers))
        for r in stuk if met_rubriek else ():
            tel(rubriek.beoordeling, rubriek.B.module == r.module, rubriek.B.student == r.wie)
    for naam in sorted({r.wie for r in rijen}):
        tel(gb.student, gb.student.c.id == naam, gb.student.c.id.not_in(sa.select(S.student_id)))
    return {k: v for k, v in weg.items() if v}
