"""The Python that stands ready: it becomes the kernel of the next page, knows no reader before, and never outlives the server."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import urllib.request
import uuid
from pathlib import Path

import pytest

from leerlijn import spare
from tests.browser.conftest import LES, Server, proefcursus, wait_until

LANG = 60  # seconds that a busy machine may take


def wachtend(server) -> int | None:
    """Process id of the spare one that stands ready."""
    uit = subprocess.run(["ps", "-ww", "-o", "pid=,comm=,args=", "--ppid", str(server.proces.pid)], capture_output=True, text=True).stdout
    return next((int(r.split()[0]) for r in uit.splitlines() if r.endswith("leerlijn.spare") and spare.NAME not in r), None)


def leeft(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def open_les(server) -> str:
    with urllib.request.urlopen(server.adres + LES, timeout=LANG) as r:
        return r.read().decode()


@pytest.fixture
def server(tmp_path):
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"))
    yield s
    if s.proces.poll() is None:
        s.stop()


def test_it_becomes_the_kernel_of_the_next_page(server):
    pid = wait_until(lambda: wachtend(server), LANG)
    omgeving = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"\0VOILA_" not in omgeving and b"\0QUERY_STRING" not in omgeving  # nothing of a reader
    html = open_les(server)
    assert server.kernels() == [pid]
    uitvoer = [json.loads(m) for m in re.findall(r"data-uitvoer=[^>]*>(.*?)</script>", html)]
    assert uitvoer and not any(o["output_type"] == "error" for u in uitvoer for o in u["outputs"])
    assert Path(f"/proc/{pid}/cwd").resolve() == server.map / "proef"
    volgende = wait_until(lambda: wachtend(server), LANG)
    assert volgende != pid
    server.stop(signal.SIGINT)
    wait_until(lambda: not leeft(pid) and not leeft(volgende), LANG)


def test_without_it_a_page_works_as_well(server):
    open_les(server)  # most likely before there is one
    pid = wait_until(lambda: wachtend(server), LANG)
    os.kill(pid, signal.SIGKILL)
    assert "data-uitvoer" in open_les(server)
    assert len(server.kernels()) == 2


def over(merk: str) -> list[str]:
    """Command lines of all that is left of a server with this mark in its environment, the server itself included."""
    uit = []
    for p in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if merk.encode() in (p / "environ").read_bytes() and leeft(int(p.name)):
                uit.append((p / "cmdline").read_text().replace("\0", " "))
    return uit


@pytest.mark.parametrize("sein", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_nothing_is_left_however_the_server_ends(tmp_path, sein):
    """Two pages and one that waits; Ctrl-C is pressed twice, as people do."""
    merk = f"PROEF_MERK={uuid.uuid4().hex}"
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"), env=dict([merk.split("=")]))
    open_les(s)
    open_les(s)
    wait_until(lambda: wachtend(s), LANG)
    assert len(over(merk)) == 4
    if sein == signal.SIGINT:
        s.proces.send_signal(sein)
    uit = s.stop(sein)
    if sein != signal.SIGKILL:
        assert s.proces.returncode == 0 and "gestopt" in uit and "Traceback" not in uit
    wait_until(lambda: not over(merk), LANG)


def test_kernels_end_even_when_their_folder_is_gone(tmp_path):
    """/tmp may be swept; then removing that folder fails, and once all kernels stayed."""
    merk = f"PROEF_MERK={uuid.uuid4().hex}"
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"), env=dict([merk.split("=")]))
    kernel = json.loads(re.search(r'id="aansluiting">(.*?)</script>', open_les(s))[1])["kernelId"]
    (verbinding,) = Path("/tmp").glob(f"leerlijnk-*/voila_*/kernel-{kernel}.json")
    shutil.rmtree(verbinding.parent)
    uit = s.stop(signal.SIGINT)
    assert s.proces.returncode == 0 and "gestopt" in uit and "Traceback" not in uit
    wait_until(lambda: not over(merk), LANG)
