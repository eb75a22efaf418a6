"""Real accounts of this machine, made and removed by a test. Helper of tests, no test."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

import psutil

WAARVAN = "leerlijn-proef"  # in the comment field, so that no other account is ever taken for one of ours


def _run(*args: str) -> None:
    kind = subprocess.run(args, capture_output=True, text=True)
    assert kind.returncode == 0, f"{args}: {kind.stderr}"


def sweep() -> None:
    """Remove accounts of a run that was cut off."""
    for p in pwd.getpwall():
        if p.pw_gecos == WAARVAN and (m := re.fullmatch(r"ll(\d+)\w+", p.pw_name)) and not psutil.pid_exists(int(m[1])):
            remove(p.pw_name)


def remove(naam: str) -> None:
    """Take away an account and end what still runs under it."""
    uid = pwd.getpwnam(naam).pw_uid
    for p in psutil.process_iter(["uids"]):
        if p.info["uids"] and p.info["uids"].real == uid:
            try:
                p.kill()
                p.wait(10)
            except psutil.Error:
                pass
    _run("userdel", "--force", naam)


class Accounts:
    """rol -> name of an account with a home of its own below `huizen`. Use as a context."""

    def __init__(self, huizen: Path, rollen: list[str]):
        self.huizen = huizen
        self.naam = {rol: f"ll{os.getpid()}{rol}" for rol in rollen}

    def __enter__(self) -> Accounts:
        sweep()
        self.huizen.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            for naam in self.naam.values():
                huis = self.huizen / naam
                _run("useradd", "--comment", WAARVAN, "--home-dir", str(huis), "--no-create-home", "--user-group", "--shell", "/bin/sh", naam)
                huis.mkdir(mode=0o700)
                shutil.chown(huis, naam, naam)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for naam in self.naam.values():
            try:
                remove(naam)
            except KeyError:
                pass  # not made yet

    def __getitem__(self, rol: str) -> str:
        return self.naam[rol]

    def home(self, rol: str) -> Path:
        return self.huizen / self.naam[rol]


def give(map_: Path, naam: str, rechten: int | None = None) -> None:
    """Give a folder with all in it to an account. rechten: mode of the folder itself."""
    p = pwd.getpwnam(naam)
    for pad in (map_, *map_.rglob("*")):
        os.chown(pad, p.pw_uid, p.pw_gid, follow_symlinks=False)
    if rechten is not None:
        map_.chmod(rechten)
