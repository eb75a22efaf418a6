"""The whole round in a real browser, with real parts: a learner works through a lesson and hands in the test, a teacher collects,
grades, judges the open question and releases feedback, and the learner reads it. Once with the tiny course, once with module 1."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from leerlijn import docent, lab
from tests.conftest import ROOT, VOORBEELD
from tests.keten import Keten

from .conftest import Server, formgrader_save

pytestmark = pytest.mark.browser
SCHERMEN = Path(__file__).parent.parent / "schermen"
OPEN_TEKST = "Ik vertel wat ik zag en hoorde, en ik vraag een collega om mee te kijken. <b>Samen</b> beslissen we."
OPMERKING = "Sterk dat je niet alleen blijft."


def vul(page, publiek: dict, sleutel: dict) -> None:
    """Answer one question of the page rightly, as a person would."""
    vraag = page.locator(f'.ll-onderdeel [data-item="{publiek["id"]}"]')
    match publiek["soort"]:
        case "een-goed" | "meer-goed":
            for optie in sleutel["goed"]:
                vraag.locator(f'input[value="{optie}"]').check()
        case "volgorde":
            for stap in reversed(sleutel["volgorde"]):  # each to the top, the first one last
                rij = vraag.locator("li.ll-stap").filter(has_text=sleutel["tekst"][stap])
                while rij.locator("button").first.get_attribute("aria-disabled") != "true":
                    rij.locator("button").first.click()
        case "koppel":
            for links, kies in zip(publiek["links"], vraag.locator("select").all(), strict=True):
                kies.select_option(sleutel["paren"][links["id"]])
        case "vlaggen":
            for groep, vlag in zip(vraag.locator(".ll-groep-keuzes").all(), sleutel["vlaggen"].values(), strict=True):
                groep.locator(f'input[value="{vlag}"]').check()
        case "signalen":
            for f in sleutel["signalen"]:
                vraag.locator("button.ll-fragment").filter(has_text=sleutel["tekst"][f]).click()
        case "oordeel":
            for actie, groep in zip(publiek["acties"], vraag.locator(".ll-groep-keuzes").all(), strict=True):
                groep.locator(f'input[value="{sleutel["oordeel"][actie["id"]]}"]').check()
        case "open":
            vraag.locator("textarea").fill(OPEN_TEKST)
    vraag.get_by_text("bewaard om").wait_for()


@pytest.fixture(scope="module", params=["proef", "herkennen"])
def keten(request, tmp_path_factory):
    root = VOORBEELD if request.param == "proef" else ROOT
    k = Keten(tmp_path_factory.mktemp(request.param), root=root, module=request.param)
    with pytest.MonkeyPatch.context() as mp:
        for naam, waarde in k.env.items():
            mp.setenv(naam, waarde)
        yield k


def goed(uitkomst: dict) -> None:
    assert uitkomst["success"], uitkomst.get("log") or uitkomst


def test_the_round(keten, page, tmp_path):
    sleutels = json.loads((keten.grading / "sleutels" / f"{keten.module}.json").read_text("utf-8"))
    api = keten.api()
    goed(api.generate_assignment(keten.module))
    goed(api.release_assignment(keten.module))
    server = Server(keten.course_dir, env=keten.env)
    try:
        oefen(page, server, keten)
        lever_in(page, server, keten, sleutels)
        student = kijk_na(page, keten, api, sleutels)
        lees_feedback(page, server, keten, sleutels, student)
    finally:
        server.stop()


def oefen(page, server, keten) -> None:
    """From the course page to the lesson; one exercise, explained at once and still there after a reload."""
    page.goto(server.adres)
    page.locator(f'a[href$="{keten.module}/les.ipynb"]').first.click()
    page.wait_for_url(f"**/{keten.module}/les.ipynb")
    eerste = page.locator(".ll-soort-een-goed").first
    eerste.wait_for()
    naam = eerste.get_attribute("data-item")
    eerste.locator("input[type=radio]").first.check()
    if (zeker := eerste.locator('input[type=radio][value="2"]')).count():
        zeker.check()
    eerste.get_by_role("button", name="Controleer").click()
    eerste.get_by_text("Waarop is dit gebaseerd?").wait_for()
    page.reload()
    weer = page.locator(f'.ll-onderdeel [data-item="{naam}"]')
    weer.get_by_text("Waarop is dit gebaseerd?").wait_for()
    assert weer.locator("input[type=radio]").first.is_checked()


def lever_in(page, server, keten, sleutels) -> None:
    page.goto(f"{server.adres}/voila/render/toetsen/{keten.module}/toets.ipynb")
    page.locator(".ll-toets").wait_for()
    for ident in sleutels["volgorde"]:
        vul(page, sleutels["publiek"][ident], sleutels["items"][ident])
    page.get_by_role("button", name="Lever in").click()
    page.get_by_text("Alle vragen zijn beantwoord.").wait_for()
    page.get_by_role("button", name="Ja, lever in").click()
    page.locator(".ll-kwitantie").get_by_text("Ingeleverd").wait_for()
    assert len(keten.inbound()) == 1
    # Practice stays at home; what went is the answers and what nbgrader needs.
    gegaan = {p.name for p in keten.inbound()[0].iterdir()}
    assert "antwoorden.jsonl" in gegaan and not any("prive" in n or "oefening" in n for n in gegaan)
    assert (keten.course_dir / "prive" / f"{keten.module}.jsonl").is_file()
    page.goto(server.adres)
    page.get_by_text(re.compile("ingeleverd op", re.I)).first.wait_for()
    page.get_by_role("link", name=re.compile("Is er al feedback")).click()
    page.get_by_text(re.compile("nog geen feedback", re.I)).first.wait_for()  # nothing before it is released
    assert page.locator("article[data-item]").count() == 0


def kijk_na(page, keten, api, sleutels) -> str:
    """Collect and grade; judge the open question in formgrader; make and release feedback."""
    goed(api.collect(keten.module))
    student = next((keten.grading / "submitted").iterdir()).name
    goed(api.autograde(keten.module, student))
    punten = keten.punten(student)
    openvraag = next(i for i in sleutels["volgorde"] if sleutels["items"][i]["soort"] == "open")
    for ident in sleutels["volgorde"]:
        if ident != openvraag:
            assert punten[ident][0] == pytest.approx(sleutels["items"][ident]["punten"]), ident
    assert punten[openvraag] == (None, None, True)
    with open(keten.tmp / "docent.log", "w") as log:
        proces, adres = docent.start(keten.grading, stdout=log, stderr=subprocess.STDOUT)
    try:
        basis = "{0.scheme}://{0.netloc}".format(urlsplit(adres))
        page.goto(adres)
        with keten.gradebook() as gb:
            nummer = gb.find_submission_notebook("toets", keten.module, student).id
        page.goto(f"{basis}/formgrader/submissions/{nummer}/")
        assert "<b>Samen</b>" in page.locator(f"article[data-item={openvraag}]").inner_text()  # as letters
        formgrader_save(page, f"input#{openvraag}", "2", "/api/grade/")
        formgrader_save(page, f"textarea#{openvraag}-comment", OPMERKING, "/api/comment/")
        page.locator(f"article[data-item={openvraag}]").scroll_into_view_if_needed()
        schiet(page, f"formgrader-{keten.module}")
    finally:
        lab.stop(proces)
    goed(api.generate_feedback(keten.module, student))
    goed(api.release_feedback(keten.module, student))
    return student


def lees_feedback(page, server, keten, sleutels, student) -> None:
    page.goto(server.adres)
    page.get_by_role("link", name=re.compile("feedback", re.I)).first.click()
    page.get_by_text(OPMERKING).wait_for()
    tekst = page.locator("main").inner_text()
    eerste = sleutels["items"][sleutels["volgorde"][0]]
    assert any(u in tekst for u in eerste["uitleg"].values() if u)
    assert sleutels["feiten"][eerste["bron"][0]]["stelling"][:40] in tekst or page.locator("details").count()
    schiet(page, f"feedback-{keten.module}")


def schiet(page, naam: str) -> None:
    """Keep a picture of what a person sees now, to look at."""
    SCHERMEN.mkdir(exist_ok=True)
    page.screenshot(path=SCHERMEN / f"{naam}.png")
