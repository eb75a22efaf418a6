"""The teacher's side on this machine: JupyterLab with formgrader on the folder grading/."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from pathlib import Path

from . import uitwisseling
from .errors import LeerlijnError

SHARE = Path(__file__).parent / "share" / "jupyter"
GEEN_DASHBOARD = ("@jupyter/nbgrader", "nbdime-jupyterlab", "@jupyter-notebook/lab-extension")  # of JupyterLab; they fail in Voila
WACHTEN = 60  # seconds that the server may take to start


def environment(grading: Path) -> dict[str, str]:
    """Environment in which nbgrader finds its configuration, its commands and the exchange, however this was started."""
    bin_ = Path(sys.executable).parent
    config = os.pathsep.join(p for p in (str(grading), os.environ.get("JUPYTER_CONFIG_PATH", "")) if p)
    return {
        **os.environ,
        "PATH": f"{bin_}{os.pathsep}{os.environ.get('PATH', '')}",  # nbgrader calls `alembic` by name
        "JUPYTER_CONFIG_PATH": config,  # formgrader looks here for nbgrader_config.py when it was started elsewhere
        "LEERLIJN_UITWISSELING": str(uitwisseling.default_root()),
        "JUPYTER_PATH": os.pathsep.join(p for p in (str(SHARE), os.environ.get("JUPYTER_PATH", "")) if p),  # the template of the dashboard
    }


def make_exchange(root: Path) -> None:
    """Make the exchange folder when it is absent, open to every account of this machine as nbgrader wants it.

    What is in it is closed: learners can write to inbound/ but can't list it. Raises LeerlijnError with a Dutch sentence.
    """
    if root.is_dir():
        return
    try:
        root.mkdir(parents=True)
        root.chmod(0o777)  # mkdir's mode is cut by the umask
    except OSError as e:
        raise LeerlijnError(f"De uitwisselmap {root} is niet te maken ({e.strerror}). Kies een andere met LEERLIJN_UITWISSELING.") from e


def command(grading: Path, port: int, token: str) -> list[str]:
    """The command line of the server. Only this machine can reach it, and only with the token."""
    opties = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": str(grading),
        "ServerApp.open_browser": False,
        "IdentityProvider.token": token,
        "ServerApp.log_level": "WARN",
        "VoilaConfiguration.template": "leerlijn-docent",  # for inzicht.ipynb: Dutch, and no request to anywhere
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": "None",  # no request to anywhere
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    geteuid = getattr(os, "geteuid", lambda: 1)
    if geteuid() == 0:
        opties["ServerApp.allow_root"] = True  # a container or a test
    weg = [f"--VoilaConfiguration.extension_denylist={naam}" for naam in GEEN_DASHBOARD]
    return [sys.executable, "-m", "jupyterlab", *(f"--{k}={v}" for k, v in opties.items()), *weg]


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


def start(grading: Path, port: int = 0, token: str | None = None, **stromen: object) -> tuple[subprocess.Popen, str]:
    """Start the server and wait until it answers. Gives the process and the address of formgrader, token included.

    grading: folder with nbgrader_config.py; port: 0 for any; stromen: stdout and stderr for the process.
    Raises LeerlijnError when it does not come up.
    """
    grading = Path(grading).resolve()
    if not (grading / "nbgrader_config.py").is_file():
        raise LeerlijnError(f"In {grading} staat geen nbgrader_config.py. Ga naar de map van het project en probeer het opnieuw.")
    make_exchange(uitwisseling.default_root())
    token, port = token or secrets.token_urlsafe(24), free_port(port)
    proces = subprocess.Popen(command(grading, port, token), cwd=grading, env=environment(grading), stdin=subprocess.DEVNULL, **stromen)  # type: ignore[call-overload]
    eind = time.monotonic() + WACHTEN
    while time.monotonic() < eind and proces.poll() is None:
        if _answers(port):
            return proces, f"http://127.0.0.1:{port}/formgrader?token={token}"
        time.sleep(0.2)
    stop(proces)
    raise LeerlijnError("De docentkant start niet. Kijk naar de regels hierboven; vaak is de schijf vol of de omgeving niet compleet.")


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


def main(grading: Path, port: int = 8867, open_browser: bool = True) -> int:
    """`leerlijn docent`: run until Ctrl+C. Returns the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the server below never outlives us
    print("De docentkant start ...", flush=True)
    proces, adres = start(grading, port)
    try:
        print(
            f"\nNakijken (formgrader): {adres}\nInzicht (cijfers):     {adres.replace('/formgrader', '/voila/render/inzicht.ipynb')}\n"
            f"JupyterLab:            {adres.replace('/formgrader', '/lab')}\n"
            f"Uitwisselmap:          {uitwisseling.default_root()}\nStoppen: Ctrl+C. Geef dit adres aan niemand: wie het heeft, kan bij de cijfers.\n",
            flush=True,
        )
        if open_browser:
            webbrowser.open(adres)
        return proces.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        stop(proces)
