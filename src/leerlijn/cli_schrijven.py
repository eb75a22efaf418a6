"""`leerlijn schrijven`: JupyterLab for an author, with help for YAML while typing."""

from __future__ import annotations

import argparse
from typing import Any


def add(sub: Any) -> None:
    """Add the command to the parsers of cli.py."""
    s = sub.add_parser("schrijven", help="open JupyterLab om lessen en vragen te schrijven, met hulp tijdens het typen")
    s.add_argument("--port", type=int, default=8868)
    s.add_argument("--niet-openen", action="store_true", help="open geen browser")
    s.set_defaults(doe=doe)


def doe(args: argparse.Namespace) -> int:
    from . import schrijven
    from .cli import root

    return schrijven.main(root(), port=args.port, open_browser=not args.niet_openen)
