"""`leerlijn inzage`: what the teacher's side holds of one learner, as a zip with a page to read and the same as JSON.

A learner may know everything that is theirs: answers, points, words of teachers, refusals. The questions' keys and explanations are not
theirs and are left out, so that a test can go on to be used.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from jinja2 import Environment, FileSystemLoader

from . import artikel, beleid, bewaard, eindpunten, gradecell, intake, persoon, rubriek, termijn
from . import gradebook as gb
from .errors import LeerlijnError
from .bewaard import Mappen
from .persoon import Sporen

MAP = Path(__file__).parent / "share" / "inzage"
ROLLEN = {"eerste": "Eerste lezer", "tweede": "Tweede lezer", "besluit": "Afgesproken"}
WOORDEN = {
    "inbound": "keer ingeleverd", "inleveren": "keer ingeleverd", "cache": "kopieën van wat je inleverde", "submitted": "opgehaalde toetsen", "autograded": "nagekeken toetsen",
    "feedback": "pagina's met feedback die zijn gemaakt", "uitgegeven": "pagina's met feedback die je kunt ophalen", "geweigerd": "keer iets dat niet is overgenomen",
    "stand": "toetsen waarvan is onthouden dat ze zijn nagekeken", "lms": "cijfers die naar de leeromgeving zijn gestuurd",
    "koppelingen": "plaatsen in de leeromgeving waar je cijfers naartoe gaan", "logboek": "regels in het logboek van het nakijken", "gedeeld": "bestanden met oefening die je deelde",
    "delen": "modules waarvan je oefening deelt", "delen-dienst": "modules waarvan je oefening deelt",
    "deelnemermap": "map met je antwoorden en oefeningen, bij de cursus",
}  # fmt: skip
MAX_FEEDBACK = 5_000_000
MAX_EIGEN, MAX_BESTANDEN = 20_000_000, 5_000  # bytes of a file, and how many, of a learner's own folder


def collect(mappen: Mappen, s: Sporen) -> dict[str, Any]:
    """All data of one learner, JSON-ready. s: of persoon.find()."""
    titels = {m.id: m.titel for m in beleid.course(mappen.root).modules}
    toetsen, profiel = [], {}
    with persoon.opened(mappen) as db:
        if db is not None:
            eind = {e.module: e for e in eindpunten.load(db, beleid.load(mappen.grading / "beleid.yaml"), wie=s.wie)}
            inzending = gb.submitted_assignment.join(gb.assignment, gb.assignment.c.id == gb.submitted_assignment.c.assignment_id)
            for naam, tijd in db.execute(sa.select(gb.assignment.c.name, gb.submitted_assignment.c.timestamp).select_from(inzending).where(gb.submitted_assignment.c.student_id == s.wie)).all():
                toetsen.append({"toets": naam, "titel": titels.get(naam, naam), "ingeleverd": _tijd(tijd), **(_scores(db, mappen.grading, eind[naam], s.wie) if naam in eind else {"punten": None, "van": 0.0, "aftrek": 0.0, "vragen": []})})
            profiel = dict(next(iter(db.execute(sa.select(gb.student).where(gb.student.c.id == s.wie)).mappings()), {}))
    return {
        "deelnemer": s.wie,
        "gemaakt": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "profiel": {k: v for k, v in profiel.items() if v},
        "toetsen": toetsen,
        "inleveringen": [{"toets": x.module, "map": intake.leesbaar(x.pad.name, 300), "tijd": f"{x.wanneer:%Y-%m-%d %H:%M} UTC"} for x in s.stukken if x.plek in bewaard.BINNEN],
        "geweigerd": [{k: r.get(k) for k in ("module", "tijd", "reden", "bestanden", "gezien")} for p in s.at("geweigerd") if (r := bewaard.read_json(p))],
        "naar_leeromgeving": [{"toets": titels.get(x.module, x.module), "verstuurd": bewaard.read_json(x.pad).get(x.deel)} for x in s.stukken if x.plek == "lms"]
        + [{k: v for k, v in bewaard.read_json(p).items() if k != "naam"} for p in s.at("koppelingen")],
        "hub": s.hub,
        "logboek": [x.deel for x in s.stukken if x.plek == "logboek"],
        "gevonden": [{"wat": WOORDEN.get(p, p), "aantal": n} for p, n in Counter(x.plek for x in s.stukken).items()]
        + ([{"wat": "punten, opmerkingen en tijden in het cijferboek", "aantal": sum(s.rijen.values())}] if s.rijen else []),
    }


def _scores(db: sa.Connection, grading: Path, eind: eindpunten.Eindpunten, wie: str) -> dict[str, Any]:
    module = eind.module
    g, n, b, c = gb.grade.c, gb.submitted_notebook.c, gb.base_cell.c, gb.comment.c
    van = gb.submitted_notebook.join(gb.submitted_assignment, gb.submitted_assignment.c.id == n.assignment_id).join(gb.assignment, gb.assignment.c.id == gb.submitted_assignment.c.assignment_id)
    welk = sa.and_(gb.submitted_assignment.c.student_id == wie, gb.assignment.c.name == module)
    cijfers = db.execute(
        sa.select(b.name, g.auto_score, g.manual_score, g.extra_credit, gb.grade_cells.c.max_score)
        .select_from(van.join(gb.grade, g.notebook_id == n.id).join(gb.base_cell, b.id == g.cell_id).join(gb.grade_cells, gb.grade_cells.c.id == b.id)).where(welk)
    ).all()  # fmt: skip
    woorden = dict(db.execute(sa.select(b.name, c.manual_comment).select_from(van.join(gb.comment, c.notebook_id == n.id).join(gb.base_cell, b.id == c.cell_id)).where(welk)).all())
    oordelen: dict[str, list[dict[str, Any]]] = {}
    if rubriek.has_table(db):
        for r in db.execute(sa.select(rubriek.beoordeling).where(rubriek.B.student == wie, rubriek.B.module == module)).mappings():
            oordelen.setdefault(r["item"], []).append({"wie": ROLLEN.get(r["rol"], r["rol"]), "punten": rubriek.points(r["criteria"]), "opmerking": r["opmerking"] or ""})
    try:
        sleutel = gradecell.load_key(grading / "sleutels" / f"{module}.json")
        antwoorden, _ = gradecell.read_answers(grading / "submitted" / wie / module, sleutel) if intake.student_ok(wie) else ({}, [])
    except LeerlijnError:
        sleutel, antwoorden = {"items": {}, "publiek": {}, "volgorde": []}, {}
    plaats = {i: p for p, i in enumerate(sleutel["volgorde"])}
    vragen = []
    for item, auto, hand, extra, maximum in sorted(cijfers, key=lambda r: plaats.get(r[0], len(plaats))):
        teksten = {**artikel.CRITERIA, **sleutel["items"].get(item, {}).get("tekst", {})}
        criteria = {r["id"]: r["tekst"] for r in sleutel["items"].get(item, {}).get("rubriek", [])}
        for o in oordelen.get(item, []):
            o["punten"] = {criteria.get(k, k): p for k, p in o["punten"].items()}
        vragen.append(
            {"item": item, "vraag": sleutel["publiek"].get(item, {}).get("vraag", item), "antwoord": antwoorden.get(item), "in_woorden": in_words(antwoorden.get(item), teksten),
             "punten": None if item in eind.wacht else (auto if hand is None else hand) + (extra or 0.0), "van": maximum, "opmerking": woorden.get(item) or "",
             "per_onderdeel": oordelen.get(item, [])}
        )  # fmt: skip
    return {"punten": eind.punten, "van": eind.maximum, "aftrek": eind.aftrek, "vragen": vragen}


def in_words(antwoord: Any, teksten: dict[str, str]) -> str:
    """An answer with the texts of the question in place of ids. teksten: id of an option, step or part -> text."""
    if isinstance(antwoord, dict):
        return "; ".join(f"{in_words(k, teksten)}: {in_words(v, teksten)}" for k, v in antwoord.items())
    if isinstance(antwoord, list):
        return "; ".join(in_words(a, teksten) for a in antwoord)
    if antwoord is None:
        return ""
    return " ".join(teksten[antwoord].split()) if isinstance(antwoord, str) and antwoord in teksten else str(antwoord)


def _tijd(t: datetime | None) -> str | None:
    return t.replace(tzinfo=timezone.utc).isoformat(timespec="seconds") if t else None


def page(gegevens: dict[str, Any]) -> str:
    """The data as one HTML page in Dutch, that asks nothing of anywhere."""
    gegevens = {"eigen_map": [], "weggelaten": [], **gegevens}
    env = Environment(loader=FileSystemLoader(MAP), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    env.filters.update(getal=artikel.getal, moment=termijn.moment)
    return env.get_template("overzicht.html.j2").render(**gegevens)


def write(mappen: Mappen, s: Sporen, doel: Path) -> Path:
    """Write the zip, for the teacher's account only, in folder `doel`. Gives its path. Raises LeerlijnError when it can't be written or is there."""
    gegevens = collect(mappen, s)
    naam = "".join(c if c.isalnum() or c in "-_." else "_" for c in s.wie)[:60].lstrip(".") or "deelnemer"
    pad = doel / (f"inzage-{mappen.cursus}-{naam}.zip" if mappen.gegevens else f"inzage-{naam}.zip")  # of a hub there may be more courses
    try:
        fd = os.open(pad, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(fd, "wb") as f, zipfile.ZipFile(f, "w", zipfile.ZIP_DEFLATED) as z:
            for n, map_ in enumerate(s.at(*bewaard.BINNEN), 1):
                if (data := intake.read_own(map_, intake.ANTWOORDEN, gradecell.MAX_ANTWOORDEN)) is not None:  # a link in it could bring in the key
                    z.writestr(f"ingeleverd/{n}.jsonl", data)
            for vorm, limiet, paden in (
                ("feedback/{}.html", MAX_FEEDBACK, s.at("uitgegeven")),
                ("gedeelde-oefening/{}.json", 100_000, s.at(*bewaard.GEDEELD)),
            ):
                for n, bron in enumerate(paden, 1):
                    if (data := intake.read_file(bron, limiet)[0]) is not None:
                        z.writestr(vorm.format(n), data)
            gegevens["eigen_map"], gegevens["weggelaten"] = [], []
            for bestand, data in chain.from_iterable(map(_own_files, s.at("deelnemermap"))):
                gegevens["eigen_map" if data is not None else "weggelaten"].append(bestand)
                if data is not None:
                    z.writestr(f"eigen-map/{bestand}", data)
            z.writestr("overzicht.html", page(gegevens))
            z.writestr("gegevens.json", json.dumps(gegevens, ensure_ascii=False, indent=1))
    except FileExistsError as e:
        raise LeerlijnError(f"{pad} is er al. Haal het weg of kies een andere map met --naar.") from e
    except OSError as e:
        raise LeerlijnError(f"{pad} is niet te schrijven ({e.strerror}). Kies een andere map met --naar.") from e
    return pad


def _own_files(map_: Path) -> Iterator[tuple[str, bytes | None]]:
    """Files below a learner's own folder: name and bytes, None for what is no plain file of that account, or too large or too many.

    By open folders, never by path: the learner's kernel can put a link in the place of a folder while we look.
    """
    uid, aantal, gezien = map_.lstat().st_uid, 0, set()
    for plek, mappen, namen, fd in os.fwalk(map_, follow_symlinks=False):
        mappen.sort()
        for naam in sorted(namen):
            aantal += 1
            bestand = _new_name(intake.leesbaar(Path(plek, naam).relative_to(map_).as_posix(), 300), gezien)
            yield bestand, intake.read_file(naam, MAX_EIGEN, dir_fd=fd, uid=uid)[0] if aantal <= MAX_BESTANDEN else None


def _new_name(naam: str, gezien: set[str]) -> str:
    """A name that no other file has on any system, also where capitals are the same: names that can't be shown or are too long become alike."""
    uit, n = naam, 1
    while uit.casefold() in gezien:
        n += 1
        uit = f"{naam} ({n})"
    gezien.add(uit.casefold())
    return uit
