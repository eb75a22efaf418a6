"""Work for another account with the rights of that account, when root does it: for a hub's administrator. Standard library only.

A folder of the account that grades holds what teachers put there: a link in it could lead root elsewhere. And what root makes there, the
account could not use afterwards.
"""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def as_owner(map_: Path) -> Iterator[None]:
    """With the rights of whoever owns this folder, for as long as it lasts. Without effect when we are not root, or when it is root's."""
    info = map_.lstat()
    if os.geteuid() != 0 or info.st_uid == 0:
        yield
        return
    groepen = os.getgroups()
    try:
        naam = pwd.getpwuid(info.st_uid).pw_name
        anders = os.getgrouplist(naam, info.st_gid)
    except KeyError:  # an account that is gone
        anders = [info.st_gid]
    try:
        os.setgroups(anders)
        os.setegid(info.st_gid)
        os.seteuid(info.st_uid)
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groepen)
