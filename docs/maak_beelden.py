"""Make the screenshots in docs/beeld again, from the running system: `python docs/maak_beelden.py`. Needs a browser, as `make test` does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from leerlijn import answers  # noqa: E402
from tests.zet_browser_klaar import find_browser  # noqa: E402

# file -> address on the learner's server, width and height in CSS pixels
PAGINAS = {"cursuspagina.png": ("/", 1200, 900), "delen.png": ("/delen#voorbeeld", 820, 410)}


def main() -> None:
    with tempfile.TemporaryDirectory() as map_, sync_playwright() as p:
        omgeving = {**os.environ, "LEERLIJN_MAP": map_}
        server = subprocess.Popen([sys.executable, "-m", "leerlijn.cli", "start", "--port", "0", "--niet-openen"], cwd=ROOT, env=omgeving, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            adres = next(r.split()[-1] for r in server.stdout if "http://" in r)
            browser = p.chromium.launch(executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"])
            for naam, (pad, breed, hoog) in PAGINAS.items():
                if naam == "delen.png":
                    practise(Path(map_) / "leerlijn")
                pagina = browser.new_page(viewport={"width": breed, "height": hoog}, locale="nl-NL", reduced_motion="reduce")
                pagina.goto(adres + pad, wait_until="load")
                pagina.evaluate("document.fonts.ready")
                pagina.screenshot(path=ROOT / "docs" / "beeld" / naam)
                print(f"docs/beeld/{naam}")
        finally:
            server.terminate()
            server.wait(60)


def practise(course_dir: Path) -> None:
    """An invented learner: first answers in two modules, so that there is something to share."""
    for module, fout in (("herkennen", (2, 7)), ("praten-over-seksualiteit", (1, 4, 5))):
        items = json.loads((course_dir / module / "oefening-sleutel.json").read_text("utf-8"))["items"].values()
        for n, k in enumerate([k for k in items if k["soort"] == "een-goed"][:9]):
            antwoord = next(o for o in k["opties"] if o not in k["goed"]) if n in fout else k["goed"][0]
            answers.append(course_dir / "prive" / f"{module}.jsonl", k["id"], antwoord, extra={"zekerheid": 1 + n % 3})


if __name__ == "__main__":
    main()
