"""Points per criterion of an open question, by a first and a second marker and by what they settled on.

nbgrader knows one score and one comment. Those stay where nbgrader keeps them, so that formgrader, feedback and exports see nothing new;
the points per criterion stand beside them in a table of our own in the same gradebook. It refers to nothing by foreign key: an upgrade or a
removal by nbgrader never trips over it, and rows whose hand-in is gone are swept out at the next save.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from . import gradebook as gb
from .errors import LeerlijnError

ROLLEN = ("eerste", "tweede", "besluit")
MAX_OPMERKING = 5_000  # characters
MAX_ZINNEN = 8  # comments to use again
STAP = 0.5  # points

beoordeling = sa.Table(
    "leerlijn_beoordeling", sa.MetaData(),
    sa.Column("module", sa.String(128), primary_key=True), sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("item", sa.String(128), primary_key=True), sa.Column("rol", sa.String(16), primary_key=True),
    sa.Column("lezer", sa.String(128), nullable=False), sa.Column("criteria", sa.Text(), nullable=False), sa.Column("opmerking", sa.Text()),
    sa.Column("inlevering", sa.DateTime()), sa.Column("tijd", sa.DateTime(), nullable=False),
)  # fmt: skip
B, S, N, G, C = beoordeling.c, gb.submitted_assignment.c, gb.submitted_notebook.c, gb.grade.c, gb.comment.c


@dataclass(frozen=True, slots=True)
class Oordeel:
    """What one marker gave one answer. criteria: criterion -> points; opmerking: of a second marker only, the others' is nbgrader's."""

    lezer: str
    criteria: dict[str, float]
    opmerking: str

    @property
    def totaal(self) -> float:
        return round(sum(self.criteria.values()), 4)


@dataclass(frozen=True, slots=True)
class Werk:
    """One answer to an open question. nummer: id of the hand-in as formgrader has it; wacht: a teacher has yet to grade it;
    oordelen: role -> judgement of this hand-in; vorige: points in the gradebook that were given to an earlier hand-in."""

    nummer: str
    student: str
    inlevering: datetime | None
    score: float | None
    opmerking: str
    wacht: bool
    leeg: bool
    oordelen: dict[str, Oordeel]

    @property
    def geldig(self) -> Oordeel | None:
        """The judgement behind the score in the gradebook: None when a teacher gave another score in formgrader, or graded without rubric."""
        o = self.oordelen.get("besluit") or self.oordelen.get("eerste")
        return o if o and self.score is not None and not self.wacht and abs(o.totaal - self.score) < 1e-6 else None


def open_items(sleutel: dict[str, Any]) -> list[dict[str, Any]]:
    """The open questions of a test in order: {id, nummer, vraag, situatie, voorbeeld, punten,
     rubriek: [{id, tekst, punten, uitleg}]}. sleutel: gradecell.load_key."""
    uit = []
    for nummer, ident in enumerate(sleutel["volgorde"], 1):
        item, publiek = sleutel["items"].get(ident, {}), sleutel["publiek"].get(ident, {})
        if item.get("soort") == "open":
            tekst = {"vraag": publiek.get("vraag", ""), "situatie": publiek.get("situatie"), "voorbeeld": item.get("voorbeeld")}
            uit.append({"id": ident, "nummer": nummer, **tekst, "punten": item["punten"], "rubriek": item["rubriek"]})
    return uit


def complete(rubriek: Iterable[dict[str, Any]], criteria: dict[str, float]) -> bool:
    """Has every criterion got points?"""
    return all(r["id"] in criteria for r in rubriek)


def steps(punten: float) -> list[float]:
    """What a teacher can click for a criterion of so many points: whole points, and halves where it is worth no whole number."""
    stap = 1.0 if float(punten).is_integer() else STAP
    return [*(round(i * stap, 2) for i in range(math.ceil(punten / stap))), float(punten)]


def has_table(db: sa.Connection) -> bool:
    return sa.inspect(db).has_table(beoordeling.name)


def works(db: sa.Connection, toets: gb.Toets, item: str, nummers: Iterable[str] | None = None) -> list[Werk]:
    """All answers to one open question, in an order that says nothing of who they are of. nummers: only these."""
    cel = toets.cellen[item][0]
    vraag = (
        sa.select(N.id, S.student_id, S.timestamp, G.manual_score, G.auto_score, G.needs_manual_grade, C.manual_comment)
        .join(gb.submitted_assignment, S.id == N.assignment_id)
        .join(gb.grade, sa.and_(G.notebook_id == N.id, G.cell_id == cel))
        .outerjoin(gb.comment, sa.and_(C.notebook_id == N.id, C.cell_id == (toets.opmerkingen.get(item) or "")))
        .where(N.notebook_id == toets.notebook_id).order_by(N.id)
    )  # fmt: skip
    if nummers is not None:
        vraag = vraag.where(N.id.in_(list(nummers)))
    oordelen: dict[str, dict[str, tuple[datetime | None, Oordeel]]] = {}
    if has_table(db):
        for r in db.execute(sa.select(beoordeling).where(B.module == toets.naam, B.item == item)).mappings():
            oordelen.setdefault(r["student"], {})[r["rol"]] = (r["inlevering"], Oordeel(r["lezer"], points(r["criteria"]), r["opmerking"] or ""))
    return [
        Werk(nummer, wie, t, hand, opmerking or "", bool(wacht), auto is not None and hand is None and not wacht,
             {rol: o for rol, (bij, o) in oordelen.get(wie, {}).items() if bij == t})
        for nummer, wie, t, hand, auto, wacht, opmerking in db.execute(vraag)
    ]  # fmt: skip


def points(tekst: str) -> dict[str, float]:
    """Criterion -> points, as kept in the table; empty when that can't be read."""
    try:
        return {str(k): float(v) for k, v in json.loads(tekst).items()}
    except (ValueError, AttributeError, TypeError):
        return {}


def criteria_of(db: sa.Connection, toets: gb.Toets, item: str, student: str) -> dict[str, float] | None:
    """Points per criterion that a learner may see: those behind the score in the gradebook, or None."""
    nummer = db.scalar(sa.select(N.id).join(gb.submitted_assignment, S.id == N.assignment_id).where(N.notebook_id == toets.notebook_id, S.student_id == student))
    gevonden = works(db, toets, item, [nummer]) if nummer and item in toets.cellen else []
    oordeel = gevonden[0].geldig if gevonden else None
    return dict(oordeel.criteria) if oordeel else None


def check(rubriek: list[dict[str, Any]], criteria: Any, opmerking: Any) -> tuple[dict[str, float], str | None]:
    """What a browser sent, checked: criterion -> points, and the comment (None: leave it). Raises LeerlijnError."""
    hoogste = {r["id"]: float(r["punten"]) for r in rubriek}  # also their order, which is kept
    if not isinstance(criteria, dict) or not set(criteria) <= set(hoogste):
        raise LeerlijnError("Deze criteria horen niet bij de vraag. Laad de pagina opnieuw.")
    for naam, p in criteria.items():
        if isinstance(p, bool) or not isinstance(p, (int, float)) or not math.isfinite(p) or not 0 <= p <= hoogste[naam]:
            raise LeerlijnError(f"Bij dit criterium zijn 0 tot {hoogste[naam]:g} punten te geven.")
    punten = {n: float(criteria[n]) for n in hoogste if n in criteria}
    if opmerking is None:
        return punten, None
    if not isinstance(opmerking, str) or len(opmerking) > MAX_OPMERKING:
        raise LeerlijnError(f"De opmerking is langer dan {MAX_OPMERKING} tekens. Maak haar korter.")
    schoon = "".join(c for c in opmerking if c == "\n" or c.isprintable()).strip()
    return punten, schoon


def save(db: sa.Connection, toets: gb.Toets, item: dict[str, Any], werk: Werk, rol: str, lezer: str, criteria: dict[str, float], opmerking: str | None) -> float | None:
    """Keep a judgement, within gradebook.writing(). Gives the score that the gradebook now holds.

    item: of open_items; lezer: name of the marker, "" when unknown; criteria, opmerking: from check(). nbgrader's score follows the settled
    judgement, else the first marker's, as soon as every criterion has points; a second marker changes nothing there.
    Raises LeerlijnError when the two markers are one person.
    """
    ander = {"eerste": "tweede", "tweede": "eerste"}.get(rol, "")
    if lezer and (o := werk.oordelen.get(ander)) and o.lezer == lezer:
        raise LeerlijnError(f"Je bent van dit antwoord al de {ander} lezer. Laat een collega dit doen.")
    beoordeling.create(db, checkfirst=True)
    _sweep(db, toets)
    rij = {"module": toets.naam, "student": werk.student, "item": item["id"], "rol": rol}
    eigen = opmerking if rol == "tweede" else None
    if opmerking is None and rol == "tweede" and rol in werk.oordelen:
        eigen = werk.oordelen[rol].opmerking
    db.execute(sa.delete(beoordeling).where(*(B[k] == v for k, v in rij.items())))
    nu = datetime.now(timezone.utc).replace(tzinfo=None)
    db.execute(sa.insert(beoordeling), {**rij, "lezer": lezer, "criteria": json.dumps(criteria), "opmerking": eigen, "inlevering": werk.inlevering, "tijd": nu})
    if rol == "tweede":
        return werk.score
    cel = sa.and_(G.notebook_id == werk.nummer, G.cell_id == toets.cellen[item["id"]][0])
    alle = {**werk.oordelen, rol: Oordeel(lezer, criteria, "")}
    geldig, score = alle.get("besluit") or alle["eerste"], werk.score
    if complete(item["rubriek"], geldig.criteria):
        score = min(geldig.totaal, toets.cellen[item["id"]][1])
        db.execute(sa.update(gb.grade).where(cel).values(manual_score=score, needs_manual_grade=False))
    if opmerking is not None:
        db.execute(sa.update(gb.comment).where(C.notebook_id == werk.nummer, C.cell_id == toets.opmerkingen[item["id"]]).values(manual_comment=opmerking))
    return score


def _sweep(db: sa.Connection, toets: gb.Toets) -> None:
    """Remove what was said of a hand-in that nbgrader no longer has."""
    er_zijn = sa.select(S.student_id).where(S.assignment_id == toets.assignment_id)
    db.execute(sa.delete(beoordeling).where(B.module == toets.naam, B.student.not_in(er_zijn)))


def phrases(db: sa.Connection, toets: gb.Toets, item: str, rol: str, lezer: str = "") -> list[str]:
    """Lines of earlier comments on this question, the most used first. A second marker gets only their own, not the first one's."""
    if rol == "tweede":
        vraag = sa.select(B.opmerking).where(B.module == toets.naam, B.item == item, B.rol == rol, B.lezer == lezer)
        teksten = db.scalars(vraag) if has_table(db) else []
    else:
        teksten = db.scalars(sa.select(C.manual_comment).where(C.cell_id == toets.opmerkingen.get(item), C.manual_comment.is_not(None)))
    tel = Counter(r.strip() for t in teksten for r in dict.fromkeys((t or "").split("\n")) if r.strip())
    return [r for r, _ in tel.most_common(MAX_ZINNEN)]
