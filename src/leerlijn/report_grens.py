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

    When exactly one number is hidden the smallest other one is hidden too ("5+"), or the total of the row would give the first away.
    """
    a = np.asarray(aantal, int)
    weg = (a > 0) & (a < KLEIN)
    vrij = np.flatnonzero(~weg & (a > 0))
    if weg.sum() == 1 and len(vrij):
        weg[vrij[np.argmin(a[vrij])]] = True
    return [int(x) if not w else MINDER if x < KLEIN else MEER for x, w in zip(a, weg)]


def one(aantal: int) -> Getal:
    """A single count that stands by itself."""
    return MINDER if 0 < aantal < KLEIN else int(aantal)


def warnings(n: int) -> list[str]:
    """What a reader has to know about the size of the group, in Dutch."""
    if n < KLEIN:
        return [f"Deze groep is te klein om cijfers over te laten zien: er zijn minder dan {KLEIN} inzendingen. Bespreek de toets met elke deelnemer zelf."]
    if n < VRAAG:
        return [f"Dit is een kleine groep ({n} inzendingen). Je ziet alleen het gemiddelde. Cijfers per vraag zeggen pas iets vanaf {VRAAG} inzendingen."]
    if n < VERBAND:
        return [
            f"Dit is een kleine groep ({n} inzendingen). Let op de brede marges. Verbanden, betrouwbaarheid en scoregroepen "
            f"laten we pas zien vanaf {VERBAND} inzendingen: eerder berusten ze vooral op toeval."
        ]
    if n < IRT1:
        return [f"Met {n} inzendingen zijn de marges nog ruim. Gebruik verbanden als aanwijzing, niet als bewijs."]
    return []
