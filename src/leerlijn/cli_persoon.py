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
        p.set_defaults(doe=doe)


def places(root: Path, eigen: list[Path]) -> Any:
    """Where this course keeps what is of learners, on this machine or on a hub."""
    from . import beleid, intake, persoon, uitwisseling

    cursus = uitwisseling.default_root() / beleid.course(root).cursus
    inleveren = (cursus / "inbound", *(d.map for d in intake.services()))
    return persoon.Plekken(root / "grading", tuple(Path(p) for p in inleveren), (cursus / "feedback",), tuple(eigen))


def inzage(args: argparse.Namespace) -> int:
    from . import cli, persoon
    from . import inzage as zip_

    root = cli.root()
    plekken = places(root, args.eigen)
    persoon.check_name(args.wie, persoon.names(plekken), args.precies)
    pad = zip_.write(root, plekken, persoon.find(plekken, args.wie), args.naar)
    print(f"Gemaakt: {pad}\nHierin staan persoonsgegevens. Geef het bestand veilig aan de deelnemer en gooi het daarna weg.")
    return 0


def wis(args: argparse.Namespace) -> int:
    from . import cli, grade, persoon

    root = cli.root()
    plekken = places(root, args.eigen)
    with grade.alone(root / "grading", print):
        persoon.check_name(args.wie, persoon.names(plekken), args.precies)
        sporen = persoon.find(plekken, args.wie)
        print(f"Van {args.wie!r} is er:")
        for wat, n in sporen.count():
            print(f"  {n} {wat}")
        if not args.ja:
            print("\nDit is niet terug te draaien. Typ de naam van de deelnemer en druk op Enter: ", end="", flush=True)
            if sys.stdin.readline().rstrip("\n") != args.wie:
                print("Er is niets gewist.")
                return 1
        gewist, niet = persoon.erase(plekken, sporen)
    print("\nGewist:", *(f"  {r}" for r in gewist), "\nNiet gewist:", *(f"  {r}" for r in niet), sep="\n")
    over = persoon.find(plekken, args.wie).count()
    print("\nKlaar: er is hier niets meer van deze deelnemer." if not over else "\nNog niet alles is weg: " + ", ".join(f"{n} {wat}" for wat, n in over))
    return int(bool(over))
