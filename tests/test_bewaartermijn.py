"""What is too old goes, everything else stays, on SQLite and on PostgreSQL; and a piece is never lost from sight because a name is odd."""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leerlijn import bewaard, bewaard_boek, bewaartermijn, cli, cli_bewaartermijn, gedeeld, gradebook, grade

from . import postgres
from .conftest import ROOT
from .keten import GOED, MODULE, regels, released, texts

OUD, NIEUW = "2026-01-02 10:00:00.000000 UTC", "2026-06-02 10:00:00.000000 UTC"
NU = datetime(2026, 7, 1)
DAGEN = 100  # so that of these two only the first is too old
TEKST = "Ik vertel wat ik zag, met een zin die nergens anders staat."


@contextlib.contextmanager
def made(tmp_path, cijferboek=None):
    """A course with one learner of long ago, one of last month, one who handed in twice, and one of each other thing that is kept."""
    with released(tmp_path, cijferboek=cijferboek, bewaren_dagen=DAGEN) as k:
        fill(k)
        yield k


def fill(k):
    for wie, tijd in (("oud", OUD), ("nieuw", NIEUW), ("twee", OUD), ("twee", NIEUW)):
        k.lever_met_de_hand(wie, regels({**GOED, "toets-open": f"{TEKST} {wie}"}), tijd)
    k.lever_met_de_hand("+fout", "", OUD)
    grade.log(k.grading, ["let op: oud: iets", "let op: nieuw: iets"])
    grade.run(k.root, [MODULE], meld=lambda _: None)
    with gradebook.writing(gradebook.connect(gradebook.url(k.grading))) as db:
        db.execute(gradebook.sa.update(gradebook.comment).values(manual_comment="ZIN VAN DE DOCENT " * 40))
    api = k.api()
    for stap in (api.generate_feedback, api.release_feedback):
        assert (uitkomst := stap(MODULE))["success"], uitkomst
    for plek in ("panel", "gedeeld"):
        (k.grading / plek).mkdir()
        for naam in ("oud", "nieuw"):
            (k.grading / plek / f"{naam}.json").write_text("{}")
    inbound = k.uit / k.course / "inbound"
    gedeeld.place(inbound, {"a" * 32: b"{}", "b" * 32: b"{}"}, 0o644)
    for pad in (inbound / gedeeld.name("a" * 32), k.grading / "panel/oud.json", k.grading / "gedeeld/oud.json", *(k.grading / "geweigerd").iterdir()):
        os.utime(pad, (datetime(2026, 1, 2).timestamp(),) * 2)
    return k


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    with made(tmp_path_factory.mktemp("bewaar")) as k:
        yield k


@pytest.fixture(params=["sqlite", "postgres"])
def vers(request, tmp_path):
    """One of its own, on either kind of gradebook."""
    with postgres.server() if request.param == "postgres" else contextlib.nullcontext("") as adres:
        with made(tmp_path, postgres.create(adres, "bewaar") if adres else None) as k:
            yield k


def doe(k, **kw):
    return bewaartermijn.run(bewaard.of_project(k.root), nu=NU, meld=lambda _: None, **kw)


def everything(k):
    bestanden = texts(k.grading, k.uit)
    bestanden.pop(k.grading / "gradebook.db", None)
    with gradebook.connect(gradebook.url(k.grading)).connect() as db:
        return bestanden, [(r.wie, r.module) for r in bewaard_boek.rows(db)], bewaard_boek.students(db)


def test_1_what_can_not_leave_the_exchange_stays_everywhere(keten, monkeypatch):
    """Else the next run would fetch it again, and the teacher's own points would be gone."""
    oud = next(p for p in keten.inbound() if p.name.startswith("oud+"))
    echt = bewaard._remove
    monkeypatch.setattr(bewaard, "_remove", lambda pad, van: "geen recht: laat de beheerder dit doen" if pad == oud else echt(pad, van))
    uit = doe(keten, doen=True)
    assert {w for w, _ in uit.bleef} >= {str(oud), str(keten.grading / "submitted/oud" / MODULE), f"oud, {MODULE} in het cijferboek"}
    assert ("oud", MODULE) in everything(keten)[1] and (keten.grading / "submitted/oud" / MODULE / "antwoorden.jsonl").is_file()
    monkeypatch.undo()


def test_2_the_command_says_what_it_would_do_and_asks_for_doe(keten, monkeypatch, capsys):
    monkeypatch.chdir(keten.root)
    keten.beleid(bewaren_dagen=1)
    assert cli.main(["bewaartermijn"]) == 0
    proef = capsys.readouterr().out
    assert "grading/submitted/  " in proef and "Dit was een proef" in proef and (keten.grading / "submitted/oud").is_dir()
    voor = (keten.grading / "gradebook.db").read_bytes()
    assert b"ZIN VAN DE DOCENT" in voor
    assert cli.main(["bewaartermijn", "--doe"]) == 0
    assert "is verwijderd" in capsys.readouterr().out and not (keten.grading / "submitted/oud").exists()
    assert b"ZIN VAN DE DOCENT" not in (keten.grading / "gradebook.db").read_bytes()  # not in its free pages either
    assert cli.main(["bewaartermijn", "--doe"]) == 0
    assert "is er niets" in capsys.readouterr().out


def test_3_a_time_in_the_future_keeps_nothing(keten):
    keten.lever_met_de_hand("later", regels(GOED), "2199-01-01 10:00:00.000000 UTC")
    grade.run(keten.root, [MODULE], meld=lambda _: None)
    ver = datetime.now() + timedelta(days=DAGEN + 1)  # the folder itself was written now
    uit = bewaartermijn.run(bewaard.of_project(keten.root), doen=True, nu=ver, meld=lambda _: None)
    assert "later" in {r.wie for r in uit.rijen} and everything(keten)[1:] == ([], set())


def test_a_trial_shows_and_changes_nothing_then_only_the_old_goes(vers):
    voor = everything(vers)
    proef = doe(vers)
    assert proef.telling == {"inbound": 3, "uitgegeven": 1, "submitted": 1, "autograded": 1, "feedback": 1, "geweigerd": 1, "stand": 1, "gedeeld": 1, "delen": 1, "panel": 1, "cijferboek": 1}
    assert everything(vers) == voor
    echt = doe(vers, doen=True)
    assert (echt.telling, echt.bleef) == (proef.telling, [])
    bestanden, rijen, namen = everything(vers)
    assert (rijen, namen) == ([("nieuw", MODULE), ("twee", MODULE)], {"nieuw", "twee"})
    over = [p for p, t in bestanden.items() if f"{TEKST} oud" in t or p.stem == "oud" or "/oud/" in str(p)]
    assert over == [], over
    weg = {p.relative_to(vers.tmp).parts[-3:] for p in set(voor[0]) - set(bestanden)}
    assert not [d for d in weg if "nieuw" in d or ("twee" in d and NIEUW in str(d))]
    weer = doe(vers, doen=True)
    assert (weer.telling, weer.bleef) == ({}, [])
    verslag = grade.run(vers.root, [MODULE], meld=lambda _: None)[0]  # and grading goes on as if nothing had happened
    assert (verslag.nagekeken, verslag.ongewijzigd, verslag.opgehaald, verslag.mislukt) == (0, 2, 0, [])


def test_a_name_that_is_no_text_is_shown_and_taken_away(keten, capsys):
    """Every account may make a folder with any name in the exchange; its name alone must not break off the command."""
    vreemd = os.fsencode(keten.uit / keten.course / "inbound") + b"/\xff\x1b[2J+x"
    os.makedirs(vreemd)
    os.utime(vreemd, (0, 0))
    m = bewaard.of_project(keten.root)
    regels_ = "\n".join(cli_bewaartermijn.words(bewaartermijn.run(m, doen=True), None))
    assert "inbound/\N{REPLACEMENT CHARACTER}" in regels_ and regels_.encode() and "\x1b" not in regels_ and not os.path.exists(vreemd)


def test_folders_without_end_break_nothing_off(tmp_path, monkeypatch):
    """Deeper than Python goes into itself: it is told that they stay, and all else goes on."""
    monkeypatch.chdir(tmp_path)
    for _ in range(sys.getrecursionlimit() + 100):
        os.mkdir("d")
        os.chdir("d")
    Path("f").touch()
    monkeypatch.chdir(tmp_path)
    try:
        stuk = bewaard.Stuk("inbound", tmp_path / "d", "", "", datetime(2020, 1, 1))
        (tmp_path / "ander").touch()
        weg, bleef = bewaard.remove([stuk, dataclasses.replace(stuk, pad=tmp_path / "ander")], tmp_path / "grading")
        assert [s.pad.name for s in weg] == ["ander"] and "beheerder" in bleef[0][1]
        gegevens = tmp_path / "gegevens/c"
        gegevens.mkdir(parents=True)
        os.rename("d", gegevens / "l-x")
        (deelnemer,) = bewaard.stukken(bewaard.Mappen("c", tmp_path, tmp_path / "uit", "", gegevens=tmp_path / "gegevens"))
        assert deelnemer.plek == "deelnemermap" and deelnemer.wanneer.year > 2020
    finally:
        subprocess.run(["rm", "-r", str(tmp_path)], check=True)  # pytest can't


def test_a_hub_with_two_courses_by_its_own_file(tmp_path, capsys, monkeypatch):
    """As root on the hub: the service's folders too, and every course by its own policy."""
    for naam, dagen in (("a", 30), ("b", 36_500)):
        grading = tmp_path / naam / "grading"
        (grading / "submitted" / "jan" / MODULE).mkdir(parents=True)
        (grading / "submitted" / "jan" / MODULE / "timestamp.txt").write_text(OUD)
        (grading / "beleid.yaml").write_text(json.dumps({"cesuur": 0.6, "bewaren_dagen": dagen}))
        (tmp_path / "inleveren" / naam / f"jan+{MODULE}+{OUD}+x").mkdir(parents=True)
        for pad in ("l-oud/prive/x.jsonl", "l-nieuw/prive/x.jsonl"):
            (tmp_path / "gegevens" / naam / pad).parent.mkdir(parents=True)
            (tmp_path / "gegevens" / naam / pad).write_text("{}")
        (tmp_path / naam / "grading" / "lms-verzonden.json").write_text(json.dumps({f"{MODULE}/jan": [1, 2]}))
        lang = time.time() - 400 * 86400
        for wie in ("jan", "piet"):
            (tmp_path / "lms" / naam).mkdir(parents=True, exist_ok=True)
            (tmp_path / "lms" / naam / f"{wie}.json").write_text(json.dumps({"naam": wie}))
        os.utime(tmp_path / "lms" / naam / "jan.json", (lang, lang))
        os.utime(tmp_path / "gegevens" / naam / "l-oud/prive/x.jsonl", (lang, lang))
    instelling = tmp_path / "instelling.yaml"
    instelling.write_text(json.dumps({
        "cursussen": {n: {"project": str(tmp_path / n)} for n in "ab"}, "uitwisseling": str(tmp_path / "uit"),
        "dienst": {"gegevens": str(tmp_path / "gegevens"), "inleveren": str(tmp_path / "inleveren")},
    }))  # fmt: skip
    (tmp_path / "lms.yaml").write_text(json.dumps({"koppelingen": str(tmp_path / "lms")}))
    monkeypatch.setenv("LEERLIJN_LMS", str(tmp_path / "lms.yaml"))
    assert cli.main(["bewaartermijn", "--instelling", str(instelling), "--doe"]) == 0, capsys.readouterr()
    assert sorted(str(p.relative_to(tmp_path / "lms")) for p in (tmp_path / "lms").rglob("*.json")) == ["a/piet.json", "b/jan.json", "b/piet.json"]
    assert [json.loads((tmp_path / n / "grading" / "lms-verzonden.json").read_text()) for n in "ab"] == [{}, {f"{MODULE}/jan": [1, 2]}]
    over = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_dir()}
    assert not {"a/grading/submitted/jan", "gegevens/a/l-oud"} & over and not list((tmp_path / "inleveren/a").iterdir())
    assert {f"b/grading/submitted/jan/{MODULE}", "gegevens/a/l-nieuw", "gegevens/b/l-oud", "gegevens/b/l-nieuw"} <= over
    assert len(list((tmp_path / "inleveren/b").iterdir())) == 1


def test_the_example_for_an_institution_is_understood():
    mappen = bewaard.of_institution(ROOT / "grading" / "hub" / "instelling.voorbeeld.yaml")
    assert [(m.cursus, m.grading, m.inleveren) for m in mappen] == [
        ("jeugdzorg-a", Path("/srv/leerlijn/project/jeugdzorg-a/grading"), (Path("/srv/leerlijn/inleveren/jeugdzorg-a"),))
    ]  # fmt: skip
