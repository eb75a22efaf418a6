"""The page server without a browser: starting, stopping, what it gives out and what not."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import zmq

from leerlijn import serve, serve_course, serve_kernels, serve_settings, serve_svg, serve_text, widget
from leerlijn.errors import LeerlijnError
from leerlijn.serve_lesson import templates
from tests.browser.conftest import GEDULD, LES, Server, proefcursus, wait_until

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def map_(tmp_path_factory):
    return proefcursus.schrijf(tmp_path_factory.mktemp("serve") / "leerlijn")


@pytest.fixture(scope="module")
def server(map_):
    s = Server(map_)
    yield s
    s.stop()


def haal(adres, **kop):
    """(status, headers, text)"""
    try:
        with urllib.request.urlopen(urllib.request.Request(adres, headers=kop), timeout=GEDULD) as r:
            return r.status, r.headers, r.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read().decode()


# --- start and stop --------------------------------------------------------------------------------------------


def test_starts_speaks_dutch_and_leaves_no_kernel(tmp_path):
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"))
    assert haal(s.adres + LES)[0] == haal(s.adres + LES)[0] == 200
    pids = s.kernels()
    assert len(pids) == 2
    uit = s.stop(signal.SIGINT)
    assert s.proces.returncode == 0
    assert f"De cursus staat klaar op {s.adres}\n" in uit and "De cursus is gestopt." in uit and "Traceback" not in uit
    wait_until(lambda: not any(Path(f"/proc/{p}").exists() for p in pids))
    again = Server(s.map)
    pids = (haal(again.adres + LES), again.kernels())[1]
    again.stop(signal.SIGTERM)
    wait_until(lambda: not any(Path(f"/proc/{p}").exists() for p in pids))


def test_taken_port_is_told(map_):
    with socket.create_server(("127.0.0.1", 0)) as bezet:
        poort = bezet.getsockname()[1]
        with pytest.raises(LeerlijnError, match=f"Poort {poort} is bezet.*leerlijn start --port {poort + 1}"):
            serve.main(poort, False, map_)


@pytest.mark.parametrize("poort", [-1, 70000])
def test_impossible_port(map_, poort):
    with pytest.raises(LeerlijnError, match="is geen poort"):
        serve.main(poort, False, map_)


def test_no_course(tmp_path):
    with pytest.raises(LeerlijnError, match="staat geen cursus"):
        serve.main(0, False, tmp_path)


def test_more_sockets_than_a_thousand():
    """A kernel with an open page takes about seven; libzmq by itself stops at 1023, whatever the system allows."""
    zacht, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    beheer = serve_kernels.BigKernelManager()
    sokken = []
    try:
        for _ in range(1100):
            sokken.append(beheer.context.socket(zmq.PAIR))
        assert serve_settings.settings(Path("x")).VoilaConfiguration.multi_kernel_manager_class.endswith(".BigKernelManager")
    finally:
        for s in sokken:
            s.close(0)
        resource.setrlimit(resource.RLIMIT_NOFILE, (zacht, hard))


def test_listens_to_this_machine_only(server):
    uit = subprocess.run(["ss", "-ltnH"], capture_output=True, text=True).stdout if shutil.which("ss") else ""
    assert not re.search(rf"(0\.0\.0\.0|\*|\[::\]):{server.poort}\b", uit)
    assert haal(server.adres + "/", Host="kwaad.example")[0] == 403


# --- what is given out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pad",
    [
        "cursus.json", "feiten.json", "proef/oefening.json", "proef/oefening-sleutel.json", "toetsen/proef/publiek.json", "toetsen/proef/antwoorden.jsonl",
        "prive/proef.jsonl", "prive/beeld/x.svg", "toetsen/proef/beeld/x.svg", "proef/les.ipynb", "proef/beeld/../oefening-sleutel.json",
        "proef/beeld/..%2Foefening-sleutel.json", "proef/beeld/%2e%2e/oefening.json", "..%2f..%2fetc/passwd", ".cursusbestanden.json", "proef/beeld/.x.svg",
    ],
)
def test_no_file_but_pictures(server, map_, pad):
    for los in ("prive/beeld/x.svg", "toetsen/proef/beeld/x.svg", "proef/beeld/.x.svg"):
        (map_ / los).parent.mkdir(exist_ok=True)
        (map_ / los).write_text("<svg/>")
    for voor in ("/voila/files/", "/voila/render/", "/voila/tree/", "/voila/api/contents/", "/files/", "/", "/leerlijn/static/x/"):
        status, _, tekst = haal(server.adres + voor + pad)
        assert status in (403, 404) or voor == "/voila/render/" and pad == "proef/les.ipynb", f"{voor}{pad}"
        assert str(map_) not in tekst


def test_picture(server):
    status, kop, tekst = haal(server.adres + "/voila/files/proef/beeld/lagen.svg")
    assert status == 200 and kop["Content-Type"] == "image/svg+xml" and tekst.startswith("<svg")
    assert kop["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")


@pytest.mark.parametrize("pad", ["/", LES, "/leeg", "/niets", "/voila/files/proef/beeld/lagen.svg", "/leerlijn/static/0/host/host.js"])
def test_headers(server, pad):
    kop = haal(server.adres + pad)[1]
    assert "unsafe" not in kop["Content-Security-Policy"] and "script-src 'self'" in kop["Content-Security-Policy"]
    assert kop["X-Content-Type-Options"] == "nosniff" and kop["Referrer-Policy"] == "same-origin"
    for koek in kop.get_all("Set-Cookie") or []:
        assert "HttpOnly" in koek and "SameSite=Strict" in koek


@pytest.mark.parametrize("pad", ["/niets", "/voila/render/niets.ipynb", "/voila/render/losse.ipynb", "/voila/render/later/les.ipynb", "/voila/tree/prive", "/feedback/onbekend", "/voila/render/"])
def test_unknown_page_speaks_dutch(server, pad):
    status, _, tekst = haal(server.adres + pad)
    assert status == 404 and "Deze pagina bestaat niet" in tekst and 'lang="nl"' in tekst and "Traceback" not in tekst


def test_pages_without_kernel_start_none(tmp_path):
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"))
    try:
        for pad in ("/", "/voila/tree", "/begrippen", "/bronnen", "/veranderd", "/hulp", "/zoeken?q=x", "/zoeken.json", "/feedback/proef", "/leeg", "/niets"):
            haal(s.adres + pad)
        assert s.kernels() == []
    finally:
        s.stop()


STUK = ["", "{", "{}", "[]", '{"cells": 3}', '{"cells": [3], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', '{"nbformat": 3, "worksheets": []}', "[" * 50_000, "\x00"]


def test_an_edited_notebook_is_told_in_dutch(tmp_path):
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"))
    try:
        for stuk in STUK:
            (s.map / "proef/les.ipynb").write_text(stuk)
            status, _, tekst = haal(s.adres + LES)
            assert 'lang="nl"' in tekst and "Traceback" not in tekst and "Error" not in tekst and str(s.map) not in tekst, (stuk[:40], status, tekst[-500:])
        (s.map / "proef/les.ipynb").write_text(proefcursus.notebook(proefcursus.LES))
        assert haal(s.adres + LES)[0] == 200
    finally:
        s.stop()


def test_handout_page(server):
    status, kop, tekst = haal(server.adres + "/handout/proef")
    assert status == 200 and kop["Cache-Control"] == "no-store" and "<h1 id=\"proefblad\">Proefblad</h1>" in tekst
    assert "&lt;script&gt;alert(1)" in tekst and "<title>Handout: Proefmodule · Proefcursus</title>" in tekst and 'aria-label="Twee lagen"' in tekst
    for adres in (LES, "/"):
        assert 'href="/handout/proef"' in haal(server.adres + adres)[2]
    for weg in ("/handout/later", "/handout/bestaat-niet", "/handout/..%2fprive", "/voila/files/proef/handout.md"):
        assert haal(server.adres + weg)[0] in (403, 404), weg


def test_feedback_page_without_feedback(server):
    status, _, tekst = haal(server.adres + "/feedback/proef")
    assert status == 200 and "Er is nog geen feedback" in tekst


def test_ending_a_kernel_needs_the_token(server):
    tekst = haal(server.adres + LES)[2]
    kernel = json.loads(re.search(r'id="aansluiting">(.*?)</script>', tekst)[1])["kernelId"]
    r = urllib.request.Request(f"{server.adres}/voila/api/shutdown/{kernel}", data=b"", method="POST")
    with pytest.raises(urllib.error.HTTPError) as e:
        urllib.request.urlopen(r)
    assert e.value.code == 403


def test_static_files_keep_their_version(server):
    tekst = haal(server.adres + LES)[2]
    host = re.search(r'src="(/leerlijn/static/[0-9a-f]+/host/host\.js)"', tekst)[1]
    status, kop, _ = haal(server.adres + host)
    assert status == 200 and "immutable" in kop["Cache-Control"] and "javascript" in kop["Content-Type"]


def test_a_reader_is_left_in_the_dark_for_five_seconds_at_most():
    """How long the page may wait before it speaks: of its own clocks, since a busy test machine has another idea of five seconds."""
    host = (serve_settings.STATIC / "host/link.js").read_text(encoding="utf-8")
    stil, vragen = (int(re.search(rf"const {naam} = (\d+);", host).group(1)) for naam in ("WATCH", "CHECK"))
    onderdeel = int(re.search(r"const WACHTTIJD = (\d+);", widget.bundel()).group(1))
    assert stil + vragen <= 5000 and onderdeel <= 5000


def test_front_end_of_jupyterlab_as_a_switch(map_):
    s = Server(map_, {"LEERLIJN_VOORKANT": "gewoon"})
    try:
        status, _, tekst = haal(s.adres + LES)
        assert status == 200 and '<html lang="nl">' in tekst and 'role="main"' in tekst and "voila.js" in tekst
        assert not re.search(r'(src|href)="https?://', tekst)
        assert "slank 1" not in tekst
    finally:
        s.stop()


def test_as_extension_of_a_jupyter_server(map_, tmp_path):
    """What a hub starts: our settings in jupyter_server_config.py, pages below a prefix."""
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/jupyter_server_config.py").write_text(f"from pathlib import Path\nfrom leerlijn.serve_settings import for_server\nfor_server(get_config(), Path({str(map_)!r}))\n")
    with socket.create_server(("127.0.0.1", 0)) as s:
        poort = s.getsockname()[1]
    env = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "conf"), "PYTHONPATH": str(ROOT / "tests/browser"), "JUPYTER_RUNTIME_DIR": str(tmp_path / "run")}
    opties = [f"--port={poort}", "--ServerApp.base_url=/user/anna/", "--no-browser", "--IdentityProvider.token=", "--allow-root"]
    with open(tmp_path / "log", "w") as log:
        p = subprocess.Popen([sys.executable, "-m", "jupyter", "server", *opties], env=env, stdout=log, stderr=log, cwd=tmp_path)
    try:
        basis = f"http://127.0.0.1:{poort}/user/anna"

        def probeer():
            try:
                return haal(basis + LES)
            except OSError:
                return None

        status, kop, tekst = wait_until(probeer, 30, 0.3)
        assert status == 200 and "slank 1" in tekst and '"baseUrl": "/user/anna/"' in tekst and 'href="/user/anna/begrippen"' in tekst
        assert kop["Content-Security-Policy"].startswith("default-src 'none'")
        status, _, tekst = haal(basis + "/voila/tree")
        assert status == 200 and 'href="/user/anna/voila/render/proef/les.ipynb"' in tekst
        assert haal(basis + "/voila/render/losse.ipynb")[0] == 404
    finally:
        p.terminate()
        p.wait(20)


# --- text, drawings, progress ----------------------------------------------------------------------------------


def tekst(begrippen=()):
    return serve_text.PageText(list(begrippen), lambda url, alt: f"<{url}|{alt}>")


@pytest.mark.parametrize(
    "kop, anker",
    [("Wat je leert", "wat-je-leert"), ("Wat is ‘geen’ bewijs?", "wat-is-geen-bewijs"), ("Cliënt én café", "client-en-cafe"), ("…", "deel"), ("Verbinding", "verbinding-2")],
)
def test_anchor_of_a_heading(kop, anker):
    t = tekst()
    t.cell(f"## {kop}")
    assert t.koppen == [(2, anker, kop)]


@pytest.mark.parametrize(
    "bron, uit",
    [
        ("Over LVB en lvb.", 'Over <button type="button" class="begrip" data-begrip="lvb">LVB</button> en lvb.'),
        ("## LVB", '<h2 id="lvb">LVB</h2>'),
        ("[LVB](x.ipynb)", '<a href="x.ipynb">LVB</a>'),
        ("LVB'er en sub-LVB-iets", '<button type="button" class="begrip" data-begrip="lvb">LVB</button>\'er en sub-LVB-iets'),
        ("**licht verstandelijke beperking**", '<strong><button type="button" class="begrip" data-begrip="lvb">licht verstandelijke beperking</button></strong>'),
        ("Zeg (LVB), en meer", 'Zeg <span class="vast">(<button type="button" class="begrip" data-begrip="lvb">LVB</button>),</span> en meer'),
        ("a <script>x</script> & b", "a &lt;script&gt;x&lt;/script&gt; &amp; b"),
        ("[x](javascript:alert(1))", '<a href="#harmful-link">x</a>'),
        ("a<br>b <!-- stil -->", "a<br>b"),
    ],
)
def test_markdown(bron, uit):
    t = tekst([{"id": "lvb", "begrip": "LVB", "ook": ["licht verstandelijke beperking"]}])
    assert uit in t.cell(bron)


def test_a_line_ends_nowhere_in_a_number_or_between_a_quote_and_its_term():
    t = tekst([{"id": "loverboy", "begrip": "loverboy", "ook": []}])
    assert t.cell("Bel 0800-2000.") == '<p>Bel <span class="vast">0800-2000</span>.</p>\n'
    assert "<span class=\"vast\">'<button" in t.cell("Een 'loverboy'. Meer.") and "</button>'.</span> Meer" in t.cell("Een 'loverboy'. Meer.")


def test_fact_references():
    t = tekst()
    assert 'data-feiten="H-21 H-24"' in t.cell("Dit is zo. [H-21, H-24]") and list(t.feiten) == ["H-21", "H-24"]
    assert "button" not in t.cell("Geen feit: [H-1] en `[H-21]`")
    assert 'bron</button>.</span> En' in t.cell("Zo is het [H-21]. En zo.")


def test_drawing_outside_the_course_is_refused(tmp_path):
    (tmp_path / "cursus/les").mkdir(parents=True)
    (tmp_path / "buiten.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for url in ("../../buiten.svg", "/etc/passwd", "file:///etc/passwd", "https://x.example/a.svg"):
        assert "ontbreekt" in serve_svg.picture(tmp_path / "cursus", "les", "/", url, "iets")


@pytest.mark.parametrize("bron", ["<svg", "<html/>", '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', '<svg xmlns="http://www.w3.org/1999/xhtml"/>'])
def test_what_is_no_drawing(tmp_path, bron):
    (tmp_path / "a.svg").write_text(bron)
    assert serve_svg.inline_svg(tmp_path / "a.svg", "x") is None


def test_progress(map_):
    m, later = serve_course.course(map_, "/u/")["modules"]
    assert m["oefeningen"] == {"gemaakt": 1, "totaal": 2} and m["toets"]["staat"] == "nog niet gemaakt" and m["toets"]["totaal"] == 2
    assert m["les_url"] == "/u/voila/render/proef/les.ipynb" and m["laatste"] == "2025-01-01T10:00:00.000+00:00"
    assert later["beschikbaar"] is False and later["les_url"] is None


def test_progress_of_the_test(tmp_path):
    map_ = proefcursus.schrijf(tmp_path)
    staat = lambda: serve_course.course(map_, "/")["modules"][0]["toets"]  # noqa: E731
    (map_ / "toetsen/proef/antwoorden.jsonl").write_text('{"v":1,"id":"x","t":"2025-02-01T10:00:00Z","item":"een","antwoord":"b"}\nstuk\n{"v":1,"id":"y","t":"z","item":"weg","antwoord":1}\n')
    assert (staat()["staat"], staat()["beantwoord"]) == ("begonnen", 1)
    (map_ / "prive/ingeleverd").mkdir()
    (map_ / "prive/ingeleverd/proef.json").write_text('{"t": "2025-02-02T10:00:00Z", "aantal": 1}')
    assert (staat()["staat"], staat()["ingeleverd_op"]) == ("ingeleverd", "2025-02-02T10:00:00Z")
    (map_ / "toetsen/proef/feedback/2025-02-03").mkdir(parents=True)
    (map_ / "toetsen/proef/feedback/2025-02-03/toets.html").write_text("x")
    assert staat()["staat"] == "feedback" and staat()["feedback_url"] == "/feedback/proef"


@pytest.mark.parametrize(
    "kwitantie, vanaf, tekst",
    [
        (None, None, "Bedoeld voor een half jaar na de eindtoets"),
        ('{"t": "2026-08-31T21:59:59Z"}', "2027-03-01", "Bedoeld vanaf 1 maart 2027"),
        ('{"t": "2026-08-31T23:59:59Z"}', "2027-03-02", "Bedoeld vanaf 2 maart 2027"),  # already September there
        ('{"t": "9999-12-31T00:00:00Z"}', None, "na de eindtoets"),
        ('{"t": 5}', None, "na de eindtoets"),
        ('["t"]', None, "na de eindtoets"),
        ("[" * 200_000, None, "na de eindtoets"),
    ],
)
def test_a_module_for_later_says_when_and_stays_open(tmp_path, kwitantie, vanaf, tekst):
    map_ = proefcursus.schrijf(tmp_path)
    c = json.loads((map_ / "cursus.json").read_text())
    c["modules"][1] |= {"na_dagen": 182, "beschikbaar": True, "les": "proef/les.ipynb"}
    (map_ / "cursus.json").write_text(json.dumps(c))
    if kwitantie:
        (map_ / "prive/ingeleverd").mkdir()
        (map_ / "prive/ingeleverd/proef.json").write_text(kwitantie)
    gewoon, later = (cursus := serve_course.course(map_, "/"))["modules"]
    assert (gewoon["vanaf"], later["vanaf"], later["beschikbaar"]) == (None, vanaf, True)
    html = templates().get_template("tree.html").render(cursus=cursus, pagina="overzicht", basis="/", contacten=[])
    assert tekst in html and html.count("Bedoeld v") == 1 and '<a href="/voila/render/proef/les.ipynb">Latere module</a>' in html


def test_broken_course_is_told(tmp_path):
    with pytest.raises(LeerlijnError, match="cursus.json ontbreekt"):
        serve_course.course(tmp_path, "/")
