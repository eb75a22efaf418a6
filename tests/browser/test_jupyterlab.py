"""The same notebook in a JupyterLab window: run all cells, answer an item by keyboard, and the answer is kept."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from leerlijn import answers, build
from tests.conftest import VOORBEELD

from .conftest import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Address of a JupyterLab on a learner's course folder, and the folder."""
    tmp = tmp_path_factory.mktemp("lab")
    shutil.copytree(VOORBEELD, tmp / "bron")
    map_ = tmp / "leerlijn"
    build.install(build.build(tmp / "bron"), map_)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        poort = s.getsockname()[1]
    opties = {"ServerApp.ip": "127.0.0.1", "ServerApp.port": poort, "ServerApp.root_dir": map_, "ServerApp.open_browser": False,
              "IdentityProvider.token": "", "ServerApp.allow_root": True, "LabApp.news_url": "None",
              "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate"}
    omgeving = {k: v for k, v in os.environ.items() if k != "LEERLIJN_SLANK"} | {
        "JUPYTER_CONFIG_DIR": str(tmp / "config"), "JUPYTER_DATA_DIR": str(tmp / "data"), "JUPYTERLAB_WORKSPACES_DIR": str(tmp / "w")}
    with open(tmp / "log", "w") as log:
        proces = subprocess.Popen([sys.executable, "-m", "jupyterlab", *(f"--{k}={v}" for k, v in opties.items())], env=omgeving, stdout=log, stderr=log)
    adres = f"http://127.0.0.1:{poort}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{adres}/api", timeout=2).read()
            break
        except OSError:
            assert proces.poll() is None, (tmp / "log").read_text()
            time.sleep(0.2)
    yield adres, map_
    proces.terminate()
    proces.wait(20)


def test_answer_in_jupyterlab(lab, page):
    adres, map_ = lab
    page.goto(f"{adres}/lab/tree/proef/les.ipynb")
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(state="attached", timeout=60_000)  # before the kernel is there, Run All does nothing
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    item = page.locator('[data-item="eerst-overleggen"]')
    # JupyterLab takes cells out of the page that are out of sight, and scrolls to the last one that ran.
    wait_until(lambda: item.is_visible() or page.locator(".jp-WindowedPanel-outer").first.evaluate("el => { el.scrollTop = (el.scrollTop + 300) % el.scrollHeight; }"), 90, 0.4)
    actief = page.locator(".jp-Cell.jp-mod-active").count()
    item.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")  # chooses the next option; JupyterLab would go to another cell
    assert item.locator("input[type=radio]").nth(1).is_checked()
    assert page.locator(".jp-Cell.jp-mod-active").count() == actief
    item.locator('.ll-zeker input[value="2"]').check()
    item.get_by_role("button", name="Controleer").click()
    item.get_by_text("Waarop is dit gebaseerd?").wait_for()
    bestand = map_ / "prive" / "proef.jsonl"
    wait_until(lambda: bestand.is_file() and "eerst-overleggen" in answers.read(bestand).laatste)
    nb = json.loads((map_ / "proef" / "les.ipynb").read_text(encoding="utf-8"))
    assert all(not c.get("outputs") for c in nb["cells"])  # nothing was written into the lesson
