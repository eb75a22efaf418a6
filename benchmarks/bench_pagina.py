"""A lesson page beside a stock Voila page with the same text and as many items in plain ipywidgets.

Cold browser, median of 5, interleaved; then the same with the processor slowed down four times.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from meting import median, toon
from playwright.sync_api import sync_playwright

from leerlijn import build

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from tests.zet_browser_klaar import find_browser  # noqa: E402

RONDES = 5
VLAGGEN = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
KAAL_ITEM = "w.VBox([w.HTML({vraag!r}), w.RadioButtons(options={opties!r}, value=None), w.Button(description='Controleer'), w.HTML('')])"


def vrije_poort() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def kaal_notebook(les: dict, items: list[dict]) -> dict:
    """The same markdown, and every item of the lesson as four plain ipywidgets."""
    rij = [KAAL_ITEM.format(vraag=i["vraag"], opties=[o["tekst"] for o in i.get("opties", [])] or ["a", "b", "c"]) for i in items]
    code = "import ipywidgets as w\nfrom IPython.display import display\nfor x in (" + ",\n".join(rij) + ",):\n    display(x)"
    cellen = [c for c in les["cells"] if c["cell_type"] == "markdown"]
    cellen.append({"cell_type": "code", "execution_count": None, "id": "items", "metadata": {}, "outputs": [], "source": code})
    return {**les, "cells": cellen}


def wacht_op(adres: str, proces: subprocess.Popen) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(adres, timeout=2).read()
            return
        except OSError:
            if proces.poll() is not None:
                raise RuntimeError(f"server ended with {proces.returncode}") from None
            time.sleep(0.1)
    raise RuntimeError("server did not come up")


def laad(browser, adres: str, tekst: str, item: str, traag: int) -> tuple[float, float, float]:
    """Seconds to readable text, seconds to the first usable item, and bytes received. A fresh browser context: nothing cached."""
    context = browser.new_context()
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    bytes_ = [0.0]
    cdp.on("Network.loadingFinished", lambda e: bytes_.__setitem__(0, bytes_[0] + e["encodedDataLength"]))
    cdp.send("Network.enable")
    if traag > 1:
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": traag})
    begin = time.perf_counter()
    page.goto(adres, wait_until="commit")
    page.locator(tekst).first.wait_for(state="visible", timeout=90_000)
    lezen = time.perf_counter() - begin
    page.locator(item).first.wait_for(state="visible", timeout=90_000)
    klaar = time.perf_counter() - begin
    page.wait_for_timeout(500)
    uit = lezen, klaar, bytes_[0]
    context.close()
    return uit


def main() -> bool:
    with tempfile.TemporaryDirectory() as tijdelijk:
        tmp = Path(tijdelijk)
        uit = build.build(ROOT, tmp / "gebouwd", tmp / "grading")
        build.install(uit, tmp / "leerlijn")
        les = json.loads((uit / "herkennen/les.ipynb").read_text(encoding="utf-8"))
        items = json.loads((uit / "herkennen/oefening.json").read_text(encoding="utf-8"))["items"]
        (tmp / "kaal").mkdir()
        (tmp / "kaal/les.ipynb").write_text(json.dumps(kaal_notebook(les, items)), encoding="utf-8")
        p1, p2 = vrije_poort(), vrije_poort()
        stil = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        omgeving = {**os.environ, "LEERLIJN_MAP": str(tmp)}
        code = f"from pathlib import Path; from leerlijn import serve; serve.main({p1}, False, Path({str(tmp / 'leerlijn')!r}))"
        eigen = subprocess.Popen([sys.executable, "-c", code], env=omgeving, **stil)
        voila = subprocess.Popen([sys.executable, "-m", "voila", "--no-browser", f"--port={p2}", str(tmp / "kaal")], **stil)
        try:
            wacht_op(f"http://127.0.0.1:{p1}/", eigen)
            wacht_op(f"http://127.0.0.1:{p2}/", voila)
            with sync_playwright() as p:
                browser = p.chromium.launch(executable_path=find_browser(), args=VLAGGEN)
                return meet(browser, p1, p2, len(items))
        finally:
            for proces in (eigen, voila):
                os.killpg(proces.pid, signal.SIGINT)
            for proces in (eigen, voila):
                try:
                    proces.wait(20)
                except subprocess.TimeoutExpired:  # stock Voila sometimes keeps waiting for a kernel that has gone
                    os.killpg(proces.pid, signal.SIGKILL)
                    proces.wait()


def meet(browser, p1: int, p2: int, aantal: int) -> bool:
    onze = (f"http://127.0.0.1:{p1}/voila/render/herkennen/les.ipynb", "main h1", ".ll-onderdeel button:not([disabled])")
    stock = (f"http://127.0.0.1:{p2}/voila/render/les.ipynb", "h1", ".widget-button, .jupyter-button")
    gehaald = True
    for traag in (1, 4):
        wij, zij = [], []
        for _ in range(RONDES):
            wij.append(laad(browser, *onze, traag))
            zij.append(laad(browser, *stock, traag))
        w, z = [[median(k) for k in zip(*rij)] for rij in (wij, zij)]
        naam = f"{aantal} vragen, processor {traag}x trager" if traag > 1 else f"{aantal} vragen"
        gehaald &= toon(f"leesbare tekst / stock ({naam})", w[0] / z[0], "x", 0.3, toelichting=f"{w[0]:.2f} s en {z[0]:.2f} s")
        gehaald &= toon(f"eerste bruikbare vraag / stock ({naam})", w[1] / z[1], "x", 0.6, toelichting=f"{w[1]:.2f} s en {z[1]:.2f} s")
        gehaald &= toon(f"ontvangen bytes / stock ({naam})", w[2] / z[2], "x", 0.03, toelichting=f"{w[2] / 1e3:.0f} kB en {z[2] / 1e3:.0f} kB")
    return gehaald


if __name__ == "__main__":
    main()
