"""Any bytes in an answer file, any answer to any kind of item: no crash, credit from 0 to 1, and only our own tags on the page."""

from __future__ import annotations

import json
import math

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leerlijn import answers, artikel, content, feedback, gradecell, intake, score, split
from tests.conftest import VOORBEELD

from .gevallen import FORMULE, MARKDOWN, MARKUP, STIJL, STUUR

ITEMS = {i.id: i for i in content.load(VOORBEELD).items["proef"]}
SLEUTELS = {n: split.key_item(i) for n, i in ITEMS.items()}
PUBLIEK = {n: split.public_item(i) for n, i in ITEMS.items()}
for _naam, _stemmen in (("wat-past", [0, 1, 4, 2, 0]), ("samen-naar-de-film", [3, 1, 0, 0])):  # and the same with votes of a panel
    _k = SLEUTELS[_naam]
    SLEUTELS[f"{_naam}-panel"] = {**_k, "panel": {"leden": 7, "stemmen": {d: _stemmen for d in _k[_k["soort"]]}}}
    PUBLIEK[f"{_naam}-panel"] = PUBLIEK[_naam]
IDS = sorted({w for k in SLEUTELS.values() for w in [*k["tekst"], *k.get("opties", []), *k.get("fragmenten", []), *k.get("rechts", []), *k.get("vlaggen", {})]})
GEMEEN = ["__proto__", "constructor", "NaN", "\x00", "\ud800", "\u202e", "=1+1", "a" * 30_000, MARKUP, MARKDOWN, STIJL, STUUR, FORMULE, "\n\n", " ", "groen", "GROEN", "1", "true"]
woord = st.sampled_from(IDS) | st.sampled_from(GEMEEN) | st.text(max_size=20)
getal = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), math.nan, math.inf, -math.inf, -0.0, 5, 6, 0, True])
alles = st.recursive(
    st.none() | st.booleans() | getal | woord,
    lambda k: st.lists(k, max_size=7) | st.dictionaries(woord, k, max_size=7) | st.permutations(IDS).map(lambda p: p[:4]),
    max_leaves=15,
)
bijna = st.lists(woord, max_size=8) | st.dictionaries(woord, st.sampled_from([*score.SCHAAL, 1, 2, 3, 4, 5]) | woord, max_size=9)


def nest(diep, van=list):
    uit = "delen"
    for _ in range(diep):
        uit = [uit] if van is list else {"af": uit}
    return uit


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SLEUTELS)), alles | bijna)
@example("eigen-plan", MARKUP)
@example("eigen-plan", MARKDOWN)
@example("eigen-plan", STIJL)
@example("eigen-plan", STUUR)
@example("wat-past", {"bespreken": True, "negeren": 2, "opschrijven": 5})
@example("wat-past-panel", {"bespreken": 10**400})
@example("stappen-van-overleg", ["zien", "zien", "zien"])
def test_any_answer(naam, antwoord):
    look(naam, antwoord)


@pytest.mark.parametrize("naam", sorted(SLEUTELS))
def test_deep_answer(naam):
    for soort in (list, dict):
        look(naam, nest(5000, soort))


def look(naam, antwoord):
    """Score it, make its article, and look at both."""
    sleutel = SLEUTELS[naam]
    uitslag = score.score(sleutel, antwoord)
    assert type(uitslag.credit) is float and math.isfinite(uitslag.credit) and 0 <= uitslag.credit <= 1
    assert uitslag.status in ("beantwoord", "onbeantwoord", "onleesbaar") and (uitslag.status == "beantwoord" or uitslag.credit == 0)
    html = artikel.bouw(sleutel, PUBLIEK[naam], antwoord, {}, nummer=1, gekregen=gradecell.points(uitslag.credit, 2.0), punten=2.0)
    assert html.startswith("<article") and html.endswith("</article>") and "\n" not in html
    html.encode("utf-8")
    soep = BeautifulSoup(html, "html.parser")
    assert {t.name for t in soep.find_all()} <= set(feedback.TAGS) and len(soep.find_all("article")) == 1
    assert {a for t in soep.find_all() for a in t.attrs} <= {"class", "data-item", "aria-hidden"}
    assert not soep.find_all(string=lambda s: type(s).__name__ in ("Comment", "CData", "Doctype"))
    assert feedback.clean(html).count("<") == html.count("<")  # the second lock finds nothing to take away
    if uitslag.status == "onleesbaar":
        assert "antwoord niet leesbaar" in html and "gekozen: goed" not in html


regel = st.fixed_dictionaries({}, optional={"v": st.sampled_from([1, 1, 1, True, 1.0, "1", None]), "item": woord | alles, "antwoord": alles, "t": alles, "x": alles})
bytes_regel = st.one_of(
    regel.map(lambda r: json.dumps(r).encode()),  # with NaN, Infinity and escaped surrogates in it
    st.binary(max_size=200),
    st.sampled_from([b"[" * 90_000, b'{"a":' * 3000, b'{"v":1,"item":"eigen-plan","antwoord":' + b"[" * 900 + b"]" * 900 + b"}", b'{"v":1,"item":"eigen-plan","antwoord":1e999}',
                     b'{"v":1,"item":"x","antwoord":' + b"9" * 5000 + b"}", b"\xef\xbb\xbf{}", b"\0" * 100, b"}{", b"[1", b"2]", b'{"v":1,"item":"eigen-plan","antwoord":"a","antwoord":"b"}']),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(bytes_regel, max_size=6), st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\r", b"\n\x00\n"]))
def test_any_file(tmp_path_factory, regels, eind):
    """Read, scored and made into a page as grading does: one good line among anything at all still counts, and stands alone."""
    pad = tmp_path_factory.getbasetemp() / "antwoorden.jsonl"
    goed = b'\n{"v":1,"item":"eerst-overleggen","antwoord":"collega"}\n'
    pad.write_bytes(eind.join(regels) + goed)
    gelezen = answers.read(pad, bekend=set(SLEUTELS), limiet=1_000_000)
    assert gelezen.laatste["eerst-overleggen"]["antwoord"] == "collega"
    for item, r in gelezen.laatste.items():
        json.dumps(r, ensure_ascii=False).encode("utf-8")  # all of it can be written again
        assert 0 <= score.score(SLEUTELS[item], r["antwoord"]).credit <= 1
    assert all("\n" not in z and z.isprintable() for z in gelezen.gemeld)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.text("=+-@.,;'\"<>*?[]{}/\\ \t\n\x1baé\u0301", max_size=12))
def test_any_name(naam):
    """A name that passes is one part of a path, one cell of a spreadsheet without a formula, and one line on a screen."""
    if intake.student_ok(naam):
        assert naam.isprintable() and not set(naam) & set("/\\*?[]{}<>\"`,;%#") and naam[0] not in "=+-@." and len(naam) <= intake.MAX_NAAM
    assert intake.leesbaar(naam).isprintable() and all(isinstance(z, str) for z in intake.lookalikes([naam, "ann"]).values())


@pytest.mark.parametrize("naam", sorted(SLEUTELS))
def test_every_key_is_whole(naam):
    assert score.whole(SLEUTELS[naam])
