"""Two gradebooks side by side: all rows of all of nbgrader's tables, without the random ids. Helper of tests, no test."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import nbformat
import sqlalchemy as sa
from nbgrader.api import Base

from leerlijn import gradebook, intake

from .keten import MODULE, Keten, regels

TOETS = f"{MODULE}/toets.ipynb"


def rows(url: str) -> dict[str, dict]:
    """table -> natural key -> other columns, references followed to their natural key."""
    engine = sa.create_engine(url)
    with engine.connect() as db:
        rauw = {t.name: {r["id"]: dict(r) for r in db.execute(sa.select(t)).mappings()} for t in Base.metadata.sorted_tables}
        versie = db.scalar(sa.text("select version_num from alembic_version"))
    engine.dispose()
    naam = {t.name: t for t in Base.metadata.sorted_tables}

    def sleutel(tabel: str, ident: str | None):
        if ident is None or tabel in ("course", "student"):
            return ident
        if tabel in ("grade_cells", "solution_cells", "task_cells"):
            return sleutel("base_cell", ident)
        uniek = sorted({k.name for c in naam[tabel].constraints if isinstance(c, sa.UniqueConstraint) for k in c.columns})
        return tuple(waarde(tabel, k, rauw[tabel][ident][k]) for k in uniek)

    def waarde(tabel: str, kolom: str, v):
        for fk in naam[tabel].c[kolom].foreign_keys:
            return sleutel(fk.column.table.name, v)
        return v

    uit = {t: {sleutel(t, i): {k: waarde(t, k, v) for k, v in r.items() if k != "id"} for i, r in rij.items()} for t, rij in rauw.items()}
    assert {t: len(r) for t, r in uit.items()} == {t: len(r) for t, r in rauw.items()}
    return {**uit, "versie": versie}


def notebooks(grading: Path) -> dict[str, dict]:
    """learner -> graded notebook; and the other files beside it."""
    uit = {}
    for pad in sorted((grading / "autograded").glob(f"*/{TOETS}")):
        uit[pad.parts[-3]] = (nbformat.read(pad, as_version=4), {p.name: p.read_bytes() for p in sorted(pad.parent.iterdir()) if p != pad})
    return uit


def copy(k: Keten, doel: Path) -> Keten:
    """The same course in another folder, with its own gradebook."""
    kopie = Keten.__new__(Keten)
    kopie.__dict__.update(k.__dict__)
    kopie.root = Path(shutil.copytree(k.root, doel))
    kopie.grading = kopie.root / "grading"
    return kopie


def hand_over(k: Keten, student: str, antwoorden: dict | str, tijd: str) -> None:
    """Collected work, as both ways of grading find it."""
    tekst = antwoorden if isinstance(antwoorden, str) else regels(antwoorden)
    bestanden = {"toets.ipynb": (k.grading / "release" / TOETS).read_bytes(), "antwoorden.jsonl": tekst.encode(), "timestamp.txt": tijd.encode()}
    intake.replace_folder(k.grading / "submitted" / student / MODULE, bestanden, k.tmp / "werk")


def judge(url: str, student: str, item: str, **waarden) -> None:
    """What a teacher saves in formgrader for one cell."""
    g, n, s, b = gradebook.grade.c, gradebook.submitted_notebook.c, gradebook.submitted_assignment.c, gradebook.base_cell.c
    engine = sa.create_engine(url)
    with engine.begin() as db:
        nb = db.scalar(sa.select(n.id).join(gradebook.submitted_assignment, s.id == n.assignment_id).where(s.student_id == student))
        cel = sa.select(b.id).where(b.name == item)
        opmerking = waarden.pop("manual_comment", None)
        db.execute(sa.update(gradebook.grade).where(g.notebook_id == nb, g.cell_id.in_(cel)).values(**waarden))
        if opmerking:
            c = gradebook.comment.c
            db.execute(sa.update(gradebook.comment).where(c.notebook_id == nb, c.cell_id.in_(cel)).values(manual_comment=opmerking))
    engine.dispose()


def extend(url: str, student: str, extra: timedelta) -> None:
    """Extra time that a teacher gave."""
    engine = sa.create_engine(url)
    with engine.begin() as db:
        db.execute(sa.update(gradebook.submitted_assignment).where(gradebook.submitted_assignment.c.student_id == student).values(extension=extra))
    engine.dispose()
