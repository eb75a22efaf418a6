"""Points per criterion: into nbgrader's gradebook and beside it, on SQLite and PostgreSQL; first and second marker; and what a removal leaves."""

import contextlib

import pytest

from leerlijn import cli, gradebook, gradecell, grade, rubriek, rubriek_lezers
from leerlijn.errors import LeerlijnError
from leerlijn.model import Beleid

from . import postgres
from .keten import GOED, MODULE, graded, regels

TIJD, LATER = "2026-01-02 10:00:00.000000 UTC", "2026-01-05 10:00:00.000000 UTC"
VOL, HALF = {"feiten": 2.0, "samen": 2.0}, {"feiten": 2.0, "samen": 1.0}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def keten(request, tmp_path_factory):
    """A graded group: ann and ben answered, leeg did not."""
    groep = {"ann": GOED, "ben": GOED, "leeg": {"toets-overleg": "delen"}}
    with contextlib.ExitStack() as stapel:
        boek = postgres.create(stapel.enter_context(postgres.server()), "rubriek") if request.param == "postgresql" else None
        yield stapel.enter_context(graded(tmp_path_factory.mktemp(request.param), groep, cijferboek=boek))


class Open:
    """The gradebook of a course, for one test."""

    def __init__(self, keten):
        self.engine = gradebook.connect(gradebook.url(keten.grading))
        (self.item,) = rubriek.open_items(gradecell.load_key(keten.grading / "sleutels" / f"{MODULE}.json"))

    def __enter__(self):
        self.door = gradebook.writing(self.engine)
        self.db = self.door.__enter__()
        self.toets = gradebook.load_tests(self.db, [MODULE])[MODULE]
        return self

    def __exit__(self, *fout):
        self.door.__exit__(*fout)
        self.engine.dispose()

    def works(self):
        return rubriek.works(self.db, self.toets, self.item["id"])

    def work(self, wie):
        return next(w for w in self.works() if w.student == wie)

    def save(self, wie, rol, criteria, lezer="", opmerking=None):
        return rubriek.save(self.db, self.toets, self.item, self.work(wie), rol, lezer, *rubriek.check(self.item["rubriek"], criteria, opmerking))

    def formgrader(self, wie):
        """What nbgrader has: (manual score, waits, comment)."""
        w = self.work(wie)
        return w.score, w.wacht, w.opmerking


def test_two_markers_and_what_they_settle(keten):
    with Open(keten) as o:
        assert [w.leeg for w in o.works()].count(True) == 1 and o.formgrader("ann") == (None, True, "")
        assert o.save("ann", "eerste", {"feiten": 2}) is None and o.formgrader("ann")[1]  # half done: still waits
        assert o.save("ann", "eerste", VOL, "mia", "Mooi.\nNoem je collega.") == 4.0 and o.formgrader("ann") == (4.0, False, "Mooi.\nNoem je collega.")
        assert rubriek.criteria_of(o.db, o.toets, "toets-open", "ann") == VOL and list(o.work("ann").oordelen["eerste"].criteria) == ["feiten", "samen"]
        with pytest.raises(LeerlijnError, match="al de eerste lezer"):
            o.save("ann", "tweede", HALF, "mia")
        o.save("ann", "tweede", HALF, "kim", "Ik zie geen collega.")
        assert o.formgrader("ann") == (4.0, False, "Mooi.\nNoem je collega.")  # a second marker changes nothing there
        assert rubriek.phrases(o.db, o.toets, "toets-open", "eerste") == ["Mooi.", "Noem je collega."]
        assert rubriek.phrases(o.db, o.toets, "toets-open", "tweede", "kim") == ["Ik zie geen collega."]
        assert rubriek.phrases(o.db, o.toets, "toets-open", "tweede", "jan") == []
        v = rubriek_lezers.compare(o.works(), o.item, MODULE, 1.0)
        assert (v.gekozen, len(v.samen), len(v.verschillen), len(v.onbeslist), v.verschil, v.kappa) == (2, 1, 1, 1, None, {})
        assert o.save("ann", "besluit", {"feiten": 1.0, "samen": 2.0}) == 3.0 and o.formgrader("ann")[0] == 3.0
        assert rubriek.criteria_of(o.db, o.toets, "toets-open", "ann") == {"feiten": 1.0, "samen": 2.0}
        assert o.save("ann", "eerste", HALF, "mia") == 3.0  # what was settled stands
        assert not rubriek_lezers.compare(o.works(), o.item, MODULE, 1.0).onbeslist


def test_differences_in_words(keten, monkeypatch, capsys):
    monkeypatch.chdir(keten.root)
    assert cli.main(["tweede-lezer"]) == 1 and "tweede_lezer in grading/beleid.yaml" in capsys.readouterr().err
    keten.beleid(tweede_lezer="alle")
    with Open(keten) as o:
        o.save("ann", "eerste", VOL, "mia")
    assert cli.main(["tweede-lezer", MODULE]) == 0
    tekst = capsys.readouterr().out
    assert "2 voor de tweede lezer, 1 door beiden gelezen, 1 met een verschil" in tekst and "samen 2,0/1,0; besloten: 3,0 punten" in tekst and "vanaf 10" in tekst and "ann" not in tekst


def test_a_new_hand_in_and_a_removal(keten):
    keten.lever_met_de_hand("ben", regels({**GOED, "toets-open": "Eerst."}), TIJD.replace("02 10", "03 10"))
    grade.run(keten.root, [MODULE], meld=lambda _: None)
    with Open(keten) as o:
        o.save("ben", "eerste", VOL)
    keten.lever_met_de_hand("ben", regels({**GOED, "toets-open": "Iets nieuws."}), LATER)
    grade.run(keten.root, [MODULE], meld=lambda _: None)
    with Open(keten) as o:
        w = o.work("ben")
        assert (w.score, w.wacht, w.oordelen, w.geldig) == (4.0, True, {}, None)  # the points were for another answer
        assert rubriek.criteria_of(o.db, o.toets, "toets-open", "ben") is None
        o.save("ben", "eerste", HALF)
    keten.nbgrader("db", "student", "remove", "ben", "--force")
    with Open(keten) as o:
        assert [w.student for w in o.works() if w.student == "ben"] == []
        o.save("ann", "eerste", VOL)
        rijen = {r.student for r in o.db.execute(rubriek.beoordeling.select())}
        assert rijen == {"ann"}  # swept along


def test_another_score_in_formgrader_counts(keten):
    with Open(keten) as o:
        o.save("ann", "besluit", VOL)
        w = o.work("ann")
        o.db.execute(gradebook.grade.update().where(gradebook.grade.c.notebook_id == w.nummer, gradebook.grade.c.manual_score.is_not(None)).values(manual_score=1.5))
        assert o.work("ann").geldig is None and rubriek.criteria_of(o.db, o.toets, "toets-open", "ann") is None


@pytest.mark.parametrize("criteria", [[], None, {"x": 1}, {"feiten": 3}, {"feiten": -1}, {"feiten": True}, {"feiten": float("nan")}, {"feiten": "2"}, {"feiten": None}])
def test_what_a_browser_sends_is_checked(criteria):
    with pytest.raises(LeerlijnError):
        rubriek.check([{"id": "feiten", "punten": 2}], criteria, None)


def test_comment_is_checked():
    rij = [{"id": "feiten", "punten": 2}]
    assert rubriek.check(rij, {"feiten": 0.5}, "a\x00b\r\nc ") == ({"feiten": 0.5}, "ab\nc")
    for fout in ("x" * 5001, 3, ["x"]):
        with pytest.raises(LeerlijnError):
            rubriek.check(rij, {}, fout)


def werk(n, **oordelen):
    alle = {rol: rubriek.Oordeel("", c, "") for rol, c in oordelen.items()}
    return rubriek.Werk(f"n{n}", f"wie-{n}", None, None, "", True, False, alle)


def test_chosen_by_chance_and_for_good():
    assert [rubriek_lezers.share(Beleid(cesuur=0.5, tweede_lezer=x)) for x in ("geen", "alle", 0.2)] == [0.0, 1.0, 0.2]
    rij = [werk(n) for n in range(40)]
    een = {w.nummer for w in rubriek_lezers.chosen(rij, "m", 0.2)}
    assert len(een) == 8 and een == {w.nummer for w in rubriek_lezers.chosen(rij[::-1], "m", 0.2)}
    assert een != {w.nummer for w in rubriek_lezers.chosen(rij, "n", 0.2)} and rubriek_lezers.chosen(rij, "m", 0.0) == []
    begonnen = [werk(99, tweede={"a": 1.0})]
    assert len(rubriek_lezers.chosen(rij + begonnen, "m", 0.2)) in (9, 10) and begonnen[0] in rubriek_lezers.chosen(rij + begonnen, "m", 0.2)


def test_figures_only_when_there_are_enough():
    item = {"rubriek": [{"id": "a", "punten": 2}]}
    rij = [werk(n, eerste={"a": float(n % 3)}, tweede={"a": float(n % 3 if n % 5 else (n + 1) % 3)}) for n in range(40)]
    for n, verschil, kappa in ((9, False, False), (10, True, False), (29, True, False), (30, True, True)):
        v = rubriek_lezers.compare(rij[:n], item, "m", 1.0)
        assert (v.verschil is not None, bool(v.kappa)) == (verschil, kappa)
    assert 0 < v.kappa["a"]["waarde"] < 1 and len(v.verschillen) == 6
    assert [rubriek_lezers.agree_words(k) for k in (-0.1, 0.5, 0.9, float("nan"))] == ["gering", "redelijk", "zeer goed", "niet te zeggen"]


def test_steps():
    assert rubriek.steps(2) == [0, 1, 2] and rubriek.steps(1.5) == [0, 0.5, 1, 1.5] and rubriek.steps(1) == [0, 1]
