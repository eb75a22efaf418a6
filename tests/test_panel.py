"""A panel's votes: counted, tied to the words that were voted on, turned into a key, and refused when anything is off."""

import json
import shutil
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leerlijn import artikel, build, check, content, panel, score, split, stemmen
from leerlijn.cli import main

from .conftest import VOORBEELD as VOORBEELD_MAP

LID = "0123456789abcdef" * 2
OORDEEL, VLAGGEN = "wat-past", "samen-naar-de-film"
GROEN = {c: "groen" for c in (*split.CRITERIA, "vlag")}


def stem(items, lid=LID, t="2026-11-01T10:00:00.000Z", stemmen_=None, **anders):
    gekozen = stemmen_ if stemmen_ is not None else {OORDEEL: {"bespreken": 5, "negeren": 2, "opschrijven": 4}, VLAGGEN: GROEN}
    editie = {i: panel.fingerprint(items[i]) for i in gekozen if i in items}
    return {"leerlijn": "stemmen", "v": 1, "cursus": "proefcursus", "module": "proef", "lid": lid, "t": t, "editie": editie, "stemmen": gekozen} | anders


@pytest.fixture
def bestand(tmp_path):
    def schrijf(data, naam="een.json"):
        pad = tmp_path / naam
        pad.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return pad

    return schrijf


@pytest.fixture
def cursus(voorbeeld, items):
    """The tiny course with a panel of three who differ."""
    cijfers = [(5, 1, 4), (4, 1, 4), (5, 2, 3)]
    keuzes = [GROEN, GROEN, GROEN | {"context": "geel"}]
    (voorbeeld / "grading" / "panel").mkdir(parents=True)
    inhoud = content.load(voorbeeld)
    for n, (c, v) in enumerate(zip(cijfers, keuzes)):
        data = stem(items, lid=f"{n}" * 32, stemmen_={OORDEEL: dict(zip(("bespreken", "negeren", "opschrijven"), c)), VLAGGEN: v}, cursus=inhoud.cursus.cursus)
        (voorbeeld / "grading" / "panel" / f"lid{n}.json").write_text(json.dumps(data))
    bundel = stemmen.read((voorbeeld / "grading" / "panel").glob("*.json"), inhoud)
    assert bundel.gemeld == []
    stemmen.write(voorbeeld, stemmen.merge(inhoud, bundel, date(2026, 11, 2)))
    return voorbeeld


def test_votes_become_counts_and_counts_become_the_key(cursus, items):
    inhoud = content.load(cursus)
    assert inhoud.panel[OORDEEL].stemmen == {"bespreken": [0, 0, 0, 1, 2], "negeren": [2, 1, 0, 0, 0], "opschrijven": [0, 0, 1, 2, 0]}
    assert inhoud.panel[VLAGGEN].stemmen["context"] == [2, 1, 0, 0] and inhoud.panels["proef"].leden == 3
    sleutel = panel.key(items[OORDEEL], inhoud.panel)
    # per action: votes for the chosen value against those for the most chosen one
    assert score.score(sleutel, {"bespreken": 5, "negeren": 1, "opschrijven": 4}).credit == 1
    assert score.score(sleutel, {"bespreken": 4, "negeren": 2, "opschrijven": 3}).credit == pytest.approx((1 / 2 + 1 / 2 + 1 / 2) / 3)
    assert score.score(sleutel, {"bespreken": 1, "negeren": 1}).credit == pytest.approx(1 / 3)
    assert score.score(panel.key(items[VLAGGEN], inhoud.panel), GROEN | {"context": "geel"}).credit == pytest.approx(6.5 / 7)


def test_the_learner_reads_how_experts_differed(cursus, items):
    inhoud = content.load(cursus)
    sleutel, publiek = panel.key(items[OORDEEL], inhoud.panel), split.public_item(items[OORDEEL])
    antwoord = {"bespreken": 4, "negeren": 5, "opschrijven": 4}
    fb = score.feedback(sleutel, antwoord, {})
    assert fb["panel"] == 3 and [(d["teken"], d["juist"]) for d in fb["delen"]] == [("deels", 5), ("fout", 1), ("goed", 4)]
    html = artikel.bouw(sleutel, publiek, antwoord, {}, nummer=1, gekregen=1, punten=2)
    assert "jij: 4; panel: 2 keer 5, 1 keer 4" in html and "panel van 3 vakmensen" in html and "Redactiesleutel" not in html
    zonder = artikel.bouw(split.key_item(items[OORDEEL]), publiek, antwoord, {}, nummer=1, gekregen=1, punten=2)
    assert "Redactiesleutel" in zonder and "panel:" not in zonder


def test_the_built_course_holds_the_votes_in_the_key_and_nowhere_a_learner_looks_before_answering(cursus):
    uit = build.build(cursus)
    sleutel = json.loads((uit / "proef" / "oefening-sleutel.json").read_text())["items"][OORDEEL]
    assert sleutel["panel"] == {"leden": 3, "stemmen": {"bespreken": [0, 0, 0, 1, 2], "negeren": [2, 1, 0, 0, 0], "opschrijven": [0, 0, 1, 2, 0]}}
    assert "stemmen" not in (uit / "proef" / "oefening.json").read_text()


@pytest.mark.parametrize(
    "zoek, vervang, code",
    [
        ("[0, 0, 0, 1, 2]", "[0, 0, 0, 1, 3]", "panel-telling"),
        ("[0, 0, 0, 1, 2]", "[0, 0, 1, 2]", "panel-telling"),
        ("bespreken:", "bespreek:", "panel-telling"),
        ("- id: wat-past", "- id: wat-paste", "panel-vraag"),
        ("- id: wat-past", "- id: eigen-plan", "panel-vraag"),
        ("module: proef", "module: poef", "module-naam"),
        ("leden: 3\nsamenstelling:", "ledn: 3\nsamenstelling:", "model-onbekend-veld"),
    ],
)
def test_rules(cursus, zoek, vervang, code):
    pad = cursus / "quizzes" / "panel" / "proef.yaml"
    pad.write_text(pad.read_text().replace(zoek, vervang, 1))
    assert code in {p.code for p in check.run(cursus)}


def test_a_question_that_changed_after_the_vote_goes_back_to_the_editors_key(cursus):
    vragen = cursus / "quizzes" / "proef.yaml"
    vragen.write_text(vragen.read_text().replace("Het laten rusten.", "Het een week laten rusten."))
    assert "panel-tekst" in {p.code for p in check.run(cursus)}
    sleutels = json.loads((build.build(cursus) / "proef" / "oefening-sleutel.json").read_text())["items"]
    assert "panel" not in sleutels[OORDEEL] and "panel" in sleutels[VLAGGEN]


def test_a_small_panel_and_one_that_disagrees_with_the_editors_are_pointed_out(cursus):
    codes = [p.code for p in check.run(cursus) if "panel" in p.code]
    assert codes.count("let-op-panel-klein") == 1 and "let-op-panel-anders" in codes


def test_a_rerun_keeps_who_they_are_and_a_later_file_of_a_member_wins(cursus, items, capsys, monkeypatch):
    pad = cursus / "quizzes" / "panel" / "proef.yaml"
    pad.write_text(pad.read_text().replace("samenstelling:", "samenstelling: twee gedragswetenschappers en een arts"))
    nieuw = stem(items, lid="0" * 32, t="2026-12-01T10:00:00.000Z", stemmen_={OORDEEL: {"bespreken": 1, "negeren": 1, "opschrijven": 1}}, cursus=content.load(cursus).cursus.cursus)
    (cursus / "grading" / "panel" / "aaa-later.json").write_text(json.dumps(nieuw))
    monkeypatch.chdir(cursus)
    assert main(["panel", "voeg-samen"]) == 0
    inhoud = content.load(cursus)
    assert inhoud.panels["proef"].samenstelling == "twee gedragswetenschappers en een arts"
    assert inhoud.panel[OORDEEL].stemmen["bespreken"] == [1, 0, 0, 1, 1] and inhoud.panel[VLAGGEN].leden == 2
    assert "3 leden; dat is weinig, vraag er minstens 10" in capsys.readouterr().out


def test_votes_of_fewer_members_replace_nothing_by_accident(cursus, items, capsys, monkeypatch):
    """Only the file of a new member: earlier votes would go. Told, and nothing written, until the teacher says that it is meant."""
    pad = cursus / "quizzes" / "panel" / "proef.yaml"
    was = pad.read_bytes()
    nieuw = stem(items, lid="f" * 32, t="2026-12-01T10:00:00.000Z", cursus=content.load(cursus).cursus.cursus)
    (cursus / "nieuw.json").write_text(json.dumps(nieuw))
    monkeypatch.chdir(cursus)
    assert main(["panel", "voeg-samen", "nieuw.json"]) == 1
    gezegd = capsys.readouterr()
    assert "proef: nu 1, eerder 3" in gezegd.err and "Er is niets geschreven" in gezegd.err and "Geschreven" not in gezegd.out and pad.read_bytes() == was
    assert main(["panel", "voeg-samen", "nieuw.json", "grading/panel"]) == 0 and content.load(cursus).panels["proef"].leden == 4
    assert main(["panel", "voeg-samen", "nieuw.json", "--ook-minder"]) == 0 and content.load(cursus).panels["proef"].leden == 1


SLECHT = [
    (b"geen json", "geen stembestand"),
    (b"[" * 100_000, "geen stembestand"),
    (b"x" * 300_000, "groter dan"),
    ({"leerlijn": "iets"}, "geen stembestand"),
    ({"lid": "naam van iemand"}, "mist gegevens"),
    ({"t": "gisteren"}, "mist gegevens"),
    ({"cursus": "anders"}, "andere cursus"),
    ({"module": "../../etc"}, "andere cursus"),
    ({"editie": {}}, "veranderd na deze stem"),
    ({"stemmen_": {"bestaat-niet": {}}}, "niet (meer) gestemd"),
    ({"stemmen_": {OORDEEL: {"bespreken": 5}}}, "niet compleet"),
    ({"stemmen_": {OORDEEL: {"bespreken": True, "negeren": 1, "opschrijven": 1}}}, "niet compleet"),
    ({"stemmen_": {OORDEEL: "5"}}, "niet compleet"),
    ({"stemmen_": {VLAGGEN: GROEN | {"vlag": "paars"}}}, "niet compleet"),
]


@pytest.mark.parametrize("data, zin", SLECHT)
def test_a_bad_file_is_named_with_the_reason_and_counts_for_nothing(bestand, inhoud, items, data, zin):
    ruw = data if isinstance(data, bytes) or "leerlijn" in data else stem(items, **{"cursus": inhoud.cursus.cursus} | data)
    uit = stemmen.read([bestand(ruw)], inhoud)
    assert uit.stemmen == {} and uit.gemeld and all(zin in g and g.startswith("een.json: ") for g in uit.gemeld)


def test_a_link_is_not_followed(bestand, inhoud, items, tmp_path):
    (tmp_path / "link.json").symlink_to(bestand(stem(items, cursus=inhoud.cursus.cursus)))
    assert "geen gewoon bestand" in stemmen.read([tmp_path / "link.json"], inhoud).gemeld[0]


JUNK = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8), lambda k: st.lists(k, max_size=4) | st.dictionaries(st.text(max_size=8), k, max_size=4), max_leaves=12)


@given(st.dictionaries(st.sampled_from([OORDEEL, VLAGGEN, "x"]), JUNK | st.dictionaries(st.sampled_from(["bespreken", "negeren", "opschrijven", *GROEN]), JUNK), max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_is_in_a_file_nothing_breaks_and_only_whole_votes_count(keuzes):
    inhoud = content.load(VOORBEELD_MAP)
    items = {i.id: i for i in inhoud.items["proef"]}
    goed, _ = stemmen._stemmen(stem(items, stemmen_=keuzes), inhoud)
    assert all(panel.complete(items[i], a) for i, a in goed.items())


def test_spread_is_nought_for_agreement_and_grows_with_distance():
    assert panel.spread([0, 0, 5, 0, 0]) == 0 and panel.spread([0, 0, 0, 0]) == 0
    assert panel.spread([0, 2, 2, 2, 0]) == pytest.approx(4 / 6) and panel.spread([3, 0, 0, 0, 3]) == 2


def test_a_tie_goes_to_the_value_nearest_to_the_editors():
    assert score.panel_choice([3, 0, 0, 0, 3], 4) == 5 and score.panel_choice([3, 0, 0, 0, 3], 3) == 1 and score.panel_choice([2, 0, 2, 0], "zwart") == "rood"


def test_command_says_when_there_is_nothing_to_merge(voorbeeld, monkeypatch, capsys):
    monkeypatch.chdir(voorbeeld)
    assert main(["panel", "voeg-samen"]) == 1 and "grading/panel" in capsys.readouterr().err
    assert main(["panel", "voeg-samen", "grading", "stem-van-an.json"]) == 1 and "stem-van-an.json" in capsys.readouterr().err  # not left out in silence
    assert main(["panel", "uitgeven", "bestaat-niet"]) == 1 and "Er is geen module" in capsys.readouterr().err
    shutil.rmtree(voorbeeld / "grading", ignore_errors=True)
    assert main(["panel"]) == 0 and "0 leden. Redactiesleutel." in capsys.readouterr().out
