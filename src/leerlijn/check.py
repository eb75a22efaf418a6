"""All rules for the content in one go. A rule's code never changes; codes that begin with `let-op-` are warnings.

Each group of rules is a module of its own, `check_<group>.py`, with a function `check` that yields what it finds.
"""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path

from . import check_afsluiting, check_beeld, check_casus, check_dekking, check_items, check_notebook, check_panel, check_taal, check_tekst, check_toets, check_verwijzing
from .content import Inhoud, read
from .errors import Probleem

LET_OP = "let-op-"


def check(inhoud: Inhoud, vandaag: date | None = None) -> list[Probleem]:
    """Everything that is wrong with content that could be read, sorted by file and line.

    vandaag: the day on which facts are due for a check; default today. Never raises for bad content.
    """
    teksten = check_tekst.stukken(inhoud)
    gevonden = [
        *check_items.check(inhoud),
        *check_panel.check(inhoud),
        *check_casus.check(inhoud),
        *check_verwijzing.check(inhoud, teksten, vandaag or date.today()),
        *check_notebook.check(inhoud),
        *check_notebook.formules(teksten),
        *check_beeld.check(inhoud),
        *check_toets.check(inhoud, teksten),
        *check_dekking.check(inhoud, teksten),
        *check_afsluiting.check(inhoud),
        *check_taal.check(inhoud, teksten),
    ]
    return sorted(set(gevonden))


def run(root: Path, vandaag: date | None = None) -> list[Probleem]:
    """Read the project under `root` and check it: what could not be read and what breaks a rule, in one sorted list."""
    return read_and_check(root, vandaag)[1]


def read_and_check(root: Path, vandaag: date | None = None) -> tuple[Inhoud, list[Probleem]]:
    """Like `run`, with the content that was read, for who wants to print its matrix as well."""
    # Hundreds of thousands of small objects and none to throw away: the collector would only walk over them, half of the time to read.
    aan = gc.isenabled()
    gc.disable()
    try:
        inhoud, onleesbaar = read(root)
        return inhoud, sorted({*onleesbaar, *check(inhoud, vandaag)})
    finally:
        if aan:
            gc.enable()


def fouten(gevonden: list[Probleem]) -> list[Probleem]:
    """Only what must be mended; warnings left out."""
    return [p for p in gevonden if not p.code.startswith(LET_OP)]


def matrix(inhoud: Inhoud) -> str:
    """Outcomes, cores, recommendations and the source page against theory, practice, test and cases, as tables of plain text."""
    return check_dekking.matrix(inhoud, check_tekst.stukken(inhoud))


def telling(inhoud: Inhoud) -> str:
    """The matrix in one line."""
    return check_dekking.telling(inhoud, check_tekst.stukken(inhoud))
