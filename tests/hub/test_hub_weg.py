"""The whole road behind a real hub, in a real browser: a learner in the shared service, a teacher at formgrader as a page of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import formgrader_save
from tests.browser.test_herhalen import HERHALEN, days_pass
from tests.browser.test_ronde import OPEN_TEKST, OPMERKING, goed, lees_feedback, oefen, vul
from tests.conftest import ROOT
from tests.keten import GOED, MODULE, locked
from tests.privacytabel import as_written, stored, unnamed

from .hub import Hub, released_for_hub, wait_for

pytestmark = pytest.mark.browser
LEERLINGEN = ["anna", "bram", "lotte@school.example"]
# A server of one's own waits for a sign, so that there is time to look; then it fails, as the machine has no account of this name.
WACHT = """
async def wacht(spawner):
    import asyncio, pathlib
    while not pathlib.Path({teken!r}).exists():
        await asyncio.sleep(0.1)
c.Spawner.pre_spawn_hook = wacht
c.JupyterHub.implicit_spawn_seconds = 0  # the page that offers to start it stays
"""


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    with released_for_hub(tmp_path_factory.mktemp("weg")) as k:
        shutil.copy(ROOT / "grading" / "inzicht.ipynb", k.grading)
        yield k


@pytest.fixture(scope="module")
def hub(keten):
    cursus = {"docenten": ["dora"], "cursisten": LEERLINGEN, "eigen_server": ["eva"], "project": str(keten.root), "cursusmap": str(keten.course_dir)}
    h = Hub(keten.tmp / "hub", {keten.course: cursus}, uitwisseling=keten.uit, extra=WACHT.format(teken=str(keten.tmp / "begin")))
    yield h
    h.stop()


class Plek:
    """Where a learner's pages are, for helpers that take a server."""

    def __init__(self, hub, keten, naam):
        self.adres, self.naam = hub.leren(keten.course, naam).rstrip("/"), naam


@pytest.fixture
def anna(hub, keten, page):
    hub.login_browser(page, "anna")
    return Plek(hub, keten, "anna")


def maak_toets(page, plek, keten, sleutels) -> None:
    page.goto(f"{plek.adres}/voila/render/toetsen/{MODULE}/toets.ipynb")
    page.locator(".ll-toets").wait_for(timeout=60_000)
    for ident in sleutels["volgorde"]:
        vul(page, sleutels["publiek"][ident], sleutels["items"][ident])


def lever_in(page) -> None:
    page.get_by_role("button", name=re.compile("^Lever (opnieuw )?in$")).click()
    page.get_by_role("button", name="Ja, lever in").click()
    page.locator(".ll-kwitantie").get_by_text("Ingeleverd").wait_for(timeout=60_000)


def inleveringen(hub, keten) -> list[str]:
    return sorted(p.name.split("+")[0] for p in (hub.tmp / "inleveren" / keten.course).iterdir() if p.name[0] != ".")  # not one that is being written


def leerlijn(keten, *args: str) -> str:
    kind = subprocess.run([sys.executable, "-m", "leerlijn.cli", *args], cwd=keten.root, env={**os.environ, **keten.env}, capture_output=True, text=True)
    assert kind.returncode == 0, kind.stdout + kind.stderr
    return kind.stdout


def test_1_from_login_to_feedback(hub, keten, page, chromium):
    sleutels = json.loads((keten.grading / "sleutels" / f"{MODULE}.json").read_text("utf-8"))
    hub.login_browser(page, "anna")
    plek = Plek(hub, keten, "anna")
    page.wait_for_url(f"{plek.adres}/")  # the course is the first page after the login
    page.get_by_role("heading", name="De modules").wait_for()
    oefen(page, plek, keten)
    days_pass(hub.folder(keten.course, "anna") / "prive" / f"{MODULE}.jsonl", 4)
    page.goto(plek.adres)
    page.locator(".herhaalkaart").get_by_role("link", name="Herhaal nu").click()
    page.wait_for_url(f"**{HERHALEN}")
    page.locator(".ll-herhalen").get_by_role("button", name="Controleer").first.wait_for(timeout=60_000)
    page.goto(f"{plek.adres}/zoeken?q=overleg")  # the search index needs the token of the page
    page.locator("#treffers").get_by_role("link").first.wait_for(timeout=20_000)
    maak_toets(page, plek, keten, sleutels)
    lever_in(page)
    assert inleveringen(hub, keten) == ["anna"] and keten.inbound() == []
    page.goto(plek.adres)
    page.get_by_text(re.compile("ingeleverd op", re.I)).first.wait_for()
    assert page.waarnemer.klachten == []
    assert {a.split("/")[2] for a in page.waarnemer.adressen} == {f"127.0.0.1:{hub.poort}"}
    # Nothing of her is where the course is, and her folder has no name on it.
    assert not (keten.course_dir / "prive").exists() and (hub.folder(keten.course, "anna") / "prive" / f"{MODULE}.jsonl").is_file()

    leerlijn(keten, "grade", MODULE)
    assert keten.punten("anna")["toets-open"] == (None, None, True)
    docent = chromium.new_context(locale="nl-NL").new_page()
    hub.login_browser(docent, "dora")
    docent.wait_for_url("**/formgrader/**")
    with keten.gradebook() as gb:
        nummer = gb.find_submission_notebook("toets", MODULE, "anna").id
    docent.goto(f"{hub.adres}/services/{keten.course}/formgrader/submissions/{nummer}/")
    assert OPEN_TEKST in docent.locator("article[data-item=toets-open]").inner_text()
    formgrader_save(docent, "input#toets-open", "2", "/api/grade/")
    formgrader_save(docent, "textarea#toets-open-comment", OPMERKING, "/api/comment/")
    assert docent.goto(plek.adres).status == 403  # a teacher is not in the learners' service
    docent.context.close()
    api = keten.api()
    goed(api.generate_feedback(MODULE, "anna"))
    goed(api.release_feedback(MODULE, "anna"))
    lees_feedback(page, plek, keten, sleutels, "anna")
    page.get_by_role("link", name="Uitloggen").click()
    page.wait_for_url("**/hub/**")
    page.goto(f"{plek.adres}/feedback/{MODULE}")
    page.locator("#username_input").wait_for()  # out is out


def look(page, kop):
    """A page with this heading, in the look of the course, with a way out and who helps: at 320 pixels, light and dark."""
    expect(page.get_by_role("heading", level=1)).to_have_text(kop, timeout=60_000)
    expect(page.get_by_role("link", name="Sluit deze pagina")).to_have_attribute("href", "about:blank")
    page.get_by_text("Raakt het onderwerp je?").click()
    expect(page.locator('footer a[href^="tel:"]').first).to_be_visible()
    for thema in ("light", "dark"):
        page.emulate_media(color_scheme=thema)
        page.set_viewport_size({"width": 320, "height": 600})
        uitslag = Axe().run(page)
        assert uitslag.violations_count == 0, uitslag.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth && document.documentElement.lang") == "nl"


def test_2_pages_of_the_hub_itself_are_dutch_and_accessible(hub, keten, page):
    """Logging in, a wrong password, no course, not allowed, not there."""
    page.goto(hub.adres)
    look(page, "Inloggen")
    hub.login_browser(page, "otto")
    look(page, "Je bent ingelogd")
    page.get_by_role("link", name="Naar mijn cursus").click()
    expect(page.get_by_text("Dan hoor je nog bij geen cursus")).to_be_visible()
    page.goto(hub.leren(keten.course, "otto"))
    look(page, "Deze pagina mag je niet openen")
    assert "otto" in page.locator("main").inner_text() and not page.get_by_text("permission").is_visible()
    page.goto(f"{hub.adres}/hub/bestaat-niet")
    look(page, "Deze pagina bestaat niet")
    page.goto(f"{hub.adres}/hub/error/503")  # what the proxy asks for where a server or a service does not answer
    look(page, "Dit lukt nu even niet")
    expect(page.locator("main")).to_contain_text("foutcode 503")
    assert {a.split("/")[2] for a in page.waarnemer.adressen if not a.startswith("data:")} == {f"127.0.0.1:{hub.poort}"}
    page.get_by_role("link", name="Uitloggen").click()
    page.locator("#username_input").wait_for()


def test_2_pages_around_a_server_of_ones_own_are_dutch_and_accessible(hub, keten, page):
    """Not running, starting, could not start; each says that answers are kept and how to go on."""
    hub.login_browser(page, "eva", f"{hub.adres}/user/eva/")
    look(page, "De cursus staat uit")
    page.get_by_role("link", name="Open de cursus").click()
    look(page, "De cursus gaat open")
    (keten.tmp / "begin").touch()
    look(page, "Openen is niet gelukt")  # the page found out by itself
    (keten.tmp / "begin").unlink()
    page.get_by_role("link", name="Probeer opnieuw").click()
    look(page, "De cursus gaat open")
    (keten.tmp / "begin").touch()
    look(page, "Openen is niet gelukt")


def test_2_feedback_is_for_who_handed_in(hub, keten):
    bram = hub.login("bram")
    assert "nog geen feedback" in bram.get(hub.leren(keten.course, "bram") + f"feedback/{MODULE}", timeout=60).text
    assert OPMERKING in hub.login("anna").get(hub.leren(keten.course, "anna") + f"feedback/{MODULE}", timeout=60).text


def test_2_teacher_has_the_other_pages_too_and_no_terminal(hub, keten):
    """What `leerlijn docent` gives on one machine: judging by rubric and the dashboard."""
    dora, basis = hub.login("dora"), f"{hub.adres}/services/{keten.course}/"
    assert dora.get(basis, timeout=60).status_code == 200
    assert "rubriek" in dora.get(basis + "leerlijn/beoordeel", timeout=60).text.lower()
    inzicht = dora.get(basis + "voila/render/inzicht.ipynb", timeout=120)
    assert inzicht.status_code == 200 and 'lang="nl"' in inzicht.text
    assert dora.get(basis + "api/terminals", timeout=60).status_code == 404


def test_3_two_tabs_lose_nothing_and_a_later_hand_in_counts(hub, keten, page, chromium):
    """A learner with a mail address as name, the same test in two tabs; collected by nbgrader's own command."""
    naam = LEERLINGEN[2]
    hub.login_browser(page, naam)
    plek = Plek(hub, keten, naam)
    page.wait_for_url(f"{plek.adres}/")
    tweede = page.context.new_page()
    for tab in (page, tweede):
        tab.goto(f"{plek.adres}/voila/render/toetsen/{MODULE}/toets.ipynb")
        tab.locator(".ll-toets").wait_for(timeout=60_000)
    kies(page, "toets-overleg", "zwijgen")
    kies(tweede, "toets-feiten", "deur")
    lever_in(page)
    kies(tweede, "toets-overleg", GOED["toets-overleg"])
    kies(page, "toets-feiten", "huil")
    for tab in (page, tweede):
        tab.reload()
        tab.locator(".ll-toets").wait_for(timeout=60_000)
        assert tab.locator('[data-item="toets-overleg"] input:checked').get_attribute("value") == GOED["toets-overleg"]
    lever_in(tweede)
    wait_for(lambda: len(inleveringen(hub, keten)) == 3)  # the earlier receipt stood there already
    regels = (hub.folder(keten.course, naam) / "toetsen" / MODULE / "antwoorden.jsonl").read_text().splitlines()
    assert len(regels) == 4
    assert inleveringen(hub, keten) == ["anna", naam, naam]
    keten.nbgrader("collect", MODULE)
    keten.nbgrader("autograde", MODULE, "--student", naam)
    assert keten.punten(naam)["toets-overleg"][0] == 2


def kies(page, vraag: str, optie: str) -> None:
    v = page.locator(f'.ll-onderdeel [data-item="{vraag}"]')
    v.locator(f'input[value="{optie}"]').check()
    v.get_by_text("bewaard om").wait_for(timeout=20_000)


def test_4_hub_restarts_in_the_middle_of_a_test(hub, keten, page):
    """Hub, proxy and service go down and come back: the page says so, the answers are there, and no new login is asked."""
    hub.login_browser(page, "bram")
    plek = Plek(hub, keten, "bram")
    page.wait_for_url(f"{plek.adres}/")
    page.goto(f"{plek.adres}/voila/render/toetsen/{MODULE}/toets.ipynb")
    page.locator(".ll-toets").wait_for(timeout=60_000)
    kies(page, "toets-overleg", GOED["toets-overleg"])
    hub.stop()
    page.locator("#verbinding").get_by_text("De verbinding is weg").wait_for(timeout=30_000)
    page.locator('.ll-onderdeel [data-item="toets-open"] textarea').fill("Wat ik typte toen de verbinding weg was.")
    hub.start()
    page.get_by_role("button", name="Laad de pagina opnieuw").click(timeout=60_000)
    page.locator(".ll-toets").wait_for(timeout=60_000)
    assert page.locator('[data-item="toets-overleg"] input:checked').get_attribute("value") == GOED["toets-overleg"]
    assert "toen de verbinding weg was" in page.locator('[data-item="toets-open"] textarea').input_value()
    kies(page, "toets-feiten", "deur")
    lever_in(page)
    assert "bram" in inleveringen(hub, keten)


@pytest.mark.parametrize("soort", ["IMMEDIATE", "EXCLUSIVE"])
def test_4_database_of_the_hub_is_held_by_another_program(hub, keten, page, chromium, soort):
    """Nobody can write in it, or not even read. Who is in goes on and hands in; who logs in reads in Dutch what to do; afterwards all is as ever."""
    from axe_playwright_python.sync_playwright import Axe

    naam = LEERLINGEN[2]
    hub.login_browser(page, naam)
    plek = Plek(hub, keten, naam)
    page.wait_for_url(f"{plek.adres}/")
    page.goto(f"{plek.adres}/voila/render/toetsen/{MODULE}/toets.ipynb")
    page.locator(".ll-toets").wait_for(timeout=60_000)
    voor = len(inleveringen(hub, keten))
    nieuw = chromium.new_context(locale="nl-NL").new_page()
    with locked(hub.tmp / "hub.sqlite", soort):
        kies(page, "toets-overleg", GOED["toets-overleg"])
        lever_in(page)
        hub.login_browser(nieuw, f"nieuw-{soort.lower()}")  # of whom the hub has nothing yet: it must write, at any speed of this machine
        nieuw.get_by_text("Inloggen lukt nu even niet").wait_for(timeout=60_000)
        assert nieuw.get_by_role("heading", name="Inloggen").count() == 1 and "Server Error" not in nieuw.content()
        assert Axe().run(nieuw).response["violations"] == []
        hub.login_browser(nieuw, "bram")  # the hub knows him: he gets one step further
        nieuw.get_by_text(re.compile("(Inloggen|Dit) lukt nu even niet")).wait_for(timeout=60_000)
        if soort == "EXCLUSIVE":  # the service starts anew and knows nobody; the hub can't say who there are
            for pid in hub.children("leerlijn.dienst "):
                os.kill(pid, signal.SIGKILL)
            page.locator("#verbinding").get_by_text("De verbinding is weg").wait_for(timeout=60_000)
    hub.wait_ready()
    nieuw.goto(hub.adres)
    if nieuw.locator("#username_input").count():  # he had not come past the login
        hub.login_browser(nieuw, "bram")
    nieuw.wait_for_url(f"{Plek(hub, keten, 'bram').adres}/")
    nieuw.goto(f"{hub.adres}/hub/bestaat-niet")
    nieuw.get_by_role("heading", name="Deze pagina bestaat niet").wait_for()
    nieuw.context.close()
    page.goto(f"{plek.adres}/voila/render/toetsen/{MODULE}/toets.ipynb")
    page.locator(".ll-toets").wait_for(timeout=60_000)
    assert page.locator('[data-item="toets-overleg"] input:checked').get_attribute("value") == GOED["toets-overleg"]
    assert len(inleveringen(hub, keten)) == voor + 1


def test_5_all_that_is_kept_by_now_is_named_in_the_privacy_page(hub, keten, page):
    """Files of the hub, its services and its accounts, and what the browser of a learner and of a teacher holds."""
    hub.login_browser(page, "anna")
    page.goto(f"{Plek(hub, keten, 'anna').adres}/voila/render/toetsen/{MODULE}/toets.ipynb")
    page.locator(".ll-toets").wait_for(timeout=60_000)
    page.locator('[data-item="toets-open"] textarea').fill("Een tekst die nog nergens staat.")
    page.mouse.wheel(0, 400)
    page.wait_for_function("() => sessionStorage.length && localStorage.length")
    in_browser = stored(page)
    page.context.clear_cookies()
    hub.login_browser(page, "dora")
    page.goto(f"{hub.adres}/services/{keten.course}/formgrader")
    page.wait_for_load_state("load")
    in_browser += stored(page)
    namen = {keten.grading: "grading", keten.uit: "<uitwisseling>", hub.tmp / "gegevens": "<gegevens>", hub.tmp / "inleveren": "<inleveren>", hub.tmp: "<hub>"}
    bestanden = [p for p in as_written(keten.tmp, namen) if not p.startswith("elders/")]
    assert any("hub.sqlite" in p for p in bestanden) and {"leerlijn:laatst"} <= {s.split(" ", 1)[1] for s in in_browser}
    assert unnamed([*bestanden, *in_browser]) == [], "zet deze plek in de tabel van docs/privacy.md"
