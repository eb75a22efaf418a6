"""The answer file: one JSON object a line, only ever appended to. The last line of an item wins.

Standard library only. Nothing here knows a score or a name. A line is on the disk before `append` returns.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .errors import AnswerError

VERSIE = 1
MAX_BYTES = 32_000_000  # of a learner's own file: hours of typing in open questions, each pause kept
MAX_REGEL = 100_000

FOUTEN = {
    errno.ENOSPC: "De schijf is vol. Je antwoord staat nog op deze pagina. Vraag de beheerder om ruimte en probeer het opnieuw.",
    errno.EDQUOT: "Je hebt geen ruimte meer. Je antwoord staat nog op deze pagina. Vraag de beheerder om ruimte en probeer het opnieuw.",
    errno.EFBIG: "Je antwoordbestand is vol. Je antwoord staat nog op deze pagina. Vraag je docent om hulp.",
    errno.ELOOP: "Het antwoordbestand is een verwijzing naar een ander bestand. Dat mag niet. Vraag je docent om hulp.",
}
GEEN_RECHT = "De cursusmap is alleen-lezen. Je antwoord staat nog op deze pagina. Vraag de beheerder om schrijfrechten."


@dataclass
class Gelezen:
    """laatste: item id -> its last line; regels: all good lines in order; gemeld: what was skipped and why, in Dutch."""

    laatste: dict[str, dict[str, Any]] = field(default_factory=dict)
    regels: list[dict[str, Any]] = field(default_factory=list)
    gemeld: list[str] = field(default_factory=list)


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def append(pad: Path, item: str, antwoord: Any, *, extra: dict[str, Any] | None = None, id: str | None = None) -> dict[str, Any]:
    """Keep one answer. Returns the line as kept.

    extra: more fields of ours, such as zekerheid; id: of this answer, for a message that may arrive twice.
    Raises AnswerError with a Dutch sentence when it could not be kept; the file is then as it was, but for a torn last line,
    which the next append closes.
    """
    regel = {"v": VERSIE, "id": id or uuid.uuid4().hex, "t": now(), "item": item, "antwoord": antwoord, **(extra or {})}
    try:
        tekst = json.dumps(regel, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        data = tekst.encode("utf-8", "replace") + b"\n"  # lone surrogates become question marks
    except (TypeError, ValueError, RecursionError) as e:
        raise AnswerError("Dit antwoord heeft een vorm die niet bewaard kan worden. Laad de pagina opnieuw.") from e
    if len(data) > MAX_REGEL:
        raise AnswerError("Dit antwoord is te lang om te bewaren. Maak het korter.")
    try:
        _write(Path(pad), data)
    except OSError as e:
        raise AnswerError(FOUTEN.get(e.errno, GEEN_RECHT if e.errno in (errno.EACCES, errno.EPERM, errno.EROFS) else
                          "Je antwoord kon niet worden bewaard. Het staat nog op deze pagina. Probeer het zo opnieuw.")) from e
    return regel


def _write(pad: Path, data: bytes) -> None:
    pad.parent.mkdir(parents=True, exist_ok=True)
    # O_APPEND + lock: two tabs never write through each other; O_NOFOLLOW: a link can't send an answer elsewhere.
    fd = os.open(pad, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        eind = os.lseek(fd, 0, os.SEEK_END)
        if eind + len(data) > MAX_BYTES:
            raise OSError(errno.EFBIG, "answer file at its cap")
        if eind and os.pread(fd, 1, eind - 1) != b"\n":
            data = b"\n" + data  # a line torn by a crash or a full disk stays a line of its own
        geschreven = os.write(fd, data)
        if geschreven != len(data):
            os.ftruncate(fd, eind)
            raise OSError(errno.ENOSPC, "short write")
        os.fsync(fd)
    finally:
        os.close(fd)


def read(pad: Path, bekend: set[str] | None = None, limiet: int = MAX_BYTES) -> Gelezen:
    """Read an answer file back, of any content whatever, without ever raising for it.

    bekend: item ids that exist; others are skipped and reported; limiet: bytes above which the
    whole file is refused. A missing file is an empty one.
    """
    uit = Gelezen()
    try:
        fd = os.open(pad, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return uit
    except OSError:
        uit.gemeld.append("Het antwoordbestand is niet te openen of is een verwijzing; het telt niet mee.")
        return uit
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        uit.gemeld.append("Het antwoordbestand is geen gewoon bestand; het telt niet mee.")
        return uit
    with open(fd, "rb") as f:
        data = f.read(limiet + 1)
    if len(data) > limiet:
        uit.gemeld.append(f"Het antwoordbestand is groter dan {limiet // 1_000_000} MB; het telt niet mee.")
        return uit
    stuk = onbekend = 0
    for regel in _regels([r for r in data.split(b"\n") if r.strip()]):
        if regel is None:
            stuk += 1
        elif bekend is not None and regel["item"] not in bekend:
            onbekend += 1
        else:
            uit.regels.append(regel)
            uit.laatste[regel["item"]] = regel
    if stuk:
        uit.gemeld.append(f"{stuk} regel(s) van het antwoordbestand zijn niet te lezen en overgeslagen.")
    if onbekend:
        uit.gemeld.append(f"{onbekend} antwoord(en) horen bij vragen die niet (meer) bestaan en zijn overgeslagen.")
    return uit


def _geen_getal(_: str) -> Any:
    raise ValueError("NaN and infinities are no JSON")


def _eenmaal(paren: list[tuple[str, Any]]) -> dict[str, Any]:
    uit = dict(paren)
    if len(uit) != len(paren):
        raise ValueError("a name that is there twice says two things at once")
    return uit


_LEES = json.JSONDecoder(parse_constant=_geen_getal, object_pairs_hook=_eenmaal)  # one for all lines: making one costs more than a line


def _regels(rij: list[bytes]) -> list[dict[str, Any] | None]:
    """The lines as objects, None for each that is no good. A file without bad lines is read in one go, which is four times faster."""
    if not any(len(r) > MAX_REGEL or b"\0" in r or b"\\u" in r for r in rij):
        try:
            heel = _LEES.decode((b"[" + b",".join(rij) + b"]").decode("utf-8"))
            if len(heel) == len(rij):
                return [r if _goed(r) else None for r in heel]
        except (ValueError, RecursionError):
            pass
    return [_regel(r) for r in rij]


def _goed(regel: Any) -> bool:
    return isinstance(regel, dict) and isinstance(regel.get("item"), str) and "antwoord" in regel and regel.get("v") == VERSIE


def _regel(raw: bytes) -> dict[str, Any] | None:
    if len(raw) > MAX_REGEL or b"\0" in raw:
        return None
    try:
        regel = _LEES.decode(raw.decode("utf-8"))
        if b"\\u" in raw:  # what we could not write again, such as a lone surrogate, we do not take in
            json.dumps(regel, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return regel if _goed(regel) else None
