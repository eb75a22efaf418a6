"""Kernels as copies of one process: real ones, with the identity, lock and end that an ordinary kernel of the service has."""

import asyncio
import ctypes
import json
import os
import signal
import time
from pathlib import Path

import pytest
from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from leerlijn import dienst_kopie, dienst_slot
from leerlijn.serve_kernels import BigKernelManager
from leerlijn.serve_settings import SHARE

pytestmark = pytest.mark.skipif(dienst_slot.version() < 6, reason="deze Linux heeft geen Landlock 6 (Linux 6.12)")
GEDULD = 90
VAN_DE_MOEDER = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONSAFEPATH": "1"}
WIE = """
import json, os, random, uuid, socket
from pathlib import Path
def probeer(wat):
    try: return repr(wat())[:40]
    except BaseException as e: return type(e).__name__
from leerlijn import toon
uit = {"eigen": os.environ["LEERLIJN_EIGEN"], "env": sorted(os.environ), "cwd": os.getcwd(), "ouder": os.getppid(), "toeval": random.random(), "sleutel": str(uuid.uuid4()),
    "sessie": get_ipython().kernel.session.session, "groep": os.getpgid(0) == os.getpid(),
    "moeder": probeer(lambda: os.kill(%d, 0)), "ander": probeer(lambda: os.listdir(%r)), "proc": probeer(lambda: os.listdir("/proc")), "tmp": probeer(lambda: open("/tmp/x", "w")),
    "lijnen": [n for n in range(3, 200) if probeer(lambda: os.get_inheritable(n)) != "OSError" and probeer(lambda: socket.socket(fileno=os.dup(n)).family) == "<AddressFamily.AF_UNIX: 1>" and probeer(lambda: socket.socket(fileno=os.dup(n)).type) == "<SocketKind.SOCK_SEQPACKET: 5>"],
    "widget": type(toon.oefening("niets")).__name__}
Path(os.environ["LEERLIJN_EIGEN"], "uit.json").write_text(json.dumps(uit))
"""


class Huis:
    """A manager of kernels with a mother process, and folders of learners."""

    def __init__(self, tmp):
        self.tmp, self.cursus = tmp, tmp / "cursus"
        self.cursus.mkdir()
        self.manager = BigKernelManager(connection_dir=str(tmp))  # else in the folder where the tests run
        self.manager.moeder = dienst_kopie.use(self.manager, VAN_DE_MOEDER)

    @property
    def moeder(self):
        return self.manager.moeder

    async def ready(self):
        eind = time.monotonic() + GEDULD
        while not self.moeder._ready():
            assert time.monotonic() < eind and self.moeder.proces.poll() is None
            await asyncio.sleep(0.05)

    async def kernel(self, wie):
        eigen = self.tmp / wie
        eigen.mkdir(exist_ok=True)
        env = {"PATH": os.environ["PATH"], "LEERLIJN_EIGEN": str(eigen), "LEERLIJN_CURSUSMAP": str(self.cursus), "LEERLIJN_SLOT": "streng", "VOILA_BASE_URL": "/"}
        return await self.manager.start_kernel(kernel_name="leerlijn-dienst", env=env, cwd=str(self.cursus))

    async def run(self, kernel_id, code):
        client = self.manager.get_kernel(kernel_id).client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=GEDULD)
            antwoord = await client.execute_interactive(code, timeout=GEDULD, output_hook=lambda _: None)
            assert antwoord["content"]["status"] == "ok", antwoord["content"]
        finally:
            client.stop_channels()

    async def who(self, wie):
        kernel_id = await self.kernel(wie)
        await self.run(kernel_id, WIE % (self.moeder.proces.pid if self.moeder.proces else 1, str(self.tmp)))
        return kernel_id, json.loads((self.tmp / wie / "uit.json").read_text())

    def process(self, kernel_id):
        return self.manager.get_kernel(kernel_id).provisioner.process


@pytest.fixture
def huis(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(SHARE))
    monkeypatch.setenv("GEHEIM", "van de dienst")
    fabriek = KernelProvisionerFactory.instance()
    h = Huis(tmp_path)
    yield h
    for kernel_id in h.manager.list_kernel_ids():  # of a test that failed halfway
        proces = h.process(kernel_id)
        if proces is not None and proces.poll() is None:
            proces.kill()
    # Left to Python's own clearing away, this waits for ever on a message to a kernel that is gone, in the middle of another test.
    h.manager.context.destroy(linger=0)
    h.moeder.end()
    fabriek.default_provisioner_name = "local-provisioner"
    ctypes.CDLL(None).prctl(dienst_kopie._SUBREAPER, 0)


def test_two_copies_are_two_learners(huis):
    """Own environment, folder, keys and chance; our child; locked in; nothing of each other, of the mother process or of the service."""

    async def verloop():
        await huis.ready()
        ids, wie = zip(*[await huis.who(n) for n in ("anna", "bram")], strict=True)
        for n, kernel_id, uit in zip(("anna", "bram"), ids, wie, strict=True):
            proces = huis.process(kernel_id)
            assert isinstance(proces, dienst_kopie.Copy) and uit["ouder"] == os.getpid() and uit["groep"]
            assert uit["eigen"] == str(huis.tmp / n) and uit["cwd"] == str(huis.cursus) and uit["widget"] == "Onderdeel"
            assert "GEHEIM" not in uit["env"] and "LEERLIJN_RUIMTE" not in uit["env"] and "JPY_PARENT_PID" in uit["env"]
            assert {uit[k] for k in ("moeder", "ander", "proc", "tmp")} == {"PermissionError"} and uit["lijnen"] == []
            bekend = Path(f"/proc/{proces.pid}/environ").read_bytes().decode()
            assert f"LEERLIJN_EIGEN={huis.tmp / n}\0" in bekend and "GEHEIM" not in bekend
            assert f"kernel-{kernel_id}.json" in Path(f"/proc/{proces.pid}/cmdline").read_text()
        assert not {w for k in ("toeval", "sleutel", "sessie") for w in (wie[0][k],)} & {wie[1][k] for k in ("toeval", "sleutel", "sessie")}
        assert "GEHEIM" not in Path(f"/proc/{huis.moeder.proces.pid}/environ").read_text()
        await huis.manager.shutdown_all(now=True)

    asyncio.run(verloop())


def test_ends_as_any_kernel(huis):
    """Interrupted, stopped, killed and gone: seen at once, nothing stays behind, and the others go on."""

    async def verloop():
        await huis.ready()
        blijft, stopt, sterft = [await huis.kernel(n) for n in ("anna", "bram", "cas")]
        for k in (blijft, stopt, sterft):
            await huis.run(k, "1")
        processen = [huis.process(k) for k in (blijft, stopt, sterft)]
        await huis.manager.get_kernel(blijft).interrupt_kernel()
        await huis.run(blijft, "1")
        await huis.manager.shutdown_kernel(stopt)
        os.kill(processen[2].pid, signal.SIGKILL)
        eind = time.monotonic() + GEDULD
        while await huis.manager.get_kernel(sterft).is_alive():
            assert time.monotonic() < eind
            await asyncio.sleep(0.02)
        assert processen[2].poll() == -signal.SIGKILL and processen[1].poll() == 0 and processen[0].poll() is None
        await huis.run(blijft, "1")
        await huis.manager.shutdown_all(now=True)
        assert not [p for p in processen if Path(f"/proc/{p.pid}").exists()]

    asyncio.run(verloop())


def test_falls_back_by_itself(huis):
    """The process that stands ready is killed: kernels start in the ordinary way, then as copies of a new one; running ones go on."""

    async def verloop():
        await huis.ready()
        eerste = await huis.kernel("anna")
        oud = huis.moeder.proces
        oud.kill()
        oud.wait()
        tweede, uit = await huis.who("bram")
        assert not isinstance(huis.process(tweede), dienst_kopie.Copy)
        assert uit["eigen"] == str(huis.tmp / "bram") and uit["ander"] == "PermissionError"
        huis.moeder.sinds = float("-inf")  # as if the pause were over
        huis.moeder.make()
        await huis.ready()
        assert isinstance(huis.process(await huis.kernel("cas")), dienst_kopie.Copy) and huis.moeder.proces.pid != oud.pid
        await huis.run(eerste, "1")
        await huis.manager.shutdown_all(now=True)

    asyncio.run(verloop())


def test_a_mother_that_hangs_stops_nobody(huis, monkeypatch):
    """Stopped by a signal: who has a lesson open goes on, who waits gets the copy when it comes, and when it does not, an ordinary kernel."""

    async def verloop():
        await huis.ready()
        eerste = await huis.kernel("anna")
        os.kill(huis.moeder.proces.pid, signal.SIGSTOP)
        monkeypatch.setattr(dienst_kopie, "ANTWOORD", GEDULD)
        wacht = asyncio.create_task(huis.kernel("bram"))
        await asyncio.sleep(0)
        await huis.run(eerste, "1")
        await huis.run(eerste, "2")
        assert not wacht.done()  # it is what the others did not wait for
        os.kill(huis.moeder.proces.pid, signal.SIGCONT)
        assert isinstance(huis.process(await wacht), dienst_kopie.Copy)

        oud = huis.moeder.proces
        os.kill(oud.pid, signal.SIGSTOP)
        monkeypatch.setattr(dienst_kopie, "ANTWOORD", 0.1)
        twee = await asyncio.gather(huis.who("cas"), huis.who("dirk"))
        assert not [k for k, _ in twee if isinstance(huis.process(k), dienst_kopie.Copy)] and [u["eigen"] for _, u in twee] == [str(huis.tmp / n) for n in ("cas", "dirk")]
        assert oud.returncode == -signal.SIGKILL  # nothing of it goes on, and makes a kernel that nobody knows
        await huis.manager.shutdown_all(now=True)

    asyncio.run(verloop())


def test_a_page_that_goes_away_takes_nobody_elses_kernel(huis):
    """Its order is given up halfway: the answer to it is for nobody, and the next one gets a kernel of its own."""

    async def verloop():
        await huis.ready()
        os.kill(huis.moeder.proces.pid, signal.SIGSTOP)
        weg = asyncio.create_task(huis.moeder.start(["x"], {}, "/"))
        await asyncio.sleep(0.05)
        weg.cancel()
        with pytest.raises(asyncio.CancelledError):
            await weg
        kernel_id, uit = await huis.who("anna")
        assert uit["eigen"] == str(huis.tmp / "anna") and not isinstance(huis.process(kernel_id), dienst_kopie.Copy)
        await huis.manager.shutdown_all(now=True)

    asyncio.run(verloop())


def test_unsound_mother_is_not_used(huis):
    """With another thread or an open file a copy could be broken: the process says so, and there are no copies."""

    async def verloop():
        huis.moeder.end()
        (huis.tmp / "sitecustomize.py").write_text("import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n")
        huis.moeder.env = {**VAN_DE_MOEDER, "PYTHONPATH": str(huis.tmp)}
        huis.moeder.sinds = float("-inf")
        huis.moeder.make()
        huis.moeder.proces.wait(GEDULD)
        kernel_id = await huis.kernel("anna")
        assert not isinstance(huis.process(kernel_id), dienst_kopie.Copy) and huis.moeder.proces is None
        await huis.manager.shutdown_all(now=True)

    asyncio.run(verloop())


def test_other_kernels_of_this_machine_have_nothing_to_do_with_it(huis):
    """A kernel that is not the service's, and a manager without a mother process, start as Jupyter starts them."""

    async def verloop():
        await huis.ready()
        km = AsyncKernelManager(kernel_name="python3", parent=huis.manager)
        await km.start_kernel(env={**os.environ, "LEERLIJN_SLANK": "1"})
        assert not isinstance(km.provisioner.process, dienst_kopie.Copy)
        await km.shutdown_kernel(now=True)

    asyncio.run(verloop())
