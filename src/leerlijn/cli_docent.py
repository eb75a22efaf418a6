"""`leerlijn beoordeel`, `leerlijn tweede-lezer`, `leerlijn export`: what a teacher does beside formgrader."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .errors import LeerlijnError


def add(sub: Any) -> None:
    b = sub.add_parser("beoordeel", help="beoordeel open vragen met de rubriek", description="Opent de docentkant bij de open vragen: punten per criterium, alle deelnemers na elkaar.")
    b.add_argument("--port", type=int, default=8867)
    b.add_argument("--niet-openen", action="store_true", help="open geen browser")
    b.set_defaults(doe=beoordeel)
    t = sub.add_parser("tweede-lezer", help="laat zien waar twee lezers verschillen", description="Waar eerste en tweede lezer verschillen, en hoe eens ze het zijn.")
    t.add_argument("modules", nargs="*", metavar="module", help="bijvoorbeeld: herkennen; niets = alle toetsen")
    t.set_defaults(doe=tweede_lezer)
    e = sub.add_parser("export", help="schrijf punten voor een spreadsheet of een LMS", description="Punten per toets en per leerdoel als CSV en XLSX, met codes in plaats van namen.")
    e.add_argument("modules", nargs="*", metavar="module", help="bijvoorbeeld: herkennen; niets = alle nagekeken toetsen")
    e.add_argument("--naar", type=Path, default=Path("export"), metavar="MAP", help="map voor de bestanden (gewoonlijk: export)")
    e.add_argument("--lms", choices=("moodle", "brightspace", "canvas"), help="ook een bestand voor het cijferboek van je LMS; daarin staan de inlognamen")
    e.set_defaults(doe=export)


def beoordeel(args: argparse.Namespace) -> int:
    from . import build as bouwen
    from . import cli, docent

    bouwen.build(cli.root(), meld=print)
    return docent.main(cli.root() / "grading", port=args.port, open_browser=not args.niet_openen, pagina="/leerlijn/beoordeel")


def tweede_lezer(args: argparse.Namespace) -> int:
    from . import beleid, cli, grade, rubriek, rubriek_lezers
    from .beoordeel import opened

    root = cli.root()
    deel = rubriek_lezers.share(beleid.load(root / "grading" / "beleid.yaml"))
    if not deel:
        raise LeerlijnError("Er is geen tweede lezer ingesteld. Zet tweede_lezer in grading/beleid.yaml op een deel, zoals 0.2, of op alle.")
    for module in args.modules or grade.released(root):
        with opened(root / "grading", module) as boek:
            for item in boek.items.values():
                werken = rubriek.works(boek.db, boek.toets, item["id"])
                nummer = {w.nummer: n for n, w in enumerate(werken, 1)}
                print("\n".join(words(module, item, rubriek_lezers.compare(werken, item, module, deel), nummer)))
    return 0


def words(module: str, item: dict[str, Any], v: Any, nummer: dict[str, int]) -> list[str]:
    """A comparison in lines. nummer: id of a hand-in -> its number on the page, so that no name is needed."""
    from .report_tekst import getal, marge
    from .rubriek_lezers import agree_words

    uit = [f"{module}, vraag {item['nummer']}: {v.gekozen} voor de tweede lezer, {len(v.samen)} door beiden gelezen, {len(v.verschillen)} met een verschil."]
    for w in v.verschillen:
        een, twee = w.oordelen["eerste"], w.oordelen["tweede"]
        waar = ", ".join(f"{r['id']} {getal(een.criteria[r['id']], 1)}/{getal(twee.criteria[r['id']], 1)}" for r in item["rubriek"] if een.criteria[r["id"]] != twee.criteria[r["id"]])
        besluit = w.oordelen.get("besluit")
        uit.append(f"  inzending {nummer[w.nummer]}: {waar}; " + (f"besloten: {getal(besluit.totaal, 1)} punten" if besluit else "nog te bespreken"))
    if v.verschil:
        uit.append(f"  eerste min tweede lezer, gemiddeld: {marge(v.verschil)} punten")
    elif v.samen:
        uit.append("  Een gemiddeld verschil laten we zien vanaf 10 antwoorden, kappa vanaf 30.")
    uit += [f"  kappa {naam}: {marge(k)} ({agree_words(k['waarde'])})" for naam, k in v.kappa.items()]
    return uit


def export(args: argparse.Namespace) -> int:
    from . import cli, report_data
    from . import export as schrijven

    root = cli.root()
    modules = args.modules or report_data.modules(root)
    if not modules:
        raise LeerlijnError("Er is nog geen toets nagekeken. Doe eerst: leerlijn grade <module>")
    for pad in schrijven.write(root, modules, args.naar, args.lms):
        print(pad)
    if args.lms:
        print(f"Let op: in {args.lms}.csv staan inlognamen. Gooi het weg als je het hebt ingelezen. Zonder punten bleef wie nog op je oordeel wacht.")
    return 0
