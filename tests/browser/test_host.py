"""The lesson page against the real server: protocol, widgets, and what stands on the page."""

import json

import pytest

from .conftest import LES, wait_until

pytestmark = pytest.mark.browser
KLAAR = "html[data-klaar]"


@pytest.fixture
def les(page, server):
    page.goto(server.adres + LES)
    page.wait_for_selector(KLAAR)
    return page


def spoor(page):
    return page.locator(".spoor li").all_text_contents()


def druk(page, naam):
    page.get_by_role("button", name=naam, exact=True).click()


def wacht_op(page, tekst):
    return wait_until(lambda: [r for r in spoor(page) if tekst in r])


def test_page_stands_alone_and_breaks_no_rule(les, server):
    w = les.waarnemer
    assert all(a.startswith((server.adres, "data:")) for a in w.adressen)
    assert w.klachten == []
    assert les.locator("html").get_attribute("lang") == "nl"
    assert les.title() == "Proefles · Proefcursus"


def test_landmarks_and_sections(les):
    assert les.get_by_role("main").count() == 1 and les.get_by_role("banner").count() == 1 and les.get_by_role("contentinfo").count() == 1
    assert les.get_by_role("complementary").get_by_text("Luisterlijn").count() == 1
    assert les.get_by_text("Alleen voor werk").count() == 0
    secties = les.get_by_role("navigation", name="Op deze pagina").get_by_role("link")
    assert secties.all_text_contents() == ["Vooraf", "Een beeld", "Vooraf", "Lang stuk"]
    assert [a.get_attribute("href") for a in secties.all()] == ["#vooraf", "#een-beeld", "#vooraf-2", "#lang-stuk"]
    assert les.get_by_role("link", name="Volgende Toets: Proefmodule").count() == 1
    assert les.locator("h1").all_text_contents() == ["Proefles"]
    les.keyboard.press("Tab")
    assert les.evaluate("document.activeElement.textContent") == "Naar de inhoud"


def test_text_with_terms_facts_and_a_drawing(les):
    assert les.locator("button.begrip").all_text_contents() == ["grooming", "Meldcode", "grooming"]  # once in each cell
    assert [b.get_attribute("data-feiten") for b in les.locator("button.feitverwijzing").all()] == ["H-01 H-02", "H-02"]
    assert set(json.loads(les.locator("#feiten").text_content())) == {"H-01", "H-02"}
    assert set(json.loads(les.locator("#begrippen").text_content())) == {"grooming", "meldcode"}
    svg = les.get_by_role("img", name="Twee lagen van aandacht")
    assert svg.count() == 1 and svg.evaluate("e => e.tagName") == "svg"
    assert les.locator("svg script, svg image, svg [style], svg[onload]").count() == 0
    assert "<b>geen</b> HTML" in les.locator("main").text_content()


def test_cells(les):
    assert les.get_by_text("slank 1").count() == 1
    assert les.locator("[data-cel=niets]").count() == 0
    assert les.locator("[data-cel=vreemd]").text_content().startswith("Dit onderdeel werkt niet op deze pagina")
    assert les.locator("[aria-busy]").count() == 0


def test_widget_both_ways(les):
    assert spoor(les) == ["begin 5 1,2,3 1 true"]  # a later cell had changed it
    druk(les, "tel")
    wacht_op(les, '{"type":"geteld","nr":1,"som":12} 2,0')
    druk(les, "zet")
    wacht_op(les, "getal 41 41")
    druk(les, "plus")
    wacht_op(les, '{"type":"gezien","getal":42}')
    assert spoor(les).count("getal 42 42") == 1  # no echo of what we did ourselves
    druk(les, "beeld")
    wacht_op(les, '{"type":"bytes","is":[4,5,6]}')


def test_grading_cells_do_not_run(page, server):
    page.goto(server.adres + "/voila/render/toetsen/proef/toets.ipynb")
    page.wait_for_selector(KLAAR)
    assert page.get_by_text("de toets", exact=True).count() == 1
    assert page.locator("[data-cel=p-een]").count() == 0 and page.get_by_text("kan nu niet").count() == 0
    assert page.get_by_role("navigation", name="Kruimelpad").get_by_role("listitem").all_text_contents() == ["Overzicht", "Proefmodule", "Toets"]


def test_text_comes_before_the_kernel(page, server, proefmap, tmp_path):
    import proefcursus

    from .conftest import Server

    map_ = proefcursus.schrijf(tmp_path / "leerlijn")
    (map_ / "proef/les.ipynb").write_text(proefcursus.notebook([("t", "markdown", "# Rustig"), ("w", "code", "import time; time.sleep(8); print('daar')")]))
    s = Server(map_)
    try:
        page.goto(s.adres + LES, wait_until="commit")
        page.get_by_role("heading", name="Rustig").wait_for()
        page.get_by_text("De oefening wordt geladen").wait_for()
        assert page.get_by_text("daar").count() == 0
        page.get_by_text("daar").wait_for()
    finally:
        s.stop()


def test_frame_is_the_one_of_the_server(page, server):
    """encode and decode in the browser against jupyter_server's own functions."""
    from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1

    page.goto(server.adres + "/leeg")
    les = page.request.get(server.adres + LES).text()
    frame = les.split('modulepreload" href="')[2].split('"')[0]
    assert frame.endswith("frame.js")
    uit = page.evaluate(
        """async (adres) => { const { encode } = await import(adres);
        const b = new Uint8Array([0, 1, 2, 3, 4]);
        return [...encode({channel: "shell", header: {a: "é€😀"}, parent_header: {}, metadata: {m: 1}, content: {c: [1, null]}, buffers: [b.subarray(1, 3), b.buffer, new DataView(b.buffer, 4)]})]; }""",
        frame,
    )
    kanaal, delen = deserialize_msg_from_ws_v1(bytes(uit))
    assert kanaal == "shell" and [json.loads(d) for d in delen[:4]] == [{"a": "é€😀"}, {}, {"m": 1}, {"c": [1, None]}]
    assert delen[4:] == [b"\x01\x02", b"\x00\x01\x02\x03\x04", b"\x04"]
    bericht = serialize_msg_to_ws_v1([json.dumps({"a": "é😀"}).encode(), b"{}", b'{"m":1}', b'{"c":2}', b"", b"\xff\x00"], "iopub")
    terug = page.evaluate(
        """async ([adres, b]) => { const { decode } = await import(adres); const m = decode(new Uint8Array(b).buffer);
        return {...m, buffers: m.buffers.map(d => [...new Uint8Array(d.buffer, d.byteOffset, d.byteLength)])}; }""",
        [frame, list(bericht)],
    )
    assert terug == {"channel": "iopub", "header": {"a": "é😀"}, "parent_header": {}, "metadata": {"m": 1}, "content": {"c": 2}, "buffers": [[], [255, 0]]}


@pytest.mark.parametrize("diep", [False, True])
def test_binary_values_leave_and_return(page, server, diep):
    page.goto(server.adres + "/leeg")
    les = page.request.get(server.adres + LES).text()
    model = les.split('modulepreload" href="')[3].split('"')[0]
    assert model.endswith("model.js")
    uit = page.evaluate(
        """async ([adres, diep]) => { const { split, put } = await import(adres); const b = new Uint8Array([7]);
        const paths = [], buffers = []; const in_ = diep ? {a: [1, {b}], c: null} : {b, c: "x"};
        const state = split(in_, [], paths, buffers); const plat = JSON.parse(JSON.stringify(state));
        const terug = put(structuredClone(plat), paths, buffers);
        return [plat, paths, buffers.map(x => [...x]), (diep ? terug.a[1].b : terug.b)[0]]; }""",
        [model, diep],
    )
    assert uit == ([{"a": [1, {}], "c": None}, [["a", 1, "b"]], [[7]], 7] if diep else [{"c": "x"}, [["b"]], [[7]], 7])


def test_front_end_of_jupyterlab_as_a_switch(page, proefmap):
    from .conftest import Server

    s = Server(proefmap, {"LEERLIJN_VOORKANT": "gewoon"})
    try:
        page.goto(s.adres + LES)
        page.get_by_role("main").get_by_role("heading", name="Proefles").wait_for()
        page.locator(".jp-OutputArea-output .widget-slider").wait_for()  # a widget that the slim host does not have
        assert all(a.startswith((s.adres, "data:", "blob:")) for a in page.waarnemer.adressen)
        page.goto(s.adres + "/leeg")
        wait_until(lambda: s.kernels() == [])
    finally:
        s.stop()


def test_unknown_page(page, server):
    page.goto(server.adres + "/bestaat-niet")
    assert page.get_by_role("heading", name="Deze pagina bestaat niet").is_visible()
    page.get_by_role("main").get_by_role("link", name="Naar het cursusoverzicht").click()
    assert page.url == server.adres + "/"
