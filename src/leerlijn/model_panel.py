"""quizzes/panel/<module>.yaml: how a panel of experts voted on items of the kinds oordeel and vlaggen.

Written by `leerlijn panel voeg-samen`, never by hand but for `samenstelling`. Holds counts, no persons.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from .model import Basis, Id, Zin_

Stemmen = Annotated[list[Annotated[int, Field(ge=0, le=10_000)]], Field(min_length=4, max_length=5)]


class PanelItem(Basis):
    """Votes on one item. `stemmen`: per part how many members chose each value, in the order of the scale
    (oordeel: 1 to 5; vlaggen: groen, geel, rood, zwart)."""

    id: Id
    vingerafdruk: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")] = Field(description="Van de tekst waarover is gestemd")
    leden: Annotated[int, Field(ge=1, le=10_000, description="Hoeveel leden over deze vraag stemden")]
    stemmen: dict[Id, Stemmen]


class Panel(Basis):
    """quizzes/panel/<module>.yaml"""

    module: Id
    datum: date
    leden: Annotated[int, Field(ge=1, le=10_000, description="Hoeveel leden een stembestand instuurden")]
    samenstelling: Zin_ | None = Field(None, description="Wie er in het panel zaten: beroepen, geen namen")
    items: list[PanelItem]
