"""An institution on this machine: two cohorts with real accounts behind one real hub. Helper of tests, no test."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from tests.conftest import ROOT, VOORBEELD
from tests.keten import MODULE, Keten

from . import toegang
from .accounts import Accounts, give
from .hub import HUB_PYTHON, Hub

PAKKET = [*toegang.environment(), ROOT / "src", ROOT / "grading" / "hub", *([Path(HUB_PYTHON).parent.parent] if HUB_PYTHON else [])]
# Prints which of the paths can be read (a folder: listed) and in which something can be made, by whoever runs this.
KIJK = """import json, os, sys
uit = {"lezen": [], "schrijven": []}
for pad in sys.argv[1:]:
    try:
        os.listdir(pad) if os.path.isdir(pad) else open(pad, "rb").close()
        uit["lezen"].append(pad)
    except OSError:
        pass
    try:
        if os.path.isdir(pad):
            os.mkdir(pad + "/proef"); os.rmdir(pad + "/proef")
        else:
            open(pad, "ab").close() if os.path.exists(pad) else os.stat(pad)
        uit["schrijven"].append(pad)
    except OSError:
        pass
print(json.dumps(uit))"""


class Groep(Keten):
    """A cohort: a course with a name of its own, and a project that only its grading account can enter."""

    def __init__(self, tmp: Path, cursus: str, beoordelaar: str):
        self.beoordelaar = beoordelaar
        bron = Path(shutil.copytree(VOORBEELD, tmp / "bron"))
        lijst = bron / "modules" / "cursus.yaml"
        lijst.write_text(lijst.read_text("utf-8").replace("cursus: proefcursus", f"cursus: {cursus}"), "utf-8")
        super().__init__(tmp, root=bron)
        shutil.rmtree(bron)
        give(self.root, beoordelaar, 0o700)


class Instelling:
    """hub; accounts; a and b: the cohorts; map: everything that is written."""

    def __init__(self, map_: Path, accounts: Accounts, voor: list[str]):
        self.map, self.accounts, self.voor = map_, accounts, voor
        self.a, self.b = (Groep(map_ / x, f"groep-{x}", accounts[f"cijfers{x}"]) for x in "ab")
        (map_ / "hub").mkdir(mode=0o700)  # database, cookie secret and log of the hub
        self.hub = Hub(
            map_ / "hub",
            {
                "groep-a": self._cursus(self.a, docenten=["dora"], cursisten=["bram"], eigen_server=["anna"]),
                "groep-b": self._cursus(self.b, docenten=["daan"], cursisten=["cas"]),
            },
            dienst={"account": accounts["leren"], "gegevens": str(map_ / "gegevens"), "inleveren": str(map_ / "inleveren")},
            uitwisseling=map_ / "uitwisseling", voor=voor,
        )  # fmt: skip

    def _cursus(self, groep: Groep, **wie: list[str]) -> dict:
        namen = {soort: [self.accounts[w] for w in rij] for soort, rij in wie.items()}
        return {**namen, "beoordelaar": groep.beoordelaar, "project": str(groep.root), "cursusmap": str(groep.course_dir)}

    def als(self, naam: str, *opdracht: str, cwd: Path | str = "/", goed: bool = True, **env: str) -> str:
        """Run a command as an account, in the world that the hub sees. Gives what it said."""
        p = pwd.getpwnam(naam)
        binnen = ["nsenter", f"--target={self.hub.proces.pid}", "--mount", "--"] if self.voor else []
        wie = ["setpriv", f"--reuid={p.pw_uid}", f"--regid={p.pw_gid}", "--init-groups", "--reset-env"]
        waar = ["env", "-C", str(cwd), f"PATH={sys.prefix}/bin:/usr/bin:/bin", *(f"{k}={v}" for k, v in env.items())]
        kind = subprocess.run([*binnen, *wie, *waar, *opdracht], text=True, capture_output=True, timeout=180)
        assert (kind.returncode == 0) is goed, kind.stdout + kind.stderr[-3000:]
        return kind.stdout + kind.stderr

    def als_root(self, *opdracht: str) -> None:
        """Run a command as root, in the world that the hub sees."""
        binnen = ["nsenter", f"--target={self.hub.proces.pid}", "--mount", "--"] if self.voor else []
        kind = subprocess.run([*binnen, *opdracht], text=True, capture_output=True, timeout=60)
        assert kind.returncode == 0, kind.stderr

    @contextmanager
    def full_disk(self, map_: Path) -> Iterator[None]:
        """For as long as this lasts a folder is a small disk without room, with the rights that the folder has."""
        s = map_.stat()
        self.als_root("mount", "-t", "tmpfs", "-o", f"size=64k,mode={s.st_mode & 0o7777:o},uid={s.st_uid},gid={s.st_gid}", "vol", str(map_))
        try:
            self.als_root("sh", "-c", f"yes | head -c 1M > '{map_}/.vol'; [ -s '{map_}/.vol' ]")
            yield
            self.als_root("sh", "-c", f"[ $(ls '{map_}' | wc -l) = 0 ]")  # nothing half has stayed
        finally:
            self.als_root("umount", "--lazy", str(map_))

    def kan(self, naam: str, paden: list[Path]) -> dict[str, list[str]]:
        """What an account can read, and where it can write, of these paths."""
        return json.loads(self.als(naam, "python", "-I", "-c", KIJK, *map(str, paden)))

    def leerlijn(self, groep: Groep, *args: str) -> str:
        """The command as the grading account types it: docs/beheer.md."""
        diensten = f"{self.accounts['leren']}:{self.map}/inleveren/{groep.course}"
        return self.als(groep.beoordelaar, "leerlijn", *args, cwd=groep.root, LEERLIJN_UITWISSELING=str(self.map / "uitwisseling"), LEERLIJN_DIENSTEN=diensten)


class Docent:
    """A teacher at formgrader, by the requests that its buttons send."""

    def __init__(self, hub: Hub, groep: Groep, naam: str):
        self.sessie, self.basis = hub.login(naam), f"{hub.adres}/services/{groep.course}/"
        r = self.sessie.get(hub.adres, timeout=60)
        assert r.url.startswith(f"{self.basis}formgrader"), r.url  # the first page

    def doe(self, wat: str, **data: object) -> dict:
        r = self.vraag(f"formgrader/api/assignment/{MODULE}/{wat}", **data)
        assert r.status_code == 200 and r.json()["success"], r.text
        return r.json()

    def vraag(self, pad: str, **data: object) -> requests.Response:
        """A request that changes something."""
        xsrf = next(c.value for c in self.sessie.cookies if c.name == "_xsrf" and self.basis.endswith(c.path))
        return self.sessie.post(self.basis + pad, json=data or None, headers={"X-XSRFToken": xsrf}, timeout=180)


@contextmanager
def open_folders() -> Iterator[None]:
    """Where mounts of our own are not possible, on a machine that is thrown away: let others through the closed folders for as long as this lasts."""
    assert os.environ.get("CI") == "true", "geen eigen koppelingen mogelijk op deze machine"
    was = {p: p.stat().st_mode for p in toegang.needed(PAKKET)}
    for p in was:
        p.chmod(was[p] | 0o001)
    try:
        yield
    finally:
        for p, mode in was.items():
            p.chmod(mode)


@contextmanager
def reachable() -> Iterator[list[str]]:
    """Command to start a program through, so that other accounts below it reach our environment; empty when they do by themselves."""
    if not toegang.needed(PAKKET):
        yield []
    elif toegang.possible():
        yield ["unshare", "--mount", "--propagation", "private", "--", sys.executable, toegang.__file__, *map(str, PAKKET), "--"]
    else:
        with open_folders():
            yield []


@contextmanager
def institution() -> Iterator[Instelling]:
    """Everything, and nothing of it is left afterwards."""
    with ExitStack() as alles:
        voor = alles.enter_context(reachable())
        map_ = Path(alles.enter_context(tempfile.TemporaryDirectory(prefix="leerlijn-instelling-", dir="/tmp")))  # pytest's own are closed to others
        map_.chmod(0o755)
        accounts = alles.enter_context(Accounts(map_ / "huizen", ["leren", "cijfersa", "cijfersb", "anna", "bram", "cas", "dora", "daan"]))
        instelling = Instelling(map_, accounts, voor)
        alles.callback(instelling.hub.kill)
        yield instelling
