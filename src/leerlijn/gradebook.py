"""nbgrader's gradebook spoken to directly: its tables, one transaction for a whole run, and indexes for its slow lists.

Importing nbgrader takes seconds and it commits per cell; SQLAlchemy on the same tables takes milliseconds. A test holds these
tables beside nbgrader's own, and at run time a gradebook of another version is refused rather than guessed at.
"""

from __future__ import annotations

import contextlib
import math
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError  # noqa: F401 - for who calls us

from . import beleid
from .errors import LeerlijnError

VERSIE = "e43177bfe90b"  # of nbgrader's tables: the head of its alembic migrations, stamped in every gradebook
NOTEBOOK = "toets"  # each test is one notebook
STAP = 200  # submissions a statement
WACHT = 60.0  # seconds
SLOT = 4_714_227_003  # of this program, for Postgres' advisory locks: any number that nobody else has

meta = sa.MetaData()


def _tabel(naam: str, *rest: Any) -> sa.Table:
    return sa.Table(naam, meta, *rest)


def _id() -> sa.Column:
    return sa.Column("id", sa.String(32), primary_key=True)


def _naar(naam: str, tabel: str, lengte: int = 32, **kw: Any) -> sa.Column:
    return sa.Column(naam, sa.String(lengte), sa.ForeignKey(f"{tabel}.id"), **kw)


course = _tabel("course", sa.Column("id", sa.String(128), primary_key=True, unique=True))
assignment = _tabel(
    "assignment", _id(), sa.Column("name", sa.String(128), unique=True, nullable=False), sa.Column("duedate", sa.DateTime()),
    _naar("course_id", "course", 128, nullable=False),
)  # fmt: skip
notebook = _tabel(
    "notebook", _id(), sa.Column("name", sa.String(128), nullable=False), _naar("assignment_id", "assignment"),
    sa.Column("kernelspec", sa.String(1024)), sa.UniqueConstraint("name", "assignment_id"),
)  # fmt: skip
base_cell = _tabel(
    "base_cell", _id(), sa.Column("name", sa.String(128), nullable=False), _naar("notebook_id", "notebook", nullable=False),
    sa.Column("type", sa.String(50)), sa.UniqueConstraint("name", "notebook_id", "type"),
)  # fmt: skip
grade_cells = _tabel(
    "grade_cells", _naar("id", "base_cell", primary_key=True), sa.Column("max_score", sa.Float(), nullable=False),
    sa.Column("cell_type", sa.Enum("code", "markdown", name="grade_cell_type"), nullable=False),
)  # fmt: skip
source_cell = _tabel(
    "source_cell", _id(), sa.Column("name", sa.String(128), nullable=False),
    sa.Column("cell_type", sa.Enum("code", "markdown", name="source_cell_type"), nullable=False),
    sa.Column("locked", sa.Boolean(), nullable=False), sa.Column("source", sa.Text()), sa.Column("checksum", sa.String(128)),
    _naar("notebook_id", "notebook"), sa.UniqueConstraint("name", "notebook_id"),
)  # fmt: skip
student = _tabel("student", sa.Column("id", sa.String(128), primary_key=True), *(sa.Column(n, sa.String(128)) for n in ("first_name", "last_name", "email", "lms_user_id")))
submitted_assignment = _tabel(
    "submitted_assignment", _id(), _naar("assignment_id", "assignment"), _naar("student_id", "student", 128), sa.Column("timestamp", sa.DateTime()),
    sa.Column("extension", sa.Interval()), sa.UniqueConstraint("assignment_id", "student_id"),
)  # fmt: skip
submitted_notebook = _tabel(
    "submitted_notebook", _id(), _naar("assignment_id", "submitted_assignment"), _naar("notebook_id", "notebook"), sa.Column("flagged", sa.Boolean()),
    sa.Column("late_submission_penalty", sa.Float()), sa.UniqueConstraint("notebook_id", "assignment_id"),
)  # fmt: skip
grade = _tabel(
    "grade", _id(), _naar("notebook_id", "submitted_notebook"), _naar("cell_id", "base_cell"), sa.Column("auto_score", sa.Float()),
    sa.Column("manual_score", sa.Float()), sa.Column("extra_credit", sa.Float()), sa.Column("needs_manual_grade", sa.Boolean(), nullable=False),
    sa.UniqueConstraint("cell_id", "notebook_id"),
)  # fmt: skip
comment = _tabel(
    "comment", _id(), _naar("notebook_id", "submitted_notebook"), _naar("cell_id", "base_cell"), sa.Column("auto_comment", sa.Text()),
    sa.Column("manual_comment", sa.Text()), sa.UniqueConstraint("cell_id", "notebook_id"),
)  # fmt: skip

# Behind formgrader's lists: nbgrader asks WHERE notebook_id, and its own UNIQUE(cell_id, notebook_id) does not serve that.
INDEXEN = [
    sa.Index(f"ix_leerlijn_{k.table.name}_{k.name}", k)
    for k in (grade.c.notebook_id, comment.c.notebook_id, submitted_notebook.c.assignment_id, base_cell.c.notebook_id)
]


@dataclass(frozen=True, slots=True)
class Toets:
    """One test in the gradebook. cellen: graded cell -> (id, points); opmerkingen: open cell -> id; bron: cell -> (locked, checksum)."""

    naam: str
    assignment_id: str
    notebook_id: str
    duedate: datetime | None
    cellen: dict[str, tuple[str, float]]
    opmerkingen: dict[str, str]
    bron: dict[str, tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Uitslag:
    """The result of one hand-in. auto: points per cell in the order of Toets.cellen, None waits for a teacher; leeg: per comment cell.

    vlag: a teacher has to look; bewaar: the answers are those of last time, so that what a teacher has judged stays judged.
    """

    student: str
    tijd: datetime | None
    auto: tuple[float | None, ...]
    leeg: tuple[bool, ...]
    vlag: bool = False
    bewaar: bool = False


def url(grading: Path) -> str:
    """Where the gradebook is: LEERLIJN_CIJFERBOEK (such as postgresql://user@host/naam) or grading/gradebook.db. The one place that decides."""
    return driver(os.environ.get("LEERLIJN_CIJFERBOEK", "").strip()) or f"sqlite:///{Path(grading).resolve()}/gradebook.db"


def driver(adres: str) -> str:
    """The address as SQLAlchemy needs it: a postgresql:// without a driver is of psycopg 3."""
    for begin in ("postgresql://", "postgres://"):  # which driver these mean differs per version of SQLAlchemy; psycopg 3 is the one we install
        if adres.startswith(begin):
            return f"postgresql+psycopg://{adres.removeprefix(begin)}"
    return adres


def connect(adres: str, wacht: float | None = None) -> sa.Engine | None:
    """The gradebook at this address, checked; None when there is none yet. Raises LeerlijnError in Dutch when it can't be used.

    wacht: seconds to wait for another program that writes in a file; default WACHT.
    """
    try:
        plek = sa.make_url(adres)
        if plek.get_backend_name() == "sqlite":
            if not (plek.database and Path(plek.database).is_file()):
                return None
            engine = sa.create_engine(plek, connect_args={"timeout": WACHT if wacht is None else wacht})
            # By default sqlite3 starts a transaction at its first write; one that is to write has to hold the right from its beginning.
            sa.event.listen(engine, "connect", lambda ruw, _: setattr(ruw, "isolation_level", None))
            sa.event.listen(engine, "begin", lambda c: c.exec_driver_sql(f"BEGIN {c.get_execution_options().get('wijze', 'DEFERRED')}"))
        elif plek.get_backend_name() == "postgresql":
            engine = sa.create_engine(plek)
        else:
            raise LeerlijnError(f"Het cijferboek {_naam(adres)} is geen SQLite of PostgreSQL. Zet LEERLIJN_CIJFERBOEK goed.")
        with engine.connect() as db:
            return engine if _check(db, adres) else None
    except TypeError as e:  # what psycopg makes of text in a database without an encoding
        raise LeerlijnError(_geen_utf8(adres)) from e
    except (SQLAlchemyError, ValueError) as e:
        raise LeerlijnError(f"Het cijferboek {_naam(adres)} is niet te openen: {oorzaak(e)}. Controleer LEERLIJN_CIJFERBOEK en of de server draait.") from e


def oorzaak(fout: Exception) -> str:
    """The first line of what a database says, and in Dutch what happens most."""
    regel = str(getattr(fout, "orig", None) or fout).strip().splitlines()[0]
    return "een ander programma is erin bezig" if "database is locked" in regel else regel


def _naam(adres: str) -> str:
    """The address without its password."""
    try:
        return sa.make_url(adres).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "(onleesbaar adres)"


def _geen_utf8(adres: str) -> str:
    return f"De database {_naam(adres)} is niet van de soort UTF8. Maak haar opnieuw: createdb --encoding=UTF8 --template=template0"


def _check(db: sa.Connection, adres: str) -> bool:
    """Is there a gradebook, and is it one that we know?"""
    if db.dialect.name == "postgresql" and db.scalar(sa.text("SHOW server_encoding")) != "UTF8":
        raise LeerlijnError(_geen_utf8(adres))
    kijk = sa.inspect(db)
    if not kijk.has_table("assignment"):
        return False
    versie = db.scalar(sa.text("SELECT version_num FROM alembic_version")) if kijk.has_table("alembic_version") else None
    kolommen = {naam: {k["name"] for k in rij} for (_, naam), rij in kijk.get_multi_columns(filter_names=list(meta.tables)).items()}
    anders = sorted(n for n, t in meta.tables.items() if kolommen.get(n) != set(t.c.keys()))
    if versie != VERSIE or anders:
        raise LeerlijnError(
            f"Het cijferboek {_naam(adres)} heeft een opbouw die leerlijn niet kent (versie {versie or 'onbekend'}, nodig {VERSIE}"
            + (f"; anders: {', '.join(anders)}" if anders else "")
            + "). Er is niets veranderd. Maak een reservekopie en doe `nbgrader db upgrade`, of kijk na met `nbgrader autograde`."
        )
    return True


def load_tests(db: sa.Connection, namen: Iterable[str]) -> dict[str, Toets]:
    """The tests with these names that are in the gradebook, with their cells."""
    rijen = db.execute(
        sa.select(assignment.c.name, assignment.c.id, notebook.c.id, assignment.c.duedate, notebook.c.name)
        .join(notebook, notebook.c.assignment_id == assignment.c.id).where(assignment.c.name.in_(list(namen)))
    ).all()  # fmt: skip
    uit = {}
    for naam, a_id, n_id, duedate, nb_naam in rijen:
        if nb_naam != NOTEBOOK or naam in uit:
            raise LeerlijnError(f"De toets {naam} heeft in het cijferboek andere notebooks dan {NOTEBOOK}.ipynb. Kijk haar na met `nbgrader autograde`.")
        punten = sa.select(base_cell.c.name, base_cell.c.id, grade_cells.c.max_score).join(grade_cells, grade_cells.c.id == base_cell.c.id)
        open_ = sa.select(base_cell.c.name, base_cell.c.id).where(base_cell.c.type == "SolutionCell")
        bron = sa.select(source_cell.c.name, source_cell.c.locked, source_cell.c.checksum).where(source_cell.c.notebook_id == n_id)
        van_ons = base_cell.c.notebook_id == n_id
        uit[naam] = Toets(
            naam, a_id, n_id, duedate,
            {n: (i, p) for n, i, p in db.execute(punten.where(van_ons).order_by(base_cell.c.name))},
            {n: i for n, i in db.execute(open_.where(van_ons).order_by(base_cell.c.name))},
            {n: (v, s) for n, v, s in db.execute(bron)},
        )  # fmt: skip
    return uit


def test_of(db: sa.Connection, nummer: str) -> str | None:
    """The test that a handed-in notebook belongs to, by its id as formgrader has it in its addresses."""
    n = submitted_notebook.c
    van = submitted_notebook.join(notebook, notebook.c.id == n.notebook_id).join(assignment, assignment.c.id == notebook.c.assignment_id)
    return db.scalar(sa.select(assignment.c.name).select_from(van).where(n.id == nummer))


def submissions(db: sa.Connection, toets: Toets) -> dict[str, tuple[datetime | None, timedelta | None]]:
    """Learner -> time of the hand-in in the gradebook and extra time that a teacher gave."""
    s = submitted_assignment.c
    return {n: (t, e) for n, t, e in db.execute(sa.select(s.student_id, s.timestamp, s.extension).where(s.assignment_id == toets.assignment_id))}


def _insert(db: sa.Connection, tabel: sa.Table) -> Any:
    return (postgresql if db.dialect.name == "postgresql" else sqlite).insert(tabel)


def _stukken(rij: Iterable[Any]) -> Iterator[list[Any]]:
    it = iter(rij)
    while stuk := list(islice(it, STAP)):
        yield stuk


@contextlib.contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that writes, for one program like us at a time: others wait. Commits at the end, and nothing when anything raises."""
    with engine.connect().execution_options(wijze="IMMEDIATE") as db, db.begin():
        if db.dialect.name == "postgresql":
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(SLOT)))
        yield db


def save(db: sa.Connection, toets: Toets, uitslagen: Iterable[Uitslag], geen_antwoord: str) -> int:
    """Put results in the gradebook, within the transaction of `db`. Gives how many.

    As nbgrader's SaveAutoGrades: what a teacher filled in stays; a cell needs a teacher when one scored it before, or when it has no
    points of its own. With `bewaar` a cell whose points did not change keeps its state. geen_antwoord: the automatic comment.
    """
    aantal = 0
    for stuk in _stukken(uitslagen):
        _save(db, toets, stuk, geen_antwoord)
        aantal += len(stuk)
    return aantal


def _save(db: sa.Connection, toets: Toets, stuk: list[Uitslag], geen_antwoord: str) -> None:
    sa_, sn = submitted_assignment.c, submitted_notebook.c
    db.execute(_insert(db, student).on_conflict_do_nothing(), [{"id": u.student} for u in stuk])
    nieuw = _insert(db, submitted_assignment)
    nieuw = nieuw.on_conflict_do_update(index_elements=[sa_.assignment_id, sa_.student_id],
                                        set_={"timestamp": sa.func.coalesce(nieuw.excluded.timestamp, sa_.timestamp)})  # fmt: skip
    db.execute(nieuw, [{"id": _uuid(), "assignment_id": toets.assignment_id, "student_id": u.student, "timestamp": u.tijd} for u in stuk])
    wie = sa.select(sa_.student_id, sa_.id).where(sa_.assignment_id == toets.assignment_id, sa_.student_id.in_([u.student for u in stuk]))
    inlevering = {n: i for n, i in db.execute(wie)}
    db.execute(
        _insert(db, submitted_notebook).on_conflict_do_nothing(),
        [{"id": _uuid(), "assignment_id": inlevering[u.student], "notebook_id": toets.notebook_id, "flagged": False} for u in stuk],
    )
    welk = sa.select(sa_.student_id, sn.id).join(submitted_assignment, sa_.id == sn.assignment_id)
    nb = {n: i for n, i in db.execute(welk.where(sn.notebook_id == toets.notebook_id, sn.assignment_id.in_(list(inlevering.values()))))}
    if vlaggen := [nb[u.student] for u in stuk if u.vlag]:
        db.execute(sa.update(submitted_notebook).where(sn.id.in_(vlaggen)).values(flagged=True))
    for bewaar in (False, True):
        rijen = [
            {"id": _uuid(), "notebook_id": nb[u.student], "cell_id": cel, "auto_score": punten, "needs_manual_grade": punten is None}
            for u in stuk if u.bewaar is bewaar for (cel, _), punten in zip(toets.cellen.values(), u.auto, strict=True)
        ]  # fmt: skip
        if rijen:
            db.execute(_upsert_grades(db, bewaar), rijen)
    opmerking = _insert(db, comment)
    opmerking = opmerking.on_conflict_do_update(index_elements=["cell_id", "notebook_id"], set_={"auto_comment": opmerking.excluded.auto_comment})
    rijen = [
        {"id": _uuid(), "notebook_id": nb[u.student], "cell_id": cel, "auto_comment": geen_antwoord if leeg else None}
        for u in stuk for cel, leeg in zip(toets.opmerkingen.values(), u.leeg, strict=True)
    ]  # fmt: skip
    if rijen:
        db.execute(opmerking, rijen)


def _upsert_grades(db: sa.Connection, bewaar: bool) -> Any:
    nieuw = _insert(db, grade)
    auto = nieuw.excluded.auto_score
    nodig = sa.or_(grade.c.manual_score.is_not(None), auto.is_(None))
    if bewaar:
        nodig = sa.case((grade.c.auto_score.is_not_distinct_from(auto), grade.c.needs_manual_grade), else_=nodig)
    return nieuw.on_conflict_do_update(index_elements=["cell_id", "notebook_id"], set_={"auto_score": auto, "needs_manual_grade": nodig})


def set_duedate(db: sa.Connection, toets: Toets, tot: datetime | None) -> datetime | None:
    """Bring the deadline of the policy into the gradebook. Without one, what the teacher set in formgrader stands; gives what holds."""
    if tot is not None and tot != toets.duedate:
        db.execute(sa.update(assignment).where(assignment.c.id == toets.assignment_id).values(duedate=tot))
    return tot if tot is not None else toets.duedate


def deduction(score: float, tijd: datetime | None, duedate: datetime | None, uitstel: timedelta | None, per_dag: float) -> float | None:
    """Points off for being late, between 0 and the score; None when in time. tijd, duedate: naive UTC; uitstel: extra time of this learner."""
    laat = max(0.0, (tijd - duedate - (uitstel or timedelta())).total_seconds()) if tijd and duedate else 0.0
    return min(max(0.0, beleid.penalty(score, laat, per_dag)), max(0.0, score)) if laat > 0 else None


def set_penalties(db: sa.Connection, toets: Toets, duedate: datetime | None, per_dag: float) -> int:
    """Reckon the deduction for being late anew for all hand-ins of a test, from the points as they are now, the teacher's included.

    As nbgrader's AssignLatePenalties: none when in time, and between 0 and the score. Gives how many changed.
    """
    s, n, g = submitted_assignment.c, submitted_notebook.c, grade.c
    punten = sa.func.coalesce(g.manual_score, g.auto_score) + sa.func.coalesce(g.extra_credit, 0.0)
    rijen = db.execute(
        sa.select(n.id, s.timestamp, s.extension, n.late_submission_penalty, sa.func.coalesce(sa.func.sum(sa.func.coalesce(punten, 0.0)), 0.0))
        .join(submitted_assignment, s.id == n.assignment_id).outerjoin(grade, g.notebook_id == n.id)
        .where(n.notebook_id == toets.notebook_id).group_by(n.id, s.timestamp, s.extension, n.late_submission_penalty)
    )  # fmt: skip
    anders = []
    for nb, tijd, uitstel, oud, score in rijen:
        nieuw = deduction(score if math.isfinite(score) else 0.0, tijd, duedate, uitstel, per_dag)  # no number: told by `strange`
        if nieuw != oud:
            anders.append({"welk": nb, "aftrek": nieuw})
    if anders:
        db.execute(sa.update(submitted_notebook).where(n.id == sa.bindparam("welk")).values(late_submission_penalty=sa.bindparam("aftrek")), anders)
    return len(anders)


def strange(db: sa.Connection, toets: Toets) -> list[tuple[str, str]]:
    """Learner and cell of rows that can't be right, such as after an edit by hand: no finite number, below 0, above the maximum, or not there.

    SQLite keeps no NaN, sorts text above numbers, and PostgreSQL sorts NaN above all: one comparison finds them all.
    """
    s, n, g, b = submitted_assignment.c, submitted_notebook.c, grade.c, base_cell.c
    boven = grade_cells.c.max_score + 1e-6
    fout = sa.or_(*(sa.or_(v < 0, v > boven) for v in (g.auto_score, g.manual_score)), g.extra_credit < -1e6, g.extra_credit > 1e6)
    van = submitted_notebook.join(submitted_assignment, s.id == n.assignment_id)
    cellen = van.join(grade, g.notebook_id == n.id).join(base_cell, b.id == g.cell_id).join(grade_cells, grade_cells.c.id == b.id)
    deze = n.notebook_id == toets.notebook_id
    uit = [(wie, cel) for wie, cel in db.execute(sa.select(s.student_id, b.name).select_from(cellen).where(deze, fout).order_by(s.student_id, b.name))]
    aantal = sa.select(s.student_id).select_from(van.outerjoin(grade, g.notebook_id == n.id)).where(deze).group_by(s.student_id, n.id)
    return uit + [(wie, "een of meer vragen") for (wie,) in db.execute(aantal.having(sa.func.count(g.id) != len(toets.cellen)).order_by(s.student_id))]


def waiting(db: sa.Connection, toets: Toets) -> int:
    """How many open answers of a test wait for a teacher."""
    n = submitted_notebook.c
    return db.scalar(
        sa.select(sa.func.count()).select_from(grade).join(submitted_notebook, n.id == grade.c.notebook_id)
        .where(n.notebook_id == toets.notebook_id, grade.c.needs_manual_grade)
    ) or 0  # fmt: skip


def ensure_indexes(db: sa.Connection) -> bool:
    """Make the indexes that formgrader's lists need, when they are not there yet. Gives whether any was made."""
    kijk = sa.inspect(db)
    er_zijn = {i["name"] for tabel in {i.table.name for i in INDEXEN} for i in kijk.get_indexes(tabel)}
    nieuw = [i for i in INDEXEN if i.name not in er_zijn]
    for index in nieuw:
        index.create(db, checkfirst=False)
    return bool(nieuw)


def analyze(db: sa.Connection) -> None:
    """Tell the database how large its tables are now, so that it picks the right index."""
    db.execute(sa.text("ANALYZE"))


def _uuid() -> str:
    return uuid.uuid4().hex
