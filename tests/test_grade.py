"""`leerlijn grade`: from exchange to gradebook, again and again, broken off, twice at once, and in words for the teacher."""

import csv
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from leerlijn import cli, cli_grade, grade, gradebook, gradecell, intake
from leerlijn.errors import LeerlijnError

from .cijfers import judge, notebooks, rows
from .keten import GOED, MODULE, locked, regels, released

TIJD = "2026-01-02 10:00:00.000000 UTC"
LATER = "2026-01-05 10:00:00.000000 UTC"


@pytest.fixture
def keten(tmp_path, monkeypatch):
    """A released course of its own, in its own folder, with its own exchange."""
    with released(tmp_path) as k:
        k.course_id = k.course
        monkeypatch.chdir(k.root)
        yield k


def run(k, **kw):
    (verslag,) = grade.run(k.root, [MODULE], meld=lambda _: None, **kw)
    assert verslag.mislukt == []
    return verslag


def book(k):
    return gradebook.url(k.grading)


def telling(v):
    return v.opgehaald, v.nagekeken, v.ongewijzigd


def test_again_and_again(keten):
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    keten.lever_met_de_hand("ben", "", TIJD)
    assert telling(run(keten)) == (2, 2, 0)
    eerst, werk = rows(book(keten)), notebooks(keten.grading)
    assert telling(run(keten)) == (0, 0, 2)
    assert rows(book(keten)) == eerst and notebooks(keten.grading) == werk
    keten.lever_met_de_hand("ann", regels({"toets-overleg": "zwijgen"}), LATER)
    assert telling(run(keten)) == (1, 1, 1)
    assert keten.punten("ann")["toets-overleg"] == (0.0, None, False)
    assert telling(run(keten, ophalen=False, opnieuw=True)) == (0, 2, 0)


def test_what_a_teacher_judged_stays_judged(keten):
    """Unless there is something new to see: then it is put on the list again, points and words intact."""
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    run(keten)
    judge(book(keten), "ann", "toets-open", manual_score=3.0, needs_manual_grade=False, manual_comment="Mooi.")
    assert run(keten).wacht == 0
    sleutel = keten.grading / "sleutels" / f"{MODULE}.json"
    sleutel.write_text(sleutel.read_text("utf-8").replace("Twijfel is juist een reden", "Twijfel is altijd een reden"), "utf-8")
    verslag = run(keten)  # a better explanation: the page is made again, the judgement stands
    assert (telling(verslag), verslag.wacht) == ((0, 1, 0), 0)
    assert "altijd een reden" in (keten.grading / "autograded" / "ann" / MODULE / "toets.ipynb").read_text("utf-8")
    assert keten.punten("ann")["toets-open"] == (None, 3.0, False)
    keten.lever_met_de_hand("ann", regels({**GOED, "toets-open": "Iets nieuws."}), LATER)
    assert run(keten).wacht == 1
    assert keten.punten("ann")["toets-open"] == (None, 3.0, True)
    with keten.gradebook() as gb:
        assert gb.find_comment("toets-open", "toets", MODULE, "ann").manual_comment == "Mooi."


def test_earlier_work_of_nbgrader_is_taken_as_it_is(keten):
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    assert keten.api().collect(MODULE)["success"] and keten.api().autograde(MODULE, "ann")["success"]
    judge(book(keten), "ann", "toets-open", manual_score=3.0, needs_manual_grade=False)
    voor = rows(book(keten))
    assert run(keten).nagekeken == 1
    assert rows(book(keten)) == voor


def test_policy_is_enforced(keten):
    keten.beleid(pogingen=2, inleveren_tot={MODULE: "2026-01-03"}, aftrek_per_dag=0.25)
    for tijd, keus in ((TIJD, "zwijgen"), (LATER, "delen"), ("2026-01-06 10:00:00.000000 UTC", "zwijgen")):
        keten.lever_met_de_hand("ann", regels({"toets-overleg": keus}), tijd)
    verslag = run(keten)
    assert verslag.geweigerd == ["ann: poging 3; er tellen er hoogstens 2"]
    assert run(keten).eerder_geweigerd == 1
    with keten.gradebook() as gb:
        s = gb.find_submission(MODULE, "ann")
        assert (s.score, s.late_submission_penalty, s.total_seconds_late > 0) == (2.0, 1.0, True)  # two days begun, half of 2 points
    keten.beleid(inleveren_tot={MODULE: "2026-01-09"}, aftrek_per_dag=0.25)  # a later deadline, any number of attempts
    run(keten)
    with keten.gradebook() as gb:
        s = gb.find_submission(MODULE, "ann")
        assert (s.score, s.late_submission_penalty) == (0.0, 0.0)
    keten.beleid(inleveren_tot={MODULE: "2026-01-03"}, te_laat="weigeren")
    verslag = run(keten)
    assert len(verslag.geweigerd) == 2 and keten.punten("ann")["toets-overleg"][0] == 0.0
    assert "2026-01-02" in (keten.grading / "submitted" / "ann" / MODULE / "timestamp.txt").read_text()


def test_the_last_second_of_the_day_is_in_time(keten):
    """Half a second before midnight in the Netherlands is in time for us and for nbgrader; midnight is not."""
    tijden = {"ann": "2026-01-03 22:59:59.500000 UTC", "ben": "2026-01-03 23:00:00.000000 UTC"}
    for wie, tijd in tijden.items():
        keten.lever_met_de_hand(wie, regels({"toets-overleg": "delen"}), tijd)
    keten.beleid(inleveren_tot={MODULE: "2026-01-03"}, aftrek_per_dag=0.5)
    run(keten)
    with keten.gradebook() as gb:
        assert {wie: gb.find_submission(MODULE, wie).late_submission_penalty for wie in tijden} == {"ann": 0.0, "ben": 1.0}
    for wie in tijden:  # nbgrader's own command says the same
        keten.nbgrader("autograde", MODULE, f"--student={wie}", "--force")
    with keten.gradebook() as gb:
        assert {wie: gb.find_submission(MODULE, wie).late_submission_penalty for wie in tijden} == {"ann": 0.0, "ben": 1.0}
    keten.beleid(inleveren_tot={MODULE: "2026-01-03"}, te_laat="weigeren")
    assert [r.partition(":")[0] for r in run(keten).geweigerd] == ["ben"]


def test_unreadable_work_is_flagged_and_earns_nothing(keten):
    keten.lever_met_de_hand("ann", regels({"toets-overleg": True, "toets-feiten": ["deur", "deur"], "toets-open": {"x": 1}}), TIJD)
    keten.lever_met_de_hand("ben", '{"v":1,"item":"toets-overleg","antwoord":NaN}\n', TIJD)
    verslag = run(keten)
    assert {p[0] for p in keten.punten("ann").values()} == {0.0, None} and {p[0] for p in keten.punten("ben").values()} == {0.0}
    assert keten.punten("ann")["toets-open"][2]  # a teacher looks
    with keten.gradebook() as gb:
        assert all(gb.find_submission_notebook("toets", MODULE, s).flagged for s in ("ann", "ben"))
    assert len([z for z in verslag.let_op if z.startswith("ann: Vraag")]) == 3 and any(z.startswith("ben: 1 regel(s)") for z in verslag.let_op)


def test_a_flood_of_refusals_is_cut_short(keten, monkeypatch):
    monkeypatch.setattr(intake, "MAX_AKTES", 5)
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    for n in range(9):
        keten.lever_met_de_hand("..", "", f"2026-01-03 10:00:0{n}.000000 UTC")
    verslag = run(keten)
    assert len(verslag.geweigerd) == 6 and "ruim de map" in verslag.geweigerd[-1] and verslag.nagekeken == 1
    assert len(list((keten.grading / "geweigerd").iterdir())) == 5


def test_feedback_export_and_formgraders_lists(keten):
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    run(keten)
    api = keten.api()
    (werk,) = api.get_submissions(MODULE)
    assert (werk["autograded"], werk["score"], werk["needs_manual_grade"]) == (True, 4.0, True)
    assert api.get_notebook_submissions(MODULE, "toets")[0]["score"] == 4.0
    assert (uitkomst := api.generate_feedback(MODULE, "ann"))["success"], uitkomst
    assert "Twijfel is juist" in (keten.grading / "feedback" / "ann" / MODULE / "toets.html").read_text("utf-8")
    keten.nbgrader("export", "--to", "cijfers.csv")
    with open(keten.grading / "cijfers.csv", encoding="utf-8") as f:
        assert [(r["student_id"], r["score"]) for r in csv.DictReader(f)] == [("ann", "4.0")]


@pytest.mark.parametrize("waar", ["ophalen", "nakijken", "opslaan"])
def test_broken_off_leaves_all_as_it_was(keten, waar, monkeypatch):
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    run(keten)
    voor, werk = rows(book(keten)), notebooks(keten.grading)
    for student in ("ann", "ben", "cas"):
        keten.lever_met_de_hand(student, regels({"toets-overleg": "zwijgen"}), LATER)

    def stop(dingen, titel, _):
        for n, ding in enumerate(dingen):
            if titel.endswith(waar) and n == 2:
                raise KeyboardInterrupt
            yield ding

    with monkeypatch.context() as mp:
        if waar == "opslaan":
            mp.setattr(gradebook, "waiting", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(keten, voortgang=stop)
    assert rows(book(keten)) == voor and notebooks(keten.grading) == werk
    assert not (keten.grading / ".nakijken" / "werk").exists()
    run(keten)
    assert keten.punten("cas")["toets-overleg"][0] == 0.0 and keten.punten("ann")["toets-overleg"][0] == 0.0


def test_power_cut_between_gradebook_and_files(keten, monkeypatch):
    """The rows are in, the folders are not: the next run puts that right."""
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    run(keten)
    keten.lever_met_de_hand("ann", regels({"toets-overleg": "zwijgen"}), LATER)
    echt = intake.swap

    def swap(nieuw, doel, oud):
        if "autograded" in doel.parts:
            raise OSError(28, "No space left on device")
        echt(nieuw, doel, oud)

    with monkeypatch.context() as mp:
        mp.setattr(intake, "swap", swap)
        with pytest.raises(LeerlijnError, match="No space left"):
            run(keten)
    goed = rows(book(keten))
    assert telling(run(keten)) == (0, 1, 0)
    assert rows(book(keten)) == goed and keten.punten("ann")["toets-overleg"][0] == 0.0
    assert "zwijgen" in (keten.grading / "autograded" / "ann" / MODULE / "antwoorden.jsonl").read_text("utf-8")
    assert telling(run(keten)) == (0, 0, 1)


def test_one_bad_hand_in_does_not_stop_the_others(keten, monkeypatch):
    for student in ("ann", "ben"):
        keten.lever_met_de_hand(student, regels(GOED), TIJD)
    echt, rij = gradecell.grade, iter([True, False])
    monkeypatch.setattr(gradecell, "grade", lambda *a: 1 / 0 if next(rij, False) else echt(*a))
    (verslag,) = grade.run(keten.root, [MODULE])
    assert verslag.nagekeken == 1 and verslag.mislukt[0].startswith("ann: niet nagekeken")
    assert run(keten).nagekeken == 1


def test_two_at_once_wait_for_each_other(keten):
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    gezegd, binnen, door = [], threading.Event(), threading.Event()

    def langzaam(dingen, *_):
        binnen.set()
        assert door.wait(60)
        return dingen

    eerste = threading.Thread(target=lambda: grade.run(keten.root, [MODULE], voortgang=langzaam))
    eerste.start()
    assert binnen.wait(60)
    tweede = threading.Thread(target=lambda: gezegd.append(grade.run(keten.root, [MODULE], meld=lambda t: (gezegd.append(t), door.set()))))
    tweede.start()
    eerste.join(60)
    tweede.join(60)
    assert "al nagekeken" in gezegd[0] and telling(gezegd[1][0]) == (0, 0, 1)


def command(k, *args, **kw):
    return subprocess.Popen([sys.executable, "-m", "leerlijn.cli", "grade", *args], cwd=k.root, env={**os.environ, **k.env}, text=True, **kw)


def test_the_command_speaks_and_loads_little(keten):
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    (keten.inbound()[0].parent / "rommel").mkdir()
    uit, fout = command(keten, "--all", stdout=subprocess.PIPE, stderr=subprocess.PIPE).communicate(timeout=120)
    assert "proef: 1 nagekeken, 0 ongewijzigd, 1 nieuw opgehaald, 1 open antwoorden wachten op jou." in uit
    assert "geweigerd: rommel: de naam van deze inlevering is niet te lezen" in uit and "nakijken.log" in uit
    assert fout.splitlines() == ["proef: ophalen (1)", "proef: nakijken (1)"]
    assert "rommel" in (keten.grading / "nakijken.log").read_text("utf-8")
    code = "import sys; from leerlijn import cli; r = cli.main(['grade', '--all']); print(r, [m for m in ('nbgrader', 'jupyter_server', 'nbconvert', 'nbformat', 'pandas') if m in sys.modules])"
    kind = subprocess.run([sys.executable, "-c", code], cwd=keten.root, env={**os.environ, **keten.env}, text=True, capture_output=True)
    assert kind.stdout.splitlines()[-1] == "0 []", kind.stderr


def test_ctrl_c_says_what_to_do(keten):
    for n in range(400):
        keten.lever_met_de_hand(f"p{n:03}", regels(GOED), TIJD)
    proces = command(keten, MODULE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for regel in proces.stderr:
        if "ophalen" in regel:
            break
    proces.send_signal(signal.SIGINT)
    uit, fout = proces.communicate(timeout=120)
    assert proces.returncode == 130 and "Voer dezelfde opdracht opnieuw uit" in fout and "Traceback" not in fout
    with keten.gradebook() as gb:
        assert gb.assignment_submissions(MODULE) == []
    assert run(keten).nagekeken == 400


def test_bar_only_at_a_screen(capfd, monkeypatch):
    assert list(cli_grade._voortgang([1, 2], "proef: nakijken", 2)) == [1, 2]
    assert capfd.readouterr().err == "proef: nakijken (2)\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert list(cli_grade._voortgang([1, 2], "proef: nakijken", 2)) == [1, 2]
    assert "proef: nakijken" in capfd.readouterr().err


def weg(k):
    shutil.rmtree(k.grading / "release")


def andere_toets(k):
    pad = k.grading / "release" / MODULE / "toets.ipynb"
    nb = json.loads(pad.read_text("utf-8"))
    nb["cells"] = [c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") != "toets-feiten"]
    pad.write_text(json.dumps(nb), "utf-8")


def geen_sleutel(k):
    (k.grading / "sleutels" / f"{MODULE}.json").write_text("{}")


def geen_beleid(k):
    (k.grading / "beleid.yaml").write_text("cesuur: veel")


def ander_boek(k):
    import sqlite3

    with sqlite3.connect(k.grading / "gradebook.db") as db:
        db.execute("UPDATE alembic_version SET version_num = 'nieuwer'")


@pytest.mark.parametrize(
    ("maak", "zin"),
    [
        (weg, "nog niet klaargezet|nog geen toets vrijgegeven"),
        (andere_toets, "horen niet bij elkaar"),
        (geen_sleutel, "leerlijn build"),
        (geen_beleid, "cesuur"),
        (ander_boek, "versie nieuwer, nodig"),
    ],
)
def test_refused_in_words(keten, maak, zin, capsys):
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    maak(keten)
    assert cli.main(["grade", "--all"]) == 1
    fout = capsys.readouterr().err
    assert any(z in fout for z in zin.split("|")), fout
    assert not (keten.grading / "autograded").exists()


def test_wrong_use(keten, capsys):
    for args in ([], ["--all", MODULE], ["bestaat-niet"]):
        assert cli.main(["grade", *args]) == 1
    assert "leerlijn grade herkennen" in capsys.readouterr().err


def test_no_connection_is_left_behind(keten):
    """A test that is not in the gradebook yet: what looked for it lets go of the gradebook before nbgrader opens it, and nothing stays open after the run."""

    def open_files():
        return [n for n in os.listdir("/proc/self/fd") if os.path.realpath(f"/proc/self/fd/{n}").endswith("/gradebook.db")]

    gc.collect()
    gc.disable()  # else it may tidy up what we forgot
    try:
        subprocess.run([sys.executable, "-m", "nbgrader", "db", "assignment", "remove", MODULE, "--force"], cwd=keten.grading, check=True, capture_output=True)
        engine = grade._gradebook(keten.grading, [MODULE])
        engine.dispose()
        assert open_files() == []
    finally:
        gc.enable()


def test_locked_gradebook_is_said_and_nothing_is_lost(keten, monkeypatch, capsys):
    """Another program writes for longer than we wait: the teacher reads so, all is as it was, and the same command later does all of it."""
    keten.lever_met_de_hand("ann", regels(GOED), TIJD)
    run(keten)
    judge(book(keten), "ann", "toets-open", manual_score=3.0, needs_manual_grade=False)
    keten.lever_met_de_hand("ben", regels(GOED), TIJD)
    keten.lever_met_de_hand("ann", regels({**GOED, "toets-overleg": "zwijgen"}), LATER)
    monkeypatch.setattr(gradebook, "WACHT", 0.2)
    boek, nagekeken = rows(book(keten)), notebooks(keten.grading)
    with locked(keten.grading / "gradebook.db"):
        assert cli.main(["grade", MODULE]) == 1
    fout = capsys.readouterr().err
    assert "een ander programma is erin bezig" in fout and "Er is niets veranderd. Probeer het zo opnieuw." in fout and "Traceback" not in fout
    assert (rows(book(keten)), notebooks(keten.grading)) == (boek, nagekeken) and len(list(keten.uit.glob("*/inbound/*"))) == 3
    assert cli.main(["grade", MODULE]) == 0
    assert keten.punten("ben")["toets-overleg"][0] == 2.0 and keten.punten("ann")["toets-overleg"][0] == 0.0
    with locked(keten.grading / "gradebook.db", "EXCLUSIVE"):  # not even to be read
        assert cli.main(["grade", MODULE]) == 1
    assert "een ander programma is erin bezig" in capsys.readouterr().err and run(keten).ongewijzigd == 2
