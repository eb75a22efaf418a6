"""The real exercises on the lesson page, with a bad line and a dying kernel: nothing is lost, nothing is kept twice."""

import json
import os
import signal

import pytest

from leerlijn import build
from tests.conftest import VOORBEELD

from .conftest import LES, Proxy, Server, wait_until
from .test_host import KLAAR

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def cursus(tmp_path_factory):
    map_ = tmp_path_factory.mktemp("echt")
    build.install(build.build(VOORBEELD, map_ / "uit", map_ / "grading"), map_ / "leerlijn")
    s = Server(map_ / "leerlijn")
    lijn = Proxy(s.poort)
    yield s, lijn
    lijn.close()
    s.stop()


def regels(server):
    pad = server.map / "prive/proef.jsonl"
    return [json.loads(r) for r in pad.read_text(encoding="utf-8").splitlines()] if pad.is_file() else []


def eerste_oefening(page, adres):
    page.goto(adres + LES)
    page.wait_for_selector(KLAAR)
    return page.locator("form", has=page.get_by_role("button", name="Controleer")).first


def test_answer_given_without_a_line_is_kept_once(page, cursus):
    server, lijn = cursus
    vorm = eerste_oefening(page, lijn.adres)
    vorm.get_by_role("radio").first.check()
    vorm.get_by_role("radio").last.check()
    lijn.cut(blijf=True)
    page.locator("#verbinding", has_text="De verbinding is weg").wait_for()
    voor = len(regels(server))
    vorm.get_by_role("button", name="Controleer").click()
    lijn.heel()
    wait_until(lambda: len(regels(server)) > voor)
    page.locator("#verbinding:empty").wait_for(state="attached")
    assert len(regels(server)) == voor + 1 and len({r["id"] for r in regels(server)}) == len(regels(server))
    page.reload()
    page.wait_for_selector(KLAAR)
    assert page.get_by_role("radio", checked=True).count() >= 1  # restored from the file
    assert page.waarnemer.klachten == [] or all("ERR_" in k for k in page.waarnemer.klachten)


def test_typed_text_outlives_a_dead_kernel(page, cursus):
    server, _ = cursus
    eerste_oefening(page, server.adres)
    veld = page.get_by_role("textbox").first
    veld.fill("Eerst overleg ik met de aandachtsfunctionaris.")
    for pid in server.kernels():
        os.kill(pid, signal.SIGKILL)
    page.get_by_role("button", name="Laad de pagina opnieuw").click()
    wait_until(lambda: page.locator(KLAAR).count() and page.get_by_role("textbox").first.input_value().startswith("Eerst overleg"))


def test_a_long_text_outlives_back_a_double_click_and_a_second_tab(page, cursus):
    server, _ = cursus
    tekst = ("Ik ga 👍🏽 naar Bo. \u200fمرحبا שלום " * 400)[:10_000]

    def plan(blad):
        blad.wait_for_selector(KLAAR)
        return blad.locator('[data-item="eigen-plan"]')

    eerste_oefening(page, server.adres)
    plan(page).get_by_role("textbox").fill(tekst)
    page.goto(server.adres + "/")  # nothing was sent yet
    page.go_back()
    assert plan(page).get_by_role("textbox").input_value() == tekst
    plan(page).get_by_role("button", name="Vergelijk").dblclick()
    plan(page).locator(".ll-na > *").first.wait_for()
    assert [r["antwoord"] for r in regels(server)].count(tekst) == 1
    tweede = page.context.new_page()
    tweede.goto(server.adres + LES)
    assert plan(tweede).get_by_role("textbox").input_value() == tekst
    knop = plan(tweede).locator("button[type=submit]")
    knop.click()  # once more
    plan(tweede).locator(".ll-na > *").first.wait_for(state="detached")
    plan(tweede).get_by_role("textbox").fill("Toch anders: " + tekst[:9_000])
    knop.click()
    plan(tweede).locator(".ll-na > *").first.wait_for()
    page.reload()
    assert plan(page).get_by_role("textbox").input_value() == "Toch anders: " + tekst[:9_000]
    assert [r["antwoord"] for r in regels(server) if r["item"] == "eigen-plan"] == [tekst, "Toch anders: " + tekst[:9_000]]  # the first one is still in the file
