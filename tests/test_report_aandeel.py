"""A share gives no small number away: whatever that number is, the figure is the same, on the page, on the screen and in the tables."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerlijn import cli_report, report, report_aandeel as aandeel, report_csv, report_data, report_html
from leerlijn import report_grens as grens
from leerlijn import stats_interval as si
from leerlijn.report_tekst import citaat, marge, name, procent, waarde

from .test_report import maak


def ja(wel, n):
    return np.arange(n) < wel


@given(st.integers(5, 200))
def test_shares_of_learners(n):
    """One figure for all small numbers, one for all small rests, the real one for the others; every margin holds the share itself."""
    uit = [aandeel.of_yes(ja(wel, n)) for wel in range(n + 1)]
    klein = [wel for wel in range(n + 1) if grens.small(wel) or grens.small(n - wel)]
    assert {len({json.dumps(uit[w]) for w in deel}) for deel in ([w for w in klein if w < n / 2], [w for w in klein if w > n / 2]) if deel} <= {1}
    if n < 2 * grens.KLEIN:
        assert len({json.dumps(uit[w]) for w in klein}) == 1  # "below 5" of 9 may be 4, and then 5 is the rest
    for wel, s in enumerate(uit):
        assert s["laag"] - 1e-9 <= wel / n <= s["hoog"] + 1e-9
        if wel in klein:
            assert s["waarde"] is None or abs(s["waarde"] - wel / n) <= aandeel.DICHTBIJ / 2 + 1e-9
        else:
            assert (s["waarde"], s["laag"], s["hoog"]) == (wel / n, *si.wilson(wel / n, n))


@given(st.integers(14, 120), st.integers(5, 100), st.integers(1, 3))
def test_who_left_an_item_open_stays_hidden_in_its_score(n, som, buiten):
    """The same points with one, two, three or four who left it open: one figure."""
    som = min(som, n - 9)  # right and wrong both 5 or more, for each number that left it open
    uit = {json.dumps(aandeel.of_scores(np.r_[np.ones(som), np.zeros(n - b - som)], n)) for b in (buiten, buiten + 1)}
    assert len(uit) == 1
    assert aandeel.of_scores(np.r_[np.ones(som), np.zeros(n - som)], n)["waarde"] == pytest.approx(som / n)  # nobody: the real one


@pytest.mark.parametrize("anders", [0.0, 0.5])
def test_few_with_another_score_stay_hidden(anders):
    n = 40
    uit = [aandeel.of_scores(np.r_[np.ones(n - weinig), np.full(weinig, anders)], n) for weinig in (1, 2, 3, 4)]
    assert len({json.dumps(s) for s in uit}) == 1 and uit[0]["laag"] < 1 - 4 * (1 - anders) / n < uit[0]["hoog"]
    assert aandeel.of_scores(np.ones(n), n)["waarde"] == 1.0
    assert aandeel.of_scores(np.linspace(0, 1, n), n)["waarde"] == pytest.approx(0.5)  # a mean of many scores tells of nobody


def test_a_mean_of_a_handful_is_no_figure():
    assert aandeel.of_scores(np.ones(4), 12) is None and aandeel.of_yes(ja(1, 4)) is None


def test_the_middle_only_where_it_is_close():
    assert aandeel.of_yes(ja(1, 12))["waarde"] is None and aandeel.of_yes(ja(1, 100))["waarde"] == pytest.approx(0.025)
    s = aandeel.of_yes(ja(11, 12))
    assert marge(s, procent) == waarde(s, procent) == "39% tot 99%"
    assert waarde({"waarde": 0.5, "laag": 0.2, "hoog": 0.8}, procent) == "50%"


def groep(wel_open, n=24):
    """A group of which half answers the first item wrong, and some of those leave it open: their points are the same."""
    g = maak(n)
    g.punten[:, 0] = np.arange(n) % 2
    codes = np.where(np.arange(n) % 2 == 1, 0, 1)
    weg = np.flatnonzero(codes == 1)[:wel_open]
    codes[weg] = -1
    g.stand[weg, 0] = report_data.ONBEANTWOORD
    g.delen["toets-v0"][0].codes = codes.tolist()
    return report.make(g)


def test_one_two_three_or_four_left_it_open_and_nothing_differs():
    """Page, terminal and tables, letter for letter. With none or five it does differ."""

    def alles(v):
        return report_html.render([v]), cli_report.summary(v), json.dumps(report_csv.tables(v), default=str)

    een, *ander = [alles(groep(k)) for k in (1, 2, 3, 4)]
    assert all(a == een for a in ander)
    assert een[2] != alles(groep(0))[2] and een[2] != alles(groep(5))[2]
    assert '<td class="g">&lt;5</td>' in een[0].split("Niet<br>beantwoord")[1].split("</table>")[0]


def test_the_pass_mark_divides_the_picture_of_the_scores_too():
    """24 learners, 18 passed: a bar of 3 next to one of 15 is 18 minus 15."""
    deel = np.r_[np.full(6, 0.45), np.full(3, 0.65), np.full(15, 0.85)]
    assert report._verdeling(deel, 0.6) == [0, 0, 0, 0, 6, 0, "<5", 0, "5+", 0]
    assert report._verdeling(np.r_[deel[:3], deel[6:]], 0.6) == [0, 0, 0, 0, "<5", 0, "<5", 0, 15, 0]  # how many passed is hidden by itself


def test_a_number_of_a_known_group():
    assert [grens.part(a, 12) for a in (0, 1, 4, 5, 7, 8, 11, 12)] == [0, "<5", "<5", 5, 7, "5+", "5+", 12]


def test_words_of_a_question_as_a_reader_knows_them():
    assert name("toets-taal-lvb") == "Taal LVB"
    assert citaat('"Ik bel vandaag."') == "‘Ik bel vandaag.’"
    assert citaat('Je zegt: "Ik bel."') == '‘Je zegt: "Ik bel."’'
    assert citaat("a " * 40).endswith("a…’")
