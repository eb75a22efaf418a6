"""The same notebooks in a JupyterLab window: one answered by keyboard, and all of the course opened and run without an error."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from leerlijn import answers, build, content
from leerlijn.model import Cursus
from tests.conftest import ROOT, VOORBEELD

from .conftest import wait_until

pytestmark = pytest.mark.browser


MODULES = {m.id: m.map for m in content.load_file(ROOT / "modules/cursus.yaml", Cursus).modules}
NOTEBOOKS = ["herhalen.ipynb", *[f"{'' if p.stem == 'les' else 'toetsen/'}{m}/{p.name}" for m, map_ in MODULES.items() for p in sorted((ROOT / "modules" / map_).glob("*.ipynb"))]]
# Open a notebook and run all cells, by command and once the kernel is there: before that the menu's Run All does nothing, and nobody hears of it.
OPEN = """async (path) => {
  const app = window.jupyterapp, doc = await app.commands.execute("docmanager:open", { path, factory: "Notebook" });
  await doc.context.ready;
  await doc.sessionContext.ready;
  await app.commands.execute("notebook:run-all-cells");
"""
# Say per code cell what came out. Then let go of the notebook and of its kernel.
DRAAI = OPEN + """
  const uit = [...doc.content.model.cells].filter((c) => c.type === "code").map((c) => {
    const delen = Array.from({ length: c.outputs.length }, (_, i) => c.outputs.get(i).toJSON());
    return { bron: c.sharedModel.source, delen: delen.map((d) => [d.output_type, ...Object.keys(d.data ?? {})]) };
  });
  const fout = [...doc.node.querySelectorAll('[data-mime-type*="stderr"], .jupyter-widgets-error-widget')].map((e) => e.textContent);
  await doc.sessionContext.shutdown();
  doc.dispose();
  return { uit, fout };
}"""


def open_lab(tmp, bron):
    """A JupyterLab on the learner's edition of the course in `bron`: process, address, folder."""
    map_ = tmp / "leerlijn"
    build.install(build.build(bron, tmp / "uit", tmp / "grading"), map_)
    # All cells stay in the page: by itself JupyterLab takes out those that are out of sight, and a busy machine never caught up with scrolling.
    instelling = tmp / "instellingen/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    instelling.parent.mkdir(parents=True)
    instelling.write_text('{"windowingMode": "none"}', encoding="utf-8")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        poort = s.getsockname()[1]
    opties = {"ServerApp.ip": "127.0.0.1", "ServerApp.port": poort, "ServerApp.root_dir": map_, "ServerApp.open_browser": False,
              "IdentityProvider.token": "", "ServerApp.allow_root": True, "LabApp.news_url": "None", "LabApp.expose_app_in_browser": True,
              "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate"}
    omgeving = {k: v for k, v in os.environ.items() if k != "LEERLIJN_SLANK"} | {
        "JUPYTER_CONFIG_DIR": str(tmp / "config"), "JUPYTER_DATA_DIR": str(tmp / "data"), "JUPYTERLAB_WORKSPACES_DIR": str(tmp / "w"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp / "instellingen")}
    with open(tmp / "log", "w") as log:
        proces = subprocess.Popen([sys.executable, "-m", "jupyterlab", *(f"--{k}={v}" for k, v in opties.items())], env=omgeving, stdout=log, stderr=log)
    adres = f"http://127.0.0.1:{poort}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{adres}/api", timeout=2).read()
            return proces, adres, map_
        except OSError:
            assert proces.poll() is None, (tmp / "log").read_text()
            time.sleep(0.2)
    raise AssertionError((tmp / "log").read_text())


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Address of a JupyterLab on a learner's course folder, and the folder."""
    proces, adres, map_ = open_lab(tmp_path_factory.mktemp("lab"), VOORBEELD)
    yield adres, map_
    proces.terminate()
    proces.wait(20)


@pytest.fixture(scope="module")
def venster(chromium, tmp_path_factory):
    """One JupyterLab window on the whole course, for one notebook after the other; and its folder."""
    proces, adres, map_ = open_lab(tmp_path_factory.mktemp("cursuslab"), ROOT)
    blad = chromium.new_page()
    blad.goto(f"{adres}/lab")
    blad.wait_for_function("window.jupyterapp?.restored.then(() => true)", timeout=120_000)
    yield blad, map_
    blad.close()
    proces.terminate()
    proces.wait(20)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_notebook_opens_and_runs_in_jupyterlab(venster, notebook):
    blad, map_ = venster
    gebeurd = blad.evaluate(DRAAI, notebook)
    assert gebeurd["uit"] and not gebeurd["fout"]
    for cel in gebeurd["uit"]:
        soorten = [d[0] for d in cel["delen"]]
        assert "error" not in soorten, cel
        if "toon.punten" not in cel["bron"]:
            assert any("application/vnd.jupyter.widget-view+json" in d for d in cel["delen"]), cel
    nb = json.loads((map_ / notebook).read_text(encoding="utf-8"))
    assert all(not c.get("outputs") for c in nb["cells"])  # looking changes nothing


def test_answer_in_jupyterlab(lab, page):
    adres, map_ = lab
    page.goto(f"{adres}/lab")
    page.wait_for_function("window.jupyterapp?.restored.then(() => true)", timeout=120_000)
    page.evaluate(OPEN + "}", "proef/les.ipynb")
    item = page.locator('[data-item="eerst-overleggen"]')
    item.scroll_into_view_if_needed()
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
