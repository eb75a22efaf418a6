"""Conversations and dossiers in a lesson: one step at a time, restored, and at the end beside the best way."""

import json

from leerlijn import answers, toon
from leerlijn.widget import lees, wandeling

from .cel import cursus, gebouwd, les, stuur  # noqa: F401 - fixtures


def loop(cel, *keuzes):
    st = cel.spec["gesprek"]
    for k in keuzes:
        st = stuur(cel, type="keuze", casus="gesprek-met-bo", knoop=st["knoop"], stap=st["stap"], keuze=k)
    return st


def test_a_conversation_shows_one_node_at_a_time(les):
    spec = json.dumps(toon.casus("gesprek-met-bo").spec, ensure_ascii=False)
    assert "Je keek zo bezorgd" in spec and "Wat wil je nu doen" not in spec and "punten" not in spec and "Bo luistert" not in spec
    st = loop(toon.casus("gesprek-met-bo"), "vertel")
    assert st["verloop"][0]["reactie"] == "Bo luistert. Je begint bij wat je zag." and st["verloop"][0]["feiten"]
    assert {k["id"] for k in st["keuzes"]} == {"samen", "vragen"} and all(set(k) == {"id", "tekst"} for k in st["keuzes"])
    assert "einde" not in st and not st["klaar"]


def test_what_was_said_earlier_matters(les):
    assert {k["id"] for k in loop(toon.casus("gesprek-met-bo"), "niets", "toch")["keuzes"]} == {"vragen"}


def test_the_end_shows_the_path_beside_the_best_one(les):
    einde = loop(toon.casus("gesprek-met-bo"), "niets", "toch", "vragen")["einde"]
    assert (einde["soort"], einde["punten"], einde["maximum"]) == ("wisselend", 2, 4)
    rijen = einde["route"]
    assert [(r["samen"], bool(r["jij"]), bool(r["beste"])) for r in rijen] == [(True, True, True), (False, True, False), (True, True, True), (False, True, True)]
    assert rijen[0]["beste"]["keuze"] == "Ja. Ik vertel je wat ik zag." and rijen[0]["reden"] == "Bo luistert. Je begint bij wat je zag."


def test_a_walk_is_restored_and_can_go_back(les):
    loop(toon.casus("gesprek-met-bo"), "vertel")
    cel = toon.casus("gesprek-met-bo")
    st = cel.spec["gesprek"]
    assert st["knoop"] == "verder" and st["stap"] == 1
    terug = stuur(cel, type="terug", casus="gesprek-met-bo", knoop="verder", stap=1)
    assert terug["knoop"] == "begin" and toon.casus("gesprek-met-bo").spec["gesprek"]["stap"] == 0
    loop(cel, "niets", "toch")
    assert stuur(cel, type="opnieuw", casus="gesprek-met-bo", knoop="verder", stap=2)["stap"] == 0


def test_steps_that_come_late_twice_or_cannot_be_change_nothing(les):
    cel = toon.casus("gesprek-met-bo")
    loop(cel, "vertel")
    for bericht in (
        {"type": "keuze", "knoop": "begin", "stap": 0, "keuze": "niets"},  # second click, or a second tab
        {"type": "keuze", "knoop": "verder", "stap": 1, "keuze": "bestaat-niet"},
        {"type": "keuze", "knoop": ["x"], "stap": 1, "keuze": {}},
        {"type": "terug", "knoop": "begin", "stap": 0},
    ):
        assert stuur(cel, casus="gesprek-met-bo", **bericht)["knoop"] == "verder"
    assert len(answers.read(les / "prive" / "proef.jsonl").regels) == 1
    assert stuur(cel, type="keuze", casus="andere", knoop="verder", keuze="samen")["type"] == "fout"


def test_a_changed_case_keeps_what_still_fits(les):
    answers.append(les / "prive" / "proef.jsonl", "gesprek-met-bo", [["begin", "vertel"], ["weg", "x"]])
    assert toon.casus("gesprek-met-bo").spec["gesprek"]["stap"] == 1


def test_a_dossier_lists_after_marking(les):
    cel = toon.casus("week-van-sam")
    assert "signaal" not in json.dumps(cel.spec) and "Een verandering" not in json.dumps(cel.spec)
    fb = stuur(cel, type="markeer", casus="week-van-sam", antwoord=["di", "wo"])
    assert {d["id"]: d["teken"] for d in fb["delen"] if d["teken"] != "neutraal"} == {"di": "goed", "wo": "fout", "do": "gemist"}
    assert fb["uitleg"].startswith("Eén signaal") and toon.casus("week-van-sam").spec["stand"]["week-van-sam"]["antwoord"] == ["di", "wo"]
    for slecht in ([], ["x"], "di", None, {"di": 1}):
        assert stuur(cel, type="markeer", casus="week-van-sam", antwoord=slecht)["type"] == "fout"


def test_an_unknown_case_gives_a_notice(les):
    assert "bestaat-niet" in toon.casus("bestaat-niet").spec["melding"]


def test_a_conversation_of_any_path_makes_rows_that_hold_both_paths(les):
    from leerlijn import casus as loopregels

    geheel = json.loads((les / "proef" / "oefening-sleutel.json").read_text())["casussen"]["gesprek-met-bo"]
    gesprek = wandeling.Gesprek(lees.Cel(les / "proef", les, "proef"), {"id": "gesprek-met-bo"}, geheel)

    def paden(pad):
        nu = loopregels.stand(geheel, pad)
        if nu.klaar:
            yield pad
        for k in nu.keuzes:
            yield from paden([*pad, [nu.knoop, k["id"]]])

    alle = list(paden([]))
    assert len(alle) == 4
    for pad in alle:
        rijen = gesprek._stand(pad)["einde"]["route"]
        assert sum(bool(r["jij"]) for r in rijen) == len(pad) + 1 and sum(bool(r["beste"]) for r in rijen) == 3


def test_a_long_text_in_the_picture_ends_whole():
    kort = wandeling._kort
    assert kort("Kort.") == "Kort."
    assert kort("a" * 120 + " drie plaatjes: " + "b" * 40) == "a" * 120 + " drie plaatjes…"
    vet = kort("a" * 120 + " **Wat moet je nu? Zeg het.** " + "b" * 40)
    assert vet.endswith("…**") and vet.count("**") == 2 and len(vet) <= wandeling.KORT + 2
