"""The way from our server to the browser: what opens there is a file of this account, and no command line tells the token."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leerlijn import lab

from .conftest import ROOT, VOORBEELD

# Stands in for the browser's program, which another account sees with its arguments in `ps`. Not for its pages: those are in tests/browser.
PROGRAMMA = """#!{python}
import json, os, sys, urllib.parse, urllib.request
pad = urllib.parse.unquote(urllib.parse.urlsplit(sys.argv[1]).path)
gezien = {{"argv": sys.argv[1:], "tekst": open(pad).read(), "rechten": os.stat(pad).st_mode & 0o7777, "map": os.stat(os.path.dirname(pad)).st_mode & 0o777, "pad": pad}}
open({uit!r} + ".half", "w").write(json.dumps(gezien))
os.rename({uit!r} + ".half", {uit!r})
"""


@pytest.fixture
def programma(tmp_path):
    pad = tmp_path / "browser"
    pad.write_text(PROGRAMMA.format(python=sys.executable, uit=str(tmp_path / "gezien.json")))
    pad.chmod(0o755)
    return f"{pad} %s"


def wacht_op(pad, proces):
    eind = time.monotonic() + 120
    while not pad.exists():
        assert proces.poll() is None and time.monotonic() < eind
        time.sleep(0.05)


@pytest.mark.parametrize("opdracht, pagina", [("docent", "/formgrader"), ("beoordeel", "/leerlijn/beoordeel"), ("schrijven", "/lab")])
def test_the_token_is_on_no_command_line(tmp_path, programma, opdracht, pagina):
    project = shutil.copytree(VOORBEELD, tmp_path / "project")
    shutil.copy(ROOT / "grading" / "nbgrader_config.py", project / "grading")
    kaal = tmp_path / "bin"  # no npm: nothing is fetched here
    kaal.mkdir()
    env = {
        **{k: v for k, v in os.environ.items() if k != "DISPLAY"}, "BROWSER": programma, "PATH": str(kaal), "HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "LEERLIJN_UITWISSELING": str(tmp_path / "uit"), "JUPYTER_DATA_DIR": str(tmp_path / "data"), "JUPYTER_CONFIG_DIR": str(tmp_path), "TMPDIR": str(tmp_path / "tijdelijk"),
    }  # fmt: skip
    (tmp_path / "tijdelijk").mkdir()
    with open(tmp_path / "log", "w+") as log:
        proces = subprocess.Popen([sys.executable, "-m", "leerlijn.cli", opdracht, "--port", "0"], cwd=project, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            wacht_op(tmp_path / "gezien.json", proces)
            log.seek(0)
            token = re.search(r"\?token=(\S+)", log.read()).group(1)
        finally:
            proces.send_signal(signal.SIGTERM)
            proces.wait(30)
    gezien = json.loads((tmp_path / "gezien.json").read_text())
    assert len(gezien["argv"]) == 1 and gezien["argv"][0].startswith("file:///") and token not in gezien["argv"][0]
    (adres,) = set(re.findall(r'(?:url=|href=")(http[^"]+)"', gezien["tekst"]))
    assert re.fullmatch(rf"http://127\.0\.0\.1:\d+{pagina}\?token={re.escape(token)}", adres)
    assert (gezien["rechten"], gezien["map"]) == (0o600, 0o700)
    over = {p.name for m in ("runtime", "tijdelijk") for p in (tmp_path / m).iterdir()}
    assert over == {"jupyter_cookie_secret"}  # Jupyter keeps that one, for logins that last


def test_closed_whatever_was_there(tmp_path, monkeypatch):
    """With a wide umask, a link on its place and a failure inside: a new closed file, and nothing afterwards."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("BROWSER", "true %s")
    bestand = tmp_path / "runtime" / f"leerlijn-{os.getpid()}-open.html"
    bestand.parent.mkdir(mode=0o755)
    bestand.symlink_to(tmp_path / "van-een-ander")
    was = os.umask(0)
    try:
        with pytest.raises(ZeroDivisionError), lab.browser('http://127.0.0.1:1/lab?token=a"b&c'):
            assert stat.S_IMODE(bestand.lstat().st_mode) == 0o600 and bestand.is_file() and not bestand.is_symlink()
            assert 'href="http://127.0.0.1:1/lab?token=a&quot;b&amp;c"' in bestand.read_text()
            raise ZeroDivisionError
    finally:
        os.umask(was)
    assert not bestand.exists() and not (tmp_path / "van-een-ander").exists()
    with lab.browser("http://127.0.0.1:1/", openen=False):
        assert list(bestand.parent.iterdir()) == []
