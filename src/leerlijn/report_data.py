"""What the report rests on: points from the gradebook (SQLite or PostgreSQL, read only), choices from the answer files.

Rows are learners in no meaningful order. No name of a learner leaves this module, but to export.py, which hides it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from . import answers, content, gradebook, score
from .errors import LeerlijnError
from .report_keuze import Deel, codes, delen
from .termijn import NEDERLAND

TOETS, INZENDING, NOTEBOOK = gradebook.assignment, gradebook.submitted_assignment, gradebook.submitted_notebook
CIJFER, CEL = gradebook.grade, gradebook.base_cell
MAX_ANTWOORDEN = 2_000_000  # bytes, as collect allows
BEANTWOORD, ONBEANTWOORD, ONLEESBAAR, ONBEKEND = 1, 0, -1, -2
STAND = {"beantwoord": BEANTWOORD, "onbeantwoord": ONBEANTWOORD, "onleesbaar": ONLEESBAAR}


@dataclass
class Vraag:
    """A scored item. sleutel and publiek: as in grading/sleutels, empty when the test holds it no longer."""

    id: str
    nummer: int
    soort: str
    tekst: str
    leerdoel: str
    punten: float
    sleutel: dict[str, Any] = field(default_factory=dict)
    vervallen: date | bool = False


@dataclass
class Gegevens:
    """One test of one group.

    punten: learners x items, NaN where a teacher has yet to grade; stand: learners x items, 1 answered, 0 not answered, -1 unreadable,
    -2 unknown because the answer file is not there; delen: per item its parts, each with the choice of every learner;
    ingeleverd: moments of handing in, Dutch time.
    """

    module: str
    titel: str
    vragen: list[Vraag]
    punten: np.ndarray
    stand: np.ndarray
    delen: dict[str, list[Deel]]
    ingeleverd: list[datetime]
    cesuur: float
    deadline: date | None
    leerdoelen: dict[str, str]

    @property
    def n(self) -> int:
        return len(self.punten)

    @property
    def maximum(self) -> np.ndarray:
        return np.array([v.punten for v in self.vragen], float)


def _read(grading: Path, *vragen: sa.Select) -> list[pd.DataFrame]:
    """The answers of the gradebook. Raises LeerlijnError when there is none or it can't be read."""
    adres = gradebook.url(grading)
    engine = gradebook.connect(adres)
    if engine is None:
        raise LeerlijnError("Er is nog geen cijferboek. Kijk eerst een toets na: leerlijn grade <module>. Staat het elders? Zet dan LEERLIJN_CIJFERBOEK.")
    try:
        with engine.connect() as db:
            return [pd.read_sql(v, db) for v in vragen]
    except gradebook.DatabaseError as e:
        raise LeerlijnError(f"Het cijferboek is niet te lezen: {gradebook.oorzaak(e)}. Probeer het zo opnieuw.") from e
    finally:
        engine.dispose()


def modules(root: Path) -> list[str]:
    """Tests of which something was graded, in the order of the course."""
    (uit,) = _read(root / "grading", sa.select(TOETS.c.name).join(INZENDING, INZENDING.c.assignment_id == TOETS.c.id).distinct())
    inhoud, _ = content.read(root)
    plaats = {m.id: i for i, m in enumerate(inhoud.modules)}
    return sorted(uit["name"], key=lambda m: (plaats.get(m, len(plaats)), m))


def load(root: Path, module: str) -> Gegevens:
    """Read one test. root: the project. Raises LeerlijnError with a Dutch sentence when there is nothing to read."""
    return load_named(root, module)[0]


def load_named(root: Path, module: str) -> tuple[Gegevens, pd.DataFrame]:
    """As load(), with whose each row is: a table of nb (id of the hand-in), wie (learner), t and lms (id in an LMS)."""
    grading = root / "grading"
    inhoud, _ = content.read(root)  # titles and texts; a mistake elsewhere in the content must not stop a report
    inzending = sa.select(NOTEBOOK.c.id.label("nb"), INZENDING.c.student_id.label("wie"), INZENDING.c.timestamp.label("t"),
                          gradebook.student.c.lms_user_id.label("lms"))  # fmt: skip
    cijfer = sa.select(
        CIJFER.c.notebook_id.label("nb"), CEL.c.name.label("item"), CIJFER.c.auto_score.label("auto"), CIJFER.c.manual_score.label("hand"),
        CIJFER.c.needs_manual_grade.label("wacht"), gradebook.grade_cells.c.max_score.label("punten"),
    )  # fmt: skip
    van = NOTEBOOK.join(INZENDING, INZENDING.c.id == NOTEBOOK.c.assignment_id).join(TOETS, TOETS.c.id == INZENDING.c.assignment_id)
    van = van.join(gradebook.student, gradebook.student.c.id == INZENDING.c.student_id)
    cellen = van.join(CIJFER, CIJFER.c.notebook_id == NOTEBOOK.c.id).join(CEL, CEL.c.id == CIJFER.c.cell_id).join(
        gradebook.grade_cells, gradebook.grade_cells.c.id == CEL.c.id
    )  # fmt: skip
    deze = TOETS.c.name == module
    inzendingen, cijfers = _read(grading, inzending.select_from(van).where(deze).order_by(NOTEBOOK.c.id), cijfer.select_from(cellen).where(deze))
    if inzendingen.empty:
        raise LeerlijnError(f"Van de toets '{module}' is nog niets nagekeken. Doe eerst: leerlijn grade {module}")
    sleutel = _key(grading, module)
    vragen = _vragen(sleutel, cijfers.groupby("item")["punten"].max().to_dict(), inhoud.items.get(module, []))
    hand, auto = (pd.to_numeric(cijfers[k], errors="coerce").replace([np.inf, -np.inf], np.nan) for k in ("hand", "auto"))  # no number: not graded
    cijfers["score"] = hand.fillna(auto).where(~cijfers["wacht"].astype(bool))
    punten = cijfers.pivot_table(index="nb", columns="item", values="score", aggfunc="first", dropna=False)
    punten = punten.reindex(index=inzendingen["nb"], columns=[v.id for v in vragen]).to_numpy(float)
    laatste = [_answers(grading, str(wie), module, sleutel) for wie in inzendingen["wie"]]
    naam = next((m.titel for m in inhoud.modules if m.id == module), module)
    beleid = inhoud.beleid
    gegevens = Gegevens(
        module=module,
        titel=naam,
        vragen=vragen,
        punten=punten,
        stand=np.array([[_stand(v, a) for v in vragen] for a in laatste], int),
        delen={v.id: _codes(v, laatste) for v in vragen if v.sleutel},
        ingeleverd=[_lokaal(t) for t in inzendingen["t"].dropna()],
        cesuur=beleid.cesuur if beleid else 0.6,
        deadline=beleid.inleveren_tot.get(module) if beleid else None,
        leerdoelen={k: u.tekst for k, u in inhoud.leeruitkomsten.items()},
    )
    return gegevens, inzendingen


def _key(grading: Path, module: str) -> dict[str, Any]:
    try:
        return json.loads((grading / "sleutels" / f"{module}.json").read_text("utf-8"))
    except (OSError, ValueError) as e:
        raise LeerlijnError(f"De sleutel van '{module}' is niet te lezen. Doe eerst: leerlijn build") from e


def _vragen(sleutel: dict[str, Any], punten: dict[str, float], items: list[Any]) -> list[Vraag]:
    """The graded items in the order of the test; what the test holds no longer comes last."""
    bekend = {i.id: i for i in items}
    volgorde = [i for i in sleutel["volgorde"] if i in punten] + sorted(set(punten) - set(sleutel["volgorde"]))
    uit = []
    for nummer, ident in enumerate(volgorde, 1):
        k, p, item = sleutel["items"].get(ident, {}), sleutel["publiek"].get(ident, {}), bekend.get(ident)
        vervallen = (item.vervallen if item else None) or not k
        soort, tekst = k.get("soort", getattr(item, "soort", "")), p.get("vraag", getattr(item, "vraag", ident))
        leerdoel = p.get("leerdoel", getattr(item, "leerdoel", ""))
        uit.append(Vraag(ident, nummer, soort, " ".join(tekst.split()), leerdoel, float(punten[ident]), k, vervallen))
    return uit


def _answers(grading: Path, wie: str, module: str, sleutel: dict[str, Any]) -> dict[str, Any] | None:
    """Last answer per item, None without an answer file. An id that is no plain name of a folder has none."""
    if Path(wie).name != wie:
        return None
    pad = grading / "submitted" / wie / module / "antwoorden.jsonl"
    if not pad.is_file():
        return None
    gelezen = answers.read(pad, bekend=set(sleutel["items"]), limiet=MAX_ANTWOORDEN)
    return {item: regel.get("antwoord") for item, regel in gelezen.laatste.items()}


def _stand(vraag: Vraag, antwoorden: dict[str, Any] | None) -> int:
    if antwoorden is None or not vraag.sleutel:
        return ONBEKEND
    return STAND[score.score(vraag.sleutel, antwoorden.get(vraag.id)).status]


def _codes(vraag: Vraag, laatste: list[dict[str, Any] | None]) -> list[Deel]:
    uit = delen(vraag.sleutel)
    for a in laatste:
        antwoord = (a or {}).get(vraag.id)
        goed = score.score(vraag.sleutel, antwoord).status == "beantwoord"
        for deel, code in zip(uit, codes(vraag.sleutel, antwoord if goed else None, uit)):
            deel.codes.append(code)
    return uit


def _lokaal(t: Any) -> datetime:
    """nbgrader keeps naive UTC; SQLite gives it as text."""
    return pd.Timestamp(t).to_pydatetime().replace(tzinfo=timezone.utc).astimezone(NEDERLAND)
