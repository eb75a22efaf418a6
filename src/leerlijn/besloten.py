"""Folders of the teacher with what learners made: closed to other accounts of this machine, whatever the umask was. Standard library only."""

from __future__ import annotations

import stat
from pathlib import Path

ANDEREN, NIET_VAN_MIJ = 0o007, 0o077


def close(map_: Path) -> None:
    """Make a folder and take from it what others may, and so the way to all that is in it: gradebook, answers, feedback and log.

    Owner and group keep what they have: teachers may share a folder by group. A folder of another account is left to that one.
    """
    map_.mkdir(parents=True, exist_ok=True)
    _without(map_, ANDEREN)


def private(map_: Path) -> Path:
    """Make a folder that is for this account only, also when it was there with more rights. Gives it back."""
    map_.mkdir(parents=True, exist_ok=True, mode=0o700)
    _without(map_, NIET_VAN_MIJ)
    return map_


def _without(map_: Path, rechten: int) -> None:
    heeft = stat.S_IMODE(map_.stat().st_mode)
    if heeft & rechten:
        try:
            map_.chmod(heeft & ~rechten)
        except PermissionError:  # only its owner can
            pass
