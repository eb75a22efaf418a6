"""`leerlijn grade`: the words and the progress bar around grade.py."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import Any

from .errors import LeerlijnError

MAX_REGELS = 20  # of a kind on the screen; all are in the log


def add(sub: Any) -> None:
    p = sub.add_parser("grade", help="haal toetsen op en kijk ze na", description="Haal ingeleverde toetsen op, kijk ze na en zet de punten in het cijferboek.")
    p.add_argument("modules", nargs="*", metavar="module", help="bijvoorbeeld: herkennen")
    p.add_argument("--all", action="store_true", help="alle toetsen die zijn vrijgegeven")
    p.add_argument("--zonder-ophalen", action="store_true", help="kijk alleen na wat al is opgehaald")
    p.add_argument("--opnieuw", action="store_true", help="kijk ook na wat niet is veranderd; wat je zelf beoordeelde, komt weer op de lijst")
    p.set_defaults(doe=grade)


def grade(args: argparse.Namespace) -> int:
    from . import cli, grade as nakijken

    root = cli.root()
    if bool(args.modules) == args.all:
        raise LeerlijnError("Noem een of meer modules, of kies --all. Bijvoorbeeld: leerlijn grade herkennen")
    modules = nakijken.released(root) if args.all else list(dict.fromkeys(args.modules))
    if not modules:
        raise LeerlijnError("Er is nog geen toets vrijgegeven. Doe in de map grading: nbgrader generate_assignment <module>, en release_assignment.")
    try:
        verslagen = nakijken.run(root, modules, ophalen=not args.zonder_ophalen, opnieuw=args.opnieuw, meld=_zeg, voortgang=_voortgang)
    except KeyboardInterrupt:
        _zeg("\nGestopt. Er is niets half gedaan. Voer dezelfde opdracht opnieuw uit om verder te gaan.")
        return 130
    regels = [r for v in verslagen for r in _regels(v)]
    pad = nakijken.log(root / "grading", [r.strip() for r in regels])
    for v in verslagen:
        print("\n".join(_regels(v, MAX_REGELS)))
    print(f"Alles staat in het cijferboek. Verslag: {pad}")
    return int(any(v.mislukt for v in verslagen))


def _zeg(tekst: str) -> None:
    print(tekst, file=sys.stderr, flush=True)


def _voortgang(dingen: Iterable[Any], titel: str, totaal: int) -> Iterable[Any]:
    """A bar for a person at a screen, a plain line for a log."""
    if not sys.stderr.isatty():
        _zeg(f"{titel} ({totaal})")
        return dingen
    from tqdm import tqdm

    return tqdm(dingen, desc=titel, total=totaal, unit=" toets", file=sys.stderr, leave=False)


def _regels(v: Any, hoogstens: int | None = None) -> list[str]:
    delen = [f"{v.nagekeken} nagekeken", f"{v.ongewijzigd} ongewijzigd", f"{v.opgehaald} nieuw opgehaald"]
    delen += [f"{v.onderweg} nog niet helemaal binnen"] * bool(v.onderweg)
    delen += [f"{v.eerder_geweigerd} eerder geweigerd"] * bool(v.eerder_geweigerd)
    delen += [f"{v.wacht} open antwoorden wachten op jou"] * bool(v.wacht)
    uit = [f"{v.module}: {', '.join(delen)}."]
    for kop, rij in (("geweigerd", v.geweigerd), ("let op", v.let_op), ("MISLUKT", v.mislukt)):
        uit += [f"  {kop}: {zin}" for zin in rij[:hoogstens]]
        if hoogstens is not None and len(rij) > hoogstens:
            uit.append(f"  {kop}: en nog {len(rij) - hoogstens}; zie het verslag")
    return uit
