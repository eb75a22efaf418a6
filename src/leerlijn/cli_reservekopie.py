"""`leerlijn reservekopie` and `leerlijn terugzetten`: the words around reservekopie.py."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from .errors import LeerlijnError

MAX_REGELS = 50  # of what is left out, on the screen


def add(sub: Any) -> None:
    p = sub.add_parser("reservekopie", help="maak een reservekopie van cijfers, antwoorden en sleutels", description="Maak een reservekopie terwijl iedereen doorwerkt.")
    p.add_argument("doel", help="map voor de reservekopie, of - voor de uitvoer (om te versleutelen)")
    p.add_argument("--instelling", type=Path, metavar="BESTAND", help="alle cursussen van een hub: het instelling.yaml van die hub")
    p.set_defaults(doe=make)
    p = sub.add_parser("terugzetten", help="zet een reservekopie terug", description="Controleer een reservekopie en zet haar terug. Er wordt niets overschreven.")
    p.add_argument("bron", help="de reservekopie, of - voor de invoer")
    p.add_argument("--naar", type=Path, metavar="MAP", help="zet alles in deze map, en niet waar het vandaan kwam")
    p.add_argument("--database", action="append", default=[], metavar="NAAM=ADRES", help="zet deze database van PostgreSQL terug in een lege database")
    p.add_argument("--controleer", action="store_true", help="controleer alleen of de reservekopie heel is")
    p.set_defaults(doe=restore)


def _zeg(tekst: str) -> None:
    print(tekst, file=sys.stderr, flush=True)


def make(args: argparse.Namespace) -> int:
    from . import cli, intake, reservekopie, reservekopie_bron, uitwisseling

    if args.instelling:
        bronnen = reservekopie_bron.of_institution(args.instelling)
    else:
        root = cli.root()
        bronnen = reservekopie_bron.of_machine(root, cli.learner_folder("x").parent, uitwisseling.default_root())
    if args.doel == "-":
        if sys.stdout.isatty():
            raise LeerlijnError("De reservekopie zou op je scherm komen. Stuur haar door: leerlijn reservekopie - | age -R beheer.pub > kopie.tar.gz.age")
        inhoud = reservekopie.make(bronnen, sys.stdout.buffer, _zeg)
        sys.stdout.buffer.flush()
    else:
        inhoud = _to_file(reservekopie, bronnen, Path(args.doel))
    for zin in inhoud["overgeslagen"][:MAX_REGELS]:
        _zeg(f"let op: {intake.leesbaar(zin, 400)}.")
    if (meer := len(inhoud["overgeslagen"]) - MAX_REGELS) > 0:
        _zeg(f"let op: nog {meer} keer; alles staat in inhoud.json in de reservekopie, bij overgeslagen.")
    return 0


def _to_file(reservekopie: Any, bronnen: Any, map_: Path) -> dict[str, Any]:
    hier = map_.resolve()
    if any(hier == b.pad.resolve() or any((b.pad / n).resolve() in (hier, *hier.parents) for n in b.alleen or [""]) for b in bronnen.mappen):
        raise LeerlijnError(f"De map {map_} hoort zelf bij de reservekopie. Kies een andere plek, liefst op een andere schijf.")
    doel = map_ / f"leerlijn-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.tar.gz"
    half = doel.with_name(f".half-{doel.name}")
    try:
        map_.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:  # keys and answers: for who makes it only
            inhoud = reservekopie.make(bronnen, f, _zeg)
            f.flush()
            os.fsync(f.fileno())
        with open(half, "rb") as f:
            reservekopie.verify(f)
        os.replace(half, doel)
    except OSError as e:
        raise LeerlijnError(f"In {map_} is niet te schrijven: {e.strerror}. Er is geen reservekopie gemaakt.") from e
    finally:
        half.unlink(missing_ok=True)
    print(f"Reservekopie: {doel} (teruggelezen en in orde; niet versleuteld)")
    return inhoud


def restore(args: argparse.Namespace) -> int:
    from . import reservekopie

    databases = dict(d.partition("=")[::2] for d in args.database)
    if not all(databases.values()):
        raise LeerlijnError("Geef een database als NAAM=ADRES, bijvoorbeeld: --database jeugdzorg-a=postgresql://leerlijn@server/cijfers")
    with _open(args.bron) as f:
        if args.controleer:
            inhoud = reservekopie.verify(f)
            aantal = sum(d["soort"] == "bestand" for b in inhoud["bronnen"].values() for d in b["dingen"].values())
            print(f"In orde: gemaakt op {inhoud['gemaakt']}, {aantal} bestanden, databases: {', '.join(inhoud['databases']) or 'geen in PostgreSQL'}.")
            return 0
        inhoud = reservekopie.restore(f, args.naar, databases, _zeg)
    print(f"Teruggezet: de stand van {inhoud['gemaakt']}. Elk bestand is vergeleken met zijn controlegetal.")
    return 0


def _open(bron: str) -> IO[bytes]:
    try:
        if bron != "-":
            return open(bron, "rb")
        f = tempfile.TemporaryFile()  # it is read twice, and has no name that anybody could open
        shutil.copyfileobj(sys.stdin.buffer, f)
        return f
    except OSError as e:
        raise LeerlijnError(f"De reservekopie {bron} is niet te openen: {e.strerror}.") from e
