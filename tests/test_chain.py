"""The whole road with the real commands of nbgrader: build, release, hand in, collect, grade, look, give back, read."""

import json
import os

import pytest

from leerlijn import answers, feedback, handin, uitwisseling

from .keten import GOED, MODULE, Keten, texts

GELEVERD = ("toets.ipynb", "publiek.json", "cursus.json")  # as released: what a learner did to the copy at home does not count
PLAAG = "Ik vertel <script>window.stuk = 1</script> [klik](javascript:alert(1)) **vet** wat ik zag."
GEHEIM = ["Twijfel is juist een reden", "De reden is een uitleg", "Ik vertel eerst wat ik zag", '"goed"']  # explanations, example, key


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    k = Keten(tmp_path_factory.mktemp("keten"))
    with pytest.MonkeyPatch.context() as mp:
        for naam, waarde in k.env.items():
            mp.setenv(naam, waarde)
        yield k


def me():
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def test_1_release_holds_no_key(keten):
    keten.nbgrader("generate_assignment", MODULE)
    keten.nbgrader("release_assignment", MODULE)
    openbaar = texts(keten.grading / "source", keten.grading / "release", keten.uit, keten.map)
    assert {p.name for p in openbaar} == {"toets.ipynb", "publiek.json", "cursus.json"}
    assert not [(p, g) for p, t in openbaar.items() for g in GEHEIM if g in t]
    assert oct((keten.grading / "sleutels" / f"{MODULE}.json").stat().st_mode & 0o777) == "0o600"


def rommel_met(map_):
    """What its owner can do to the copy at home: other points, a cell that would run, other wrong options."""
    nb = json.loads((map_ / "toets.ipynb").read_text("utf-8"))
    for cel in nb["cells"]:
        if "nbgrader" in cel["metadata"]:
            cel["metadata"]["nbgrader"] |= {"points": 100, "locked": False}
    nb["cells"].append({"cell_type": "code", "id": "kwaad", "metadata": {}, "source": "open('/tmp/KLADVERSIE', 'w')", "outputs": [], "execution_count": None})
    (map_ / "toets.ipynb").write_text(json.dumps(nb), "utf-8")
    publiek = json.loads((map_ / "publiek.json").read_text("utf-8"))
    for item in publiek["items"]:
        item |= {"punten": 100, "opties": [{"id": o["id"], "tekst": "KLADVERSIE"} for o in item.get("opties", [])]}
    (map_ / "publiek.json").write_text(json.dumps(publiek), "utf-8")


def test_2_only_last_answers_are_handed_in(keten):
    answers.append(keten.course_dir / "prive" / f"{MODULE}.jsonl", "eerst-overleggen", "collega", extra={"zekerheid": 3})
    (keten.map / "dagboek.txt").write_text("PRIVE")
    keten.antwoord({"toets-overleg": "zwijgen", "toets-open": "KLADVERSIE"})
    kwitantie = handin.inleveren(keten.map)
    assert (kwitantie.aantal, kwitantie.onbeantwoord, kwitantie.keer) == (2, ["toets-feiten"], 1)
    keten.antwoord({"toets-overleg": "delen", "toets-feiten": ["deur", "huil", "verdriet"], "toets-open": PLAAG})
    rommel_met(keten.map)
    assert handin.inleveren(keten.map).keer == 2
    nieuwste = keten.inbound()[-1]
    assert {p.name for p in nieuwste.iterdir()} == {"antwoorden.jsonl", "toets.ipynb", "publiek.json", "cursus.json", "timestamp.txt", "submission_secret.txt"}
    alles = "".join(texts(nieuwste).values())
    assert not [w for w in ("PRIVE", "KLADVERSIE", "eerst-overleggen", "zekerheid\": 3", *GEHEIM) if w in alles]
    assert {n: (nieuwste / n).read_bytes() for n in GELEVERD} == {n: (keten.grading / "release" / MODULE / n).read_bytes() for n in GELEVERD}


def test_3_collect_and_grade(keten):
    keten.nbgrader("collect", MODULE)
    keten.nbgrader("autograde", MODULE)
    assert keten.punten(me()) == {"toets-overleg": (2.0, None, False), "toets-feiten": (1.0, None, False), "toets-open": (None, None, True)}
    nagekeken = (keten.grading / "autograded" / me() / MODULE / "toets.ipynb").read_text("utf-8")
    assert "<script" not in nagekeken and "javascript:" not in nagekeken and "](" not in nagekeken
    assert "Begint met wat er te zien was" in nagekeken  # the rubric stands with the answer


def test_4_feedback_comes_back(keten):
    with keten.gradebook() as gb:  # what formgrader saves; the clicking itself is in tests/browser
        cijfer = gb.find_grade("toets-open", "toets", MODULE, me())
        cijfer.manual_score, cijfer.needs_manual_grade = 3.0, False
        gb.find_comment("toets-open", "toets", MODULE, me()).manual_comment = "Mooi begin.\nNoem <b>ook</b> je collega."
        gb.db.commit()
    keten.nbgrader("generate_feedback", MODULE)
    assert feedback.fetch(keten.course_dir, MODULE) == 0 and feedback.load(keten.course_dir, MODULE) is None
    keten.nbgrader("release_feedback", MODULE)
    assert feedback.fetch(keten.course_dir, MODULE) == 1
    with pytest.MonkeyPatch.context() as mp:  # a second visit starts no process
        mp.setattr(uitwisseling, "run_child", lambda *a, **kw: pytest.fail("looked again"))
        assert feedback.fetch(keten.course_dir, MODULE) == 1
    terug = feedback.load(keten.course_dir, MODULE)
    assert (terug["punten"], terug["max"], terug["cesuur"], terug["wacht"]) == (6.0, 8.0, 0.6, False)
    assert [(i["item"], i["punten"], i["max"]) for i in terug["items"]] == [("toets-overleg", 2, 2), ("toets-feiten", 1, 2), ("toets-open", 3, 4)]
    assert terug["items"][2]["opmerking"] == "Mooi begin.\nNoem <b>ook</b> je collega."
    assert "Twijfel is juist een reden" in terug["items"][0]["html"]
    assert "Je docent gaf" in terug["items"][2]["html"] and "Je docent gaf" not in terug["items"][1]["html"]
    assert "&lt;script&gt;" in terug["items"][2]["html"] and "<script" not in terug["items"][2]["html"]


def test_5_new_build_keeps_answers_and_test(keten):
    voor = (keten.map / "antwoorden.jsonl").read_bytes()
    les = keten.root / "modules" / "01-proef" / "les.ipynb"
    nb = json.loads(les.read_text("utf-8"))
    nb["cells"][0]["source"] = ["# Een proefmodule\n", "\n", "Verbeterde tekst."]
    les.write_text(json.dumps(nb), "utf-8")
    keten.build()
    assert (keten.map / "antwoorden.jsonl").read_bytes() == voor
    assert handin.receipt(keten.map).keer == 2
    uitkomst = keten.api().generate_assignment(MODULE, force=True)
    assert uitkomst["success"], uitkomst  # the same cells: allowed although work was handed in


def test_6_later_hand_in_replaces_and_new_feedback_is_found(keten):
    keten.antwoord(GOED)
    handin.inleveren(keten.map)
    api = keten.api()
    for stap in (api.collect, api.autograde, api.generate_feedback, api.release_feedback):
        uitkomst = stap(MODULE, **({"update": True} if stap == api.collect else {"student_id": me()} if stap != api.release_feedback else {}))
        assert uitkomst["success"], uitkomst
    punten = keten.punten(me())
    assert punten["toets-feiten"] == (2.0, None, False)
    assert punten["toets-open"] == (None, 3.0, True)  # the earlier points stand, and the teacher is asked to look again
    assert feedback.fetch(keten.course_dir, MODULE) == 2
    terug = feedback.load(keten.course_dir, MODULE)
    assert terug["wacht"] and [i["wacht"] for i in terug["items"]] == [False, False, True]
    assert "moet deze vraag nog nakijken" in terug["items"][2]["html"] and terug["items"][1]["punten"] == 2
