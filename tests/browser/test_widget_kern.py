"""The same items through a real kernel: on our own page, and on the page with JupyterLab's front end."""

import json
import shutil

import pytest

from leerlijn import answers

from . import onderdeel_hulp as hulp
from .conftest import Server, wait_until
from .test_widget import SOORTEN, leesbaar, status, vak, vul_in, vul_muis

pytestmark = pytest.mark.browser
LES, TOETS = "/voila/render/proef/les.ipynb", "/voila/render/toetsen/proef/toets.ipynb"


@pytest.fixture(scope="module")
def gebouwd(tmp_path_factory):
    return hulp.cursusmap(tmp_path_factory.mktemp("kern"))


@pytest.fixture(scope="module", params=["slank", "gewoon"])
def kern(request, gebouwd, tmp_path_factory):
    map_ = tmp_path_factory.mktemp(request.param)
    cursus = shutil.copytree(gebouwd, map_ / "leerlijn")
    s = Server(cursus, env={"LEERLIJN_VOORKANT": request.param, "LEERLIJN_UITWISSELING": str(map_ / "uitwisseling")})
    s.cursus, s.soort, s.uitwisseling = cursus, request.param, map_ / "uitwisseling"
    yield s
    s.stop()


@pytest.fixture
def opname(page):
    """Every websocket frame that the page gets."""
    page.ontvangen = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda f: page.ontvangen.append(f if isinstance(f, bytes) else f.encode())))
    return page


def ga(page, kern, pad):
    shutil.rmtree(kern.cursus / "prive", ignore_errors=True)
    open_(page, kern, pad)


def open_(page, kern, pad):
    page.goto(kern.adres + pad)
    page.locator(".ll-onderdeel .ll-item").first.wait_for()


def geheimen(sleutel):
    """Texts that only a key holds."""
    uit = [t for k in sleutel["items"].values() for t in k["uitleg"].values() if len(t) > 15]
    return [t for t in uit if t] + ["oefening-sleutel"]


def geef_vrij(kern):
    """What the teacher does: release the test in an exchange."""
    toets = kern.cursus / "toetsen/proef"
    plek = kern.uitwisseling / json.loads((toets / "cursus.json").read_text())["course"]
    (plek / "inbound").mkdir(parents=True, exist_ok=True)
    (plek / "inbound").chmod(0o2733)
    (plek / "outbound/proef").mkdir(parents=True, exist_ok=True)
    for naam in ("toets.ipynb", "publiek.json", "cursus.json"):
        shutil.copy(toets / naam, plek / "outbound/proef")


def lever_in(page):
    page.get_by_role("button", name="Lever in").click()
    page.get_by_role("button", name="Ja, lever in").click()


def test_a_lesson_of_every_kind(opname, kern):
    ga(opname, kern, LES)
    wait_until(lambda: opname.locator(".ll-onderdeel").count() == 5)
    sleutel = json.loads((kern.cursus / "proef/oefening-sleutel.json").read_text())
    gekregen = b"".join(opname.ontvangen).decode("utf-8", "replace")
    assert [g for g in geheimen(sleutel) if g in gekregen or json.dumps(g)[1:-1] in gekregen] == []
    assert "Wat wil je nu doen" not in gekregen
    for item in SOORTEN:
        vul_muis(opname, item)
    opname.get_by_role("button", name="Ja. Ik vertel je wat ik zag.").click()
    opname.get_by_role("button", name="Samen kijken").click()
    opname.locator(".ll-route").wait_for()
    dossier = opname.locator(".ll-dossier")
    dossier.locator(".ll-fragment").nth(1).click()
    dossier.locator("button[type=submit]").click()
    dossier.locator(".ll-vondst-gemist").wait_for()
    if kern.soort == "slank":
        assert leesbaar(opname) == []
    bewaard = answers.read(kern.cursus / "prive/proef.jsonl").laatste
    assert set(bewaard) == {*SOORTEN, "gesprek-met-bo", "week-van-sam"}
    open_(opname, kern, LES)  # a new kernel
    wait_until(lambda: opname.locator(".ll-klaar").count() == len(SOORTEN) + 1)
    assert opname.locator(".ll-route").count() == 1


@pytest.mark.parametrize("item", ["eerst-overleggen", "stappen-van-overleg", "verslag-lezen", "eigen-plan"])
def test_by_keyboard_on_the_real_page(page, kern, item):
    ga(page, kern, LES)
    vak(page, item).locator("button[type=submit]").wait_for()
    vak(page, item).locator("h3").first.focus()
    vul_in(page, item)
    assert page.evaluate("document.activeElement.type") == "submit"
    assert item in answers.read(kern.cursus / "prive/proef.jsonl").laatste


def test_a_test_never_brings_its_key_and_is_handed_in(opname, kern):
    (kern.cursus / "toetsen/proef/antwoorden.jsonl").unlink(missing_ok=True)
    ga(opname, kern, TOETS)
    opname.get_by_label("Je deelt je twijfel").check()
    status(opname, "toets-overleg").get_by_text("Bewaard").wait_for()
    opname.locator("textarea").fill("Ik begin met wat ik zag 👍 ‏مرحبا")
    lever_in(opname)
    opname.locator(".ll-inleveren").get_by_role("status").get_by_text("Er is nog geen uitwisselmap").wait_for()
    geef_vrij(kern)
    lever_in(opname)
    opname.get_by_label("Zij deed de deur dicht").check()  # the kernel answers while the test is on its way
    status(opname, "toets-feiten").get_by_text("Bewaard").wait_for()
    opname.locator(".ll-kwitantie dl").wait_for()
    assert "2 van de 3 antwoorden: vraag 1 en 3" in opname.locator(".ll-kwitantie").inner_text()
    gekregen = b"".join(opname.ontvangen).decode("utf-8", "replace")
    for geheim in ("Onderzoeken is niet jouw taak", "Twijfel is juist een reden", "Een bedoeling kun je niet zien", "Daarna vraag ik wat mijn collega ziet"):
        assert geheim not in gekregen and geheim not in opname.content()
    open_(opname, kern, TOETS)
    assert opname.get_by_label("Je deelt je twijfel").is_checked() and opname.locator("textarea").input_value() == "Ik begin met wat ik zag 👍 ‏مرحبا"
    assert opname.get_by_role("button", name="Lever opnieuw in").count() == 1


def test_a_second_tab_loses_nothing(page, kern):
    (kern.cursus / "toetsen/proef/antwoorden.jsonl").unlink(missing_ok=True)
    ga(page, kern, TOETS)
    tweede = page.context.new_page()
    open_(tweede, kern, TOETS)
    page.get_by_label("Je deelt je twijfel").check()
    status(page, "toets-overleg").get_by_text("Bewaard").wait_for()
    tweede.get_by_label("Zij deed de deur dicht").check()
    status(tweede, "toets-feiten").get_by_text("Bewaard").wait_for()
    assert set(answers.read(kern.cursus / "toetsen/proef/antwoorden.jsonl").laatste) == {"toets-overleg", "toets-feiten"}


def test_our_page_is_quiet_and_calls_nobody(page, kern):
    ga(page, kern, LES)
    wait_until(lambda: page.locator(".ll-onderdeel").count() == 5)
    assert page.waarnemer.klachten == [] or kern.soort == "gewoon"  # JupyterLab's front end has complaints of its own
    assert all(a.startswith((kern.adres, "data:", "blob:")) for a in page.waarnemer.adressen)
