"""From how many learners on a figure is shown, and how small numbers are hidden. The reasons stand in docs/inzicht.md.

Everything that shows figures (page, CSV, terminal, dashboard) gets them after these rules, never before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

KLEIN = 5  # fewer persons in a cell of a table, or in a group: not shown
VRAAG = 10  # per item: the interval of a half is then 24 to 76 %
VERBAND = 30  # correlations, reliability, score groups of ten
IRT1, IRT2 = 100, 250  # 1PL: difficulty within half a logit (Linacre, 1994); 2PL: Sahin & Anil (2017)
MINDER, MEER = "<5", "5+"  # a hidden number below 5, and one hidden so that the first can't be worked out

Getal = int | str


def hide(aantal: Any) -> list[Getal]:
    """The counts of one row, small ones replaced by "<5"; 0 stays 0, because it tells of nobody.

    While the total of the row, which readers know, would give the hidden numbers away, the smallest other one is hidden too ("5+").
    """
    a = np.asarray(aantal, int)
    weg = (a > 0) & (a < KLEIN)
    vrij = sorted(np.flatnonzero(~weg & (a > 0)), key=lambda i: a[i])
    while vrij and _told(a[weg]):
        weg[vrij.pop(0)] = True
    return [int(x) if not w else MINDER if x < KLEIN else MEER for x, w in zip(a, weg)]


def _told(verborgen: np.ndarray) -> bool:
    """Whether the sum of hidden numbers can be made in one way only: there is one, or all are as small or as large as their sign allows."""
    n, klein = len(verborgen), int((verborgen < KLEIN).sum())
    minst, meest = klein + KLEIN * (n - klein), klein * (KLEIN - 1) if klein == n else None
    return n == 1 or (n > 0 and verborgen.sum() in (minst, meest))


def small(aantal: int) -> bool:
    """Whether a number tells of so few that it is hidden; 0 tells of nobody."""
    return 0 < aantal < KLEIN


def part(aantal: int, totaal: int) -> Getal:
    """A count of a group whose size is known: hidden too when the rest of the group is small."""
    return hide([aantal, totaal - aantal])[0]


def one(aantal: int) -> Getal:
    """A single count that stands by itself."""
    return MINDER if small(aantal) else int(aantal)


def warnings(n: int) -> list[str]:
    """What a reader has to know about the size of the group, in Dutch."""
    if n < KLEIN:
        return [f"Deze groep is te klein om cijfers over te laten zien: er zijn minder dan {KLEIN} inzendingen. Bespreek de toets met elke deelnemer zelf."]
    if n < VRAAG:
        return [f"Dit is een kleine groep ({n} inzendingen). Je ziet alleen het gemiddelde en de spreiding. Cijfers per vraag zeggen pas iets vanaf {VRAAG} inzendingen."]
    if n < VERBAND:
        return [
            f"Dit is een kleine groep ({n} inzendingen). Let op de brede marges. Verbanden, betrouwbaarheid en scoregroepen "
            f"laten we pas zien vanaf {VERBAND} inzendingen: eerder berusten ze vooral op toeval."
        ]
    if n < IRT1:
        return [f"Met {n} inzendingen zijn de marges nog ruim. Gebruik verbanden als aanwijzing, niet als bewijs."]
    return []
