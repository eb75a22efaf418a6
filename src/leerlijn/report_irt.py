"""1PL and 2PL of a group, for `leerlijn report --irt`. An item counts as right when all its points were earned."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import report_grens as grens
from . import stats_irt
from .report_data import Gegevens


def models(g: Gegevens, punten: np.ndarray, maximum: np.ndarray, nagekeken: np.ndarray) -> dict[str, Any]:
    """`melding` and, when the group is large enough, `vragen`: per item `b` and for the 2PL `a`. Items without spread are left out."""
    if g.n < grens.IRT1:
        return {"melding": f"Een IRT-model laten we zien vanaf {grens.IRT1} inzendingen; dit zijn er {g.n}.", "vragen": []}
    goed = punten >= maximum - 1e-6
    gespreid = (goed.mean(0) > 0) & (goed.mean(0) < 1)
    if gespreid.sum() < 3:
        return {"melding": "Er zijn te weinig vragen met verschil tussen deelnemers voor een IRT-model.", "vragen": []}
    uit = stats_irt.fit(goed[:, gespreid])
    twee = g.n >= grens.IRT2
    ids = [(q.id, q.nummer) for q, klaar in zip(g.vragen, nagekeken) if klaar]
    vragen = [
        {"id": ident, "nummer": nr, "b1": float(uit["1pl"]["b"][i]), "b": float(uit["2pl"]["b"][i]) if twee else None, "a": float(uit["2pl"]["a"][i]) if twee else None}
        for i, (ident, nr) in enumerate(ids[j] for j in np.flatnonzero(gespreid))
    ]
    melding = "" if twee else f"Het 2PL-model laten we zien vanaf {grens.IRT2} inzendingen; dit is alleen het 1PL-model."
    return {"melding": melding, "a1": uit["1pl"]["a"], "vragen": vragen}
