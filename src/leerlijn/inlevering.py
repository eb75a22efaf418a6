"""Rules and words around handing in: may it, can it, and what to say when it fails. Standard library only."""

from __future__ import annotations

import errno
import json
import os
import shutil
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

from . import termijn
from .errors import HandInError

STANDAARD = "~/leerlijn/uitwisseling"
VEILIG = "Je antwoorden staan veilig in je eigen map."
VOL = f"De schijf van de uitwisselmap is vol. {VEILIG} Vraag de beheerder om ruimte en lever daarna opnieuw in."


def default_root() -> Path:
    """The exchange folder of this machine when no nbgrader configuration names another."""
    return Path(os.environ.get("LEERLIJN_UITWISSELING") or STANDAARD).expanduser()


def read_json(pad: Path) -> dict[str, Any]:
    """A small JSON file of ours; an absent or broken one is empty."""
    try:
        uit = json.loads(pad.read_bytes()[:1_000_000])
    except (OSError, ValueError, RecursionError):
        return {}
    return uit if isinstance(uit, dict) else {}


def check_road(root: Path, inbound: Path, vrijgegeven: Path) -> None:
    """Is there an exchange, is this test released, can we write? Raises HandInError with the cause and what to do."""
    if not root.is_dir():
        raise HandInError(f"Er is nog geen uitwisselmap, dus inleveren kan nog niet. {VEILIG} Vraag je docent om de cursus klaar te zetten.")
    if not os.access(root, os.W_OK | os.X_OK):
        raise HandInError(f"Je mag niet schrijven in de uitwisselmap. {VEILIG} Vraag de beheerder om rechten.")
    if not vrijgegeven.is_dir():
        raise HandInError(f"Je docent heeft deze toets nog niet vrijgegeven. {VEILIG} Lever in zodra de toets is vrijgegeven.")
    if not os.access(vrijgegeven, os.R_OK | os.X_OK) or not os.access(inbound, os.W_OK | os.X_OK):
        raise HandInError(f"De uitwisselmap laat je niet toe. {VEILIG} Vraag de beheerder om rechten voor de cursus.")


def check_place(root: Path, inbound: Path) -> None:
    """Is there a folder in which a learner may put what they share? Raises HandInError with the cause and what to do."""
    dicht = os.path.isdir(root) and not os.access(root, os.X_OK)  # of Path, is_dir raises where we may not look
    if not dicht and not os.path.isdir(inbound):
        raise HandInError("Delen kan nog niet: je docent heeft nog geen toets vrijgegeven. Probeer het daarna opnieuw. Er is niets gedeeld.")
    if dicht or not os.access(inbound, os.W_OK | os.X_OK):
        raise HandInError("Delen lukt niet: je mag niet schrijven in de uitwisselmap. Vraag de beheerder om rechten. Er is niets gedeeld.")


def check_policy(beleid: dict[str, Any], keer: int, nu: datetime | None = None) -> None:
    """May this be handed in now? beleid: the released cursus.json, which may hold inleveren_tot (date), te_laat and pogingen;
    keer: the how-manieth time this is, from 1. Raises HandInError."""
    pogingen = beleid.get("pogingen") or 0
    if isinstance(pogingen, int) and 0 < pogingen < keer:
        raise HandInError(f"Je hebt deze toets al {keer - 1} keer ingeleverd; vaker mag niet. Vraag je docent als er iets mis ging.")
    if not beleid.get("inleveren_tot") or beleid.get("te_laat", "toestaan") != "weigeren":
        return
    tot = date.fromisoformat(str(beleid["inleveren_tot"]))
    vandaag = termijn.day(nu or datetime.now(timezone.utc))
    if vandaag > tot:
        raise HandInError(f"Inleveren kon tot en met {tot.day}-{tot.month}-{tot.year}. {VEILIG} Overleg met je docent.")


def course_policy(pad: Path, module: str) -> dict[str, Any]:
    """The teacher's policy for a module as the learner edition (its cursus.json) carries it, in the shape check_policy takes."""
    beleid = read_json(pad).get("beleid")
    if not isinstance(beleid, dict):
        return {}
    data = beleid.get("inleveren_tot")
    return {**beleid, "inleveren_tot": data.get(module) if isinstance(data, dict) else None}


def answered(antwoord: Any) -> bool:
    """The same line as score.score draws: empty is not answered."""
    return bool(antwoord.strip()) if isinstance(antwoord, str) else antwoord not in (None, [], {})


def iso(tijdstip: str) -> str:
    """nbgrader's timestamp as ISO 8601 in UTC; it is configured, so it may also carry another zone or format."""
    try:
        dag, uur, zone = tijdstip.split(" ")
        if zone != "UTC":
            raise ValueError(zone)
        return datetime.fromisoformat(f"{dag}T{uur}+00:00").isoformat(timespec="seconds")
    except ValueError:
        return datetime.now(timezone.utc).isoformat(timespec="seconds")


def remove_half(exchange: Any) -> None:
    """Take away what a failed hand-in left in the exchange, so that no teacher collects half of it."""
    naam = getattr(exchange, "assignment_filename", "")
    if naam:
        shutil.rmtree(Path(exchange.inbound_path, naam), ignore_errors=True)
        shutil.rmtree(Path(exchange.cache_path, naam.rsplit("+", 1)[0]), ignore_errors=True)


def in_words(fout: Exception) -> str:
    """Any failure of a hand-in as a Dutch sentence without a path."""
    nummer, tekst = getattr(fout, "errno", None), str(fout)
    if nummer in (errno.ENOSPC, errno.EDQUOT) or "No space left" in tekst or "quota" in tekst.lower():
        return VOL
    if nummer in (errno.EACCES, errno.EPERM, errno.EROFS) or "Permission denied" in tekst or "Read-only" in tekst:
        return f"Je mag niet schrijven in de uitwisselmap. {VEILIG} Vraag de beheerder om rechten."
    return f"Inleveren lukte niet. {VEILIG} Probeer het zo opnieuw. Lukt het dan niet, vraag dan je docent."
