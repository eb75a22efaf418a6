"""`leerlijn report` for teachers, and `leerlijn deel` for a learner who wants to share practice with the teacher."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .errors import LeerlijnError


def add(sub: Any) -> None:
    r = sub.add_parser("report", help="laat cijfers over een groep zien", description="Cijfers over een groep: per toets en per vraag, met marges. Zie docs/inzicht.md.")
    r.add_argument("modules", nargs="*", metavar="module", help="bijvoorbeeld: herkennen; niets = alle nagekeken toetsen")
    r.add_argument("--html", type=Path, metavar="BESTAND", help="schrijf een verslag met figuren, bijvoorbeeld verslag.html")
    r.add_argument("--csv", type=Path, metavar="MAP", help="schrijf de tabellen als CSV in deze map")
    r.add_argument("--irt", action="store_true", help="ook een 1PL- en 2PL-model (vanaf 100 en 250 inzendingen)")
    r.set_defaults(doe=report)
    d = sub.add_parser("deel", help="deelnemer: deel zelf een samenvatting van je oefening", description="Maakt een bestand zonder naam dat je zelf aan je docent kunt geven.")
    d.add_argument("module", help="bijvoorbeeld: herkennen")
    d.add_argument("--map", type=Path, help="je cursusmap, als die niet op de gewone plaats staat")
    d.add_argument("--ja", action="store_true", help="vraag niets; je weet wat er in het bestand komt")
    d.set_defaults(doe=deel)


def report(args: argparse.Namespace) -> int:
    from . import cli, report_data
    from . import report as verslag

    root = cli.root()
    verslagen = [verslag.of_module(root, m, irt=args.irt) for m in args.modules or report_data.modules(root)]
    if not verslagen:
        raise LeerlijnError("Er is nog geen toets nagekeken. Doe eerst: leerlijn grade <module>")
    for v in verslagen:
        print(summary(v))
    if args.html:
        _schrijf(args.html, verslagen, root)
        print(f"Verslag met figuren: {args.html}")
    if args.csv:
        from . import report_csv

        print(f"Tabellen: {len(report_csv.write(verslagen, args.csv))} bestanden in {args.csv}")
    if not (args.html or args.csv):
        print("Figuren en tabellen: leerlijn report --html verslag.html")
    return 0


def _schrijf(pad: Path, verslagen: list[Any], root: Path) -> None:
    from . import content, report_html

    inhoud, _ = content.read(root)
    tekst = report_html.render(verslagen, inhoud.cursus.titel if inhoud.cursus else "")
    try:
        pad.write_text(tekst, encoding="utf-8")
    except OSError as e:
        raise LeerlijnError(f"Het verslag {pad} is niet te schrijven ({e.strerror}). Kies een andere plaats bij --html.") from e


def summary(v: Any) -> str:
    """A report on one screen."""
    from .report_opvallend import summary as regel
    from .report_tekst import getal, marge, procent

    regels = [f"\n{v.titel} ({v.module}): {v.n} inzendingen", *(f"  Let op: {m}" for m in v.meldingen)]
    if v.toets:
        deel = {k: w / v.maximum for k, w in v.toets["gemiddelde"].items()}
        regels += [f"  Gemiddelde score    {marge(deel, procent)} van {getal(v.maximum, 0)} punten"]
    if v.geslaagd:
        regels += [f"  Voldoende           {marge(v.geslaagd, procent)}"]
    if "alpha" in v.toets:
        regels += [f"  Betrouwbaarheid     {marge(v.toets['alpha'])}", f"  Meetfout            {marge(v.toets['meetfout'], lambda x: getal(x, 1))} punten"]
    if v.n >= 10:
        regels += ["  Vragen om naar te kijken:" if v.opvallend else "  Geen vraag valt op.", *(regel(o) for o in v.opvallend)]
    return "\n".join(regels)


def deel(args: argparse.Namespace) -> int:
    from . import deel as delen

    map_ = args.map or _cursusmap()
    samenvatting = delen.summary(map_, args.module)
    print("Dit komt in het bestand. Je naam, je teksten en tijden staan er niet in.\n")
    print(delen.in_words(samenvatting))
    if not args.ja:
        print("\nWil je dit bestand maken? Er wordt niets verstuurd. Typ ja en druk op Enter: ", end="", flush=True)
        if sys.stdin.readline().strip().lower() not in ("ja", "j"):
            print("Er is niets gemaakt.")
            return 0
    print(f"\nGemaakt: {delen.write(map_, samenvatting)}\nGeef dit bestand zelf aan je docent als je dat wilt. Bedenk je je? Gooi het weg.")
    return 0


def _cursusmap() -> Path:
    """The learner's folder: the one we are in, or the only one there is. Raises LeerlijnError when that is not clear."""
    from . import cli

    hier = [m for m in (Path.cwd(), *Path.cwd().parents) if (m / "cursus.json").is_file() and (m / "feiten.json").is_file()]
    alle = hier or [p.parent for p in sorted(cli.learner_folder("x").parent.glob("*/cursus.json"))]
    if hier or len(alle) == 1:
        return alle[0]
    raise LeerlijnError("Welke cursusmap bedoel je? Ga erin staan, of noem hem: leerlijn deel <module> --map ~/leerlijn/<cursus>")
