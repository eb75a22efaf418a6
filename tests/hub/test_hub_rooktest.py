"""The smoke script on a real hub: all steps, and that it says so when something is wrong; then that hub's backup, restored to a second hub."""

import os
import shutil
import subprocess
import sys

import pytest
import requests
import yaml

from leerlijn import cli

from ..conftest import ROOT
from ..keten import MODULE
from .hub import Hub, released_for_hub



@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    with released_for_hub(tmp_path_factory.mktemp("rook")) as k:
        yield k


@pytest.fixture(scope="module")
def hub(keten):
    cursus = {"docenten": ["dora"], "cursisten": ["anna"], "project": str(keten.root), "cursusmap": str(keten.course_dir)}
    h = Hub(keten.tmp / "hub", {keten.course: cursus}, uitwisseling=keten.uit)
    yield h
    h.stop()


def rook(adres, cursus, **wie):
    omgeving = {**os.environ, "ROOK_DEELNEMER": "anna:x", "ROOK_DOCENT": "dora:x", **wie}
    return subprocess.run([sys.executable, str(ROOT / "grading/hub/rooktest.py"), adres, cursus, MODULE], env=omgeving, capture_output=True, text=True)


def test_1_all_steps(hub, keten):
    kind = rook(hub.adres, keten.course)
    assert kind.returncode == 0, kind.stdout + kind.stderr
    regels = kind.stdout.splitlines()
    assert regels[-1] == f"Alles goed: {len(regels) - 1} stappen." and len(regels) == 12 and all(" goed " in r for r in regels[:-1])
    assert "nagekeken" in kind.stdout and "leest de feedback" in kind.stdout


def test_2_it_says_what_is_wrong(hub, keten):
    for wie, zin in (({"ROOK_DEELNEMER": "otto:x"}, "niet op de cursus"), ({"ROOK_DOCENT": "anna:x"}, "komt niet in formgrader")):
        kind = rook(hub.adres, keten.course, **wie)
        assert kind.returncode == 1 and "MIS" in kind.stdout and zin in kind.stdout, kind.stdout + kind.stderr
    assert rook("http://127.0.0.1:1", keten.course).returncode == 1
    assert rook(hub.adres, keten.course, ROOK_DOCENT="").returncode == 2


def test_2_an_earlier_run_is_not_taken_for_this_one(hub, keten):
    """A second run on the same account: right when all goes well, and wrong when only what was there before is found."""
    assert rook(hub.adres, keten.course).returncode == 0
    inleveren = hub.tmp / "inleveren" / keten.course
    rechten = inleveren.stat().st_mode
    inleveren.chmod(0o2777)  # a folder in which others can write is refused at collecting
    try:
        kind = rook(hub.adres, keten.course)
        assert kind.returncode == 1 and "alleen een eerdere inlevering van anna is opgehaald" in kind.stdout, kind.stdout + kind.stderr
    finally:
        inleveren.chmod(rechten)


def test_3_the_backup_of_this_hub_makes_a_second_one(hub, keten):
    """Made while the hub runs. The second hub has the people, the answers and the feedback."""
    inst = keten.tmp / "instelling.yaml"
    inst.write_text(yaml.safe_dump({**yaml.safe_load((hub.tmp / "instelling.yaml").read_text()), "hub": {"map": str(hub.tmp)}}))
    assert cli.main(["reservekopie", str(keten.tmp / "kopie"), "--instelling", str(inst)]) == 0
    (kopie,) = (keten.tmp / "kopie").iterdir()
    hub.stop()
    terug = keten.tmp / "terug"
    assert cli.main(["terugzetten", str(kopie), "--naar", str(terug)]) == 0
    nieuw = keten.tmp / "hub2"
    shutil.copytree(terug / "hub", nieuw)
    cursus = {"docenten": ["dora"], "cursisten": ["anna"], "project": str(terug / f"project-{keten.course}"), "cursusmap": str(terug / f"cursus-{keten.course}")}
    dienst = {"gegevens": str(terug / "antwoorden"), "inleveren": str(terug / "ingeleverd")}
    tweede = Hub(nieuw, {keten.course: cursus}, dienst=dienst, uitwisseling=terug / "uitwisseling")
    try:
        mensen = {u["name"] for u in requests.get(f"{tweede.adres}/hub/api/users", headers=tweede.api, timeout=60).json()}
        assert {"anna", "dora", "otto"} <= mensen  # otto is nowhere but in the hub's database
        anna, basis = tweede.login("anna"), tweede.leren(keten.course, "anna")
        eigen = [h.folder(keten.course, "anna") / "toetsen" / MODULE / "antwoorden.jsonl" for h in (hub, tweede)]
        assert eigen[0].read_bytes() == eigen[1].read_bytes() and anna.get(basis, timeout=60).status_code == 200
        assert "nog geen feedback" not in anna.get(f"{basis}feedback/{MODULE}", timeout=60).text
        kind = rook(tweede.adres, keten.course)  # and everything works on from there
        assert kind.returncode == 0, kind.stdout + kind.stderr
    finally:
        tweede.stop()
