"""Every lesson and test of the course on our page, with all its content: answered, explained, every panel open. axe finds nothing, light or dark."""

from __future__ import annotations

from collections import deque

import pytest
from axe_playwright_python.sync_playwright import Axe

from leerlijn import answers, build, check_casus, content
from leerlijn.model import Cursus
from leerlijn.serve_pages import PAGINAS as ZONDER_KERN
from tests.conftest import ROOT
from tests.schermtekst import traces

from .conftest import Server

pytestmark = pytest.mark.browser
MODULES = {m.id: m.map for m in content.load_file(ROOT / "modules/cursus.yaml", Cursus).modules}
PAGINAS = [f"{m}/{p.stem}" for m, map_ in MODULES.items() for p in sorted((ROOT / "modules" / map_).glob("*.ipynb"))]
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Contrast of thousands of texts costs axe nine of ten seconds. It depends on colour, ground and letter only: mark one text of each combination.
STEEKPROEF = """() => {
  document.querySelectorAll("[data-proef]").forEach((e) => e.removeAttribute("data-proef"));
  const grond = (e) => { for (; e; e = e.parentElement) { const k = getComputedStyle(e).backgroundColor; if (!/, 0\\)$|transparent/.test(k)) return k; } return ""; };
  const gezien = new Set();
  for (const e of document.body.querySelectorAll("*")) {
    if (e.ownerSVGElement || !e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const s = getComputedStyle(e), sleutel = [s.color, grond(e), s.fontSize, s.fontWeight, s.opacity, e.className].join("|");
    if (!gezien.has(sleutel)) { gezien.add(sleutel); e.dataset.proef = ""; }
  }
  return gezien.size;
}"""
TEKST = "Ik vertel wat ik zag. Daarna vraag ik een collega om mee te denken. Wat vind jij?"


def antwoord(item, goed: bool):
    """An answer to an item of any kind, right or wrong, so that a page shows both."""
    match item.soort:
        case "een-goed":
            return next(o.id for o in item.opties if o.goed == goed)
        case "meer-goed":
            return [o.id for o in item.opties if o.goed == goed]
        case "volgorde":
            return [s.id for s in item.stappen][:: 1 if goed else -1]
        case "koppel":
            rechts = [p.rechts for p in item.paren]
            return dict(zip((p.links for p in item.paren), rechts if goed else rechts[1:] + rechts[:1], strict=True))
        case "vlaggen":
            vlaggen = {**{c: g.vlag for c, g in item.criteria}, "vlag": item.vlag.vlag}
            return vlaggen if goed else dict.fromkeys(vlaggen, "zwart")
        case "signalen":
            return [f.id for f in item.fragmenten if f.signaal == goed]
        case "oordeel":
            return {a.id: a.oordeel if goed else 6 - a.oordeel for a in item.acties}
        case _:
            return TEKST


def slechte_afloop(casus) -> list[list[str]]:
    """The shortest walk to an end that is not good: it shows the most to mend."""
    graaf, _ = check_casus.staten(casus.model_dump(mode="json"))
    begin = next(iter(graaf))
    rij, paden = deque([begin]), {begin: []}
    while rij:
        staat = rij.popleft()
        if casus.knopen[staat[0]].einde == "zorgelijk":
            return paden[staat]
        for keuze, volgende in graaf[staat]:
            if volgende not in paden:
                paden[volgende] = [*paden[staat], [staat[0], keuze]]
                rij.append(volgende)
    raise AssertionError(casus.id)


@pytest.fixture(scope="module")
def inhoud():
    return content.load(ROOT)


@pytest.fixture(scope="module")
def site(tmp_path_factory, inhoud):
    """The whole course, half of it answered rightly and half wrongly, and every conversation walked to a bad end."""
    map_ = tmp_path_factory.mktemp("cursus")
    build.install(build.build(ROOT, map_ / "uit", map_ / "grading"), map_ / "leerlijn")
    for module, items in inhoud.items.items():
        for n, item in enumerate(i for i in items if not i.vervallen):
            pad = map_ / "leerlijn" / (f"prive/{module}.jsonl" if item.gebruik == "oefening" else f"toetsen/{module}/antwoorden.jsonl")
            answers.append(pad, item.id, antwoord(item, n % 2 == 0), extra={"zekerheid": 2} if item.zekerheid else None)
    for casus in inhoud.casussen.values():
        gedaan = slechte_afloop(casus) if casus.vorm == "gesprek" else [f.id for f in casus.fragmenten[::2]]
        answers.append(map_ / "leerlijn" / "prive" / f"{casus.module}.jsonl", casus.id, gedaan)
    s = Server(map_ / "leerlijn")
    yield s.adres
    s.stop()


def open_alles(page) -> None:
    """Every fold open, and the panel of a source."""
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    for knop in (".feitverwijzing", ".begrip"):
        if page.locator(f"main .tekst {knop}").count():
            page.locator(f"main .tekst {knop}").first.click()
    if (lever := page.get_by_role("button", name="Lever in", exact=True)).count():
        lever.click()


def axe(page, options, context=None) -> None:
    uitslag = Axe().run(page, context=context, options={"resultTypes": ["violations"], **options})
    assert uitslag.violations_count == 0, uitslag.generate_report()


@pytest.mark.parametrize("pagina", PAGINAS)
def test_a_page_with_all_its_content_is_accessible(page, site, inhoud, pagina):
    module, naam = pagina.split("/")
    items = [i for i in inhoud.items.get(module, []) if not i.vervallen and i.gebruik == ("oefening" if naam == "les" else "toets")]
    gesprekken = [c for c in inhoud.casussen.values() if c.module == module and c.vorm == "gesprek"] if naam == "les" else []
    page.goto(f"{site}/voila/render/{'' if naam == 'les' else 'toetsen/'}{module}/{naam}.ipynb", wait_until="load")
    page.wait_for_selector("html[data-klaar]", timeout=60_000)
    page.wait_for_function("n => document.querySelectorAll('.ll-onderdeel [data-item]').length >= n", arg=len(items), timeout=60_000)
    if naam == "les":
        page.wait_for_function("n => document.querySelectorAll('[data-item].ll-klaar').length >= n", arg=len(items), timeout=60_000)
        assert page.locator(".ll-einde").count() == len(gesprekken)
        # Every explanation shows how sure its facts are: medium certainty and judgement of the trade look like what they are.
        assert page.locator("[data-item].ll-klaar").filter(has_text="Zekerheid van dit feit: ").count() >= len(items)
    else:
        page.get_by_text(f"Alle {len(items)} vragen zijn beantwoord.").first.wait_for(timeout=60_000)
    open_alles(page)
    assert traces(page.locator("body").inner_text()) == []
    assert page.waarnemer.klachten == []  # before axe, which sets styles of its own
    assert not [a for a in page.waarnemer.adressen if not a.startswith((site, "data:"))]
    axe(page, options={"rules": {"color-contrast": {"enabled": False}}})
    for thema in ("light", "dark"):
        page.emulate_media(color_scheme=thema)
        assert page.evaluate(STEEKPROEF) > 20
        axe(page, context={"include": [["[data-proef]"]]}, options=CONTRAST)


def test_pages_without_kernel_show_whole_words_and_no_dead_link(page, site):
    """The help page once gave half a number, and names of towns without a capital."""
    paden = ["/", "/delen", "/zoeken?q=signalen", *(f"/{p}" for p in ZONDER_KERN), *(f"/handout/{m}" for m in MODULES)]
    links = set()
    for pad in paden:
        page.goto(site + pad)
        page.wait_for_function("() => !location.search || document.querySelector('#treffers h2')")
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert traces(page.locator("body").inner_text()) == [], pad
        links |= {a.partition("#")[0] for a in page.evaluate("[...document.querySelectorAll('a[href], img[src]')].map((e) => e.href || e.src)") if a.startswith(site)}
    assert len(links) > 2 * len(MODULES)
    # A lesson starts a kernel; that each of them opens is seen above.
    assert [a for a in links if ".ipynb" not in a and page.request.get(a).status != 200] == []
