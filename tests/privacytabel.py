"""The table of places in docs/privacy.md, read so that reality can be held beside it. Helper of tests, no test."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from .conftest import ROOT

DOC = (ROOT / "docs" / "privacy.md").read_text("utf-8")


def places() -> list[str]:
    """What stands between back ticks in the first column of the tables of places."""
    rijen = [r.split("|")[1] for r in DOC.splitlines() if r.startswith("| `")]
    return [p for r in rijen for p in re.findall(r"`([^`]+)`", r)]


def pattern(plek: str) -> re.Pattern[str]:
    """A place as a pattern: <name> is any one name, * any part of one, and below a folder anything goes."""
    delen = re.split(r"(<[^>]+>|\*)", plek)
    vast = "".join("[^/]+" if d.startswith("<") else "[^/]*" if d == "*" else re.escape(d) for d in delen)
    return re.compile(vast + (".*" if plek.endswith("/") else ""))


def unnamed(dingen: Iterable[str]) -> list[str]:
    """Those that no row of the table names."""
    patronen = [pattern(p) for p in places()]
    return sorted(d for d in set(dingen) if not any(x.fullmatch(d) for x in patronen))


def as_written(map_: Path, namen: dict[Path, str]) -> list[str]:
    """Every file below `map_`, written as in docs/privacy.md. namen: folder -> what it is called there; the longest folder wins."""
    uit = []
    for p in sorted(map_.rglob("*")):
        if p.is_file() and not p.is_symlink():
            ouder = next((m for m in sorted(namen, key=lambda m: -len(m.parts)) if p.is_relative_to(m)), None)
            uit.append(f"{namen[ouder]}/{p.relative_to(ouder)}" if ouder else f"elders/{p.relative_to(map_)}")
    return uit


def stored(page) -> list[str]:
    """Cookies and keys of storage that a browser holds now, as `cookie x`, `localStorage x`, `sessionStorage x`."""
    sleutels = page.evaluate("({ localStorage: Object.keys(localStorage), sessionStorage: Object.keys(sessionStorage) })")
    return [f"cookie {c['name']}" for c in page.context.cookies()] + [f"{soort} {k}" for soort, rij in sleutels.items() for k in rij]
