"""Every kind of item in a real browser: by keyboard alone, for who can't see colour, on a small screen, and when things go wrong."""

import json
import shutil
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe

from . import onderdeel_hulp as hulp
from .conftest import GEDULD

pytestmark = pytest.mark.browser
SOORTEN = ["eerst-overleggen", "feit-of-duiding", "stappen-van-overleg", "wie-doet-wat", "samen-naar-de-film", "verslag-lezen", "wat-past", "eigen-plan", "vraag-stellen"]
KWITANTIE = SimpleNamespace(t="2026-11-24T13:03:00+00:00", aantal=1, onbeantwoord=["toets-feiten", "toets-open"], keer=1)


@pytest.fixture(scope="session")
def gebouwd(tmp_path_factory):
    return hulp.cursusmap(tmp_path_factory.mktemp("widget"))


@pytest.fixture
def cursus(gebouwd, tmp_path):
    return shutil.copytree(gebouwd, tmp_path / "leerlijn")


@pytest.fixture
def blad(chromium, request):
    """A page of the size and colours that a test asks for."""
    context = chromium.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam", **getattr(request, "param", {"viewport": {"width": 1200, "height": 900}}))
    context.set_default_timeout(GEDULD * 1000)
    p = context.new_page()
    p.fouten = []
    p.on("console", lambda m: m.type == "error" and p.fouten.append(m.text))
    p.on("pageerror", lambda e: p.fouten.append(str(e)))
    yield p
    assert p.fouten == []
    context.close()


def toets(page, *namen):
    for n in namen:
        page.keyboard.press(n)


def vak(page, item):
    return page.locator(f'[data-item="{item}"]')


def status(page, item):
    return vak(page, item).get_by_role("status")


def naar(page, wat, hoogstens=80):
    """Tab to the element that the selector names, as a keyboard user must."""
    for _ in range(hoogstens):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", wat):
            return
    raise AssertionError(f"niet te bereiken met Tab: {wat}")


def vul_in(page, item):
    """Answer one practice item with the keyboard only."""
    if item == "eerst-overleggen":
        naar(page, "input[type=radio]")
        toets(page, "Space", "ArrowDown")
        naar(page, ".ll-zeker input")
        toets(page, "Space", "ArrowRight")
    elif item == "feit-of-duiding":
        naar(page, "input[type=checkbox]")
        toets(page, "Space", "Tab", "Space")
    elif item == "stappen-van-overleg":
        naar(page, ".ll-stap button")
        toets(page, "Tab", "Enter", "Enter")
    elif item == "wie-doet-wat":
        for _ in range(3):
            naar(page, "select")
            toets(page, "ArrowDown")
    elif item == "samen-naar-de-film":
        for _ in range(7):
            naar(page, "input[type=radio]")
            toets(page, "Space", "ArrowRight")
    elif item == "verslag-lezen":
        naar(page, ".ll-fragment")
        toets(page, "Tab", "Space", "Tab", "Enter")
    elif item == "wat-past":
        for _ in range(3):
            naar(page, "input[type=radio]")
            toets(page, "ArrowRight", "ArrowRight")
    else:
        naar(page, "textarea")
        page.keyboard.type("Hoe was je dag?")
    naar(page, "button[type=submit]")
    toets(page, "Enter")
    vak(page, item).locator(".ll-klaar, .ll-na > *").first.wait_for()


def leesbaar(page):
    """axe, best practice included."""
    uit = Axe().run(page, options={"resultTypes": ["violations"]})
    return [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in uit.response["violations"]]


@pytest.mark.parametrize("item", SOORTEN)
def test_each_kind_by_keyboard_alone(blad, cursus, item):
    hulp.open_page(blad, hulp.oefening(cursus, item))
    vul_in(blad, item)
    assert blad.evaluate("document.activeElement.type") == "submit"  # after feedback the focus stays where it was
    assert status(blad, item).inner_text().strip()
    assert vak(blad, item).locator("summary", has_text="Waarop is dit gebaseerd?").count() == 1
    toets(blad, "Enter")  # once more
    assert vak(blad, item).locator(".ll-na > *").count() == 0
    assert blad.evaluate("document.activeElement !== document.body")
    assert len(blad.verstuurd()) == 1


@pytest.mark.parametrize("item", [s for s in SOORTEN if s != "stappen-van-overleg"])  # an order is there always
def test_nothing_is_sent_without_an_answer(blad, cursus, item):
    hulp.open_page(blad, hulp.oefening(cursus, item))
    blad.locator("button[type=submit]").click()
    assert status(blad, item).inner_text().startswith("!") and blad.verstuurd() == []


KLEUREN = [
    pytest.param({"viewport": {"width": 1200, "height": 900}}, id="licht"),
    pytest.param({"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"}, id="donker"),
    pytest.param({"viewport": {"width": 320, "height": 640}}, id="smal"),
]


@pytest.mark.parametrize("blad", KLEUREN, indirect=True)
@pytest.mark.parametrize("thema", [True, False], ids=["thema", "kaal"])
def test_axe_size_and_room(blad, cursus, thema):
    gesprek, dossier = hulp.casus(cursus, "gesprek-met-bo"), hulp.casus(cursus, "week-van-sam")
    hulp.open_page(blad, hulp.oefening(cursus), gesprek, dossier, hulp.toets(cursus, lambda m: KWITANTIE), thema=thema)
    assert leesbaar(blad) == []
    ruim(blad)
    for item in SOORTEN:
        vul_muis(blad, item)
    for k in ("Nee, laat maar", "Toch wel", "Wat zou jij doen"):
        blad.get_by_role("button", name=k).click()
    blad.locator(".ll-dossier .ll-fragment").nth(1).click()
    blad.locator(".ll-dossier .ll-fragment").nth(2).click()
    blad.locator(".ll-dossier button[type=submit]").click()
    blad.locator(".ll-route").wait_for()
    blad.locator(".ll-dossier .ll-vondst-fout").wait_for()
    blad.get_by_role("button", name="Lever in").click()
    for samenvatting in blad.locator("summary").all():
        samenvatting.click()
    assert leesbaar(blad) == []
    ruim(blad)
    blad.get_by_role("button", name="Ja, lever in").click()
    blad.locator(".ll-kwitantie dl").wait_for()
    assert leesbaar(blad) == []


def vul_muis(page, item):
    v = vak(page, item)
    for fs in v.locator("fieldset:not(:has(fieldset))").all():
        if fs.locator("input[type=radio]").count():
            fs.locator("input[type=radio]").nth(1).check()
    for s in v.locator("input[type=checkbox]").all()[:2]:
        s.check()
    for s in v.locator("select").all():
        s.select_option(index=1)
    for s in v.locator(".ll-fragment").all()[1:3]:
        s.click()
    for s in v.locator("textarea").all():
        s.fill("Waarom zit je niet lekker in je vel?")
    v.locator("button[type=submit]").click()
    v.locator(".ll-na > *").first.wait_for()


def ruim(page):
    """No sideways scroll, and every target at least 24 px."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "de pagina schuift opzij"
    klein = page.evaluate("""() => [...document.querySelectorAll('.ll-onderdeel :is(button, a, select, textarea, summary, label.ll-rij)')]
      .map((e) => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.width && (r.width < 24 || r.height < 24)).map(([e]) => e.outerHTML.slice(0, 120))""")
    assert klein == []


def test_four_times_larger(chromium, cursus):
    """1280 px at 400 % is 320 px of room with letters of the same size."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1024})
    page = context.new_page()
    hulp.open_page(page, hulp.oefening(cursus), hulp.casus(cursus, "gesprek-met-bo"))
    page.evaluate("document.documentElement.style.zoom = 4")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
    context.close()


def test_names_and_structure(blad, cursus):
    hulp.open_page(blad, hulp.oefening(cursus), hulp.oefening(cursus, "eerst-overleggen"))
    assert blad.locator(".ll-onderdeel").first.get_attribute("lang") == "nl"
    ids = blad.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert blad.get_by_role("group", name="Wat doe je eerst?").count() == 2
    assert blad.get_by_role("heading", level=3).first.inner_text().startswith("Oefening 1 van 9")
    film = vak(blad, "samen-naar-de-film")
    assert film.get_by_role("group", name="Toestemming").get_by_role("radio").count() == 4
    assert film.get_by_role("group", name="De vlag voor de hele situatie").count() == 1
    assert vak(blad, "wie-doet-wat").get_by_label("Aandachtsfunctionaris").evaluate("e => e.tagName") == "SELECT"
    assert vak(blad, "verslag-lezen").get_by_role("button", name="dinsdag").get_attribute("aria-pressed") == "false"
    assert all(vak(blad, i).first.get_by_role("status").count() == 1 for i in SOORTEN)


def test_marks_have_shape_and_word(blad, cursus):
    hulp.open_page(blad, hulp.oefening(cursus, "feit-of-duiding"))
    blad.get_by_label("Hij kwam om tien uur").check()
    blad.get_by_label("Hij was boos").check()
    blad.get_by_role("button", name="Controleer").click()
    blad.locator(".ll-klaar").wait_for()
    merken = [m.strip() for m in blad.locator(".ll-optie .ll-merk").all_inner_texts()]
    assert sorted(" ".join(m.split()) for m in merken) == sorted(["✓ Goed", "✗ Hoort er niet bij", "! Gemist", "– Terecht niet gekozen"])
    radio = blad.get_by_label("Hij was boos")
    beschrijving = radio.evaluate("e => document.getElementById(e.getAttribute('aria-describedby')).innerText")
    assert "Boos is een uitleg" in beschrijving


def test_order_is_spoken_and_keeps_the_focus(blad, cursus):
    hulp.open_page(blad, hulp.oefening(cursus, "stappen-van-overleg"))
    knop = blad.locator(".ll-stap").nth(2).get_by_role("button", name="Omhoog")
    naam = knop.inner_text()
    knop.focus()
    toets(blad, "Enter")
    assert "Nu op plaats 2 van 3" in blad.locator(".ll-hoorbaar[aria-live]").inner_text()
    assert blad.evaluate("document.activeElement.innerText") == naam
    toets(blad, "Enter", "Enter")
    assert "staat al bovenaan" in blad.locator(".ll-hoorbaar[aria-live]").inner_text()


def test_certainty_is_asked_paid_back_and_drawn(blad, cursus):
    sleutel = json.loads((cursus / "proef/oefening-sleutel.json").read_text())
    publiek = json.loads((cursus / "proef/oefening.json").read_text())
    for n in range(2):  # three of them, to draw
        for lijst, vaste in ((publiek["items"], None), (sleutel["items"], 1)):
            if vaste:
                lijst[f"kopie-{n}"] = {**lijst["eerst-overleggen"], "id": f"kopie-{n}"}
            else:
                lijst.append({**next(i for i in lijst if i["id"] == "eerst-overleggen"), "id": f"kopie-{n}"})
    (cursus / "proef/oefening-sleutel.json").write_text(json.dumps(sleutel))
    (cursus / "proef/oefening.json").write_text(json.dumps(publiek))
    hulp.open_page(blad, hulp.oefening(cursus, "eerst-overleggen", "kopie-0", "kopie-1"))
    for item, keus, zeker in (("eerst-overleggen", "Je wacht", "heel zeker"), ("kopie-0", "Je bespreekt", "gok"), ("kopie-1", "Je bespreekt", "heel zeker")):
        v = vak(blad, item)
        v.get_by_label(keus).check()
        v.get_by_role("button", name="Controleer").click()
        assert "Geef ook aan hoe zeker" in v.get_by_role("status").inner_text()
        v.get_by_label(zeker).check()
        assert blad.locator(".ll-ijk").count() == 0
        v.get_by_role("button", name="Controleer").click()
        v.locator(".ll-zekerregel").wait_for()
    assert "6 zekerheidspunten eraf" in status(blad, "eerst-overleggen").inner_text()
    assert "3 zekerheidspunten erbij" in status(blad, "kopie-1").inner_text()
    tabel = blad.locator(".ll-ijk table")
    assert tabel.get_by_role("row").nth(3).inner_text().split("\t")[-1] == "1 van 2 goed" and tabel.locator("svg").count() == 2
    assert leesbaar(blad) == []


def test_a_conversation_moves_the_focus_to_the_new_text(blad, cursus):
    hulp.open_page(blad, hulp.casus(cursus, "gesprek-met-bo"))
    naar(blad, ".ll-keuzeknop")
    toets(blad, "Enter")
    blad.locator(".ll-jij").wait_for()
    assert blad.evaluate("document.activeElement.className") == "ll-nutekst"
    while "Wat zou jij doen" not in blad.evaluate("document.activeElement.innerText") and "Misschien later" not in blad.evaluate("document.activeElement.innerText"):
        toets(blad, "Tab")
    toets(blad, "Enter")
    blad.locator(".ll-route").wait_for()
    assert blad.locator(".ll-route svg").count() > 3 and blad.locator(".ll-reden").count() >= 1
    naar(blad, ".ll-gespreksknoppen button")
    toets(blad, "Enter")
    blad.locator(".ll-keuzegroep").wait_for()
    toets(blad, "Shift+Tab")
    blad.get_by_role("button", name="Opnieuw beginnen").click()
    assert blad.locator(".ll-jij").count() == 0


def test_a_conversation_knows_only_the_present(blad, cursus):
    hulp.open_page(blad, hulp.casus(cursus, "gesprek-met-bo"))
    assert "Wat wil je nu doen" not in blad.evaluate("JSON.stringify(window.modellen[0].get('spec'))")


def test_a_double_click_is_one_answer(blad, cursus):
    hulp.open_page(blad, hulp.oefening(cursus, "feit-of-duiding"), hulp.casus(cursus, "gesprek-met-bo"))
    blad.get_by_label("Hij kwam om tien uur").check()
    blad.get_by_role("button", name="Controleer").dblclick()
    blad.locator(".ll-klaar").wait_for()
    blad.get_by_role("button", name="Ja. Ik vertel").dblclick()
    blad.locator(".ll-jij").wait_for()
    assert len(blad.verstuurd()) == 2 and blad.locator(".ll-klaar").count() == 1


def test_silence_is_said_and_nothing_is_lost(blad, cursus):
    hulp.open_page(blad, hulp.oefening(cursus, "eigen-plan"))
    blad.clock.install()
    blad.evaluate("window.stil = true")
    tekst = "Ik ga 👍 naar Bo. ‏مرحبا " * 400
    blad.locator("textarea").fill(tekst)
    blad.get_by_role("button", name="Vergelijk").click()
    blad.clock.fast_forward(5200)
    assert "Geen verbinding met de cursus. Je antwoord staat nog op deze pagina." in status(blad, "eigen-plan").inner_text()
    assert blad.locator("textarea").input_value() == tekst
    hulp.open_page(blad, hulp.oefening(cursus, "eigen-plan"))  # reload: the tab still has it
    assert blad.locator("textarea").input_value() == tekst and "nog niet bewaard" in status(blad, "eigen-plan").inner_text()
    blad.get_by_role("button", name="Vergelijk").click()
    blad.locator(".ll-klaar").wait_for()
    assert blad.evaluate("Object.keys(sessionStorage).length") == 0
    hulp.open_page(blad, hulp.oefening(cursus, "eigen-plan"))
    assert blad.locator("textarea").input_value() == tekst


def test_asking_again_sends_the_same_number(blad, cursus):
    hulp.open_page(blad, hulp.oefening(cursus, "feit-of-duiding"))
    blad.evaluate("window.stil = true")
    blad.get_by_label("Hij kwam om tien uur").check()
    blad.get_by_role("button", name="Controleer").click()
    blad.evaluate("window.stil = false")
    blad.get_by_role("button", name="Controleer").click()
    blad.locator(".ll-klaar").wait_for()
    assert len({b["nr"] for b in blad.verstuurd()}) == 1


def test_a_test_keeps_each_choice_and_is_handed_in(blad, cursus):
    hulp.open_page(blad, hulp.toets(cursus, lambda m: KWITANTIE))
    assert blad.get_by_text("0 van 3 vragen beantwoord.").count() == 1
    blad.get_by_label("Je deelt je twijfel").check()
    status(blad, "toets-overleg").get_by_text("Bewaard").wait_for()
    assert ":" in status(blad, "toets-overleg").inner_text()
    blad.locator("textarea").fill("Ik begin met wat ik zag.")
    blad.get_by_role("link", name="Vraag 2: nog open").click()
    assert blad.evaluate("document.activeElement.innerText").startswith("Vraag 2 van 3")
    blad.get_by_role("button", name="Lever in").click()
    paneel = blad.locator(".ll-inleverpaneel")
    assert blad.evaluate("document.activeElement.innerText") == "Weet je het zeker?"
    assert paneel.get_by_role("link").all_inner_texts() == ["Vraag 2", "Vraag 3"] or paneel.get_by_role("link").all_inner_texts() == ["Vraag 2"]
    blad.get_by_role("button", name="Nee, nog niet").click()
    assert blad.evaluate("document.activeElement.innerText") == "Lever in"
    blad.get_by_role("button", name="Lever in").click()
    blad.get_by_role("button", name="Ja, lever in").click()
    blad.locator(".ll-kwitantie dl").wait_for()
    assert "24 november 2026 om 14:03" in blad.locator(".ll-kwitantie").inner_text()
    assert [b["type"] for b in blad.verstuurd()].count("inleveren") == 1
    assert [b["type"] for b in blad.verstuurd()].index("inleveren") > [b.get("item") for b in blad.verstuurd()].index("toets-open")
    hulp.open_page(blad, hulp.toets(cursus, receipt=lambda m: KWITANTIE))
    assert blad.get_by_label("Je deelt je twijfel").is_checked() and blad.get_by_role("button", name="Lever opnieuw in").count() == 1
    assert blad.locator("textarea").input_value() == "Ik begin met wat ik zag."


def test_a_choice_in_a_test_can_be_taken_back(blad, cursus):
    hulp.open_page(blad, hulp.toets(cursus))
    blad.get_by_label("Zij deed de deur dicht").check()
    status(blad, "toets-feiten").get_by_text("Bewaard").wait_for()
    blad.get_by_label("Zij deed de deur dicht").uncheck()
    status(blad, "toets-feiten").get_by_text("Antwoord weggehaald").wait_for()
    assert blad.get_by_role("link", name="Vraag 2: nog open").count() == 1


def test_typing_in_a_test_is_kept_after_a_pause_and_after_a_reload(blad, cursus):
    hulp.open_page(blad, hulp.toets(cursus))
    blad.locator("textarea").press_sequentially("Eerst kijk ik.")
    assert "Nog niet bewaard" in blad.locator(".ll-bewaard").last.inner_text()
    hulp.open_page(blad, hulp.toets(cursus))  # within the pause
    assert blad.locator("textarea").input_value() == "Eerst kijk ik."
    vak(blad, "toets-open").get_by_text("Bewaard").wait_for()
    assert "Eerst kijk ik." in (cursus / "toetsen/proef/antwoorden.jsonl").read_text()


def test_keys_do_not_reach_the_page_around(blad, cursus):
    hulp.open_page(blad, hulp.oefening(cursus, "eerst-overleggen"))
    blad.evaluate("window.gehoord = []; document.addEventListener('keydown', (e) => window.gehoord.push(e.key))")
    naar(blad, "input[type=radio]")
    blad.evaluate("window.gehoord = []")
    toets(blad, "Space", "ArrowDown", "j", "Enter")
    assert blad.evaluate("window.gehoord") == []


def test_text_of_anyone_stays_text(blad, cursus):
    pad = cursus / "proef/oefening.json"
    data = json.loads(pad.read_text())
    slecht = "<img src=x onerror=\"window.kwaad=1\"> **vet** *schuin* <script>window.kwaad=1</script>\n\n- een\n- twee"
    data["items"][0]["situatie"] = slecht
    data["items"][0]["opties"][0]["tekst"] = slecht
    pad.write_text(json.dumps(data))
    hulp.open_page(blad, hulp.oefening(cursus, data["items"][0]["id"]))
    assert blad.locator(".ll-situatie strong").inner_text() == "vet" and blad.locator(".ll-situatie li").count() == 2
    assert blad.locator(".ll-onderdeel img, .ll-onderdeel script").count() == 0 and blad.evaluate("window.kwaad") is None


@pytest.mark.parametrize("blad", [{"viewport": {"width": 900, "height": 900}, "forced_colors": "active"}], indirect=True)
def test_high_contrast_shows_what_is_chosen(blad, cursus):
    hulp.open_page(blad, hulp.oefening(cursus, "eerst-overleggen"))
    blad.get_by_label("Je wacht").check()
    rij = blad.locator(".ll-rij:has(:checked)").first
    assert rij.evaluate("e => getComputedStyle(e).borderTopWidth") == "3px"
