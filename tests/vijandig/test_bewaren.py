"""What a learner leaves in the exchange stops no backup and no clearing up, and does nothing to the screen of who runs them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leerlijn import bewaard, grade, reservekopie
from leerlijn.reservekopie_bron import Bron, Bronnen, of_machine
from tests.keten import GOED, MODULE, regels, released

TIJD = "2026-01-02 10:00:00.000000 UTC"


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    """A graded course whose exchange and collected work hold every trap that a file system allows."""
    with released(tmp_path_factory.mktemp("bewaren")) as k:
        k.lever_met_de_hand("ann", regels(GOED), TIJD)
        base = k.lever_met_de_hand("ben", regels(GOED), TIJD)
        (base / "antwoorden.jsonl").write_bytes(b"SQLite format 3\0" + b"x" * 200)  # collected as it is
        (base / "kapot.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
        (base / "lus").symlink_to("lus")
        (base / "naar-docent").symlink_to(k.grading / "sleutels")
        os.mkfifo(base / "pijp")
        with open(base / "ijl", "wb") as f:
            f.truncate(10**12)
        with open(os.path.join(os.fsencode(base), b"\xff\x1b[31m\n"), "wb") as f:
            f.write(b"x")
        diep = os.getcwd()
        os.chdir(base)
        for _ in range(1200):  # a path that is longer than any program may name
            os.mkdir("dddddddd")
            os.chdir("dddddddd")
        os.chdir(diep)
        grade.run(k.root, [MODULE], meld=lambda _: None)
        yield k
        subprocess.run(["rm", "-rf", base / "dddddddd"], check=True)  # Python's own clean-up calls itself once a level


def test_backup_goes_on_and_can_be_put_back(keten, tmp_path):
    uit = io.BytesIO()
    inhoud = reservekopie.make(of_machine(keten.root, tmp_path / "geen", keten.uit), uit)
    overgeslagen = " ".join(inhoud["overgeslagen"])
    assert all(n in overgeslagen for n in ("/lus is", "/naar-docent is", "/pijp is", "/ijl is", "mappen diep"))
    reservekopie.restore(uit, tmp_path / "terug")
    terug = {p.relative_to(tmp_path / "terug").as_posix() for p in (tmp_path / "terug").rglob("*") if p.is_file() and "/dddddddd/" not in str(p)}
    assert any(t.endswith("/kapot.db") for t in terug) and any("submitted/ben/" in t and t.endswith("antwoorden.jsonl") for t in terug)
    with sqlite3.connect(tmp_path / "terug" / f"project-{keten.course}" / "grading" / "gradebook.db") as db:
        assert {n for (n,) in db.execute("select id from student")} == {"ann", "ben"}
    subprocess.run(["rm", "-rf", tmp_path / "terug"], check=True)


def test_what_a_learner_closes_or_hides_deep_stops_no_backup(tmp_path):
    """For an account that is not root, as on a hub: closed folders and files, a path that no call takes. All the rest is there, and what is not is told."""
    with tempfile.TemporaryDirectory() as t:
        inbound = Path(t, "inbound")
        (inbound / "dicht" / "binnen").mkdir(parents=True)
        (inbound / "open").mkdir()
        for naam in ("open/werk.txt", "open/geheim.txt", "dicht/werk.txt"):
            (inbound / naam).write_text("werk")
        lang = "l" * 250
        hier = os.getcwd()
        os.chdir(inbound / "open")
        for _ in range(20):
            os.mkdir(lang)
            os.chdir(lang)
        os.chdir(hier)
        for p in (Path(t), inbound, inbound / "open"):
            p.chmod(0o755)
        for p in (inbound / "dicht", inbound / "open" / "geheim.txt"):
            p.chmod(0)
        lees, schrijf = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                if os.geteuid() == 0:
                    os.setuid(65534)
                inhoud = reservekopie.make(Bronnen([Bron("uitwisseling", Path(t))]), io.BytesIO())
                os.write(schrijf, json.dumps([inhoud["overgeslagen"], [n for n, d in inhoud["bronnen"]["uitwisseling"]["dingen"].items() if d["soort"] == "bestand"]]).encode())
                os._exit(0)
            except BaseException as e:
                os.write(schrijf, json.dumps([repr(e), []]).encode())
                os._exit(1)
        os.close(schrijf)
        with open(lees, "rb") as f:
            weg, er_in = json.loads(f.read())
        os.waitpid(pid, 0)
        (inbound / "dicht").chmod(0o700)
        subprocess.run(["rm", "-rf", inbound / "open" / lang], check=True)
    assert er_in == ["inbound/open/werk.txt"], weg
    assert [w.removeprefix(f"{t}/inbound/")[:22] for w in sorted(weg)] == ["dicht is niet te lezen", "open/geheim.txt is nie", f"open/{'l' * 17}"]
    assert len(weg) == 3 and "te lange naam" in weg[-1] + weg[0] + weg[1]


def test_a_file_that_becomes_shorter_is_padded_and_told():
    lezer = reservekopie._Telt(io.BytesIO(b"kort"), 10, vul=True)
    assert lezer.read(6) + lezer.read(6) == b"kort" + bytes(6) and lezer.korter and lezer.som.hexdigest() == hashlib.sha256(b"kort" + bytes(6)).hexdigest()
    heel = reservekopie._Telt(io.BytesIO(b"heel"), 4, vul=True)
    assert heel.read(9) == b"heel" and not heel.korter


def test_clearing_up_tells_what_it_cannot_and_goes_on(keten):
    m = bewaard.of_project(keten.root)
    rij = list(bewaard.stukken(m))
    assert all(str(s).isprintable() for s in rij)
    extra = bewaard.Stuk("inbound", keten.inbound()[0].parent / "a\x1b[31m\udcff", "", "", datetime(2026, 1, 1))
    assert str(extra).isprintable()
    weg, bleef = bewaard.remove([s for s in rij if s.plek == "inbound"], m.grading)
    assert [s.wie for s in weg] == ["ann"] and [(s.wie, "in elkaar" in reden) for s, reden in bleef] == [("ben", True)]
    assert (keten.grading / "sleutels" / f"{MODULE}.json").is_file()


def test_a_date_in_the_future_does_not_keep_work_for_ever(keten):
    map_ = keten.lever_met_de_hand("cas", regels(GOED), "2199-01-01 10:00:00.000000 UTC")
    os.utime(map_, (time.time() - 400 * 86400,) * 2)
    (stuk,) = [s for s in bewaard.stukken(bewaard.of_project(keten.root)) if s.wie == "cas"]
    assert stuk.wanneer < datetime.now() - timedelta(days=399)
    shutil.rmtree(map_)
