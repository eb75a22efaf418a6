"""The page: in one piece, nobody's name, nothing hidden that comes through, every picture with words beside it."""

import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from leerlijn import report, report_html, report_plaat, report_route
from leerlijn.report_beeld import colours

from .groep import Groep, project
from .test_report import maak


@pytest.fixture(scope="module")
def verslag(tmp_path_factory):
    root = project(tmp_path_factory.mktemp("html") / "p")
    groep = Groep(root, 45)
    groep.toets("herkennen")
    groep.deel("herkennen")
    return report.of_module(root, "herkennen")


@pytest.fixture(scope="module")
def pagina(verslag):
    return report_html.render([verslag, report.make(maak(4))], "Een <cursus>", date(2030, 3, 4))


def test_in_one_piece(pagina):
    soep = BeautifulSoup(pagina, "html.parser")
    assert not soep.find_all(["script", "link", "img", "iframe"])
    assert not [u for u in re.findall(r'(?:href|src)="([^"]+)"|url\(([^)]+)\)', pagina) if not (u[0] or u[1]).strip('"').startswith(("#", "data:"))]
    assert "default-src 'none'" in soep.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert soep.html["lang"] == "nl" and "Een &lt;cursus&gt;" in pagina and "4 maart 2030" in pagina


def test_ids_are_unique_and_references_exist(pagina):
    soep = BeautifulSoup(pagina, "html.parser")
    ids = [e["id"] for e in soep.find_all(id=True)]
    assert len(ids) == len(set(ids))
    gebruikt = {v for e in soep.find_all(True) for a in ("aria-labelledby", "href", "xlink:href") for v in str(e.get(a, "")).replace("#", " ").split() if a != "href" or str(e.get(a)).startswith("#")}
    gebruikt |= set(re.findall(r"url\(#([^)]+)\)", pagina))
    assert gebruikt <= set(ids), sorted(gebruikt - set(ids))[:5]


def test_every_picture_has_words_and_the_tokens_of_the_theme(pagina):
    soep = BeautifulSoup(pagina, "html.parser")
    platen = soep.find_all("svg", role="img")
    assert len(platen) > 15
    for p in platen:
        assert p.find("title").text and len(p.find("desc").text) > 20
        assert not [k for k in colours().values() if k in str(p).lower()]  # all through var(--ll-...)
        assert "var(--ll-" in str(p)


def test_nobody_is_named_and_no_small_number_is_told(pagina, verslag):
    assert "gesimuleerd" not in pagina
    soep = BeautifulSoup(pagina, "html.parser")
    cellen = [td.text for tabel in soep.find_all("table") if "Wat koos" not in tabel.text for td in tabel.select("tbody.deel td.g")]
    assert cellen and not [c for c in cellen if c.isdigit() and 0 < int(c) < 5]
    assert "<5" in cellen


def test_a_small_group_gets_words(pagina):
    klein = BeautifulSoup(pagina, "html.parser").find("section", attrs={"aria-labelledby": "proef"})
    assert "te klein" in klein.text and not klein.find_all(["svg", "table"])


def test_hostile_text_stays_text(verslag):
    k = "<img src=x onerror=alert(1)>"
    vragen = [{**r, "tekst": k} for r in verslag.vragen]
    tekst = report_html.render([replace(verslag, vragen=vragen, titel=k, meldingen=[k])])
    assert "<img" not in tekst and "&lt;img" in tekst
    p = report_plaat.choices(replace(verslag, keuzes={"toets-tempo": {"groepen": ["iedereen"], "delen": [{"id": "", "tekst": "", "juist": 0, "keuzes": [k, "b"], "n": [9], "aantal": [[9, 0]]}]}}), "toets-tempo")
    assert "<img" not in p.svg("x")


def test_style_for_another_page_stays_inside():
    stijl = report_html.style_inside("ll-inzicht")
    assert "prefers-color-scheme" not in stijl and ":root" not in stijl and "@page" not in stijl
    assert stijl.count("{") == stijl.count("}")


def test_parts_are_what_the_page_is_made_of(verslag):
    assert "Alle vragen op een rij" in report_html.part(verslag, "vragen") and report_html.part(replace(verslag, tijden=None), "tijden").strip() == ""


def test_ribbons_go_round_the_stops(verslag):
    """In every row of the picture of a case there is room between stops and passing ribbons."""
    (p,) = verslag.paden
    plek, ketens = report_route.layout(p)
    diepte = report_route.depths(p)
    for rij in range(max(diepte.values()) + 1):
        hier = sorted((x, q[0] in diepte) for q, x in plek.items() if q[1] == rij)
        for (a, halte_a), (b, halte_b) in zip(hier, hier[1:]):
            assert b - a >= (report_route.BREED if halte_a else report_route.TUSSEN) / 2 + (report_route.BREED if halte_b else report_route.TUSSEN) / 2
    assert {q[0] for q in plek} >= set(p["knopen"]) and all(c["aantal"] for c, _ in ketens)
