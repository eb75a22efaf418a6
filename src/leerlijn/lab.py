"""JupyterLab on a folder of this machine: for the teacher (docent.py) and for the author (schrijven.py)."""

from __future__ import annotations

import contextlib
import html
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import besloten
from .errors import LeerlijnError

WACHTEN = 60  # seconds that the server may take to start
DOORSTUREN = """<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"><title>Leerlijn openen</title><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="1;url={adres}"></head>
<body><p>De pagina gaat zo open. Gebeurt er niets? <a href="{adres}">Open de pagina</a>.</p></body></html>
"""


def command(root: Path, port: int, extra: dict[str, Any] | None = None) -> list[str]:
    """The command line of the server. Only this machine can reach it. The token is not in it: everybody on the machine can read a command line.

    extra: more options, by full name; a list gives an option several times.
    """
    opties = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": str(root),
        "ServerApp.open_browser": False,
        "ServerApp.log_level": "WARN",
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": "None",  # no request to anywhere
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    geteuid = getattr(os, "geteuid", lambda: 1)
    if geteuid() == 0:
        opties["ServerApp.allow_root"] = True  # a container or a test
    opties |= extra or {}
    return [sys.executable, "-m", "jupyterlab", *(f"--{k}={v}" for k, alle in opties.items() for v in (alle if isinstance(alle, list) else [alle]))]


def free_port(port: int) -> int:
    """`port` when it is free on this machine, else one that is."""
    for kandidaat in (port, 0):
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", kandidaat))
                return s.getsockname()[1]
            except OSError:
                continue
    raise LeerlijnError("Er is geen vrije poort op deze computer. Sluit programma's en probeer het opnieuw.")


def start(
    root: Path, env: dict[str, str], port: int = 0, token: str | None = None, extra: dict[str, Any] | None = None, **stromen: Any
) -> tuple[subprocess.Popen, str]:
    """Start the server and wait until it answers. Gives the process and the address of JupyterLab, token included.

    port: 0 for any; stromen: stdout and stderr for the process. Raises LeerlijnError when it does not come up.
    """
    token, port = token or secrets.token_urlsafe(24), free_port(port)
    proces = subprocess.Popen(command(root, port, extra), cwd=root, env={**env, "JUPYTER_TOKEN": token}, stdin=subprocess.DEVNULL, **stromen)
    eind = time.monotonic() + WACHTEN
    while time.monotonic() < eind and proces.poll() is None:
        if _answers(port):
            return proces, f"http://127.0.0.1:{port}/lab?token={token}"
        time.sleep(0.2)
    stop(proces)
    raise LeerlijnError("JupyterLab start niet. Kijk naar de regels hierboven; vaak is de schijf vol of de omgeving niet compleet.")


@contextlib.contextmanager
def browser(adres: str, openen: bool = True) -> Iterator[None]:
    """Open an address that holds a token in the browser, by way of a file that only this account can read; it is gone at the end.

    Every account of the machine can read a browser's command line, so the address itself must not stand there. The file is where Jupyter
    keeps its own, so a browser that may open that one (a snap or flatpak may not open every folder) can open this one too.
    """
    if not openen:
        yield
        return
    from jupyter_core.paths import jupyter_runtime_dir

    map_ = besloten.private(Path(jupyter_runtime_dir()))
    bestand = map_ / f"leerlijn-{os.getpid()}-open.html"
    bestand.unlink(missing_ok=True)  # of an earlier process with this number
    try:
        with open(os.open(bestand, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as f:
            f.write(DOORSTUREN.format(adres=html.escape(adres)))
        webbrowser.open(bestand.as_uri())
        yield
    finally:
        bestand.unlink(missing_ok=True)


def stop(proces: subprocess.Popen) -> None:
    """End the server, by force when it does not listen."""
    proces.terminate()
    try:
        proces.wait(10)
    except subprocess.TimeoutExpired:
        proces.kill()
        proces.wait()


def _answers(port: int) -> bool:
    verbinding = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        verbinding.request("GET", "/api")
        return verbinding.getresponse().status == 200
    except OSError:
        return False
    finally:
        verbinding.close()
