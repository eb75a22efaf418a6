"""Makes the pictures of docs/inzicht.md from the running system, on a SIMULATED group:  python -m tests.beeld_inzicht"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from leerlijn import docent, lab, report, report_html

from . import zet_browser_klaar
from .groep import ROOT, Groep, project

BEELD = ROOT / "docs" / "beeld"
WIE = "gesimuleerde groep, geen echte deelnemers"


def main() -> None:
    with tempfile.TemporaryDirectory() as tmp, sync_playwright() as p:
        root = project(Path(tmp) / "project")
        for naam in ("inzicht.ipynb", "nbgrader_config.py"):
            shutil.copy(ROOT / "grading" / naam, root / "grading")
        groep = Groep(root, 120)
        groep.toets("herkennen")
        groep.deel("herkennen")
        pad = Path(tmp) / "verslag.html"
        pad.write_text(report_html.render([report.of_module(root, "herkennen")], WIE), "utf-8")
        os.environ |= {"LEERLIJN_UITWISSELING": f"{tmp}/uit", "JUPYTER_DATA_DIR": f"{tmp}/data", "JUPYTER_CONFIG_DIR": f"{tmp}/config"}
        browser = p.chromium.launch(executable_path=zet_browser_klaar.find_browser(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1000, "height": 1000}, device_scale_factor=1.5)
        page.goto(pad.as_uri())
        page.evaluate("document.fonts.ready")
        page.screenshot(path=BEELD / "inzicht-verslag.png")
        page.get_by_role("heading", name="Alle vragen op een rij").evaluate("e => e.scrollIntoView()")
        page.screenshot(path=BEELD / "inzicht-vragen.png")
        proces, adres = docent.start(root / "grading", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            page.set_viewport_size({"width": 1000, "height": 820})
            page.goto(adres.replace("/formgrader", "/voila/render/inzicht.ipynb"), timeout=120_000)
            page.get_by_label("Onderdeel").select_option(label="Wegen door casussen (alleen gedeelde oefening)", timeout=120_000)
            page.get_by_role("heading", name="Wegen door de casus").wait_for(timeout=60_000)
            page.screenshot(path=BEELD / "inzicht-dashboard.png")
        finally:
            lab.stop(proces)
            browser.close()


if __name__ == "__main__":
    main()
