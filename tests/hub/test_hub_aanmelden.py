"""The three logins of grading/hub/aanmelden on a real hub: an opaque name, the right group and first page, and strangers refused."""

import json
import re
import stat
import time

import pytest
import requests
import yaml

from leerlijn.aanmelding import ROL, hub_name, launches

from ..conftest import ROOT
from ..keten import Keten
from ..lms import CLAIM, CLIENT, CONTEXT, DEPLOYMENT, Lms, key
from ..oidc import GEHEIM, ID, Oidc
from .hub import Hub

MAP = ROOT / "grading/hub/aanmelden"


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    return Keten(tmp_path_factory.mktemp("aanmelden"))


def maak(keten, naam, extra, omgeving):
    """A hub of its own with a login of ours, loaded as an administrator does."""
    tmp = keten.tmp / naam
    cursus = {"project": str(keten.root), "cursusmap": str(keten.course_dir)}
    regels = ["import os", *(f"os.environ[{k!r}] = {v!r}" for k, v in omgeving.items()), f"load_subconfig({str(MAP / f'{naam}.py')!r})", extra]
    return Hub(tmp, {keten.course: cursus}, uitwisseling=keten.uit, extra="\n".join(regels))


def users(hub):
    return {u["name"]: u["groups"] for u in requests.get(f"{hub.adres}/hub/api/users", headers=hub.api, timeout=60).json()}


def nothing_complains(hub):
    """Every setting is one that the hub and the login know."""
    assert not [r for r in hub.log.splitlines() if "not recognized" in r], hub.log[-3000:]


@pytest.fixture(scope="module")
def oidc():
    oidc = Oidc()
    yield oidc
    oidc.stop()


@pytest.mark.parametrize("naam", ["surfconext", "entra"])
def test_login_of_the_institution(keten, oidc, naam, tmp_path):
    groepen = {"urn:x:jeugdzorg": f"nbgrader-{keten.course}", "urn:x:docent": f"formgrade-{keten.course}"}
    (tmp_path / "instelling.yaml").write_text(yaml.safe_dump({"groepen": groepen}))
    om = {"LEERLIJN_INSTELLING": str(tmp_path / "instelling.yaml"), "HUB_ADRES": "http://HIER/"}
    if naam == "surfconext":
        om |= {"SURFCONEXT_ID": ID, "SURFCONEXT_GEHEIM": GEHEIM, "SURFCONEXT": oidc.adres}
        uitgever, extra, claim = oidc.adres, "o = c.GenericOAuthenticator", "eduperson_entitlement"
    else:
        om |= {"ENTRA_ID": ID, "ENTRA_GEHEIM": GEHEIM, "ENTRA_TENANT": "tenant-1"}
        uitgever, claim = "tenant-1", "groups"
        extra = f"o = c.AzureAdOAuthenticator\nassert 'tenant-1' in o.authorize_url and 'tenant-1' in o.token_url\no.token_url = {oidc.adres + '/token'!r}"
    hub = maak(keten, naam, f"{extra}\no.oauth_callback_url = c.JupyterHub.bind_url.rstrip('/') + '/hub/oauth_callback'", om)
    try:
        wie = {"sub": "A+Sub/Met=Hoofd", "name": "Een Echte Naam", "email": "echt@school.example"}
        sessie, r, vraag = oidc.login(hub.adres, {**wie, claim: ["urn:x:jeugdzorg", "urn:x:iets-anders"]})
        assert r.status_code == 200 and r.url == hub.leren(keten.course, hub_name(uitgever, wie["sub"])), r.url
        assert "De modules" in r.text and "Echte" not in r.text
        assert vraag["scope"] == "openid" and vraag["code_challenge_method"] == "S256"
        _, r, _ = oidc.login(hub.adres, {"sub": "docent", claim: ["urn:x:docent"]})
        assert r.url.startswith(f"{hub.adres}/services/{keten.course}/formgrader")
        for buiten in ({"sub": "x", claim: ["urn:x:iets-anders"]}, {"sub": "y", claim: []}, {"sub": "z"}):
            assert oidc.login(hub.adres, buiten)[1].status_code == 403
        assert oidc.login(hub.adres, {**wie, claim: ["urn:x:jeugdzorg"]}, state="anders")[1].status_code == 400
        assert oidc.login(hub.adres, {**wie, claim: ["urn:x:jeugdzorg"]}, code="verzonnen")[1].status_code >= 400
        na = users(hub)
        assert na[hub_name(uitgever, wie["sub"])] == [f"nbgrader-{keten.course}"] and na["docent"] == [f"formgrade-{keten.course}"]
        # Out of the group there is out of the course here, at the next login.
        assert oidc.login(hub.adres, {"sub": "docent", claim: ["urn:x:jeugdzorg"]})[1].status_code == 200
        assert users(hub)["docent"] == [f"nbgrader-{keten.course}"]
        assert b"echt@school" not in (hub.tmp / "hub.sqlite").read_bytes() and "echt@school" not in hub.log
        nothing_complains(hub)
    finally:
        hub.stop()


# --- LTI 1.3 -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lms():
    lms = Lms()
    yield lms
    lms.stop()


@pytest.fixture(scope="module")
def lti(keten, lms):
    tmp = keten.tmp / "lti-gegevens"
    tmp.mkdir()
    (tmp / "jwks.json").write_text('{"keys": [{"kid": "proef"}]}')
    (tmp / "lms.yaml").write_text(yaml.safe_dump({
        "uitgever": lms.adres, "client": CLIENT, "deployments": [DEPLOYMENT], "start": f"{lms.adres}/authorize", "sleutels": f"{lms.adres}/jwks",
        "cursussen": {CONTEXT: keten.course}, "koppelingen": str(tmp / "koppelingen"), "openbaar": str(tmp / "jwks.json"), "protocol": "http",
    }))  # fmt: skip
    hub = maak(keten, "lti", "", {"LEERLIJN_LMS": str(tmp / "lms.yaml")})
    hub.koppelingen = tmp / "koppelingen" / keten.course
    yield hub
    hub.stop()


def test_a_launch_brings_a_learner_to_the_course(lti, lms, keten):
    sessie, r = lms.launch(lti.adres, "Leerling/1")
    naam = hub_name(lms.adres, "Leerling/1")
    assert r.status_code == 200 and r.url == lti.leren(keten.course, naam) and "De modules" in r.text
    assert users(lti)[naam] == [f"nbgrader-{keten.course}"]
    (waar,) = launches(lti.koppelingen).values()
    assert (waar["naam"], waar["sub"]) == (naam, "Leerling/1") and waar["lijst"].endswith("type_id=1")
    assert stat.S_IMODE(lti.koppelingen.stat().st_mode) == 0o2750
    assert b"echt@school" not in (lti.tmp / "hub.sqlite").read_bytes() and "echt@school" not in lti.log
    assert sessie.get(f"{lti.adres}/services/{keten.course}/formgrader", timeout=60).status_code == 403


def test_a_teacher_there_is_a_teacher_here_and_no_longer_when_the_role_changes(lti, lms, keten):
    _, r = lms.launch(lti.adres, "55", "Instructor")
    assert r.url.startswith(f"{lti.adres}/services/{keten.course}/formgrader") and "55" not in launches(lti.koppelingen)
    _, r = lms.launch(lti.adres, "55")
    assert users(lti)["55"] == [f"nbgrader-{keten.course}"]


@pytest.mark.parametrize("wat, status", [
    ({"sleutel": "vreemd"}, 400), ({"sleutel": b"geheim" * 8, "alg": "HS256"}, 400), ({"aud": "een-ander"}, 401), ({"iss": "https://elders.example"}, 400),
    ({"exp": -60}, 400), ({"iat": -7200}, 400), ({"nonce": "x"}, 400), ({CLAIM + "version": "1.1"}, 400),
    ({CLAIM + "deployment_id": "8"}, 403), ({CLAIM + "context": {"id": "9", "label": "x"}}, 403), ({CLAIM + "message_type": "LtiDeepLinkingRequest"}, 400),
    ({CLAIM + "roles": [ROL + "Mentor"]}, 403), ({CLAIM + "roles": []}, 403), ({"sub": ""}, 403), ({"alg": "none"}, 400),
    ({"aud": [CLIENT, "een-ander"]}, 400), ({"aud": [CLIENT, "een-ander"], "azp": "een-ander"}, 401),
], ids=lambda w: str(w)[:50])  # fmt: skip
def test_a_launch_that_is_not_right_is_refused(lti, lms, wat, status):
    wat = {k: int(time.time()) + w if k in ("exp", "iat") else w for k, w in wat.items()}  # seconds from now, so that every worker collects the same names
    sleutel = wat.pop("sleutel", None)
    sub = wat.pop("sub", "indringer")
    sessie, r = lms.launch(lti.adres, sub, sleutel=lms.vreemd if sleutel == "vreemd" else sleutel, **wat)
    assert r.status_code == status and "Traceback" not in r.text
    assert {400: "Open de cursus daar opnieuw", 401: "Dit lukt nu even niet", 403: "je hebt er geen rol in"}[status] in r.text
    assert "indringer" not in users(lti) and sessie.get(f"{lti.adres}/hub/home", allow_redirects=False, timeout=60).status_code == 302


def test_a_launch_cannot_be_replayed_or_taken_over(lti, lms):
    """The token of one browser is of no use in another, and not a second time."""
    s = requests.Session()
    vraag, waar = lms.start(s, lti.adres)
    assert waar == f"{lms.adres}/authorize" and vraag["response_mode"] == "form_post" and vraag["client_id"] == CLIENT
    data = {"id_token": lms.sign(lms.claims("slachtoffer", nonce=vraag["nonce"])), "state": vraag["state"]}
    dief = requests.Session()
    assert dief.post(vraag["redirect_uri"], data=data, timeout=60).status_code == 400
    lms.start(dief, lti.adres)
    assert dief.post(vraag["redirect_uri"], data=data, timeout=60).status_code == 400
    assert s.post(vraag["redirect_uri"], data=data, timeout=60).status_code == 200
    assert s.post(vraag["redirect_uri"], data=data, timeout=60).status_code == 400


@pytest.mark.parametrize("naar", ["?next=https://elders.example/", "?next=//elders.example/", "?next=%2F%5Celders.example", "?next=%2F%09%2Felders.example", "?next=https:elders.example", "//elders.example/"])
def test_where_the_login_sends_afterwards_stays_here(lti, lms, naar):
    s = requests.Session()
    vraag, _ = lms.start(s, lti.adres, target_link_uri=f"https://elders.example/x{naar}")
    r = s.post(vraag["redirect_uri"], data={"id_token": lms.sign(lms.claims("u7", nonce=vraag["nonce"])), "state": vraag["state"]}, allow_redirects=False, timeout=60)
    assert r.status_code == 302 and re.match(r"/(?![/\\\\\s])", r.headers["Location"]), r.headers["Location"]


def test_who_has_no_role_there_any_more_has_none_here_at_once(lti, lms, keten):
    """A teacher whose role is taken away is refused, and the login of before opens nothing new either."""
    _, r = lms.launch(lti.adres, "77", "Instructor")
    assert r.url.startswith(f"{lti.adres}/services/{keten.course}/formgrader") and users(lti)["77"] == [f"formgrade-{keten.course}"]
    assert lms.launch(lti.adres, "77", "Mentor")[1].status_code == 403
    assert users(lti)["77"] == []


def test_the_keys_of_the_learning_environment_may_change(lti, lms):
    """A new key is taken at once, and what was signed with the old one is worth nothing from then on."""
    oud, lms.sleutel = lms.sleutel, key()
    assert lms.launch(lti.adres, "nieuwe-sleutel")[1].status_code == 200
    assert lms.launch(lti.adres, "indringer", sleutel=oud)[1].status_code == 400


def test_a_full_disk_does_not_keep_learners_out(lti, lms, keten):
    """Where grades go can't be kept: it is in the log, and the lesson opens."""
    lti.koppelingen.rename(lti.koppelingen.with_name("weg"))
    try:
        assert lms.launch(lti.adres, "88")[1].url == lti.leren(keten.course, "88")
        assert "Waar de cijfers van 88 heen gaan, is niet bewaard" in lti.log
    finally:
        lti.koppelingen.with_name("weg").rename(lti.koppelingen)


def test_our_public_key_is_there_and_the_page_that_asks_for_mail_addresses_is_not(lti):
    assert requests.get(f"{lti.adres}/hub/lti13/jwks", timeout=60).json() == json.loads('{"keys": [{"kid": "proef"}]}')
    assert [requests.get(f"{lti.adres}/hub/lti13/{pad}", timeout=60).status_code for pad in ("config", "config-niet-gebruikt")] == [404, 404]
    nothing_complains(lti)
