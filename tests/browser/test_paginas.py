"""The pages that need no kernel, and what pagina.js adds to a lesson: looks, keyboard, search, paper. In a real Chromium on the real server."""

import io
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pypdf import PdfReader

from leerlijn import answers, artikel, build, search
from tests.browser.conftest import LES, Server
from tests.conftest import ROOT, VOORBEELD

PAGINAS = {
    "overzicht": "/",
    "begrippen": "/begrippen",
    "bronnen": "/bronnen",
    "veranderd": "/veranderd",
    "hulp": "/hulp",
    "zoeken": "/zoeken?q=overleg",
    "privacy": "/privacy",
    "toegankelijkheid": "/toegankelijkheid",
    "feedback": "/feedback/proef",
    "handout": "/handout/proef",
    "fout": "/bestaat-niet",
    "les": LES,
}
SCHERMEN = VOORBEELD.parent / "schermen"


@pytest.fixture(scope="module")
def cursus(tmp_path_factory):
    """The tiny course as built, halfway: some exercises done, the test graded, a second module that is still to come."""
    map_ = tmp_path_factory.mktemp("paginas")
    c = build.build(VOORBEELD, map_ / "leerlijn", map_ / "grading")
    inhoud = json.loads((c / "cursus.json").read_text("utf-8"))
    komt = {"id": "later", "titel": "Wat nog komt", "kort": "Een module die nog niet klaar is.", "studielast": 90, "beschikbaar": False, "les": None, "toets": None}
    inhoud["modules"].append(komt)
    inhoud["contacten"].append({**inhoud["contacten"][0], "id": "nakijken", "organisatie": "Hulplijn", "controleren": True, "voor_deelnemer": False, "web": "voorbeeld.example"})
    inhoud["contacten"].append({**inhoud["contacten"][0], "id": "nacht", "waarvoor": "Iemand die luistert [P-17]", "contact": "113 (gratis [M-42]) of 0800-0113; chat via 113.nl", "telefoon": "113", "web": "113.nl"})
    inhoud["begrippen"].append({"id": "signaal", "begrip": "Signaal", "ook": [], "omschrijving": "Eén van de signalen die opvallen. Alleen bewijst het niets.", "feiten": []})
    (c / "cursus.json").write_text(json.dumps(inhoud), encoding="utf-8")
    search.write_index(c)
    for item in inhoud["modules"][0]["oefeningen"][:3]:
        answers.append(c / "prive" / "proef.jsonl", item, "x")
    sleutel = json.loads((map_ / "grading/sleutels/proef.json").read_text("utf-8"))
    secties = []
    for nr, id_ in enumerate(sleutel["volgorde"], 1):
        deel = artikel.bouw(sleutel["items"][id_], sleutel["publiek"][id_], None, sleutel["feiten"], nummer=nr, gekregen=0, punten=2)
        secties.append(f'<section class="ll-item" data-item="{id_}" data-punten="0" data-max="2">{deel}<div class="ll-opmerking"><p>Goed gezien.</p></div></section>')
    pagina = c / "toetsen/proef/feedback/2026-11-20 14:05:00.000000 UTC/toets.html"
    pagina.parent.mkdir(parents=True)
    pagina.write_text(f'<header class="ll-kop" data-punten="4.5" data-max="6"></header>{"".join(secties)}', encoding="utf-8")
    return c


@pytest.fixture(scope="module")
def site(cursus):
    s = Server(cursus)
    yield s.adres
    s.stop()


def open_page(page, adres):
    page.goto(adres, wait_until="load")
    if "/voila/" in adres:
        page.wait_for_selector("html[data-klaar]")
    if "/zoeken?q" in adres:
        page.wait_for_selector("#treffers li")


@pytest.mark.parametrize("naam", PAGINAS)
def test_accessible_light_and_dark(page, site, naam):
    """axe with its best practices; no complaint in the console, nothing asked from elsewhere."""
    for thema in ("light", "dark"):
        page.emulate_media(color_scheme=thema)
        open_page(page, site + PAGINAS[naam])
        if naam in ("les", "begrippen"):
            page.locator(".feitverwijzing").first.click()
        eigen = [k for k in page.waarnemer.klachten if not (naam == "fout" and "404" in k)]
        assert not eigen
        uitslag = Axe().run(page)
        assert uitslag.violations_count == 0, uitslag.generate_report()
        SCHERMEN.mkdir(exist_ok=True)
        page.screenshot(path=SCHERMEN / f"{naam}-{thema}.png", full_page=True)
        page.waarnemer.klachten.clear()  # the camera sets an inline style of its own, which the page's policy refuses
    assert not [a for a in page.waarnemer.adressen if not a.startswith((site, "data:"))]


@pytest.mark.parametrize("naam", PAGINAS)
@pytest.mark.parametrize("maat", [(320, 640), (320, 256), (360, 800)], ids=["320", "zoom-400", "telefoon"])
def test_fits_a_narrow_screen(page, site, naam, maat):
    """320 x 256 is what 400 % zoom leaves of 1280 x 1024."""
    page.set_viewport_size({"width": maat[0], "height": maat[1]})
    open_page(page, site + PAGINAS[naam])
    if naam == "les":
        page.locator(".feitverwijzing").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Nothing sticks out of the window either, except inside a box that scrolls by itself.
    uit = page.evaluate(
        "[...document.querySelectorAll('main *, header *, aside *')].filter(e => !e.closest('.beeld, .tabel, .vis-weg, .skip, .ll-verborgen')"
        " && e.getBoundingClientRect().width > 1 && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 90))"
    )
    assert not uit


def test_a_diagram_that_does_not_fit_is_there_in_words_too(page, site):
    page.set_viewport_size({"width": 360, "height": 800})
    open_page(page, site + PAGINAS["les"])
    woorden = page.locator(".beeld[data-schuift] + .beeld-tekst").first
    woorden.locator("summary").click()
    desc = page.locator(".beeld desc").first.text_content().strip()
    assert desc and woorden.locator("p").inner_text() == desc
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".beeld-tekst").first).to_be_hidden()


def test_wider_text_spacing_loses_nothing(page, site):
    """WCAG 1.4.12. The sheet comes through the browser's own door: the page's policy allows no inline style."""
    open_page(page, site + "/")
    page.evaluate(
        "() => { const s = new CSSStyleSheet(); s.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
        " p { margin-bottom: 2em !important }'); document.adoptedStyleSheets = [s]; }"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("[...document.querySelectorAll('a, p, h1, h2, h3, dd')].every(e => e.closest('.vis-weg') || e.scrollWidth <= e.clientWidth + 1 || getComputedStyle(e).display === 'inline')")


def test_course_page_tells_how_far_you_are(page, site):
    open_page(page, site + "/")
    een = page.locator(".module").first
    balk = een.locator("progress").first
    assert (balk.get_attribute("value"), balk.get_attribute("max")) == ("3", "9")
    assert "3 van 9 gemaakt" in een.inner_text() and "feedback klaar" in een.inner_text()
    assert een.get_by_role("progressbar", name="Oefeningen").count() == 1
    later = page.locator(".module").nth(1)
    assert "Volgt" in later.inner_text() and later.locator("a").count() == 0
    assert page.get_by_role("heading", level=1).count() == 1
    page.get_by_text("Wat bewaart deze cursus?").click()
    assert page.get_by_text("Je docent krijgt ze niet").is_visible()


def test_help_page_gives_every_number_whole(page, site):
    """The page once showed 0800-0 for 0800-0113: numbers were taken out of the words by letters."""
    open_page(page, site + "/hulp")
    kaart = page.locator("main li#nacht")
    assert "113 (gratis) of 0800-0113; chat via 113.nl" in kaart.inner_text()
    assert kaart.get_by_role("link", name="0800-0113").get_attribute("href") == "tel:08000113"
    assert "luistert\n" in kaart.inner_text() and not re.search(r"\[[A-Z]-", page.locator("main").inner_text())


def test_quick_exit_leaves_an_empty_page(page, site):
    open_page(page, site + "/hulp")
    page.get_by_role("link", name="Sluit deze pagina").click()
    page.wait_for_url("**/leeg")
    assert page.inner_text("body").strip() == ""


@pytest.mark.parametrize("klasse", ["feitverwijzing", "begrip"])
def test_explanation_by_keyboard(page, site, klasse):
    """Opens with Enter, takes the focus, closes with Escape or its button, gives the focus back."""
    open_page(page, site + LES)
    knop = page.locator(f"main .tekst .{klasse}").first
    knop.focus()
    page.keyboard.press("Enter")
    vak = page.get_by_role("dialog")
    assert vak.count() == 1 and knop.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.id") == "uitlegvak"
    page.keyboard.press("Escape")
    assert vak.count() == 0 and knop.get_attribute("aria-expanded") == "false"
    assert knop.evaluate("e => e === document.activeElement")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.textContent") != "Sluit uitleg":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert vak.count() == 0 and knop.evaluate("e => e === document.activeElement")


def test_one_explanation_at_a_time_and_it_says_what_is_known(page, site):
    open_page(page, site + LES)
    page.locator("main .tekst .begrip").first.click()
    page.locator("main .tekst .feitverwijzing").first.click()
    vak = page.get_by_role("dialog")
    assert vak.count() == 1
    tekst = vak.inner_text()
    assert "H-01" in tekst and "Zekerheid: " in tekst and re.search(r"\(20\d\d\)", tekst)
    assert vak.get_by_role("link").first.get_attribute("rel") == "noreferrer noopener"
    assert "de controledatum is voorbij" not in tekst


def test_a_fact_past_its_check_date_is_marked_on_a_page_built_before(page, cursus, site):
    """The server runs on, nothing is built: the date alone makes the difference."""
    pad = cursus / "feiten.json"
    oud = pad.read_text("utf-8")
    try:
        pad.write_text(json.dumps({i: {**f, "controleer_voor": "2026-01-01"} for i, f in json.loads(oud).items()}), "utf-8")
        open_page(page, site + LES)
        page.locator("main .tekst .feitverwijzing").first.click()
        assert "de controledatum is voorbij: kijk of dit nog klopt" in page.get_by_role("dialog").inner_text()
        open_page(page, site + "/bronnen")
        assert "is de controledatum voorbij" in page.locator("main").inner_text()
    finally:
        pad.write_text(oud, "utf-8")


def _zoek(page, vraag):
    page.get_by_role("searchbox").fill(vraag)
    page.wait_for_function("v => document.getElementById('zoekstand').textContent.includes(v)", arg=vraag)
    return page.locator("#zoekstand").inner_text(), page.locator(".treffers a").all_inner_texts()


def test_search_finds_other_forms_and_mends_typing(page, site):
    open_page(page, site + "/zoeken")
    stand, titels = _zoek(page, "signalen")
    assert titels[0] == "Signaal" and "resulta" in stand
    assert "signalen" in page.locator("mark").all_inner_texts()
    assert _zoek(page, "signaal")[1][0] == "Signaal"
    stand, titels = _zoek(page, "sinjaal")
    assert titels[0] == "Signaal" and "komt zo niet voor" in stand
    assert _zoek(page, "signaaltjes")[1][0] == "Signaal"
    stand, titels = _zoek(page, "xyzzy")
    assert not titels and stand.startswith("Niets gevonden")
    assert not [a for a in page.waarnemer.adressen if "xyzzy" in a]


def test_search_by_keyboard_from_the_course_page(page, site):
    open_page(page, site + "/")
    page.get_by_role("searchbox").fill("aandachtsfunctionaris")
    page.keyboard.press("Enter")
    page.wait_for_selector(".treffers a")
    eerste = page.locator(".treffers a").filter(has_text="Aandachtsfunctionaris").first
    eerste.click()
    page.wait_for_url("**/begrippen#aandachtsfunctionaris")
    assert page.locator("#aandachtsfunctionaris").evaluate("e => e.matches(':target')")


def test_search_does_not_read_text_as_html(page, site):
    open_page(page, site + "/zoeken?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%20overleg")
    assert page.locator("main img").count() == 0
    assert page.get_by_role("searchbox").input_value().startswith("<img")


def test_a_lesson_on_paper(page, site):
    """No navigation, no dark ground, the sources at the end."""
    page.emulate_media(media="print", color_scheme="dark")
    open_page(page, site + LES)
    for weg in (".hoofdmenu", ".sluit", ".secties", ".verder", ".kruimels"):
        assert not page.locator(weg).is_visible(), weg
    assert page.locator(".hulpkaart").is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    lijst = page.locator(".bronnenlijst")
    assert "H-01" in lijst.inner_text() and lijst.is_visible()
    assert page.pdf(prefer_css_page_size=True)[:4] == b"%PDF"


def test_every_handout_prints_on_one_page(page, tmp_path):
    """From the browser too, with only the handout itself on the paper."""
    c = build.build(ROOT, tmp_path / "leerlijn", tmp_path / "grading")
    modules = [m for m in json.loads((c / "cursus.json").read_text("utf-8"))["modules"] if m["handout"]]
    assert len(modules) >= 7
    s = Server(c)
    try:
        for m in modules:
            open_page(page, f"{s.adres}/handout/{m['id']}")
            assert page.locator("button[data-print]").is_visible()
            pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
            tekst = pdf.pages[0].extract_text()
            assert len(pdf.pages) == 1 and "112" in tekst and "Raakt dit je?" not in tekst, m["id"]
    finally:
        s.stop()


def test_forced_colours_keep_shapes(page, site):
    page.emulate_media(forced_colors="active")
    open_page(page, site + "/")
    assert page.locator(".nl-data-badge").first.evaluate("e => parseFloat(getComputedStyle(e).borderTopWidth)") >= 1
    assert page.locator(".nl-data-badge svg").first.is_visible()
