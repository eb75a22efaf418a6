"""The page on which a learner shares practice, over HTTP on the real server: off by default, only by its own form, and back."""

import json
import re

import pytest
import requests

from leerlijn import answers, report_gedeeld

from .browser.conftest import GEDULD, Server
from .keten import MODULE, Keten


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    return Keten(tmp_path_factory.mktemp("delen"))


@pytest.fixture(scope="module")
def server(keten):
    s = Server(keten.course_dir, env=keten.env)
    yield s
    s.stop()


@pytest.fixture
def inbound(keten, monkeypatch):
    """The exchange as the teacher's release makes it, empty; and a learner who practised."""
    map_ = keten.uit / keten.course / "inbound"
    map_.mkdir(parents=True, exist_ok=True)
    map_.chmod(0o733)
    for p in (*map_.iterdir(), *keten.course_dir.glob("delen/*")):
        p.unlink()
    pad = keten.course_dir / "prive" / f"{MODULE}.jsonl"
    pad.unlink(missing_ok=True)
    answers.append(pad, "eerst-overleggen", "collega", extra={"zekerheid": 3})
    monkeypatch.setenv("LEERLIJN_UITWISSELING", str(keten.uit))
    return map_


class Lezer:
    def __init__(self, server):
        self.adres, self.sessie = f"{server.adres}/delen", requests.Session()
        self.kijk()

    def kijk(self) -> str:
        self.tekst = self.sessie.get(self.adres, timeout=GEDULD).text
        velden = dict(re.findall(r'name="(_xsrf|stand)" value="([^"]+)"', self.tekst))
        self.xsrf, self.stand = velden.get("_xsrf"), velden.get("stand")
        return self.tekst

    def stuur(self, **velden) -> requests.Response:
        return self.sessie.post(self.adres, data={"_xsrf": self.xsrf, "stand": self.stand, **velden}, timeout=GEDULD)


@pytest.fixture
def lezer(server, inbound):
    return Lezer(server)


def test_off_until_chosen_and_back_again(lezer, inbound, keten):
    assert "<strong>niets</strong>" in lezer.tekst and list(inbound.iterdir()) == []
    assert "1 van 1" in lezer.tekst  # the preview
    r = lezer.stuur(doe="deel")
    assert r.status_code == 200 and "Dit deel je nu" in r.text and r.history[0].status_code == 303
    (bestand,) = inbound.iterdir()
    assert json.loads(bestand.read_bytes()) == {"v": 1, "module": MODULE, "zekerheid": {"1": [0, 0], "2": [0, 0], "3": [1, 1]}, "paden": {}}
    assert report_gedeeld.load(keten.root, MODULE).aantal == 1
    assert "Je deelt een samenvatting" in requests.get(lezer.adres.removesuffix("delen"), timeout=GEDULD).text  # the course page
    assert "Dit deel je nu" in lezer.kijk()
    r = lezer.stuur(doe="stop")
    assert "Je deelt nu niets" in r.text and "Dit deel je nu" not in r.text
    assert list(inbound.iterdir()) == [] and report_gedeeld.load(keten.root, MODULE).aantal == 0


def test_a_place_that_is_away_is_not_called_nothing_shared(lezer, inbound):
    """A network disk that is not there now: neither page says that nothing is shared, stopping says that it failed, and later it works."""
    lezer.stuur(doe="deel")
    weg = inbound.rename(inbound.with_name("weg"))
    assert "nu niet te zien" in lezer.kijk() and "niets</strong>" not in lezer.tekst
    voorpagina = requests.get(lezer.adres.removesuffix("delen"), timeout=GEDULD)
    assert voorpagina.status_code == 200 and "nu niet te zien" in voorpagina.text and "nu niets" not in voorpagina.text
    r = lezer.stuur(doe="stop")
    assert r.status_code == 503 and "Stoppen lukte niet" in r.text and "is weggehaald" not in r.text and str(inbound) not in r.text
    weg.rename(inbound)
    assert "Je deelt nu niets" in lezer.stuur(doe="stop").text and list(inbound.iterdir()) == []


def test_only_what_was_seen_is_sent(lezer, inbound, keten):
    answers.append(keten.course_dir / "prive" / f"{MODULE}.jsonl", "feit-of-duiding", ["laat"], extra={"zekerheid": 2})  # in another tab
    r = lezer.stuur(doe="deel")
    assert "Je hebt intussen verder geoefend" in r.text and list(inbound.iterdir()) == []
    lezer.kijk()
    assert "Dit deel je nu" in lezer.stuur(doe="deel").text and len(list(inbound.iterdir())) == 1
    r = lezer.stuur(doe="deel", stand="van eerder")
    assert "Wat je deelt, is niet veranderd." in r.text and "nog niets gedeeld" not in r.text


def test_forged_requests_do_nothing(lezer, server, inbound):
    """Without the token, with a wrong one, with one of another browser, from another site, by another method."""
    ander = Lezer(server)
    goed = {"_xsrf": lezer.xsrf, "stand": lezer.stand, "doe": "deel"}
    pogingen = [
        *(lezer.sessie.post(lezer.adres, data={**goed, "_xsrf": x}, timeout=GEDULD) for x in ("", "x", "2|00000000|" + "0" * 32 + "|1700000000")),
        requests.post(lezer.adres, data=goed, timeout=GEDULD),  # a form on another site: the browser keeps the cookie back
        ander.sessie.post(lezer.adres, data=goed, timeout=GEDULD),
        lezer.sessie.post(lezer.adres, json=goed, timeout=GEDULD),
        lezer.sessie.post(lezer.adres, data=goed, headers={"Origin": "http://kwaad.example"}, timeout=GEDULD),
        lezer.sessie.post(lezer.adres, data=goed, headers={"Host": "kwaad.example"}, timeout=GEDULD),
        *(lezer.sessie.request(m, lezer.adres, data=goed, timeout=GEDULD) for m in ("PUT", "PATCH", "DELETE")),
    ]  # fmt: skip
    assert [p.status_code for p in pogingen if p.status_code not in (403, 404, 405)] == []
    lezer.sessie.get(lezer.adres, params=goed, timeout=GEDULD)
    assert list(inbound.iterdir()) == []
    lezer.stuur(doe="deel")
    for x in ("", "x"):
        lezer.sessie.post(lezer.adres, data={"_xsrf": x, "doe": "stop"}, timeout=GEDULD)
    lezer.sessie.get(lezer.adres, params={"doe": "stop", "q": "stop"}, timeout=GEDULD)
    assert len(list(inbound.iterdir())) == 1


@pytest.mark.parametrize("velden", [{}, {"doe": "wis"}, {"doe": ["x", "y"]}, {"doe": "../deel"}])
def test_unknown_words_are_refused(lezer, inbound, velden):
    assert lezer.stuur(**velden).status_code == 400 and list(inbound.iterdir()) == []


def test_no_place_to_share_is_a_sentence(lezer, inbound):
    inbound.rmdir()
    r = lezer.stuur(doe="deel")
    assert r.status_code == 503 and "je docent heeft nog geen toets vrijgegeven" in r.text and "<strong>niets</strong>" in r.text


def test_nothing_practised_nothing_to_share(server, inbound, keten):
    (keten.course_dir / "prive" / f"{MODULE}.jsonl").unlink()
    lezer = Lezer(server)
    assert "Er is nog niets om te delen" in lezer.tekst and lezer.stand is None
    assert list(inbound.iterdir()) == []
