"""A real PostgreSQL server of our own in a temporary folder, on a unix socket only. Helper of tests, no test."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .zet_systeem_klaar import find_postgres

ZONDER = "PostgreSQL is er niet; dit wordt niet geprobeerd (make test zet het klaar waar dat mag)"


def _account() -> list[str]:
    """PostgreSQL refuses to run as root: then as its own account, or as nobody."""
    if os.geteuid() != 0:
        return []
    namen = {p.pw_name for p in pwd.getpwall()}
    wie = pwd.getpwnam("postgres" if "postgres" in namen else "nobody")
    return ["setpriv", f"--reuid={wie.pw_uid}", f"--regid={wie.pw_gid}", "--clear-groups"]


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start a server, give the address of its databases without a name, end it and remove all of it."""
    bin_ = find_postgres()
    if bin_ is None:
        if os.environ.get("CI") == "true":
            pytest.fail(ZONDER)
        pytest.skip(ZONDER)
    als = _account()
    map_ = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # short: a socket's path may hold 107 characters
    if als:
        os.chown(map_, int(als[1].split("=")[1]), -1)
    data, env = map_ / "data", {**os.environ, "LC_ALL": "C"}

    def doe(*wat: object) -> None:
        # stdout to a file: pg_ctl's server would hold a pipe open
        with open(os.devnull, "wb") as niets, tempfile.TemporaryFile() as fout:
            klaar = subprocess.run([*als, *map(str, wat)], cwd=map_, env=env, stdout=niets, stderr=fout, timeout=120)
            fout.seek(0)
            assert klaar.returncode == 0, fout.read().decode()

    try:
        doe(bin_ / "initdb", "-D", data, "-U", "leerlijn", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        doe(bin_ / "pg_ctl", "-D", data, "-w", "-t", 90, "-l", map_ / "log", "-o", f"-k {map_} -c listen_addresses= -c fsync=off", "start")
        try:
            yield f"postgresql://leerlijn@/{{}}?host={map_}"
        finally:
            doe(bin_ / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(map_, ignore_errors=True)


def create(adres: str, naam: str, codering: str = "UTF8") -> str:
    """A new empty database; gives its address."""
    import psycopg

    with psycopg.connect(adres.format("postgres"), autocommit=True) as db:
        db.execute(f"CREATE DATABASE {naam} ENCODING '{codering}' TEMPLATE template0")
    return adres.format(naam)
