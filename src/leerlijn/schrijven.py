"""JupyterLab for an author, on the whole project: lessons open as notebooks, and YAML is completed and checked while typing.

The checking is done by yaml-language-server (Node.js) with our schemas; jupyterlab-lsp brings it into JupyterLab.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import lab

SERVER = "yaml-language-server"
# JupyterLab's own settings, where the author has not chosen otherwise: suggestions while typing, and no questions about news.
INSTELLINGEN = {
    "@jupyterlab/completer-extension:manager": {"autoCompletion": True},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
NPM = f"{SERVER}@1"
GEEN_HULP = "Zonder hulp tijdens het typen: daarvoor is Node.js nodig (met npm). `make check` vindt alle fouten."


def find_server() -> str | None:
    """The language server: in this environment, or on the PATH."""
    eigen = Path(sys.prefix) / "bin" / SERVER
    return str(eigen) if eigen.exists() else shutil.which(SERVER)


def install_server() -> str | None:
    """Put the language server into this environment with npm, when there is npm. Returns what find_server gives."""
    if find_server() is None and shutil.which("npm"):
        print("Hulp voor YAML ophalen met npm (eenmalig) ...", flush=True)
        subprocess.run(["npm", "install", "--global", "--prefix", sys.prefix, "--silent", "--no-fund", "--no-audit", NPM], check=False)
    return find_server()


def jupyter_config(project: Path, server: str | None) -> dict[str, Any]:
    """jupyter_server_config.json: one language server, told about our schemas by schrijfhulp.py."""
    servers = {}
    if server:
        servers[SERVER] = {
            "argv": [sys.executable, "-m", "leerlijn.schrijfhulp", server, str(project.resolve())],
            "languages": ["yaml"],
            "version": 2,
            "mime_types": ["text/x-yaml", "text/yaml"],
            "display_name": SERVER,
        }
    return {"LanguageServerManager": {"autodetect": False, "language_servers": servers}}


def start(project: Path, config: Path, port: int = 0, server: str | None = None, **stromen: Any) -> tuple[subprocess.Popen, str]:
    """Start JupyterLab on the project; `config` is an empty folder for its settings. Gives process and address, as lab.start does."""
    (config / "labconfig").mkdir()
    (config / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(INSTELLINGEN), encoding="utf-8")
    (config / "jupyter_server_config.json").write_text(json.dumps(jupyter_config(project, server)), encoding="utf-8")
    pad = os.pathsep.join(p for p in (str(config), os.environ.get("JUPYTER_CONFIG_PATH", "")) if p)
    return lab.start(project, {**os.environ, "JUPYTER_CONFIG_PATH": pad}, port, **stromen)


def main(project: Path, port: int = 8868, open_browser: bool = True) -> int:
    """`leerlijn schrijven`: run until Ctrl+C. Returns the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that neither the server nor our files outlive us
    server = install_server()
    with tempfile.TemporaryDirectory() as config:
        proces, adres = start(project, Path(config), port, server)
        try:
            print(f"\nSchrijven in JupyterLab: {adres}\n{'' if server else GEEN_HULP + chr(10)}Stoppen: Ctrl+C.\n", flush=True)
            with lab.browser(adres, open_browser):
                return proces.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            lab.stop(proces)
