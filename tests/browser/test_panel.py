"""A panel member votes on a page from a file, without a server; the file that comes out is merged; the learner reads how experts differed."""

import json
import os
import shutil
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe

from leerlijn import build, content, panel, paneluitgave, stemmen

from . import onderdeel_hulp as hulp

pytestmark = pytest.mark.browser
OORDEEL, VLAGGEN = "wat-past", "samen-naar-de-film"


@pytest.fixture
def bron(tmp_path):
    return shutil.copytree(hulp.VOORBEELD, tmp_path / "bron")


@pytest.fixture
def pagina(bron, tmp_path):
    return paneluitgave.write(content.load(bron), tmp_path / "panel")[0]


def kies(page, item, keuzes):
    vak = page.locator(f'[data-item="{item}"]')
    for n, waarde in enumerate(keuzes):
        vak.locator("fieldset.ll-groep").nth(n).locator(f'input[value="{waarde}"]').check()
    vak.get_by_role("status").get_by_text("Bewaard").wait_for()


def test_vote_save_merge_and_learn(page, pagina, bron, tmp_path):
    page.goto(pagina.as_uri())
    assert "goed" not in json.loads(page.locator("#gegevens").text_content())["items"][0]
    kies(page, VLAGGEN, ["groen"] * 6 + ["geel"])
    page.get_by_text("gestemd. Nog open").wait_for()
    page.reload()  # what was chosen is still there
    assert page.locator(f'[data-item="{VLAGGEN}"] input:checked').count() == 7
    kies(page, OORDEEL, [5, 1, 4])
    page.get_by_text("over alle 2 vragen gestemd").wait_for()
    with page.expect_download() as komt:
        page.get_by_role("button", name="Sla mijn stemmen op").click()
    bestand = tmp_path / komt.value.suggested_filename
    komt.value.save_as(bestand)
    page.get_by_text("Stuur dat bestand naar").wait_for()
    assert page.waarnemer.klachten == [] and all(a.startswith(("file:", "data:", "blob:")) for a in page.waarnemer.adressen)
    inhoud = content.load(bron)
    bundel = stemmen.read([bestand], inhoud)
    assert bundel.gemeld == []
    stemmen.write(bron, stemmen.merge(inhoud, bundel, date(2026, 11, 2)))
    assert content.load(bron).panel[VLAGGEN].stemmen["vlag"] == [0, 1, 0, 0]
    # and now as a learner
    map_ = tmp_path / "leerlijn"
    build.install(build.build(bron), map_)
    hulp.open_page(page, hulp.oefening(map_, OORDEEL, VLAGGEN))
    for item, keuzes in ((OORDEEL, [5, 2, 4]), (VLAGGEN, ["groen"] * 7)):
        vak = page.locator(f'[data-item="{item}"]')
        for n, waarde in enumerate(keuzes):
            vak.locator("fieldset.ll-groep").nth(n).locator(f'input[value="{waarde}"]').check()
        vak.get_by_role("button", name="Controleer").click()
        vak.get_by_text("Sleutel van een panel van 1 vakmensen").wait_for()
        assert vak.locator(".ll-panel svg").count() == len(keuzes) and vak.get_by_text("Anders dan alle vakmensen").count() == 1
    assert Axe().run(page).response["violations"] == []
    if os.environ.get("LEERLIJN_SCHERMEN"):
        page.screenshot(path=f"{os.environ['LEERLIJN_SCHERMEN']}/panel-feedback.png", full_page=True)


@pytest.mark.parametrize("kleur", ["light", "dark"])
@pytest.mark.parametrize("breed", [320, 1200])
def test_the_page_is_accessible(page, pagina, kleur, breed):
    page.emulate_media(color_scheme=kleur)
    page.set_viewport_size({"width": breed, "height": 800})
    page.goto(pagina.as_uri())
    page.get_by_role("button", name="Sla mijn stemmen op").wait_for()
    uit = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}).response["violations"]
    assert uit == [], [(v["id"], [n["html"][:80] for n in v["nodes"]]) for v in uit]
    assert page.evaluate("document.documentElement.scrollWidth") <= breed


def test_no_key_and_no_explanation_stands_in_the_page(bron, pagina):
    tekst = pagina.read_text()
    for item in panel.votable(content.load(bron).items["proef"]):
        delen = item.acties if item.soort == "oordeel" else [getattr(item.criteria, c) for c in panel.parts(item) if c != "vlag"] + [item.vlag]
        assert not any(d.uitleg in tekst for d in delen)
    assert '"oordeel": ' not in tekst and "Zo kijk je samen" not in tekst
