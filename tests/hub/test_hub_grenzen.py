"""What the shared service refuses, against a running hub: strangers, other learners, and whatever a browser can make up."""

import json
import os
import pwd
import re

import psutil
import pytest
import requests
import websocket

from leerlijn import answers, dienst_kanaal, report_gedeeld
from leerlijn.dienst_mappen import shard_of

from ..keten import Keten
from .hub import Hub, wait_for
from .kanaal import Kanaal, connection, widgets
from .kwaad import KWAAD, address, routes

LES = "voila/render/proef/les.ipynb"
NAMEN = [n for deel in (0, 1) for n in [n for n in (f"lid{i}" for i in range(40)) if shard_of(n, 2) == deel][:3]]
ANNA, BRAM, CAS, ANDERS = NAMEN[0], NAMEN[1], NAMEN[2], NAMEN[3]  # the first three belong to part 0
MEER = 4  # kernels for each part in this file


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    k = Keten(tmp_path_factory.mktemp("grenzen"))
    k.uit.mkdir(mode=0o777)
    return k


@pytest.fixture(scope="module")
def hub(keten):
    cursus = {"docenten": ["dora"], "cursisten": NAMEN, "project": str(keten.root), "cursusmap": str(keten.course_dir)}
    h = Hub(keten.tmp / "hub", {keten.course: cursus}, dienst={"delen": 2, "kernels": MEER}, uitwisseling=keten.uit)
    yield h
    h.stop()


class Lezer:
    """A learner with an open lesson."""

    def __init__(self, hub, cursus, naam):
        self.naam, self.basis, self.sessie = naam, hub.leren(cursus, naam), hub.login(naam)
        self.open()

    def open(self):
        r = self.sessie.get(self.basis + LES, timeout=60)
        assert r.status_code == 200, r.text[:300]
        self.html, self.conf = r.text, connection(r.text)
        self.kernel = self.conf["kernelId"]
        return r

    def end(self):
        self.sessie.post(f"{self.basis}voila/api/shutdown/{self.kernel}", data={"_xsrf": self.conf["xsrf"]}, timeout=30)


@pytest.fixture(scope="module")
def anna(hub, keten):
    return Lezer(hub, keten.course, ANNA)


@pytest.fixture(scope="module")
def bram(hub, keten):
    b = Lezer(hub, keten.course, BRAM)
    b.end()
    return b


def status(sessie, adres, methode="GET", **kop):
    return sessie.request(methode, adres, headers=kop, timeout=60, allow_redirects=False)


# --- strangers ---------------------------------------------------------------------------------------------------------


def test_the_table_is_what_was_meant(hub, keten):
    """A new route after an upgrade makes this fail: look at it before adding it here."""
    tabel = routes(hub, keten.course)
    assert {h for _, h, _ in tabel} == {
        "CoursePage", "StaticPage", "SearchIndex", "FeedbackPage", "HandoutPage", "SharePage", "EmptyPage", "WidgetCode", "VersionedStatic", "Picture", "Lesson", "NotFound", "AddSlash",
        "KernelHandler", "Channel", "VoilaShutdownKernelHandler", "JupyterHubLogoutHandler", "JupyterHubOAuthCallbackHandler",
    }  # fmt: skip
    assert {h for _, h, vrij in tabel if vrij} == {
        "EmptyPage", "WidgetCode", "VersionedStatic", "AddSlash", "JupyterHubOAuthCallbackHandler", "JupyterHubLogoutHandler"
    }  # fmt: skip


@pytest.mark.parametrize("wie", ["niemand", "buitenstaander", "docent", "vals"])
def test_strangers_are_refused_on_every_route(hub, keten, anna, wie):
    """Without login; logged in to the hub but not in the course; a teacher; and with everything that a browser can make up."""
    kop = {}
    match wie:
        case "niemand":
            sessie = requests.Session()
        case "vals":
            sessie = requests.Session()
            sessie.cookies.set(f"service-leren-{keten.course}-0", "2|1:0|10:1700000000|5:x|4:eHg=|00")
            kop = {"Authorization": "token 0123456789abcdef", "X-Remote-User": ANNA, "X-Forwarded-User": ANNA, "Remote-User": ANNA, "X-Leerling": ANNA}
        case _:
            sessie = hub.login("otto" if wie == "buitenstaander" else "dora")
            assert sessie.get(anna.basis, timeout=60).status_code == 403  # the hub says no
    for patroon, handler, vrij in routes(hub, keten.course):
        if vrij:
            continue
        adres = f"http://127.0.0.1:{hub.poort}{address(patroon, anna.kernel)}"
        for methode in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            r = status(sessie, adres, methode, **kop)
            naar_login = r.status_code == 302 and "/hub/api/oauth2/authorize" in r.headers["Location"]
            assert r.status_code in (403, 405) or naar_login and methode == "GET", f"{methode} {adres} ({handler}): {r.status_code}"
            assert "leerlijn/l-" not in r.text and anna.kernel not in r.text
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        Kanaal(sessie, anna.basis, anna.kernel, kop=kop)
    assert anna.sessie.get(f"{anna.basis}api/kernels/{anna.kernel}", timeout=60).status_code == 200  # nothing happened to it


def test_free_routes_tell_nothing(hub, anna):
    """What needs no login is the same for all: an empty page, and files of the package."""
    wie = requests.Session()
    assert "<body></body>" in wie.get(anna.basis + "leeg", timeout=30).text
    assert "@font-face" in wie.get(anna.basis + "leerlijn/static/x/theme.css", timeout=30).text
    assert wie.get(anna.basis + "leerlijn/static/x/..%2f..%2fkernel.json", timeout=30).status_code in (403, 404)
    assert status(wie, anna.basis + "oauth_callback?code=x&state=y").status_code in (400, 403)


# --- another learner ---------------------------------------------------------------------------------------------------


def test_another_learners_kernel_does_not_exist(anna, bram):
    x = {"X-XSRFToken": bram.conf["xsrf"]}
    assert status(bram.sessie, f"{bram.basis}api/kernels/{anna.kernel}").status_code == 404
    assert status(bram.sessie, f"{bram.basis}api/kernels/{anna.kernel}", "DELETE", **x).status_code == 404
    assert bram.sessie.post(f"{bram.basis}voila/api/shutdown/{anna.kernel}", data={"_xsrf": bram.conf["xsrf"]}, timeout=30).status_code == 404
    with pytest.raises(websocket.WebSocketBadStatusException, match="404"):
        Kanaal(bram.sessie, bram.basis, anna.kernel)
    for kop in ({"X-Remote-User": ANNA}, {"X-Leerling": ANNA}, {"Authorization": "token x"}, {"Cookie": "LEERLIJN_EIGEN=/tmp"}):
        assert status(bram.sessie, f"{bram.basis}api/kernels/{anna.kernel}?token=x&user={ANNA}", **kop).status_code in (302, 403, 404)
    assert anna.sessie.get(f"{anna.basis}api/kernels/{anna.kernel}", timeout=60).status_code == 200


def test_own_kernel_needs_the_token_of_the_page(anna):
    """A page of another site can send a request with the cookie, but does not know the token."""
    assert status(anna.sessie, f"{anna.basis}api/kernels/{anna.kernel}", "DELETE").status_code == 403
    assert status(anna.sessie, f"{anna.basis}voila/api/shutdown/{anna.kernel}", "POST").status_code == 403
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        Kanaal(anna.sessie, anna.basis, anna.kernel, origin="http://kwaad.example")


def share_form(lezer):
    """The page on which a learner shares, and what its form would send."""
    r = lezer.sessie.get(lezer.basis + "delen", timeout=60)
    assert r.status_code == 200
    return r.text, dict(re.findall(r'name="(_xsrf|stand)" value="([^"]+)"', r.text))


def test_sharing_practice_is_ones_own_and_needs_the_page(hub, keten, anna, bram, monkeypatch):
    """Off by default; no forged request shares or takes back; whose it is says the hub; the report reads it until it is taken back."""
    answers.append(hub.folder(keten.course, ANNA) / "prive" / "proef.jsonl", "eerst-overleggen", "collega", extra={"zekerheid": 3})
    inleveren = hub.tmp / "inleveren" / keten.course
    gedeeld = lambda: sorted(p.name for p in inleveren.glob(".gedeeld-*"))
    tekst, velden = share_form(anna)
    goed = {**velden, "doe": "deel"}
    assert "<strong>niets</strong>" in tekst and gedeeld() == []
    delen, van_bram = anna.basis + "delen", bram.conf["xsrf"]
    for wie, adres, data, kop in [
        (anna.sessie, delen, {**goed, "_xsrf": ""}, {}), (anna.sessie, delen, {**goed, "_xsrf": van_bram}, {}), (bram.sessie, delen, goed, {}),
        (requests.Session(), delen, goed, {"X-Remote-User": ANNA}), (anna.sessie, delen, goed, {"Origin": "http://kwaad.example"}),
        (hub.login("dora"), delen, goed, {}), (hub.login("otto"), delen, goed, {"Authorization": "token x"}),
        (anna.sessie, hub.leren(keten.course, deel=1) + "delen", goed, {}),
    ]:  # fmt: skip
        r = wie.post(adres, data=data, headers=kop, timeout=60, allow_redirects=False)
        assert r.status_code in (403, 404), (adres, data, kop, r.status_code)
    anna.sessie.get(delen, params=goed, timeout=60)
    assert gedeeld() == []

    monkeypatch.setenv("LEERLIJN_DIENSTEN", f"{pwd.getpwuid(os.getuid()).pw_name}:{inleveren}")
    monkeypatch.setenv("LEERLIJN_UITWISSELING", str(keten.uit))
    r = anna.sessie.post(delen, data={**goed, "wie": BRAM, "eigen": str(hub.folder(keten.course, BRAM)), "map": "/tmp"}, headers={"X-Remote-User": BRAM}, timeout=60)
    assert "Dit deel je nu" in r.text and "1 van 1" in r.text and ANNA not in "".join(gedeeld())
    assert len(gedeeld()) == report_gedeeld.load(keten.root, "proef").aantal == 1
    assert "<strong>niets</strong>" in share_form(bram)[0]
    bram.sessie.post(bram.basis + "delen", data={"_xsrf": share_form(bram)[1].get("_xsrf", van_bram), "doe": "stop"}, timeout=60)
    anna.sessie.post(delen, data={"_xsrf": "", "doe": "stop"}, timeout=60)
    assert len(gedeeld()) == 1  # nobody takes back what another shares
    assert "Je deelt nu niets" in anna.sessie.post(delen, data={**velden, "doe": "stop"}, timeout=60).text
    assert gedeeld() == [] and report_gedeeld.load(keten.root, "proef").aantal == 0


def test_another_part_sends_pages_on_and_answers_nothing_else(hub, keten, anna):
    """Everyone always comes to the same part: a page is sent on, a kernel is not found."""
    verkeerd = hub.leren(keten.course, deel=1)
    r = anna.sessie.get(verkeerd + "hulp?q=a", timeout=60)
    assert r.status_code == 200 and r.url == anna.basis + "hulp?q=a"
    assert status(anna.sessie, f"{verkeerd}api/kernels/{anna.kernel}").status_code == 404


# --- what a browser can make up ------------------------------------------------------------------------------------------


def test_kernel_environment_is_clean(hub, keten, anna):
    """Nothing of the hub and nothing of the request is in a kernel's environment, and it belongs to who asked."""
    vals = "?LEERLIJN_EIGEN=/tmp&LEERLIJN_SLOT=uit&template=lab&theme=dark&GEHEIM=vraag"
    r = anna.sessie.get(anna.basis + LES + vals, headers={"X-Leerling": BRAM, "LEERLIJN_EIGEN": "/tmp"}, timeout=60)
    kernel = connection(r.text)["kernelId"]
    (pid,) = hub.children(f"kernel-{kernel}")
    omgeving = psutil.Process(pid).environ()
    assert omgeving["LEERLIJN_EIGEN"] == str(hub.folder(keten.course, ANNA)) and omgeving["LEERLIJN_SLOT"] == "streng"
    assert not [k for k in omgeving if k.startswith("JUPYTERHUB") or "TOKEN" in k or "HTTP" in k or k == "QUERY_STRING"], sorted(omgeving)
    assert "GEHEIM" not in "".join(omgeving.values())
    assert os.readlink(f"/proc/{pid}/cwd") == str(keten.course_dir / "proef")
    anna.sessie.post(f"{anna.basis}voila/api/shutdown/{kernel}", data={"_xsrf": connection(r.text)["xsrf"]}, timeout=30)


def test_hostile_cell_gets_nowhere(hub, keten, bram):
    """In a real kernel of the service: nothing of others, of the hub or of the teacher, and not a word of it on the page."""
    les = keten.course_dir / "proef" / "les.ipynb"
    eerlijk = les.read_text("utf-8")
    nb = json.loads(eerlijk)
    nb["cells"].append({"id": "kwaad", "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": KWAAD.format(hub=str(hub.tmp), poort=hub.poort)})
    les.write_text(json.dumps(nb), "utf-8")
    try:
        tekst = bram.open().text
        uit = json.loads((hub.folder(keten.course, BRAM) / "prive" / "kwaad.json").read_text())
        assert len(uit) == 11 and not [n for n, w in uit.items() if not w.startswith("GEWEIGERD")], uit
        assert "GEHEIME FOUT" not in tekst and "Traceback" not in tekst and "probeer(" not in tekst
    finally:
        les.write_text(eerlijk, "utf-8")
        bram.end()


def test_no_source_no_traceback(anna):
    assert "leerlijn import toon" not in anna.html and "Traceback" not in anna.html
    tekst = anna.sessie.get(anna.basis + "voila/render/niets.ipynb", timeout=60).text
    assert "Deze pagina bestaat niet" in tekst and "Traceback" not in tekst
    csp = anna.sessie.get(anna.basis, timeout=60).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in csp and "unsafe" not in csp


@pytest.mark.parametrize("pad", ["api/contents", "api/contents/cursus.json", "api/terminals", "api/sessions", "api/kernels", "api/kernelspecs", "voila/tree/prive", "metrics",
    "voila/files/proef/oefening-sleutel.json", "voila/files/proef/les.ipynb", "voila/render/toetsen/proef/publiek.json", "voila/static/voila.js",
    "voila/templates/lab/static/voila.js", "lab", "tree", "files/x", "voila/files/..%2f..%2fetc/passwd", "login"])  # fmt: skip
def test_what_is_not_served(anna, pad):
    assert status(anna.sessie, anna.basis + pad).status_code in (403, 404)


def test_socket_lets_through_only_answers(anna, hub, keten):
    """Code, other widgets and the state of a widget are dropped; an answer arrives and is judged in Python."""
    k = Kanaal(anna.sessie, anna.basis, anna.kernel)
    comm = widgets(anna.html)["overleg-oefenen"]
    merk = hub.folder(keten.course, ANNA) / "prive" / "gehackt"
    code = f"open({str(merk)!r}, 'w').write('x'); raise SystemError('FOUTTEKST')"
    for soort, inhoud in [
        ("execute_request", {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}),
        ("complete_request", {"code": "im", "cursor_pos": 2}), ("inspect_request", {"code": "open", "cursor_pos": 2, "detail_level": 1}),
        ("history_request", {"raw": True, "output": True, "hist_access_type": "tail", "n": 9}), ("debug_request", {"command": "x"}), ("interrupt_request", {}),
        ("shutdown_request", {"restart": False}), ("comm_info_request", {}),
        ("comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {"state": {"_model_module": "x"}}}),
        ("comm_msg", {"comm_id": comm, "data": {"method": "update", "state": {"spec": {"score": 100}}}}),
    ]:  # fmt: skip
        for kanaal in ("shell", "control", "stdin", "iopub"):
            k.send(soort, inhoud, kanaal)
    for rommel in (b"", b"\0" * 8, b"\xff" * 40, b"x" * 300_000):
        k.ws.send_binary(rommel)
    k.ws.send(json.dumps({"channel": "shell", "header": {"msg_type": "execute_request", "msg_id": "1"}, "parent_header": {}, "metadata": {}, "content": {"code": code}}))
    antwoord = k.custom(comm, {"type": "antwoord", "item": "eerst-overleggen", "antwoord": "collega", "zekerheid": 3, "score": 100, "wie": BRAM})
    assert antwoord["type"] in ("terugkoppeling", "fout") and antwoord.get("score") is None
    gehoord = k.heard(1)
    assert {m["header"]["msg_type"] for m in gehoord} <= {"status", "comm_msg", "comm_open", "comm_close"}
    assert "FOUTTEKST" not in json.dumps(gehoord) and not merk.exists()
    k.close()
    with pytest.raises(websocket.WebSocketBadStatusException, match="400"):  # the protocol that Voila does not filter
        Kanaal(anna.sessie, anna.basis, anna.kernel, protocol=None)


def test_a_failing_message_shows_nothing(anna):
    """Errors and what a kernel prints stay on the server; the reply is a Dutch sentence."""
    k = Kanaal(anna.sessie, anna.basis, anna.kernel)
    comm = widgets(anna.html)["overleg-oefenen"]
    for inhoud in ({"type": "antwoord", "item": {"x": []}, "antwoord": {}}, {"type": "__class__"}, {"type": "antwoord", "item": "eerst-overleggen", "antwoord": {"a": 1}}):
        assert k.custom(comm, dict(inhoud))["type"] == "fout"
    k.send("comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": {"nr": "x" * 1000}}})
    k.send("comm_msg", {"comm_id": "bestaat-niet", "data": {"method": "custom", "content": {}}})
    assert "Traceback" not in json.dumps(k.heard(1))
    k.close()


def test_a_kernel_has_so_many_sockets_and_no_more(anna, hub):
    """Each takes files and sockets of the process that serves everybody. One that closes makes room."""
    (pid,) = [p for p in hub.children("leerlijn.dienst ") if "--deel 0" in " ".join(psutil.Process(p).cmdline())]
    voor = psutil.Process(pid).num_fds()
    lijnen = []
    with pytest.raises(websocket.WebSocketBadStatusException, match="429"):
        for _ in range(50):
            lijnen.append(Kanaal(anna.sessie, anna.basis, anna.kernel))
    assert 2 < len(lijnen) <= dienst_kanaal.MAX_LIJNEN
    lijnen.pop().close()

    def again():
        try:
            return Kanaal(anna.sessie, anna.basis, anna.kernel)
        except websocket.WebSocketBadStatusException:
            return None  # the service has not heard yet that the other one closed

    lijnen.append(wait_for(again))
    for k in lijnen:
        k.close()
    wait_for(lambda: psutil.Process(pid).num_fds() <= voor + 5)


def test_flood_closes_the_socket(anna):
    k = Kanaal(anna.sessie, anna.basis, anna.kernel)
    with pytest.raises((websocket.WebSocketConnectionClosedException, BrokenPipeError, ConnectionResetError)):
        for _ in range(2000):
            k.send("kernel_info_request", {})
        while True:
            k.ws.recv()
    assert anna.sessie.get(f"{anna.basis}api/kernels/{anna.kernel}", timeout=60).status_code == 200


# --- full house ----------------------------------------------------------------------------------------------------------


def test_full_house_is_polite_and_lets_a_reader_reload(hub, keten, anna, bram):
    """At the limit a newcomer reads that it is busy, in Dutch; who reloads gets a place, and the newcomer too when one is free."""
    lessen = [anna.sessie.get(anna.basis + LES, timeout=60) for _ in range(2)]  # three of her own
    bram.open()
    cas = hub.login(CAS)
    r = cas.get(anna.basis + LES, timeout=60)
    assert r.status_code == 503 and r.headers["Retry-After"] == "120" and "Het is druk" in r.text and "Traceback" not in r.text
    assert cas.get(anna.basis, timeout=60).status_code == 200  # reading goes on
    assert bram.open().status_code == 200  # his own place
    bram.end()
    assert cas.get(anna.basis + LES, timeout=60).status_code == 200
    for les in lessen:
        anna.sessie.post(f"{anna.basis}voila/api/shutdown/{connection(les.text)['kernelId']}", data={"_xsrf": connection(les.text)["xsrf"]}, timeout=30)


def test_dead_service_comes_back_with_login_and_answers(hub, keten, anna):
    """Killed without warning: soon there again, no new login, the answer kept, and no kernel left behind."""
    if anna.sessie.get(f"{anna.basis}api/kernels/{anna.kernel}", timeout=60).status_code != 200:
        anna.open()
    k = Kanaal(anna.sessie, anna.basis, anna.kernel)
    k.custom(widgets(anna.html)["overleg-oefenen"], {"type": "antwoord", "item": "eerst-overleggen", "antwoord": "collega", "zekerheid": 2})
    bestand = hub.folder(keten.course, ANNA) / "prive" / "proef.jsonl"
    voor = bestand.read_bytes()
    (pid,) = [p for p in hub.children("leerlijn.dienst ") if "--deel 0" in " ".join(psutil.Process(p).cmdline())]
    kernels = [p.pid for p in psutil.Process(pid).children()]
    assert kernels
    psutil.Process(pid).kill()
    r = wait_for(lambda: (r := anna.sessie.get(anna.basis, timeout=30)).status_code == 200 and r)
    assert [x.status_code for x in r.history] == [] and "1 van" in r.text  # no way past a login
    anna.open()
    assert bestand.read_bytes() == voor
    wait_for(lambda: not [p for p in kernels if psutil.pid_exists(p) and psutil.Process(p).status() != "zombie"])


def test_who_is_taken_out_of_the_list_is_out(hub, keten, anna):
    """A name removed from instelling.yaml, and the hub restarted: the login of before opens nothing any more, of a learner and of a teacher. By itself a hub only adds."""
    dora, formgrader = hub.login("dora"), f"{hub.adres}/services/{keten.course}/formgrader"
    assert dora.get(formgrader, timeout=60).status_code == 200 and anna.sessie.get(anna.basis, timeout=60).status_code == 200
    hub.stop()
    hub.instelling["cursussen"][keten.course].update(docenten=[], cursisten=[n for n in NAMEN if n != ANNA])
    hub.write_settings()
    hub.start()
    assert dora.get(formgrader, timeout=60).status_code == 403 and anna.sessie.get(anna.basis, timeout=60).status_code == 403
    assert hub.login(BRAM).get(hub.leren(keten.course, BRAM), timeout=60).status_code == 200
    hub.stop()
    del hub.instelling["cursussen"][keten.course]["docenten"]  # then the hub's own administration says who teaches
    hub.write_settings()
    hub.start()
    assert requests.post(f"{hub.adres}/hub/api/groups/formgrade-{keten.course}/users", json={"users": ["dora"]}, headers=hub.api, timeout=60).status_code == 200
    assert hub.login("dora").get(formgrader, timeout=60).status_code == 200
    hub.stop()
    hub.start()
    assert hub.login("dora").get(formgrader, timeout=60).status_code == 200
