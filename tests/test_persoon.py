"""One learner's data shown and erased: all of it, nobody else's, on SQLite and PostgreSQL, and honest about what stays."""

import contextlib
import dataclasses
import html
import json
import os
import pwd
import re
import shutil
import stat
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from leerlijn import bewaard, cli, deel, gedeeld, grade, gradebook, gradecell, persoon, rubriek
from leerlijn.aanmelding import AGS, keep_launch
from leerlijn.dienst_mappen import learner_folder
from leerlijn.errors import LeerlijnError

from . import postgres
from .cijfers import rows
from .conftest import VOORBEELD
from .keten import GOED, MODULE, graded, regels
from .schermtekst import traces

WIE = ("sam", "sam2", "s", "sam-b")  # beginnings and ends of each other
OPMERKING = "Sterk begin van {}."


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def groep_(request, tmp_path_factory):
    """A group with points by rubric, feedback released, work refused and something shared."""
    tmp_path = tmp_path_factory.mktemp("persoon")
    groep = {w: {**GOED, "toets-open": f"Het geheim van {w}: niemand weet het."} for w in WIE}
    with contextlib.ExitStack() as stapel:
        boek = postgres.create(stapel.enter_context(postgres.server()), "persoon") if request.param == "postgresql" else None
        k = stapel.enter_context(graded(tmp_path, groep, cijferboek=boek, pogingen=1))
        k.course_id = k.course
        judge(k)
        for w in WIE:
            k.lever_met_de_hand(w, regels(GOED), "2026-01-05 10:00:00.000000 UTC")  # once too often: refused
        grade.log(k.grading, [f"{v.module}" if not v.geweigerd else f"geweigerd: {r}" for v in grade.run(k.root, [MODULE], meld=lambda _: None) for r in v.geweigerd])
        api = k.api()
        for stap in (lambda: [api.generate_feedback(MODULE, w) for w in WIE], lambda: [api.release_feedback(MODULE)]):
            assert all(u["success"] for u in stap())
        (k.grading / "gedeeld").mkdir()
        for n in "ab":
            (k.grading / "gedeeld" / f"{n * 16}.json").write_text("{}")
        (tmp_path / "eigen" / "delen").mkdir(parents=True)
        (tmp_path / "eigen" / "delen" / f"{'a' * 16}.json").write_text("{}")
        yield k


@pytest.fixture
def keten(groep_, monkeypatch):
    monkeypatch.chdir(groep_.root)
    return groep_


def judge(k):
    engine = gradebook.connect(gradebook.url(k.grading))
    with gradebook.writing(engine) as db:
        toets = gradebook.load_tests(db, [MODULE])[MODULE]
        (item,) = rubriek.open_items(gradecell.load_key(k.grading / "sleutels" / f"{MODULE}.json"))
        for werk in rubriek.works(db, toets, item["id"]):
            rubriek.save(db, toets, item, werk, "eerste", "mia", {"feiten": 2.0, "samen": 1.0}, OPMERKING.format(werk.student))
    engine.dispose()


def world(k, zonder):
    """All that is on the teacher's side, without what is of one learner: rows of the gradebook and of ours, and all files."""
    engine = gradebook.connect(gradebook.url(k.grading))
    with engine.connect() as db:
        ons = sorted((r.student, r.item, r.rol, r.criteria) for r in db.execute(rubriek.beoordeling.select()) if r.student != zonder)
    engine.dispose()
    boek = {t: {s: w for s, w in rij.items() if zonder not in str(s).replace("'", " ").replace(",", " ").replace("(", " ").replace(")", " ").split()} for t, rij in rows(gradebook.url(k.grading)).items() if isinstance(rij, dict)}
    stand = json.loads((k.grading / ".nakijken" / f"{MODULE}.json").read_text())
    log = [r for r in (k.grading / "nakijken.log").read_text().splitlines() if f" {zonder}: " not in r]
    bestanden = {}
    for map_ in (k.grading, k.uit):
        for p in map_.rglob("*"):
            delen = p.relative_to(map_).parts
            if p.is_file() and not {"gradebook.db", ".nakijken", "nakijken.log"} & set(delen) and zonder not in delen and not any(d.startswith(f"{zonder}+") or f"-{zonder}-" in d and d.split("-")[2:-1] == [zonder] for d in delen):
                bestanden[str(p)] = p.read_bytes()
    return ons, boek, {s: v for s, v in stand.items() if s != zonder}, log, bestanden


def test_inzage_holds_all_of_one_and_no_key(keten, capsys, tmp_path):
    assert cli.main(["inzage", "sam", "--naar", str(tmp_path)]) == 0
    pad = tmp_path / "inzage-sam.zip"
    assert stat.S_IMODE(pad.stat().st_mode) == 0o600
    with zipfile.ZipFile(pad) as z:
        namen, pagina, data = z.namelist(), z.read("overzicht.html").decode(), json.loads(z.read("gegevens.json"))
    assert sorted(namen) == ["feedback/1.html", "gegevens.json", "ingeleverd/1.jsonl", "ingeleverd/2.jsonl", "overzicht.html"]
    for zin in ("Het geheim van sam: niemand weet het.", "Sterk begin van sam.", "Begint met wat er te zien was.", "3 van 4 punten", "poging 2"):
        assert zin in pagina, zin
    assert re.search(r"Ingeleverd op \d+ \w+ \d{4} om \d+\.\d\d uur", pagina)
    gezien = re.sub(r"<[^>]+>", "", pagina.partition("</style>")[2].partition("Regels in het logboek")[0])
    assert traces(html.unescape(gezien)) == []
    alles = pagina + json.dumps(data, ensure_ascii=False)
    assert not [w for w in ("sam2", "sam-b", "mia", "Twijfel is juist", "voorbeeld") if w in alles]
    assert [v["punten"] for v in data["toetsen"][0]["vragen"]] == [2.0, 2.0, 3.0]
    assert cli.main(["inzage", "sam", "--naar", str(tmp_path)]) == 1 and "is er al" in capsys.readouterr().err


def test_hostile_names_lead_nowhere(keten):
    """A hand-in named `..` is found and removed as a hand-in; it is never a folder of ours."""
    keten.lever_met_de_hand("..", regels(GOED))
    keten.lever_met_de_hand("<b>x", regels(GOED))
    m = bewaard.of_project(keten.root)
    assert {"..", "<b>x", *WIE} <= persoon.names(m)
    for wie in ("..", "<b>x"):
        s = persoon.find(m, wie)
        assert [x.plek for x in s.stukken] == ["inbound"]
        persoon.erase(m, s)
    assert (keten.grading / "beleid.yaml").is_file() and len(keten.inbound()) == 2 * len(WIE)


def test_erased_without_a_trace_and_nobody_else_touched(keten, capsys, monkeypatch):
    feedback = keten.uit / keten.course_id / "feedback"
    assert len(list(feedback.glob("*.html"))) == len(WIE)
    voor = world(keten, "sam")
    monkeypatch.setattr("sys.stdin", open("/dev/null"))
    assert cli.main(["wis", "sam"]) == 1 and "Er is niets gewist" in capsys.readouterr().out  # no name typed
    assert world(keten, "sam") == voor
    assert cli.main(["wis", "sam", "--ja", "--eigen", str(keten.tmp / "eigen")]) == 0
    tekst = capsys.readouterr().out
    assert "Klaar: er is hier niets meer" in tekst and "eigen map van de deelnemer" in tekst and "Reservekopieën" in tekst
    na = world(keten, "sam")
    weg = set(voor[4]) - set(na[4])
    assert na[:4] == voor[:4] and {Path(p).name for p in weg} == {f"{'a' * 16}.json"} | {p.name for p in feedback_of(voor, na)}
    assert len(list(feedback.glob("*.html"))) == len(WIE) - 1 and len(feedback_of(voor, na)) == 1
    assert [n for n in keten.inbound() if n.name.startswith("sam+")] == [] and len(keten.inbound()) == 2 * (len(WIE) - 1)
    rest = b"".join(p.read_bytes() for m in (keten.grading, keten.uit) for p in m.rglob("*") if p.is_file())
    assert b"Het geheim van sam:" not in rest and b"Sterk begin van sam." not in rest  # not in the file of the gradebook either
    assert b"Het geheim van sam2:" in rest
    with pytest.raises(LeerlijnError):
        persoon.check_name("sam", persoon.names(bewaard.of_project(keten.root)))
    assert grade.run(keten.root, [MODULE], meld=lambda _: None)[0].mislukt == []
    assert cli.main(["wis", "sam", "--ja"]) == 1 and "Bedoel je: sam-b, sam2" in capsys.readouterr().err


def feedback_of(voor, na):
    return [Path(p) for p in set(voor[4]) - set(na[4]) if p.endswith(".html")]


@pytest.mark.parametrize(
    "wie, namen, zin",
    [("sa", {"sam", "sam2"}, "Bedoel je: sam, sam2"), ("", {"sam"}, "Er is niets van"), ("SAM", {"sam"}, "Bedoel je: sam"), ("sam", {"sam", "Sam"}, "--precies"), ("ﬁn", {"ﬁn", "fin"}, "--precies")],
)
def test_ambiguous_names_are_refused(wie, namen, zin):
    with pytest.raises(LeerlijnError, match=zin):
        persoon.check_name(wie, namen)


def test_a_name_of_its_own_is_enough():
    persoon.check_name("sam", {"sam", "sam2", "s"})
    persoon.check_name("sam", {"sam", "Sam"}, precies=True)


def maps(tmp_path, **meer):
    return bewaard.Mappen("cursus", tmp_path, tmp_path / "uit", f"sqlite:///{tmp_path}/geen.db", **meer)


def test_what_cannot_be_removed_is_told(tmp_path):
    stuk = bewaard.Stuk("inbound", Path("/proc/version"), "sam", "proef", datetime(2030, 1, 1))  # nobody can remove that, not even root
    gewist, niet = persoon.erase(maps(tmp_path), persoon.Sporen("sam", [stuk]))
    assert gewist == [] and niet[0].startswith("/proc/version: ") and "komt het bij het volgende ophalen terug" in niet[1]


def test_links_are_removed_and_not_followed(tmp_path):
    (tmp_path / "grading" / "submitted" / "sam").mkdir(parents=True)
    (tmp_path / "elders").mkdir()
    (tmp_path / "elders" / "blijft").write_text("x")
    (tmp_path / "grading" / "submitted" / "sam" / "proef").symlink_to(tmp_path / "elders")
    (tmp_path / "grading" / "submitted" / "ben").symlink_to(tmp_path / "elders")
    for wie in ("sam", "ben"):
        persoon.erase(maps(tmp_path), persoon.find(maps(tmp_path), wie))
    assert (tmp_path / "elders" / "blijft").is_file() and list((tmp_path / "grading" / "submitted").iterdir()) == []


def test_folder_of_the_service_goes_with_its_owner_only(tmp_path):
    """On a hub: the answers that the shared service keeps, and the practice that was shared from there."""
    for wie, naam in (("sam", "a" * 16), ("sam2", "b" * 16)):
        (learner_folder(tmp_path / "g", "cursus", wie) / "delen").mkdir(parents=True)
        (learner_folder(tmp_path / "g", "cursus", wie) / "delen" / f"{naam}.json").write_text("{}")
        (tmp_path / "grading" / "gedeeld").mkdir(parents=True, exist_ok=True)
        (tmp_path / "grading" / "gedeeld" / f"{naam}.json").write_text("{}")
    m = maps(tmp_path, gegevens=tmp_path / "g")
    s = persoon.find(m, "sam")
    assert sorted(x.plek for x in s.stukken) == ["deelnemermap", "gedeeld"]
    persoon.erase(m, s)
    assert not learner_folder(tmp_path / "g", "cursus", "sam").exists() and learner_folder(tmp_path / "g", "cursus", "sam2").exists()
    assert [p.name for p in (tmp_path / "grading" / "gedeeld").iterdir()] == [f"{'b' * 16}.json"]


def test_what_is_shared_from_the_page_goes_with_its_owner_only(tmp_path, monkeypatch):
    """In the shared service by what the learner's folder says; in the exchange by the account that made it."""
    monkeypatch.delenv("LEERLIJN_ZELFDE_ACCOUNT", raising=False)
    dienst, inbound = tmp_path / "in" / "cursus", tmp_path / "uit" / "inbound"
    for m in (dienst, inbound):
        m.mkdir(parents=True)
    s = {"v": 1, "module": MODULE, "zekerheid": {"1": [0, 0], "2": [0, 0], "3": [1, 1]}, "paden": {}}
    for wie in ("sam", "sam2"):
        deel.share(learner_folder(tmp_path / "g", "cursus", wie), dienst, [s, {**s, "module": "tweede"}], 0o640)
    gedeeld.place(inbound, {"c" * 32: b"{}"}, 0o644)
    m = maps(tmp_path, gegevens=tmp_path / "g", inleveren=(dienst,))
    m = dataclasses.replace(m, uitwisseling=tmp_path / "uit")
    ik = pwd.getpwuid(os.getuid()).pw_name
    assert ik in persoon.names(m) and persoon.find(m, ik).count() == [(bewaard.PLEKKEN["delen"], 1)]
    gevonden = persoon.find(m, "sam")
    assert gevonden.count() == [(bewaard.PLEKKEN["delen-dienst"], 2), (bewaard.PLEKKEN["deelnemermap"], 1)] and gevonden.gedeeld == 0
    persoon.erase(m, gevonden)
    (van_sam2, sinds), over = deel.shared(learner_folder(tmp_path / "g", "cursus", "sam2"), dienst), list(dienst.iterdir())
    assert len(van_sam2) == len(over) == 2 and sinds
    # A teacher, who sees no folder of learners, is told that there is something of which nobody can say whose it is.
    docent = dataclasses.replace(m, gegevens=None)
    s = persoon.find(docent, "sam2")
    assert (s.stukken, s.gedeeld) == ([], 2) and "zonder naam, dus niet te zien is van wie" in persoon.erase(docent, s)[1][0]
    assert len(persoon.find(docent, "sam2", [learner_folder(tmp_path / "g", "cursus", "sam2")]).stukken) == 2


def test_where_all_have_one_account_nobody_says_that_all_sharing_is_gone(tmp_path, monkeypatch):
    """Servers of one's own in containers: the exchange tells no owner, and the folder in the shared service knows nothing of it."""
    monkeypatch.setenv("LEERLIJN_ZELFDE_ACCOUNT", "1")
    (tmp_path / "uit" / "inbound").mkdir(parents=True)
    eigen = tmp_path / "server" / "sam"
    deel.share(eigen, tmp_path / "uit" / "inbound", [{"v": 1, "module": MODULE, "zekerheid": {"1": [0, 0], "2": [0, 0], "3": [1, 1]}, "paden": {}}])
    learner_folder(tmp_path / "g", "cursus", "sam").mkdir(parents=True)
    m = dataclasses.replace(maps(tmp_path, gegevens=tmp_path / "g"), uitwisseling=tmp_path / "uit")
    s = persoon.find(m, "sam")
    assert s.gedeeld == 1 and "1 bestand(en) met gedeelde oefening" in persoon.erase(m, s)[1][0]
    assert persoon.find(m, "sam", [eigen]).count() == [(bewaard.PLEKKEN["delen"], 1)] and persoon.find(m, "sam", [eigen]).gedeeld == 0


class Hub:
    """Two courses of a hub whose database is JupyterHub's own; sam practised in a, and came in from a learning environment."""

    def __init__(self, tmp):
        from jupyterhub import orm

        self.tmp, self.instelling = tmp, tmp / "instelling.yaml"
        for naam in "ab":
            for map_ in ("grading", "modules"):
                (tmp / naam / map_).mkdir(parents=True)
            (tmp / naam / "grading" / "beleid.yaml").write_text('{"cesuur": 0.6}')
            shutil.copy(VOORBEELD / "modules" / "cursus.yaml", tmp / naam / "modules")
        self.eigen = learner_folder(tmp / "g", "a", "sam")
        (self.eigen / "prive").mkdir(parents=True)
        (self.eigen / "prive" / "proef.jsonl").write_text("EEN OEFENING VAN SAM")
        keep_launch(self.folder("lms/a"), "sam", {"sub": "Sub-17", "iss": "https://lms.example", AGS: {"lineitems": "https://lms.example/lijst"}})
        (tmp / "a" / "grading" / "lms-verzonden.json").write_text(json.dumps({"proef/sam": [3.5, 8.0, "https://lms.example/lijst"], "proef/sam2": [1.0, 8.0, "x"]}))
        db = orm.new_session_factory(f"sqlite:///{self.folder('hub')}/jupyterhub.sqlite")()
        for wie, groep in (("sam", "nbgrader-a"), ("sam", "nbgrader-b"), ("kijker", "nbgrader-b")):
            user = orm.User.find(db, wie) or orm.User(name=wie)
            db.add(user)
            user.groups.append(orm.Group.find(db, groep) or orm.Group(name=groep))
            db.commit()
        db.add(orm.OAuthClient(identifier="jupyterhub"))
        db.commit()
        orm.APIToken.new(user=orm.User.find(db, "sam"))
        db.close()
        (tmp / "lms.yaml").write_text(json.dumps({"koppelingen": str(tmp / "lms")}))
        self.write(lms=str(tmp / "lms.yaml"))

    def folder(self, naam):
        (self.tmp / naam).mkdir(parents=True, exist_ok=True)
        return self.tmp / naam

    def write(self, **meer):
        data = {"cursussen": {n: {"project": str(self.tmp / n)} for n in "ab"}, "uitwisseling": str(self.tmp / "uit"), "hub": {"map": str(self.tmp / "hub")},
                "dienst": {"gegevens": str(self.tmp / "g"), "inleveren": str(self.tmp / "in")}, **meer}  # fmt: skip
        self.instelling.write_text(json.dumps(data))

    def leerlijn(self, *args):
        return cli.main([*args, "--instelling", str(self.instelling)])


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.delenv("LEERLIJN_LMS", raising=False)
    return Hub(tmp_path)


def test_inzage_on_a_hub_holds_the_own_folder_the_hub_and_the_learning_environment(hub, capsys):
    """A zip per course; nothing that the learner put in the way of the reader comes along."""
    (hub.tmp / "geheim").write_text("DE SLEUTEL")
    (hub.eigen / "verwijzing").symlink_to(hub.tmp / "geheim")
    (hub.eigen / "map").symlink_to(hub.tmp, target_is_directory=True)
    os.link(hub.tmp / "geheim", hub.eigen / "zelfde")
    os.mkfifo(hub.eigen / "pijp")
    assert hub.leerlijn("inzage", "sam", "--naar", str(hub.tmp)) == 0
    alles, namen, data = "", [], {}
    for cursus in "ab":
        with zipfile.ZipFile(hub.tmp / f"inzage-{cursus}-sam.zip") as z:
            namen += z.namelist()
            alles += "".join(z.read(n).decode() for n in z.namelist())
            data[cursus] = json.loads(z.read("gegevens.json"))
    assert "eigen-map/prive/proef.jsonl" in namen and len(namen) == 5
    assert "EEN OEFENING VAN SAM" in alles and "DE SLEUTEL" not in alles and "sam2" not in alles
    assert data["a"]["weggelaten"] == ["pijp", "verwijzing", "zelfde"] and "Niet in deze zip" in alles
    assert data["a"]["hub"]["groepen"] == ["nbgrader-a", "nbgrader-b"] and data["a"]["hub"]["logins"] == 1
    assert "3,5 van 8 punten gestuurd" in alles and "Je bent daar Sub-17" in alles and data["b"]["naar_leeromgeving"] == []


def test_names_that_look_alike_are_all_in_the_zip(hub):
    """Unpacked, one would take the place of the other: names that no screen can show, that are too long, or differ in capitals."""
    namen = ["a\x01", "a\x02", "Brief", "brief", "b" * 150 + "/" + "c" * 149 + "1", "b" * 150 + "/" + "c" * 149 + "2"]
    for n, naam in enumerate(namen):
        (hub.eigen / naam).parent.mkdir(exist_ok=True)
        (hub.eigen / naam).write_text(f"BESTAND {n}")
    assert hub.leerlijn("inzage", "sam", "--naar", str(hub.tmp)) == 0
    with zipfile.ZipFile(hub.tmp / "inzage-a-sam.zip") as z:
        in_zip = [n for n in z.namelist() if n.startswith("eigen-map/")]
        assert len({n.casefold() for n in in_zip}) == len(in_zip) == len(namen) + 1
        assert {z.read(n).decode() for n in in_zip} >= {f"BESTAND {n}" for n in range(len(namen))}
        assert set(json.loads(z.read("gegevens.json"))["eigen_map"]) == {n.removeprefix("eigen-map/") for n in in_zip}


def test_wis_on_a_hub_names_what_only_the_hub_can_take_away(hub, capsys):
    (hub.tmp / "a" / "grading" / "gradebook.db.2026-01-01").write_text("sam")
    assert hub.leerlijn("wis", "sam", "--ja") == 0
    uit = capsys.readouterr().out
    assert "DELETE /hub/api/users" in uit and "eigen server" in uit and "gradebook.db.2026-01-01" in uit and "LEERLIJN_LMS" not in uit
    assert not hub.eigen.exists() and list((hub.tmp / "lms" / "a").iterdir()) == []
    assert json.loads((hub.tmp / "a" / "grading" / "lms-verzonden.json").read_text()) == {"proef/sam2": [1.0, 8.0, "x"]}


def test_without_the_place_of_launches_nobody_says_that_all_is_gone(hub, capsys):
    hub.write()
    assert hub.leerlijn("wis", "sam", "--ja") == 0
    assert "LEERLIJN_LMS" in capsys.readouterr().out and len(list((hub.tmp / "lms" / "a").iterdir())) == 1
    assert hub.leerlijn("bewaartermijn") == 1 and "LEERLIJN_LMS" in capsys.readouterr().out


def test_on_a_hub_who_only_logged_in_is_known(hub, capsys):
    assert hub.leerlijn("inzage", "kijker", "--naar", str(hub.tmp)) == 0
    assert [p.name for p in hub.tmp.glob("*.zip")] == ["inzage-b-kijker.zip"]
    assert hub.leerlijn("inzage", "niemand", "--naar", str(hub.tmp)) == 1 and "Er is niets van" in capsys.readouterr().err
    (hub.tmp / "hub" / "jupyterhub.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 200)
    assert hub.leerlijn("inzage", "kijker", "--naar", str(hub.tmp)) == 1 and "database van de hub is niet te lezen" in capsys.readouterr().err


def test_on_a_hub_who_only_practised_is_found_and_erased_too(tmp_path, capsys):
    """Nothing handed in: the name stands nowhere, and the folder only shows a hash of it."""
    for naam in ("a", "b"):
        (tmp_path / naam / "grading").mkdir(parents=True)
        (tmp_path / naam / "grading" / "beleid.yaml").write_text('{"cesuur": 0.6}')
    eigen = learner_folder(tmp_path / "g", "a", "sam")
    (eigen / "prive").mkdir(parents=True)
    (eigen / "prive" / "proef.jsonl").write_text("{}")
    instelling = tmp_path / "instelling.yaml"
    instelling.write_text(json.dumps({
        "cursussen": {n: {"project": str(tmp_path / n)} for n in "ab"}, "uitwisseling": str(tmp_path / "uit"), "dienst": {"gegevens": str(tmp_path / "g"), "inleveren": str(tmp_path / "in")},
    }))  # fmt: skip
    assert cli.main(["wis", "iemand", "--ja", "--instelling", str(instelling)]) == 1 and "Er is niets van" in capsys.readouterr().err
    assert cli.main(["wis", "sam", "--ja", "--instelling", str(instelling)]) == 0
    assert "is er in a:" in capsys.readouterr().out and not eigen.exists()
