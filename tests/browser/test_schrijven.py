"""An author in JupyterLab: an unknown key is underlined while typing, and a field of the schema is offered."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from leerlijn import lab, schema, schrijven
from tests.conftest import ROOT, VOORBEELD

pytestmark = pytest.mark.browser
BEGIN = "module: proef\nitems:\n  - id: een\n    soort: een-goed\n"
TIJD = 90_000  # ms; a language server starts behind JupyterLab


@pytest.fixture
def adres(tmp_path, monkeypatch):
    """Address of JupyterLab on a small project, as `make schrijven` starts it."""
    server = schrijven.find_server()
    if server is None:
        pytest.skip("yaml-language-server is er niet")
    for naam in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"):
        monkeypatch.setenv(naam, str(tmp_path / naam.lower()))
    project = shutil.copytree(VOORBEELD, tmp_path / "project")
    shutil.copytree(ROOT / schema.MAP, project / schema.MAP)
    (project / "quizzes" / "proef.yaml").write_text(BEGIN)
    (tmp_path / "config").mkdir()
    with open(tmp_path / "log", "w") as log:
        proces, adres = schrijven.start(project, tmp_path / "config", 0, server, stdout=log, stderr=subprocess.STDOUT)
    yield adres
    lab.stop(proces)


def test_yaml_is_checked_and_completed_while_typing(adres, page):
    page.goto(adres.replace("/lab?", "/lab/tree/quizzes/proef.yaml?"))
    page.get_by_text("Fully initialized").wait_for(timeout=TIJD)
    tekst = page.locator(".cm-content").first
    tekst.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("    onbekend: x")
    streep = page.locator(".cm-lintRange", has_text="onbekend")
    streep.first.wait_for(timeout=TIJD)
    streep.first.hover()
    page.get_by_text("Property onbekend is not allowed.").first.wait_for(timeout=TIJD)
    page.keyboard.press("Escape")
    for _ in "onbekend: x":
        page.keyboard.press("Backspace")
    page.keyboard.type("leer")
    page.keyboard.press("Tab")
    page.locator(".jp-Completer-item", has_text="leerdoel").first.wait_for(timeout=TIJD)  # nowhere in the text: it comes from the schema
