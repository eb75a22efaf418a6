"""Make the pictures of docs/docent.md again, from the running system on an invented group: `python docs/maak_beelden_docent.py`."""

from __future__ import annotations

import io
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from subprocess import DEVNULL
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from leerlijn import bewaard, docent, grade, handin, inzage, lab, persoon  # noqa: E402
from tests.browser.conftest import Server  # noqa: E402
from tests.keten import Keten, regels  # noqa: E402
from tests.test_grader import goed_antwoord  # noqa: E402
from tests.zet_browser_klaar import find_browser  # noqa: E402

BEELD = ROOT / "docs" / "beeld"
MODULE = "herkennen"
TEKSTEN = [
    "Dinsdag 15.40 uur. De mentor zegt dat hij twee uur miste. Hij had een nieuwe jas en zei: 'Die heb ik gewoon verdiend.' Hij deed zijn deur op slot.\n\n"
    "Mijn duiding: er verandert veel tegelijk. Er kan ook iets anders spelen.\n\nIk kijk niet in zijn telefoon. Kunnen we vandaag samen wegen?",
    "Hij had een nieuwe jas en miste school. Ik maak me zorgen. Ik stel voor dat we er morgen in het team over praten.",
    "Ik schrijf op wat ik zag en hoorde, met de tijd erbij. Ik zoek zelf niets uit. Vanavond eet ik met hem en ik zeg dat hij bij mij terechtkan. Kijk jij om vijf uur mee?",
    "Volgens mij gaat het niet goed. Ik wacht nog een week af tot ik het zeker weet.",
]
OPMERKINGEN = ["Sterk dat je feiten en duiding apart zet.", "Noem ook een moment om samen te wegen.", "Wat kun je vandaag voor hem doen?"]


def main() -> None:
    with tempfile.TemporaryDirectory() as tmp, sync_playwright() as p:
        k = Keten(Path(tmp), root=ROOT, module=MODULE)
        os.environ |= {**k.env, "LEERLIJN_ZELFDE_ACCOUNT": "1", "HOME": tmp}
        k.beleid(tweede_lezer="alle")
        sleutel = json.loads((k.grading / "sleutels" / f"{MODULE}.json").read_text("utf-8"))
        api = k.api()
        for stap in (api.generate_assignment, api.release_assignment):
            assert stap(MODULE)["success"]
        kans = random.Random(1)
        for n in range(12):
            k.lever_met_de_hand(f"deelnemer-{n + 1:02}", regels(answers(sleutel, TEKSTEN[n % 4], kans)), "2026-01-02 10:00:00.000000 UTC")
        grade.run(k.root, [MODULE], meld=print)
        proces, adres = docent.start(k.grading, stdout=DEVNULL, stderr=DEVNULL)
        browser = p.chromium.launch(executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1180, "height": 820}, locale="nl-NL")
        page.set_default_timeout(60_000)
        try:
            teacher(page, adres, k, sleutel)
            k.antwoord(answers(sleutel, TEKSTEN[0], kans))
            handin.inleveren(k.map)
            grade.run(k.root, [MODULE], meld=print)
            wie = (set(os.listdir(k.grading / "autograded")) - {f"deelnemer-{n + 1:02}" for n in range(12)}).pop()
            click(page, f"{origin(adres)}/leerlijn/beoordeel/{MODULE}/{open_item(sleutel)}", 1, [1, 1, 0, 1, 1], OPMERKINGEN[2])
            for stap in (lambda: api.generate_feedback(MODULE, wie), lambda: api.release_feedback(MODULE)):
                assert stap()["success"]
        finally:
            lab.stop(proces)
        learner(page, k)
        m = bewaard.of_project(k.root)
        (Path(tmp) / "inzage.html").write_text(inzage.page(inzage.collect(m, persoon.find(m, "deelnemer-01"))), "utf-8")
        page.goto((Path(tmp) / "inzage.html").as_uri())
        shoot(page, "inzage", 900, 820)
        browser.close()


def answers(sleutel: dict, tekst: str, kans: random.Random) -> dict:
    """Answers of an invented learner: mostly right, some left open."""
    uit = {i: goed_antwoord(sleutel["items"][i]) for i in sleutel["volgorde"] if kans.random() < 0.9}
    return {**uit, open_item(sleutel): tekst}


def open_item(sleutel: dict) -> str:
    return next(i for i in sleutel["volgorde"] if sleutel["items"][i]["soort"] == "open")


def origin(adres: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(adres))


def click(page: Page, adres: str, aantal: int, keuzes: list[int], opmerking: str = "") -> None:
    """Judge the first answers of a page: the how-manieth button per criterion."""
    page.goto(adres)
    for n in range(aantal):
        paneel = page.locator(".lb-paneel").nth(n)
        for groep, keus in zip(paneel.locator("fieldset").all(), keuzes):
            groep.locator("label").nth(keus).click()
        if opmerking:
            paneel.locator("textarea").fill(opmerking)
            paneel.locator("textarea").press("Tab")
        paneel.get_by_text("Bewaard: samen").wait_for()


def teacher(page: Page, adres: str, k: Keten, sleutel: dict) -> None:
    basis, vraag = origin(adres), f"{origin(adres)}/leerlijn/beoordeel/{MODULE}/{open_item(sleutel)}"
    page.goto(adres)
    page.get_by_role("link", name=MODULE, exact=True).first.wait_for()
    shoot(page, "formgrader-toetsen", 1180, 620)
    page.goto(f"{basis}/formgrader/manage_submissions/{MODULE}")
    page.get_by_text("deelnemer-05").first.wait_for()
    shoot(page, "formgrader-inzendingen", 1180, 620)
    for n, keuzes in enumerate(([2, 1, 1, 0, 1], [0, 0, 0, 0, 1], [1, 1, 1, 1, 1])):
        click(page, vraag, 1, keuzes, OPMERKINGEN[n])
    click(page, f"{vraag}?rol=tweede", 3, [1, 1, 1, 0, 1])
    page.goto(f"{basis}/leerlijn/beoordeel")
    shoot(page, "beoordelen-overzicht", 1180, 460)
    page.goto(vraag)
    page.locator(".lb-paneel").first.wait_for()
    for n, groep in enumerate(page.locator(".lb-paneel").first.locator("fieldset").all()[:2]):
        groep.locator("label").nth(1).click()
    page.locator(".lb-paneel").first.get_by_text("Bewaard.").wait_for()
    shoot(page, "beoordelen", 1180, 1060, ".inzending h2", 40)
    page.goto(f"{vraag}?rol=tweede&alles=ja")
    shoot(page, "tweede-lezer", 1180, 700)
    page.goto(f"{vraag}?rol=besluit")
    shoot(page, "verschillen", 1180, 1160, "#eens", 40)
    with k.gradebook() as gb:
        nummer = next(s.id for s in gb.notebook_submissions("toets", MODULE) if s.needs_manual_grade)
    page.goto(f"{basis}/formgrader/submissions/{nummer}/")
    page.locator(".lb-paneel").wait_for()
    page.wait_for_function("window.formgrader?.comments?.loaded")
    shoot(page, "formgrader", 1180, 860, ".lb-paneel", 130)


def learner(page: Page, k: Keten) -> None:
    server = Server(k.course_dir, env=k.env)
    try:
        page.goto(f"{server.adres}/feedback/{MODULE}")
        page.locator(".ll-rubriek").wait_for()
        shoot(page, "feedback", 1180, 820)
        shoot(page, "feedback-rubriek", 1180, 760, "h4:has(+ .ll-rubriek)")
        if weg := os.environ.get("LEERLIJN_KIJK"):  # a folder, to look at the same on a phone, in the dark and on paper
            page.pdf(path=Path(weg, "feedback.pdf"))
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size({"width": 360, "height": 740})
            page.locator("h4:has(+ .ll-rubriek)").evaluate("e => scrollTo({ top: e.getBoundingClientRect().top + scrollY - 20, behavior: 'instant' })")
            page.screenshot(path=Path(weg, "feedback-telefoon.png"))
            page.emulate_media(color_scheme="light")
    finally:
        server.stop()


def shoot(page: Page, naam: str, breed: int, hoog: int, bij: str = "", ruimte: int = 24) -> None:
    """A picture of the screen in 128 colours, which keeps the file small. bij: what stands at the top, `ruimte` pixels below the edge."""
    page.set_viewport_size({"width": breed, "height": hoog})
    page.evaluate("document.fonts.ready")
    if bij:
        page.locator(bij).first.evaluate("(e, ruimte) => scrollTo({ top: e.getBoundingClientRect().top + scrollY - ruimte, behavior: 'instant' })", ruimte)
    beeld = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    beeld.save(BEELD / f"{naam}.png", optimize=True)
    print(f"docs/beeld/{naam}.png", (BEELD / f"{naam}.png").stat().st_size // 1000, "kB")


if __name__ == "__main__":
    main()
