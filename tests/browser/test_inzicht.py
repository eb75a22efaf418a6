"""The report and the dashboard in a real Chromium, on a simulated group: opens without a server, asks nobody anything, no axe violation."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from leerlijn import docent, lab, report, report_html
from tests.groep import ROOT, Groep, project

from .conftest import wait_until

pytestmark = pytest.mark.browser
SCHERMEN = ROOT / "tests" / "schermen"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A project with two tests of a simulated group that also shared its practice."""
    root = project(tmp_path_factory.mktemp("inzicht") / "project")
    groep = Groep(root, 60)
    groep.toets("herkennen")
    groep.toets("vlaggensysteem")
    groep.deel("herkennen")
    for naam in ("inzicht.ipynb", "nbgrader_config.py"):
        shutil.copy(ROOT / "grading" / naam, root / "grading")
    return root


@pytest.fixture(scope="module")
def verslag(root, tmp_path_factory):
    pad = tmp_path_factory.mktemp("verslag") / "verslag.html"
    pad.write_text(report_html.render([report.of_module(root, "herkennen"), report.of_module(root, "vlaggensysteem")], "Proefcursus"), "utf-8")
    return pad


@pytest.fixture(scope="module")
def adres(root, tmp_path_factory):
    """Address of the teacher's server, started as `make docent` does."""
    tmp = tmp_path_factory.mktemp("docent")
    with pytest.MonkeyPatch.context() as mp, open(tmp / "log", "w") as log:
        for naam, deel in (("LEERLIJN_UITWISSELING", "uit"), ("JUPYTER_DATA_DIR", "data"), ("JUPYTER_CONFIG_DIR", "config")):
            mp.setenv(naam, str(tmp / deel))
        proces, adres = docent.start(root / "grading", stdout=log, stderr=subprocess.STDOUT)
        yield adres
        lab.stop(proces)


def axe(page):
    from axe_playwright_python.sync_playwright import Axe

    gevonden = Axe().run(page).response["violations"]
    assert [(g["id"], [n["html"][:90] for n in g["nodes"][:2]]) for g in gevonden] == []


def test_report_opens_without_a_server(page, verslag):
    page.goto(verslag.as_uri())
    assert [a for a in page.waarnemer.adressen if not a.startswith("data:")] == [verslag.as_uri()]
    assert page.waarnemer.klachten == [] and page.evaluate("document.scripts.length") == 0
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["Herkennen van slachtoffers", "Het Vlaggensysteem", "Hoe lees je dit?"]
    for plaat in page.locator("svg[role=img]").all():
        assert plaat.locator("> title").text_content() and len(plaat.locator("> desc").text_content()) > 20
    assert page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible Next\"')")
    SCHERMEN.mkdir(exist_ok=True)
    page.screenshot(path=SCHERMEN / "inzicht-verslag.png")
    axe(page)


def test_report_in_the_dark_and_on_a_phone(page, verslag):
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(verslag.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320  # wide pictures scroll in their own place
    tekst = page.locator("svg[role=img] text").first
    assert tekst.evaluate("e => getComputedStyle(e).fill") == page.evaluate("getComputedStyle(document.body).color")
    page.locator("details > summary").nth(1).click()
    axe(page)


def test_report_on_paper(page, verslag, tmp_path):
    """Paper shows what the reader had opened, on A4."""
    from pypdf import PdfReader

    page.goto(verslag.as_uri())
    eerst = PdfReader(_pdf(page, tmp_path / "a.pdf"))
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    alles = PdfReader(_pdf(page, tmp_path / "b.pdf"))
    assert len(alles.pages) > len(eerst.pages) and [round(float(x)) for x in eerst.pages[0].mediabox[2:]] in ([595, 842], [596, 842])
    assert "Inzicht in de toetsen" in eerst.pages[0].extract_text()


def _pdf(page, pad):
    page.pdf(path=pad, prefer_css_page_size=True)
    return pad


def test_dashboard_in_voila(page, adres):
    page.context.set_default_timeout(60000)
    basis = adres.split("/formgrader")[0]
    page.goto(adres.replace("/formgrader", "/voila/render/inzicht.ipynb"))
    page.locator(".ll-inzicht svg[role=img]").first.wait_for()
    assert page.title() == "Inzicht in de toetsen" and page.evaluate("document.documentElement.lang") == "nl"
    assert page.get_by_label("Toets").input_value() and "60" in page.locator(".ll-inzicht .kern").inner_text()
    axe(page)
    for onderdeel, kop in (("Alle vragen", "Alle vragen op een rij"), ("Leerdoelen", "Hoe staat het met de leerdoelen?"), ("Zekerheid (alleen gedeelde oefening)", "Klopt de zekerheid van de groep?")):
        page.get_by_label("Onderdeel").select_option(label=onderdeel)
        page.get_by_role("heading", name=kop).wait_for()
    page.screenshot(path=SCHERMEN / "inzicht-dashboard.png")
    page.get_by_label("Toets").select_option(label="Het Vlaggensysteem")
    page.locator(".ll-inzicht h2", has_text="Het Vlaggensysteem").wait_for()
    wait_until(lambda: "geen gedeelde oefeningen" in page.locator(".ll-inzicht").inner_text(), 30)
    axe(page)
    assert [a for a in page.waarnemer.adressen if not a.startswith((basis, "data:", "blob:", basis.replace("http", "ws")))] == []
