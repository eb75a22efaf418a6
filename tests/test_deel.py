"""A learner's own summary of practice: counts and walks, no name, text or time; the teacher's report reads it back."""

import json
import shutil

import pytest

from leerlijn import answers, build, casus, deel, report_gedeeld
from leerlijn.errors import LeerlijnError

from .groep import ROOT

MODULE, CASUS = "herkennen", "avonddienst-met-milan"


@pytest.fixture(scope="module")
def gebouwd(tmp_path_factory):
    tmp = tmp_path_factory.mktemp("deel")
    return build.build(ROOT, tmp / "cursus", tmp / "grading")


@pytest.fixture
def cursusmap(gebouwd, tmp_path):
    """A learner who answered two items, one of them twice, and walked a case twice."""
    map_ = tmp_path / "cursusmap"
    build.install(gebouwd, map_)
    sleutel = json.loads((map_ / MODULE / "oefening-sleutel.json").read_text("utf-8"))
    een = [k for k in sleutel["items"].values() if k["soort"] == "een-goed"][:2]
    prive = map_ / "prive" / f"{MODULE}.jsonl"
    fout = next(o for o in een[0]["opties"] if o not in een[0]["goed"])
    answers.append(prive, een[0]["id"], fout, extra={"zekerheid": 3})
    answers.append(prive, een[0]["id"], een[0]["goed"][0], extra={"zekerheid": 3})
    answers.append(prive, een[1]["id"], een[1]["goed"][0], extra={"zekerheid": 2})
    k = sleutel["casussen"][CASUS]
    beste = [list(s) for s in casus.beste_pad(k)[1]]
    eerst = []
    while not (stand := casus.stand(k, eerst)).klaar:
        eerst.append([stand.knoop, min(stand.keuzes, key=lambda c: c["punten"])["id"]])
        answers.append(prive, CASUS, list(eerst))
    answers.append(prive, CASUS, [])
    answers.append(prive, CASUS, beste)
    answers.append(prive, "zin-item", "PRIVETEKST over mijn werk")
    return map_, eerst


def test_only_first_answers_and_the_first_whole_walk(cursusmap):
    map_, eerst = cursusmap
    s = deel.summary(map_, MODULE)
    assert s["zekerheid"] == {"1": [0, 0], "2": [1, 1], "3": [0, 1]}
    assert s["paden"] == {CASUS: eerst}
    assert "0 van 1 goed" in deel.in_words(s) and CASUS in deel.in_words(s)


def test_file_holds_nothing_else_and_the_teacher_can_read_it(cursusmap, tmp_path):
    map_, _ = cursusmap
    pad = deel.write(map_, deel.summary(map_, MODULE))
    tekst = pad.read_text("utf-8")
    assert "PRIVE" not in tekst and '"t"' not in tekst and set(json.loads(tekst)) == {"v", "module", "zekerheid", "paden"}
    assert deel.write(map_, deel.summary(map_, MODULE)) == pad  # the same name: a second time replaces the first
    for naam in ("modules", "quizzes", "casuistiek", "source_material"):
        (tmp_path / "p" / naam).parent.mkdir(exist_ok=True)
        (tmp_path / "p" / naam).symlink_to(ROOT / naam)
    (tmp_path / "p" / "grading" / "gedeeld").mkdir(parents=True)
    shutil.copy(pad, tmp_path / "p" / "grading" / "gedeeld")
    g = report_gedeeld.load(tmp_path / "p", MODULE)
    assert g.aantal == 1 and list(g.paden) == [CASUS]


def test_unknown_module_is_a_sentence(cursusmap):
    with pytest.raises(LeerlijnError, match="ontbreekt"):
        deel.summary(cursusmap[0], "bestaat-niet")
