"""The fact base is complete, its references resolve, and it says what the register of the research says."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from leerlijn import model, model_bron, yamltekst

ROOT = Path(__file__).resolve().parents[1]
BRON = ROOT / "source_material"
REGISTER = ROOT.parent / "shared" / "inhoud" / "feitenregister.md"
MODULES = {  # letter: module, number of facts, (hoog, middel, laag), newer than the source page
    "H": ("herkennen", 40, (28, 11, 1), 17),
    "S": ("praten-over-seksualiteit", 32, (24, 8, 0), 7),
    "V": ("vlaggensysteem", 32, (26, 5, 1), 6),
    "P": ("politie-en-justitie", 55, (33, 21, 1), 21),
    "T": ("ptss-en-lvb", 48, (32, 16, 0), 17),
    "O": ("online-en-preventie", 25, (15, 9, 1), 4),
    "M": ("melden-en-verwijzen", 42, (21, 21, 0), 17),
}
NEDERLANDS = {"high": "hoog", "medium": "middel", "low": "laag"}
FEIT_ID = r"\b[HSVPTOM]-\d\d\b"


def lees(naam: str, soort: type[model.Basis]) -> model.Basis:
    data, _, fouten = yamltekst.read(BRON / naam, naam)
    assert not fouten, [str(f) for f in fouten]
    return soort.model_validate(data)


@cache
def bestand(naam: str) -> model.Basis:
    return lees(naam, model_bron.BESTANDEN[naam])


@cache
def module(letter: str) -> model.Feiten:
    return lees(f"feiten/{MODULES[letter][0]}.yaml", model.Feiten)


@cache
def feiten() -> dict[str, model.Feit]:
    return {f.id: f for letter in MODULES for f in module(letter).feiten}


def van_register() -> list[model.Bron]:
    """Sources of the register; what was found later stands behind them and carries no fact."""
    return [b for b in bestand("bronnen.yaml").bronnen if not b.buiten_register]


@cache
def register() -> str:
    if not REGISTER.exists():
        pytest.skip("the register of the research is not beside the repository")
    return REGISTER.read_text(encoding="utf-8")


def rijen(begin: str, eind: str) -> list[list[str]]:
    """The rows of the tables between two headings of the register, without the first one."""
    stuk = register().split(begin, 1)[1].split(eind, 1)[0]
    regels = [r for r in stuk.splitlines() if r.startswith("| ")]
    return [[c.strip() for c in r.strip("| ").split(" | ")] for r in regels[1:]]


def plat(tekst: str) -> str:
    return " ".join(tekst.split())


@pytest.mark.parametrize("letter", MODULES)
def test_counts_per_module(letter: str):
    naam, aantal, zekerheid, nieuwer = MODULES[letter]
    stuk = module(letter)
    assert stuk.module == naam
    assert [f.id for f in stuk.feiten] == [f"{letter}-{n:02d}" for n in range(1, aantal + 1)]
    assert tuple(sum(f.zekerheid == z for f in stuk.feiten) for z in ("hoog", "middel", "laag")) == zekerheid
    assert sum(f.verouderd != "nee" for f in stuk.feiten) == nieuwer
    assert all(f.stelling.strip() and f.jaar.strip() and f.bronnen for f in stuk.feiten)


def test_counts_of_lists():
    assert len(feiten()) == 274
    assert len(van_register()) == 337
    assert len(bestand("begrippen.yaml").begrippen) == 56
    assert len(bestand("contacten.yaml").contacten) == 36
    uit = bestand("leeruitkomsten.yaml")
    assert (len(uit.leeruitkomsten), len(uit.kernen), len(uit.competenties)) == (30, 4, 6)
    assert len(bestand("verouderd.yaml").verouderd) == 23
    assert (len(bestand("openstaand.yaml").controleren), len(bestand("openstaand.yaml").tegenspraken)) == (28, 18)
    assert (len(bestand("aandachtspunten.yaml").aandachtspunten), len(bestand("aandachtspunten.yaml").niet_doen)) == (20, 8)
    assert len(bestand("elearnings.yaml").elearnings) == 26


def alle_lijsten():
    for naam in model_bron.BESTANDEN:
        for sleutel, lijst in bestand(naam):
            if isinstance(lijst, list):
                yield f"{naam} {sleutel}", lijst


@pytest.mark.parametrize("naam", model_bron.BESTANDEN)
def test_ids_are_unique(naam: str):
    for _, lijst in bestand(naam):
        if isinstance(lijst, list):
            ids = [d.id for d in lijst if hasattr(d, "id")]
            assert len(ids) == len(set(ids))


def test_references_resolve():
    sleutels = {b.id for b in bestand("bronnen.yaml").bronnen}
    for f in feiten().values():
        assert set(f.bronnen) <= sleutels and len(f.bronnen) == len(set(f.bronnen)), f.id
    for waar, lijst in alle_lijsten():
        for d in lijst:
            assert set(getattr(d, "feiten", ())) <= feiten().keys(), (waar, d)
            assert set(getattr(d, "bronnen", ())) <= sleutels, (waar, d)
    assert bestand("leeruitkomsten.yaml").competentiebron in sleutels
    for naam in [*model_bron.BESTANDEN, *(f"feiten/{m[0]}.yaml" for m in MODULES.values())]:
        assert set(re.findall(FEIT_ID, (BRON / naam).read_text(encoding="utf-8"))) <= feiten().keys(), naam


def test_sources_found_later_carry_no_fact():
    later = {b.id for b in bestand("bronnen.yaml").bronnen} - {b.id for b in van_register()}
    assert later == {"KLIK-AANB", "VGN-AANB", "LVB-AANB", "LVB-INHOUD"}
    assert not [f.id for f in feiten().values() if later & set(f.bronnen)]
    for aanbeveling in bestand("aanbevelingen.yaml").aanbevelingen:
        assert set(aanbeveling.bronnen) <= later and aanbeveling.feiten, aanbeveling.id
    assert set(bestand("bronpagina.yaml").bronnen) == {"SEED", "LVB-INHOUD"}


def test_recommendations_of_which_no_text_was_found_are_told():
    a = bestand("aanbevelingen.yaml")
    assert (a.aantal, [een.nummer for een in a.aanbevelingen], a.niet_gevonden) == (10, [1, 2, 3, 4], [5, 6, 7, 8, 9, 10])
    assert "niet gevonden" in plat(a.opmerking)


def test_facts_named_in_a_text_are_listed():
    open_, aandacht = bestand("openstaand.yaml"), bestand("aandachtspunten.yaml")
    for p in [*open_.controleren, *open_.tegenspraken, *aandacht.aandachtspunten, *aandacht.niet_doen]:
        assert list(dict.fromkeys(re.findall(FEIT_ID, p.tekst))) == p.feiten, p.id


def test_marks_agree_with_sources_and_statement():
    for f in feiten().values():
        assert f.vakoordeel == ("VAKOORDEEL" in f.bronnen), f.id
        assert (f.vervangt is not None) == (f.verouderd != "nee"), f.id
        assert f.niet_gebruiken == f.stelling.startswith("NIET GEBRUIKEN:"), f.id
    assert {f.id for f in feiten().values() if f.niet_gebruiken} == {"H-39", "P-09"}
    assert {f.id for f in feiten().values() if f.zekerheid == "laag"} == {"H-39", "V-31", "P-09", "O-25"}


def test_year_is_that_of_a_source():
    jaren = {b.id: b.jaar for b in bestand("bronnen.yaml").bronnen}
    for f in feiten().values():
        eigen = {jaren[k] for k in f.bronnen if k != "VAKOORDEEL"} or {"2026 (vakoordeel)"}
        assert f.jaar in eigen, f.id


def test_what_ages_has_a_check_date():
    dagen = {date(2027, 1, 1), date(2027, 3, 1), date(2027, 11, 23)}
    assert {f.controleer_voor for f in feiten().values()} == {None, *dagen}
    for f in feiten().values():
        if re.search(r"\b0[89]00-\d|\b033 448", f.stelling):
            assert f.controleer_voor and f.controleer_voor <= date(2027, 3, 1), f.id
        if f.niet_gebruiken:
            assert f.controleer_voor is None, f.id
    for punt in bestand("openstaand.yaml").controleren:
        if not punt.afgehandeld:
            assert all(feiten()[i].controleer_voor for i in punt.feiten), punt.id


def test_outcomes_belong_to_modules_and_cores():
    uit = bestand("leeruitkomsten.yaml")
    kernen = {k.id for k in uit.kernen}
    voor = {"herkennen": 4, "praten": 5, "vlaggen": 4, "politie": 5, "ptss": 5, "online": 3, "melden": 4}
    assert [u.id for u in uit.leeruitkomsten] == [f"{v}-{n}" for v, aantal in voor.items() for n in range(1, aantal + 1)]
    assert list(dict.fromkeys(u.module for u in uit.leeruitkomsten)) == [m[0] for m in MODULES.values()]
    assert all(u.kernen and set(u.kernen) <= kernen for u in uit.leeruitkomsten)


def test_help_card_and_old_numbers():
    lijst = bestand("contacten.yaml").contacten
    hulp = {"alarmnummer", "veilig-thuis", "centrum-seksueel-geweld", "slachtofferhulp", "zelfmoordpreventie"}
    assert {c.id for c in lijst if c.voor_deelnemer} == hulp
    assert all(c.telefoon for c in lijst if c.voor_deelnemer)
    for c in lijst:
        assert all(deel in c.contact for deel in (c.telefoon, c.web) if deel), c.id
        assert c.controleren or "controleren" not in c.contact, c.id
        assert "088-6625333" not in c.contact and "088-2080044" not in c.contact


def test_glossary_forms_are_unambiguous():
    vormen = [v.lower() for b in bestand("begrippen.yaml").begrippen for v in (b.begrip, *b.ook)]
    assert len(vormen) == len(set(vormen))


def test_facts_equal_the_register():
    patroon = rf"^\*\*({FEIT_ID})\*\* (.+)\n- Bron: (.+)\n- Zekerheid: (\w+) · Verouderd\?: (.+)$"
    gevonden = {m[1]: m for m in re.finditer(patroon, register(), re.M)}
    assert gevonden.keys() == feiten().keys()
    bron = {b.id: f"{b.organisatie}, *{b.titel}* ({b.jaar}), <{b.url}>" for b in bestand("bronnen.yaml").bronnen}
    bron["VAKOORDEEL"] = "Afleiding of vakoordeel van de onderzoeker (geen externe bron, toetsing door inhoudsdeskundige nodig)"
    for fid, m in gevonden.items():
        f = feiten()[fid]
        assert f.stelling == plat(m[2]), fid
        assert "; ".join(bron[k] for k in f.bronnen) == plat(m[3]), fid
        assert f.zekerheid == NEDERLANDS[m[4]], fid
        assert f.verouderd == re.match(r"nee|ja|deels", m[5].lower())[0], fid
        assert f.vervangt is None or plat(m[5]).replace("source page", "de bronpagina").endswith(f.vervangt), fid


def test_sources_equal_the_register():
    for b, (sleutel, organisatie, titel, jaar, url) in zip(van_register(), rijen("## 9. ", "\n## 10"), strict=True):
        assert (b.id, b.organisatie, b.titel, b.jaar) == (sleutel.replace("AFL", "VAKOORDEEL"), organisatie, titel, jaar)
        assert (f"<{b.url}>" if b.url else "-") == url


def test_terms_and_contacts_equal_the_register():
    for b, (_, begrip, tekst) in zip(bestand("begrippen.yaml").begrippen, rijen("## 3. ", "## 4. "), strict=True):
        assert b.begrip == begrip
        assert b.omschrijving == re.sub(rf" \({FEIT_ID}(, {FEIT_ID})*\)", "", tekst)
        assert b.feiten == re.findall(FEIT_ID, tekst)
    for c, rij in zip(bestand("contacten.yaml").contacten, rijen("## 4. ", "## 5. "), strict=True):
        eigen = [re.sub(r"\[(.-\d\d)\]", r"(\1)", t) for t in (c.organisatie, c.waarvoor, c.contact, c.bereik, c.bron)]
        # shown as plain text, so without the register's bold
        assert eigen == [t.replace("source page", "bronpagina").replace("**", "") for t in rij]


def test_outcomes_equal_the_register():
    tekst = plat(register().split("### Proposed learning outcomes", 1)[1].split("## 3. ", 1)[0])
    for u in bestand("leeruitkomsten.yaml").leeruitkomsten:
        assert f" {u.tekst}" in tekst, u.id
