"""The page Herhalen without a browser: what it shows, keeps and keeps to itself; and the card on the course page, which must say the same."""

import json
import re
import shutil
import time
from datetime import datetime, timedelta

import pytest

from leerlijn import answers, build, handin, score, serve_course, toon
from leerlijn.serve_lesson import find_page, templates
from leerlijn.termijn import NEDERLAND, today

from .check_hulp import cursus, module, schrijf

pytestmark = pytest.mark.usefixtures("one_day")
NIET = ("open", "zin")


@pytest.fixture(scope="module")
def gebouwd(tmp_path_factory):
    map_ = tmp_path_factory.mktemp("herhalen")
    return build.build(schrijf(map_, cursus(module("herkennen", "H"), module("melden", "M"))))


@pytest.fixture
def map_(gebouwd, tmp_path, monkeypatch):
    build.install(gebouwd, tmp_path / "leerlijn")
    monkeypatch.chdir(tmp_path / "leerlijn")
    return tmp_path / "leerlijn"


def sleutels(map_, m):
    return json.loads((map_ / m / "oefening-sleutel.json").read_text("utf-8"))["items"]


def oefen(map_, dagen, modules=("herkennen", "melden"), welke=lambda n: True):
    """Practise so many days ago; everything right."""
    t = (datetime.now(NEDERLAND) - timedelta(dagen)).isoformat()  # whole days there, also when the clock was changed in between
    for m in modules:
        for n, (i, k) in enumerate(sleutels(map_, m).items()):
            if welke(n):
                regel = answers.append(map_ / "prive" / f"{m}.jsonl", i, score.best(k))
                pad = map_ / "prive" / f"{m}.jsonl"
                pad.write_text(pad.read_text("utf-8").replace(regel["t"], t), "utf-8")


def stuur(cel, **bericht):
    stuur.nr += 1
    return cel._sessie.receive({"nr": f"n{stuur.nr}", **bericht}, lambda taak: taak())


stuur.nr = 0


def antwoord(cel, map_, item, goed=True):
    k = sleutels(map_, item.split("-")[0])[item]
    waarde = score.best(k) if goed else next(o for o in k["opties"] if o not in k["goed"])
    return stuur(cel, type="antwoord", item=item, antwoord=waarde)


def kaart(map_):
    k = serve_course.repetition(map_, "/u/", map_)
    return k["klaar"], k["volgende"], k["begonnen"]


def later_day(dagen):
    """In place of termijn.today: a day that is so many days from now."""
    return lambda: today() + timedelta(dagen)


def over(dagen):
    return (today() + timedelta(dagen)).isoformat()


# --- what is ready ---------------------------------------------------------------------------------------------


def test_before_any_practice_nothing_is_asked(map_):
    spec = toon.herhalen().spec
    assert (spec["vorm"], spec["items"], spec["na"]) == ("herhalen", [], {"klaar": 0, "volgende": None, "begonnen": False, "terug": {}, "weg": 0})
    assert kaart(map_) == (0, None, False)


def test_what_was_practised_today_comes_later(map_):
    oefen(map_, 0)
    assert toon.herhalen().spec["items"] == [] and toon.herhalen().spec["na"]["volgende"] == over(3)
    assert kaart(map_) == (0, over(3), True)


def test_a_round_is_eight_of_all_modules_by_turns(map_):
    oefen(map_, 4)
    spec = toon.herhalen().spec
    uit = [i["uit"] for i in spec["items"]]
    assert len(uit) == 8 and set(uit) == {"Herkennen", "Melden"} and all(a != b for a, b in zip(uit, uit[1:]))
    assert all(i["soort"] not in NIET for i in spec["items"])
    alle = sum(k["soort"] not in NIET for m in ("herkennen", "melden") for k in sleutels(map_, m).values())
    assert spec["na"]["klaar"] == alle - 8 and kaart(map_) == (alle, None, True)


def test_the_oldest_comes_first(map_):
    oefen(map_, 4, ["herkennen"], lambda n: n < 3)
    oefen(map_, 5, ["melden"])
    assert {i["uit"] for i in toon.herhalen().spec["items"]} == {"Melden"}


def test_nothing_tells_the_answer_or_the_one_before(map_):
    oefen(map_, 4)
    cel = toon.herhalen()
    spec = json.dumps(cel.spec)
    assert cel.spec["stand"] == {} and "uitleg" not in spec and '"goed"' not in spec and "paren" not in spec


def test_places_of_answers_change_from_day_to_day(map_, monkeypatch):
    oefen(map_, 4)

    volgorde = lambda: {i["id"]: [o["id"] for o in i["opties"]] for i in toon.herhalen().spec["items"] if "opties" in i}  # noqa: E731
    vandaag = volgorde()
    assert vandaag == volgorde()
    monkeypatch.setattr("leerlijn.termijn.today", later_day(1))
    morgen = volgorde()
    assert [morgen[i] for i in vandaag if i in morgen] != [vandaag[i] for i in vandaag if i in morgen]


# --- answering -------------------------------------------------------------------------------------------------


def test_an_answer_goes_to_the_private_file_of_its_module_and_tells_when_it_comes_back(map_):
    oefen(map_, 4)
    cel = toon.herhalen()
    een, twee = (next(i["id"] for i in cel.spec["items"] if i["uit"] == uit and i["soort"] == "een-goed") for uit in ("Herkennen", "Melden"))
    goed, fout = antwoord(cel, map_, een), antwoord(cel, map_, twee, goed=False)
    assert (goed["type"], goed["oordeel"], fout["oordeel"]) == ("terugkoppeling", "goed", "fout") and goed["delen"] and goed["feiten"]
    assert (goed["na"]["terug"][een], fout["na"]["terug"][twee]) == (over(10), over(3))
    for m, item in (("herkennen", een), ("melden", twee)):
        assert answers.read(map_ / "prive" / f"{m}.jsonl").regels[-1]["item"] == item
    assert sorted(p.name for p in (map_ / "prive").iterdir()) == ["herkennen.jsonl", "kenmerk.json", "melden.jsonl"]
    assert not list(map_.glob("toetsen/*/antwoorden.jsonl"))


def test_a_reload_keeps_the_round_and_its_answers(map_):
    oefen(map_, 4)
    cel = toon.herhalen()
    ids = [i["id"] for i in cel.spec["items"]]
    for item in ids[:3]:
        antwoord(cel, map_, item)
    opnieuw = toon.herhalen().spec
    assert [i["id"] for i in opnieuw["items"]] == ids and list(opnieuw["stand"]) == ids[:3]
    assert all(s["terugkoppeling"]["oordeel"] == "goed" for s in opnieuw["stand"].values())
    assert opnieuw == cel._sessie.spec()  # what a page gets that connects again


def test_round_after_round_until_there_is_nothing(map_):
    oefen(map_, 4)
    cel, gedaan = toon.herhalen(), []
    while True:
        for item in (spec := cel._sessie.spec())["items"]:
            antwoord(cel, map_, item["id"])
            gedaan.append(item["id"])
        assert cel._sessie.spec()["na"]["klaar"] == kaart(map_)[0]
        assert [i["id"] for i in toon.herhalen().spec["items"]] == gedaan[-len(spec["items"]):]  # a reload goes no further by itself
        if not kaart(map_)[0]:
            break
        assert stuur(cel, type="verder")["type"] == "ronde"
    assert len(gedaan) == len(set(gedaan)) == sum(k["soort"] not in NIET for m in ("herkennen", "melden") for k in sleutels(map_, m).values())
    assert kaart(map_) == (0, over(10), True) and cel._sessie.spec()["na"]["volgende"] == over(10)
    assert stuur(cel, type="verder")["spec"]["items"] == cel._sessie.spec()["items"]  # there is no next one


def test_after_midnight_the_next_round_is_of_the_new_day(map_, monkeypatch):
    """A page that stays open: what is ready since midnight is counted, so it can be asked for too; and what comes back after days is asked anew."""
    oefen(map_, 4, ["herkennen"], lambda n: n < 2)
    oefen(map_, 2, ["melden"], lambda n: n < 2)
    cel = toon.herhalen()
    eerste = [i["id"] for i in cel.spec["items"]]
    for item in eerste:
        antwoord(cel, map_, item)
    assert cel._sessie.spec()["na"]["klaar"] == 0
    monkeypatch.setattr("leerlijn.termijn.today", later_day(1))
    assert cel._sessie.spec()["na"]["klaar"] == 2 and [i["id"] for i in cel._sessie.spec()["items"]] == eerste  # what is on the page stays
    morgen = stuur(cel, type="verder")["spec"]
    assert {i["uit"] for i in morgen["items"]} == {"Melden"} and len(morgen["items"]) == 2 and morgen["stand"] == {}
    monkeypatch.setattr("leerlijn.termijn.today", later_day(20))
    later = stuur(cel, type="verder")["spec"]
    assert len(later["items"]) == 2 and later["stand"] == {}  # the round that was not done comes first


def test_who_does_not_want_a_question_back_is_not_asked_again(map_):
    oefen(map_, 4)
    cel = toon.herhalen()
    ids = [i["id"] for i in cel.spec["items"]]
    klaar, voor = kaart(map_)[0], [m["oefeningen"] for m in serve_course.course(map_, "/")["modules"]]
    antwoord(cel, map_, ids[1], goed=False)
    for item in ids[:2]:
        uit = stuur(cel, type="weg", item=item, weg=True)
    assert (uit["type"], uit["item"], uit["weg"], uit["na"]["weg"]) == ("weg", ids[1], True, 2)
    assert ids[1] not in uit["na"]["terug"] and kaart(map_)[0] == klaar - 2
    opnieuw = toon.herhalen()
    assert not set(ids[:2]) & {i["id"] for i in opnieuw.spec["items"]} and opnieuw.spec["na"]["weg"] == 2
    assert [m["oefeningen"] for m in serve_course.course(map_, "/")["modules"]] == voor  # in the lesson all is as it was
    stuur(cel, type="weg", item=ids[0], weg=False)
    assert toon.herhalen().spec["items"][0]["id"] == ids[0] and toon.herhalen().spec["na"]["weg"] == 1


def test_all_that_was_left_out_can_come_back(map_):
    oefen(map_, 4, welke=lambda n: n < 3)
    cel = toon.herhalen()
    ids = {i["id"] for i in cel.spec["items"]}
    for item in ids:
        stuur(cel, type="weg", item=item, weg=True)
    leeg = toon.herhalen()
    assert (leeg.spec["items"], leeg.spec["na"]) == ([], {"klaar": 0, "volgende": None, "begonnen": False, "terug": {}, "weg": len(ids)})
    uit = stuur(leeg, type="terug")
    assert uit["type"] == "ronde" and {i["id"] for i in uit["spec"]["items"]} == ids and uit["spec"]["na"]["weg"] == 0
    assert {i["id"] for i in toon.herhalen().spec["items"]} == ids


def test_a_mistake_never_lowers_progress(map_):
    oefen(map_, 4)
    voor = [m["oefeningen"] for m in serve_course.course(map_, "/")["modules"]]
    cel = toon.herhalen()
    antwoord(cel, map_, next(i["id"] for i in cel.spec["items"] if i["soort"] == "een-goed"), goed=False)
    assert [m["oefeningen"] for m in serve_course.course(map_, "/")["modules"]] == voor


@pytest.mark.parametrize("bericht", [{"type": "antwoord", "item": "melden-toets-0", "antwoord": "optie-0"}, {"type": "antwoord", "item": None, "antwoord": 1}, {"type": "inleveren"}, {"type": "stand"},
    {"type": "weg", "item": "melden-toets-0", "weg": True}, {"type": "weg", "item": ["x"], "weg": True}, {"type": "weg", "item": "melden-0", "weg": "nee"}])
def test_strange_messages_are_refused_in_dutch(map_, bericht):
    oefen(map_, 4)
    uit = stuur(toon.herhalen(), **bericht)
    assert uit["type"] == "fout" and uit["tekst"].endswith(".") and "/" not in uit["tekst"]


def test_a_damaged_module_leaves_the_others(map_):
    oefen(map_, 4)
    (map_ / "melden" / "oefening-sleutel.json").write_text("stuk")
    shutil.rmtree(map_ / "herkennen" / "beeld")
    assert {i["uit"] for i in toon.herhalen().spec["items"]} == {"Herkennen"}
    (map_ / "cursus.json").write_text("stuk")
    assert toon.herhalen().spec["items"] == [] and serve_course.repetition(map_, "/", map_) is None


def test_in_a_folder_of_ones_own_nothing_is_written_in_the_course(map_, tmp_path, monkeypatch):
    """As in the shared service: the course is the same folder for all."""
    oefen(map_, 4)
    (map_ / "prive").rename(tmp_path / "prive")
    (tmp_path / "eigen").mkdir()
    (tmp_path / "prive").rename(tmp_path / "eigen" / "prive")
    monkeypatch.setenv("LEERLIJN_EIGEN", str(tmp_path / "eigen"))
    cel = toon.herhalen()
    assert len(cel.spec["items"]) == 8
    antwoord(cel, map_, cel.spec["items"][0]["id"])
    assert not (map_ / "prive").exists()
    assert serve_course.repetition(map_, "/", tmp_path / "eigen")["klaar"] == cel._sessie.spec()["na"]["klaar"] + 7
    assert serve_course.repetition(map_, "/", tmp_path / "iemand-anders")["begonnen"] is False


def test_nothing_of_it_is_handed_in(map_):
    oefen(map_, 4)
    cel = toon.herhalen()
    antwoord(cel, map_, cel.spec["items"][0]["id"])
    toets = map_ / "toetsen" / "herkennen"
    answers.append(toets / "antwoorden.jsonl", "herkennen-toets-0", "optie-0")
    assert "oefening" not in handin.pack(toets, toets / "antwoorden.jsonl").regels


# --- the card and the page -------------------------------------------------------------------------------------


def tekst(map_):
    cursus_ = serve_course.course(map_, "/u/")
    html = templates().get_template("tree.html").render(cursus=cursus_, herhalen=serve_course.repetition(map_, "/u/", map_), pagina="overzicht", basis="/u/", contacten=[])
    (deel,) = re.findall(r'<section[^>]*aria-labelledby="herhaal-kop".*?</section>', html, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", deel).split()), "/u/voila/render/herhalen.ipynb" in deel


def test_the_card_in_words(map_):
    assert tekst(map_) == ("Herhalen Vragen die je in een les oefent, komen na een paar dagen op deze pagina terug. Zo haal je ze nog eens op.", False)
    oefen(map_, 0, ["melden"], lambda n: n == 0)
    woorden, link = tekst(map_)
    assert woorden.startswith("Herhalen Je bent bij. De volgende vragen komen terug op ") and str((today() + timedelta(3)).year) in woorden and not link
    oefen(map_, 4, ["herkennen"], lambda n: n == 0)
    assert tekst(map_) == ("Herhalen Er staat één vraag voor je klaar uit wat je eerder oefende. Herhaal nu", True)
    oefen(map_, 4, ["herkennen"], lambda n: n == 1)
    assert tekst(map_)[0].startswith("Herhalen Er staan 2 vragen voor je klaar")
    oefen(map_, 4, ["herkennen"])
    assert "Je doet er acht per keer. Herhaal nu" in tekst(map_)[0]


def test_the_page_is_one_of_the_course_and_only_in_an_edition_that_has_it(map_):
    c = json.loads((map_ / "cursus.json").read_text("utf-8"))
    assert find_page(c, "herhalen.ipynb")[1] == "herhalen" and find_page(c, "") is None
    del c["herhalen"]
    assert find_page(c, "herhalen.ipynb") is None
    (map_ / "cursus.json").write_text(json.dumps(c))
    assert serve_course.repetition(map_, "/", map_) is None
    (cel,) = [x for x in json.loads((map_ / "herhalen.ipynb").read_text("utf-8"))["cells"] if x["cell_type"] == "code"]
    assert "".join(cel["source"]) == "from leerlijn import toon\ntoon.herhalen()" and not cel["outputs"] and cel["execution_count"] is None


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "Pacific/Honolulu"])
def test_a_day_is_one_of_the_netherlands_wherever_the_server_stands(map_, monkeypatch, zone):
    """Card and page, on a server that has another zone: practised three days ago is ready today, two days ago is not."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        oefen(map_, 3, ["herkennen"])
        oefen(map_, 2, ["melden"])
        aantal = len([1 for k in sleutels(map_, "herkennen").values() if k["soort"] not in NIET])
        klaar, volgende, _ = kaart(map_)
        assert klaar == aantal and volgende == over(1)
        assert {i["uit"] for i in toon.herhalen().spec["items"]} == {"Herkennen"}
    finally:
        monkeypatch.undo()
        time.tzset()
