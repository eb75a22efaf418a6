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


# --- from the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def plek(tmp_path):
    map_ = tmp_path / "inbound"
    map_.mkdir()
    return map_


def test_walks_go_only_when_chosen(cursusmap):
    map_, eerst = cursusmap
    alles = deel.summaries(map_, map_)
    assert [s["module"] for s in alles] == [MODULE] and alles[0]["paden"] == {CASUS: eerst}
    (zonder,) = deel.chosen(alles, False)
    assert zonder["paden"] == {} and zonder["zekerheid"] == alles[0]["zekerheid"] and deel.digest(alles) != deel.digest([zonder])
    assert deel.chosen([{**zonder, "zekerheid": {"1": [0, 0], "2": [0, 0], "3": [0, 0]}}], True) == []


def test_shared_is_what_stands_there_and_stopping_removes_it(cursusmap, plek):
    map_, _ = cursusmap
    alles = deel.summaries(map_, map_)
    assert deel.shared(map_) == ([], None)
    deel.share(map_, plek, alles)
    rij, sinds = deel.shared(map_)
    assert rij == alles and sinds and deel.place(map_) == plek
    (bestand,) = plek.iterdir()
    tekst = bestand.read_text("utf-8")
    assert "PRIVE" not in tekst and '"t"' not in tekst and set(json.loads(tekst)) == {"v", "module", "zekerheid", "paden"}
    deel.share(map_, plek, deel.chosen(alles, False))  # another choice takes the place of the first
    assert [json.loads(p.read_bytes())["paden"] for p in plek.iterdir()] == [{}]
    deel.stop(map_)
    assert list(plek.iterdir()) == [] and deel.shared(map_) == ([], None) and not (map_ / deel.RECORD).exists()
    deel.stop(map_)


def test_what_was_taken_away_on_the_other_side_is_not_called_shared(cursusmap, plek):
    map_, _ = cursusmap
    deel.share(map_, plek, deel.summaries(map_, map_))
    for p in plek.iterdir():
        p.unlink()
    assert deel.shared(map_) == ([], None)


def test_a_module_that_is_no_longer_shared_goes(cursusmap, plek):
    map_, _ = cursusmap
    (een,) = deel.summaries(map_, map_)
    deel.share(map_, plek, [een, {**een, "module": "vlaggensysteem"}])
    assert len(list(plek.iterdir())) == 2
    deel.share(map_, plek, [een])
    assert [json.loads(p.read_bytes())["module"] for p in plek.iterdir()] == [MODULE]


def test_a_failure_is_told_and_can_be_taken_back(cursusmap, plek):
    map_, _ = cursusmap
    with pytest.raises(LeerlijnError, match="Delen lukte niet"):
        deel.share(map_, plek / "bestaat-niet", deel.summaries(map_, map_))
    deel.share(map_, plek, deel.summaries(map_, map_))
    (map_ / "prive" / "kenmerk.json").unlink()  # another code now; the earlier one is still known
    deel.share(map_, plek, deel.summaries(map_, map_))
    assert len(list(plek.iterdir())) == 1
    deel.stop(map_)
    assert list(plek.iterdir()) == []


def test_a_folder_that_is_not_there_now_is_not_taken_for_withdrawn(cursusmap, plek):
    """A network disk that is away: what was shared stands there still, and comes back with it."""
    map_, _ = cursusmap
    deel.share(map_, plek, deel.summaries(map_, map_))
    weg = plek.rename(plek.with_name("weg"))
    with pytest.raises(LeerlijnError, match="niet te zien"):
        deel.shared(map_)
    with pytest.raises(LeerlijnError, match="Stoppen lukte niet"):
        deel.stop(map_)
    weg.rename(plek)
    assert deel.shared(map_)[0] == deel.summaries(map_, map_)
    deel.stop(map_)
    assert list(plek.iterdir()) == []


def test_another_place_leaves_nothing_in_the_one_before(cursusmap, plek):
    map_, _ = cursusmap
    nieuw = plek.with_name("nieuw")
    nieuw.mkdir()
    deel.share(map_, plek, deel.summaries(map_, map_))
    deel.share(map_, nieuw, deel.summaries(map_, map_), oud=deel.place(map_))
    assert list(plek.iterdir()) == [] and len(list(nieuw.iterdir())) == 1
    plek.rmdir()
    deel.share(map_, nieuw, deel.summaries(map_, map_), oud=plek)  # gone for good: no reason not to share
    deel.stop(map_)
    assert list(nieuw.iterdir()) == []


@pytest.mark.parametrize("tekst", ["", "stuk", "[1]", '{"v": 1}', "[" * 50_000, "\0", "x" * 200_000])
def test_what_was_changed_on_the_other_side_stops_no_page(cursusmap, plek, tekst):
    map_, _ = cursusmap
    deel.share(map_, plek, deel.summaries(map_, map_))
    (bestand,) = plek.iterdir()
    bestand.write_text(tekst)
    assert deel.shared(map_) == ([], None)


@pytest.mark.parametrize("tekst", ["", "[]", "[" * 200_000, '{"map": 3, "codes": "x"}', '{"codes": ["../../x", 4, "a"]}'])
def test_a_strange_record_leads_nowhere(cursusmap, plek, tekst):
    map_, _ = cursusmap
    (map_ / "delen").mkdir(exist_ok=True)
    (map_ / deel.RECORD).write_text(tekst)
    assert deel.shared(map_, plek) == ([], None)
    deel.stop(map_, plek)
    assert not (map_ / deel.RECORD).exists()


def test_unknown_module_is_a_sentence(cursusmap):
    with pytest.raises(LeerlijnError, match="ontbreekt"):
        deel.summary(cursusmap[0], "bestaat-niet")
