"""An ended server leaves nothing in the folder for temporary files: ended by a signal, before it was up, or killed and started again."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from leerlijn import serve_folder
from tests.browser.conftest import GEDULD, LES, Server, proefcursus, wait_until

ROOT = Path(__file__).parent.parent
HOUDT = "import sys, time; from leerlijn import serve_folder\nwith serve_folder.kernel_folder(sys.argv[1]) as m: print(m, flush=True); time.sleep(600)"


@pytest.fixture
def tijdelijk(monkeypatch):
    """A folder for temporary files with a name as short as /tmp has, which is where sockets may be."""
    map_ = tempfile.mkdtemp(prefix="t", dir="/tmp")
    monkeypatch.setenv("TMPDIR", map_)
    yield Path(map_)
    shutil.rmtree(map_)


def oud(map_):
    os.utime(map_, (1, 1))


def test_taken_away_and_what_was_killed_too(tijdelijk):
    with serve_folder.kernel_folder(str(tijdelijk)) as map_:
        (Path(map_) / "binnen").mkdir()
        assert os.stat(map_).st_mode & 0o777 == 0o700
    assert list(tijdelijk.iterdir()) == []
    with subprocess.Popen([sys.executable, "-c", HOUDT, str(tijdelijk)], stdout=subprocess.PIPE, text=True) as leeft:
        levend = Path(leeft.stdout.readline().strip())
        with subprocess.Popen([sys.executable, "-c", HOUDT, str(tijdelijk)], stdout=subprocess.PIPE, text=True) as dood:
            weg = Path(dood.stdout.readline().strip())
            dood.kill()
        ander = tijdelijk / f"{serve_folder.VOOR}link"
        ander.symlink_to(tijdelijk.parent)
        nieuw = tijdelijk / f"{serve_folder.VOOR}nieuw"  # of a server that has not locked it yet
        nieuw.mkdir()
        for m in (levend, weg):
            oud(m)
        with serve_folder.kernel_folder(str(tijdelijk)):
            assert levend.is_dir() and not weg.exists() and ander.is_symlink() and nieuw.is_dir()
        leeft.kill()


@pytest.mark.parametrize("hoe", [signal.SIGINT, signal.SIGTERM])
def test_a_server_with_open_lessons(tijdelijk, tmp_path, hoe):
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"))
    for _ in range(2):
        urllib.request.urlopen(s.adres + LES, timeout=GEDULD).read()
    assert len(list(tijdelijk.glob("leerlijnk-*/voila_*/kernel-*.json"))) == 2
    s.stop(hoe)
    wait_until(lambda: list(tijdelijk.iterdir()) == [])


def test_killed_and_started_again(tijdelijk, tmp_path):
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"))
    urllib.request.urlopen(s.adres + LES, timeout=GEDULD).read()
    s.stop(signal.SIGKILL)
    (gebleven,) = tijdelijk.iterdir()
    oud(gebleven)
    Server(s.map).stop()
    wait_until(lambda: list(tijdelijk.iterdir()) == [])


def service(tmp_path, poort):
    """The shared service as a hub starts it, but without its guard. Nobody logs in: no hub is asked for anything."""
    cursus = proefcursus.schrijf(tmp_path / "leerlijn")
    for naam in ("gegevens", "inleveren", "uit"):
        (tmp_path / naam).mkdir()
    naam = json.loads((cursus / "cursus.json").read_text("utf-8"))["cursus"]
    args = ["--cursus", naam, "--cursusmap", cursus, "--gegevens", tmp_path / "gegevens", "--inleveren", tmp_path / "inleveren", "--uitwisseling", tmp_path / "uit", "--slot", "uit", "--als-root"]
    env = {**os.environ, "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{poort}", "JUPYTERHUB_SERVICE_PREFIX": "/services/leren-c-0/", "JUPYTERHUB_SERVICE_NAME": "leren-c-0",
           "JUPYTERHUB_API_TOKEN": "x", "JUPYTERHUB_API_URL": "http://127.0.0.1:1/hub/api", "JUPYTERHUB_HOST": "", "JUPYTERHUB_BASE_URL": "/", "JUPYTERHUB_CLIENT_ID": "service-leren-c-0"}  # fmt: skip
    return subprocess.Popen([sys.executable, "-P", "-m", "leerlijn.dienst", *map(str, args)], env=env, stderr=subprocess.PIPE, text=True)


def start(tmp_path, poort):
    cursus = proefcursus.schrijf(tmp_path / "leerlijn")
    code = f"import sys; from pathlib import Path; from leerlijn import serve; sys.exit(serve.main({poort}, False, Path({str(cursus)!r})))"
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("wat", [start, service])
@pytest.mark.parametrize("wanneer, sein", [("map", signal.SIGTERM), ("map", signal.SIGINT), ("klaar", signal.SIGTERM)])
def test_ended_while_it_starts(tijdelijk, tmp_path, wat, wanneer, sein):
    """As soon as there is a folder, which is before anything is served, and when pages can be asked for."""
    with socket.create_server(("127.0.0.1", 0)) as s:
        poort = s.getsockname()[1]
    proces = wat(tmp_path, poort)
    eind = time.monotonic() + GEDULD

    def zover():
        assert proces.poll() is None and time.monotonic() < eind
        if wanneer == "map":
            return list(tijdelijk.glob("leerlijnk-*/voila_*"))
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", poort)) == 0

    while not zover():
        pass
    proces.send_signal(sein)
    _, fout = proces.communicate(timeout=GEDULD)
    assert proces.returncode == 0 and "Traceback" not in fout, fout
    wait_until(lambda: list(tijdelijk.iterdir()) == [])


def test_a_port_that_is_taken_while_it_starts(tijdelijk, tmp_path):
    """The service finds it out only after Voila has made its folder."""
    with socket.create_server(("127.0.0.1", 0)) as s:
        proces = service(tmp_path, s.getsockname()[1])
        _, fout = proces.communicate(timeout=GEDULD)
    assert proces.returncode != 0 and re.search("in use|bezet", fout)
    assert list(tijdelijk.iterdir()) == []


@pytest.mark.parametrize("tmpdir, waar", [("/tmp", "/tmp"), ("/var/folders/ab/cdefghijklmnopqrstuvwxyz/T", "/tmp")])
def test_a_socket_fits(monkeypatch, tmpdir, waar):
    monkeypatch.setattr(tempfile, "tempdir", tmpdir)
    assert serve_folder.short_temp() == waar
    naam = f"{'x' * serve_folder.KORT}/{serve_folder.VOOR}12345678/voila_12345678/kernel-00000000-0000-0000-0000-000000000000-ipc-5"
    assert len(naam) <= 103
