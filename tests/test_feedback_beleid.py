"""What the feedback page reveals follows beleid.yaml, in all its values; points per criterion stand in it where they count."""

import shutil
from datetime import date, timedelta

import pytest

from leerlijn import feedback, gradebook, gradecell, rubriek

from .keten import GOED, MODULE, graded

GEHEIM = ("Twijfel is juist", "Waar dit op rust", "Voorbeeld van een goed antwoord", "aangevinkt: goed")
GISTEREN, MORGEN = (date.today() + timedelta(days=d) for d in (-2, 2))


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    with graded(tmp_path_factory.mktemp("feedback"), {"ann": {**GOED, "toets-feiten": ["deur"]}}) as k:
        beoordeel(k, {"feiten": 2.0, "samen": 0.0})
        yield k


def beoordeel(k, criteria):
    engine = gradebook.connect(gradebook.url(k.grading))
    with gradebook.writing(engine) as db:
        toets = gradebook.load_tests(db, [MODULE])[MODULE]
        (item,) = rubriek.open_items(gradecell.load_key(k.grading / "sleutels" / f"{MODULE}.json"))
        (werk,) = rubriek.works(db, toets, item["id"])
        rubriek.save(db, toets, item, werk, "eerste", "", criteria, "Goed dat je begint met wat je zag.")
    engine.dispose()


def maak(k):
    shutil.rmtree(k.grading / "feedback", ignore_errors=True)
    assert (uitkomst := k.api().generate_feedback(MODULE, "ann", force=True))["success"], uitkomst
    return (k.grading / "feedback" / "ann" / MODULE / "toets.html").read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    "beleid, open_",
    [
        ({"uitleg_tonen": "meteen"}, True),
        ({"uitleg_tonen": "meteen", "inleveren_tot": {MODULE: str(MORGEN)}}, True),
        ({"uitleg_tonen": "na-deadline", "inleveren_tot": {MODULE: str(MORGEN)}}, False),
        ({"uitleg_tonen": "na-deadline", "inleveren_tot": {MODULE: str(GISTEREN)}}, True),
        ({"uitleg_tonen": "na-deadline"}, True),
        ({"uitleg_tonen": "nooit"}, False),
        ({"uitleg_tonen": "nooit", "inleveren_tot": {MODULE: str(GISTEREN)}}, False),
    ],
)
def test_explanations_follow_the_policy(keten, beleid, open_):
    keten.beleid(**beleid)
    tekst = maak(keten)
    assert [g in tekst for g in GEHEIM] == [open_] * len(GEHEIM)
    terug = feedback.parse(tekst)  # points, own answer and the teacher's words are there whatever the policy
    assert [(i["item"], i["punten"]) for i in terug["items"]] == [("toets-overleg", 2.0), ("toets-feiten", 1.0), ("toets-open", 2.0)]
    open_vraag = terug["items"][2]
    assert open_vraag["opmerking"] == "Goed dat je begint met wat je zag." and "Ik vertel wat ik zag" in open_vraag["html"]
    for zin in ("Je punten per onderdeel", "(2 van 2 punten)", "(0 van 2 punten)"):
        assert zin in open_vraag["html"]


def test_criteria_only_when_they_are_the_score(keten):
    keten.beleid(uitleg_tonen="meteen")
    with keten.gradebook() as gb:
        gb.find_grade("toets-open", "toets", MODULE, "ann").manual_score = 3.5
        gb.db.commit()
    tekst = maak(keten)
    assert "(0 van 2 punten)" not in tekst and "Waar je docent op let" in tekst and "3,5 van de 4 punten" in tekst
    beoordeel(keten, {"feiten": 1.0, "samen": 2.0})
    assert "(1 van 2 punten)" in maak(keten)
