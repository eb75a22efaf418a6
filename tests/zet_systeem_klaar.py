"""Make sure of what the tests need from the system beside a browser: PostgreSQL, Pango (for pdf), the hub's proxy and help for YAML.

Installed where we may (root, apt, npm). What is missing after that is said in one line; with CI=true it is a failure.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from leerlijn import schrijven  # noqa: E402
from tests import zet_browser_klaar  # noqa: E402


def find_postgres() -> Path | None:
    """Folder of PostgreSQL's server commands (initdb, pg_ctl), or None."""
    kandidaten = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parent.name))
    if pad := shutil.which("initdb"):
        kandidaten.append(Path(pad).resolve().parent)
    return next((p for p in kandidaten if (p / "initdb").exists() and (p / "pg_ctl").exists()), None)


def find_pango() -> str | None:
    """Name of the Pango library that WeasyPrint draws with, or None."""
    return ctypes.util.find_library("pango-1.0") and ctypes.util.find_library("pangoft2-1.0")


def find_proxy() -> str | None:
    """The proxy that JupyterHub starts, or None."""
    return shutil.which("configurable-http-proxy")


# what, how to see that it is there, packages of Debian, package of npm
NODIG = [
    ("PostgreSQL (cijferboek van een instelling)", find_postgres, ["postgresql"], None),
    ("Pango (pdf)", find_pango, ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"], None),
    ("configurable-http-proxy (JupyterHub)", find_proxy, ["nodejs", "npm"], "configurable-http-proxy@5"),
    (schrijven.SERVER, schrijven.find_server, ["nodejs", "npm"], None),
]


def install(pakketten: list[str], npm: str | None) -> None:
    stil = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if "npm" in pakketten and shutil.which("npm"):
        pakketten = []  # a node that is there is left as it is
    if pakketten:
        subprocess.run(["apt-get", "update", "-qq"], check=False, **stil)
        subprocess.run(["apt-get", "install", "-y", "-qq", *pakketten], check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **stil)
    if npm and shutil.which("npm"):
        subprocess.run(["npm", "install", "--global", "--silent", npm], check=False, **stil)


def main() -> int:
    fout = zet_browser_klaar.main()
    for naam, zoek, pakketten, npm in NODIG:
        if not zoek() and os.geteuid() == 0 and shutil.which("apt-get"):
            print(f"{naam} installeren voor de proeven ...", flush=True)
            install(pakketten, npm)
        if naam == schrijven.SERVER:
            schrijven.install_server()  # into our own environment, for which nobody needs to be root
        if not zoek():
            print(f"{naam} is er niet; de proeven die dit nodig hebben worden overgeslagen.")
            fout = 1 if os.environ.get("CI") == "true" else fout
    return fout


if __name__ == "__main__":
    sys.exit(main())
