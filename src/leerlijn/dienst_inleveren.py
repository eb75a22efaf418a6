"""Handing in and feedback in the shared service. The learner's name is set here, from the hub; only this service writes in the folder.

A hand-in is <name>+<module>+<time>+<random>/ with antwoorden.jsonl, timestamp.txt and submission_secret.txt, as in nbgrader's inbound,
but in a folder of the service's own account: see leerlijn/collect.py for the other side.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from . import feedback, handin, inlevering, intake
from .dienst_mappen import hand_in_name, learner_folder
from .errors import HandInError, LeerlijnError

TIJD = "%Y-%m-%d %H:%M:%S.%f UTC"  # nbgrader's
MAX_KEER = 100  # hand-ins of one learner for one test, whatever the policy: each is kept, and a program could go on for ever
NIET = "Inleveren kan nu niet. Je antwoorden zijn bewaard. Vraag de beheerder om hulp."


@dataclass(frozen=True)
class Post:
    """The road between the service and the teacher of one course.

    cursus: course id; cursusmap: course files; gegevens: folder of the learners' folders; inleveren: folder of hand-ins;
    uitwisseling: nbgrader's exchange, from which released tests and feedback come.
    """

    cursus: str
    cursusmap: Path
    gegevens: Path
    inleveren: Path
    uitwisseling: Path

    def eigen(self, naam: str) -> Path:
        return learner_folder(self.gegevens, self.cursus, naam)


def hand_in(post: Post, naam: str, module: str) -> dict[str, Any]:
    """Hand in one learner's test. Gives the fields of handin.Kwitantie, or {"fout": Dutch sentence}. Never raises."""
    try:
        return asdict(_hand_in(post, naam, module))
    except LeerlijnError as e:
        return {"fout": str(e)}
    except OSError as e:
        return {"fout": inlevering.in_words(e)}


def _hand_in(post: Post, naam: str, module: str) -> handin.Kwitantie:
    toetsmap, eigen = post.cursusmap / "toetsen" / module, post.eigen(naam)
    deelnemer = hand_in_name(naam)
    if deelnemer is None:
        raise HandInError("Je gebruikersnaam past niet bij de toetsen. Je antwoorden zijn bewaard. Vraag de beheerder om hulp.")
    pakket = handin.pack(toetsmap, eigen / "toetsen" / module / handin.ANTWOORDEN)
    if (pakket.course, pakket.assignment) != (post.cursus, module) or not post.inleveren.is_dir():
        raise HandInError(NIET)
    vrijgegeven = post.uitwisseling / post.cursus / "outbound" / module
    if not vrijgegeven.is_dir():
        raise HandInError(f"Je docent heeft deze toets nog niet vrijgegeven. {inlevering.VEILIG} Lever in zodra de toets is vrijgegeven.")
    keer = len(hand_ins(post, naam, module)) + 1  # counted here: a receipt in the learner's folder is no proof
    if keer > MAX_KEER:
        raise HandInError(f"Je hebt deze toets al {MAX_KEER} keer ingeleverd; vaker kan niet. Je antwoorden zijn bewaard. Vraag je docent om hulp.")
    inlevering.check_policy(inlevering.course_policy(post.cursusmap / "cursus.json", module), keer)
    inlevering.check_policy(inlevering.read_json(vrijgegeven / "cursus.json"), keer)
    tijd = datetime.now(timezone.utc).strftime(TIJD)
    bestanden = {handin.ANTWOORDEN: pakket.regels, "timestamp.txt": tijd, "submission_secret.txt": secrets.token_hex(64)}
    _write(post.inleveren / f"{deelnemer}+{module}+{tijd}+{secrets.token_urlsafe(9)}", bestanden)
    kwitantie = handin.Kwitantie(inlevering.iso(tijd), pakket.aantal, pakket.onbeantwoord, keer)
    handin.keep(handin.receipt_path(toetsmap, eigen), kwitantie)
    return kwitantie


def _write(doel: Path, bestanden: dict[str, str]) -> None:
    """All files or none: the folder gets its name when everything is on the disk."""
    half = doel.parent / f".half-{secrets.token_hex(8)}"
    try:
        half.mkdir(mode=0o750)
        for naam, tekst in bestanden.items():
            fd = os.open(half / naam, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
            with open(fd, "w", encoding="utf-8") as f:
                f.write(tekst)
                f.flush()
                os.fsync(f.fileno())
        half.chmod(0o750)  # the group may read, whatever the umask; set-gid of the folder above gives the right group
        os.rename(half, doel)
    except OSError:
        shutil.rmtree(half, ignore_errors=True)
        raise


def hand_ins(post: Post, naam: str, module: str) -> list[Path]:
    """What a learner handed in of a test, the newest first.

    Looks at the names of all hand-ins: a millisecond or two for four thousand of them, asked for one page of feedback and at a hand-in.
    """
    begin = f"{hand_in_name(naam)}+{module}+"
    try:
        return sorted((post.inleveren / n for n in os.listdir(post.inleveren) if n.startswith(begin)), key=lambda p: p.name.split("+")[2], reverse=True)
    except OSError:
        return []


def fetch_feedback(post: Post, naam: str, module: str) -> int:
    """Bring released feedback on a learner's hand-ins into their folder, as nbgrader's fetch_feedback does. Gives how many there are."""
    bron, n = post.uitwisseling / post.cursus / "feedback", 0
    for ingeleverd in hand_ins(post, naam, module):
        try:
            geheim = (ingeleverd / "submission_secret.txt").read_text("utf-8")
            # nbgrader's name for a page: only who handed in knows the secret
            pagina = bron / f"{hashlib.md5((geheim + 'toets').encode()).hexdigest()}.html"
            doel = post.eigen(naam) / "toetsen" / module / "feedback" / (ingeleverd / "timestamp.txt").read_text("utf-8").strip() / "toets.html"
        except OSError:
            continue
        # The teacher's account writes there and may be led, or lead us, elsewhere: to what this service has of another group.
        tekst, _ = intake.read_file(pagina, feedback.MAX_BYTES)
        if tekst is None:
            continue  # no feedback on this one
        n += 1
        if doel.is_file() and doel.read_bytes() == tekst:
            continue
        doel.parent.mkdir(parents=True, exist_ok=True)
        half = doel.with_name(f".toets-{secrets.token_hex(4)}")
        half.write_bytes(tekst)
        os.replace(half, doel)
    return n
