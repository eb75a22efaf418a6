"""Backup and restore: one tar file with a checksum for every file, made while everybody goes on working.

Databases go first and each as one consistent state (SQLite by its backup interface, PostgreSQL by pg_dump); files after that, so that
whatever a gradebook names is among the files. Files of learners are only appended to, and hand-ins appear whole: a copy of each is enough.
"""

from __future__ import annotations

import errno
import grp
import hashlib
import io
import json
import os
import pwd
import sqlite3
import stat
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import quote

from . import reservekopie_pg as pg
from .errors import LeerlijnError
from .reservekopie_bron import Bron, Bronnen, check, in_words, walk

SOORT, VERSIE = "leerlijn-reservekopie", 1
INHOUD = "inhoud.json"  # last in the file: it holds the checksums of what went before
SQLITE = b"SQLite format 3\0"
BIJ_SQLITE = ("-wal", "-shm", "-journal")
NOOIT_SQLITE = (".jsonl", ".txt", ".ipynb", ".json", ".yaml")  # what learners wrote may begin like a database
HOL = 100_000_000  # bytes
Meld = Callable[[str], None]


class _Telt:
    """A file that is read once: counted, hashed, and no further than the length that it had. vul: one that became shorter meanwhile ends in zeros."""

    def __init__(self, f: IO[bytes], lengte: int, vul: bool = False):
        self.f, self.over, self.som, self.vul, self.korter = f, lengte, hashlib.sha256(), vul, False

    def read(self, n: int) -> bytes:
        stuk = self.f.read(min(n, self.over))
        if self.vul and len(stuk) < min(n, self.over):
            self.korter = True
            stuk = stuk.ljust(min(n, self.over), b"\0")
        self.over -= len(stuk)
        self.som.update(stuk)
        return stuk


# --- making ------------------------------------------------------------------------------------------------------------


def make(bronnen: Bronnen, uit: IO[bytes], meld: Meld = lambda _: None) -> dict[str, Any]:
    """Write a backup of all sources to `uit`, which need not be seekable. Gives its table of contents.

    Raises LeerlijnError when anything can't be read: a backup that lacks something is none.
    """
    check(bronnen)
    inhoud: dict[str, Any] = {
        "soort": SOORT, "versie": VERSIE, "gemaakt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "databases": {}, "overgeslagen": [],
        "bronnen": {b.naam: {"pad": str(b.pad.absolute()), "alleen": list(b.alleen), "dingen": {}} for b in bronnen.mappen},
    }  # fmt: skip
    try:
        with tarfile.open(fileobj=uit, mode="w|gz", format=tarfile.PAX_FORMAT) as tar, tempfile.TemporaryDirectory(prefix="leerlijn-kopie-") as werk:
            for naam, adres in bronnen.databases.items():
                dump = Path(werk, "dump")
                pg.dump(adres, dump)
                inhoud["databases"][naam] = {"adres": pg.without_password(adres), **_add(tar, f"databases/{naam}.dump", dump)}
                dump.unlink()
                meld(f"database {naam}: {_omvang(inhoud['databases'][naam]['bytes'])}")
            for eerst in (True, False):
                for bron in bronnen.mappen:
                    _copy(tar, bron, [b.pad for b in bronnen.mappen], inhoud, Path(werk), eerst)
            for naam, b in inhoud["bronnen"].items():
                bestanden = [d for d in b["dingen"].values() if d["soort"] == "bestand"]
                meld(f"{naam}: {len(bestanden)} bestanden, {_omvang(sum(d['bytes'] for d in bestanden))}")
            tekst = json.dumps(inhoud, indent=1).encode()  # ASCII: in an exchange everybody names folders, not all of it UTF-8
            info = tarfile.TarInfo(INHOUD)
            info.size, info.mode = len(tekst), 0o600
            tar.addfile(info, io.BytesIO(tekst))
    except (OSError, sqlite3.Error) as e:
        raise LeerlijnError(f"De reservekopie is niet gelukt: {getattr(e, 'filename', None) or ''} {getattr(e, 'strerror', None) or e}. Er is geen reservekopie gemaakt.") from e
    return inhoud


def _copy(tar: tarfile.TarFile, bron: Bron, mappen: list[Path], inhoud: dict[str, Any], werk: Path, databases: bool) -> None:
    """Add the SQLite databases of a source, or everything else."""
    dingen = inhoud["bronnen"][bron.naam]["dingen"]

    def weg(pad: Path, reden: str) -> None:
        if not databases:  # else told twice
            inhoud["overgeslagen"].append(f"{pad} {reden} zit er niet in")

    for pad, stand in walk(bron, mappen, weg):
        naam = pad.relative_to(bron.pad).as_posix()
        if naam in dingen:
            continue
        wat = {"rechten": stat.S_IMODE(stand.st_mode), "eigenaar": _account(stand.st_uid), "groep": _group(stand.st_gid), "t": stand.st_mtime}
        if stat.S_ISDIR(stand.st_mode):
            if not databases:
                dingen[naam] = {"soort": "map", **wat}
        elif not stat.S_ISREG(stand.st_mode):
            weg(pad, "is een verwijzing of geen gewoon bestand en")  # links and sockets: nothing of ours is one
        elif bron.van_deelnemers and stand.st_size > HOL and stand.st_blocks * 512 < stand.st_size // 10:
            weg(pad, "is een groot leeg bestand en")  # a terabyte of nothing
        elif not bron.van_deelnemers and pad.suffix not in NOOIT_SQLITE and _is_sqlite(pad):
            if databases:
                foto = werk / "foto"
                snapshot(pad, foto)
                dingen[naam] = {"soort": "bestand", **wat, **_add(tar, f"bestanden/{bron.naam}/{naam}", foto)}
                foto.unlink()
        elif not databases and not (pad.name.endswith(BIJ_SQLITE) and _is_sqlite(Path(str(pad).rpartition("-")[0]))):
            try:
                fd = _open(pad)
            except FileNotFoundError:
                continue  # gone since we looked, or no file any more
            except OSError as e:
                if not bron.van_deelnemers:
                    raise
                if e.errno != errno.ELOOP:  # that: swapped for a link
                    weg(pad, in_words(e))
                continue
            gegevens, korter = _add_open(tar, f"bestanden/{bron.naam}/{naam}", fd, bron.van_deelnemers)
            dingen[naam] = {"soort": "bestand", **wat, **gegevens}
            if korter:
                weg(pad, "werd korter tijdens het kopiëren; het eind")


def _open(pad: Path) -> int:
    fd = os.open(pad, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise FileNotFoundError(errno.ENOENT, "no longer a file", str(pad))
    return fd


def _add(tar: tarfile.TarFile, naam: str, pad: Path) -> dict[str, Any]:
    return _add_open(tar, naam, _open(pad))[0]


def _add_open(tar: tarfile.TarFile, naam: str, fd: int, vul: bool = False) -> tuple[dict[str, Any], bool]:
    """Add an open file. Gives what the table of contents says of it, and whether it was shorter than it had been (see _Telt)."""
    with open(fd, "rb") as f:
        info = tarfile.TarInfo(naam)
        info.size, info.mode = os.fstat(fd).st_size, 0o600
        lezer = _Telt(f, info.size, vul)
        tar.addfile(info, lezer)  # type: ignore[arg-type]
    return {"bytes": info.size, "sha256": lezer.som.hexdigest()}, lezer.korter


def _is_sqlite(pad: Path) -> bool:
    try:
        with open(pad, "rb") as f:
            return f.read(len(SQLITE)) == SQLITE
    except FileNotFoundError:
        return False


def snapshot(pad: Path, doel: Path) -> None:
    """One consistent state of a SQLite database that is in use. Raises LeerlijnError when it is damaged."""
    with _closing(sqlite3.connect(f"file:{quote(str(pad))}?mode=ro", uri=True, timeout=60)) as van, _closing(sqlite3.connect(doel)) as naar:
        van.backup(naar)
        naar.execute("PRAGMA journal_mode=DELETE")  # one file, whatever the original had beside it
        (uitslag,) = naar.execute("PRAGMA quick_check").fetchone()
    if uitslag != "ok":
        raise LeerlijnError(f"De database {pad} is beschadigd ({uitslag}). Zet een eerdere reservekopie terug. Er is geen reservekopie gemaakt.")


class _closing:
    """A connection that is closed at the end: sqlite3's own context only commits."""

    def __init__(self, db: sqlite3.Connection):
        self.db = db

    def __enter__(self) -> sqlite3.Connection:
        return self.db

    def __exit__(self, *_: Any) -> None:
        self.db.close()


# --- looking and putting back --------------------------------------------------------------------------------------------


def verify(bestand: IO[bytes]) -> dict[str, Any]:
    """Read a whole backup and compare every checksum. Gives its table of contents. Raises LeerlijnError when anything is wrong."""
    sommen: dict[str, tuple[int, str]] = {}
    inhoud: dict[str, Any] | None = None
    try:
        bestand.seek(0)
        with tarfile.open(fileobj=bestand, mode="r|gz") as tar:
            for lid in tar:
                f = tar.extractfile(lid)
                if f is None:
                    raise LeerlijnError(f"In de reservekopie staat iets dat er niet hoort: {lid.name}. Er is niets teruggezet.")
                if lid.name == INHOUD:
                    inhoud = json.loads(f.read())
                    continue
                lezer = _Telt(f, lid.size)
                while lezer.read(1 << 20):
                    pass
                sommen[lid.name] = (lid.size, lezer.som.hexdigest())
    except (tarfile.TarError, OSError, EOFError, ValueError) as e:
        raise LeerlijnError(f"De reservekopie is beschadigd of niet heel ({e}). Neem een andere. Er is niets teruggezet.") from e
    if inhoud is None or inhoud.get("soort") != SOORT or inhoud.get("versie") != VERSIE:
        raise LeerlijnError("Dit is geen reservekopie van leerlijn, of van een andere versie. Er is niets teruggezet.")
    verwacht = {naam: (d["bytes"], d["sha256"]) for naam, d in _files(inhoud).items()}
    anders = sorted(n for n in verwacht.keys() | sommen.keys() if verwacht.get(n) != sommen.get(n))
    if anders:
        raise LeerlijnError(f"De reservekopie is beschadigd: {', '.join(anders[:5])}{' …' * (len(anders) > 5)}. Neem een andere. Er is niets teruggezet.")
    for naam in [*inhoud["databases"], *inhoud["bronnen"], *(n for b in inhoud["bronnen"].values() for n in b["dingen"])]:
        if naam.startswith("/") or ".." in PurePosixPath(naam).parts:
            raise LeerlijnError(f"In de reservekopie staat een naam die niet kan: {naam}. Er is niets teruggezet.")
    return inhoud


def _files(inhoud: dict[str, Any]) -> dict[str, Any]:
    uit = {f"databases/{n}.dump": d for n, d in inhoud["databases"].items()}
    for bron, b in inhoud["bronnen"].items():
        uit |= {f"bestanden/{bron}/{n}": d for n, d in b["dingen"].items() if d["soort"] == "bestand"}
    return uit


def restore(bestand: IO[bytes], naar: Path | None = None, databases: dict[str, str] | None = None, meld: Meld = lambda _: None) -> dict[str, Any]:
    """Put a backup back, after checking all of it: where it came from, or below the folder `naar`.

    databases: name -> address to restore to, instead of the address that it came from. With `naar`, a database without an address here
    stays a file in naar/databases/. Nothing is overwritten: what is there has to be set aside first. Gives the table of contents; raises LeerlijnError.
    """
    inhoud = verify(bestand)
    doelen = {naam: (naar / naam if naar else Path(b["pad"])) for naam, b in inhoud["bronnen"].items()}
    adressen = {**({} if naar else {n: d["adres"] for n, d in inhoud["databases"].items()}), **(databases or {})}
    if onbekend := sorted(set(adressen) - set(inhoud["databases"])):
        raise LeerlijnError(f"In de reservekopie staat geen database met de naam {', '.join(onbekend)}. Er is niets teruggezet.")
    _check_empty(inhoud, doelen)
    for adres in adressen.values():
        pg.check_empty(adres)
    try:
        for naam, b in inhoud["bronnen"].items():
            doelen[naam].mkdir(parents=True, exist_ok=True)
            for ding, d in b["dingen"].items():
                if d["soort"] == "map":
                    (doelen[naam] / ding).mkdir(parents=True, exist_ok=True, mode=0o700)
        bestand.seek(0)
        with tarfile.open(fileobj=bestand, mode="r|gz") as tar, tempfile.TemporaryDirectory(prefix="leerlijn-terug-") as werk:
            for lid in tar:
                soort, _, rest = lid.name.partition("/")
                bron, _, ding = rest.partition("/")
                if soort == "bestanden":
                    _write(tar.extractfile(lid), doelen[bron] / ding)
                elif soort == "databases" and (db := rest.removesuffix(".dump")) in adressen:
                    _write(tar.extractfile(lid), dump := Path(werk, rest))
                    pg.restore(adressen[db], dump)
                    meld(f"database {db}: teruggezet")
                elif soort == "databases" and naar:
                    _write(tar.extractfile(lid), naar / "databases" / rest)
                    meld(f"database {rest}: staat in {naar / 'databases'}, niet teruggezet")
        for naam, b in inhoud["bronnen"].items():
            for ding, d in reversed(b["dingen"].items()):  # folders after what is in them
                _rights(doelen[naam] / ding, d)
            meld(f"{naam}: {sum(d['soort'] == 'bestand' for d in b['dingen'].values())} bestanden in {doelen[naam]}")
    except OSError as e:
        raise LeerlijnError(f"Het terugzetten is halverwege gestopt: {e.filename or ''} {e.strerror or e}. Maak de mappen leeg en begin opnieuw.") from e
    return inhoud


def _check_empty(inhoud: dict[str, Any], doelen: dict[str, Path]) -> None:
    for naam, b in inhoud["bronnen"].items():
        doel = doelen[naam]
        vol = [doel / n for n in b["alleen"] if (doel / n).exists()] if b["alleen"] else ([doel] if doel.is_dir() and any(doel.iterdir()) else [])
        if vol:
            raise LeerlijnError(f"{vol[0]} is er al en is niet leeg. Zet het opzij (mv {vol[0]} {vol[0]}.oud) en begin opnieuw. Er is niets teruggezet.")


def _write(bron: IO[bytes] | None, pad: Path) -> None:
    assert bron is not None
    pad.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(pad, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
        while stuk := bron.read(1 << 20):
            f.write(stuk)
        f.flush()
        os.fsync(f.fileno())


def _rights(pad: Path, d: dict[str, Any]) -> None:
    """Owner, rights and time as they were. Accounts go by name: on another machine they have other numbers."""
    if os.geteuid() == 0:
        try:
            os.chown(pad, pwd.getpwnam(d["eigenaar"]).pw_uid, grp.getgrnam(d["groep"]).gr_gid)
        except KeyError as e:
            raise LeerlijnError(f"Dit account of deze groep is er niet: {e}. Maak de accounts eerst (docs/beheer.md), maak de mappen leeg en begin opnieuw.") from e
    pad.chmod(d["rechten"])
    os.utime(pad, (d["t"], d["t"]))


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _omvang(n: int) -> str:
    return f"{n / 1e6:.1f} MB".replace(".", ",")
