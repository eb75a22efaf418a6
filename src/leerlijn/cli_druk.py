"""`leerlijn print`: handouts and readers as pdf."""

from __future__ import annotations

import argparse


def add(sub: argparse._SubParsersAction) -> None:
    p = sub.add_parser("print", help="maak handouts en readers als pdf, in _build/druk/")
    p.add_argument("module", nargs="?", help="alleen deze module, zoals herkennen")
    p.add_argument("--handouts", action="store_true", help="alleen de handouts")
    p.add_argument("--docent", action="store_true", help="de toelichting voor docenten (docent.md)")
    p.set_defaults(doe=druk)


def druk(args: argparse.Namespace) -> int:
    from . import druk as drukken
    from .cli import root

    keuze = tuple(s for s, aan in (("handout", args.handouts), ("docent", args.docent)) if aan) or ("handout", "reader")
    gemaakt = drukken.make(root(), module=args.module, soorten=keuze, meld=lambda regel: print(regel, flush=True))
    print(f"Klaar: {gemaakt[0].parent}")
    return 0
