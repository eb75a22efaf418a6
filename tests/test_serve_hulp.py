"""Who is in need must not meet half a number: all that contacten.yaml says is there, and what can be clicked goes where it says."""

import re

import pytest

from leerlijn import content, serve_hulp, serve_lesson
from leerlijn.serve_text import FEIT

from .conftest import ROOT

CONTACTEN = [k.model_dump(mode="json") for k in content.load(ROOT).contacten.values()]


def plat(html: str) -> str:
    return re.sub(r"<[^>]+>", "", str(html))


@pytest.mark.parametrize("k", CONTACTEN, ids=lambda k: k["id"])
def test_nothing_of_a_contact_is_lost(k):
    html = serve_hulp.contact(k)
    assert plat(html).lower().endswith(re.sub(rf"\s*{FEIT}", "", k["contact"]).lower())
    for nummer, tekst in re.findall(r'href="tel:([^"]*)">([^<]*)<', html):
        assert nummer == re.sub(r"[ -]", "", tekst) and re.fullmatch(r"11[23]|\+31\d{9}|0\d{9}|0[89]00\d{4,7}", nummer)
    if k["telefoon"]:
        assert f'>{k["telefoon"]}</a>' in html
    if k["web"]:
        assert f'href="https://{k["web"].removeprefix("https://")}"' in html


def test_a_short_number_is_no_part_of_a_longer_one():
    html = serve_hulp.contact({"contact": "113 of 0800-0113; chat via 113.nl", "telefoon": "113", "web": "113.nl"})
    assert html == (
        '<a href="tel:113">113</a> of <a href="tel:08000113">0800-0113</a>; chat via <a href="https://113.nl" rel="noreferrer noopener">113.nl</a>'
    )


def test_a_number_that_the_words_leave_out_comes_first_and_text_stays_text():
    assert serve_hulp.contact({"contact": "dag & nacht <gratis>", "telefoon": "0800-2000", "web": None}) == (
        '<a href="tel:08002000">0800-2000</a>; dag &amp; nacht &lt;gratis&gt;'
    )


def test_mail_and_other_numbers_in_the_words():
    html = serve_hulp.contact({"contact": "033 448 11 86; info@voorbeeld.example; uit het buitenland +31 70 333 44 44", "telefoon": "033 448 11 86"})
    assert re.findall(r'href="([^"]*)"', html) == ["tel:0334481186", "mailto:info@voorbeeld.example", "tel:+31703334444"]


def test_a_sentence_begins_with_a_capital_and_keeps_the_others():
    assert serve_hulp.sentence("landelijk (Leeuwarden)") == "Landelijk (Leeuwarden)"
    assert serve_hulp.contact({"contact": "via 0900-8844", "telefoon": "0900-8844"}) == 'Via <a href="tel:09008844">0900-8844</a>'
    assert serve_hulp.contact({"contact": "fier.nl/chat (uren)", "web": "fier.nl/chat"}).endswith(">fier.nl/chat</a> (uren)")


def test_the_help_card_has_no_references_for_authors():
    ver = {"id": "ver", "voor_deelnemer": False, "waarvoor": "Advies"}
    kaart = serve_lesson.help_contacts({"contacten": [{"id": "nacht", "voor_deelnemer": True, "waarvoor": "Iemand die luistert [P-17]", "contact": "113 [M-42]"}, ver]})
    assert [(k["waarvoor"], k["contact"]) for k in kaart] == [("Iemand die luistert", "113")]
