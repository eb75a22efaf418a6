"""Judging by rubric in a real Chromium: with the keyboard, in the dark, on a phone, and inside formgrader's page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.keten import GOED, MODULE, graded, locked

from .conftest import formgrader_save, open_teacher, wait_until

pytestmark = pytest.mark.browser
SCHERMEN = Path(__file__).parent.parent / "schermen"


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    antwoord = {**GOED, "toets-open": f"Het antwoord van een deelnemer. {GOED['toets-open']}"}
    with graded(tmp_path_factory.mktemp("beoordeel"), dict.fromkeys(("ann", "ben", "cas"), antwoord), tweede_lezer="alle") as k:
        yield k


@pytest.fixture
def binnen(page, adres):
    return open_teacher(page, adres)


def axe(page, deel=None):
    from axe_playwright_python.sync_playwright import Axe

    gevonden = Axe().run(page, context=deel).response["violations"]
    assert [(g["id"], [n["html"][:90] for n in g["nodes"][:2]]) for g in gevonden] == []


def test_one_question_with_the_keyboard_only(keten, binnen):
    page = binnen
    page.goto(f"{page.basis}/leerlijn/beoordeel")
    axe(page)
    page.get_by_role("link", name="Beoordelen").press("Enter")
    paneel = page.locator(".lb-paneel").first
    paneel.wait_for()
    nummer = paneel.get_attribute("data-nummer")
    page.locator("#inhoud .antwoord").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # the second value, 1, as in any group of radio buttons
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    paneel.get_by_text("Bewaard: samen 2 punten.").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.type("Sterk dat je begint met wat je zag.")
    page.keyboard.press("Tab")
    with keten.gradebook() as gb:
        wie = gb.find_submission_notebook_by_id(nummer).student.id
    wait_until(lambda: opmerking(keten, wie) == "Sterk dat je begint met wat je zag.", 60)
    assert keten.punten(wie)["toets-open"] == (None, 2.0, False)
    page.reload()
    page.locator(".lb-paneel").first.get_by_role("button", name="Sterk dat je begint").click()  # used before: one click
    page.locator(".lb-paneel").first.get_by_text("Bewaard. Nog 2 criteria te gaan.").wait_for()
    assert page.locator(".inzending").count() == 2  # what is done is out of sight
    SCHERMEN.mkdir(exist_ok=True)
    page.screenshot(path=SCHERMEN / "beoordeel.png")
    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.screenshot(path=SCHERMEN / "beoordeel-smal.png")
    axe(page)
    assert page.waarnemer.klachten == [] and [a for a in page.waarnemer.adressen if not a.startswith((page.basis, "data:"))] == []


def opmerking(keten, wie):
    with keten.gradebook() as gb:
        return gb.find_comment("toets-open", "toets", MODULE, wie).manual_comment


def nummer_van(keten, wie):
    """The number that formgrader gives to somebody's test."""
    with keten.gradebook() as gb:
        return gb.find_submission_notebook("toets", MODULE, wie).id


def in_formgrader(keten, page, wie):
    page.goto(f"{page.basis}/formgrader/submissions/{nummer_van(keten, wie)}/")
    return page


def formgrader_ready(page):
    """Until it has filled in its fields; before that it would overwrite them, and what stands below still moves."""
    wait_until(lambda: page.evaluate("window.formgrader?.grades?.loaded && window.formgrader?.comments?.loaded"), 60)


def test_second_marker_and_settling(keten, binnen):
    page = binnen
    hier = f"{page.basis}/leerlijn/beoordeel/{MODULE}/toets-open"
    nummer = nummer_van(keten, "ben")
    for rol, keus in (("eerste", -1), ("tweede", 0)):
        page.goto(f"{hier}?rol={rol}&alles=ja")
        paneel = page.locator(f'.lb-paneel[data-nummer="{nummer}"]')
        for groep in paneel.locator("fieldset").all():
            groep.locator("label").nth(keus).click()
        paneel.get_by_text("Bewaard: samen").wait_for()
    page.goto(f"{hier}?rol=besluit")
    axe(page)
    page.get_by_role("button", name="Neem die van de tweede over (0)").click()
    page.get_by_text("Bewaard: samen 0 punten.").wait_for()
    assert keten.punten("ben")["toets-open"][1] == 0.0
    page.goto(f"{hier}?alles=ja")
    page.get_by_text("Hierover is met de tweede lezer besloten: 0 punten.").wait_for()
    page.locator(f'.lb-paneel[data-nummer="{nummer}"] fieldset').first.locator("label").first.click()
    page.get_by_text("Bewaard: samen 2 punten. Het besluit met de tweede lezer blijft tellen: 0 punten.").wait_for()
    assert keten.punten("ben")["toets-open"][1] == 0.0


def test_inside_formgraders_page(keten, binnen):
    page = in_formgrader(keten, binnen, "cas")
    paneel = page.locator(".lb-paneel")
    paneel.wait_for()
    formgrader_ready(page)
    for groep in paneel.locator("fieldset").all():
        groep.locator("label").nth(1).click()
    paneel.get_by_text("Bewaard: samen 2 punten.").wait_for()
    wait_until(lambda: page.locator("input#toets-open").input_value() == "2", 60)  # formgrader's own field follows
    paneel.get_by_role("button", name="Sterk dat je begint").click()
    wait_until(lambda: opmerking(keten, "cas") == "Sterk dat je begint met wat je zag.", 60)
    assert keten.punten("cas")["toets-open"] == (None, 2.0, False)
    axe(page, ".lb-paneel")
    page.reload()
    page.locator(".lb-paneel").wait_for()
    wait_until(lambda: page.locator("input#toets-open").input_value() == "2", 60)  # and does not remember what was before
    formgrader_ready(page)
    page.get_by_role("link", name="Deze vraag bij alle deelnemers").click()
    page.wait_for_url("**/leerlijn/beoordeel/**")


def test_what_formgrader_could_not_save_is_saved_later_by_itself(keten, binnen):
    """The gradebook is busy while a teacher types points and a comment: the page says so, keeps them, and saves them when it can."""
    page = in_formgrader(keten, binnen, "cas")
    balk = page.locator("#ll-storing")
    with locked(keten.grading / "gradebook.db"):
        formgrader_save(page, "input#toets-open", "2.5", "/api/grade/")
        balk.get_by_text("Nog niet bewaard. Het cijferboek is nu even niet te gebruiken").wait_for()
        assert "Wat je invulde staat er nog" in balk.inner_text() and balk.get_attribute("role") == "alert"
        formgrader_save(page, "textarea#toets-open-comment", "Getypt toen het cijferboek bezet was.", "/api/comment/")
        page.screenshot(path=SCHERMEN / "formgrader-bezet.png")
    balk.get_by_text("Alles is bewaard.").wait_for()
    assert keten.punten("cas")["toets-open"] == (None, 2.5, False)
    assert opmerking(keten, "cas") == "Getypt toen het cijferboek bezet was."
    balk.wait_for(state="hidden")


def test_a_list_of_formgrader_that_cannot_be_read_says_so(keten, binnen):
    page = binnen
    page.goto(f"{page.basis}/formgrader/gradebook/{MODULE}")
    page.get_by_role("link", name="toets").first.wait_for()
    with locked(keten.grading / "gradebook.db", "EXCLUSIVE"):
        page.reload()
        page.locator("#ll-storing").get_by_text("Dit lukte niet. Het cijferboek is nu even niet te gebruiken").wait_for()
    page.reload()
    page.get_by_role("link", name="toets").first.wait_for()
