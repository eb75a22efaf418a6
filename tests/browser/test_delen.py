"""A learner looks at what would be shared, shares, takes it back: by keyboard, in a real browser, on the real server. Accessible in every state."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leerlijn import answers, casus, deel, report_gedeeld
from tests.conftest import VOORBEELD
from tests.keten import MODULE, Keten

from .conftest import Server

SCHERMEN = VOORBEELD.parent / "schermen"
CASUS = "gesprek-met-bo"


@pytest.fixture
def keten(tmp_path, monkeypatch):
    """A learner who practised and walked a case, and an exchange with room for hand-ins."""
    k = Keten(tmp_path)
    monkeypatch.setenv("LEERLIJN_UITWISSELING", str(k.uit))
    prive = k.course_dir / "prive" / f"{MODULE}.jsonl"
    answers.append(prive, "eerst-overleggen", "wachten", extra={"zekerheid": 3})
    gesprek = json.loads((k.course_dir / MODULE / "oefening-sleutel.json").read_text("utf-8"))["casussen"][CASUS]
    answers.append(prive, CASUS, [list(s) for s in casus.beste_pad(gesprek)[1]])
    k.inbox = k.uit / k.course / "inbound"
    k.inbox.mkdir(parents=True)
    return k


@pytest.fixture
def site(keten):
    s = Server(keten.course_dir, env=keten.env)
    yield s.adres
    s.stop()


def look(page, naam):
    """axe finds nothing in light or dark, nothing sticks out of a narrow screen, and there is a picture to look at."""
    SCHERMEN.mkdir(exist_ok=True)
    for thema, breed in (("light", 1100), ("dark", 320)):
        page.emulate_media(color_scheme=thema)
        page.set_viewport_size({"width": breed, "height": 800})
        uitslag = Axe().run(page)
        assert uitslag.violations_count == 0, uitslag.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=SCHERMEN / f"delen-{naam}-{thema}.png", full_page=True)


def test_see_share_take_back(page, site, keten):
    page.goto(site)
    page.get_by_role("link", name="Wat deel ik met mijn docent?").click()
    kop = page.get_by_role("heading", level=1)
    expect(kop).to_have_text("Wat deel ik met mijn docent?")
    expect(page.locator(".intro")).to_contain_text("Op dit moment: niets")
    expect(page.get_by_role("row", name="0 van 1")).to_be_visible()
    vink = page.get_by_label("Deel ook mijn weg door de gesprekken in de casussen")
    expect(vink).not_to_be_checked()
    assert page.waarnemer.klachten == []  # before the camera, which sets a style that the page's policy refuses
    look(page, "niets")

    knop = page.get_by_role("button", name="Deel dit met mijn docent")
    knop.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Gelukt. Je deelt nu")
    (bestand,) = keten.inbox.iterdir()
    assert json.loads(bestand.read_bytes())["paden"] == {} and report_gedeeld.load(keten.root, MODULE).aantal == 1
    look(page, "deelt")
    page.reload()
    expect(page.get_by_role("heading", name="Dit deel je nu")).to_be_visible()

    page.get_by_label("Deel ook mijn weg").focus()  # and more, by a choice of its own
    page.keyboard.press("Space")
    page.get_by_role("button", name="Verander wat ik deel").press("Enter")
    expect(page.get_by_text("Je deelt ook je weg door deze gesprekken")).to_be_visible()
    assert list(json.loads(bestand.read_bytes())["paden"]) == [CASUS]
    page.locator(".deelt summary").first.click()
    assert page.locator(".deelt ol li").count() == len(json.loads(bestand.read_bytes())["paden"][CASUS])

    answers.append(keten.course_dir / "prive" / f"{MODULE}.jsonl", "feit-of-duiding", ["laat", "stil"], extra={"zekerheid": 1})
    page.reload()
    expect(page.get_by_role("heading", name="Je hebt sindsdien meer geoefend")).to_be_visible()
    look(page, "meer")
    page.goto(site)
    expect(page.get_by_text("Je deelt een samenvatting van je oefening.")).to_be_visible()

    weg = keten.inbox.rename(keten.inbox.with_name("weg"))  # a disk that is away for a while
    page.get_by_role("link", name="Wat deel ik met mijn docent?").click()
    expect(page.locator(".intro")).to_contain_text("Wat je deelt, is nu niet te zien")
    look(page, "weg")
    weg.rename(keten.inbox)
    page.reload()
    page.get_by_role("button", name="Stop met delen").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Je deelt nu niets")
    assert list(keten.inbox.iterdir()) == [] and deel.shared(keten.course_dir) == ([], None)
    look(page, "gestopt")
    page.go_back()  # the page of before is asked for again, not kept
    page.reload()
    expect(page.locator(".intro")).to_contain_text("niets")
    assert not [a for a in page.waarnemer.adressen if not a.startswith((site, "data:"))]


def test_no_place_yet_and_nothing_yet(page, site, keten):
    keten.inbox.rmdir()
    page.goto(f"{site}/delen")
    page.get_by_role("button", name="Deel dit met mijn docent").click()
    expect(page.get_by_role("alert")).to_contain_text("je docent heeft nog geen toets vrijgegeven")
    look(page, "geen-plek")
    (keten.course_dir / "prive" / f"{MODULE}.jsonl").unlink()
    page.goto(f"{site}/delen")
    expect(page.get_by_role("heading", name="Er is nog niets om te delen")).to_be_visible()
    look(page, "leeg")
