"""A whole course in a temporary folder, teacher and learner on one machine, with real nbgrader. Helper of tests, no test."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from leerlijn import answers, build

from .conftest import ROOT, VOORBEELD

MODULE = "proef"
INGELEVERD = "2026-01-02 10:00:00.000000 UTC"
GOED = {"toets-overleg": "delen", "toets-feiten": ["deur", "huil"], "toets-open": "Ik vertel wat ik zag en vraag mijn collega mee te kijken."}


class Keten:
    """root: project; grading: the teacher's folder; map: the learner's test folder; uit: the exchange."""

    def __init__(self, tmp: Path, root: Path = VOORBEELD, module: str = MODULE):
        self._place(tmp, module)
        shutil.copytree(root, self.root, ignore=shutil.ignore_patterns(".git", ".venv", "_build", "source", "sleutels"))
        self.grading.mkdir(exist_ok=True)
        shutil.copy(ROOT / "grading" / "nbgrader_config.py", self.grading)
        self.build()

    def _place(self, tmp: Path, module: str) -> None:
        self.tmp, self.module, self.root = tmp, module, tmp / "project"
        self.grading, self.uit, self.course_dir = self.root / "grading", tmp / "uitwisseling", tmp / "leerling" / "cursus"
        self.map = self.course_dir / "toetsen" / module
        self.env = {
            "LEERLIJN_UITWISSELING": str(self.uit),
            "JUPYTER_DATA_DIR": str(tmp / "data"),  # where nbgrader keeps its cache of what was handed in
            "JUPYTER_CONFIG_DIR": str(tmp / "config"),
            "JUPYTER_NO_CONFIG": "",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def copy_to(self, tmp: Path) -> Keten:
        """The same course, as far as it is now, in another folder."""
        kopie = Keten.__new__(Keten)
        kopie._place(Path(shutil.copytree(self.tmp, tmp, dirs_exist_ok=True, symlinks=True)), self.module)
        return kopie

    def build(self) -> None:
        build.install(build.build(self.root), self.course_dir)

    def beleid(self, **waarden: object) -> None:
        (self.grading / "beleid.yaml").write_text(json.dumps({"cesuur": 0.6, **waarden}), "utf-8")

    def release(self) -> None:
        """Have nbgrader make the test and put it in the exchange."""
        api = self.api()
        for stap in (api.generate_assignment, api.release_assignment):
            uitkomst = stap(self.module)
            assert uitkomst["success"], uitkomst

    @property
    def course(self) -> str:
        return json.loads((self.map / "cursus.json").read_text("utf-8"))["course"]

    def antwoord(self, antwoorden: dict) -> None:
        for item, waarde in antwoorden.items():
            answers.append(self.map / "antwoorden.jsonl", item, waarde)

    def nbgrader(self, *args: str, goed: bool = True) -> str:
        """The real command, in the teacher's folder. Gives what it said."""
        kind = subprocess.run(
            [sys.executable, "-m", "nbgrader", *args], cwd=self.grading, env={**os.environ, **self.env}, text=True, capture_output=True, timeout=120
        )
        assert (kind.returncode == 0) is goed, kind.stderr[-3000:]
        return kind.stderr

    def api(self):
        """nbgrader's API in this process, as formgrader uses it, with the course's own configuration."""
        from nbgrader.apps import NbGraderAPI
        from nbgrader.apps.baseapp import NbGrader

        app = NbGrader()
        app.load_cwd_config = False
        app.initialize([], root=str(self.grading))
        return NbGraderAPI(config=app.config)

    def gradebook(self):
        from nbgrader.api import Gradebook

        return Gradebook(f"sqlite:///{self.grading}/gradebook.db", self.course)

    def punten(self, student: str) -> dict[str, tuple]:
        """item -> (auto, manual, waits for a teacher)."""
        with self.gradebook() as gb:
            nb = gb.find_submission_notebook("toets", self.module, student)
            return {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in nb.grades}

    def inbound(self) -> list[Path]:
        return sorted((self.uit / self.course / "inbound").glob("*"))

    def lever_met_de_hand(self, student: str, regels: str, tijd: str = "2030-01-01 10:00:00.000000 UTC") -> Path:
        """Put a submission in the exchange without our code, as someone who means harm would."""
        map_ = self.uit / self.course / "inbound" / f"{student}+{self.module}+{tijd}+abc"
        map_.mkdir(parents=True)
        for naam, tekst in (("antwoorden.jsonl", regels), ("timestamp.txt", tijd), ("submission_secret.txt", "geheim" + student)):
            (map_ / naam).write_text(tekst, "utf-8")
        return map_


def regels(antwoorden: dict) -> str:
    return "".join(json.dumps({"v": 1, "id": i, "t": "2030-01-01T00:00:00+00:00", "item": i, "antwoord": a}) + "\n" for i, a in antwoorden.items())


@functools.cache
def _released() -> Keten:
    """The tiny course with its test made and released by nbgrader: once in a process, for copies."""
    tmp = Path(tempfile.mkdtemp(prefix="leerlijn-keten-"))
    tmp.chmod(0o755)  # a copy takes the rights along
    atexit.register(shutil.rmtree, tmp, ignore_errors=True)
    k = Keten(tmp)
    with _environment(k):
        k.release()
    return k


@contextlib.contextmanager
def _environment(k: Keten) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as mp:
        for naam in ("LEERLIJN_CIJFERBOEK", "LEERLIJN_DIENSTEN", "LEERLIJN_LMS", "LEERLIJN_ZELFDE_ACCOUNT"):
            mp.delenv(naam, raising=False)
        for naam, waarde in k.env.items():
            mp.setenv(naam, waarde)
        yield


@contextlib.contextmanager
def released(tmp: Path, *, cijferboek: str | None = None, zelfde_account: bool = True, **beleid: object) -> Iterator[Keten]:
    """A course of its own in which the test was released and nobody handed in yet, in the environment that it needs.

    cijferboek: address of another gradebook than the file; zelfde_account: a hand-in of any name may be of this account; beleid: the
    teacher's policy.
    """
    k = _released().copy_to(tmp)
    k.env |= {**({"LEERLIJN_CIJFERBOEK": cijferboek} if cijferboek else {}), **({"LEERLIJN_ZELFDE_ACCOUNT": "1"} if zelfde_account else {})}
    if cijferboek:
        (k.grading / "gradebook.db").unlink()
    with _environment(k):
        k.beleid(**beleid)
        yield k


@contextlib.contextmanager
def graded(tmp: Path, antwoorden: dict[str, dict], *, cijferboek: str | None = None, **beleid: object) -> Iterator[Keten]:
    """As released(), and these learners handed in and were graded. antwoorden: learner -> item -> answer."""
    from leerlijn import grade

    with released(tmp, cijferboek=cijferboek, **beleid) as k:
        for wie, wat in antwoorden.items():
            k.lever_met_de_hand(wie, regels(wat), INGELEVERD)
        grade.run(k.root, [MODULE], meld=lambda _: None)
        yield k


@contextlib.contextmanager
def teacher_server(k: Keten) -> Iterator[str]:
    """`leerlijn docent` on this course; gives the address that a browser is sent to."""
    from leerlijn import docent, lab

    with open(k.tmp / "docent.log", "a") as log:
        proces, adres = docent.start(k.grading, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield adres
        finally:
            lab.stop(proces)


SLOT = """import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN " + sys.argv[2])
print("dicht", flush=True)
sys.stdin.read()"""


@contextlib.contextmanager
def locked(pad: Path, soort: str = "IMMEDIATE") -> Iterator[None]:
    """For as long as this lasts another program holds a SQLite file: nobody can write, and with EXCLUSIVE nobody can read either."""
    kind = subprocess.Popen([sys.executable, "-c", SLOT, str(pad), soort], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert kind.stdout.readline() == "dicht\n"
        yield
    finally:
        kind.stdin.close()
        assert kind.wait(60) == 0


def texts(*mappen: Path) -> dict[Path, str]:
    """All files below the folders, as text."""
    return {p: p.read_text("utf-8", "replace") for m in mappen for p in m.rglob("*") if p.is_file()}
