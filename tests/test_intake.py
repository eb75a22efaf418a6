"""The guard at the door: what is taken over of a hand-in, what is not, and that it is said."""

import json
import os
import pwd
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leerlijn import intake

WIJ = pwd.getpwuid(os.getuid()).pw_name
TIJD = "2026-01-02 10:00:00.000000 UTC"
UUR = datetime(2026, 1, 2, 10)


@pytest.fixture
def inbound(tmp_path):
    (tmp_path / "inbound").mkdir()
    return tmp_path / "inbound"


def hand_in(inbound, student=WIJ, module="proef", tijd=TIJD, klaar=True):
    map_ = inbound / f"{student}+{module}+{tijd}+abc"
    map_.mkdir()
    (map_ / "antwoorden.jsonl").write_text("{}\n")
    (map_ / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC")
    if klaar:
        (map_ / "submission_secret.txt").write_text("geheim")
    return map_


def scan(inbound, **kw):
    return intake.scan(inbound, ["proef"], alle=["proef", "ander"], **kw)


def test_taken_over_from_parts_that_we_know(inbound, tmp_path):
    map_ = hand_in(inbound)
    (map_ / "toets.ipynb").write_text("van de deelnemer")
    hand_in(inbound, module="ander")
    hand_in(inbound, tijd="2026-01-03 10:00:00.000000 UTC", klaar=False)
    (i,), fout, onderweg = scan(inbound)
    assert (i.student, i.module, i.tijd, fout, onderweg) == (WIJ, "proef", UUR, [], 1)
    doel = tmp_path / "submitted" / WIJ / "proef"
    assert intake.stage(i, doel, {"toets.ipynb": b"van ons"}, tmp_path / "werk") == []
    assert {p.name: p.read_text() for p in doel.iterdir()} == {
        "toets.ipynb": "van ons", "antwoorden.jsonl": "{}\n", "submission_secret.txt": "geheim", "timestamp.txt": TIJD,
    }  # fmt: skip
    assert doel.stat().st_mode & 0o777 == 0o700
    (map_ / "antwoorden.jsonl").write_text("later veranderd")
    assert (doel / "antwoorden.jsonl").read_text() == "{}\n"


@pytest.mark.parametrize(
    ("naam", "reden"),
    [
        ("zonder-plus", "niet te lezen"),
        (f"{WIJ}+bestaat-niet+{TIJD}+abc", "geen toets"),
        (f"..+proef+{TIJD}+abc", "geen naam"),
        (f"*+proef+{TIJD}+abc", "geen naam"),
        (f"=1+1+proef+{TIJD}+abc", "geen naam"),
        (f"a\x1b[31m+proef+{TIJD}+abc", "geen naam"),
        (f"<b>+proef+{TIJD}+abc", "geen naam"),
        (f"{{x}}+proef+{TIJD}+abc", "geen naam"),
        (f"{'a' * 129}+proef+{TIJD}+abc", "geen naam"),
        (f"{WIJ}+proef+gisteren+abc", "inlevertijd"),
        (f"{WIJ}+proef+2026-01-02 10:00:00+0100+abc", "niet te lezen|geen toets"),
        (f"{WIJ}+proef+9999-99-99 10:00:00 UTC+abc", "inlevertijd"),
        (f"iemand-anders+proef+{TIJD}+abc", "op naam van iemand-anders maar is van"),
    ],
)
def test_refused_by_name_or_owner(inbound, naam, reden, tmp_path):
    (inbound / naam).mkdir()
    (inbound / naam / "submission_secret.txt").write_text("x")
    goed, (w,), _ = scan(inbound)
    assert goed == [] and any(r in w.reden for r in reden.split("|")), w.reden
    assert all(c.isprintable() for c in str(w))
    assert intake.set_aside(tmp_path / "geweigerd", w) and not intake.set_aside(tmp_path / "geweigerd", w)  # told once
    (pad,) = (tmp_path / "geweigerd").iterdir()
    assert json.loads(pad.read_text("utf-8"))["reden"] == w.reden and len(pad.name) < 100


def test_one_account_for_all(inbound):
    hand_in(inbound, student="ann+b")  # a container's name may hold a +
    assert [i.student for i in scan(inbound, zelfde_account=True)[0]] == ["ann+b"]


def test_no_folder_is_no_hand_in(inbound, tmp_path):
    (inbound / f"{WIJ}+proef+{TIJD}+een").symlink_to(tmp_path)
    (inbound / f"{WIJ}+proef+{TIJD}+twee").write_text("")
    os.mkfifo(inbound / f"{WIJ}+proef+{TIJD}+drie")
    goed, fout, _ = scan(inbound)
    assert goed == [] and [w.reden for w in fout] == ["is geen gewone map"] * 3


def sparse(pad):
    with open(pad, "wb") as f:
        f.truncate(10**12)


@pytest.mark.parametrize(
    ("maak", "reden"),
    [
        (lambda p: p.symlink_to("/etc/passwd"), "is een verwijzing"),
        (os.mkfifo, "is geen gewoon bestand"),
        (os.mkdir, "is geen gewoon bestand"),
        (sparse, "is groter dan 1000 kB"),
        (lambda p: p.write_bytes(b"x" * 1_000_001), "is groter dan 1000 kB"),
        (lambda p: None, "ontbreekt"),
    ],
)
def test_answer_file_that_is_none(inbound, tmp_path, maak, reden):
    map_ = hand_in(inbound)
    (map_ / "antwoorden.jsonl").unlink()
    maak(map_ / "antwoorden.jsonl")
    (i,), _, _ = scan(inbound)
    (w,) = intake.stage(i, tmp_path / "doel", {}, tmp_path / "werk")
    assert reden in w.reden
    assert {p.name for p in (tmp_path / "doel").iterdir()} == {"timestamp.txt", "submission_secret.txt"}


@pytest.mark.skipif(os.getuid() != 0, reason="alleen root kan een bestand aan een ander geven")
def test_file_of_another_account(inbound, tmp_path):
    map_ = hand_in(inbound)
    os.chown(map_ / "antwoorden.jsonl", 65534, -1)
    (i,), _, _ = scan(inbound)
    (w,) = intake.stage(i, tmp_path / "doel", {}, tmp_path / "werk")
    assert "van een ander account" in w.reden


def test_strange_files_stay_out(inbound, tmp_path):
    map_ = hand_in(inbound)
    for n in range(30):
        (map_ / f"extra\n{n:02}").symlink_to("/etc/passwd")
    (i,), _, _ = scan(inbound)
    (w,) = intake.stage(i, tmp_path / "doel", {}, tmp_path / "werk")
    assert "30 bestand(en)" in w.reden and len(w.bestanden) == intake.MAX_GENOEMD and "\n" not in str(w)


def test_folder_that_is_swapped_after_the_look(inbound, tmp_path):
    map_ = hand_in(inbound)
    (i,), _, _ = scan(inbound)
    doel = tmp_path / "doel"
    intake.stage(i, doel, {}, tmp_path / "werk")
    map_.rename(inbound / "weg")
    map_.symlink_to(tmp_path)
    (w,) = intake.stage(i, doel, {}, tmp_path / "werk")
    assert "vervangen" in w.reden and (doel / "antwoorden.jsonl").is_file()  # what we had stands


def at(uur, student="ann"):
    tijd = UUR + timedelta(hours=uur)
    return intake.Inlevering(Path(f"{student}{uur}"), student, "proef", tijd, str(tijd), tijd)


@pytest.mark.parametrize(
    ("beleid", "uur", "geweigerd"),
    [
        ({}, 3, 0),
        ({"pogingen": 2}, 1, 1),
        ({"pogingen": 9}, 3, 0),
        ({"tot": UUR + timedelta(hours=1)}, 3, 0),  # late is allowed, with a deduction
        ({"tot": UUR + timedelta(hours=1), "te_laat_weigeren": True}, 1, 1),
        ({"tot": UUR, "te_laat_weigeren": True, "uitstel": {"ann": timedelta(hours=3)}}, 3, 0),
        ({"tot": UUR - timedelta(hours=1), "te_laat_weigeren": True}, None, 3),
        ({"tot": UUR + timedelta(hours=1), "te_laat_weigeren": True, "pogingen": 1}, 0, 2),
    ],
)
def test_policy_chooses(beleid, uur, geweigerd):
    gekozen, fout = intake.choose([at(3), at(0), at(1)], **beleid)
    assert [i.tijd for i in gekozen.values()] == ([] if uur is None else [UUR + timedelta(hours=uur)])
    assert len(fout) == geweigerd


def test_odd_clocks_are_told():
    assert intake.clock_notes(at(0), None) == []
    assert "toekomst" in intake.clock_notes(intake.Inlevering(Path(), "a", "m", datetime(2199, 1, 1), "", UUR), None)[0]
    laat = intake.Inlevering(Path(), "a", "m", UUR, "", UUR + timedelta(days=2))
    assert "te laat" in intake.clock_notes(laat, UUR + timedelta(hours=1))[0]
    assert intake.clock_notes(laat, UUR + timedelta(days=3)) == []


@pytest.mark.parametrize("tekst", ["", "x", "2026-01-02", "2026-01-02 10:00:00 CET", "2026-01-02 10:00:00+01:00 UTC", "0001-01-01 00:00:00 UTC", "٢٠٢٦-01-02 10:00 UTC"])
def test_no_time(tekst):
    assert intake.parse_time(tekst) is None


# --- a shared service that hands in for learners without an account ------------------------------------------------------


@pytest.fixture
def dienst(inbound, monkeypatch):
    """Our account as the trusted service, with a folder of its own."""
    map_ = inbound.parent / "dienst"
    map_.mkdir(mode=0o750)
    monkeypatch.setenv("LEERLIJN_DIENSTEN", f"{WIJ}:{map_}")
    return map_


def test_service_may_set_a_name_in_its_own_folder_only(inbound, dienst, tmp_path):
    hand_in(dienst, student="ann@school")
    (dienst / ".half-123").mkdir()
    hand_in(inbound, student="bram")  # the same account, but where everyone can write
    (i,), (w,), _ = scan(inbound)
    assert (i.student, i.van) == ("ann@school", WIJ) and "bram" in str(w) and "maar is van" in w.reden
    assert intake.stage(i, tmp_path / "submitted" / "ann@school" / "proef", {}, tmp_path / "werk") == []


def test_folder_of_a_service_that_others_can_write_in_is_not_trusted(inbound, dienst):
    hand_in(dienst, student="ann")
    dienst.chmod(0o770)
    goed, (w,), _ = scan(inbound)
    assert goed == [] and "niet alleen van" in w.reden


def test_other_account_in_the_folder_of_a_service(inbound, dienst, monkeypatch):
    """Another account cannot pass for the service, nor a service that is not on the list."""
    hand_in(dienst, student="ann")
    monkeypatch.setenv("LEERLIJN_DIENSTEN", f"iemand-anders:{dienst}")
    assert scan(inbound)[0] == [] and len(scan(inbound)[1]) == 1
    monkeypatch.delenv("LEERLIJN_DIENSTEN")
    assert scan(inbound) == ([], [], 0)
    assert intake.services() == []


def test_services_from_the_environment(monkeypatch):
    monkeypatch.setenv("LEERLIJN_DIENSTEN", " leren:/a b/c ; x ;:/y; twee:/z:1 ")
    assert intake.services() == [intake.Dienst("leren", Path("/a b/c")), intake.Dienst("twee", Path("/z:1"))]


@pytest.mark.skipif(os.geteuid() != 0, reason="alleen root kan iets van een ander account maken")
def test_a_real_other_account_in_the_folder_of_a_service(inbound, dienst):
    map_ = hand_in(dienst, student="ann")
    os.chown(map_, pwd.getpwnam("nobody").pw_uid, -1)
    goed, (w,), _ = scan(inbound)
    assert goed == [] and "nobody" in w.reden
