"""Work for another account with the rights of that account, when root does it: for a hub's administrator. Standard library only.

A folder of the account that grades holds what teachers put there: a link in it could lead root elsewhere. And what root makes there, the
account could not use afterwards.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from .errors import LeerlijnError


@contextlib.contextmanager
def as_owner(map_: Path) -> Iterator[None]:
    """With the rights of whoever owns this folder, for as long as it lasts. Without effect when we are not root, or when it is root's.

    Of that account only: not those of the group of the folder, which may be root's.
    """
    info = map_.lstat()
    if os.geteuid() != 0 or info.st_uid == 0:
        yield
        return
    groepen, groep = os.getgroups(), os.getegid()
    try:
        p = pwd.getpwuid(info.st_uid)
        gid, anders = p.pw_gid, os.getgrouplist(p.pw_name, p.pw_gid)
    except KeyError:  # an account that is gone
        gid, anders = info.st_uid, []
    try:
        os.setgroups(anders)
        os.setegid(gid)
        os.seteuid(info.st_uid)
        yield
    finally:
        os.seteuid(0)
        os.setegid(groep)
        os.setgroups(groepen)


def check_not_root(map_: Path) -> None:
    """Refuse to run, as root, programs that take their configuration from a folder of another account: that is code, and would run as root. Raises LeerlijnError."""
    uid = map_.lstat().st_uid
    if os.geteuid() != 0 or uid == 0:
        return
    try:
        wie = pwd.getpwuid(uid).pw_name
    except KeyError:  # nobody here: a folder of another machine, in a container
        return
    raise LeerlijnError(f"De map {map_} is van {wie}, en wat daar staat wordt uitgevoerd. Doe dit niet als root, maar zo: runuser -u {wie} -- {shlex.join(sys.argv)}")
