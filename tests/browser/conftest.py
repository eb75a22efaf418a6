"""Browser tests: a Chromium, the real server on a tiny course, and a line between them that a test can cut."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import meten  # noqa: E402
import proefcursus  # noqa: E402

from leerlijn import spare  # noqa: E402
from tests import zet_browser_klaar  # noqa: E402
from tests.keten import teacher_server  # noqa: E402

HIER = Path(__file__).parent
GEDULD = 60  # seconds that anything may take on a busy machine; what must be quick is measured in benchmarks/
VLAGGEN = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


if meten.MAP:
    meten.watch()

    def pytest_runtest_logreport(report):
        meten.ended(report)


class Server:
    """A server process. `adres` without slash at the end."""

    def __init__(self, map_: Path, env: dict[str, str] | None = None, script: str = "start_proef.py", port: int = 0):
        omgeving = {**os.environ, "PYTHONPATH": str(HIER), "JUPYTER_PATH": "", **(env or {})}
        self.map = map_
        begin = time.monotonic()
        self.proces = subprocess.Popen(
            [sys.executable, str(HIER / script), str(map_), str(port)], env=omgeving, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.regels = []
        for regel in self.proces.stdout:
            self.regels.append(regel)
            if "http://" in regel:
                break
        else:
            raise RuntimeError("".join(self.regels))
        self.start = time.monotonic() - begin
        self.adres = regel.split()[-1]
        self.poort = int(self.adres.rsplit(":", 1)[1])

    def kernels(self) -> list[int]:
        """Process ids of the kernels of this server."""
        uit = subprocess.run(["ps", "-ww", "-o", "pid=,comm=,args=", "--ppid", str(self.proces.pid)], capture_output=True, text=True).stdout
        return [int(r.split()[0]) for r in uit.splitlines() if "leerlijn.spare -" in r or spare.NAME in r]  # not the one that waits

    def stop(self, sein: int = signal.SIGTERM) -> str:
        self.proces.send_signal(sein)
        uit, _ = self.proces.communicate(timeout=GEDULD)
        return "".join(self.regels) + uit


class Proxy:
    """A line to the server that can be cut (`cut`), or swallow everything without a word (`slik`)."""

    def __init__(self, poort: int):
        self.doel = poort
        self.sokken: list[socket.socket] = []
        self.dicht = self.slik = False
        self.gezien = self.geweigerd = 0  # bytes towards the server, connections refused
        self.luister = socket.create_server(("127.0.0.1", 0))
        self.poort = self.luister.getsockname()[1]
        threading.Thread(target=self._lus, daemon=True).start()

    @property
    def adres(self) -> str:
        return f"http://127.0.0.1:{self.poort}"

    def _lus(self) -> None:
        while True:
            try:
                binnen, _ = self.luister.accept()
            except OSError:
                return
            if self.dicht:
                self.geweigerd += 1
                binnen.close()
                continue
            uit = socket.create_connection(("127.0.0.1", self.doel))
            self.sokken += [binnen, uit]
            for van, naar in ((binnen, uit), (uit, binnen)):
                threading.Thread(target=self._pomp, args=(van, naar), daemon=True).start()

    def _pomp(self, van: socket.socket, naar: socket.socket) -> None:
        try:
            while data := van.recv(65536):
                if not self.slik:
                    naar.sendall(data)
                    self.gezien += len(data)
        except OSError:
            pass
        for s in (van, naar):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self, blijf: bool = False) -> None:
        """Break every connection; with `blijf` refuse new ones too, until `heel`."""
        self.dicht = blijf
        sokken, self.sokken = self.sokken, []
        for s in sokken:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def heel(self) -> None:
        self.dicht = self.slik = False

    def close(self) -> None:
        self.luister.close()
        self.cut()


# For each file anew: Playwright keeps a loop running in this thread, in which others could not run theirs.
@pytest.fixture(scope="module")
def chromium():
    pad = zet_browser_klaar.find_browser()
    if pad is None:
        pytest.skip("geen Chromium op deze machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=pad, args=VLAGGEN)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def proefmap(tmp_path_factory) -> Path:
    """The tiny course; tests that change it make their own."""
    return proefcursus.schrijf(tmp_path_factory.mktemp("proef") / "leerlijn")


@pytest.fixture(scope="session")
def server(proefmap):
    s = Server(proefmap)
    yield s
    s.stop()


@pytest.fixture
def proxy(server):
    p = Proxy(server.poort)
    yield p
    p.close()


class Waarnemer:
    """What a page asked for and complained about."""

    def __init__(self, page):
        self.adressen: list[str] = []
        self.klachten: list[str] = []
        page.on("request", lambda r: self.adressen.append(r.url))
        page.on("console", lambda m: m.type == "error" and self.klachten.append(f"{m.text} {m.location.get('url', '')}"))
        page.on("pageerror", lambda e: self.klachten.append(str(e)))


@pytest.fixture
def page(chromium):
    """A page in a browser of its own; `page.waarnemer` says what it asked for."""
    context = chromium.new_context(viewport={"width": 1100, "height": 800}, locale="nl-NL")
    context.set_default_timeout(GEDULD * 1000)
    p = context.new_page()
    p.waarnemer = Waarnemer(p)
    yield p
    context.close()


def wait_until(wat, seconden: float = GEDULD, stap: float = 0.05):
    """The first true value of `wat()`; fails after so many seconds."""
    eind = time.monotonic() + seconden
    while True:
        uit = wat()
        if uit:
            return uit
        assert time.monotonic() < eind, "duurde te lang"
        time.sleep(stap)


LES = "/voila/render/proef/les.ipynb"


@pytest.fixture(scope="module")
def adres(keten):
    """Address of `leerlijn docent` on the course that the file of tests has as `keten`."""
    with teacher_server(keten) as adres:
        yield adres


def open_teacher(page, adres):
    """In formgrader, past the token; gives the page, with .basis: the address without a path."""
    page.goto(adres)
    page.wait_for_url("**/manage_assignments")
    page.basis = "{0.scheme}://{0.netloc}".format(urlsplit(adres))
    page.waarnemer.adressen.clear()
    return page


def formgrader_save(page, veld: str, waarde: str, pad: str) -> None:
    """Type in a field of formgrader and wait until it is saved. Formgrader listens to its fields only after its own requests,
    and says nowhere when that is; so once more when nothing was sent."""
    from playwright.sync_api import TimeoutError

    for poging in range(5):
        page.locator(veld).fill("")
        page.locator(veld).fill(waarde)
        try:
            with page.expect_response(lambda r: pad in r.url and r.request.method == "PUT", timeout=8000):
                page.locator(veld).press("Tab")
            return
        except TimeoutError:
            assert poging < 4, f"formgrader did not save {veld}"
