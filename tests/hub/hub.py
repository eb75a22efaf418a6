"""A real JupyterHub with its proxy on this machine, on our own configuration, in a temporary folder. Helper of tests, no test.

    hub = Hub(tmp, {"proefcursus": {"docenten": ["dora"], "cursisten": ["anna", "bram"], "project": ..., "cursusmap": ...}})
    anna = hub.login("anna"); anna.get(hub.leren("proefcursus"))   # requests.Session that has been through the login
    page.goto(hub.adres); hub.login_browser(page, "anna")          # the same in a browser
    hub.stop()
"""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from leerlijn.dienst_mappen import learner_folder, shard_of

from ..conftest import ROOT
from ..keten import Keten, released

BIN = Path(sys.executable).parent
# The hub itself may come from another environment, for the tests with an older JupyterHub (docs/beheer.md); the services stay ours.
HUB_PYTHON = os.environ.get("LEERLIJN_HUB_PYTHON")
START = 120  # seconds that a busy machine may take
EIGEN_CONFIG = """
load_subconfig({config!r})
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.allow_all = True  # outsiders can log in to the hub, and must then be refused by everything else
c.JupyterHub.bind_url = "http://127.0.0.1:{poort}{basis}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hubpoort}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxypoort}"
c.ConfigurableHTTPProxy.pid_file = {pid!r}
c.JupyterHub.db_url = {db!r}
c.JupyterHub.cookie_secret_file = {koek!r}
c.ConfigurableHTTPProxy.auth_token = {token!r}
c.JupyterHub.services.append({{"name": "proef", "api_token": {api!r}}})
c.JupyterHub.load_roles.append({{"name": "proef", "services": ["proef"], "scopes": ["list:users", "list:services", "admin:users", "admin:groups"]}})
{extra}
"""


@contextlib.contextmanager
def released_for_hub(tmp: Path) -> Iterator[Keten]:
    """A released course for a Hub in tmp/hub, with what grading/hub/jupyterhub_config.py gives to the grading account."""
    with released(tmp, zelfde_account=False) as k, pytest.MonkeyPatch.context() as mp:
        k.env["LEERLIJN_DIENSTEN"] = f"{pwd.getpwuid(os.getuid()).pw_name}:{tmp / 'hub' / 'inleveren' / k.course}"
        mp.setenv("LEERLIJN_DIENSTEN", k.env["LEERLIJN_DIENSTEN"])
        yield k


def free_ports(n: int) -> list[int]:
    """Ports that are free now, one after another where services need a row of them. Below those that the system gives to any
    connection: one of these may be taken between now and the start of a service."""
    while True:
        eerste = random.randrange(12_000, 32_000)
        rij = list(range(eerste, eerste + n))
        if all(_free(p) for p in rij):
            return rij


def _free(poort: int) -> bool:
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", poort))
            return True
        except OSError:
            return False


def wait_for(wat: Any, seconden: float = START, stap: float = 0.2) -> Any:
    """The first true value of `wat()`; fails after so many seconds."""
    eind = time.monotonic() + seconden
    while True:
        if uit := wat():
            return uit
        assert time.monotonic() < eind, "duurde te lang"
        time.sleep(stap)


class Hub:
    """adres: where the browser goes, without slash; tmp: everything that it writes; api: headers with the rights of a test."""

    def __init__(self, tmp: Path, cursussen: dict[str, dict[str, Any]], *, dienst: dict[str, Any] | None = None, basis: str = "/", extra: str = "", uitwisseling: Path | None = None, voor: list[str] | None = None):
        """voor: command to start the hub through."""
        self.tmp, self.basis, self.voor = tmp, basis, voor or []
        tmp.mkdir(parents=True, exist_ok=True)
        delen = (dienst or {}).get("delen", 1)
        poorten = free_ports(3 + len(cursussen) * (delen + 1))
        self.poort, hubpoort, proxypoort = poorten[:3]
        cursussen = {naam: {"poort": poorten[3 + i * (delen + 1)], **c} for i, (naam, c) in enumerate(cursussen.items())}
        self.dienst = {"gegevens": str(tmp / "gegevens"), "inleveren": str(tmp / "inleveren"), "delen": delen, **(dienst or {})}
        self.uitwisseling = uitwisseling or tmp / "uitwisseling"
        als_root = {} if self.dienst.get("account") else {"als_root": True}  # one account for all: only in a test
        self.instelling = {"cursussen": cursussen, "dienst": self.dienst, "uitwisseling": str(self.uitwisseling), "omgeving": sys.prefix, **als_root}
        self.write_settings()
        self.api = {"Authorization": f"token {(api := secrets.token_hex(16))}"}
        (tmp / "jupyterhub_config.py").write_text(
            EIGEN_CONFIG.format(
                config=str(ROOT / "grading/hub/jupyterhub_config.py"), poort=self.poort, basis=basis, hubpoort=hubpoort, proxypoort=proxypoort,
                pid=str(tmp / "proxy.pid"), db=f"sqlite:///{tmp}/hub.sqlite", koek=str(tmp / "koek"), token=secrets.token_hex(16), api=api, extra=extra,
            )
        )  # fmt: skip
        self.proces: subprocess.Popen | None = None
        self.start()

    def write_settings(self) -> None:
        """For the next start: instelling.yaml as `instelling` is now."""
        (self.tmp / "instelling.yaml").write_text(yaml.safe_dump(self.instelling))

    @property
    def adres(self) -> str:
        return f"http://127.0.0.1:{self.poort}{self.basis}".rstrip("/")

    @property
    def log(self) -> str:
        return (self.tmp / "hub.log").read_text("utf-8", "replace")

    def start(self) -> None:
        """Start the hub, its proxy and the services, and wait until all of them answer."""
        omgeving = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "LEERLIJN"))}
        omgeving |= {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "LEERLIJN_INSTELLING": str(self.tmp / "instelling.yaml"), "HOME": str(self.tmp)}
        with open(self.tmp / "hub.log", "a") as log:
            # A real supervisor gives SIGINT as it should be; a shell in the background does not.
            self.proces = subprocess.Popen(
                [*self.voor, HUB_PYTHON or str(BIN / "python"), "-m", "jupyterhub", "-f", str(self.tmp / "jupyterhub_config.py")], cwd=self.tmp, env=omgeving, stdout=log, stderr=log,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )  # fmt: skip
        self.wait_ready()

    def wait_ready(self) -> None:
        namen = [n for n in self._services() if n != "proef"]
        wait_for(lambda: self._alive() and all(self._answers(f"/services/{n}/") for n in namen))

    def _services(self) -> list[str]:
        inst = yaml.safe_load((self.tmp / "instelling.yaml").read_text())
        return [n for naam in inst["cursussen"] for n in (naam, *(f"leren-{naam}-{i}" for i in range(self.dienst["delen"])))]

    def _alive(self) -> bool:
        assert self.proces.poll() is None, self.log[-5000:]
        return self._answers("/hub/api")

    def _answers(self, pad: str) -> bool:
        try:
            return requests.get(self.adres + pad, timeout=10, allow_redirects=False).status_code in (200, 302, 403)
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """Stop the hub; it stops its services and its proxy."""
        if self.proces is None or self.proces.poll() is not None:
            return
        self.proces.send_signal(signal.SIGTERM)
        try:
            self.proces.wait(60)
        except subprocess.TimeoutExpired:
            self.proces.kill()
            self.proces.wait()

    def kill(self) -> None:
        """End the hub and all below it at once, as a power cut does, or systemd for a unit that died."""
        import psutil

        if self.proces is None or self.proces.poll() is not None:
            return
        rij = [psutil.Process(self.proces.pid), *psutil.Process(self.proces.pid).children(recursive=True)]
        for p in rij:
            try:
                p.kill()
            except psutil.Error:
                pass  # ended meanwhile
        self.proces.wait()
        psutil.wait_procs(rij, 30)

    def children(self, wat: str) -> list[int]:
        """Process ids below the hub whose command line holds `wat`."""
        import psutil

        uit = []
        for p in psutil.Process(self.proces.pid).children(recursive=True):
            try:
                if wat in " ".join(p.cmdline()):
                    uit.append(p.pid)
            except psutil.Error:
                continue  # ended meanwhile
        return sorted(uit)

    # --- who is where ---

    def leren(self, cursus: str, naam: str = "", deel: int | None = None) -> str:
        """Address of the shared service, with slash: of the part where `naam` belongs."""
        deel = shard_of(naam, self.dienst["delen"]) if deel is None else deel
        return f"{self.adres}/services/leren-{cursus}-{deel}/"

    def folder(self, cursus: str, naam: str) -> Path:
        """Folder with the answers of a learner."""
        return learner_folder(Path(self.dienst["gegevens"]), cursus, naam)

    # --- logging in ---

    def login(self, naam: str) -> requests.Session:
        """A session that is logged in to the hub; services log it in at the first visit."""
        s = requests.Session()
        s.headers["User-Agent"] = f"proef-{naam}"
        s.get(f"{self.adres}/hub/login", timeout=30)
        r = s.post(f"{self.adres}/hub/login?_xsrf={s.cookies['_xsrf']}", data={"username": naam, "password": "x"}, timeout=60, allow_redirects=False)
        assert r.status_code == 302, r.text[:500]
        return s

    def login_browser(self, page: Any, naam: str, naar: str = "") -> None:
        """Log in through the form, as a person does. naar: address to ask for first; by default that of the hub."""
        page.goto(naar or self.adres)
        page.fill("#username_input", naam)
        page.fill("#password_input", "x")
        page.click("#login_submit")
