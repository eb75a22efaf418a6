"""Where something of a learner is kept, piece by piece: whose it is, of which test, from when. And taking pieces away.

For `leerlijn bewaartermijn`, and for the table in docs/privacy.md, which a test compares with a course that ran. What stands in the
gradebook is in bewaard_boek.py; what there is of one person in persoon.py.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from . import beleid, bewaard_hub, gradebook, intake, uitwisseling, yamltekst
from .eigenaar import as_owner
from .errors import LeerlijnError

# Place -> how docs/privacy.md writes it.
PLEKKEN = {
    "inbound": "<uitwisseling>/<cursus>/inbound/",
    "inleveren": "<inleveren>/<cursus>/",
    "cache": "<Jupyter>/nbgrader_cache/<cursus>/",
    "uitgegeven": "<uitwisseling>/<cursus>/feedback/",
    "submitted": "grading/submitted/",
    "autograded": "grading/autograded/",
    "feedback": "grading/feedback/",
    "geweigerd": "grading/geweigerd/",
    "stand": "grading/.nakijken/",
    "lms": "grading/lms-verzonden.json",
    "koppelingen": "<koppelingen>/<cursus>/",
    "logboek": "grading/nakijken.log",
    "gedeeld": "grading/gedeeld/",
    "delen": "<uitwisseling>/<cursus>/inbound/.gedeeld-<code>.json",
    "delen-dienst": "<inleveren>/<cursus>/.gedeeld-<code>.json",
    "panel": "grading/panel/",
    "cijferboek": "grading/gradebook.db",
    "deelnemermap": "<gegevens>/<cursus>/l-<code>/",
}
VERZONDEN = "lms-verzonden.json"
WAAR_KOPPELINGEN = "niet te vinden: zet LEERLIJN_LMS op het pad van lms.yaml, of noem dat bij `lms:` in instelling.yaml"
GEDEELD = ("gedeeld", "delen", "delen-dienst")  # practice that learners shared: without a name
BINNEN = ("inbound", "inleveren")  # from which `leerlijn grade` would fetch again what is elsewhere gone


@dataclass(frozen=True, slots=True)
class Stuk:
    """One thing that can be taken away. plek: key of PLEKKEN; pad: the file or folder; wie: learner, "" where no name is with it; module: test or "";
    wanneer: naive UTC, of the hand-in where that is known; deel: the line or key, where the piece is a part of `pad`."""

    plek: str
    pad: Path
    wie: str
    module: str
    wanneer: datetime
    deel: str = ""

    def __str__(self) -> str:
        pad = intake.leesbaar(str(self.pad), 1000)  # a name in the exchange may be anything, also what no screen can show
        return f"{pad}: {intake.leesbaar(self.deel)}" if self.deel else pad


@dataclass(frozen=True, slots=True)
class Mappen:
    """The folders of one course. root: project; uitwisseling: of this course; inleveren: of services that hand in; cache: nbgrader's copies
    at who handed in; gegevens: the shared service's folder of all courses; koppelingen: who came in from a learning environment; cijferboek: address;
    hub: addresses of the hub's database."""

    cursus: str
    root: Path
    uitwisseling: Path
    cijferboek: str
    inleveren: tuple[Path, ...] = ()
    cache: Path | None = None
    gegevens: Path | None = None
    koppelingen: Path | None = None
    hub: tuple[str, ...] = ()

    @property
    def grading(self) -> Path:
        return self.root / "grading"

    @property
    def zonder_koppelingen(self) -> bool:
        """Grades went to a learning environment, but nothing says where it is kept who came in from there."""
        return self.koppelingen is None and (self.grading / VERZONDEN).is_file()


def of_project(root: Path) -> Mappen:
    """The folders of the course under `root` on this machine, as `leerlijn grade` finds them. Raises ContentError."""
    from jupyter_core.paths import jupyter_data_dir

    cursus = beleid.course(root).cursus
    diensten = tuple(d.map for d in intake.services())
    cache = Path(jupyter_data_dir(), "nbgrader_cache", cursus)
    return Mappen(cursus, root, uitwisseling.default_root() / cursus, gradebook.url(root / "grading"), diensten, cache, None, _launches(cursus))


def _launches(cursus: str, lms: str | None = None) -> Path | None:
    """Where the hub keeps who came in from a learning environment: `koppelingen` of lms.yaml, which LEERLIJN_LMS or instelling.yaml names; None without one."""
    if not (lms := os.environ.get("LEERLIJN_LMS") or lms):
        return None
    data, _, fouten = yamltekst.read(Path(lms), lms)
    if fouten or not isinstance(data, dict) or "koppelingen" not in data:
        raise LeerlijnError("\n".join(map(str, fouten)) or f"In {lms} ontbreekt koppelingen. Vergelijk het met grading/hub/lms.voorbeeld.yaml.")
    return Path(data["koppelingen"], cursus)


def of_institution(instelling: Path) -> list[Mappen]:
    """The folders of every course of a hub, as its instelling.yaml names them. Raises LeerlijnError."""
    data, _, fouten = yamltekst.read(instelling, str(instelling))
    if fouten:
        raise LeerlijnError("\n".join(map(str, fouten)))
    try:
        dienst, uit, hub = data["dienst"], [], bewaard_hub.addresses(data.get("hub") or {})
        for naam, c in data["cursussen"].items():
            root = Path(c["project"])
            boek = c.get("cijferboek") or f"sqlite:///{root.resolve()}/grading/gradebook.db"
            uit.append(Mappen(naam, root, Path(data["uitwisseling"], naam), gradebook.driver(boek), (Path(dienst["inleveren"], naam),), None, Path(dienst["gegevens"]), _launches(naam, data.get("lms")), hub))
        return uit
    except (KeyError, TypeError, AttributeError) as e:
        raise LeerlijnError(f"In {instelling} ontbreekt {e}. Vergelijk het met grading/hub/instelling.voorbeeld.yaml.") from e


def stukken(m: Mappen) -> Iterator[Stuk]:
    """Every piece in files and folders, in the order in which it has to be taken away. Links are pieces too, and are never followed."""
    bij: dict[str, tuple[str, str, datetime]] = {}  # name of a feedback page -> whose, which test, from when
    binnen = [("inbound", m.uitwisseling / "inbound"), *(("inleveren", p) for p in m.inleveren), *((("cache", m.cache),) if m.cache else ())]
    for plek, map_ in binnen:
        for pad in _list(map_):
            if intake.GEDEELD.fullmatch(pad.name):
                eigen = plek == "inbound" and not intake.same_account()  # who put it there: the folder of hand-ins is open to all
                yield Stuk("delen" if plek == "inbound" else "delen-dienst", pad, (intake.owner(pad.lstat().st_uid) or "") if eigen else "", "", _time(pad))
                continue
            delen = pad.name.rsplit("+", 2 if plek == "cache" else 3)  # the cache leaves the random end out
            wie, module, tekst = delen[:3] if len(delen) >= 3 else ("", "", "")
            stuk = Stuk(plek, pad, wie, module, _earliest(pad, tekst))
            _secret(pad, stuk, bij)
            yield stuk
    for plek in ("submitted", "autograded", "feedback"):
        for student in _list(m.grading / plek):
            for pad in _list(student) if student.is_dir() and not student.is_symlink() else [student]:
                data, _ = intake.read_file(pad / intake.TIJD, 100) if pad != student else (None, "")
                stuk = Stuk(plek, pad, student.name, pad.name if pad != student else "", _earliest(pad, (data or b"").decode("utf-8", "replace")))
                _secret(pad, stuk, bij)
                yield stuk
    for pad in _list(m.uitwisseling / "feedback"):
        wie, module, wanneer = bij.get(pad.stem, ("", "", _time(pad)))
        yield Stuk("uitgegeven", pad, wie, module, wanneer)
    for plek in ("geweigerd", "gedeeld", "panel"):
        for pad in _list(m.grading / plek):
            akte = read_json(pad) if plek == "geweigerd" else {}
            yield Stuk(plek, pad, str(akte.get("student", "")), str(akte.get("module", "")), _time(pad))
    for pad in _list(m.grading / ".nakijken"):
        if pad.suffix == ".json":
            for wie in read_json(pad):
                yield Stuk("stand", pad, wie, pad.stem, _time(pad), wie)
    for sleutel in read_json(pad := m.grading / VERZONDEN):
        module, _, wie = sleutel.partition("/")
        yield Stuk("lms", pad, wie, module, _time(pad), sleutel)
    for pad in _list(m.koppelingen) if m.koppelingen else []:
        yield Stuk("koppelingen", pad, str(read_json(pad).get("naam", "")), "", _time(pad))
    yield from _lines(m.grading / "nakijken.log")
    if m.gegevens:
        for pad in _list(m.gegevens / m.cursus):
            if pad.name.startswith("l-"):
                yield Stuk("deelnemermap", pad, "", "", _newest(pad))


def remove(rij: Iterable[Stuk], grading: Path) -> tuple[list[Stuk], list[tuple[Stuk, str]]]:
    """Take these pieces away. Gives what went, and what did not with the reason in Dutch. grading: what stands in there goes with its owner's rights.

    What could not be taken out of the hand-ins stays everywhere: else the next `leerlijn grade` would bring it back, without what a teacher gave it.
    """
    weg: list[Stuk] = []
    bleef: list[tuple[Stuk, str]] = []
    vast: set[tuple[str, str]] = set()
    delen: dict[Path, list[Stuk]] = {}
    for s in rij:
        if s.plek not in BINNEN and s.wie and (s.wie, s.module) in vast:
            bleef.append((s, "de inlevering zelf kon niet weg"))
        elif s.deel:
            delen.setdefault(s.pad, []).append(s)
        elif reden := _remove(s.pad, grading if s.pad.is_relative_to(grading) else None):
            bleef.append((s, reden))
            if s.plek in BINNEN:
                vast.add((s.wie, s.module))
        else:
            weg.append(s)
    for pad, groep in delen.items():
        try:
            with as_owner(grading):
                _rewrite(pad, {s.deel for s in groep})
            weg += groep
        except OSError as e:
            bleef += [(s, _reden(e)) for s in groep]
    for ouder in {s.pad.parent for s in weg if s.plek in ("submitted", "autograded", "feedback") and s.module}:
        try:
            with as_owner(grading):
                ouder.rmdir()  # the learner's folder, when this was all
        except OSError:
            pass
    return weg, bleef


def _remove(pad: Path, van: Path | None) -> str:
    """Take away a file, link or folder; gives the reason in Dutch when that can't be. van: folder whose owner does it, None for who we are."""
    with as_owner(van) if van else contextlib.nullcontext():
        return _remove_as_we_are(pad)


def _remove_as_we_are(pad: Path) -> str:
    try:
        if os.geteuid() == 0:
            _remove_as_root(pad)
        elif pad.is_dir() and not pad.is_symlink():
            for map_, _, _ in os.walk(pad):
                if not os.stat(map_, follow_symlinks=False).st_mode & stat.S_IWUSR:  # nbgrader leaves graded folders read-only
                    os.chmod(map_, 0o700)
            shutil.rmtree(pad)
        else:
            pad.unlink(missing_ok=True)
    except FileNotFoundError:
        return ""
    except OSError as e:
        return _reden(e)
    except RecursionError:  # what stands in the exchange may be made to break off what goes through it
        return "er zitten te veel mappen in elkaar: laat de beheerder haar weghalen met rm -r"
    return ""


def _remove_as_root(pad: Path) -> None:
    """By open folders: the two above it belong to others, who could put a link in their place at any moment."""
    boven = os.open(pad.parent.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        map_ = os.open(pad.parent.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=boven)
    finally:
        os.close(boven)
    try:
        if stat.S_ISDIR(os.stat(pad.name, dir_fd=map_, follow_symlinks=False).st_mode):
            shutil.rmtree(pad.name, dir_fd=map_)
        else:
            os.unlink(pad.name, dir_fd=map_)
    finally:
        os.close(map_)


def _reden(e: OSError) -> str:
    if e.errno in (errno.ELOOP, errno.ENOTDIR):
        return "een map erboven is een verwijzing; root volgt die niet"
    return "geen recht: laat de beheerder dit doen" if isinstance(e, PermissionError) else e.strerror or str(e)


def _rewrite(pad: Path, weg: set[str]) -> None:
    """A file without these lines, or without these keys when it is JSON."""
    half = pad.with_name(pad.name + ".half")
    if pad.suffix == ".json":
        half.write_text(json.dumps({k: v for k, v in read_json(pad).items() if k not in weg}, ensure_ascii=False), "utf-8")
    else:
        half.write_text("".join(r for r in pad.read_text("utf-8", "replace").splitlines(keepends=True) if r.rstrip("\n") not in weg), "utf-8")
    half.chmod(stat.S_IMODE(pad.stat().st_mode))
    os.replace(half, pad)


def _lines(pad: Path) -> Iterator[Stuk]:
    try:
        regels = pad.read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    for r in regels:
        try:
            t = datetime.fromisoformat(r[:25]).astimezone(timezone.utc).replace(tzinfo=None)
        except ValueError:
            t = _time(pad)
        yield Stuk("logboek", pad, "", "", t, r)


def _list(map_: Path) -> list[Path]:
    """What is in a folder, sorted; nothing when it is not there. Raises LeerlijnError when it may not be read: an empty list would be a lie."""
    try:
        return sorted(map_.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as e:
        raise LeerlijnError(f"De map {map_} is niet te lezen ({e.strerror}). Voer dit uit met het account van die map, of als beheerder.") from e


def read_json(pad: Path) -> dict[str, Any]:
    """A JSON object in a file of ours; empty when it can't be read."""
    data, _ = intake.read_file(pad, 20_000_000)
    try:
        uit = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        return {}
    return uit if isinstance(uit, dict) else {}


def _time(pad: Path) -> datetime:
    return datetime.fromtimestamp(pad.lstat().st_mtime, timezone.utc).replace(tzinfo=None)


def _newest(map_: Path) -> datetime:
    """When a file in a folder was last written, however deep; of an empty folder its own time."""
    tijden, stapel = [], [map_]
    while stapel:
        for p in _list(stapel.pop()):
            if p.is_dir() and not p.is_symlink():
                stapel.append(p)
            elif p.is_file() and not p.is_symlink():
                tijden.append(_time(p))
    return max(tijden, default=_time(map_))


def _earliest(pad: Path, tekst: str) -> datetime:
    """The time of a hand-in: what it says itself, but never later than the folder, so that a date in the future does not keep it for ever."""
    gezegd = intake.parse_time(tekst)
    return min(gezegd, _time(pad)) if gezegd else _time(pad)


def _secret(pad: Path, stuk: Stuk, bij: dict[str, tuple[str, str, datetime]]) -> None:
    """Note whose feedback page is whose: nbgrader names it after the secret of the hand-in."""
    geheim, _ = intake.read_file(pad / intake.GEHEIM, 1_000)
    if geheim:
        naam = hashlib.md5(geheim + gradebook.NOTEBOOK.encode(), usedforsecurity=False).hexdigest()
        eerder = bij.get(naam)
        bij[naam] = max(eerder or (stuk.wie, stuk.module, stuk.wanneer), (stuk.wie, stuk.module, stuk.wanneer), key=lambda w: w[2])
