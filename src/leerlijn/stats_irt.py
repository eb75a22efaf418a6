"""Item response theory through girth (MIT), only for `leerlijn report --irt`. Marginal maximum likelihood, ability ~ N(0, 1).

girth is an optional dependency: pip install leerlijn[irt].
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import LeerlijnError


def fit(goed: np.ndarray) -> dict[str, Any]:
    """Fit the 1PL and the 2PL model.

    goed: bool array of persons x items; every item needs both right and wrong answers. Gives per model `b` (difficulty, in
    standard deviations of ability) and `a` (discrimination; one number for the 1PL). In Rasch's metric the difficulty of the 1PL is a * b.
    Bock & Aitkin (1981), Psychometrika 46, 443-459. Raises LeerlijnError when girth is absent or an item has no spread.
    """
    try:
        from girth import onepl_mml, twopl_mml
    except ImportError as e:
        raise LeerlijnError("Voor --irt is het pakket girth nodig. Installeer het met: pip install 'leerlijn[irt]'.") from e
    p = goed.mean(0)
    if not len(goed) or not ((p > 0) & (p < 1)).all():
        raise LeerlijnError("Een vraag die iedereen goed of iedereen fout heeft, past niet in een IRT-model. Laat die vraag weg.")
    antwoorden = goed.T.astype(int)  # girth uses them as an index
    een, twee = onepl_mml(antwoorden), twopl_mml(antwoorden)
    return {
        "1pl": {"a": float(np.squeeze(een["Discrimination"])), "b": np.asarray(een["Difficulty"], float)},
        "2pl": {"a": np.asarray(twee["Discrimination"], float), "b": np.asarray(twee["Difficulty"], float)},
    }


def curve(a: float, b: float, theta: np.ndarray) -> np.ndarray:
    """Chance of a right answer at ability theta: 1 / (1 + exp(-a (theta - b)))."""
    return 1 / (1 + np.exp(-a * (theta - b)))
