"""Everything that the teacher's side holds of one learner: found once, then shown (inzage.py) or erased.

A name is only ever compared whole: `sam` never touches `sam2`. Folders are parameters, so that a hub can add its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from . import gradebook as gb
from . import intake, rubriek
from .errors import LeerlijnError

LAGEN = ("submitted", "autograded", "feedback")  # in grading/, a folder per learner
MAX_RECORD = 100_000  # bytes
LOG = "nakijken.log"
NIET = (
    "De eigen map van de deelnemer (antwoorden, oefeningen, kopie van het ingeleverde): alleen de deelnemer of de beheerder kan die wissen.",
    "Reservekopieën, en bestanden die je zelf maakte: exports, verslagen, zips van inzage.",
    "Wat al naar een LMS is overgezet, en logboeken van de server.",
)


@dataclass(frozen=True, slots=True)
class Plekken:
    """Where to look. grading: the teacher's folder; inleveren: folders with hand-ins (<name>+<test>+<time>+...); terug: folders with
    released feedback (<hash>.html); eigen: the learner's own course folders, if they can be read: they know which shared files are theirs."""

    grading: Path
    inleveren: tuple[Path, ...] = ()
    terug: tuple[Path, ...] = ()
    eigen: tuple[Path, ...] = ()


@dataclass
class Sporen:
    """What there is of one learner. mappen: folder -> what it is; rijen: table -> rows; regels: lines of the log; stand: tests in grade's memory."""

    wie: str
    inleveringen: list[Path] = field(default_factory=list)
    mappen: list[Path] = field(default_factory=list)
    feedback: list[Path] = field(default_factory=list)
    geweigerd: list[Path] = field(default_factory=list)
    gedeeld: list[Path] = field(default_factory=list)
    rijen: dict[str, int] = field(default_factory=dict)
    regels: list[str] = field(default_factory=list)
    stand: list[str] = field(default_factory=list)

    def count(self) -> list[tuple[str, int]]:
        """What and how much, in Dutch, without what is not there."""
        alles = [
            ("inleveringen in de uitwisselmap", len(self.inleveringen)), ("mappen in grading/", len(self.mappen)), ("vrijgegeven feedbackpagina's", len(self.feedback)),
            ("gegevens over geweigerd werk", len(self.geweigerd)), ("gedeelde oefenbestanden", len(self.gedeeld)), ("regels in het logboek", len(self.regels)),
            ("toetsen in het geheugen van het nakijken", len(self.stand)), *((f"rijen in het cijferboek ({tabel})", n) for tabel, n in self.rijen.items()),
        ]  # fmt: skip
        return [(wat, n) for wat, n in alles if n]


def _entries(map_: Path) -> list[str]:
    try:
        return sorted(os.listdir(map_))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as e:
        raise LeerlijnError(f"De map {map_} is niet te lezen ({e.strerror}). Vraag de beheerder om rechten.") from e


def _owner(map_naam: str) -> str:
    """The learner in the name of a hand-in, read as nbgrader does: a name may hold a + itself."""
    delen = map_naam.rsplit("+", 3)
    return delen[0] if len(delen) >= 3 else ""


def record(pad: Path) -> dict[str, Any]:
    """A record of refused work (intake.set_aside); empty when it can't be read."""
    data, _ = intake.read_file(pad, MAX_RECORD)
    with contextlib.suppress(ValueError, RecursionError):
        uit = json.loads(data or b"")
        return uit if isinstance(uit, dict) else {}
    return {}


def _about(record: dict[str, Any], wie: str) -> bool:
    """Is a record of refused work of, or by, this learner?"""
    return record.get("student") == intake.leesbaar(wie, 300) or str(record.get("reden", "")).endswith(f" is van {wie}")


@contextlib.contextmanager
def opened(grading: Path, schrijf: bool = False) -> Iterator[sa.Connection | None]:
    """The gradebook, None when there is none. Raises LeerlijnError."""
    engine = gb.connect(gb.url(grading))
    if engine is None:
        yield None
        return
    try:
        with gb.writing(engine) if schrijf else engine.connect() as db:
            yield db
    except gb.DatabaseError as e:
        raise LeerlijnError(f"Het cijferboek werkt niet mee: {gb.oorzaak(e)}. Er is niets gewist. Probeer het zo opnieuw.") from e
    finally:
        engine.dispose()


def names(plekken: Plekken) -> set[str]:
    """All learners of whom there is anything."""
    uit = {n for laag in LAGEN for n in _entries(plekken.grading / laag) if not n.startswith(".")}
    uit |= {n for map_ in plekken.inleveren for b in _entries(map_) if (n := _owner(b))}
    uit |= {str(r["student"]) for p in sorted((plekken.grading / "geweigerd").glob("*.json")) if (r := record(p)).get("student")}
    with opened(plekken.grading) as db:
        if db is not None:
            uit |= set(db.scalars(sa.select(gb.student.c.id))) | set(db.scalars(sa.select(gb.submitted_assignment.c.student_id)))
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
        raise LeerlijnError(f"Er is niets van '{intake.leesbaar(wie)}'. Schrijf de hele naam, precies zoals in formgrader." + (f" Bedoel je: {', '.join(map(intake.leesbaar, lijkt))}?" if lijkt else ""))
    if tweeling and not precies:
        raise LeerlijnError(f"'{intake.leesbaar(wie)}' lijkt te veel op: {', '.join(map(intake.leesbaar, tweeling))}. Weet je zeker dat je deze schrijfwijze bedoelt? Voeg dan --precies toe.")


def find(plekken: Plekken, wie: str) -> Sporen:
    """All there is of the learner with exactly this name. Raises LeerlijnError when a place can't be read."""
    s, grading = Sporen(wie), plekken.grading
    s.inleveringen = [map_ / b for map_ in plekken.inleveren for b in _entries(map_) if _owner(b) == wie]
    if intake.student_ok(wie):  # else it is the name of no folder of ours, and `..` must not become one
        s.mappen = [p for laag in LAGEN if os.path.lexists(p := grading / laag / wie)]
    geheimen = {data for p in _secrets(s) if (data := intake.read_file(p, 1_000)[0])}
    # nbgrader's name for a page (utils.notebook_hash): only the secret of a hand-in leads to it.
    paginas = {f"{hashlib.md5(g + gb.NOTEBOOK.encode(), usedforsecurity=False).hexdigest()}.html" for g in geheimen}
    s.feedback = [p for map_ in plekken.terug for naam in sorted(paginas) if os.path.lexists(p := map_ / naam)]
    s.geweigerd = [p for p in sorted((grading / "geweigerd").glob("*.json")) if _about(record(p), wie)]
    eigen = {p.name for map_ in plekken.eigen for p in sorted((map_ / "delen").glob("*.json")) if re.fullmatch(r"[0-9a-f]{16}\.json", p.name)}
    s.gedeeld = [p for naam in sorted(eigen) if os.path.lexists(p := grading / "gedeeld" / naam)]
    s.regels = [r for r in _log(grading) if _line_about(r, wie)]
    s.stand = [p.stem for p in sorted((grading / ".nakijken").glob("*.json")) if wie in _record_state(p)]
    with opened(grading) as db:
        if db is not None:
            s.rijen = {tabel.name: n for tabel, welke in _rows(db, wie) if (n := db.scalar(sa.select(sa.func.count()).select_from(tabel).where(welke)))}
    return s


def _secrets(s: Sporen) -> Iterator[Path]:
    for map_ in s.inleveringen:
        yield map_ / intake.GEHEIM
    for map_ in s.mappen:
        if map_.is_dir() and not map_.is_symlink():
            yield from (map_ / toets / intake.GEHEIM for toets in _entries(map_))


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


def _log(grading: Path) -> list[str]:
    try:
        return (grading / LOG).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _line_about(regel: str, wie: str) -> bool:
    naam = re.escape(intake.leesbaar(wie))
    return re.match(rf"\S+ (geweigerd|let op|MISLUKT): {naam}: ", regel) is not None or re.search(rf" is van {naam}$", regel) is not None


def _record_state(pad: Path) -> dict[str, Any]:
    try:
        stand = json.loads(pad.read_bytes())
    except (OSError, ValueError):
        return {}
    return stand if isinstance(stand, dict) else {}


def erase(plekken: Plekken, s: Sporen) -> tuple[list[str], list[str]]:
    """Erase what find() found: first the gradebook in one transaction, then the files. Gives (removed, not removed) in Dutch lines.

    Safe to repeat. Call it while no other program grades (grade.alone). Raises LeerlijnError when the gradebook can't be written; then nothing is erased.
    """
    gewist, niet = [], []
    with opened(plekken.grading, schrijf=True) as db:
        if db is not None:
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("PRAGMA secure_delete=ON")  # else the words stay in the file until something overwrites them
            for tabel, welke in _rows(db, s.wie):
                if n := db.execute(sa.delete(tabel).where(welke)).rowcount:
                    gewist.append(f"{n} rijen in het cijferboek ({tabel.name})")
            if db.dialect.name == "postgresql":
                niet.append("PostgreSQL houdt gewiste rijen nog even in zijn bestanden, tot VACUUM; dat doet de server zelf, of de beheerder.")
    for pad in (*s.feedback, *s.inleveringen, *s.mappen, *s.geweigerd, *s.gedeeld):
        fouten = _remove(pad)
        (niet if fouten else gewist).append(str(pad) + (f": {fouten[0]}. De beheerder kan dit wissen." if fouten else ""))
    if any(p in s.inleveringen for p in map(Path, (n.split(": ")[0] for n in niet))):
        niet.append("Zolang ingeleverd werk er nog staat, komt het bij het volgende ophalen terug.")
    for module in s.stand:
        pad = plekken.grading / ".nakijken" / f"{module}.json"
        _rewrite(pad, json.dumps({k: v for k, v in _record_state(pad).items() if k != s.wie}, ensure_ascii=False))
    if s.regels:
        _rewrite(plekken.grading / LOG, "".join(f"{r}\n" for r in _log(plekken.grading) if not _line_about(r, s.wie)))
        gewist.append(f"{len(s.regels)} regels in {LOG}")
    if not plekken.eigen and (n := len(list((plekken.grading / "gedeeld").glob("*.json")))):
        niet.append(f"{n} bestanden in grading/gedeeld: zonder naam, dus niet te zien is van wie. De namen staan in delen/ in de map van de deelnemer; geef die op met --eigen.")
    return gewist, niet + list(NIET)


def _remove(pad: Path) -> list[str]:
    """Remove a file, a link or a folder with all in it, following no link. Gives what went wrong."""
    fouten: list[str] = []
    try:
        if pad.is_dir() and not pad.is_symlink():
            shutil.rmtree(pad, onerror=lambda _, __, fout: fouten.append(fout[1].strerror or "het lukt niet"))
        else:
            pad.unlink(missing_ok=True)
    except OSError as e:
        fouten.append(e.strerror or "het lukt niet")
    return fouten


def _rewrite(pad: Path, tekst: str) -> None:
    half = pad.with_name(f".{pad.name}.half")
    fd = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, pad.stat().st_mode & 0o777)
    with open(fd, "w", encoding="utf-8") as f:
        f.write(tekst)
    os.replace(half, pad)
