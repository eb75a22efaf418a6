"""Practise, wait some days, and be asked again: with the real server and a clock that is moved in the answer file."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leerlijn import answers, herhaal
from leerlijn.termijn import NEDERLAND, today
from leerlijn.widget.herhaling import Herhaling
from leerlijn.widget.lees import day_in_words

from tests.test_herhaling import later_day

from . import onderdeel_hulp as hulp
from .conftest import GEDULD, LES, Server, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("one_day")]
expect.set_options(timeout=GEDULD * 1000)
HERHALEN = "/voila/render/herhalen.ipynb"


def days_pass(pad, dagen: int) -> None:
    """Everything in an answer file was answered so many days earlier, at the same time of the day in the Netherlands."""
    regels = [json.loads(r) for r in pad.read_text("utf-8").splitlines()]
    for r in regels:
        r["t"] = (datetime.fromisoformat(r["t"]).astimezone(NEDERLAND) - timedelta(dagen)).isoformat()
    pad.write_text("".join(json.dumps(r) + "\n" for r in regels), "utf-8")


def over(dagen: int) -> str:
    return day_in_words((today() + timedelta(dagen)).isoformat())


def kies(page, item: str, *opties: str) -> None:
    vak = page.locator(f'[data-item="{item}"]')
    for o in opties:
        vak.locator(f'input[value="{o}"]').check()
    if (zeker := vak.locator('.ll-zeker input[value="2"]')).count():
        zeker.check()
    vak.get_by_role("button", name="Controleer").click()
    vak.get_by_text("Waarop is dit gebaseerd?").wait_for()


def received(page) -> list[bytes]:
    """Everything that comes over the connection with the kernel from now on."""
    uit: list[bytes] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda f: uit.append(f if isinstance(f, bytes) else f.encode())))
    return uit


def axe(page) -> None:
    for thema in ("light", "dark"):
        page.emulate_media(color_scheme=thema)
        uitslag = Axe().run(page, options={"resultTypes": ["violations"]})
        assert uitslag.violations_count == 0, uitslag.generate_report()


def test_what_was_practised_comes_back(page, tmp_path):
    map_ = hulp.cursusmap(tmp_path)
    s = Server(map_)
    try:
        kaart = page.get_by_role("region", name="Herhalen")
        page.goto(s.adres)
        expect(kaart).to_contain_text("Vragen die je in een les oefent, komen na een paar dagen op deze pagina terug.")
        assert kaart.get_by_role("link").count() == 0 and s.kernels() == []

        page.goto(s.adres + LES)
        kies(page, "eerst-overleggen", "wachten")
        kies(page, "feit-of-duiding", "laat", "stil")
        page.locator("#cel-verder, main h2").last.scroll_into_view_if_needed()
        wait_until(lambda: page.evaluate("localStorage.getItem('leerlijn:laatst')"))
        page.goto(s.adres)
        expect(kaart).to_contain_text(f"Je bent bij. De volgende vragen komen terug op {over(3)}.")

        days_pass(map_ / "prive/proef.jsonl", 4)
        page.reload()
        expect(kaart).to_contain_text("Er staan 2 vragen voor je klaar")
        verder = page.locator("#verder").text_content()
        frames = received(page)
        kaart.get_by_role("link", name="Herhaal nu").click()
        page.wait_for_selector("html[data-klaar]")
        vragen = page.locator(".ll-herhalen [data-item]")
        expect(vragen).to_have_count(2)
        assert page.locator("input:checked").count() == 0 and page.locator(".ll-klaar").count() == 0
        binnen = b"".join(frames).decode("utf-8", "replace")
        assert "feit-of-duiding" in binnen  # the questions came this way
        for item, k in json.loads((map_ / "proef/oefening-sleutel.json").read_text("utf-8"))["items"].items():
            uitleg = [t for u in k["uitleg"].values() if u for t in (u, json.dumps(u)[1:-1])]
            assert not any(u in plek for u in uitleg for plek in (page.content(), binnen)), item
        axe(page)

        kies(page, "eerst-overleggen", "collega")
        vraag = page.locator('[data-item="eerst-overleggen"]')
        expect(vraag).to_contain_text(f"Deze vraag komt terug op {over(3)}.")  # it was wrong before: first once more
        expect(page.locator(".ll-deelslot")).to_contain_text("Nog 1 van de 2 vragen in deze ronde.")
        page.reload()
        page.wait_for_selector("html[data-klaar]")
        expect(vraag.locator("input[type=radio]:checked").first).to_have_value("collega")
        expect(vraag).to_contain_text(f"Deze vraag komt terug op {over(3)}.")
        expect(page.locator(".ll-klaar")).to_have_count(1)
        kies(page, "feit-of-duiding", "laat", "stil")
        expect(page.locator('[data-item="feit-of-duiding"]')).to_contain_text(f"Deze vraag komt terug op {over(10)}.")
        expect(page.locator(".ll-deelslot")).to_contain_text(f"Klaar voor vandaag. De volgende vragen komen terug op {over(3)}.")
        axe(page)

        assert [r["item"] for r in answers.read(map_ / "prive/proef.jsonl").regels] == ["eerst-overleggen", "feit-of-duiding"] * 2
        assert not (map_ / "toetsen/proef/antwoorden.jsonl").exists()
        page.get_by_role("link", name="Overzicht van de cursus").click()
        expect(kaart).to_contain_text(f"Je bent bij. De volgende vragen komen terug op {over(3)}.")
        expect(page.locator("#verder")).to_have_text(verder)  # the lesson, not this page
        axe(page)
        days_pass(map_ / "prive/proef.jsonl", 3)
        page.goto(s.adres + HERHALEN)
        page.wait_for_selector("html[data-klaar]")
        expect(vragen).to_have_count(1)
        assert not [a for a in page.waarnemer.adressen if not a.startswith((s.adres, "data:"))]
    finally:
        s.stop()


@pytest.fixture
def two_ready(chromium, tmp_path):
    """A narrow page with two questions that are ready."""
    map_ = hulp.cursusmap(tmp_path)
    for item, waarde in (("eerst-overleggen", "collega"), ("feit-of-duiding", ["laat", "stil"])):
        answers.append(map_ / "prive/proef.jsonl", item, waarde)
    days_pass(map_ / "prive/proef.jsonl", 4)
    context = chromium.new_context(locale="nl-NL", viewport={"width": 390, "height": 844})
    context.set_default_timeout(GEDULD * 1000)
    yield hulp.open_page(context.new_page(), Herhaling(map_))
    context.close()


@pytest.fixture
def rounds_of_one(monkeypatch, request):
    """The same, one at a time."""
    monkeypatch.setattr(herhaal, "PER_RONDE", 1)
    return request.getfixturevalue("two_ready")


def test_a_question_that_touches_someone_need_not_come_back(two_ready):
    page = two_ready
    slot, vragen = page.locator(".ll-deelslot"), page.locator("[data-item]")
    weg = page.get_by_role("button", name="Vraag me dit niet meer")
    expect(weg).to_have_count(2)
    weg.first.click()
    melding = page.locator(".ll-item", has_text="Deze vraag komt niet meer terug.")
    expect(melding).to_be_focused()
    expect(slot).to_contain_text("Nog 1 van de 2 vragen in deze ronde.")
    expect(slot).to_contain_text("Eén vraag komt niet meer terug.")
    expect(vragen).to_have_count(1)
    axe(page)
    page.get_by_role("button", name="Zet terug").click()
    expect(page.locator('[data-item="eerst-overleggen"] .ll-kop')).to_be_focused()
    expect(slot).not_to_contain_text("niet meer terug")
    for n in (1, 0):
        weg.first.click()
        expect(vragen).to_have_count(n)
    expect(slot).to_contain_text("Er komt nu niets terug.")
    expect(slot).to_contain_text("2 vragen komen niet meer terug.")
    page.evaluate("window.stil = true")
    slot.get_by_role("button", name="Zet alles terug").click()
    expect(slot).to_contain_text("Geen verbinding met de cursus.")
    page.evaluate("window.stil = false")
    slot.get_by_role("button", name="Zet alles terug").click()
    expect(vragen).to_have_count(2)
    expect(page.locator('[data-item="eerst-overleggen"] .ll-kop')).to_be_focused()
    kies(page, "eerst-overleggen", "collega")  # and they work as before


def test_the_next_round_is_asked_for(rounds_of_one):
    page = rounds_of_one
    slot = page.locator(".ll-deelslot")
    expect(slot).to_contain_text("Nog één vraag in deze ronde.")
    kies(page, "eerst-overleggen", "collega")
    expect(slot).to_contain_text("Deze ronde is klaar. Er staat nog één vraag klaar. Die mag ook een andere keer.")
    axe(page)
    page.evaluate("window.stil = true")
    slot.get_by_role("button", name="Nog een ronde").click()
    expect(slot).to_contain_text("Geen verbinding met de cursus.")
    page.evaluate("window.stil = false")
    slot.get_by_role("button", name="Nog een ronde").click()
    kop = page.locator('[data-item="feit-of-duiding"] .ll-kop')
    expect(kop).to_be_focused()
    assert page.locator("[data-item]").count() == 1 and page.locator("input:checked").count() == 0
    kies(page, "feit-of-duiding", "laat", "stil")
    expect(slot).to_contain_text(f"Klaar voor vandaag. De volgende vragen komen terug op {over(10)}.")
    assert slot.get_by_role("button").count() == 0


def test_two_tabs_keep_both_answers_and_the_first_counts(page, tmp_path):
    map_ = hulp.cursusmap(tmp_path)
    pad = map_ / "prive/proef.jsonl"
    answers.append(pad, "eerst-overleggen", "collega")
    days_pass(pad, 4)
    s = Server(map_)
    try:
        ander = page.context.new_page()
        for tab in (page, ander):
            tab.goto(s.adres + HERHALEN)
            tab.wait_for_selector("html[data-klaar]")
        kies(page, "eerst-overleggen", "collega")
        kies(ander, "eerst-overleggen", "wachten")
        for tab in (page, ander):
            expect(tab.locator('[data-item="eerst-overleggen"]')).to_contain_text(f"Deze vraag komt terug op {over(10)}.")
        assert [r["antwoord"] for r in answers.read(pad).regels] == ["collega", "collega", "wachten"]
    finally:
        s.stop()


def test_what_comes_back_on_a_page_that_stayed_open_is_asked_anew(rounds_of_one, monkeypatch):
    page = rounds_of_one
    verder = page.get_by_role("button", name="Nog een ronde")
    kies(page, "eerst-overleggen", "collega")
    verder.click()
    monkeypatch.setattr("leerlijn.termijn.today", later_day(20))
    kies(page, "feit-of-duiding", "laat", "stil")
    verder.click()
    vraag = page.locator('[data-item="eerst-overleggen"]')
    expect(vraag.locator(".ll-kop")).to_be_focused()
    assert vraag.locator("input:checked").count() == 0 and vraag.get_by_text("Waarop is dit gebaseerd?").count() == 0
    expect(page.locator(".ll-deelslot")).to_contain_text("Nog één vraag in deze ronde.")
