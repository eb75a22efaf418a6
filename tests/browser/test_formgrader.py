"""The teacher's side in a real browser: `leerlijn docent`, formgrader's list, an open answer with its rubric, points and a comment."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.keten import GOED, MODULE, regels, released, teacher_server

from .conftest import formgrader_save

pytestmark = pytest.mark.browser
SCHERMEN = Path(__file__).parent.parent / "schermen"
ANTWOORD = 'Ik vertel wat ik zag.\n\n<img src=x onerror="window.stuk=1"><script>window.stuk=1</script> [klik](javascript:window.stuk=1)\n- en dan **samen**'


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    """A graded hand-in of two students."""
    with released(tmp_path_factory.mktemp("docent")) as k:
        api = k.api()
        k.lever_met_de_hand("sam", regels({**GOED, "toets-feiten": ["deur", "verdriet"], "toets-open": ANTWOORD}))
        k.lever_met_de_hand("noor", regels({"toets-overleg": "delen"}))
        assert (uitkomst := api.collect(MODULE))["success"], uitkomst
        for student in ("sam", "noor"):
            assert (uitkomst := api.autograde(MODULE, student))["success"], uitkomst
        yield k


@pytest.fixture(scope="module")
def adres(keten, tmp_path_factory):
    """Address of formgrader, started the way `make docent` does, from another folder."""
    with pytest.MonkeyPatch.context() as mp:
        mp.chdir(tmp_path_factory.mktemp("elders"))
        with teacher_server(keten) as adres:
            yield adres


def test_grade_an_open_answer(keten, adres, page):
    page.goto(adres)
    page.wait_for_url("**/formgrader/manage_assignments")
    page.get_by_role("link", name=MODULE).first.wait_for()
    basis = "{0.scheme}://{0.netloc}".format(urlsplit(adres))
    page.goto(f"{basis}/formgrader/gradebook/{MODULE}/toets")
    page.get_by_role("link", name=re.compile("Submission")).first.wait_for()
    with keten.gradebook() as gb:
        nummer = gb.find_submission_notebook("toets", MODULE, "sam").id
    page.goto(f"{basis}/formgrader/submissions/{nummer}/")

    artikel = page.locator("article[data-item=toets-open]")
    assert "Ik vertel wat ik zag." in artikel.inner_text() and "**samen**" in artikel.inner_text()
    assert "[klik](javascript:window.stuk=1)" in artikel.inner_text()  # as letters
    assert "Begint met wat er te zien was. (2 punten)" in artikel.inner_text()
    assert page.locator("article a, article img, article script").count() == 0
    assert page.evaluate("window.stuk") is None
    feiten = page.locator("article[data-item=toets-feiten]")
    assert "Zij had verdriet om haar moeder. (aangevinkt: hoort er niet bij)" in feiten.inner_text()
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert not page.get_by_text("toon.punten").first.is_visible()

    formgrader_save(page, "input#toets-open", "3", "/api/grade/")
    formgrader_save(page, "textarea#toets-open-comment", "Sterk dat je begint met wat je zag.", "/api/comment/")
    page.wait_for_function("() => ![...document.querySelectorAll('.score-saved, .comment-saved')].some((e) => e.offsetParent)")  # the tick of saving fades away
    SCHERMEN.mkdir(exist_ok=True)
    page.screenshot(path=SCHERMEN / "formgrader.png", full_page=True)

    with keten.gradebook() as gb:
        cijfer = gb.find_grade("toets-open", "toets", MODULE, "sam")
        assert (cijfer.manual_score, cijfer.needs_manual_grade) == (3.0, False)
        assert gb.find_comment("toets-open", "toets", MODULE, "sam").manual_comment == "Sterk dat je begint met wat je zag."
    buiten = [u for u in page.waarnemer.adressen if not u.startswith((basis, "data:"))]
    assert buiten == []  # nothing is asked of any other machine


def test_formgraders_keys_work(keten, adres, page):
    """Tab to the next field, Escape and Enter, Control-. to the next hand-in, Control-Shift-F for a flag: as its help says."""
    basis = "{0.scheme}://{0.netloc}".format(urlsplit(adres))
    page.goto(adres)
    with keten.gradebook() as gb:
        nummers = [gb.find_submission_notebook("toets", MODULE, s).id for s in ("sam", "noor")]
    page.waarnemer.klachten.clear()
    page.goto(f"{basis}/formgrader/submissions/{nummers[0]}/?index=0")
    klaar = "() => window.formgrader?.loaded && window.formgrader.grades.loaded && window.formgrader.comments.loaded"
    nu = "() => [...document.querySelectorAll('.tabbable')].indexOf(document.activeElement)"
    page.wait_for_function(klaar)
    page.wait_for_function(f"({nu})() === 0")  # it goes to the first field by itself
    page.keyboard.press("Tab")
    page.wait_for_function(f"({nu})() === 1")
    page.keyboard.press("Escape")
    page.wait_for_function(f"({nu})() === -1")
    page.keyboard.press("Enter")
    page.wait_for_function(f"({nu})() === 1")
    page.keyboard.press("Shift+Tab")
    page.wait_for_function(f"({nu})() === 0")
    page.keyboard.press("Control+Shift+F")
    page.get_by_text("Submission flagged").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+." if page.url.find(nummers[0]) > 0 and page.get_by_text("Submission 1 / 2").count() else "Control+,")
    page.wait_for_url(f"**/{nummers[1]}/**")
    page.wait_for_function(klaar)
    assert [k for k in page.waarnemer.klachten if "404" not in k] == []
    assert [u for u in page.waarnemer.adressen if not u.startswith((basis, "data:"))] == []


def test_formgrader_shows_and_keeps_the_end_of_the_day(keten, adres, page):
    """Its field for the date holds the deadline of the policy: what it can't hold it would show as nothing, and save as nothing."""
    keten.beleid(inleveren_tot={MODULE: "2030-06-30"})
    try:
        assert (uitkomst := keten.api().autograde(MODULE, "noor", force=True))["success"], uitkomst
        page.goto(adres)
        rij = page.locator("tr", has=page.get_by_role("link", name=MODULE, exact=True)).first
        rij.locator("td.edit a").click()
        veld = page.locator("input.modal-duedate")
        veld.wait_for()
        assert veld.input_value() == "2030-06-30T21:59:59"  # UTC
        page.get_by_role("button", name="Save").click()
        veld.wait_for(state="detached")
        with keten.gradebook() as gb:
            assert gb.find_assignment(MODULE).duedate == datetime(2030, 6, 30, 21, 59, 59)
    finally:
        keten.beleid()


def test_unanswered_needs_no_grading(keten, adres, page):
    basis = "{0.scheme}://{0.netloc}".format(urlsplit(adres))
    page.goto(adres)
    with keten.gradebook() as gb:
        inzending = gb.find_submission_notebook("toets", MODULE, "noor")
        assert not inzending.needs_manual_grade
    page.goto(f"{basis}/formgrader/submissions/{inzending.id}/")
    assert "Niet beantwoord." in page.locator("article[data-item=toets-open]").inner_text()
    assert "niet beantwoord" in page.locator("article[data-item=toets-feiten] .ll-score").inner_text()


def test_whole_road_by_clicking(keten, adres, page):
    """Collect, grade, make and release feedback with formgrader's own buttons: the same configuration as on the command line."""
    keten.lever_met_de_hand("ilse", regels({**GOED, "toets-feiten": ["deur"]}))
    basis = "{0.scheme}://{0.netloc}".format(urlsplit(adres))
    page.goto(adres)
    rij = page.locator("tr", has=page.get_by_role("link", name=MODULE, exact=True)).first
    rij.locator("td.collect a").click()
    page.locator("#success-modal").wait_for()
    page.goto(f"{basis}/formgrader/manage_submissions/{MODULE}")
    for knop in ("autograde", "generate-feedback", "release-feedback"):
        rij = page.locator("tr", has=page.get_by_text("ilse", exact=True)).first
        rij.locator(f"td.{knop} a").click()
        venster = page.locator("#success-modal, #error-modal")
        venster.wait_for()
        assert venster.get_attribute("id") == "success-modal", venster.inner_text()
        venster.get_by_role("button", name="OK").or_(venster.locator("button.close")).first.click()
        venster.wait_for(state="detached")
    assert keten.punten("ilse") == {"toets-overleg": (2.0, None, False), "toets-feiten": (1.0, None, False), "toets-open": (None, None, True)}
    assert len(list((keten.uit / keten.course / "feedback").glob("*.html"))) == 1
    assert [u for u in page.waarnemer.adressen if not u.startswith((basis, "data:"))] == []


def test_without_token_nothing(adres, page):
    basis = "{0.scheme}://{0.netloc}".format(urlsplit(adres))
    assert page.goto(f"{basis}/formgrader/gradebook").status in (403, 200) and "/login" in page.url


def test_feedback_page(keten, page):
    """The page that learners get: Dutch, in one piece, printable, nothing asked of anyone."""
    api = keten.api()
    with pytest.MonkeyPatch.context() as mp:
        mp.setenv("LEERLIJN_ZELFDE_ACCOUNT", "1")
        assert (uitkomst := api.generate_feedback(MODULE, "sam", force=True))["success"], uitkomst
    pad = keten.grading / "feedback" / "sam" / MODULE / "toets.html"
    page.goto(pad.as_uri())
    assert page.title() == "Terugkoppeling: Toets: een proefmodule"
    assert "Je hebt 5 van de 8 punten" in page.locator("header").inner_text()
    assert "Sterk dat je begint met wat je zag." in page.locator("section[data-item=toets-open]").inner_text()
    assert page.evaluate("window.stuk") is None and page.waarnemer.klachten == []
    assert page.waarnemer.adressen == [pad.as_uri()]
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.screenshot(path=SCHERMEN / "terugkoppeling-smal.png", full_page=True)
    page.set_viewport_size({"width": 1100, "height": 800})
    page.screenshot(path=SCHERMEN / "terugkoppeling.png", full_page=True)
    axe(page)


def axe(page):
    from axe_playwright_python.sync_playwright import Axe

    gevonden = Axe().run(page).response["violations"]
    assert [(g["id"], [n["html"][:90] for n in g["nodes"][:2]]) for g in gevonden] == []
