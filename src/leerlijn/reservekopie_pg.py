"""PostgreSQL's own commands for a backup. A password goes by the environment: on a command line everybody on the machine reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from .errors import LeerlijnError

TIJDSLIMIET = 3600  # seconds


def without_password(adres: str) -> str:
    delen = urlsplit(adres)
    wie, at, waar = delen.netloc.rpartition("@")
    return urlunsplit(delen._replace(netloc=wie.partition(":")[0] + at + waar))


def _run(adres: str, opdracht: str, *args: str) -> str:
    if shutil.which(opdracht) is None:
        raise LeerlijnError(f"De opdracht {opdracht} is er niet. Installeer de clientprogramma's van PostgreSQL (Debian: apt install postgresql-client).")
    wachtwoord = urlsplit(adres).netloc.rpartition("@")[0].partition(":")[2]
    omgeving = {**os.environ, **({"PGPASSWORD": unquote(wachtwoord)} if wachtwoord else {}), "PGCONNECT_TIMEOUT": "20", "LC_ALL": "C"}
    kind = subprocess.run([opdracht, "--no-password", f"--dbname={without_password(adres)}", *args], env=omgeving, capture_output=True, text=True, timeout=TIJDSLIMIET)
    if kind.returncode:
        regel = (kind.stderr.strip() or "geen uitleg").splitlines()[0]
        raise LeerlijnError(f"{opdracht} op {without_password(adres)} mislukte: {regel}. Controleer het adres, het wachtwoord en of de server draait.")
    return kind.stdout


def dump(adres: str, doel: Path) -> None:
    """One consistent state of a database, in PostgreSQL's own format. Raises LeerlijnError."""
    _run(adres, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={doel}")


def check_empty(adres: str) -> None:
    """Raises LeerlijnError when the database can't be reached or holds tables."""
    vraag = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname not like 'pg_%' and n.nspname <> 'information_schema'"
    if int(_run(adres, "psql", "--no-psqlrc", "--tuples-only", "--no-align", f"--command={vraag}")):
        raise LeerlijnError(f"De database {without_password(adres)} is niet leeg. Maak een nieuwe, lege database en noem die. Er is niets teruggezet.")


def restore(adres: str, dump_: Path) -> None:
    """Fill an empty database, all of it or nothing. Raises LeerlijnError."""
    _run(adres, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump_))
