"""Lets other accounts reach this environment, wherever it stands: `python toegang.py PATH... -- COMMAND...`. Helper of tests, no test.

A checkout or a Python below /root (mode 0700) can't be run by another account. Started through `unshare --mount`, this shows the closed
folders above the given paths anew, with nothing in them but those paths. Only this command and its children see that, and it goes
when they end: no mode on the disk changes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path


def closed(pad: Path) -> Path | None:
    """The highest folder above `pad` (or itself) that others may not enter, or None."""
    return next((p for p in (*reversed(pad.parents), pad) if p.is_dir() and not p.stat().st_mode & 0o001), None)


def needed(paden: Iterable[Path]) -> dict[Path, list[Path]]:
    """Closed folder -> paths below it that must be reached."""
    uit: dict[Path, list[Path]] = {}
    for pad in sorted({q for p in paden for q in (Path(os.path.abspath(p)), p.resolve())}):
        if dicht := closed(pad):
            if dicht == pad:
                raise SystemExit(f"{pad} is zelf niet leesbaar voor andere accounts.")
            rij = uit.setdefault(dicht, [])
            if not any(pad.is_relative_to(p) for p in rij):
                rij.append(pad)
    return uit


def environment() -> list[Path]:
    """Folders that our Python runs from: the environment itself, and what its `python` points to, link by link."""
    uit, stap = [Path(sys.prefix)], Path(sys.executable)
    while stap.is_symlink():
        stap = Path(os.path.abspath(stap.parent / os.readlink(stap)))
        uit.append(stap.parent.parent)
    return [*uit, Path(sys.base_prefix)]


def mount(*args: str | Path) -> None:
    subprocess.run(["mount", *map(str, args)], check=True)


def show_anew(paden: Iterable[Path]) -> None:
    """In this mount namespace: put an open, empty folder over each closed one, and in it what is needed."""
    for dicht, rij in needed(paden).items():
        bewaard = Path(tempfile.mkdtemp(prefix="leerlijn-toegang-", dir="/tmp"))
        try:
            mount("-t", "tmpfs", "-o", "mode=755,size=1m", "leerlijn", bewaard)
            for n, pad in enumerate(rij):
                plek = bewaard / str(n)
                plek.mkdir() if pad.is_dir() else plek.touch()
                mount("--bind", pad, plek)
            mount("-t", "tmpfs", "-o", "mode=755,size=1m", "leerlijn", dicht)
            for n, pad in enumerate(rij):
                pad.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
                plek = bewaard / str(n)
                pad.mkdir(mode=0o755) if plek.is_dir() else pad.touch()
                mount("--bind", plek, pad)
            subprocess.run(["umount", "--recursive", str(bewaard)], check=True)
        finally:
            bewaard.rmdir()


def possible() -> bool:
    """Whether this machine lets us have mounts of our own: not in a container without that right."""
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0


if __name__ == "__main__":
    streep = sys.argv.index("--")
    os.umask(0o022)
    show_anew(map(Path, sys.argv[1:streep]))
    os.execvp(sys.argv[streep + 1], sys.argv[streep + 1 :])
