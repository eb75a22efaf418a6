"""On paper: real pdf's of the tiny course read back with pypdf, every real handout on one page, and nothing secret in any of them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from leerlijn import content, druk, druk_beeld, druk_pdf, druk_vragen, split
from leerlijn.errors import LeerlijnError
from tests.conftest import ROOT, VOORBEELD
from tests.zet_systeem_klaar import find_pango

pytestmark = pytest.mark.skipif(not find_pango() and os.environ.get("CI") != "true", reason="Pango is er niet")
NAMEN = ["handout-proef.pdf", "docent-proef.pdf", "reader-proef.pdf", "reader.pdf"]


@pytest.fixture(scope="module")
def regels():
    return []


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory, regels):
    gemaakt = druk.make(VOORBEELD, tmp_path_factory.mktemp("druk"), soorten=druk.SOORTEN, meld=regels.append)
    return {p.name: PdfReader(p) for p in gemaakt}


def kaal(tekst):
    """Without white space: a pdf breaks lines where it likes."""
    return "".join(tekst.split())


def tekst(pdf):
    return kaal("".join(p.extract_text() for p in pdf.pages))


def elementen(pdf):
    """(kind, alternative text) of every element in the structure tree."""
    rij = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while rij:
        deel = rij.pop().get_object()
        if isinstance(deel, dict):
            if "/S" in deel:
                yield deel["/S"], deel.get("/Alt")
            onder = deel.get("/K", [])
            onder = onder.get_object() if hasattr(onder, "get_object") else onder
            rij += onder if isinstance(onder, list) else [onder]


def lettertypen(bron):
    """Descriptors of the fonts of a page and of the drawings on it."""
    hulp = bron.get("/Resources", {}).get_object() if "/Resources" in bron else {}
    for f in hulp.get("/Font", {}).values():
        for onder in f.get_object().get("/DescendantFonts", [f]):
            yield onder.get_object()["/FontDescriptor"].get_object()
    for x in hulp.get("/XObject", {}).values():
        yield from lettertypen(x.get_object())


# --- what every pdf is -----------------------------------------------------------------------------------------


def test_one_file_and_one_line_for_each(pdfs, regels):
    assert list(pdfs) == NAMEN
    assert [r.split(":")[0] for r in regels] == NAMEN and regels[0] == "handout-proef.pdf: 1 bladzijde"
    assert regels[3] == f"reader.pdf: {len(pdfs['reader.pdf'].pages)} bladzijden"


@pytest.mark.parametrize("naam", NAMEN)
def test_tagged_in_dutch_with_title_bookmarks_and_its_own_fonts(pdfs, naam):
    pdf = pdfs[naam]
    basis = pdf.trailer["/Root"]
    assert basis["/MarkInfo"]["/Marked"] and basis["/Lang"] == "nl" and basis["/ViewerPreferences"]["/DisplayDocTitle"]
    assert {"/H1", "/H2", "/P"} <= {s for s, _ in elementen(pdf)}
    assert re.search(rb"pdfuaid:part\W+1", basis["/Metadata"].get_data())  # PDF/UA-1
    assert "proefmodule" in pdf.metadata.title.lower() or pdf.metadata.title == "Reader: Proefcursus"
    assert pdf.outline
    for pagina in pdf.pages:
        for letter in lettertypen(pagina):
            assert "/FontFile2" in letter or "/FontFile3" in letter
            assert "Atkinson" in letter["/FontName"]
        assert [round(float(x)) for x in pagina.mediabox[2:]] == [595, 842]


@pytest.mark.parametrize("naam", ["reader-proef.pdf", "reader.pdf"])
def test_a_reader_is_whole(pdfs, naam):
    pdf, alles = pdfs[naam], tekst(pdfs[naam])
    hoofd = [b.title for b in pdf.outline if not isinstance(b, list)]
    assert hoofd == ["Over deze reader", "Inhoud", "Een proefmodule", "Begrippen", "Waarop is dit gebaseerd", "Bronnen", "Hulp"]
    for stuk in ("Redactieversie", "CC BY-SA 4.0", "Module 1: Een proefmodule", "Oefening 1.9", "Casus 1.2: De week van Sam"):
        assert kaal(stuk) in alles, stuk
    inhoud = content.load(VOORBEELD)
    for stuk in [inhoud.feiten["H-01"].stelling, *(b.titel for b in inhoud.bronnen.values() if b.id in inhoud.feiten["H-01"].bronnen)]:
        assert kaal(stuk) in alles
    for k in inhoud.contacten.values():
        assert kaal(k.organisatie) in alles and kaal(f"{k.gezien.day}") in alles
    figuren = [alt for soort, alt in elementen(pdf) if soort == "/Figure"]
    assert len(figuren) == 1 and figuren[0].startswith("Drie stappen: zien, delen, besluiten. ") and len(figuren[0]) > 60


def test_page_numbers_in_the_contents_are_right(pdfs):
    pdf = pdfs["reader.pdf"]
    inhoud = next(p.extract_text() for p in pdf.pages if p.extract_text().count("Begrippen") and "Inhoud" in p.extract_text())
    gedrukt = int(re.search(r"Begrippen[\s.]*(\d+)", inhoud)[1])
    assert gedrukt == 1 + next(pdf.get_destination_page_number(b) for b in pdf.outline if not isinstance(b, list) and b.title == "Begrippen")


def test_every_kind_of_exercise_has_room_to_answer(items):
    oefeningen = [split.public_item(i) for i in items.values() if i.gebruik == "oefening"]
    assert {i["soort"] for i in oefeningen} == set(druk_vragen.OPDRACHT)
    for i in oefeningen:
        html = druk_vragen.question(i, "1.1", lambda url, alt: "")
        assert druk_vragen.OPDRACHT[i["soort"]] in html and re.search("rond|vak|invul|schrijflijn", html), i["soort"]


# --- what may not be in there ----------------------------------------------------------------------------------


def geheimen(items):
    """Texts that only who grades may read: test items whole, and every explanation."""
    for i in items:
        yield from (u for u in split.key_item(i)["uitleg"].values() if u)
        if i.gebruik == "toets":
            yield i.vraag
        if i.soort == "open":
            yield i.voorbeeld
        if i.soort == "vlaggen":
            yield i.reactie


def test_no_key_in_any_pdf(pdfs, items):
    alles = {n: tekst(p) for n, p in pdfs.items()}
    assert kaal(items["eerst-overleggen"].opties[0].tekst) in alles["reader.pdf"]
    for geheim in geheimen(items.values()):
        assert not [n for n, t in alles.items() if kaal(geheim) in t], geheim


def test_no_key_in_any_document_of_the_course():
    inhoud = content.load(ROOT)
    alles = {s.naam: kaal(re.sub(r"<[^>]+>|base64,[\w+/=]+", "", s.html)) for s in druk.documents(inhoud, None, ("reader",))}
    items = [i for rij in inhoud.items.values() for i in rij]
    gevraagd = {i.vraag for i in items if i.gebruik == "oefening"}
    feiten = " ".join(kaal(f.stelling) for f in inhoud.feiten.values())
    # A short sentence may stand in the theory as well, and an explanation may be a fact word for word.
    lang = [(i.id, g) for i in items for g in geheimen([i]) if len(g) >= 60 and g not in gevraagd and kaal(g) not in feiten]
    assert len(lang) > 500 and len(alles) >= 8
    for id_, geheim in lang:
        assert not [n for n, t in alles.items() if kaal(geheim.replace("*", "")) in t], (id_, geheim)


@pytest.mark.parametrize("adres", ["https://voorbeeld.example/x.png", "http://127.0.0.1/x.png", "file:///etc/hostname", (ROOT / "README.md").as_uri()])
def test_nothing_is_fetched_from_outside(tmp_path, adres):
    with pytest.raises(LeerlijnError, match="haalt niets van buiten"):
        druk_pdf.write_pdf(f'<html lang="nl"><title>x</title><p>x <img src="{adres}" alt="x">', tmp_path / "x.pdf")
    assert not list(tmp_path.iterdir())


def test_a_link_to_nowhere_is_told(tmp_path):
    with pytest.raises(LeerlijnError, match="x.pdf is niet gemaakt.*nergens"):
        druk_pdf.write_pdf('<html lang="nl"><title>x</title><p><a href="#nergens">x</a>', tmp_path / "x.pdf")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("deel", ['<span class="feit">[<a href="#f">H-24</a>]</span>', "<strong>H-24</strong>", '<a class="begrip" href="#f">H-24</a>'])
def test_lines_are_filled(deel):
    """No line of one word before a reference, at whatever width: see druk_pdf.tidy_breaks."""
    zin = f"Een vermoeden is genoeg om te wegen. Jij hoeft niets te bewijzen, en je wacht niet op zekerheid {deel}. Een eerlijke twijfel leg je op tafel."
    alineas = "".join(f'<p style="width: {breed}px">{zin}' for breed in range(540, 620))
    document = druk_pdf._render(f'<html lang="nl"><title>x</title><body id="f"><style>@page {{ size: 800px; margin: 10px }}</style>{alineas}', "")
    gelezen = [b for p in document.pages for b in p._page_box.descendants() if b.element_tag == "p" and type(b).__name__ == "BlockBox"]
    assert len(gelezen) >= 80
    for alinea in gelezen:
        regels = ["".join(t.text for t in r.descendants() if hasattr(t, "text")) for r in alinea.children]
        assert regels and all(len(r) > 60 for r in regels[:-1]) and not regels[-1].startswith((".", "]")), regels


# --- drawings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pad", sorted((ROOT / "modules").glob("*/beeld/*.svg")), ids=lambda p: f"{p.parts[-3]}/{p.name}")
def test_a_drawing_has_its_colours_inside(pad):
    svg = druk_beeld.drawing(pad)
    assert "var(" not in svg and svg.count("<style>") == 1
    assert set(re.findall(r'font-family="([^"]*)"', svg)) <= {druk_beeld.LETTER}
    klassen = {k for rij in re.findall(r'class="([^"]*)"', svg) for k in rij.split()}
    assert klassen <= set(re.findall(r"\.(d-[a-z-]+)", druk_beeld.stijl()))


def test_a_drawing_that_is_not_there_is_said(tmp_path):
    assert "Afbeelding ontbreekt: een plan" in druk_beeld.picture(tmp_path, "../geheim.svg", "een plan")


# --- handouts, and what can go wrong ----------------------------------------------------------------------------


def test_every_handout_of_the_course_fits_on_one_page(tmp_path):
    gemaakt = druk.make(ROOT, tmp_path, soorten=("handout",))
    assert len(gemaakt) == len(list((ROOT / "modules").glob("*/handout.md"))) >= 7
    for pad in gemaakt:
        pdf = PdfReader(pad)
        assert len(pdf.pages) == 1 and pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] and kaal("112") in tekst(pdf), pad.name


def test_a_handout_that_is_too_long_is_refused(voorbeeld, tmp_path):
    pad = voorbeeld / "modules/01-proef/handout.md"
    pad.write_text(pad.read_text() + "\n\nEen regel erbij.\n" * 90)
    with pytest.raises(LeerlijnError, match=r"handout-proef.pdf telt 3 bladzijden en hoort op 1 A4 te passen.*modules/01-proef/handout.md"):
        druk.make(voorbeeld, tmp_path / "uit", soorten=("handout",))


def test_command_and_unknown_module(tmp_path, voorbeeld):
    def doe(*wat, **env):
        return subprocess.run([sys.executable, "-m", "leerlijn.cli", "print", *wat], cwd=voorbeeld, capture_output=True, text=True, env={**os.environ, **env})

    uit = doe("proef", "--handouts")
    assert uit.returncode == 0 and uit.stdout.splitlines()[0] == "handout-proef.pdf: 1 bladzijde" and (voorbeeld / "_build/druk/handout-proef.pdf").exists()
    uit = doe("proev")
    assert uit.returncode == 1 and "Er is geen module 'proev'. Kies uit: proef, later." in uit.stderr
    uit = doe("later")
    assert uit.returncode == 1 and "niets te printen" in uit.stderr
    # A WeasyPrint that can't load its library, as on a machine without Pango.
    (tmp_path / "weasyprint.py").write_text('raise OSError("cannot load library \'libgobject-2.0-0\'")')
    uit = doe("proef", PYTHONPATH=str(tmp_path))
    assert uit.returncode == 1 and "sudo apt install libpango" in uit.stderr and "Traceback" not in uit.stderr


