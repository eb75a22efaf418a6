"""What the tests do for a browser, with the real functions on a PATH of our own."""

import os
import subprocess
import sys

import pytest

from tests import zet_browser_klaar

from .conftest import ROOT


@pytest.fixture
def leeg(tmp_path, monkeypatch):
    """A PATH without anything, and no browser of Playwright's own."""
    map_ = tmp_path / "bin"
    map_.mkdir()
    monkeypatch.setenv("PATH", str(map_))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.delenv("LEERLIJN_BROWSER", raising=False)
    return map_


def zet(map_, naam):
    pad = map_ / naam
    pad.write_text("#!/bin/sh\n")
    pad.chmod(0o755)
    return str(pad)


def test_own_choice_then_chromium_then_chrome(leeg, monkeypatch):
    assert zet_browser_klaar.find_browser() is None
    chrome = zet(leeg, "google-chrome")
    assert zet_browser_klaar.find_browser() == chrome
    chromium = zet(leeg, "chromium")
    assert zet_browser_klaar.find_browser() == chromium
    monkeypatch.setenv("LEERLIJN_BROWSER", "/eigen/browser")
    assert zet_browser_klaar.find_browser() == "/eigen/browser"


@pytest.mark.parametrize("ci, code", [("true", 1), ("", 0)])
def test_no_browser_is_a_failure_in_ci_and_one_line_elsewhere(leeg, ci, code):
    """Nothing to install with: no apt on the PATH, and an address of Playwright where nobody answers."""
    env = {**os.environ, "CI": ci, "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:9"}
    uit = subprocess.run([sys.executable, "-B", "tests/zet_browser_klaar.py"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert uit.returncode == code
    assert uit.stdout.splitlines()[-1].startswith("Er is geen browser (Chromium)")
