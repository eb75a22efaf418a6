"""From the bare test notebook of an author to the notebook that nbgrader knows: one grade cell for each scored item.

Pure: takes and gives plain dicts in notebook format 4.5. The grading metadata exists only here and in what is built, never in git.
"""

from __future__ import annotations

import copy
from typing import Any

SCHEMA = 3  # of nbgrader's cell metadata
# A comment shows nothing in the learner's notebook. nbgrader puts the same stub in the released copy (ClearSolutions.text_stub).
OPEN_STUB = "<!-- Hier komt bij het nakijken het antwoord op de open vraag. -->"


def make_source(nb: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """The nbgrader source notebook of a test.

    nb: the committed notebook as dict; it is left as it is. items: the scored items in their order, each with at least
    `id`, `soort` and `punten` (points > 0). An item that is scored by rule gets a locked code cell that shows nothing to the
    learner; an open item gets a markdown cell that a teacher grades. Raises ValueError when an id comes twice, an item
    has no points, or the notebook holds grading metadata already.
    """
    ids = [item["id"] for item in items]
    if len(set(ids)) != len(ids):
        raise ValueError(f"item ids come twice: {sorted(i for i in set(ids) if ids.count(i) > 1)}")
    if any("nbgrader" in cel.get("metadata", {}) for cel in nb["cells"]):
        raise ValueError("the committed notebook must not hold grading metadata")
    uit = copy.deepcopy(nb)
    uit["nbformat"], uit["nbformat_minor"] = 4, 5
    uit["cells"] += [_open(item) if item["soort"] == "open" else _auto(item) for item in items]
    return uit


def _nbgrader(item: dict[str, Any], *, solution: bool, cell_type: str) -> dict[str, Any]:
    punten = item.get("punten")
    if not isinstance(punten, (int, float)) or not punten > 0:
        raise ValueError(f"item {item['id']} has no points")
    return {
        "grade": True,
        "solution": solution,
        "task": False,
        "locked": not solution,
        "grade_id": item["id"],
        "points": float(punten),
        "schema_version": SCHEMA,
        "cell_type": cell_type,
    }


def _auto(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"p-{item['id']}",
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"jupyter": {"source_hidden": True}, "nbgrader": _nbgrader(item, solution=False, cell_type="code")},
        "outputs": [],
        "source": f'from leerlijn import toon\ntoon.punten("{item["id"]}")',
    }


def _open(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"p-{item['id']}",
        "cell_type": "markdown",
        "metadata": {"nbgrader": _nbgrader(item, solution=True, cell_type="markdown")},
        "source": OPEN_STUB,
    }
