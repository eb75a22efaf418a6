"""Every rule about items and cases: good content is silent, and each broken example is found by its own rule."""

import copy
from datetime import date

import pytest

from leerlijn import check, check_casus, content

from .check_hulp import cursus, module, schrijf, tekst

M = "herkennen"
QUIZ, GESPREK, DOSSIER = f"quizzes/{M}.yaml", f"casuistiek/{M}-gesprek-0.yaml", f"casuistiek/{M}-dossier.yaml"
GOED = cursus(module(M, "H"))
VANDAAG = date(2026, 11, 24)


def vind(tmp_path, stuk, start=GOED):
    """Codes found after `stuk` spoiled a copy of the good course."""
    bestanden = copy.deepcopy(start)
    stuk(bestanden)
    return {p.code: p for p in check.run(schrijf(tmp_path, bestanden), VANDAAG)}


def vraag(bestanden, soort, gebruik="oefening", nr=0):
    return [i for i in bestanden[QUIZ]["items"] if i["soort"] == soort and i["gebruik"] == gebruik][nr]


def knoop(bestanden, naam):
    return bestanden[GESPREK]["knopen"][naam]


def zet(ding, **velden):
    ding.update(velden)


def fouten(*rijen):
    return pytest.mark.parametrize("code, stuk", rijen, ids=[f"{r[0]}-{n}" for n, r in enumerate(rijen)])


def test_a_good_course_is_silent(tmp_path):
    assert check.run(schrijf(tmp_path, GOED), VANDAAG) == []


@fouten(
    ("toets-punten", lambda b: vraag(b, "een-goed", "toets").pop("punten")),
    ("toets-zekerheid", lambda b: zet(vraag(b, "een-goed", "toets"), zekerheid="ja")),
    ("toets-plek", lambda b: zet(vraag(b, "een-goed", "toets"), plek="ergens")),
    ("toets-herhalen", lambda b: zet(vraag(b, "een-goed", "toets"), herhalen="nee")),
    ("oefening-plek", lambda b: vraag(b, "een-goed").pop("plek")),
    ("oefening-punten", lambda b: zet(vraag(b, "een-goed"), punten="2")),
    ("zin-toets", lambda b: zet(vraag(b, "zin"), gebruik="toets", punten="2")),
    ("deel-dubbel", lambda b: zet(vraag(b, "een-goed")["opties"][1], id="optie-0")),
    ("tekst-dubbel", lambda b: zet(vraag(b, "een-goed")["opties"][1], tekst=vraag(b, "een-goed")["opties"][0]["tekst"].upper())),
    ("goed-aantal", lambda b: [o.pop("goed", None) for o in vraag(b, "een-goed")["opties"]]),
    ("goed-aantal", lambda b: [zet(o, goed="ja") for o in vraag(b, "een-goed")["opties"]]),
    ("goed-aantal", lambda b: [zet(o, goed="ja") for o in vraag(b, "meer-goed")["opties"]]),
    ("goed-aantal", lambda b: [zet(o, goed="nee") for o in vraag(b, "meer-goed")["opties"][1:]]),
    ("koppel-kant", lambda b: zet(vraag(b, "koppel")["paren"][0], rechts="rechst-0")),
    ("koppel-compleet", lambda b: zet(vraag(b, "koppel")["paren"][0], links="links-1")),
    ("signalen-aantal", lambda b: [zet(f, signaal="nee") for f in vraag(b, "signalen")["fragmenten"][1:]]),
    ("signalen-aantal", lambda b: [zet(f, signaal="ja") for f in b[DOSSIER]["fragmenten"]]),
    ("oordeel-spreiding", lambda b: [zet(a, oordeel="4") for a in vraag(b, "oordeel")["acties"]]),
    ("open-punten", lambda b: zet(vraag(b, "open", "toets"), punten="5")),
    ("vraag-dubbel", lambda b: b[QUIZ]["items"].append(vraag(b, "volgorde") | {"id": "nog-eens"})),
    ("vlag-groen", lambda b: zet(vraag(b, "vlaggen")["vlag"], vlag="groen")),
    ("let-op-vlag", lambda b: zet(vraag(b, "vlaggen")["vlag"], vlag="zwart")),
    ("optie-verwijst", lambda b: zet(vraag(b, "een-goed")["opties"][3], tekst="Alle bovenstaande antwoorden")),
    ("optie-verwijst", lambda b: zet(vraag(b, "een-goed")["opties"][3], tekst="Geen van de opties")),
    ("tekst-opmaak", lambda b: zet(vraag(b, "een-goed"), vraag="Kijk op <b>deze</b> plaats.")),
    ("tekst-opmaak", lambda b: zet(vraag(b, "een-goed"), uitleg="Lees [dit](https://leerlijn.example).")),
    ("tekst-opmaak", lambda b: zet(b[GESPREK], intro="# Kop\n\nEen tekst.")),
    ("beeld-alt", lambda b: zet(vraag(b, "een-goed"), afbeelding={"bestand": "beeld/route.svg", "alt": "De route"})),
)
def test_items(tmp_path, code, stuk):
    assert code in vind(tmp_path, stuk)


@fouten(
    ("casus-start", lambda b: zet(b[GESPREK], start="begni")),
    ("casus-doel", lambda b: zet(knoop(b, "begin")["keuzes"][0], naar="middne")),
    ("casus-vlag-onbekend", lambda b: zet(knoop(b, "verder")["keuzes"][0], **{"als": ["vertrouwe"]})),
    ("casus-vlag-ongebruikt", lambda b: zet(knoop(b, "begin")["keuzes"][1], zet=["haast"])),
    ("deel-dubbel", lambda b: zet(knoop(b, "begin")["keuzes"][1], id="rustig")),
    ("casus-einde-keuzes", lambda b: zet(knoop(b, "stil"), einde="goed")),
    ("casus-doodlopend", lambda b: knoop(b, "matig").pop("einde")),
    ("casus-einde-uitleg", lambda b: knoop(b, "matig").pop("uitleg")),
    ("casus-onbereikbaar", lambda b: zet(b[GESPREK]["knopen"], eiland={"tekst": tekst(1), "einde": "goed", "uitleg": tekst(2)})),
    ("casus-keuze-nooit", lambda b: zet(knoop(b, "begin")["keuzes"][1], **{"als": ["vertrouwen"]})),
    ("casus-vast", lambda b: zet(knoop(b, "verder")["keuzes"][1], **{"als": ["vertrouwen"]})),
    ("casus-kring", lambda b: zet(knoop(b, "stil")["keuzes"][0], naar="midden")),
    ("casus-beste-pad", lambda b: zet(knoop(b, "goed"), einde="wisselend")),
    ("casus-zorgelijk", lambda b: zet(knoop(b, "stil")["keuzes"][1], punten="1")),
    ("casus-geen-twijfel", lambda b: knoop(b, "midden")["keuzes"][0].pop("twijfel")),
    ("casus-twijfel", lambda b: zet(knoop(b, "midden")["keuzes"][0], punten="0")),
    ("casus-twijfel", lambda b: zet(knoop(b, "midden")["keuzes"][1], twijfel="ja")),
    ("casus-twijfel", lambda b: zet(knoop(b, "stil")["keuzes"][1], punten="1", twijfel="ja")),
    ("casus-klein", lambda b: [zet(knoop(b, "midden")["keuzes"][2], naar="stil"), b[GESPREK]["knopen"].pop("stroef")]),
    ("casus-eindes", lambda b: [zet(knoop(b, n), einde="goed") for n in ("matig", "slecht")]),
)
def test_conversations(tmp_path, code, stuk):
    assert code in vind(tmp_path, stuk)


def test_place_and_suggestion(tmp_path):
    gevonden = vind(tmp_path, lambda b: zet(knoop(b, "begin")["keuzes"][0], naar="middne"))["casus-doel"]
    regels = (tmp_path / GESPREK).read_text().splitlines()
    assert "middne" in regels[gevonden.regel - 1] and "Bedoel je 'midden'?" in gevonden.wat


def test_a_case_with_too_many_states_is_refused_and_not_walked_forever(tmp_path):
    """Twenty choices that each may or may not set something: a million states."""
    def stuk(b):
        basis = knoop(b, "begin")["keuzes"][0]
        for n in range(20):
            naar = f"vak-{n + 1}" if n < 19 else "midden"
            b[GESPREK]["knopen"][f"vak-{n}"] = {"tekst": "Kies.", "keuzes": [basis | {"id": "wel", "naar": naar, "zet": [f"iets-{n}"]}, basis | {"id": "niet", "naar": naar, "zet": []}]}
        b[GESPREK]["start"] = "vak-0"

    assert "casus-groot" in vind(tmp_path, stuk)


def test_every_learner_reaches_an_end():
    """The graph that the proofs rest on: each state without moves is an end."""
    casus = content.CASUS.validate_python(GOED[GESPREK]).model_dump(mode="json")
    graaf, compleet = check_casus.staten(casus)
    assert compleet and check_casus.kring(graaf, next(iter(graaf))) == []
    assert {k for (k, _), zetten in graaf.items() if not zetten} == {"goed", "matig", "slecht"}
