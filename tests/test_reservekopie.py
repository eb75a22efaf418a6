"""Backup and restore rehearsed: a used course into an empty machine, in SQLite and PostgreSQL, and what is damaged or in the way is refused."""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest
import yaml

from leerlijn import cijfers_lms, cli, grade, gradebook, reservekopie, reservekopie_bron
from leerlijn.errors import LeerlijnError

from . import postgres
from .cijfers import judge, rows
from .keten import GOED, MODULE, regels, released

TIJD = "2026-01-02 10:00:00.000000 UTC"


@pytest.fixture
def keten(tmp_path, monkeypatch):
    with released(tmp_path) as k:
        k.env["LEERLIJN_MAP"] = str(tmp_path / "thuis")
        monkeypatch.setenv("LEERLIJN_MAP", k.env["LEERLIJN_MAP"])
        monkeypatch.chdir(k.root)
        yield k


def gebruik(k):
    """Answered, handed in, graded, judged by hand."""
    k.antwoord(GOED)
    shutil.copytree(k.course_dir, k.tmp / "thuis" / k.course)
    k.lever_met_de_hand("ann", regels(GOED), TIJD)
    k.lever_met_de_hand("ben", regels({"toets-overleg": "zwijgen"}), TIJD)
    grade.run(k.root, [MODULE])
    judge(gradebook.url(k.grading), "ann", "toets-open", manual_score=3.0, needs_manual_grade=False, manual_comment="Mooi gezien.")


def instelling(k, **cursus):
    """A file as an institution has it, for the course of this chain; gives its path."""
    hub = k.tmp / "hub"
    (hub / "geheim").mkdir(parents=True)
    (hub / "jupyterhub_cookie_secret").write_bytes(os.urandom(32))
    (hub / "jupyterhub_cookie_secret").chmod(0o600)
    with sqlite3.connect(hub / "jupyterhub.sqlite") as db:
        db.execute("create table users (name)")
        db.execute("insert into users values ('ann')")
    gegevens, inleveren = k.tmp / "gegevens", k.tmp / "inleveren"
    (gegevens / "proefcursus" / "l-abc" / "prive").mkdir(parents=True)
    (gegevens / "proefcursus" / "l-abc" / "prive" / "proef.jsonl").write_text(regels({"x": "y"}))
    inleveren.mkdir()
    inleveren.chmod(0o2750)
    lms, koppelingen = k.tmp / "lms", k.tmp / "koppelingen"
    (koppelingen / "proefcursus").mkdir(parents=True)
    (koppelingen / "proefcursus" / "x.json").write_text('{"naam": "ann"}')
    cijfers_lms.make_keys(lms)
    (lms / "lms.yaml").write_text(yaml.safe_dump({"koppelingen": str(koppelingen), "sleutel": str(lms / "sleutel.pem"), "openbaar": str(lms / "jwks.json")}))
    pad = hub / "instelling.yaml"
    pad.write_text(yaml.safe_dump({
        "lms": str(lms / "lms.yaml"),
        "cursussen": {"proefcursus": {"project": str(k.root), "cursusmap": str(k.course_dir), "poort": 8800, **cursus}},
        "dienst": {"gegevens": str(gegevens), "inleveren": str(inleveren)}, "uitwisseling": str(k.uit), "hub": {"map": str(hub)},
    }))  # fmt: skip
    return pad


def stand(map_: Path) -> dict[str, tuple]:
    """Everything below a folder but databases: contents, rights, owner and time."""
    uit = {}
    for p in sorted(map_.rglob("*")):
        s = p.stat()
        if p.is_file() and p.read_bytes()[:15] == b"SQLite format 3":
            continue
        uit[p.relative_to(map_).as_posix()] = (oct(s.st_mode), s.st_uid, s.st_gid, s.st_mtime, hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else None)
    return uit


def kopie(k, *args) -> Path:
    assert cli.main(["reservekopie", str(k.tmp / "kopie"), *args]) == 0
    (pad,) = (k.tmp / "kopie").iterdir()
    return pad


def test_one_machine_into_an_empty_one_and_on_from_there(keten, capsys, monkeypatch):
    gebruik(keten)
    boek = rows(gradebook.url(keten.grading))
    pad = kopie(keten)
    assert oct(pad.stat().st_mode & 0o777) == "0o600" and "niet versleuteld" in capsys.readouterr().out
    nieuw = keten.tmp / "nieuw"
    assert cli.main(["terugzetten", str(pad), "--naar", str(nieuw)]) == 0
    assert "vergeleken met zijn controlegetal" in capsys.readouterr().out
    project = nieuw / f"project-{keten.course}"
    for deel in reservekopie_bron.PROJECT:
        assert stand(project / deel) == {n: s for n, s in stand(keten.root / deel).items() if "__pycache__" not in n}
    assert stand(nieuw / "uitwisseling" / keten.course) == stand(keten.uit / keten.course)
    assert rows(gradebook.url(project / "grading")) == boek
    assert (project / "grading/sleutels/proef.json").stat().st_mode & 0o777 == 0o600
    # It is a course in use: the answers of the learner, and grading goes on where it was.
    assert (nieuw / f"deelnemer/{keten.course}/toetsen/proef/antwoorden.jsonl").read_bytes() == (keten.map / "antwoorden.jsonl").read_bytes()
    monkeypatch.setenv("LEERLIJN_UITWISSELING", str(nieuw / "uitwisseling"))
    (verslag,) = grade.run(project, [MODULE])
    assert (verslag.nagekeken, verslag.ongewijzigd, verslag.wacht) == (0, 2, 0)
    assert rows(gradebook.url(project / "grading")) == boek


def test_an_institution_back_in_its_place(keten, capsys):
    """Everything is lost but the backup; afterwards all is where it was, with rights and times."""
    gebruik(keten)
    inst = instelling(keten)
    mappen = [keten.root / "grading", keten.uit, keten.tmp / "gegevens", keten.tmp / "inleveren", keten.tmp / "hub", keten.tmp / "lms", keten.tmp / "koppelingen", keten.course_dir]
    voor, boek = [stand(m) for m in mappen], rows(gradebook.url(keten.grading))
    pad = kopie(keten, "--instelling", str(inst))
    assert cli.main(["terugzetten", str(pad)]) == 1
    assert "is er al en is niet leeg" in capsys.readouterr().err
    assert [stand(m) for m in mappen] == voor
    (keten.tmp / "weg").mkdir()
    for m in [keten.root, *mappen[1:]]:
        m.rename(keten.tmp / "weg" / m.name)
    os.chdir(keten.tmp)
    assert cli.main(["terugzetten", str(pad)]) == 0
    zonder = [{n: s for n, s in st.items() if "__pycache__" not in n} for st in voor]
    assert [stand(m) for m in mappen] == zonder
    assert oct((keten.tmp / "inleveren").stat().st_mode & 0o7777) == "0o2750"
    assert rows(gradebook.url(keten.grading)) == boek
    with sqlite3.connect(keten.tmp / "hub" / "jupyterhub.sqlite") as db:
        assert db.execute("select name from users").fetchall() == [("ann",)]


@pytest.fixture(scope="module")
def server():
    with postgres.server() as adres:
        yield adres


def test_postgresql_too(keten, server, monkeypatch, capsys):
    adres = postgres.create(server, "cijfers")
    monkeypatch.setenv("LEERLIJN_CIJFERBOEK", adres)
    gebruik(keten)
    boek = rows(gradebook.url(keten.grading))
    pad = kopie(keten, "--instelling", str(instelling(keten, cijferboek=adres.replace("leerlijn@", "leerlijn:geheim@"))))
    assert b"geheim@" not in gzip.decompress(pad.read_bytes()).split(b"inhoud.json")[-1]
    nieuw = postgres.create(server, "terug")
    naar = str(keten.tmp / "nieuw")
    assert cli.main(["terugzetten", str(pad), "--naar", naar, "--database", f"proefcursus={adres}"]) == 1
    assert "is niet leeg" in capsys.readouterr().err and not Path(naar).exists()
    assert cli.main(["terugzetten", str(pad), "--naar", naar, "--database", f"proefcursus={nieuw}"]) == 0
    assert rows(nieuw.replace("postgresql:", "postgresql+psycopg:")) == boek
    assert cli.main(["terugzetten", str(pad), "--naar", str(keten.tmp / "los")]) == 0
    assert (keten.tmp / "los/databases/proefcursus.dump").read_bytes()[:5] == b"PGDMP"
    monkeypatch.setenv("LEERLIJN_CIJFERBOEK", nieuw)
    (verslag,) = grade.run(keten.tmp / "nieuw" / "project-proefcursus", [MODULE])
    assert (verslag.nagekeken, verslag.ongewijzigd) == (0, 2)
    for fout, zin in (("proefcursus=postgresql://leerlijn@127.0.0.1:1/x", "mislukte"), ("anders=postgresql://x/y", "geen database met de naam"), ("proefcursus", "NAAM=ADRES")):
        assert cli.main(["terugzetten", str(pad), "--naar", str(keten.tmp / "fout"), "--database", fout]) == 1
        assert zin in capsys.readouterr().err
    assert not (keten.tmp / "fout").exists()


def test_through_a_pipe_so_that_it_can_be_encrypted(keten):
    """What age or gpg would get and give back: nothing of it on the disk in between."""
    gebruik(keten)
    opdracht = [sys.executable, "-m", "leerlijn.cli"]
    uit = subprocess.run([*opdracht, "reservekopie", "-"], capture_output=True, check=True).stdout
    terug = subprocess.run([*opdracht, "terugzetten", "-", "--controleer"], input=uit, capture_output=True, check=True)
    assert "In orde" in terug.stdout.decode()
    subprocess.run([*opdracht, "terugzetten", "-", "--naar", str(keten.tmp / "nieuw")], input=uit, capture_output=True, check=True)
    assert rows(gradebook.url(keten.tmp / "nieuw" / f"project-{keten.course}" / "grading")) == rows(gradebook.url(keten.grading))


def test_a_database_in_use_is_copied_as_one_state(tmp_path):
    """Two tables that a writer keeps equal are equal in every copy, in both of SQLite's ways of writing."""
    for wijze in ("DELETE", "WAL"):
        pad = tmp_path / f"{wijze}.db"
        with sqlite3.connect(pad) as db:
            db.executescript(f"PRAGMA journal_mode={wijze}; create table a (n, vul); create table b (n, vul);")
        stop, geschreven = threading.Event(), threading.Semaphore(0)

        def schrijf(pad=pad, stop=stop, geschreven=geschreven):
            db, n = sqlite3.connect(pad, timeout=60), 0
            while not stop.is_set():
                with db:
                    db.execute("insert into a values (?, ?)", (n, "x" * 3000))
                    db.execute("insert into b values (?, ?)", (n, "y" * 3000))
                n += 1
                geschreven.release()
            db.close()

        draad = threading.Thread(target=schrijf)
        draad.start()
        try:
            for keer in range(5):
                for _ in range(5):
                    assert geschreven.acquire(timeout=60)
                reservekopie.snapshot(pad, tmp_path / f"{wijze}-{keer}")
                with sqlite3.connect(tmp_path / f"{wijze}-{keer}") as db:
                    a, b = (db.execute(f"select count(*), max(n) from {t}").fetchone() for t in "ab")
                assert a == b and a[0] >= 5
        finally:
            stop.set()
            draad.join()


def test_what_is_damaged_is_refused_and_nothing_is_put_back(keten, capsys):
    gebruik(keten)
    goed = kopie(keten).read_bytes()
    rauw = gzip.decompress(goed)
    i = rauw.index(b"toets-overleg")
    rommel = {"omgedraaid": gzip.compress(rauw[:i] + b"X" + rauw[i + 1 :]), "afgebroken": goed[: len(goed) // 2], "leeg": b"", "iets anders": b"PK" * 4000,
              "met .. in een naam": _met_naam(rauw, "../../buiten"), "met een / vooraan": _met_naam(rauw, str(keten.tmp / "buiten"))}  # fmt: skip
    for naam, data in rommel.items():
        (keten.tmp / "rommel").write_bytes(data)
        assert cli.main(["terugzetten", str(keten.tmp / "rommel"), "--naar", str(keten.tmp / "nieuw")]) == 1, naam
        assert "niets teruggezet" in capsys.readouterr().err and not (keten.tmp / "nieuw").exists() and not (keten.tmp / "buiten").exists()


def _met_naam(rauw: bytes, naam: str) -> bytes:
    """A backup whose table of contents is right, with a file outside its folder."""
    uit = io.BytesIO()
    inhoud = {"soort": reservekopie.SOORT, "versie": 1, "gemaakt": "", "databases": {}, "overgeslagen": [], "bronnen": {"x": {"pad": "/x", "alleen": [], "dingen": {
        naam: {"soort": "bestand", "bytes": 2, "sha256": hashlib.sha256(b"hi").hexdigest(), "rechten": 420, "eigenaar": "", "groep": "", "t": 0}}}}}  # fmt: skip
    with tarfile.open(fileobj=uit, mode="w|gz") as tar:
        for n, data in ((f"bestanden/x/{naam}", b"hi"), (reservekopie.INHOUD, json.dumps(inhoud).encode())):
            info = tarfile.TarInfo(n)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return uit.getvalue()


def test_a_backup_that_lacks_something_is_not_made(keten, capsys):
    inst = instelling(keten)
    data = yaml.safe_load(inst.read_text())
    (keten.root / "grading/link").symlink_to("/etc/passwd")
    doel = keten.tmp / "kopie"
    assert cli.main(["reservekopie", str(doel), "--instelling", str(inst)]) == 0
    assert "grading/link is een verwijzing" in capsys.readouterr().err
    (een,) = doel.iterdir()
    for verander, zin in (({"dienst": {"gegevens": str(keten.tmp / "niet"), "inleveren": "/x"}}, "mappen zijn er niet"), ({"dienst": {}}, "ontbreekt 'gegevens'")):
        inst.write_text(yaml.safe_dump(data | verander))
        assert cli.main(["reservekopie", str(doel), "--instelling", str(inst)]) == 1
        assert zin in capsys.readouterr().err
    inst.write_text(yaml.safe_dump(data))
    with open(keten.tmp / "hub/jupyterhub.sqlite", "r+b") as f:
        f.seek(100)
        f.write(b"\xff" * 3000)
    assert cli.main(["reservekopie", str(doel), "--instelling", str(inst)]) == 1
    assert "geen reservekopie gemaakt" in capsys.readouterr().err
    assert cli.main(["reservekopie", str(keten.uit / "x"), "--instelling", str(inst)]) == 1
    assert "andere plek" in capsys.readouterr().err
    assert cli.main(["reservekopie", str(keten.grading / "kopie")]) == 1 and not (keten.grading / "kopie").exists()  # the next one would hold this one
    assert "andere plek" in capsys.readouterr().err
    assert list(doel.iterdir()) == [een]  # nothing half is left


def test_an_exchange_that_is_not_there_yet_is_no_error(keten):
    with pytest.raises(LeerlijnError, match="niet te openen|ontbreekt|lezen"):
        reservekopie_bron.of_institution(keten.tmp / "bestaat-niet.yaml")
    bronnen = reservekopie_bron.of_machine(keten.root, keten.tmp / "niemand", keten.tmp / "geen")
    uit = io.BytesIO()
    inhoud = reservekopie.make(bronnen, uit)
    assert inhoud["bronnen"]["uitwisseling"]["dingen"] == {} and reservekopie.verify(uit) == inhoud


def test_a_name_that_is_no_utf8_comes_back_as_it_was(tmp_path):
    """In the exchange every learner can make a folder with any name: none may stop the backup of all."""
    vreemd = os.fsencode(tmp_path / "van") + b"/\xff+toets+x"
    os.makedirs(vreemd)
    with open(vreemd + b"/f", "w") as f:
        f.write("werk")
    uit = io.BytesIO()
    reservekopie.make(reservekopie_bron.Bronnen([reservekopie_bron.Bron("uit", tmp_path / "van")]), uit)
    reservekopie.restore(uit, tmp_path / "naar")
    with open(os.fsencode(tmp_path / "naar/uit") + b"/\xff+toets+x/f") as f:
        assert f.read() == "werk"
