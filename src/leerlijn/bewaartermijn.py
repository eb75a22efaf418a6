"""`leerlijn bewaartermijn`: take away what is older than `bewaren_dagen` in grading/beleid.yaml. Doing it twice changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from . import beleid, bewaard, bewaard_boek, grade, gradebook
from .bewaard import Mappen, Stuk
from .bewaard_boek import Rij
from .eigenaar import as_owner
from .errors import LeerlijnError


@dataclass
class Uitslag:
    """What is too old. stukken, rijen: taken away, or in a trial: what would be; bleef: (what, why) that could not go; zonder_tijd: hand-ins
    in the gradebook without a time, which stay."""

    cursus: str
    grens: datetime
    gedaan: bool
    stukken: list[Stuk] = field(default_factory=list)
    rijen: list[Rij] = field(default_factory=list)
    bleef: list[tuple[str, str]] = field(default_factory=list)
    zonder_tijd: int = 0

    @property
    def telling(self) -> dict[str, int]:
        """Place -> how many pieces, in the order of the list of places."""
        tel = Counter(s.plek for s in self.stukken)
        tel["cijferboek"] = len(self.rijen)
        return {p: tel[p] for p in bewaard.PLEKKEN if tel[p]}


def run(m: Mappen, *, doen: bool = False, nu: datetime | None = None, meld: Callable[[str], None] = print) -> Uitslag:
    """Look for what is too old in one course and, with `doen`, take it away.

    nu: naive UTC, default now; meld: called with a Dutch line while waiting for who is grading. A hand-in counts from when it was handed in, the
    rest from when it was last written. Raises LeerlijnError or ContentError; then nothing, or not all, has gone, and a next run goes on.
    """
    dagen = beleid.load(m.grading / "beleid.yaml").bewaren_dagen
    grens = (nu or datetime.now(timezone.utc).replace(tzinfo=None)) - timedelta(days=dagen)
    uit = Uitslag(m.cursus, grens, doen)
    with as_owner(m.grading):
        engine = gradebook.connect(m.cijferboek)
    try:
        with grade.alone(m.grading, meld):  # nobody collects what is on its way out
            stukken = list(bewaard.stukken(m))
            uit.stukken = _old(stukken, grens)
            if engine:
                with as_owner(m.grading), engine.connect() as db:
                    uit.rijen, uit.zonder_tijd = _old_rows(bewaard_boek.rows(db), stukken, grens)
            if m.zonder_koppelingen:
                uit.bleef.append((bewaard.PLEKKEN["koppelingen"], bewaard.WAAR_KOPPELINGEN))
            if doen:
                _remove(m, uit, engine)
    except gradebook.DatabaseError as e:
        raise LeerlijnError(f"Het cijferboek werkt niet mee: {gradebook.oorzaak(e)}. Probeer het zo opnieuw.") from e
    finally:
        if engine:
            engine.dispose()
    return uit


def _remove(m: Mappen, uit: Uitslag, engine: gradebook.sa.Engine | None) -> None:
    uit.stukken, bleef = bewaard.remove(uit.stukken, m.grading)
    uit.bleef += [(str(s), reden) for s, reden in bleef]
    vast = {(s.wie, s.module) for s, _ in bleef if s.plek in bewaard.BINNEN}
    uit.bleef += [(f"{r.wie}, {r.module} in het cijferboek", "de inlevering zelf kon niet weg") for r in uit.rijen if (r.wie, r.module) in vast]
    uit.rijen = [r for r in uit.rijen if (r.wie, r.module) not in vast]
    if uit.rijen and engine:
        with as_owner(m.grading), gradebook.writing(engine) as db:
            bewaard_boek.remove(db, uit.rijen)
    if uit.telling:  # for who has to account for it; numbers only
        grade.log(m.grading, [f"bewaartermijn: verwijderd tot {uit.grens:%Y-%m-%d}: " + ", ".join(f"{n} in {p}" for p, n in uit.telling.items())])


def _old(stukken: list[Stuk], grens: datetime) -> list[Stuk]:
    """What is too old. What is remembered of grading and of sending goes with the hand-in that it is about: its file is written anew each time."""
    blijft = {(s.wie, s.module) for s in stukken if s.plek == "submitted" and s.wanneer >= grens}
    return [s for s in stukken if ((s.wie, s.module) not in blijft if s.plek in ("stand", "lms") else s.wanneer < grens)]


def _old_rows(rijen: list[Rij], stukken: list[Stuk], grens: datetime) -> tuple[list[Rij], int]:
    """Hand-ins in the gradebook that are too old, and how many have no time. A time in the future gives way to that of the files."""
    bestand = {(s.wie, s.module): s.wanneer for s in stukken if s.plek == "submitted"}
    oud = [r for r in rijen if r.wanneer and min(r.wanneer, bestand.get((r.wie, r.module), r.wanneer)) < grens]
    return oud, sum(r.wanneer is None for r in rijen)
