"""`leerlijn inzage` and `leerlijn wis`: one learner's data, to show and to erase."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add(sub: Any) -> None:
    i = sub.add_parser("inzage", help="maak een zip van wat er van één deelnemer is", description="Alles wat de docentkant van één deelnemer heeft, als zip met een leesbaar overzicht.")
    i.add_argument("--naar", type=Path, default=Path(), metavar="MAP", help="map waar de zip komt (gewoonlijk: deze map)")
    w = sub.add_parser("wis", help="wis alles van één deelnemer", description="Wist alles wat de docentkant van één deelnemer heeft, en zegt wat er niet gewist is.")
    w.add_argument("--ja", action="store_true", help="vraag niets; je weet wat je wist")
    for p, doe in ((i, inzage), (w, wis)):
        p.add_argument("wie", help="de naam van de deelnemer, precies zoals in formgrader")
        p.add_argument("--precies", action="store_true", help="ook als een andere naam er sterk op lijkt")
        p.add_argument("--eigen", type=Path, action="append", default=[], metavar="MAP", help="cursusmap van de deelnemer, om gedeelde oefenbestanden te herkennen")
        p.add_argument("--instelling", type=Path, metavar="BESTAND", help="alle cursussen van een hub: het bestand instelling.yaml (als beheerder)")
        p.set_defaults(doe=doe)


def _courses(args: argparse.Namespace) -> list[Any]:
    """The courses of this project or of the whole hub where there is something of the learner, and of nobody whose name is too much like it."""
    from . import bewaard, cli, persoon

    mappen = bewaard.of_institution(args.instelling) if args.instelling else [bewaard.of_project(cli.root())]
    namen = {m.cursus: persoon.names(m, args.wie) for m in mappen}
    persoon.check_name(args.wie, set().union(*namen.values()), args.precies)
    return [m for m in mappen if args.wie in namen[m.cursus]]


def inzage(args: argparse.Namespace) -> int:
    from . import inzage as zip_
    from . import persoon

    for m in _courses(args):
        print(f"Gemaakt: {zip_.write(m, persoon.find(m, args.wie, args.eigen), args.naar)}")
    print("Hierin staan persoonsgegevens. Geef het veilig aan de deelnemer en gooi het daarna weg.")
    return 0


def wis(args: argparse.Namespace) -> int:
    from . import persoon

    mappen = _courses(args)
    for m in mappen:
        print(f"Van {args.wie!r} is er in {m.cursus}:")
        for wat, n in persoon.find(m, args.wie, args.eigen).count():
            print(f"  {n:4} {wat}")
    if not args.ja:
        print("\nDit is niet terug te draaien. Typ de naam van de deelnemer en druk op Enter: ", end="", flush=True)
        if sys.stdin.readline().rstrip("\n") != args.wie:
            print("Er is niets gewist.")
            return 1
    return max(_erase(m, args) for m in mappen)


def _erase(m: Any, args: argparse.Namespace) -> int:
    from . import grade, persoon

    with grade.alone(m.grading, print):
        gewist, niet = persoon.erase(m, persoon.find(m, args.wie, args.eigen))
        over = persoon.find(m, args.wie, args.eigen).count()
    print(f"\nGewist in {m.cursus}:", *(f"  {r}" for r in gewist), "\nNiet gewist:", *(f"  {r}" for r in niet), sep="\n")
    print("\nKlaar: er is hier niets meer van deze deelnemer." if not over else "\nNog niet alles is weg: " + ", ".join(f"{n} {wat}" for wat, n in over))
    return int(bool(over))
