"""A closing module: silent when it goes over every outcome with new questions, and each broken example is found."""

import copy

import pytest

from leerlijn import check, check_afsluiting, content

from .check_hulp import cursus, module, schrijf
from .conftest import ROOT
from .test_check_items import VANDAAG, fouten, zet

SLOT, QUIZ = "slot", "quizzes/slot.yaml"
NIEUW = ("Een vader belt vanuit zijn werk met een vraag.", "Op het plein zitten zes jongens in de zon.", "De mentor leest een brief van vorig jaar voor.", "Buiten regent het en iedereen is binnen.")


def slot(doelen):
    """A module of full size whose items belong to outcomes of other modules, about situations of its own."""
    regel, bestanden = module(SLOT, "H", uitkomsten=len(doelen), keer=3, woorden=700)
    del bestanden[f"source_material/feiten/{SLOT}.yaml"]
    anders = {f"{SLOT}-doel-{n}": doel for n, doel in enumerate(doelen)}
    for naam, data in bestanden.items():
        for ding in data["items"] if naam == QUIZ else [data] if naam.startswith("casuistiek") else []:
            ding["leerdoel"] = anders[ding["leerdoel"]]
    for n, item in enumerate(i for i in bestanden[QUIZ]["items"] if i["gebruik"] == "toets"):
        item["situatie"] = f"{NIEUW[n % 4]} {NIEUW[(n + 1) % 4]} Dat is dag {n}."
    return regel | {"feiten": ""}, bestanden | {"_uitkomsten": []}


GOED = cursus(module("herkennen", "H"), module("melden", "M"), slot(["herkennen-doel-0", "herkennen-doel-1", "melden-doel-0", "melden-doel-1"]))


def toets(b, soort="een-goed"):
    return next(i for i in b[QUIZ]["items"] if i["gebruik"] == "toets" and i["soort"] == soort)


def houd(b, welke):
    b[QUIZ]["items"] = [i for i in b[QUIZ]["items"] if welke(i)]


def over(b):
    """A question of another module, with one word changed."""
    zet(toets(b), **{k: b["quizzes/melden.yaml"]["items"][3][k] for k in ("situatie", "vraag")})
    toets(b)["vraag"] += " Kies."


def vind(tmp_path, stuk):
    bestanden = copy.deepcopy(GOED)
    stuk(bestanden)
    return {p.code: p for p in check.run(schrijf(tmp_path, bestanden), VANDAAG)}


def test_a_good_closing_module_is_silent(tmp_path):
    assert check.run(schrijf(tmp_path, GOED), VANDAAG) == []


@fouten(
    ("uitkomst-afsluiting", lambda b: houd(b, lambda i: i["gebruik"] == "oefening" or i["leerdoel"] != "melden-doel-1")),
    ("uitkomst-afsluiting", lambda b: houd(b, lambda i: i["gebruik"] == "oefening" or i["soort"] == "open" or i["leerdoel"] != "herkennen-doel-0")),
    ("toets-hergebruik", over),
    ("maat-toets", lambda b: houd(b, lambda i: i["gebruik"] == "oefening" or i["soort"] in ("een-goed", "open"))),
    ("maat-oefening", lambda b: houd(b, lambda i: i["gebruik"] == "toets" or i["soort"] == "zin")),
    ("maat-soorten", lambda b: houd(b, lambda i: i["gebruik"] == "toets" or i["soort"] in ("een-goed", "koppel", "zin", "open", "oordeel"))),
    ("maat-situatie", lambda b: [i.pop("situatie") for i in b[QUIZ]["items"] if i["gebruik"] == "toets" and i["soort"] == "een-goed"]),
    ("maat-open", lambda b: houd(b, lambda i: i["gebruik"] == "oefening" or i["soort"] != "open")),
    ("let-op-niet-geleerd", lambda b: (b["source_material/feiten/herkennen.yaml"]["feiten"].append(b["source_material/feiten/herkennen.yaml"]["feiten"][0] | {"id": "H-50"}), zet(toets(b), bron=["H-50"]))),
)
def test_closing_module(tmp_path, code, stuk):
    assert code in vind(tmp_path, stuk)


def test_what_was_learned_in_any_module_counts(tmp_path):
    assert vind(tmp_path, lambda b: zet(toets(b), bron=["M-03"])) == {}


def test_the_copied_question_is_named(tmp_path):
    assert "'melden-oefening-3'" in vind(tmp_path, over)["toets-hergebruik"].wat


def modules(b):
    return b["modules/cursus.yaml"]["modules"]


def test_a_module_may_be_meant_for_later(tmp_path):
    later = slot(["herkennen-doel-0", "herkennen-doel-1", "melden-doel-0", "melden-doel-1"])[0] | {"id": "later", "map": "09-later", "na_dagen": "182"}
    assert vind(tmp_path, lambda b: modules(b).append(later)) == {}
    assert (content.read(tmp_path)[0].modules[-1].na_dagen, content.read(tmp_path)[0].modules[0].na_dagen) == (182, None)


@pytest.mark.parametrize("plek", [0, 1], ids=["nothing before it", "no closing module before it"])
def test_what_is_meant_for_later_needs_a_closing_test_to_count_from(tmp_path, plek):
    gevonden = vind(tmp_path, lambda b: modules(b)[plek].update(na_dagen="182"))["na-dagen"]
    assert gevonden.bestand == "modules/cursus.yaml" and "na_dagen: " in (tmp_path / gevonden.bestand).read_text().splitlines()[gevonden.regel - 1]


def korter(b, oefeningen=6, vragen=32):
    """As much as a look back needs: no conversation, few practice items, a shorter test."""
    items = b[QUIZ]["items"]
    oefening, auto = ([i for i in items if i["gebruik"] == g and (g == "oefening" or i["soort"] != "open")] for g in ("oefening", "toets"))
    b[QUIZ]["items"] = [*oefening[:oefeningen], *auto[:vragen], *(i for i in items if i["gebruik"] == "toets" and i["soort"] == "open")]
    for pad in [p for p, d in b.items() if p.startswith("casuistiek/") and d["module"] == SLOT]:
        del b[pad]


def maten(tmp_path, stuk, na_een_afsluiting=True):
    """The rules of size that a course breaks whose last module comes after another closing module, or is the only one."""
    eerder = {"id": "eerder", "map": "08-eerder", "titel": "Eerder", "kort": "Kort.", "studielast": "90", "feiten": ""}

    def maak(b):
        if na_een_afsluiting:
            modules(b).insert(2, eerder)
        stuk(b)

    return {code for code in vind(tmp_path, maak) if code.startswith("maat-")}


def test_a_look_back_may_be_shorter_than_a_closing_module(tmp_path):
    assert maten(tmp_path, korter) == set()


def test_what_is_enough_for_a_look_back_is_not_for_a_closing_module(tmp_path):
    assert maten(tmp_path, korter, na_een_afsluiting=False) == {"maat-toets", "maat-oefening", "maat-casus"}


@fouten(("maat-toets", lambda b: korter(b, vragen=31)), ("maat-oefening", lambda b: korter(b, oefeningen=5)))
def test_a_look_back_has_a_least_size_too(tmp_path, code, stuk):
    assert code in maten(tmp_path, stuk)


@pytest.fixture(scope="module")
def echt():
    return content.read(ROOT)[0]


def test_the_course_ends_with_a_closing_module_and_looks_back_later(echt):
    slot = [m.id for m in echt.modules if check_afsluiting.is_afsluiting(echt, m.id)]
    assert slot == ["afsluiting", "terugblik"] == [m.id for m in echt.modules[-2:]]
    assert [m for m in slot if check_afsluiting.is_terugblik(echt, m)] == ["terugblik"]


def test_the_retention_test_is_a_parallel_of_the_closing_test(echt):
    """Only then can results per outcome be laid side by side: the same outcomes, and open questions with the same rubric."""
    eind, later = ([i for i in echt.items[m] if i.gebruik == "toets"] for m in ("afsluiting", "terugblik"))
    assert {i.leerdoel for i in eind if i.soort != "open"} == {i.leerdoel for i in later if i.soort != "open"} == set(echt.leeruitkomsten)
    assert {i.soort for i in eind} == {i.soort for i in later}
    (open_eind,), (open_later,) = ([i for i in t if i.soort == "open"] for t in (eind, later))
    assert [(r.id, r.punten) for r in open_eind.rubriek] == [(r.id, r.punten) for r in open_later.rubriek]
    assert open_eind.leerdoel == open_later.leerdoel


@pytest.mark.parametrize("module", ["afsluiting", "terugblik"])
def test_most_closing_questions_ask_to_apply_or_judge(echt, module):
    toets = [i for i in echt.items[module] if i.gebruik == "toets"]
    assert sum(i.niveau != "weten" for i in toets) >= 0.6 * len(toets)
    assert len({i.soort for i in toets}) >= 7
