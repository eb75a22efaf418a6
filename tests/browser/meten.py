"""With LEERLIJN_METINGEN set, the browser tests keep what axe found and how each test ended, for docs/meet_toegankelijkheid.py."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

MAP = os.environ.get("LEERLIJN_METINGEN")


def _keep(soort: str, **gegevens: object) -> None:
    with open(Path(str(MAP), f"{soort}-{os.getpid()}.jsonl"), "a", encoding="utf-8") as f:
        f.write(json.dumps(gegevens) + "\n")


def watch() -> None:
    """Have every run of axe kept. Changes nothing in what it finds."""
    from axe_playwright_python.sync_playwright import Axe

    echt = Axe.run

    def run(self, page, *args, **kwargs):
        uit = echt(self, page, *args, **kwargs)
        r = uit.response
        versie = page.context.browser.version
        _keep("axe", adres=urlsplit(page.url).path, titel=page.title(), test=os.environ.get("PYTEST_CURRENT_TEST", ""), axe=r["testEngine"]["version"], browser=versie,
              regels=len(r["passes"]), fouten=len(r["violations"]), onbeslist=sum(len(i["nodes"]) for i in r["incomplete"]))  # fmt: skip
        return uit

    Axe.run = run


def ended(report) -> None:
    """Keep how a test ended. report: pytest's own."""
    if report.when == "call" or (report.when == "setup" and report.outcome == "failed"):
        _keep("test", test=report.nodeid.split("[")[0].rpartition("/")[2], goed=report.outcome == "passed", over=report.outcome == "skipped")
