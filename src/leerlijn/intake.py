"""Reading what learners hand in as if every submission were hostile. Standard library only; used by every way of collecting.

The exchange stays writable to learners, so nothing is trusted twice: a folder is opened once without following links, its owner is
asked of the open folder, and only regular files with a known name, the same owner and a bounded size are read, into a copy of ours.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pwd
import re
import shutil
import stat
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from . import termijn

ANTWOORDEN, TIJD, GEHEIM = "antwoorden.jsonl", "timestamp.txt", "submission_secret.txt"
MAX_BYTES = {ANTWOORDEN: 1_000_000, GEHEIM: 1_000}  # what is taken over; the time comes from the name of the folder
BEKEND = {*MAX_BYTES, TIJD, "toets.ipynb", "publiek.json", "cursus.json"}  # what `leerlijn` hands in; the rest of these is ours already
MAX_NAAM = 128  # nbgrader's column for a student id
MAX_GENOEMD = 20  # strange files named in one record
MAX_AKTES = 500  # records of a refusal for one test in one run: a flood must not fill the teacher's disk
GEDEELD = re.compile(r"\.gedeeld-[0-9a-f]{32}\.(json|half)")  # what a learner shares of practice, beside the hand-ins: see gedeeld.py
_VERBODEN = set("/\\*?[]{}<>\"`\0,;%#")  # nbgrader uses a student id as folder, pattern and address, in pages, and unquoted in its CSV
_SPELING = timedelta(minutes=10)  # clocks differ


@dataclass(frozen=True, slots=True)
class Inlevering:
    """One hand-in in the exchange. tijd: naive UTC from its name; tijdtekst: the same as it was written; aangekomen: the folder's own clock;
    van: account of the trusted service that handed in, "" when the learner did."""

    pad: Path
    student: str
    module: str
    tijd: datetime
    tijdtekst: str
    aangekomen: datetime
    van: str = ""


@dataclass(frozen=True, slots=True)
class Weigering:
    """What was not taken over and why, in words for the teacher. student and module are "" when the name does not say."""

    naam: str
    student: str
    module: str
    tijd: str
    reden: str
    bestanden: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        wie = leesbaar(self.student) or leesbaar(self.naam)
        return f"{wie}: {self.reden}" + (f" ({', '.join(self.bestanden)})" if self.bestanden else "")


@dataclass(frozen=True, slots=True)
class Dienst:
    """A service that hands in for learners who have no account here. account: its own; map: the folder that only it writes in."""

    account: str
    map: Path


def services() -> list[Dienst]:
    """Services that are trusted to set a learner's name: LEERLIJN_DIENSTEN, as `account:/folder`, more of them with `;` between."""
    rij = [r.strip().partition(":") for r in os.environ.get("LEERLIJN_DIENSTEN", "").split(";") if r.strip()]
    return [Dienst(account, Path(map_)) for account, _, map_ in rij if account and map_]


def untrusted(dienst: Dienst) -> str:
    """Why the folder of a service can't be taken for its own, in Dutch; "" when it can."""
    info = dienst.map.lstat()  # a link could be made to point elsewhere
    if not stat.S_ISDIR(info.st_mode) or owner(info.st_uid) != dienst.account or info.st_mode & 0o022:
        return f"de map is niet alleen van {dienst.account}: zie `LEERLIJN_DIENSTEN` in docs/beheer.md"
    return ""


def same_account() -> bool:
    """Whether learners share one account, as in containers: the owner of a folder then says nothing (LEERLIJN_ZELFDE_ACCOUNT=1)."""
    return os.environ.get("LEERLIJN_ZELFDE_ACCOUNT") == "1"


def leesbaar(naam: str, lengte: int = 80) -> str:
    """A name of any content as one line that does nothing to a terminal or a page."""
    schoon = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in naam)
    return schoon if len(schoon) <= lengte else schoon[:lengte] + "…"


def student_ok(naam: str) -> bool:
    """May this be a student id: a folder name, a key in the gradebook, a cell in a spreadsheet?"""
    return (
        0 < len(naam) <= MAX_NAAM and naam.isprintable() and naam == naam.strip() and naam[0] not in ".-=+@~" and not (_VERBODEN & set(naam))
        and unicodedata.is_normalized("NFC", naam)  # else one name could be two folders that look the same
    )  # fmt: skip


def lookalikes(namen: Iterable[str]) -> dict[str, str]:
    """Names that a teacher could take for another: name -> a sentence. Capitals, other forms of a letter, letters of another alphabet."""
    namen = sorted(set(namen))
    groepen: dict[str, list[str]] = {}
    for naam in namen:
        groepen.setdefault(unicodedata.normalize("NFKC", naam).casefold(), []).append(naam)
    uit = {n: f"De naam {n} lijkt op {', '.join(x for x in rij if x != n)}." for rij in groepen.values() if len(rij) > 1 for n in rij}
    for naam in namen:
        schriften = {unicodedata.name(c, "?").split()[0] for c in naam if c.isalpha()} & {"LATIN", "CYRILLIC", "GREEK"}
        if len(schriften) > 1:
            uit[naam] = f"De naam {naam} heeft letters uit verschillende alfabetten en kan op een andere naam lijken."
    return uit


def parse_time(tekst: str) -> datetime | None:
    """The time that nbgrader writes, `2030-01-31 10:00:00.000000 UTC`, as naive UTC; None for anything else."""
    dag, _, rest = tekst.strip().partition(" ")
    uur, _, zone = rest.partition(" ")
    if zone not in ("", "UTC") or not (len(dag) == 10 and uur.isascii() and dag.isascii()):
        return None
    try:
        tijd = datetime.fromisoformat(f"{dag} {uur}")
    except ValueError:
        return None
    return tijd if tijd.tzinfo is None and 2000 <= tijd.year < 2200 else None


def read_file(pad: str | Path, limiet: int, *, dir_fd: int | None = None, uid: int | None = None) -> tuple[bytes | None, str]:
    """Bytes of a regular file of at most `limiet` bytes that belongs to account `uid` (None: any).

    Gives (bytes, "") or (None, reason in Dutch). Opens no pipe, follows no link and never reads more than the limit.
    """
    try:
        fd = os.open(pad, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=dir_fd)
    except OSError as e:
        return None, {errno.ENOENT: "ontbreekt", errno.ELOOP: "is een verwijzing"}.get(e.errno, "is niet te openen")
    info = os.fstat(fd)
    if not stat.S_ISREG(info.st_mode):
        os.close(fd)
        return None, "is geen gewoon bestand"
    with open(fd, "rb") as f:
        if uid is not None and info.st_uid != uid:
            return None, "is van een ander account"
        if uid is not None and info.st_nlink > 1:  # where all have one account it could be a file of the teacher
            return None, "is ook onder een andere naam te vinden"
        if info.st_size > limiet or len(data := f.read(limiet + 1)) > limiet:
            return None, f"is groter dan {limiet // 1000} kB"
    return data, ""


def read_own(map_: Path, naam: str, limiet: int) -> bytes | None:
    """A file in a learner's folder that belongs to who made the folder, and is nowhere else under another name; None when it is not such a one."""
    try:
        fd = _open_map(map_)
    except OSError:
        return None
    try:
        return read_file(naam, limiet, dir_fd=fd, uid=os.fstat(fd).st_uid)[0]
    finally:
        os.close(fd)


def owner(uid: int) -> str | None:
    """Name of an account, None when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _van(uid: int) -> str:
    return owner(uid) or f"een onbekend account ({uid})"


def scan(
    inbound: Path, modules: Iterable[str], *, alle: Iterable[str] | None = None, zelfde_account: bool = False, diensten: Iterable[Dienst] | None = None
) -> tuple[list[Inlevering], list[Weigering], int]:
    """Look at all hand-ins for `modules`. Gives those that may be taken over, those that are refused, and how many are still coming in.

    alle: all tests of the course; a name for a test outside these is refused too; diensten: trusted services (default `services()`).
    What a service handed in counts only in its own folder: in `inbound` everyone can make a folder with any name.
    Raises OSError when a folder can't be listed.
    """
    goed, fout, onderweg = _scan(inbound, modules, alle, zelfde_account, None)
    for dienst in services() if diensten is None else diensten:
        if not dienst.map.is_dir():
            continue  # nobody handed in that way yet
        if reden := untrusted(dienst):
            fout.append(Weigering(str(dienst.map), "", "", "", reden))
            continue
        for geheel, deel in zip((goed, fout), erbij := _scan(dienst.map, modules, alle, False, dienst.account), strict=False):
            geheel.extend(deel)  # type: ignore[arg-type]
        onderweg += erbij[2]
    return goed, fout, onderweg


def _scan(inbound: Path, modules: Iterable[str], alle: Iterable[str] | None, zelfde_account: bool, dienst: str | None) -> tuple[list[Inlevering], list[Weigering], int]:
    modules = set(modules)
    alle = modules if alle is None else set(alle)
    goed: list[Inlevering] = []
    fout: list[Weigering] = []
    onderweg = 0
    with os.scandir(inbound) as mappen:
        for map_ in mappen:
            if dienst and map_.name.startswith(".") or GEDEELD.fullmatch(map_.name):
                continue  # being written, or no hand-in
            delen = map_.name.rsplit("+", 3)  # as nbgrader reads it: a student id may hold a +
            student, module, tekst = delen[:3] if len(delen) >= 3 else ("", "", "")
            if module in alle and module not in modules:
                continue
            tijd, info, klaar = parse_time(tekst), None, False
            reden = _naam_fout(student, module, tijd, alle)
            if not reden:
                info, klaar, reden = _look(map_.path, student, dienst or student, zelfde_account)
            if reden:
                fout.append(Weigering(map_.name, student, module, tekst, reden))
            elif not klaar:
                onderweg += 1
            else:
                aangekomen = datetime.fromtimestamp(info.st_ctime, timezone.utc).replace(tzinfo=None)  # type: ignore[union-attr]
                goed.append(Inlevering(Path(map_.path), student, module, tijd, tekst, aangekomen, dienst or ""))  # type: ignore[arg-type]
    return goed, fout, onderweg


def _naam_fout(student: str, module: str, tijd: datetime | None, alle: set[str]) -> str:
    if not student:
        return "de naam van deze inlevering is niet te lezen"
    if module not in alle:
        return "dit hoort bij geen toets van deze cursus"
    if not student_ok(student):
        return "dit kan geen naam van een deelnemer zijn"
    return "" if tijd else "de inlevertijd in de naam klopt niet"


def _open_map(pad: str | Path) -> int:
    return os.open(pad, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _look(pad: str, student: str, eigenaar: str, zelfde_account: bool) -> tuple[os.stat_result | None, bool, str]:
    """State of a folder, whether it is all there, and why it is refused."""
    try:
        fd = _open_map(pad)
    except OSError as e:
        return None, False, "is geen gewone map" if e.errno in (errno.ENOTDIR, errno.ELOOP) else "de map is niet te openen"
    try:
        info = os.fstat(fd)
        if not zelfde_account and owner(info.st_uid) != eigenaar:
            return info, False, f"staat op naam van {leesbaar(student)} maar is van {_van(info.st_uid)}"
        try:
            os.stat(GEHEIM, dir_fd=fd, follow_symlinks=False)  # the last file that a hand-in writes
        except OSError:
            return info, False, ""
        return info, True, ""
    finally:
        os.close(fd)


def choose(
    inleveringen: Iterable[Inlevering],
    *,
    pogingen: int = 0,
    tot: datetime | None = None,
    te_laat_weigeren: bool = False,
    uitstel: Mapping[str, timedelta] | None = None,
) -> tuple[dict[str, Inlevering], list[Weigering]]:
    """The hand-in that counts for each learner of one test: the last that the policy allows. Gives those, and what the policy refuses.

    pogingen: how many count, 0 for any; tot: deadline as naive UTC; uitstel: extra time of a learner. The learner's own
    page refuses these already; here it is enforced against who goes around it.
    """
    groepen: dict[str, list[Inlevering]] = {}
    for i in inleveringen:
        groepen.setdefault(i.student, []).append(i)
    gekozen: dict[str, Inlevering] = {}
    fout: list[Weigering] = []
    for student, rij in sorted(groepen.items()):
        keer = 0
        for i in sorted(rij, key=lambda i: (i.tijd, i.pad.name)):
            eind = tot + (uitstel or {}).get(student, timedelta()) if tot else None
            if te_laat_weigeren and termijn.late(i.tijd, eind):
                fout.append(_refuse(i, f"ingeleverd op {i.tijd:%d-%m-%Y %H:%M} UTC, na het eind van de inlevertijd"))
                continue
            keer += 1
            if pogingen and keer > pogingen:
                fout.append(_refuse(i, f"poging {keer}; er tellen er hoogstens {pogingen}"))
                continue
            gekozen[student] = i
    return gekozen, fout


def clock_notes(i: Inlevering, tot: datetime | None) -> list[str]:
    """What is odd about the time of a hand-in. The time is in a name that the learner makes, so the teacher should know."""
    nu = datetime.now(timezone.utc).replace(tzinfo=None)
    if i.tijd > nu + _SPELING:
        return [f"De inlevertijd {i.tijd:%d-%m-%Y %H:%M} UTC ligt in de toekomst."]
    if termijn.late(i.aangekomen - _SPELING, tot) and not termijn.late(i.tijd, tot):
        return [f"De naam zegt {i.tijd:%d-%m-%Y %H:%M} UTC, op tijd. De map is van {i.aangekomen:%d-%m-%Y %H:%M} UTC, te laat."]
    return []


def _refuse(i: Inlevering, reden: str, bestanden: Iterable[str] = ()) -> Weigering:
    return Weigering(i.pad.name, i.student, i.module, i.tijdtekst, reden, list(bestanden))


def stage(i: Inlevering, doel: Path, notebooks: Mapping[str, bytes], werk: Path, *, zelfde_account: bool = False) -> list[Weigering]:
    """Make our own copy of a hand-in in `doel` (submitted/<student>/<module>), in place of an older one.

    notebooks: name -> bytes of the released notebooks, which take the place of the learner's; werk: folder on the same disk to build
    in. Gives what was refused: the folder as a whole (then `doel` is as it was) or files in it.
    """
    try:
        fd = _open_map(i.pad)
    except OSError:
        return [_refuse(i, "de map was er niet meer of is vervangen")]
    try:
        uid = os.fstat(fd).st_uid
        if not zelfde_account and owner(uid) != (i.van or i.student):  # asked again of what is open now
            return [_refuse(i, f"staat op naam van {i.student} maar is van {_van(uid)}")]
        inhoud = {naam: read_file(naam, limiet, dir_fd=fd, uid=uid) for naam, limiet in MAX_BYTES.items()}
        vreemd, meer = _strange(fd)
    finally:
        os.close(fd)
    bestanden = {naam: data for naam, (data, _) in inhoud.items() if data is not None}
    replace_folder(doel, {**notebooks, **bestanden, TIJD: i.tijdtekst.encode()}, werk)
    fout = [_refuse(i, f"{naam} {reden} en is niet overgenomen") for naam, (data, reden) in inhoud.items() if data is None]
    if vreemd:
        fout.append(_refuse(i, f"{meer} bestand(en) die er niet horen, niet overgenomen", vreemd))
    return fout


def _strange(fd: int) -> tuple[list[str], int]:
    genoemd, aantal = [], 0
    with os.scandir(fd) as rij:
        for b in rij:
            if b.name not in BEKEND:
                aantal += 1
                if len(genoemd) < MAX_GENOEMD:
                    genoemd.append(leesbaar(b.name, 40))
            if aantal > 10_000:  # no end to it: named enough
                break
    return sorted(genoemd), aantal


def replace_folder(doel: Path, bestanden: Mapping[str, bytes], werk: Path, mode: int = 0o644) -> None:
    """Put a folder with these files in place of `doel`, whole or not at all. werk: a folder on the same disk."""
    werk.mkdir(parents=True, exist_ok=True, mode=0o700)
    nieuw, oud = werk / f"nieuw-{os.getpid()}", werk / f"oud-{os.getpid()}"
    shutil.rmtree(nieuw, ignore_errors=True)
    shutil.rmtree(oud, ignore_errors=True)
    write_folder(nieuw, bestanden, mode)
    swap(nieuw, doel, oud)
    shutil.rmtree(oud, ignore_errors=True)


def write_folder(map_: Path, bestanden: Mapping[str, bytes], mode: int = 0o444) -> None:
    """A new folder, closed to others, with these files."""
    map_.mkdir(mode=0o700)
    for naam, data in bestanden.items():
        fd = os.open(map_ / naam, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            while data:
                data = data[os.write(fd, data) :]
        finally:
            os.close(fd)


def swap(nieuw: Path, doel: Path, oud: Path) -> None:
    """Rename `nieuw` to `doel`, and what was there to `oud`, which must not exist yet."""
    try:
        os.rename(doel, oud)
    except FileNotFoundError:
        doel.parent.mkdir(parents=True, exist_ok=True)
    os.rename(nieuw, doel)


def set_aside(map_: Path, weigering: Weigering) -> bool:
    """Keep a record of a refusal, never a copy of what was refused. Gives whether it is new: the same hand-in is told once."""
    gegevens: dict[str, Any] = {k: leesbaar(v, 300) if isinstance(v, str) else v for k, v in asdict(weigering).items()}
    merk = hashlib.sha256(f"{weigering.naam}\0{weigering.reden}".encode("utf-8", "surrogateescape")).hexdigest()[:12]
    wie = "".join(c for c in weigering.student if c.isalnum() or c in "-_.")[:40].lstrip(".") or "onbekend"
    tijd = parse_time(weigering.tijd)
    pad = map_ / f"{tijd:%Y%m%d-%H%M%S}-{wie}-{merk}.json" if tijd else map_ / f"zonder-tijd-{wie}-{merk}.json"
    map_.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with open(pad, "x", encoding="utf-8") as f:
            json.dump({**gegevens, "gezien": datetime.now(timezone.utc).isoformat(timespec="seconds")}, f, ensure_ascii=False, indent=1)
    except FileExistsError:
        return False
    return True
