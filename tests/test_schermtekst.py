"""The scan of page texts sees what once stood on a page, and lets ordinary words through."""

import pytest

from .schermtekst import SPOREN, traces

FOUT = [
    "Eén vlag ernaast\nnull\nHier past: Rood",
    "Hallo {{ naam }}",
    "Veilig &amp; thuis",
    "Let **op**",
    "Dat is zo [H-21].",
    "gezien op 2026-11-23",
    "Bel ()",
    "Bel 112 , dag en nacht",
    "met drie plaatjes:…",
    "113 (gratis) of 0800-0; chat",
]


@pytest.mark.parametrize(("soort", "tekst"), zip(SPOREN, FOUT, strict=True))
def test_a_trace_is_seen(soort, tekst):
    assert {t.partition(":")[0] for t in traces(tekst)} == {soort}


def test_ordinary_words_pass():
    assert traces("Bel 0800-0113 of 0900-8844, dag en nacht (gratis). Om 9.00 uur… 'Ja?', zegt hij. Feit H-02 van 24 november 2026: 1.320 meisjes en nul jongens.") == []
