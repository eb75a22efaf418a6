"""What docs/beheer.md tells an administrator to type, typed: with real accounts, in a folder instead of /srv, on the tiny course. Programs are not installed here."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from leerlijn import dienst, dienst_inleveren
from tests.conftest import ROOT, VOORBEELD

from .accounts import Accounts
from .hub import BIN
from .instelling import reachable

pytestmark = pytest.mark.skipif(os.geteuid() != 0 and os.environ.get("CI") != "true", reason="alleen root kan accounts maken")


def block(bevat: str) -> str:
    """The one block of commands of the page that holds these words."""
    tekst = (ROOT / "docs" / "beheer.md").read_text("utf-8")
    (gevonden,) = [b for b in re.findall(r"(?:^ {8}\S.*\n)+", tekst, re.M) if bevat in b]
    return "".join(r[8:] + "\n" for r in gevonden.splitlines())


class Machine:
    """srv: stands for /srv/leerlijn; bron: for /root/leerlijn, a repository with the tiny course; project, cursus: of the group."""

    def __init__(self, tmp: Path, account: str, voor: list[str]):
        self.srv, self.bron, self.account, self.voor = tmp / "srv", tmp / "bron", account, voor
        self.project, self.cursus = self.srv / "project" / "jeugdzorg-a", self.srv / "cursus" / "jeugdzorg-a"
        self.srv.mkdir()
        shutil.copytree(VOORBEELD, self.bron)
        (self.bron / ".gitignore").write_text("_build/\ngrading/s*/\ngrading/release/\n")
        self.git("init", "-q")
        self.commit()

    def git(self, *args: str) -> None:
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@x.example", *args], cwd=self.bron, check=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "editie")

    def type(self, tekst: str) -> subprocess.CompletedProcess:
        """Run commands of the page as root, one after another, until one fails."""
        for van, naar in {"/root/leerlijn": self.bron, "/srv/leerlijn": self.srv, "/opt/leerlijn/bin": BIN, "cijfers-a": self.account, "systemctl restart jupyterhub": ":"}.items():
            tekst = tekst.replace(van, str(naar))
        return subprocess.run([*self.voor, "bash", "-euo", "pipefail", "-c", tekst], cwd="/", text=True, capture_output=True)

    def lesson(self) -> str:
        return (self.cursus / "proef" / "les.ipynb").read_text("utf-8")

    def check(self) -> None:
        """The service would serve it."""
        dienst.check_course(dienst_inleveren.Post("jeugdzorg-a", self.cursus, self.srv, self.srv, self.srv))


@pytest.fixture(scope="module")
def machine():
    with reachable() as voor, tempfile.TemporaryDirectory(prefix="leerlijn-beheer-", dir="/tmp") as tmp:
        Path(tmp).chmod(0o755)
        with Accounts(Path(tmp) / "huizen", ["cijfersa"]) as accounts:
            yield Machine(Path(tmp), accounts["cijfersa"], voor)


def test_1_a_project_and_a_course_for_learners(machine):
    for bevat in ("git clone", "_build/cursus /srv/leerlijn/cursus/jeugdzorg-a\n"):
        kind = machine.type(block(bevat))
        assert kind.returncode == 0, kind.stderr
    machine.check()
    assert (machine.project.owner(), oct(machine.project.stat().st_mode & 0o777)) == (machine.account, "0o700")
    assert (machine.project / "grading" / "sleutels" / "proef.json").owner() == machine.account
    assert {p.owner() for p in machine.cursus.rglob("*")} == {"root"} and all(p.stat().st_mode & 0o004 for p in machine.cursus.rglob("*"))


def test_2_a_new_edition_in_use_and_no_link_of_a_teacher_comes_along(machine):
    """What teachers did in the project: their policy stays; a link in what was built reaches neither learners nor what root writes."""
    dicht = machine.srv / "van-root"
    dicht.write_text("VAN ROOT")
    dicht.chmod(0o600)
    for naam in ("_build/cursus/proef/beeld/x.svg", "quizzes/proef.yaml"):
        (machine.project / naam).parent.mkdir(exist_ok=True)
        (machine.project / naam).unlink(missing_ok=True)
        (machine.project / naam).symlink_to(dicht)
        os.chown(machine.project / naam, machine.project.stat().st_uid, -1, follow_symlinks=False)
    (machine.project / "grading" / "beleid.yaml").write_text("cesuur: 0.7\n")
    les = machine.bron / "modules" / "01-proef" / "les.ipynb"
    les.write_text(les.read_text("utf-8").replace("Van elke soort oefening één.", "Tweede editie."), "utf-8")
    machine.commit()
    kind = machine.type(block("git -C /root/leerlijn archive"))
    assert kind.returncode == 0, kind.stdout + kind.stderr
    machine.check()
    assert "Tweede editie" in machine.lesson() and "0.7" in (machine.project / "grading" / "beleid.yaml").read_text() and dicht.read_text() == "VAN ROOT"
    assert sorted(p.name for p in machine.cursus.parent.iterdir()) == ["jeugdzorg-a"]
    assert not [p for p in machine.project.rglob("*") if p.lstat().st_uid == 0 and "grading/beleid" not in str(p) and ".git" not in p.parts]


def test_3_a_released_question_that_changed_stops_it_and_learners_keep_what_they_have(machine):
    (machine.project / "grading" / "release" / "proef").mkdir(parents=True)
    quiz = machine.bron / "quizzes" / "proef.yaml"
    oud = machine.lesson()
    quiz.write_text(quiz.read_text("utf-8").replace("punten: 4\n", "punten: 5\n", 1), "utf-8")
    machine.commit()
    kind = machine.type(block("git -C /root/leerlijn archive"))
    assert kind.returncode != 0 and "is al vrijgegeven" in kind.stdout + kind.stderr
    machine.check()
    assert machine.lesson() == oud and not machine.cursus.with_name("jeugdzorg-a.oud").exists()


def test_every_command_names_the_places_that_the_page_made():
    """One place for the environment and one for the settings, on all pages: what is copied from them works."""
    for naam in ("beheer", "privacy", "dpia"):
        tekst = (ROOT / "docs" / f"{naam}.md").read_text("utf-8")
        assert {m for m in re.findall(r"--instelling (\S*?/instelling\.yaml)", tekst)} <= {"/srv/jupyterhub/instelling.yaml"}
        assert {m for m in re.findall(r"(/\S*/bin)/(?:leerlijn|pip|python|jupyterhub)\b", tekst) if m.startswith(("/opt", "/srv"))} <= {"/opt/leerlijn/bin"}
