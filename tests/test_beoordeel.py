"""The marker's routes on a real teacher's server: closed without login, closed to forged requests, and blind where they must be."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from leerlijn import beoordeel, rubriek

from .keten import GOED, MODULE, graded, locked, teacher_server

BOOS = '<script>window.stuk=1</script> "><img src=x onerror=stuk()>'


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    with graded(tmp_path_factory.mktemp("beoordeel"), {"ann": {**GOED, "toets-open": BOOS}, "leeg": {"toets-overleg": "delen"}}, tweede_lezer="alle") as k:
        yield k


class Browser:
    """Asks pages with cookies, as a browser does."""

    def __init__(self, adres):
        self.basis = "{0.scheme}://{0.netloc}".format(urlsplit(adres))
        self.koekjes = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.koekjes))

    def vraag(self, pad, data=None, **kop):
        # As a browser reads them: urllib takes the folder of the first page for the path of a cookie.
        kop = {"Cookie": "; ".join(f"{k.name}={k.value}" for k in self.koekjes), **kop}
        verzoek = urllib.request.Request(self.basis + pad, method="PUT" if data is not None else "GET", headers=kop)
        verzoek.data = json.dumps(data).encode() if data is not None else None
        try:
            with self.opener.open(verzoek, timeout=60) as a:
                return a.status, a.read().decode(), a.url
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode(), pad

    @property
    def xsrf(self):
        return next(k.value for k in self.koekjes if k.name == "_xsrf")


@pytest.fixture(scope="module")
def binnen(keten):
    with teacher_server(keten) as adres:
        b = Browser(adres)
        b.vraag("/formgrader/manage_assignments?" + urlsplit(adres).query)
        yield b


@pytest.fixture(scope="module")
def nummer(keten):
    with keten.gradebook() as gb:
        return gb.find_submission_notebook("toets", MODULE, "ann").id


def test_closed_without_login(binnen, nummer):
    buiten = Browser(binnen.basis)
    for pad in ("/leerlijn/beoordeel", f"/leerlijn/beoordeel/{MODULE}/toets-open"):
        _, tekst, url = buiten.vraag(pad)
        assert "/login" in url and "Inzending" not in tekst
    code, tekst, url = buiten.vraag(f"/leerlijn/api/rubriek/{nummer}")
    assert (code == 403 or "/login" in url) and "lb-paneel" not in tekst
    assert buiten.vraag(f"/leerlijn/api/rubriek/{nummer}/toets-open", {"rol": "eerste", "criteria": {"feiten": 1}})[0] == 403


def test_forged_request_changes_nothing(keten, binnen, nummer):
    pad, goed = f"/leerlijn/api/rubriek/{nummer}/toets-open", {"rol": "eerste", "criteria": {"feiten": 2, "samen": 2}}
    assert "Open vragen beoordelen" in binnen.vraag("/leerlijn/beoordeel")[1]
    assert binnen.vraag(pad, goed)[0] == 403  # logged in, but without the word of our own page
    assert binnen.vraag(pad, goed, **{"X-XSRFToken": binnen.xsrf, "Origin": "https://elders.example"})[0] in (403, 404)
    assert keten.punten("ann")["toets-open"] == (None, None, True)


def test_pages_show_text_as_text_and_no_name(binnen):
    _, tekst, _ = binnen.vraag(f"/leerlijn/beoordeel/{MODULE}/toets-open")
    assert "<script>window" not in tekst and "<img" not in tekst and "window&#46;stuk" in tekst
    assert "ann" not in tekst.split("<main")[1].split() and tekst.count('class="inzending"') == 1  # the unanswered one is not asked
    assert binnen.vraag(f"/leerlijn/beoordeel/{MODULE}/toets-overleg")[0] == 404
    assert binnen.vraag(f"/leerlijn/beoordeel/{MODULE}/toets-open?rol=baas")[0] == 400
    assert "staat nog niet in het cijferboek" in binnen.vraag("/leerlijn/beoordeel/onbekend/toets-open")[1]
    assert "1 niet beantwoord" in binnen.vraag("/leerlijn/beoordeel")[1]


def test_round_of_two_markers(keten, binnen, nummer):
    pad, kop = f"/leerlijn/api/rubriek/{nummer}/toets-open", {"X-XSRFToken": binnen.xsrf}
    for fout in ({"rol": "eerste", "criteria": {"feiten": 9}}, {"rol": "eerste", "criteria": {"x": 1}}, {"rol": "eerste", "criteria": {}, "opmerking": 3}):
        code, tekst, _ = binnen.vraag(pad, fout, **kop)
        assert code == 400 and json.loads(tekst)["fout"]
    assert binnen.vraag(pad, {"rol": "baas"}, **kop)[0] == 400 and binnen.vraag(pad, ["x"], **kop)[0] == 404
    assert binnen.vraag(pad.replace(nummer, "0" * 32), {"rol": "eerste", "criteria": {}}, **kop)[0] == 404
    code, tekst, _ = binnen.vraag(pad, {"rol": "eerste", "criteria": {"feiten": 2, "samen": 1}, "opmerking": "Sterk begin."}, **kop)
    assert (code, json.loads(tekst)) == (200, {"klaar": True, "besluit": None, "score": 3.0, "totaal": 3.0, "over": 0})
    assert keten.punten("ann")["toets-open"] == (None, 3.0, False)
    _, tekst, _ = binnen.vraag(f"/leerlijn/beoordeel/{MODULE}/toets-open?rol=tweede")
    assert " checked" not in tekst and "Sterk begin." not in tekst and "3 punten" not in tekst  # nothing of the first marker
    assert json.loads(binnen.vraag(pad, {"rol": "besluit", "criteria": {}}, **kop)[1])["fout"]  # nothing to settle yet
    code, tekst, _ = binnen.vraag(pad, {"rol": "tweede", "criteria": {"feiten": 0, "samen": 1}, "opmerking": "Te vaag."}, **kop)
    assert json.loads(tekst)["score"] is None and keten.punten("ann")["toets-open"][1] == 3.0
    _, tekst, _ = binnen.vraag(f"/leerlijn/beoordeel/{MODULE}/toets-open?rol=besluit")
    assert "eerste lezer 2, tweede lezer 0" in tekst and tekst.count("<strong>verschil</strong>") == 1 and "Te vaag." in tekst
    assert binnen.vraag(pad, {"rol": "besluit", "criteria": {"feiten": 1, "samen": 1}}, **kop)[0] == 200
    assert keten.punten("ann")["toets-open"] == (None, 2.0, False)
    code, tekst, _ = binnen.vraag(pad, {"rol": "eerste", "criteria": {"feiten": 2, "samen": 2}}, **kop)  # the decision stands, and that is said
    assert json.loads(tekst) == {"klaar": True, "besluit": 2.0, "score": 2.0, "totaal": 4.0, "over": 0} and keten.punten("ann")["toets-open"][1] == 2.0
    paneel = json.loads(binnen.vraag(f"/leerlijn/api/rubriek/{nummer}")[1])["toets-open"]
    assert 'data-plek="formgrader"' in paneel and "Sterk begin." in paneel


def test_one_person_is_never_both_markers():
    werk = rubriek.Werk("n", "ann", None, 3.0, "", False, False, {"eerste": rubriek.Oordeel("mia", {"a": 1.0}, "")})
    boek = beoordeel.Boek(None, None, type("T", (), {"naam": "m"})(), {})
    item = {"rubriek": [{"id": "a", "punten": 2}]}
    assert beoordeel.select(boek, [werk], item, "tweede", "mia", 1.0) == [] and beoordeel.select(boek, [werk], item, "tweede", "kim", 1.0) == [werk]
    assert beoordeel.select(boek, [werk], item, "eerste", "mia", 1.0) == [werk] and beoordeel.select(boek, [werk], item, "tweede", "", 1.0) == [werk]


def test_a_busy_gradebook_stops_formgrader_for_a_moment_only(keten, binnen, nummer):
    """Another program writes, or even keeps everybody out: words for the teacher, nothing kept halfway, and afterwards all works without a new start."""
    boek, kop = keten.grading / "gradebook.db", {"X-XSRFToken": binnen.xsrf, "Content-Type": "application/json"}
    (cijfer,) = [c for c in json.loads(binnen.vraag(f"/formgrader/api/grades?submission_id={nummer}")[1]) if c["name"] == "toets-open"]
    pad, was = f"/formgrader/api/grade/{cijfer['id']}", keten.punten("ann")["toets-open"]
    geef = {**cijfer, "manual_score": 1.5, "extra_credit": None}
    with locked(boek):
        code, tekst, _ = binnen.vraag(pad, geef, **kop)
        assert code == 503 and "cijferboek is nu even niet te gebruiken" in json.loads(tekst)["message"]
        assert binnen.vraag(f"/formgrader/submissions/{nummer}/")[0] == 200  # reading goes on
        code, tekst, _ = binnen.vraag(f"/leerlijn/api/rubriek/{nummer}/toets-open", {"rol": "eerste", "criteria": {"feiten": 2}}, **{"X-XSRFToken": binnen.xsrf})
        assert code == 400 and "een ander programma is erin bezig" in json.loads(tekst)["fout"]
    assert keten.punten("ann")["toets-open"] == was
    with locked(boek, "EXCLUSIVE"):
        for adres in (f"/formgrader/submissions/{nummer}/", f"/leerlijn/beoordeel/{MODULE}/toets-open"):
            code, tekst, _ = binnen.vraag(adres)
            assert code >= 500 and re.search("cijferboek.*(niets kwijt|een ander programma)", tekst, re.S), (adres, tekst[-500:])
            assert "Traceback" not in tekst and "Sorry" not in tekst
    assert binnen.vraag(pad, geef, **kop)[0] == 200 and keten.punten("ann")["toets-open"][1] == 1.5
    assert binnen.vraag(f"/formgrader/submissions/{nummer}/")[0] == 200
