"""Everything that the teacher's side holds of one learner: found once, then shown (inzage.py) or erased.

A name is only ever compared whole: `sam` never touches `sam2`. Where things stand is known by bewaard.py; a hub gives its own folders.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from . import bewaard, bewaard_boek, bewaard_hub, deel, gedeeld, intake, rubriek
from . import gradebook as gb
from .bewaard import Mappen, Stuk
from .dienst_mappen import learner_folder
from .eigenaar import as_owner
from .errors import LeerlijnError

NIET = (
    "De eigen map van de deelnemer (antwoorden en oefeningen): die kan alleen de deelnemer of de beheerder wissen.",
    "Reservekopieën, en bestanden die je zelf maakte: exports, verslagen, zips van inzage.",
    "Wat al naar een LMS is overgezet, en logboeken van de server.",
)
VAN_DIENST = (
    "Reservekopieën, bestanden die een docent zelf maakte, wat al naar een LMS is overgezet, en logboeken van de server.",
    "Had deze deelnemer een eigen server (`eigen_server`)? Dan staan antwoorden en oefeningen in de map van dat account.",
    "De naam in instelling.yaml, als die daar staat.",
)
HUB = "De gebruiker in de hub zelf: haal hem weg op de beheerpagina, of met DELETE /hub/api/users/<naam>."
TERUG = "Ingeleverd werk kon niet weg. Zolang het er staat, komt het bij het volgende ophalen terug."
POSTGRES = "PostgreSQL houdt gewiste rijen nog even in zijn bestanden, tot VACUUM; dat doet de server zelf, of de beheerder."


@dataclass
class Sporen:
    """What there is of one learner. stukken: files, folders, lines; rijen: table of the gradebook -> rows; gedeeld: shared files without a name,
    of which nobody here can tell whose they are; hub: what the hub's database has, see bewaard_hub."""

    wie: str
    stukken: list[Stuk] = field(default_factory=list)
    rijen: dict[str, int] = field(default_factory=dict)
    gedeeld: int = 0
    hub: dict[str, Any] | None = None

    def at(self, *plekken: str) -> list[Path]:
        """Paths of the pieces at these places (keys of bewaard.PLEKKEN)."""
        return [s.pad for s in self.stukken if s.plek in plekken]

    def count(self) -> list[tuple[str, int]]:
        """Place, as docs/privacy.md names it, and how many pieces."""
        tel = Counter(s.plek for s in self.stukken)
        return [(bewaard.PLEKKEN[p], tel[p]) for p in bewaard.PLEKKEN if tel[p]] + [(f"cijferboek, {tabel}", n) for tabel, n in self.rijen.items()]


@contextlib.contextmanager
def opened(m: Mappen, schrijf: bool = False) -> Iterator[sa.Connection | None]:
    """The gradebook of a course, None when there is none; with the rights of who owns grading/. schrijf: within one transaction that writes.

    Raises LeerlijnError.
    """
    with as_owner(m.grading) if m.grading.is_dir() else contextlib.nullcontext():
        engine = gb.connect(m.cijferboek)
        if engine is None:
            yield None
            return
        yield from _connection(engine, schrijf)


def _connection(engine: sa.Engine, schrijf: bool) -> Iterator[sa.Connection]:
    try:
        with gb.writing(engine) if schrijf else engine.connect() as db:
            yield db
    except gb.DatabaseError as e:
        raise LeerlijnError(f"Het cijferboek werkt niet mee: {gb.oorzaak(e)}. {'Er is niets gewist. ' * schrijf}Probeer het zo opnieuw.") from e
    finally:
        engine.dispose()


def names(m: Mappen, misschien: str = "") -> set[str]:
    """All learners of whom there is anything. Raises LeerlijnError when a place can't be read.

    misschien: a name to look for in the shared service too, where folders tell no names, and in the hub: who only practised is nowhere else.
    """
    uit = {s.wie for s in bewaard.stukken(m) if s.wie}
    if m.gegevens and misschien and learner_folder(m.gegevens, m.cursus, misschien).is_dir():
        uit.add(misschien)
    if misschien and (hub := bewaard_hub.of_user(m.hub, misschien)) and (not hub["groepen"] or any(g.endswith(f"-{m.cursus}") for g in hub["groepen"])):
        uit.add(misschien)  # who only logged in
    with opened(m) as db:
        if db is not None:
            uit |= bewaard_boek.students(db) | {r.wie for r in bewaard_boek.rows(db)}
            if rubriek.has_table(db):
                uit |= set(db.scalars(sa.select(rubriek.B.student)))
    return uit


def _gelijk(naam: str) -> str:
    return unicodedata.normalize("NFKC", naam).casefold()


def check_name(wie: str, namen: Iterable[str], precies: bool = False) -> None:
    """Is this one learner and no other? Raises LeerlijnError for a name that nobody has, and for one that others look like.

    precies: the caller has seen the others and means this spelling.
    """
    namen = set(namen)
    tweeling = sorted(n for n in namen if n != wie and _gelijk(n) == _gelijk(wie))
    if wie not in namen:
        lijkt = tweeling or sorted(n for n in namen if wie and _gelijk(wie) in _gelijk(n))[:5]
        vraag = f" Bedoel je: {', '.join(map(intake.leesbaar, lijkt))}?" if lijkt else ""
        raise LeerlijnError(f"Er is niets van '{intake.leesbaar(wie)}'. Schrijf de hele naam, precies zoals in formgrader.{vraag}")
    if tweeling and not precies:
        anderen = ", ".join(map(intake.leesbaar, tweeling))
        raise LeerlijnError(f"'{intake.leesbaar(wie)}' lijkt te veel op: {anderen}. Weet je zeker dat je deze schrijfwijze bedoelt? Voeg dan --precies toe.")


def find(m: Mappen, wie: str, eigen: Iterable[Path] = ()) -> Sporen:
    """All there is of the learner with exactly this name.

    eigen: the learner's own course folders, if they can be read: they know which shared files are theirs. Raises LeerlijnError.
    """
    van_dienst = learner_folder(m.gegevens, m.cursus, wie) if m.gegevens else None
    gegeven = list(eigen)
    namen = _shared_names([*gegeven, *([van_dienst] if van_dienst else [])])
    uit = Sporen(wie, hub=bewaard_hub.of_user(m.hub, wie))
    for s in bewaard.stukken(m):
        if s.plek in bewaard.GEDEELD:
            van_wie = s.pad.name in namen or s.wie == wie
            bekend = gegeven or (van_dienst and s.plek != "delen")  # the service's folder says nothing of what came from a server of one's own
            uit.gedeeld += not van_wie and not s.wie and not bekend
        elif s.plek == "logboek":
            van_wie = _line_about(s.deel, wie)
        elif s.plek == "geweigerd":
            van_wie = s.wie == intake.leesbaar(wie, 300) or str(bewaard.read_json(s.pad).get("reden", "")).endswith(f" is van {wie}")
        else:
            van_wie = s.wie == wie or (s.plek == "deelnemermap" and s.pad == van_dienst)
        if van_wie:
            uit.stukken.append(s)
    with opened(m) as db:
        if db is not None:
            uit.rijen = {tabel.name: n for tabel, welke in _rows(db, wie) if (n := db.scalar(sa.select(sa.func.count()).select_from(tabel).where(welke)))}
    return uit


def _shared_names(eigen: Iterable[Path]) -> set[str]:
    """Names of the shared files of whoever's folders these are: files that they gave, and what they share from the page."""
    uit: set[str] = set()
    for map_ in eigen:
        uit |= {p.name for p in (map_ / "delen").glob("*.json")}
        codes = bewaard.read_json(map_ / deel.RECORD).get("codes")
        uit |= {gedeeld.name(c) for c in codes if isinstance(c, str)} if isinstance(codes, list) else set()
    return uit


def _rows(db: sa.Connection, wie: str) -> list[tuple[sa.Table, Any]]:
    """Tables with what tells the learner's rows, in an order in which they can be deleted."""
    werk = sa.select(gb.submitted_assignment.c.id).where(gb.submitted_assignment.c.student_id == wie)
    boek = sa.select(gb.submitted_notebook.c.id).where(gb.submitted_notebook.c.assignment_id.in_(werk))
    uit = [(rubriek.beoordeling, rubriek.B.student == wie)] if rubriek.has_table(db) else []
    return [
        *uit, (gb.grade, gb.grade.c.notebook_id.in_(boek)), (gb.comment, gb.comment.c.notebook_id.in_(boek)),
        (gb.submitted_notebook, gb.submitted_notebook.c.assignment_id.in_(werk)),
        (gb.submitted_assignment, gb.submitted_assignment.c.student_id == wie), (gb.student, gb.student.c.id == wie),
    ]  # fmt: skip


def _line_about(regel: str, wie: str) -> bool:
    naam = re.escape(intake.leesbaar(wie))
    return re.match(rf"\S+ (geweigerd|let op|MISLUKT): {naam}: ", regel) is not None or re.search(rf" is van {naam}$", regel) is not None


def erase(m: Mappen, s: Sporen) -> tuple[list[str], list[str]]:
    """Erase what find() found: first the gradebook in one transaction, then the files. Gives (removed, not removed) in Dutch lines.

    Safe to repeat. Call it while no other program grades (grade.alone). Raises LeerlijnError when the gradebook can't be written; then
    nothing is erased.
    """
    gewist, niet = [], []
    with opened(m, schrijf=True) as db:
        if db is not None:
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("PRAGMA secure_delete=ON")  # else the words stay in the file until something overwrites them
            for tabel, welke in _rows(db, s.wie):
                if n := db.execute(sa.delete(tabel).where(welke)).rowcount:
                    gewist.append(f"{n} in het cijferboek, {tabel.name}")
            if db.dialect.name == "postgresql":
                niet.append(POSTGRES)
    # Apart: what can go goes, also when the hand-in itself can't.
    for deel in ([x for x in s.stukken if x.plek not in bewaard.BINNEN], [x for x in s.stukken if x.plek in bewaard.BINNEN]):
        weg, bleef = bewaard.remove(deel, m.grading)
        gewist += [str(x) for x in weg]
        niet += [f"{x}: {reden}" for x, reden in bleef]
        niet += [TERUG] * any(x.plek in bewaard.BINNEN for x, _ in bleef)
    if s.gedeeld:
        niet.append(
            f"{s.gedeeld} bestand(en) met gedeelde oefening: zonder naam, dus niet te zien is van wie. De deelnemer haalt het zelf weg op de pagina "
            "'Wat deel ik met mijn docent?', of geef de map van de deelnemer op met --eigen (op een hub, als beheerder: --instelling)."
        )
    if oud := sorted(p.name for p in m.grading.glob("gradebook.db.*")):
        niet.append(f"Oude kopieën van het cijferboek in {m.grading}: {', '.join(oud)}. Gooi ze weg als je ze niet meer nodig hebt.")
    niet += [f"{bewaard.PLEKKEN['koppelingen']}: {bewaard.WAAR_KOPPELINGEN}."] * m.zonder_koppelingen
    return gewist, [*niet, *([HUB] if s.hub else []), *(VAN_DIENST if m.gegevens else NIET)]
