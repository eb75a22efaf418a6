"""Make sure that there is a browser for the tests: what is installed, else Debian's package when root, else Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMEN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """Path of a Chromium on this machine, or None. LEERLIJN_BROWSER comes first."""
    if eigen := os.environ.get("LEERLIJN_BROWSER"):
        return eigen
    if pad := next((p for n in NAMEN if (p := shutil.which(n))), None):
        return pad
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as p:
            pad = p.chromium.executable_path
        return pad if os.path.exists(pad) else None
    except Exception:  # no driver for this platform: as good as no browser
        return None


def install() -> None:
    stil = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Browser voor de proeven installeren met apt ...", flush=True)
        omgeving = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **stil)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, env=omgeving, **stil)
    if not find_browser():
        print("Browser voor de proeven ophalen met Playwright ...", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    if not find_browser():
        install()
    if find_browser():
        return 0
    print("Er is geen browser (Chromium) te vinden of te installeren; de proeven in de browser worden overgeslagen.")
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
