"""A moment as a reader writes it, on the clock of the Netherlands."""

import pytest

from leerlijn import termijn


@pytest.mark.parametrize(
    ("tijd", "woorden"),
    [
        ("2026-01-05T10:00:00+00:00", "5 januari 2026 om 11.00 uur"),
        ("2026-07-31 22:05 UTC", "1 augustus 2026 om 0.05 uur"),  # summer time, and the day after
        ("2026-11-26 11:12:13.000000", "26 november 2026 om 12.12 uur"),
        ("onbekend", "onbekend"),
    ],
)
def test_a_moment_in_words(tijd, woorden):
    assert termijn.moment(tijd) == woorden
