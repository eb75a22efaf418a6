"""Who hands in for whom, with real accounts of this machine: needs root to give folders away, elsewhere only what one account can do."""

from __future__ import annotations

import os
import pwd

import pytest

from leerlijn import cli, dienst_mappen, intake
from tests.keten import GOED, MODULE, Keten, regels, released

TIJD, LATER = "2026-01-02 10:00:00.000000 UTC", "2026-01-05 10:00:00.000000 UTC"
FOUT = {"toets-overleg": "zwijgen"}
ROOT = os.geteuid() == 0
root = pytest.mark.skipif(not ROOT, reason="alleen root kan een map aan een ander account geven")
ZONDER_NAAM = next(n for n in range(54321, 60000) if intake.owner(n) is None)


@pytest.fixture(scope="module")
def vrijgegeven(tmp_path_factory):
    with released(tmp_path_factory.mktemp("accounts"), zelfde_account=False) as k:
        k.dienst = k.tmp / "dienst"  # a trusted service with an account of its own, beside the exchange
        k.dienst.mkdir(mode=0o750)
        yield k


def uid(account: str) -> int:
    return pwd.getpwnam(account).pw_uid


def lever(k: Keten, student: str, account: str | int, antwoorden: dict, tijd: str = TIJD, dienst: bool = False):
    """A hand-in in the name of `student`, made by `account`."""
    map_ = k.lever_met_de_hand(student, regels(antwoorden), tijd)
    wie = account if isinstance(account, int) else uid(account)
    for pad in (*map_.iterdir(), map_):
        os.chown(pad, wie, -1)
    if dienst:
        map_ = map_.rename(k.dienst / map_.name)
    return map_


@pytest.fixture(scope="module", params=["leerlijn", "nbgrader"])
def beurs(request, vrijgegeven, tmp_path_factory):
    """Everybody is who they are, and some say that they are somebody else; gives course and what the teacher reads."""
    if not ROOT:
        pytest.skip("alleen root kan een map aan een ander account geven")
    import shutil

    k = Keten.__new__(Keten)
    k.__dict__.update(vrijgegeven.__dict__)
    tmp = tmp_path_factory.mktemp(request.param)
    k.course_id, k.uit, k.dienst = vrijgegeven.course, shutil.copytree(vrijgegeven.uit, tmp / "uit"), tmp / "dienst"
    k.root = shutil.copytree(vrijgegeven.root, tmp / "project")
    k.grading = k.root / "grading"
    k.dienst.mkdir(mode=0o750)
    os.chown(k.dienst, uid("games"), -1)
    lever(k, "daemon", "daemon", GOED)
    lever(k, "nobody", "nobody", GOED)
    lever(k, "nobody", "daemon", FOUT, LATER)  # a later one in the name of another
    lever(k, "bin", "daemon", FOUT)  # in the name of who handed in nothing
    lever(k, "een onbekend account", ZONDER_NAAM, GOED)  # what used to stand for an account without a name
    lever(k, "root", "daemon", FOUT)
    lever(k, "ann@school", "games", GOED, dienst=True)  # the service, for a learner without an account
    lever(k, "ann@school", "games", FOUT, LATER)  # the service's account, but where everyone writes
    lever(k, "ann@school", "daemon", FOUT, "2026-01-06 10:00:00.000000 UTC")
    lever(k, "sys", "daemon", GOED, dienst=True)  # somebody else got a folder into that of the service
    gemengd = lever(k, "sys", "sys", GOED)  # own folder, with a file of another
    os.chown(gemengd / "antwoorden.jsonl", uid("nobody"), -1)
    (k.dienst / "bram+proef").symlink_to(k.uit / k.course / "inbound")
    with pytest.MonkeyPatch.context() as mp:
        mp.setenv("LEERLIJN_UITWISSELING", str(k.uit))
        mp.setenv("LEERLIJN_DIENSTEN", f"games:{k.dienst}")
        mp.chdir(k.root)
        if request.param == "leerlijn":
            assert cli.main(["grade", MODULE]) == 0
            zegt = (k.grading / "nakijken.log").read_text("utf-8")
        else:
            api = k.api()
            opgehaald, nagekeken = api.collect(MODULE), api.autograde(MODULE, "*")
            assert opgehaald["success"] and nagekeken["success"], (opgehaald, nagekeken)
            zegt = opgehaald["log"] + nagekeken["log"]
    return k, zegt


@root
def test_only_who_it_is_counts(beurs):
    k, _ = beurs
    with k.gradebook() as gb:
        assert {s.id for s in gb.students} == {"daemon", "nobody", "ann@school", "sys"}
    assert {w: k.punten(w)["toets-overleg"][0] for w in ("daemon", "nobody", "ann@school", "sys")} == {"daemon": 2.0, "nobody": 2.0, "ann@school": 2.0, "sys": 0.0}


@root
@pytest.mark.parametrize(
    "zin",
    [
        "staat op naam van nobody maar is van daemon",
        "staat op naam van bin maar is van daemon",
        f"staat op naam van een onbekend account maar is van een onbekend account ({ZONDER_NAAM})",
        "staat op naam van root maar is van daemon",
        "staat op naam van ann@school maar is van games",
        "staat op naam van ann@school maar is van daemon",
        "staat op naam van sys maar is van daemon",
        "antwoorden.jsonl is van een ander account en is niet overgenomen",
        "bram+proef: de naam van deze inlevering is niet te lezen",
    ],
)
def test_the_teacher_reads_who_said_to_be_whom(beurs, zin):
    k, zegt = beurs
    assert zin in zegt
    assert any(zin.rpartition(": ")[2] in p.read_text("utf-8") for p in (k.grading / "geweigerd").iterdir())


# --- the folder of the service itself ---------------------------------------------------------------------------------


@pytest.fixture
def dienst(tmp_path, monkeypatch):
    (tmp_path / "inbound").mkdir()
    map_ = tmp_path / "dienst"
    map_.mkdir(mode=0o750)
    ik = intake.owner(os.geteuid())
    monkeypatch.setenv("LEERLIJN_DIENSTEN", f"{ik}:{map_}")
    return map_


def in_dienst(map_):
    werk = map_ / f"ann+{MODULE}+{TIJD}+abc"
    werk.mkdir()
    for naam in ("antwoorden.jsonl", "submission_secret.txt"):
        (werk / naam).write_text("x")


def test_folder_that_is_a_link_is_not_trusted(dienst, tmp_path):
    """Where the folder above is writable, a link could bring in any folder of the service's account, such as the learners' own."""
    in_dienst(dienst)
    assert [i.student for i in intake.scan(tmp_path / "inbound", [MODULE])[0]] == ["ann"]
    dienst.rename(tmp_path / "elders")
    dienst.symlink_to(tmp_path / "elders")
    binnen, (w,), _ = intake.scan(tmp_path / "inbound", [MODULE])
    assert binnen == [] and "niet alleen van" in w.reden


@pytest.mark.parametrize("recht", [0o770, 0o702, 0o1777])
def test_folder_that_others_write_in_is_not_trusted(dienst, tmp_path, recht):
    in_dienst(dienst)
    dienst.chmod(recht)
    assert intake.scan(tmp_path / "inbound", [MODULE])[0] == []


@pytest.mark.parametrize("naam", ["ann", "ann@school.nl", "a.b-c_d", "o+b", "../x", ".x", "-x", "@x", "jose\u0301", "a,b", "x" * 101, "", "a\nb", "=1"])
def test_what_the_service_takes_the_teacher_takes_too(naam):
    """No learner hands in there and is refused here: the two sides draw one line."""
    gekozen = dienst_mappen.hand_in_name(naam)
    assert gekozen is None or intake.student_ok(gekozen)
    assert (gekozen is not None) == (naam in ("ann", "ann@school.nl", "a.b-c_d"))
