"""A long test is shown in parts: where you are, where you can stop, and where you go on."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from . import onderdeel_hulp as hulp
from .test_widget import blad, cursus, gebouwd  # noqa: F401  (fixtures)

pytestmark = pytest.mark.browser
MAAT = {"viewport": {"width": 1200, "height": 900}}, {"viewport": {"width": 360, "height": 740}}


def lang(cursusmap, aantal):
    """The test of the tiny course with its questions over and over, each with an id of its own."""
    pad = cursusmap / "toetsen/proef/publiek.json"
    publiek = json.loads(pad.read_text(encoding="utf-8"))
    basis = publiek["items"]
    publiek["items"] = [{**basis[n % len(basis)], "id": f"vraag-{n + 1}"} for n in range(aantal)]
    pad.write_text(json.dumps(publiek), encoding="utf-8")
    return hulp.toets(cursusmap)


@pytest.mark.parametrize("blad", MAAT, ids=["breed", "telefoon"], indirect=True)
def test_forty_five_questions_are_five_parts_of_nine(blad, cursus):  # noqa: F811
    hulp.open_page(blad, lang(cursus, 45))
    delen = blad.locator(".ll-toetsdeel")
    assert delen.locator(":scope > h3").all_inner_texts() == [f"Deel {n} van 5" for n in range(1, 6)]
    assert [delen.nth(n).locator(".ll-item").count() for n in range(5)] == [9] * 5
    assert blad.locator(".ll-deelnaam").all_inner_texts()[1] == "Deel 2: vraag 10 tot en met 18"
    assert blad.locator(".ll-item > h3").count() == 1 and blad.locator(".ll-item > h4").count() == 45  # only handing in is a part of its own
    assert Axe().run(blad).response["violations"] == []
    assert blad.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_part_counts_and_the_page_says_where_to_go_on(blad, cursus):  # noqa: F811
    hulp.open_page(blad, lang(cursus, 24))
    assert blad.locator(".ll-verder a").count() == 0
    eerste = blad.locator('.ll-item:has([type="radio"])').first
    nr = int(eerste.get_attribute("data-item").removeprefix("vraag-"))
    eerste.get_by_role("radio").first.check()
    deel = blad.locator(".ll-toetsdeel").nth((nr - 1) // 8)
    deel.get_by_text("1 van 8 beantwoord in dit deel.").wait_for()
    verder = blad.get_by_role("link", name="Ga verder bij vraag")
    open_vraag = 2 if nr == 1 else 1
    assert verder.inner_text() == f"Ga verder bij vraag {open_vraag}"
    verder.click()
    assert f"Vraag {open_vraag} van 24" in blad.evaluate("document.activeElement.innerText")
    deel.get_by_role("link", name="Deel").click()
    assert blad.evaluate("document.activeElement.innerText") == f"Deel {(nr - 1) // 8 + 2} van 3"
    blad.get_by_role("link", name="Naar het overzicht").first.click()
    assert blad.evaluate("document.activeElement.innerText") == "Overzicht"


def test_an_ordinary_test_has_no_parts(blad, cursus):  # noqa: F811
    hulp.open_page(blad, lang(cursus, 20))
    assert blad.locator(".ll-toetsdeel").count() == 0 and blad.locator(".ll-overzicht").count() == 1
    assert blad.locator(".ll-item > h3").count() == 21
