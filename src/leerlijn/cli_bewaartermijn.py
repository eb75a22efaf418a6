"""`leerlijn bewaartermijn`: the words around bewaartermijn.py."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

MAX_REGELS = 20  # of a place on the screen


def add(sub: Any) -> None:
    p = sub.add_parser(
        "bewaartermijn", help="verwijder wat langer bewaard is dan het beleid zegt",
        description="Laat zien wat ouder is dan bewaren_dagen in grading/beleid.yaml. Met --doe wordt het verwijderd. Zie docs/privacy.md.",
    )  # fmt: skip
    p.add_argument("--doe", dest="echt", action="store_true", help="verwijder het echt; zonder deze optie gebeurt er niets")
    p.add_argument("--instelling", type=Path, metavar="BESTAND", help="alle cursussen van een hub: het bestand instelling.yaml (als beheerder)")
    p.add_argument("--alles", action="store_true", help="noem elk bestand, niet alleen de eerste van elke plek")
    p.set_defaults(doe=bewaartermijn)


def bewaartermijn(args: argparse.Namespace) -> int:
    from . import bewaard, cli
    from . import bewaartermijn as termijn

    mappen = bewaard.of_institution(args.instelling) if args.instelling else [bewaard.of_project(cli.root())]
    uitslagen = [termijn.run(m, doen=args.echt) for m in mappen]
    for u in uitslagen:
        print("\n".join(words(u, None if args.alles else MAX_REGELS)))
    if not args.echt and any(u.telling for u in uitslagen):
        print("Dit was een proef: er is niets verwijderd. Verwijderen: dezelfde opdracht met --doe. Het komt niet terug, ook niet met een nieuwe keer nakijken.")
    return int(any(u.bleef for u in uitslagen))


def words(u: Any, hoogstens: int | None = MAX_REGELS) -> list[str]:
    """An outcome in lines. u: bewaartermijn.Uitslag; hoogstens: names of a place, None for all."""
    from . import bewaard

    kop = f"{u.cursus}: van voor {u.grens.day}-{u.grens.month}-{u.grens.year}"
    uit = [f"{kop} {'is verwijderd' if u.gedaan else 'is te oud'}:" if u.telling else f"{kop} is er niets."]
    for plek, aantal in u.telling.items():
        uit.append(f"  {bewaard.PLEKKEN[plek]}  {aantal}")
        namen = [f"{r.wie}, {r.module}" for r in u.rijen] if plek == "cijferboek" else [str(s) for s in u.stukken if s.plek == plek]
        uit += [f"    {n}" for n in namen[:hoogstens]]
        if hoogstens is not None and len(namen) > hoogstens:
            uit.append(f"    en nog {len(namen) - hoogstens} (met --alles zie je ze allemaal)")
    if u.zonder_tijd:
        uit.append(f"  LET OP: {u.zonder_tijd} inlevering(en) in het cijferboek hebben geen tijd en blijven staan. Wis ze zo nodig met `leerlijn wis`.")
    for wat, reden in u.bleef[:hoogstens]:
        uit.append(f"  NIET GELUKT: {wat}: {reden}")
    if hoogstens is not None and len(u.bleef) > hoogstens:
        uit.append(f"  NIET GELUKT: en nog {len(u.bleef) - hoogstens}")
    return uit
