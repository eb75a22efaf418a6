"""docs/privacy.md beside reality: every file and table that a course leaves behind is named there. The browser and the hub: tests/browser, tests/hub."""

import os
import pwd

import pytest

from leerlijn import answers, bewaard, deel, dienst, dienst_inleveren, dienst_verzoek, feedback, grade, gradebook, gradecell, handin, rubriek, serve_app
from leerlijn.dienst_inleveren import Post

from .privacytabel import as_written, places, unnamed
from .keten import GOED, MODULE, regels, released

IK = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture(scope="module")
def wereld(tmp_path_factory):
    """A course that lived: on the learner's own computer and in the shared service, handed in, refused, graded, judged, given back and shared."""
    with released(tmp_path_factory.mktemp("privacy"), zelfde_account=False) as k, pytest.MonkeyPatch.context() as mp:
        gegevens, inleveren = k.tmp / "gegevens", k.tmp / "inleveren" / k.course
        mp.setenv("LEERLIJN_DIENSTEN", f"{IK}:{inleveren}")
        k.antwoord(GOED)
        answers.append(k.course_dir / "prive" / f"{MODULE}.jsonl", "eerst-overleggen", "collega", extra={"zekerheid": 3})
        handin.inleveren(k.map)
        gedeeld = deel.write(k.course_dir, deel.summary(k.course_dir, MODULE))
        deel.share(k.course_dir, k.uit / k.course / "inbound", deel.summaries(k.course_dir, k.course_dir))
        inleveren.mkdir(parents=True)
        dienst.secret(gegevens / "koekjesgeheim")
        post = Post(k.course, k.course_dir, gegevens, inleveren, k.uit)
        for item, waarde in GOED.items():
            answers.append(post.eigen("deelnemer-2") / "toetsen" / MODULE / "antwoorden.jsonl", item, waarde)
        answers.append(post.eigen("deelnemer-2") / "prive" / f"{MODULE}.jsonl", "eerst-overleggen", "collega")
        assert "fout" not in dienst_inleveren.hand_in(post, "deelnemer-2", MODULE)
        deel.share(post.eigen("deelnemer-2"), inleveren, deel.summaries(k.course_dir, k.course_dir), 0o640)
        (post.eigen("deelnemer-2") / dienst_verzoek.MAP).mkdir()
        dienst_verzoek.answer(post.eigen("deelnemer-2") / dienst_verzoek.MAP / "x.antwoord", {})
        k.lever_met_de_hand("iemand-anders", regels(GOED))  # of another account: refused
        (v,) = grade.run(k.root, [MODULE], meld=lambda _: None)
        assert (v.nagekeken, len(v.geweigerd)) == (2, 1)
        assert sum("/.gedeeld-" in str(p) for p in k.tmp.rglob("*")) == 2
        grade.log(k.grading, [f"geweigerd: {r}" for r in v.geweigerd])
        with gradebook.writing(gradebook.connect(gradebook.url(k.grading))) as db:
            toets = gradebook.load_tests(db, [MODULE])[MODULE]
            (item,) = rubriek.open_items(gradecell.load_key(k.grading / "sleutels" / f"{MODULE}.json"))
            for werk in rubriek.works(db, toets, item["id"]):
                rubriek.save(db, toets, item, werk, "eerste", "mia", {r["id"]: 1.0 for r in item["rubriek"]}, "Goed begin.")
        api = k.api()
        for stap in (api.generate_feedback, api.release_feedback):
            assert (uitkomst := stap(MODULE))["success"], uitkomst
        assert feedback.fetch(k.course_dir, MODULE) == 1 and dienst_inleveren.fetch_feedback(post, "deelnemer-2", MODULE) == 1
        for plek in ("gedeeld", "panel"):
            (k.grading / plek).mkdir(exist_ok=True)
            (k.grading / plek / gedeeld.name).write_bytes(gedeeld.read_bytes())
        serve_app.log_to_file(k.course_dir.parent / "server.log")
        yield k


def test_every_file_is_named(wereld):
    k = wereld
    namen = {k.course_dir: "<deelnemer>", k.course_dir.parent: "~/leerlijn", k.grading: "grading", k.uit: "<uitwisseling>", k.tmp / "data": "<Jupyter>",
             k.tmp / "config": "~/.jupyter", k.tmp / "gegevens": "<gegevens>", k.tmp / "inleveren": "<inleveren>", k.root: "project"}  # fmt: skip
    gezien = [p for p in as_written(k.tmp, namen) if not p.startswith("project/")]  # the content, as in git
    assert len(gezien) > 60
    assert unnamed(gezien) == [], "zet deze plek in de tabel van docs/privacy.md"


def test_every_table_of_the_gradebook_and_of_the_hub_is_named(wereld):
    from jupyterhub.orm import Base

    engine = gradebook.connect(gradebook.url(wereld.grading))
    tabellen = gradebook.sa.inspect(engine).get_table_names()
    assert rubriek.beoordeling.name in tabellen
    assert unnamed([f"cijferboek {t}" for t in tabellen] + [f"hub {t}" for t in Base.metadata.tables]) == []


def test_what_grows_too_old_is_in_the_table_as_the_command_calls_it():
    assert [p for p in bewaard.PLEKKEN.values() if p not in places()] == []
