"""JupyterLab on a folder of this machine: for the teacher (docent.py) and for the author (schrijven.py)."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .errors import LeerlijnError

WACHTEN = 60  # seconds that the server may take to start


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
