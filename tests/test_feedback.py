"""Reading feedback back: with a parser, cleaned, the newest first, and never an error for what a page holds."""

import pytest

from leerlijn import feedback
from leerlijn.errors import LeerlijnError

KWAAD = '<script>alert(1)</script><a href="javascript:alert(1)" onclick="x()">hier</a><img src="http://buiten.example/x"><p style="color:red">p</p><!-- x -->'


def page(punten=3, extra="", opmerking="Goed <b>gezien</b>."):
    return f"""<!DOCTYPE html><html lang="nl"><body><main><header class="ll-kop" data-punten="{punten}" data-max="4.0" data-aftrek="0.0"><h1>x</h1></header>
    <section class="ll-item" data-item="vraag-een" data-punten="{punten}" data-max="4.0"><article class="ll-feedback ll-goed" data-item="vraag-een">
    <h3>Vraag 1</h3><p class="ll-score">Je antwoord: 1 &lt; 2</p>{extra}</article><div class="ll-opmerking"><h4>Van je docent</h4><p>{opmerking}</p><p>Tweede.</p></div></section>
    </main></body></html>"""


def put(course, tijd, tekst):
    map_ = course / "toetsen" / "proef" / "feedback" / tijd
    map_.mkdir(parents=True)
    (map_ / "toets.html").write_text(tekst, "utf-8")


def test_load(tmp_path):
    assert feedback.load(tmp_path, "proef") is None
    put(tmp_path, "2030-01-01 10:00:00.000000 UTC", page(1))
    put(tmp_path, "2030-01-02 10:00:00.000000 UTC", page(3))
    terug = feedback.load(tmp_path, "proef")
    assert (terug["t"], terug["punten"], terug["max"]) == ("2030-01-02T10:00:00+00:00", 3.0, 4.0)
    (item,) = terug["items"]
    assert (item["item"], item["punten"], item["max"], item["opmerking"]) == ("vraag-een", 3.0, 4.0, "Goed gezien.\nTweede.")
    assert item["html"].startswith('<article class="ll-feedback ll-goed" data-item="vraag-een">') and "1 &lt; 2" in item["html"]


def test_hostile_page_is_cleaned(tmp_path):
    put(tmp_path, "2030-01-01 10:00:00.000000 UTC", page(extra=KWAAD))
    html = feedback.load(tmp_path, "proef")["items"][0]["html"]
    assert not [w for w in ("<script", "<a ", "<img", "href", "onclick", "style", "<!--", "http") if w in html]
    assert "hier" in html and "<p>p</p>" in html


@pytest.mark.parametrize("tekst", ["", "<html></html>", "\x00\xff", page("geen getal"), page().replace("ll-item", "iets"), "<header class='ll-kop'>"])
def test_broken_page_is_passed_over(tmp_path, tekst):
    put(tmp_path, "2030-01-02 10:00:00.000000 UTC", tekst)
    assert feedback.load(tmp_path, "proef") is None
    put(tmp_path, "2030-01-01 10:00:00.000000 UTC", page())
    assert feedback.load(tmp_path, "proef")["punten"] == 3.0


def test_fetch_without_a_course(tmp_path):
    with pytest.raises(LeerlijnError, match="niet compleet"):
        feedback.fetch(tmp_path, "proef")
