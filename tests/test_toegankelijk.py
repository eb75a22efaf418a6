"""The accessibility statement says what was measured and no more; a page that was not measured, or a test that is gone, stops it."""

import re
from datetime import date

import pytest

from leerlijn import content, toegankelijk
from leerlijn.model import Cursus

from .conftest import ROOT
from .privacytabel import unnamed  # noqa: F401 - the table is read when tests are collected: a broken page fails here too

M = toegankelijk.measurements()
DAG = date(2030, 3, 1)


def test_every_lesson_test_and_page_was_measured():
    gemeten = {p["pagina"] for p in M["paginas"]}
    cursus = content.load_file(ROOT / "modules/cursus.yaml", Cursus)
    nodig = {f"/voila/render/{'' if p.stem == 'les' else 'toetsen/'}{m.id}/{p.name}" for m in cursus.modules for p in (ROOT / "modules" / m.map).glob("*.ipynb")}
    bron = (ROOT / "tests/browser/test_paginas.py").read_text("utf-8")
    los = {a.split("?")[0] for a in re.findall(r'^    "[a-z]+": "(/[^"]*)",$', bron, re.M)}
    assert len(nodig) >= 15 and len(los) >= 10
    assert sorted((nodig | los) - gemeten) == [], "meet opnieuw: python docs/meet_toegankelijkheid.py"


def test_every_test_that_it_names_exists_and_went_well():
    for rij in toegankelijk.PROEVEN.values():
        for proef in rij:
            bestand, naam = proef.split("::")
            assert f"def {naam}(" in (ROOT / "tests" / "browser" / bestand).read_text("utf-8"), proef
            goed, niet = M["proeven"][proef]
            assert goed > 0 and niet == 0, f"{proef}: meet opnieuw met docs/meet_toegankelijkheid.py"
    assert sum(p["fouten"] for p in M["paginas"]) == 0
    assert all(p["regels"] > 10 for p in M["paginas"])


@pytest.mark.parametrize(
    "gepland, letter", [(None, "D"), (date(2030, 2, 28), "D"), (date(2030, 3, 1), "C"), (date(2030, 8, 31), "C"), (date(2030, 9, 1), "D")]
)
def test_never_better_than_the_form_allows(gepland, letter):
    s = toegankelijk.status(gepland, DAG)
    assert s.letter == letter
    tekst = toegankelijk.statement({"onderzoek_gepland": gepland.isoformat() if gepland else None}, DAG)
    assert f"**{letter}: {s.naam}.**" in tekst and "**A:" not in tekst and "**B:" not in tekst
    assert ("31-8-2030" in tekst) == (gepland == date(2030, 8, 31))


def test_a_failure_is_told_and_so_is_what_was_not_run():
    stuk = {**M, "paginas": [{"pagina": "/x", "soort": "Lessen", "keer": 1, "regels": 40, "fouten": 3, "onbeslist": 7}], "proeven": {}}
    tekst = toegankelijk.statement({}, DAG, stuk)
    assert "| Lessen | 1 | 3 |" in tekst and "Bij 7 plekken" in tekst
    assert all(goed == 0 and niet >= 1 for _, goed, niet in toegankelijk.tried(stuk))


def test_contact_and_institution_are_in_it():
    tekst = toegankelijk.statement({"titel": "De cursus", "instelling": "Hogeschool X", "aanspreekpunt": "Loket, loket@x.example", "redactie": "r@x.example"}, DAG)
    for woord in ("De cursus", "Hogeschool X", "Loket, loket@x.example", "r@x.example", "EN 301 549", "WCAG-EM"):
        assert woord in tekst


def test_the_page_in_docs_is_the_statement_of_today_s_measurements():
    from docs import meet_toegankelijkheid

    assert (ROOT / "docs" / "toegankelijkheid.md").read_text("utf-8") == meet_toegankelijkheid.page(M), "voer uit: python docs/meet_toegankelijkheid.py"
