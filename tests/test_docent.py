"""`leerlijn docent`: what it needs before it starts, and that nothing outlives it. Formgrader itself: tests/browser."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request

import psutil
import pytest

from leerlijn import docent, lab
from leerlijn.errors import LeerlijnError

from .conftest import ROOT, VOORBEELD


def test_exchange_is_made_open_and_left_alone(tmp_path):
    uit = tmp_path / "diep" / "uitwisseling"
    docent.make_exchange(uit)
    assert stat.S_IMODE(uit.stat().st_mode) == 0o777
    uit.chmod(0o770)  # an institution's own choice
    docent.make_exchange(uit)
    assert stat.S_IMODE(uit.stat().st_mode) == 0o770
    (tmp_path / "bestand").write_text("")
    with pytest.raises(LeerlijnError, match="LEERLIJN_UITWISSELING"):
        docent.make_exchange(tmp_path / "bestand" / "uit")


def test_wrong_folder(tmp_path):
    with pytest.raises(LeerlijnError, match="nbgrader_config.py"):
        docent.start(tmp_path)


def test_port_in_use():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        assert lab.free_port(s.getsockname()[1]) != s.getsockname()[1]


def test_starts_tells_and_ends(tmp_path):
    """The command as `make docent` gives it: Dutch words, a door with a lock, and no server left behind."""
    project = shutil.copytree(VOORBEELD, tmp_path / "project")
    shutil.copy(ROOT / "grading" / "nbgrader_config.py", project / "grading")
    env = {**os.environ, "LEERLIJN_UITWISSELING": str(tmp_path / "uit"), "JUPYTER_DATA_DIR": str(tmp_path / "data"), "JUPYTER_CONFIG_DIR": str(tmp_path)}
    opdracht = [sys.executable, "-m", "leerlijn.cli", "docent", "--port", "0", "--niet-openen"]
    proces = subprocess.Popen(opdracht, cwd=project, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        regels = []
        for regel in proces.stdout:
            regels.append(regel)
            if "Stoppen" in regel:
                break
        adres = re.search(r"http://127\.0\.0\.1:\d+/formgrader\?token=\S+", "".join(regels)).group()
        assert urllib.request.urlopen(adres).status == 200
        geheim = adres.partition("token=")[2]  # everybody on a machine can read command lines
        opdrachten = [" ".join(p.cmdline()) for p in psutil.Process(proces.pid).children(recursive=True)]
        assert len(geheim) > 20 and any("jupyterlab" in o for o in opdrachten) and not any(geheim in o for o in opdrachten)
        assert (tmp_path / "uit").is_dir()
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(re.sub(r"/formgrader.*", "/api/contents", adres))
    finally:
        proces.send_signal(signal.SIGTERM)
        proces.wait(20)
    with pytest.raises(OSError):
        urllib.request.urlopen(adres)
