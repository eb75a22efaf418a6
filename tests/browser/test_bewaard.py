"""What a learner's browser holds after a lesson, a test and a vote: each cookie and key is named in docs/privacy.md."""

from leerlijn import content, paneluitgave
from tests.conftest import ROOT, VOORBEELD
from tests.privacytabel import stored, unnamed

from .conftest import Server
from tests.keten import Keten


def test_cookies_and_storage_are_named(page, tmp_path):
    k = Keten(tmp_path)
    s = Server(k.course_dir)
    try:
        for pad in ("", "/privacy", "/voila/render/proef/les.ipynb", "/voila/render/toetsen/proef/toets.ipynb"):
            page.goto(s.adres + pad, wait_until="load")
            if "render" in pad:
                page.wait_for_selector("html[data-klaar]")
                page.mouse.wheel(0, 500)
                page.wait_for_function("() => localStorage.length > 0")
        page.locator('[data-item="toets-open"] textarea').fill("Een tekst die nog nergens staat.")
        page.wait_for_function("() => sessionStorage.length > 0")
        gezien = stored(page)
    finally:
        s.stop()
    assert {g.split(" ")[0] for g in gezien} == {"cookie", "localStorage", "sessionStorage"}
    assert unnamed(gezien) == [], "zet dit in de tabel van docs/privacy.md"


def test_a_panel_page_too(page, tmp_path):
    inhoud, _ = content.read(VOORBEELD)
    (pad, *_) = paneluitgave.write(inhoud, tmp_path)
    page.goto(pad.as_uri())
    page.get_by_role("radio").first.check()
    page.wait_for_function("() => localStorage.length > 0")
    assert (gezien := stored(page)) and unnamed(gezien) == []
