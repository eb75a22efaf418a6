"""The teacher's side on this machine: JupyterLab with formgrader on the folder grading/."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from . import besloten, eigenaar, lab, uitwisseling
from .errors import LeerlijnError

SHARE = Path(__file__).parent / "share" / "jupyter"
OPTIES = {
    "ServerApp.jpserver_extensions": "leerlijn.beoordeel=True",  # our pages to judge open questions by rubric
    # For inzicht.ipynb:
    "VoilaConfiguration.template": "leerlijn-docent",  # Dutch, and no request to anywhere
    "VoilaConfiguration.extension_denylist": ["@jupyter/nbgrader", "nbdime-jupyterlab", "@jupyter-notebook/lab-extension"],  # they fail in Voila
}


def environment(grading: Path) -> dict[str, str]:
    """Environment in which nbgrader finds its configuration, its commands and the exchange, however this was started.

    Raises LeerlijnError for root in a folder of another account: nbgrader_config.py in there is code.
    """
    eigenaar.check_not_root(grading)
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


def start(grading: Path, port: int = 0, token: str | None = None, **stromen: object) -> tuple[subprocess.Popen, str]:
    """Start the server and wait until it answers. Gives the process and the address of formgrader, token included.

    grading: folder with nbgrader_config.py; port: 0 for any; stromen: stdout and stderr for the process.
    Raises LeerlijnError when it does not come up.
    """
    grading = Path(grading).resolve()
    if not (grading / "nbgrader_config.py").is_file():
        raise LeerlijnError(f"In {grading} staat geen nbgrader_config.py. Ga naar de map van het project en probeer het opnieuw.")
    besloten.close(grading)
    make_exchange(uitwisseling.default_root())
    proces, adres = lab.start(grading, environment(grading), port, token, OPTIES, **stromen)
    return proces, adres.replace("/lab?", "/formgrader?")


def main(grading: Path, port: int = 8867, open_browser: bool = True, pagina: str = "/formgrader") -> int:
    """`leerlijn docent`: run until Ctrl+C. pagina: what the browser opens. Returns the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the server below never outlives us
    print("De docentkant start ...", flush=True)
    proces, adres = start(grading, port)
    try:
        print(
            f"\nNakijken (formgrader): {adres}\nOpen vragen, rubriek:  {adres.replace('/formgrader', '/leerlijn/beoordeel')}\nInzicht (cijfers):     {adres.replace('/formgrader', '/voila/render/inzicht.ipynb')}\n"
            f"JupyterLab:            {adres.replace('/formgrader', '/lab')}\n"
            f"Uitwisselmap:          {uitwisseling.default_root()}\nStoppen: Ctrl+C. Geef dit adres aan niemand: wie het heeft, kan bij de cijfers.\n",
            flush=True,
        )
        with lab.browser(adres.replace("/formgrader", pagina), open_browser):
            return proces.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        lab.stop(proces)
