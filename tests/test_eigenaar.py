"""What root does in the folder of the account that grades: with the rights of that account, so that a link there leads nowhere and all stays usable."""

import json
import os
import pwd
import shutil
import tempfile
from pathlib import Path

import pytest

from leerlijn import cli, grade
from leerlijn.eigenaar import as_owner

from .keten import GOED, MODULE, graded

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="alleen root kan een map aan een ander account geven")
ACCOUNT = "games"  # every system has it, and it owns nothing


@pytest.fixture
def plek(monkeypatch):
    """A graded course of another account, and the file of an institution."""
    with tempfile.TemporaryDirectory(prefix="leerlijn-eigenaar-", dir="/tmp") as tmp:  # pytest's own are closed to others
        tmp = Path(tmp)
        tmp.chmod(0o755)
        with graded(tmp, {"ann": GOED, "ben": GOED}, bewaren_dagen=1) as k:
            grade.log(k.grading, ["let op: ann: iets", "let op: ben: iets"])
            k.instelling = tmp / "instelling.yaml"
            k.instelling.write_text(json.dumps({
                "cursussen": {k.course: {"project": str(k.root)}}, "uitwisseling": str(k.uit), "dienst": {"gegevens": str(tmp / "g"), "inleveren": str(tmp / "in")},
            }))  # fmt: skip
            for pad in (k.root, *k.root.rglob("*"), k.uit / k.course, *(k.uit / k.course).rglob("*")):
                shutil.chown(pad, ACCOUNT, pwd.getpwnam(ACCOUNT).pw_gid)
            yield k


def of_others(k):
    return [str(p.relative_to(k.root)) for p in k.root.rglob("*") if p.lstat().st_uid != pwd.getpwnam(ACCOUNT).pw_uid]


def test_all_stays_of_the_account_that_grades(plek):
    """A file of root there would stop the next `leerlijn grade`, or its log."""
    shutil.rmtree(plek.grading / ".nakijken")  # also when root comes first
    assert cli.main(["wis", "ann", "--ja", "--instelling", str(plek.instelling)]) == 0
    assert of_others(plek) == [] and "ann" not in (plek.grading / "nakijken.log").read_text()
    assert cli.main(["bewaartermijn", "--doe", "--instelling", str(plek.instelling)]) == 0
    assert of_others(plek) == [] and "bewaartermijn: verwijderd" in (plek.grading / "nakijken.log").read_text()
    assert not (plek.grading / "submitted" / "ben").exists()
    with as_owner(plek.grading):  # as the account itself
        assert grade.run(plek.root, [MODULE], meld=lambda _: None)[0].mislukt == []
        grade.log(plek.grading, ["iets"])


def test_a_link_leads_root_nowhere(plek, capsys):
    """What a teacher can put in the folder, whose code runs as that account."""
    dicht, huizen = plek.tmp / "dicht", plek.tmp / "huizen"
    dicht.write_text("VAN ROOT")
    (huizen / "ann" / MODULE).mkdir(parents=True)
    (huizen / "ann" / MODULE / "van-root").write_text("x")
    shutil.rmtree(plek.grading / "submitted")
    links = {"nakijken.log.half": dicht, f".nakijken/{MODULE}.json.half": dicht, "submitted": huizen}
    for naam, doel in links.items():
        (plek.grading / naam).symlink_to(doel)
        os.chown(plek.grading / naam, pwd.getpwnam(ACCOUNT).pw_uid, -1, follow_symlinks=False)
    assert cli.main(["wis", "ann", "--ja", "--instelling", str(plek.instelling)]) == 1 and "geen recht" in capsys.readouterr().out
    cli.main(["bewaartermijn", "--doe", "--instelling", str(plek.instelling)])
    (plek.grading / "nakijken.log").unlink(missing_ok=True)
    (plek.grading / "nakijken.log").symlink_to(dicht)
    cli.main(["bewaartermijn", "--doe", "--instelling", str(plek.instelling)])
    assert dicht.read_text() == "VAN ROOT" and (huizen / "ann" / MODULE / "van-root").is_file()


@pytest.mark.parametrize("wat", ["inbound", "."])
def test_a_link_in_the_exchange_leads_root_nowhere(plek, wat):
    """The folder of the course there belongs to the account that grades; what is old in `inbound` is taken away by root."""
    elders = plek.tmp / "elders"
    (elders / "inbound").mkdir(parents=True)
    oud = [elders / "van-root", elders / "inbound" / "van-root"]
    for pad in oud:
        pad.write_text("x")
        os.utime(pad, (1, 1))
    echt = (plek.uit / plek.course / wat).resolve()
    echt.rename(plek.tmp / "opzij")
    echt.symlink_to(elders)
    os.chown(echt, pwd.getpwnam(ACCOUNT).pw_uid, -1, follow_symlinks=False)
    assert cli.main(["bewaartermijn", "--doe", "--instelling", str(plek.instelling)]) == 1
    assert all(p.is_file() for p in oud)


def test_no_rights_come_from_the_group_of_the_folder(plek):
    """`chown -R cijfers-a` leaves the group as it was: that of root. What only root and its group may read stays closed."""
    (dicht := plek.tmp / "van-de-groep").write_text("VAN ROOT")
    dicht.chmod(0o640)
    os.chown(plek.grading, -1, 0)
    with as_owner(plek.grading):
        assert os.getegid() == pwd.getpwnam(ACCOUNT).pw_gid and 0 not in os.getgroups()
        with pytest.raises(PermissionError):
            dicht.read_text()
    os.chown(plek.grading, 54321, 0)  # an account that is gone
    with as_owner(plek.grading), pytest.raises(PermissionError):
        dicht.read_text()


@pytest.mark.parametrize("wat", [["grade", MODULE], ["docent", "--niet-openen"]])
def test_root_runs_no_code_of_another_account(plek, capsys, monkeypatch, wat):
    """nbgrader_config.py is code, and teachers can write in it: nothing of it runs as root, and what to type instead is said."""
    (plek.grading / "nbgrader_config.py").write_text(f"open({str(plek.tmp / 'gelukt')!r}, 'w')\n")
    monkeypatch.chdir(plek.root)
    monkeypatch.setattr("sys.argv", ["/opt/leerlijn/bin/leerlijn", *wat])
    voor = of_others(plek)
    assert cli.main(wat) == 1
    assert f"runuser -u {ACCOUNT} -- /opt/leerlijn/bin/leerlijn {' '.join(wat)}" in capsys.readouterr().err and not (plek.tmp / "gelukt").exists()
    assert wat[0] == "docent" or of_others(plek) == voor


def test_rights_come_back(plek):
    with pytest.raises(ValueError), as_owner(plek.grading):
        assert os.geteuid() == pwd.getpwnam(ACCOUNT).pw_uid and 0 not in os.getgroups()
        raise ValueError
    assert (os.geteuid(), os.getegid()) == (0, 0)
