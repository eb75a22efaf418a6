"""What learners made is closed to other accounts on the teacher's side, with the widest umask there is; a group keeps its rights."""

import os
import stat
from pathlib import Path

import pytest

from leerlijn import besloten, build, docent, grade

from .keten import GOED, MODULE, Keten, regels


@pytest.fixture(autouse=True)
def open_umask():
    was = os.umask(0)
    yield
    os.umask(was)


def rechten(pad):
    return stat.S_IMODE(pad.stat().st_mode)


def test_whole_road_leaves_nothing_that_others_can_reach(tmp_path, monkeypatch):
    """Built, released, collected by nbgrader, graded, feedback made: what stands in grading/ is behind one closed folder."""
    monkeypatch.setenv("LEERLIJN_ZELFDE_ACCOUNT", "1")
    keten = Keten(tmp_path)
    for naam, waarde in keten.env.items():
        monkeypatch.setenv(naam, waarde)
    assert rechten(keten.grading) == 0o750
    keten.release()
    keten.lever_met_de_hand("noor", regels(GOED))
    assert (uitkomst := keten.api().collect(MODULE))["success"], uitkomst
    assert rechten(keten.grading / ".nakijken") == rechten(keten.grading / ".nakijken" / "collect") == 0o700
    grade.run(keten.root, [MODULE], meld=lambda _: None)
    grade.log(keten.grading, ["een regel"])
    assert (uitkomst := keten.api().generate_feedback(MODULE))["success"], uitkomst
    binnen = {p.name for p in keten.grading.rglob("*")}
    assert {"gradebook.db", "nakijken.log", "feedback", "submitted", "autograded"} <= binnen
    assert rechten(keten.grading) == 0o750 and rechten(keten.grading / ".nakijken") == 0o700
    assert os.access(keten.uit / keten.course / "outbound" / MODULE, os.R_OK) and rechten(keten.uit / keten.course / "outbound" / MODULE) & 0o5 == 0o5  # learners still can


@pytest.mark.parametrize("stap", [
    lambda k: build.build(k.root),
    lambda k: docent.start(k.grading),
    lambda k: grade.alone(k.grading, print).__enter__(),
])
def test_each_way_in_closes_a_folder_that_was_open(tmp_path, monkeypatch, stap):
    keten = Keten(tmp_path)
    for naam, waarde in keten.env.items():
        monkeypatch.setenv(naam, waarde)
    keten.grading.chmod(0o2775)
    monkeypatch.setattr(docent.lab, "WACHTEN", 0)  # it is closed before the server starts, which takes seconds
    try:
        stap(keten)
    except docent.LeerlijnError:
        pass
    assert rechten(keten.grading) == 0o2770


def test_group_and_set_gid_stay(tmp_path):
    map_ = tmp_path / "grading"
    map_.mkdir()
    map_.chmod(0o2775)
    besloten.close(map_)
    assert rechten(map_) == 0o2770
    map_.chmod(0o2755)
    assert rechten(besloten.private(map_)) == 0o2700


def test_a_folder_of_another_account_is_left_alone():
    """Who may not change it does not stumble over it: its owner closes it. /usr belongs to root everywhere, and all may read it."""
    pid = os.fork()
    if pid == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            besloten.close(Path("/usr"))
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0 and rechten(Path("/usr")) & 0o005
