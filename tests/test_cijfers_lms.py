"""Grades to a learning environment that checks everything: signature, audience, scope, kinds of content, order of times."""

import json
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

import pytest
import yaml

from leerlijn import aanmelding, bewaard, cijfers_lms, cli, gradebook, inzage, persoon
from leerlijn.errors import LeerlijnError

from .cijfers import judge
from .keten import GOED, MODULE, graded
from .lms import AGS, Lms, key


@pytest.fixture(scope="module")
def gemaakt(tmp_path_factory):
    """A graded course, once: ann waits for a teacher, ben is late, cas never came from the learning environment."""
    groep = {"ann": GOED, "u-ben": {"toets-overleg": "delen"}, "cas": GOED}
    with graded(tmp_path_factory.mktemp("lms"), groep, inleveren_tot={MODULE: "2026-01-01"}, aftrek_per_dag=0.1) as k:
        judge(gradebook.url(k.grading), "u-ben", "toets-open", manual_score=1.5, extra_credit=0.5, needs_manual_grade=False)
        judge(gradebook.url(k.grading), "cas", "toets-open", manual_score=4.0, needs_manual_grade=False)
        yield k


@pytest.fixture
def lms():
    lms = Lms()
    yield lms
    lms.stop()


@pytest.fixture
def plek(gemaakt, lms, tmp_path, monkeypatch):
    """In the project, with the link set up as an administrator does; gives the settings to change."""
    monkeypatch.chdir(gemaakt.root)
    (gemaakt.grading / cijfers_lms.VERZONDEN).unlink(missing_ok=True)
    map_ = tmp_path / "koppelingen" / gemaakt.course
    map_.mkdir(parents=True)
    aanmelding.keep_launch(map_, "ann", lms.claims("Ann/1"))
    aanmelding.keep_launch(map_, "u-ben", lms.claims("Ben+2"))
    data = {**lms.connect(tmp_path / "sleutels"), "koppelingen": str(map_.parent)}

    def zet(**anders):
        (tmp_path / "lms.yaml").write_text(yaml.safe_dump({k: v for k, v in {**data, **anders}.items() if v is not None}))

    zet()
    monkeypatch.setenv("LEERLIJN_LMS", str(tmp_path / "lms.yaml"))
    return zet


def line():
    return cijfers_lms.Line(cijfers_lms.load(yaml.safe_load(open(os.environ["LEERLIJN_LMS"]))))


def test_our_keys(tmp_path, capsys):
    """The private half is for its owner only, and nothing of it is in what is given away."""
    assert cli.main(["lms-sleutel", str(tmp_path)]) == 0 and "BEGIN PUBLIC KEY" in capsys.readouterr().out
    assert stat.S_IMODE((tmp_path / "sleutel.pem").stat().st_mode) == 0o600
    (jwk,) = json.loads((tmp_path / "jwks.json").read_text())["keys"]
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(jwk)
    assert cli.main(["lms-sleutel", str(tmp_path)]) == 1 and "staat al een sleutel" in capsys.readouterr().err


def test_first_it_only_tells(plek, lms, capsys):
    assert cli.main(["cijfers-naar-lms"]) == 0
    uit = capsys.readouterr().out
    assert "proef/u-ben: 3,6 van 8" in uit and "1 te versturen" in uit and "1 wachten op een docent" in uit and "proef/cas" in uit
    assert lms.gevraagd == []


def test_grades_arrive_once(plek, lms, gemaakt, capsys):
    """One line for the module, made once; a second time nothing is asked; what a teacher changes goes over again."""
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0, lms.klachten
    assert "1 verstuurd, 0 stonden er al, 1 wachten" in capsys.readouterr().out
    (regel,) = lms.lijst
    assert (regel["resourceId"], regel["label"], regel["scoreMaximum"]) == (f"leerlijn/{gemaakt.course}/proef", "Een proefmodule", 8.0)
    assert {k: (v["scoreGiven"], v["scoreMaximum"]) for k, v in lms.scores.items()} == {(regel["resourceId"], "Ben+2"): (3.6, 8.0)}
    n = len(lms.gevraagd)
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0 and len(lms.gevraagd) == n
    judge(gradebook.url(gemaakt.grading), "ann", "toets-open", manual_score=3.0, needs_manual_grade=False)
    assert cli.main(["cijfers-naar-lms", MODULE, "--verstuur"]) == 0
    judge(gradebook.url(gemaakt.grading), "ann", "toets-open", manual_score=None, needs_manual_grade=True)
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0 and "1 teruggehaald" in capsys.readouterr().out
    assert len(lms.lijst) == 1 and len(lms.scores) == 2 and lms.klachten == []
    (gemaakt.grading / cijfers_lms.VERZONDEN).write_text("{")  # lost: once more, and the same stands there
    voor = {k: v.get("scoreGiven") for k, v in lms.scores.items()}
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0
    assert {k: v.get("scoreGiven") for k, v in lms.scores.items()} == voor and len(lms.lijst) == 1 and lms.klachten == []


def test_the_line_is_found_on_a_later_page_and_by_its_id(plek, lms, gemaakt):
    basis = f"{lms.adres}/cursus/4711/lijst"
    eigen = f"leerlijn/{gemaakt.course}/proef"
    lms.lijst = [{"id": f"{basis}/{i}?type_id=1", "resourceId": r, "label": "x", "scoreMaximum": 1} for i, r in enumerate([eigen + "x", "ander", eigen])]
    lijn = line()
    assert lijn.item(f"{basis}?type_id=1", eigen, "t", 8) == f"{basis}/2?type_id=1"
    assert lijn._find(f"{basis}?type_id=1", "bestaat-niet") is None and len(lms.lijst) == 3


@pytest.mark.parametrize("wat", ["sleutel", "client", "ontvanger", "kid", "rechten"])
def test_a_learning_environment_that_refuses(plek, lms, tmp_path, capsys, wat):
    """A wrong key, client or audience gets no token; and the sentence says what to look at."""
    if wat == "sleutel":
        (kid,) = lms.tool_keys
        lms.tool_keys[kid] = key().public_key()
    elif wat == "kid":
        lms.tool_keys.clear()
    elif wat == "rechten":
        echt = lms._token
        lms._token = lambda k, b: (s := echt(k, b)) and (s[0], {**s[1], "scope": cijfers_lms.RECHTEN[1]}, s[2])
    else:
        plek(**{wat: "een-ander"})
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 1
    fout = capsys.readouterr().err
    assert ("te weinig rechten" if wat == "rechten" else "geeft geen toegang") in fout and "PRIVATE" not in fout
    assert lms.scores == {} and lms.lijst == []


def test_busy_is_tried_again_and_one_that_left_stops_nobody(plek, lms, capsys, gemaakt):
    lms.storing = [503, 429]
    lms.onbekend = {"Ben+2"}
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 1
    uit = capsys.readouterr().out
    assert "MISLUKT: proef/u-ben: die deelnemer zit daar niet" in uit
    lms.onbekend = set()
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0 and len(lms.scores) == 1


def test_nobody_there_and_what_is_missing(plek, lms, tmp_path, capsys):
    for anders, zin in (
        ({"token": "http://127.0.0.1:1/token"}, "antwoordt niet"), ({"token": "http://lms.example/token"}, "niet beveiligd"), ({"token": None}, "ontbreekt 'token'"),
        ({"sleutel": str(tmp_path / "geen")}, "lms-sleutel"), ({"koppelingen": "/bestaat/niet"}, "niet te lezen"), ({"koppelingen": None}, "ontbreekt koppelingen"),
    ):  # fmt: skip
        plek(**anders)
        assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 1
        assert zin in capsys.readouterr().err


def test_a_redirect_gets_no_token_of_ours(plek, lms):
    """An address that sends on to elsewhere is refused, not followed."""
    ander = Lms()
    try:
        lijn = line()
        lijn._token()
        lms._ags = lambda *a: (307, None, {"Location": f"{ander.adres}/cursus/4711/lijst"})
        with pytest.raises(LeerlijnError, match="antwoord 307"):
            lijn.item(f"{lms.adres}/cursus/4711/lijst?type_id=1", "r", "t", 1)
        assert ander.gevraagd == []
    finally:
        ander.stop()


LIJST = f"{AGS}claim/endpoint"


def test_a_list_elsewhere_gets_the_grades_too(plek, lms, gemaakt, tmp_path, capsys):
    """The course there was made anew: what went to the old list says nothing of the new one."""
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0 and len(lms.scores) == 1
    nieuw = {"scope": [], "lineitems": f"{lms.adres}/cursus/4711/lijst?type_id=1&jaar=2"}
    aanmelding.keep_launch(tmp_path / "koppelingen" / gemaakt.course, "u-ben", lms.claims("Ben+2", **{LIJST: nieuw}))
    n = len(lms.gevraagd)
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0 and "1 verstuurd, 0 stonden er al" in capsys.readouterr().out
    assert any("jaar=2" in g for g in lms.gevraagd[n:]) and lms.klachten == []


def test_who_came_from_another_learning_environment_is_left_to_that_one(plek, lms, gemaakt, tmp_path, capsys):
    """Our token is for this one: the other is asked nothing."""
    ander = Lms()
    try:
        aanmelding.keep_launch(tmp_path / "koppelingen" / gemaakt.course, "u-ben", ander.claims("Ben+2"))
        assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0
        assert "proef/u-ben" in capsys.readouterr().out and ander.gevraagd == lms.gevraagd == []
    finally:
        ander.stop()


def test_a_token_that_grew_too_old_is_renewed_once(plek, lms):
    lijn = line()
    regel = lijn.item(f"{lms.adres}/cursus/4711/lijst?type_id=1", "r", "t", 8)
    lms.bewijzen.clear()
    assert lijn.score(regel, "Ben+2", 3.0, 8.0) is None and len(lms.scores) == 1
    lms.bewijzen, lms._token = {}, lambda k, b: (200, {"access_token": "niets"}, {})
    with pytest.raises(LeerlijnError, match="weigert cijfers"):
        lijn.score(regel, "Ben+2", 4.0, 8.0)


def test_a_column_of_which_the_answer_got_lost_is_not_made_twice(plek, lms):
    echt, stuk = lms._ags, [1]

    def maakt_en_valt_uit(methode, delen, koppen, body):
        uit = echt(methode, delen, koppen, body)
        return (503, None, {"Retry-After": "0"}) if methode == "POST" and stuk and stuk.pop() else uit

    lms._ags = maakt_en_valt_uit
    assert line().item(f"{lms.adres}/cursus/4711/lijst?type_id=1", "r", "t", 8).startswith(lms.adres)
    assert stuk == [] and len(lms.lijst) == 1


def test_who_was_erased_meanwhile_does_not_come_back(plek, lms, gemaakt, capsys):
    pad = gemaakt.grading / cijfers_lms.VERZONDEN
    pad.write_text(json.dumps({"proef/weg": [1.0, 8.0, "x"]}))
    echt = lms._ags
    lms._ags = lambda *a: (pad.write_text("{}"), echt(*a))[1]
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0
    assert set(json.loads(pad.read_text())) == {"proef/u-ben"}


def test_points_are_taken_back_when_an_answer_waits_again(plek, lms, gemaakt, capsys):
    """Handed in again: what stands there is of the test before. Taken back once, told first, and given again when it is judged."""
    adres, ben = gradebook.url(gemaakt.grading), (f"leerlijn/{gemaakt.course}/proef", "Ben+2")
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0 and lms.scores[ben]["scoreGiven"] == 3.6
    judge(adres, "u-ben", "toets-open", manual_score=None, needs_manual_grade=True)
    try:
        n = len(lms.gevraagd)
        assert cli.main(["cijfers-naar-lms"]) == 0 and "proef/u-ben: terug te halen" in (uit := capsys.readouterr().out) and "1 terug te halen" in uit
        assert len(lms.gevraagd) == n
        assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0 and "0 verstuurd, 0 stonden er al, 2 wachten op een docent.\n1 teruggehaald" in capsys.readouterr().out
        assert "scoreGiven" not in lms.scores[ben] and lms.scores[ben]["gradingProgress"] == "PendingManual"
        n = len(lms.gevraagd)
        assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0 and len(lms.gevraagd) == n  # once
        s = persoon.find(m := bewaard.of_project(gemaakt.root), "u-ben")
        assert "je punten zijn teruggehaald" in inzage.page(inzage.collect(m, s))
    finally:
        judge(adres, "u-ben", "toets-open", manual_score=1.5, needs_manual_grade=False)
    assert cli.main(["cijfers-naar-lms", "--verstuur"]) == 0 and lms.scores[ben]["scoreGiven"] == 3.6 and lms.klachten == []


@pytest.mark.skipif(os.geteuid() != 0, reason="alleen root kan een map aan een ander account geven")
def test_root_sends_with_a_key_that_the_account_that_grades_can_not_read(lms, monkeypatch, capsys):
    """Teachers run code as that account: with the key they could send grades in the name of every group. What is kept of sending is that account's."""
    with tempfile.TemporaryDirectory(prefix="leerlijn-lms-", dir="/tmp") as tmp, graded(Path(tmp, "cursus"), {"ben": {"toets-overleg": "delen"}}) as k:
        tmp = Path(tmp)
        tmp.chmod(0o755)
        (tmp / "cursus").chmod(0o755)
        judge(gradebook.url(k.grading), "ben", "toets-open", manual_score=1.5, needs_manual_grade=False)
        (map_ := tmp / "koppelingen" / k.course).mkdir(parents=True)
        aanmelding.keep_launch(map_, "ben", lms.claims("Ben+2"))
        for pad in (k.root, *k.root.rglob("*"), *map_.iterdir()):
            shutil.chown(pad, "games", pwd.getpwnam("games").pw_gid)
        (tmp / "lms.yaml").write_text(yaml.safe_dump({**lms.connect(tmp / "sleutels"), "koppelingen": str(map_.parent)}))
        dicht = tmp / "van-root"
        dicht.write_text("VAN ROOT")
        (k.grading / "lms-verzonden.half").symlink_to(dicht)  # what a teacher can put there
        monkeypatch.chdir(k.root)
        assert cli.main(["cijfers-naar-lms", "--lms", str(tmp / "lms.yaml"), "--verstuur"]) == 1 and "is niet te schrijven" in capsys.readouterr().err
        assert dicht.read_text() == "VAN ROOT"
        (k.grading / "lms-verzonden.half").unlink()
        assert cli.main(["cijfers-naar-lms", "--lms", str(tmp / "lms.yaml"), "--verstuur"]) == 0, capsys.readouterr()
        assert len(lms.scores) == 1 and (k.grading / cijfers_lms.VERZONDEN).owner() == "games" and (tmp / "sleutels" / "sleutel.pem").owner() == "root"
